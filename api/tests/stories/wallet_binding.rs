//! A wallet and an identifier sign the same words, and a wallet that is a contract says yes on the chain.

use crate::office::{ANNA, Office, Profile, address_of, codes, hex, personal_sign, profile};
use crate::stage::Person;
use compliance::credential::{BindWallet, SigningKey, sign_binding};
use domain::party::{Role, WalletAddress};
use k256::ecdsa::SigningKey as WalletKey;
use muniment::app::Command;
use muniment::outbox::Intent;
use serde_json::{Value, json};
use tokenizer::chain::ChainCall;

fn applicant(office: &Office, login: &str, of: &Profile<'_>) -> Person {
    let person = office.stage.person(login, Role::Investor);
    person.post("/v1/investors", &profile(of)).expect(201);
    person
}

fn signed(key: &WalletKey, hash: &[u8]) -> String {
    let (signature, id) = key.sign_prehash_recoverable(hash).unwrap();
    format!("0x{}{:02x}", hex(&signature.to_bytes()), 27 + id.to_byte())
}

/// What both sign, and how.
struct Signers {
    wallet: WalletKey,
    holder: SigningKey,
}

impl Signers {
    fn of(seed: u8) -> Self {
        let wallet = WalletKey::from_slice(&[seed; 32]).unwrap();
        Self { wallet, holder: SigningKey::p256(&[seed; 32]).unwrap() }
    }

    fn ask(&self, person: &Person, wallet: &str) -> Value {
        let body = json!({ "address": wallet, "did": self.holder.did() });
        person.post("/v1/wallets/challenge", &body).expect(201)["typed_data"].clone()
    }

    /// The words with the signatures of both under them.
    fn sign(&self, typed_data: &Value) -> Value {
        let words = BindWallet::read(typed_data).expect("typed data");
        json!({
            "typed_data": typed_data,
            "signature": signed(&self.wallet, &words.hash()),
            "did_signature": sign_binding(&self.holder, &words).unwrap(),
        })
    }
}

/// The words with a change that a wallet would sign.
fn changed(typed_data: &Value, change: impl Fn(&mut BindWallet)) -> Value {
    let mut words = BindWallet::read(typed_data).unwrap();
    change(&mut words);
    words.typed_data()
}

#[test]
fn a_wallet_and_an_identifier_are_bound_by_the_signatures_of_both() {
    let office = Office::open();
    let anna = applicant(&office, "anna", &ANNA);
    let (signers, stranger) = (Signers::of(0x46), Signers::of(9));
    let address = address_of(&signers.wallet).to_string();
    let bring = |body: &Value| anna.post("/v1/wallets", body);
    let refused = |body: &Value| {
        let answer = bring(body).expect(200);
        assert_eq!(answer["accepted"], false);
        codes(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };

    let asked = signers.ask(&anna, &address);
    assert_eq!(asked["primaryType"], "BindWallet");
    assert_eq!(asked["message"]["chainId"], office.stage.app.chain.chain_id());
    let old = asked;
    let asked = signers.ask(&anna, &address);

    assert_eq!(refused(&signers.sign(&old)), ["NONCE_MISMATCH"]);
    let elsewhere = changed(&asked, |words| words.chain_id = 1);
    assert_eq!(refused(&signers.sign(&elsewhere)), ["WRONG_CHAIN"]);
    let longer = changed(&asked, |words| words.valid_until += chrono::TimeDelta::days(1));
    assert_eq!(refused(&signers.sign(&longer)), ["TOO_LONG_VALID"]);
    let over = changed(&asked, |words| words.valid_until -= chrono::TimeDelta::minutes(20));
    assert_eq!(refused(&signers.sign(&over)), ["EXPIRED"]);

    let honest = signers.sign(&asked);
    let with = |field: &str, other: &Value| {
        let mut body = honest.clone();
        body[field] = other[field].clone();
        body
    };
    let forged = stranger.sign(&asked);
    assert_eq!(refused(&with("signature", &forged)), ["SIGNATURE_INVALID"]);
    assert_eq!(refused(&with("did_signature", &forged)), ["PRESENTER_NOT_HOLDER"]);
    assert_eq!(refused(&with("did_signature", &signers.sign(&old))), ["CLAIMS_DISAGREE"]);

    let mut odd = honest.clone();
    odd["typed_data"]["domain"]["name"] = "Another".into();
    assert_eq!(bring(&odd).refused_field(), "typed_data");
    odd = honest.clone();
    odd.as_object_mut().unwrap().remove("did_signature");
    assert_eq!(bring(&odd).refused_field(), "managed");
    let no_did = json!({ "address": address, "did": "anna" });
    assert_eq!(anna.post("/v1/wallets/challenge", &no_did).refused_field(), "did");

    assert_eq!(bring(&honest).expect(201)["address"], address);
    assert_eq!(refused(&honest), ["NONCE_USED"]);
    let entry = office.audit().into_iter().find(|entry| entry.action == "wallet.added").unwrap();
    assert!(entry.detail.contains("EIP-712"), "{}", entry.detail);

    // What both signed is kept, so that whoever doubts it later can check it again.
    let proof = &proofs(&office)[0];
    assert_eq!((&proof["wallet"], &proof["standard"]), (&json!(address), &json!("EIP-712")));
    let kept: Value = serde_json::from_str(proof["statement"].as_str().unwrap()).unwrap();
    assert_eq!(BindWallet::read(&kept).unwrap().hash(), BindWallet::read(&asked).unwrap().hash());
    assert_eq!(
        (&proof["signature"], &proof["did_signature"]),
        (&honest["signature"], &honest["did_signature"])
    );
    assert_eq!(proof["by_contract"], false);
    assert!(!proof.to_string().contains("Anna"), "nothing personal: {proof}");
}

/// What the wallets of the investors signed, as the officer reads it, investors in the order of their application.
fn proofs(office: &Office) -> Vec<Value> {
    let investors = office.officer.get("/v1/investors").expect(200);
    let ids = investors["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
    let standing = |id| office.officer.get(&format!("/v1/investors/{id}")).expect(200);
    ids.flat_map(|id| standing(id)["wallet_proofs"].as_array().unwrap().clone()).collect()
}

#[test]
fn an_identifier_belongs_to_one_investor_and_an_investor_has_one() {
    let office = Office::open();
    let anna = applicant(&office, "anna", &ANNA);
    let (signers, other) = (Signers::of(0x46), Signers::of(9));
    let bring = |person: &Person, by: &Signers| {
        let asked = by.ask(person, &address_of(&by.wallet).to_string());
        person.post("/v1/wallets", &by.sign(&asked))
    };
    bring(&anna, &signers).expect(201);
    assert_eq!(codes(&bring(&anna, &other).expect(200)), ["DID_CHANGED"]);

    let ben = applicant(&office, "ben", &Profile { name: "Ben Braun", ..ANNA });
    let of_anna = Signers { wallet: Signers::of(7).wallet, holder: signers.holder.clone() };
    assert_eq!(codes(&bring(&ben, &of_anna).expect(200)), ["DID_TAKEN"]);
    let of_anna = Signers { wallet: signers.wallet.clone(), holder: other.holder.clone() };
    assert_eq!(codes(&bring(&ben, &of_anna).expect(200)), ["WALLET_TAKEN"]);

    // Who is bound presents under the same identifier.
    let credential = office.credential(&ANNA, &other.holder, 400);
    let presentation = office.presentation(&anna, &other.holder, credential);
    assert_eq!(codes(&anna.post("/v1/presentations", &presentation).expect(201)), ["DID_CHANGED"]);
    let credential = office.credential(&ANNA, &signers.holder, 400);
    let presentation = office.presentation(&anna, &signers.holder, credential);
    assert_eq!(anna.post("/v1/presentations", &presentation).expect(201)["accepted"], true);
}

/// A wallet that is a contract: what its owner signed is signed (EIP-1271). Its code, word by word:
///
/// ```text
/// 6004 35 5f 52                      the hash to memory 0
/// 60a4 35 5f 1a 6020 52              v, the last byte of the signature, to 32
/// 6064 35 6040 52  6084 35 6060 52   r to 64, s to 96
/// 6020 6080 6080 5f 6001 5a fa 50    ecrecover(hash, v, r, s) to 128
/// 6080 51 73 <owner> 14              whether that is the owner
/// 63 1626ba7e 60e0 1b 02             times the answer of the standard
/// 5f 52 6020 5f f3                   is what it returns
/// ```
fn contract_wallet(owner: WalletAddress) -> ChainCall {
    let mut code = bytes("600435 5f52 60a435 5f1a 602052 606435 604052 608435 606052");
    code.extend(bytes("6020 6080 6080 5f 6001 5a fa 50 608051 73"));
    code.extend(owner.0);
    code.extend(bytes("14 63 1626ba7e 60e0 1b 02 5f52 6020 5f f3"));
    let length = u8::try_from(code.len()).unwrap();
    // The code that builds it: copy what follows, and return it.
    let build = [&[0x60, length, 0x80, 0x60, 9, 0x5f, 0x39, 0x5f, 0xf3], code.as_slice()].concat();
    ChainCall { to: None, data: build, value_wei: 0 }
}

fn bytes(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// Builds a contract by the platform's key and says where it stands.
fn built(office: &Office, name: &str, call: &ChainCall) -> WalletAddress {
    let (app, subject) = (&office.stage.app, format!("contract/{name}"));
    let queued = app.execute(&Command::from_system(), &subject, |act| {
        act.call_chain(&Intent {
            operation_key: subject.clone(),
            kind: "test.build",
            subject: subject.clone(),
            signer: app.platform()?,
            call: call.clone(),
        })
    });
    assert!(queued.unwrap());
    let address = || {
        let calls = app.ask(|tx| Ok(store::outbox::about(tx, &subject)?)).unwrap();
        calls[0].contract_address.clone()
    };
    office.stage.wait_until("the contract is built", || address().is_some());
    address().unwrap().parse().unwrap()
}

#[test]
fn a_contract_wallet_signs_in_and_is_bound_as_its_contract_says() {
    let office = Office::open();
    let (owner, stranger) = (Signers::of(0x46), Signers::of(9));
    let wallet = built(&office, "owned", &contract_wallet(address_of(&owner.wallet)));
    let never = ChainCall { to: None, data: bytes("5f 5f 53 6001 5f f3"), value_wei: 0 };
    let silent = built(&office, "silent", &never);

    let anna = applicant(&office, "anna", &ANNA);
    let refusal = |answer: &Value| {
        assert_eq!(codes(answer), ["SIGNATURE_INVALID"], "{answer}");
        answer["reasons"][0]["detail"].as_str().unwrap().to_owned()
    };
    let sign_in = |wallet: WalletAddress, key: &WalletKey| {
        let asked = anna.post("/v1/wallets/challenge", &json!({ "address": wallet })).expect(201);
        let message = asked["message"].as_str().unwrap();
        json!({ "message": message, "signature": personal_sign(key, message) })
    };
    let by_stranger = anna.post("/v1/wallets", &sign_in(wallet, &stranger.wallet)).expect(200);
    assert!(refusal(&by_stranger).contains("does not know the signature"));
    let by_silence = anna.post("/v1/wallets", &sign_in(silent, &owner.wallet)).expect(200);
    assert!(refusal(&by_silence).contains("does not know the signature"));
    let nobody = address_of(&Signers::of(3).wallet);
    let by_nobody = anna.post("/v1/wallets", &sign_in(nobody, &owner.wallet)).expect(200);
    assert!(refusal(&by_nobody).contains("is no contract on this chain"));

    let body = sign_in(wallet, &owner.wallet);
    let mut long = body.clone();
    long["signature"] = format!("0x{}", "00".repeat(4_097)).into();
    assert_eq!(anna.post("/v1/wallets", &long).refused_field(), "signature");
    let brought = anna.post("/v1/wallets", &body).expect(201);
    assert_eq!(brought["address"], wallet.to_string());
    assert_eq!(codes(&anna.post("/v1/wallets", &body).expect(200)), ["NONCE_USED"]);

    let ben = applicant(&office, "ben", &Profile { name: "Ben Braun", ..ANNA });
    let second = built(&office, "second", &contract_wallet(address_of(&owner.wallet)));
    let asked = owner.ask(&ben, &second.to_string());
    let mut by_stranger = owner.sign(&asked);
    by_stranger["signature"] = stranger.sign(&asked)["signature"].clone();
    refusal(&ben.post("/v1/wallets", &by_stranger).expect(200));
    let bound = ben.post("/v1/wallets", &owner.sign(&asked)).expect(201);
    assert_eq!(bound["address"], second.to_string());

    let browser = crate::house::Browser::at(&office.stage.url);
    let form = browser.get("/sign-in").form("/sign-in").set("email", "officer@example.org");
    assert_eq!(form.set("password", crate::stage::PASSWORD).send(&browser).status, 303);
    let investors = office.officer.get("/v1/investors").expect(200);
    for (investor, tag) in investors["items"].as_array().unwrap().iter().zip(["zh-CN", "en"]) {
        let path = format!("/investors/{}", investor["id"].as_str().unwrap());
        let page = browser.get_with(&path, &[("accept-language", tag)]);
        crate::in_order::in_order(&page, &path);
        assert_eq!(page.texts("details summary").len(), 1, "{}", page.html);
    }

    let proofs = proofs(&office);
    assert_eq!(proofs.len(), 2);
    assert_eq!((&proofs[0]["statement"], &proofs[0]["signature"]), (&body["message"], &body["signature"]));
    for (proof, standard) in proofs.iter().zip(["EIP-4361", "EIP-712"]) {
        assert_eq!((&proof["standard"], &proof["by_contract"]), (&json!(standard), &json!(true)));
    }
}

#[test]
fn the_portal_binds_a_wallet_with_forms_alone() {
    use crate::house::Browser;
    use crate::stage::PASSWORD;
    let office = Office::open();
    applicant(&office, "anna", &ANNA);
    let signers = Signers::of(0x46);
    let address = address_of(&signers.wallet).to_string();
    let browser = Browser::at(&office.stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    assert_eq!(form.set("email", "anna@example.org").set("password", PASSWORD).send(&browser).status, 303);

    let form = browser.get("/onboarding/wallet/own").form("/onboarding/wallet/own");
    let wrong = form.clone().set("address", "0x12").set("did", "anna").send(&browser);
    assert_eq!((wrong.status, wrong.texts("#own-wallet-did-error").len()), (422, 1), "{}", wrong.html);
    let page = form.set("address", &address).set("did", signers.holder.did()).send(&browser);
    crate::in_order::in_order(&page, "/onboarding/wallet/own");
    let form = page.form("/onboarding/wallet/own/signature");
    let typed_data: Value =
        serde_json::from_str(&page.attributes("input[name=typed_data]", "value")[0]).unwrap();
    let body = signers.sign(&typed_data);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let forged =
        form.clone().set("signature", &text("signature")).set("did_signature", "a.b.c").send(&browser);
    assert_eq!(forged.status, 422);
    assert!(forged.html.contains("MALFORMED"), "{}", forged.html);
    crate::in_order::in_order(&forged, "/onboarding/wallet/own");
    let form = forged.form("/onboarding/wallet/own/signature");
    let done = form.set("signature", &text("signature")).set("did_signature", &text("did_signature"));
    let done = done.send(&browser);
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/onboarding")), "{}", done.html);
    assert!(browser.get("/onboarding").html.contains(&address));
}

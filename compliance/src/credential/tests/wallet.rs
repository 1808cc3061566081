//! Wallets: sign-in messages, bindings that two keys sign, and the credential of a verified investor.

use super::*;
use crate::credential::{
    BindWallet, ContractAnswer, ContractWallets, KeyWallets, NewStatusList, Reason, SignInMessage,
    SignedBinding, StatusEntry, StatusList, WalletExpectation, did_document, issue_status_list, sign_binding,
    sign_in_question, verify_sign_in,
    wallet::{keccak, personal_hash},
};
use domain::party::WalletAddress;
use k256::ecdsa::SigningKey as EthereumKey;
use serde_json::json;

/// The first account of the well-known development mnemonic.
const ACCOUNT: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const SECRET: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn signed(hash: [u8; 32]) -> Vec<u8> {
    let key = EthereumKey::from_slice(&bytes(SECRET)).unwrap();
    let (signature, id) = key.sign_prehash_recoverable(&hash).unwrap();
    [signature.to_bytes().as_slice(), &[27 + id.to_byte()]].concat()
}

fn asked() -> WalletExpectation<'static> {
    WalletExpectation {
        domain: "muniment.example",
        chain_id: 31_337,
        nonce: "oNCEHm5jzQU2WvuB",
        nonce_used: false,
        at: at(),
        contracts: &KeyWallets,
    }
}

fn message() -> SignInMessage {
    SignInMessage {
        domain: "muniment.example".to_owned(),
        wallet: ACCOUNT.parse().unwrap(),
        statement: "I am the owner of this wallet.".to_owned(),
        uri: "https://muniment.example/wallets".to_owned(),
        chain_id: 31_337,
        nonce: "oNCEHm5jzQU2WvuB".to_owned(),
        issued_at: at(),
        expires_at: at() + TimeDelta::minutes(5),
    }
}

fn codes(reasons: Vec<Reason>) -> Vec<Code> {
    reasons.into_iter().map(|reason| reason.code).collect()
}

#[test]
fn the_message_is_the_one_of_the_standard() {
    let expected = "muniment.example wants you to sign in with your Ethereum account:\n\
        0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n\n\
        I am the owner of this wallet.\n\n\
        URI: https://muniment.example/wallets\nVersion: 1\nChain ID: 31337\nNonce: oNCEHm5jzQU2WvuB\n\
        Issued At: 2026-03-01T12:00:00Z\nExpiration Time: 2026-03-01T12:05:00Z";
    assert_eq!(message().text(), expected);
}

#[test]
fn hashes_are_the_ones_that_wallets_make() {
    // ethers: hashMessage("hello"), and the address of the key.
    let hash = bytes("50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750");
    assert_eq!(personal_hash("hello").to_vec(), hash);
    let text = message().text();
    let wallet = verify_sign_in(&text, &signed(personal_hash(&text)), &asked()).unwrap();
    assert_eq!(wallet.to_string(), ACCOUNT);
}

#[test]
fn a_sign_in_that_does_not_fit_is_refused() {
    type Change = fn(&mut SignInMessage);
    let cases: [(Change, Code); 9] = [
        (|m| m.domain = "mallory.example".to_owned(), Code::AudienceMismatch),
        (|m| m.uri = "https://muniment.example.mallory.example/".to_owned(), Code::AudienceMismatch),
        (|m| m.uri = "https://mallory.example/".to_owned(), Code::AudienceMismatch),
        (|m| m.chain_id = 1, Code::WrongChain),
        (|m| m.nonce = "anotherNonce1".to_owned(), Code::NonceMismatch),
        (|m| m.issued_at = at() + TimeDelta::minutes(2), Code::NotYetValid),
        (|m| m.issued_at = at() - TimeDelta::minutes(16), Code::PresentationTooOld),
        (|m| m.expires_at = at(), Code::Expired),
        (|m| m.wallet = WalletAddress([7; 20]), Code::SignatureInvalid),
    ];
    for (change, code) in cases {
        let mut message = message();
        change(&mut message);
        let text = message.text();
        let reasons = verify_sign_in(&text, &signed(personal_hash(&text)), &asked()).unwrap_err();
        assert_eq!(codes(reasons), [code]);
    }
    let text = message().text();
    let again = WalletExpectation { nonce_used: true, ..asked() };
    let reasons = verify_sign_in(&text, &signed(personal_hash(&text)), &again).unwrap_err();
    assert_eq!(codes(reasons), [Code::NonceUsed]);
}

#[test]
fn a_message_in_other_words_is_not_read() {
    let text = message().text();
    for other in [
        String::new(),
        text.replace("Version: 1", "Version: 2"),
        text.replace("Chain ID: 31337", "Chain ID: 031337"),
        text.replace(ACCOUNT, &ACCOUNT.to_lowercase()),
        text.replace("12:05:00Z", "12:05:00.5Z"),
        format!("{text}\nRequest ID: 1"),
        format!("{text}\n"),
        text.replace('\n', "\r\n"),
        text.replace("I am the owner of this wallet.", "One\nline\nmore"),
    ] {
        let reasons = verify_sign_in(&other, &signed(personal_hash(&other)), &asked()).unwrap_err();
        assert_eq!(codes(reasons), [Code::Malformed], "{other}");
    }
}

#[test]
fn a_signature_has_one_form() {
    let text = message().text();
    let good = signed(personal_hash(&text));
    let verdict = |signature: &[u8]| verify_sign_in(&text, signature, &asked()).map_err(codes);
    let mut zero = good.clone();
    zero[64] -= 27;
    assert!(verdict(&zero).is_ok());
    // The twin of a signature: s replaced by the order less s, and the parity turned.
    let order = bytes("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    let mut twin = good.clone();
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i32::from(order[at]) - i32::from(good[32 + at]) - borrow;
        borrow = i32::from(digit < 0);
        twin[32 + at] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    twin[64] = 55 - twin[64];
    for bad in [twin, good[..64].to_vec(), Vec::new(), vec![0; 65], [good.clone(), vec![0]].concat()] {
        assert_eq!(verdict(&bad), Err(vec![Code::SignatureInvalid]));
    }
    let mut other = good;
    other[64] = 29;
    assert_eq!(verdict(&other), Err(vec![Code::SignatureInvalid]));
}

#[test]
fn a_contract_wallet_is_asked_about_its_signature() {
    struct Safe;
    impl ContractWallets for Safe {
        fn is_valid_signature(
            &self,
            wallet: WalletAddress,
            hash: [u8; 32],
            signature: &[u8],
        ) -> Result<bool, String> {
            Ok(wallet == WalletAddress([7; 20]) && signature == &hash[..4])
        }
    }
    let message = SignInMessage { wallet: WalletAddress([7; 20]), ..message() };
    let text = message.text();
    let hash = personal_hash(&text);
    let asked = WalletExpectation { contracts: &Safe, ..asked() };
    assert_eq!(verify_sign_in(&text, &hash[..4], &asked).unwrap(), WalletAddress([7; 20]));
    assert_eq!(codes(verify_sign_in(&text, &hash[..5], &asked).unwrap_err()), [Code::SignatureInvalid]);
}

#[test]
fn a_contract_answers_the_one_question_that_it_was_asked() {
    let message = SignInMessage { wallet: WalletAddress([7; 20]), ..message() };
    let text = message.text();
    assert_eq!(sign_in_question(&text, &signed(personal_hash(&text))).unwrap().wallet, message.wallet);
    assert_eq!(sign_in_question("Sign here.", b"x"), None);
    let by_key = SignInMessage { wallet: ACCOUNT.parse().unwrap(), ..message.clone() }.text();
    assert_eq!(sign_in_question(&by_key, &signed(personal_hash(&by_key))), None);

    let question = sign_in_question(&text, b"approved").unwrap();
    let said = |is_valid| ContractAnswer { question, signature: b"approved".to_vec(), is_valid };
    let judged = |text: &str, signature: &[u8], answer: &ContractAnswer| {
        let asked = WalletExpectation { contracts: answer, ..asked() };
        verify_sign_in(text, signature, &asked).map_err(codes)
    };
    let refused = Err(vec![Code::SignatureInvalid]);
    assert_eq!(judged(&text, b"approved", &said(Ok(true))), Ok(message.wallet));
    assert_eq!(judged(&text, b"approved", &said(Ok(false))), refused);
    assert_eq!(judged(&text, b"approved", &said(Err("no contract".to_owned()))), refused);
    assert_eq!(judged(&text, b"another", &said(Ok(true))), refused);
    let other = SignInMessage { statement: "I sell everything.".to_owned(), ..message.clone() }.text();
    assert_eq!(judged(&other, b"approved", &said(Ok(true))), refused);
    let mut elsewhere = said(Ok(true));
    elsewhere.question.wallet = WalletAddress([8; 20]);
    assert_eq!(judged(&text, b"approved", &elsewhere), refused);
}

fn words() -> BindWallet {
    BindWallet {
        did: anna().did().to_owned(),
        wallet: ACCOUNT.parse().unwrap(),
        chain_id: 31_337,
        nonce: "oNCEHm5jzQU2WvuB".to_owned(),
        valid_until: at() + TimeDelta::minutes(5),
    }
}

fn offered() -> DateTime<Utc> {
    at() + TimeDelta::minutes(5)
}

fn binding(words: BindWallet) -> SignedBinding {
    let by_wallet = signed(words.hash());
    SignedBinding { by_did: sign_binding(&anna(), &words).unwrap(), by_wallet, words }
}

#[test]
fn the_hash_of_a_binding_is_the_one_of_the_typed_data() {
    // The independent implementation of EIP-712 in `ssi`, over the JSON that the wallet gets; it reads
    // numbers as hexadecimal text only.
    let mut data = words().typed_data();
    assert_eq!(data["message"]["validUntil"], 1_772_366_700);
    for (part, member) in [("domain", "chainId"), ("message", "chainId"), ("message", "validUntil")] {
        let number = data[part][member].as_u64().unwrap();
        data[part][member] = format!("{number:#018x}").into();
    }
    let data: ssi::eip712::TypedData = serde_json::from_value(data).unwrap();
    let encoded = data.encode().unwrap();
    assert_eq!(keccak(encoded.as_ref()), words().hash());
}

#[test]
fn typed_data_in_other_words_is_not_read() {
    let data = words().typed_data();
    assert_eq!(BindWallet::read(&data), Some(words()));
    let changes: [fn(&mut serde_json::Value); 7] = [
        |it| it["domain"]["name"] = "Another".into(),
        |it| it["domain"]["chainId"] = 1.into(),
        |it| it["primaryType"] = "Permit".into(),
        |it| it["types"]["BindWallet"][0]["name"] = "who".into(),
        |it| it["message"]["validUntil"] = "1772366700".into(),
        |it| it["message"]["more"] = true.into(),
        |it| it["message"]["wallet"] = ACCOUNT.to_lowercase().into(),
    ];
    for change in changes {
        let mut other = data.clone();
        change(&mut other);
        assert_eq!(BindWallet::read(&other), None, "{other}");
    }
}

#[test]
fn a_binding_that_both_signed_holds() {
    assert_eq!(policy().verify_binding(&binding(words()), (&asked(), offered()), &Offline), Ok(()));
}

#[test]
fn a_binding_that_does_not_fit_is_refused() {
    type Change = fn(&mut SignedBinding);
    let cases: [(Change, &[Code]); 9] = [
        (|b| b.words.nonce = "another1".to_owned(), &[Code::NonceMismatch]),
        (|b| b.words.chain_id = 1, &[Code::WrongChain]),
        (|b| b.words.valid_until = at(), &[Code::Expired]),
        (|b| b.words.valid_until = offered() + TimeDelta::seconds(1), &[Code::TooLongValid]),
        (|b| b.by_wallet = signed([0; 32]), &[Code::SignatureInvalid]),
        (|b| b.by_did = sign_binding(&mallory(), &b.words).unwrap(), &[Code::PresenterNotHolder]),
        (
            |b| b.by_did = anna().sign("JWT", &json!({ "did": anna().did() })).unwrap(),
            &[Code::ClaimsDisagree],
        ),
        (|b| b.by_did = "x".to_owned(), &[Code::Malformed]),
        (|b| b.words.did = mallory().did().to_owned(), &[Code::PresenterNotHolder]),
    ];
    for (change, expected) in cases {
        let mut changed = binding(words());
        let before = changed.words.clone();
        change(&mut changed);
        if changed.words != before {
            changed = binding(changed.words);
        }
        let reasons = policy().verify_binding(&changed, (&asked(), offered()), &Offline).unwrap_err();
        assert_eq!(codes(reasons), expected);
    }
    let mut other_words = binding(words());
    other_words.words.nonce = "another1".to_owned();
    let reasons = policy().verify_binding(&other_words, (&asked(), offered()), &Offline).unwrap_err();
    assert_eq!(codes(reasons), [Code::NonceMismatch, Code::SignatureInvalid, Code::ClaimsDisagree]);
}

#[test]
fn the_platform_issues_revokes_and_rotates_its_keys() {
    const DID: &str = "did:web:muniment.example";
    const LIST: &str = "https://muniment.example/status/investors/1";
    let old = SigningKey::ed25519(&[9; 32]).unwrap().under(DID, "2025");
    let new = SigningKey::ed25519(&[10; 32]).unwrap().under(DID, "2026");
    let credential = NewCredential {
        types: vec!["VerifiedInvestorCredential".to_owned()],
        subject: format!("did:pkh:eip155:31337:{ACCOUNT}"),
        wallet: Some(ACCOUNT.parse().unwrap()),
        status: Some(StatusEntry { list: LIST.to_owned(), index: 5 }),
        ..about_anna()
    };
    let text = issue(&old, Format::VcJose, &credential).unwrap();
    let mut trusted = trust(&old);
    trusted.types = credential.types.clone();
    let mut file = PolicyFile::trusting(vec![trusted]);
    file.accept_unpresented = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    let judged = |keys: &[&SigningKey], list: &StatusList| {
        let list = NewStatusList {
            url: LIST,
            list,
            valid_from: at() - TimeDelta::hours(1),
            valid_until: at() + TimeDelta::hours(1),
        };
        let web = Web::default()
            .with("https://muniment.example/.well-known/did.json", did_document(DID, keys).to_string())
            .with(LIST, issue_status_list(&new, Format::VcJose, &list).unwrap());
        policy.verify_credential(&text, at(), &web)
    };
    let accepted = judged(&[&old, &new], &StatusList::default());
    assert_accepted(&accepted);
    let claims = accepted.claims.unwrap();
    assert_eq!(claims.wallet.unwrap().to_string(), ACCOUNT);
    assert_refused(&judged(&[&old, &new], &StatusList::of_revoked([5])), &[Code::Revoked]);
    let retired = judged(&[&new], &StatusList::default());
    assert!(retired.refused_for(Code::KeyUnresolved), "{retired:#?}");
}

#[test]
fn a_wallet_key_presents_as_its_address() {
    let did = format!("did:pkh:eip155:1:{ACCOUNT}");
    let about = NewCredential { subject: did.clone(), wallet: None, ..about_anna() };
    let credential = issue(&provider(), Format::VcJwt, &about).unwrap();
    let claims = json!({
        "iss": did, "aud": AUDIENCE, "nonce": NONCE, "iat": at().timestamp(),
        "vp": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [credential],
        },
    });
    let header = json!({ "alg": "ES256K-R", "kid": format!("{did}#blockchainAccountId"), "typ": "JWT" });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{header}.{claims}");
    let presented = |secret: &str| {
        use sha2::Digest;
        let key = EthereumKey::from_slice(&bytes(secret)).unwrap();
        let hash = sha2::Sha256::digest(&text);
        let (signature, id) = key.sign_prehash_recoverable(&hash).unwrap();
        let signature = [signature.to_bytes().as_slice(), &[id.to_byte()]].concat();
        judged(&format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    };
    let decision = presented(SECRET);
    assert_accepted(&decision);
    assert_eq!(decision.claims.unwrap().wallet.unwrap().to_string(), ACCOUNT);
    assert_refused(&presented(&"11".repeat(32)), &[Code::SignatureInvalid]);
}

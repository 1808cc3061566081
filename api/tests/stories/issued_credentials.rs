//! The platform vouches for a wallet, and its own verifier believes it until it is taken back.

use crate::house::Browser;
use crate::office::{ANNA, Office, address_of};
use crate::stage::{PASSWORD, Person};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{
    Code, CredentialPolicy, Decision, Expectation, Fetch, Fetched, PolicyFile, TrustedIssuer,
};
use domain::party::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::process::{Command, Stdio};

const SITE: &str = "https://portal.example";
const DID: &str = "did:web:portal.example";

/// What anybody can fetch from the public address.
struct Public<'a>(&'a Office);

impl Public<'_> {
    fn text(&self, url: &str) -> Result<String, String> {
        let path = url.strip_prefix(SITE).ok_or("another site")?;
        let answer = reqwest::blocking::get(format!("{}{path}", self.0.stage.url)).unwrap();
        if answer.status().is_success() {
            Ok(answer.text().unwrap())
        } else {
            Err(answer.status().to_string())
        }
    }
}

impl Fetch for Public<'_> {
    fn fetch(&self, url: &str) -> Result<Fetched, String> {
        Ok(Fetched { body: self.text(url)?.into_bytes(), at: self.0.now() })
    }
}

fn policy(office: &Office) -> PolicyFile {
    let trusted = TrustedIssuer {
        issuer: DID.to_owned(),
        types: vec!["VerifiedInvestorCredential".to_owned()],
        from: office.now() - TimeDelta::days(1),
        until: None,
    };
    PolicyFile { accept_unpresented: true, status_required: true, ..PolicyFile::trusting(vec![trusted]) }
}

fn verify(office: &Office, credential: &str) -> Decision {
    let expected = Expectation { nonce: "", nonce_used: false, audience: "", at: office.now() };
    CredentialPolicy::try_from(policy(office)).unwrap().verify(credential, &expected, &Public(office))
}

/// An approved investor whose wallet the registry knows, in a house with a public address.
fn vouched() -> (Office, Person, String, String) {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    let wallet = anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    let early = anna.post("/v1/credentials", &json!({ "wallet": wallet }));
    assert_eq!(early.expect(409)["type"], "/problems/wrong-state");
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let nowhere = anna.post("/v1/credentials", &json!({ "wallet": wallet })).expect(409);
    assert!(nowhere.to_string().contains("--public-url"), "{nowhere}");
    muniment::flows::present::set_public_url(&office.stage.app, Some(SITE)).unwrap();
    (office, anna, id, wallet)
}

fn obtain(anna: &Person, wallet: &str) -> (String, String) {
    let id = anna.post("/v1/credentials", &json!({ "wallet": wallet })).expect(201)["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let text = anna.get(&format!("/v1/credentials/{id}")).expect(200)["credential"].clone();
    (id, text.as_str().unwrap().to_owned())
}

#[test]
fn a_credential_holds_until_it_is_taken_back_and_its_renewal_after_that() {
    let (office, anna, _, wallet) = vouched();
    let (id, credential) = obtain(&anna, &wallet);
    let decision = verify(&office, &credential);
    assert!(decision.accepted, "{:?}", decision.reasons);
    let claims = decision.claims.unwrap();
    let chain = office.stage.app.chain.chain_id();
    assert_eq!(claims.subject, format!("did:pkh:eip155:{chain}:{wallet}"));
    assert_eq!((claims.name, claims.date_of_birth), (None, None));
    assert_eq!(claims.country.map(String::from).as_deref(), Some("DE"));

    let again = anna.post("/v1/credentials", &json!({ "wallet": wallet }));
    assert_eq!(again.expect(409)["type"], "/problems/wrong-state");
    let renewed = anna.post(&format!("/v1/credentials/{id}/renewal"), &json!({})).expect(201)["id"].clone();
    let renewed = renewed.as_str().unwrap();
    let newer = anna.get(&format!("/v1/credentials/{renewed}")).expect(200);
    assert_eq!(newer["renews"], json!(id));
    let newer = newer["credential"].as_str().unwrap().to_owned();
    assert!(verify(&office, &newer).accepted);
    assert!(verify(&office, &credential).refused_for(Code::Revoked));

    let stranger = office.stage.person("bert", Role::Investor);
    assert_eq!(stranger.get(&format!("/v1/credentials/{renewed}")).status, 404);
    let path = format!("/v1/credentials/{renewed}/revocation");
    assert_eq!(anna.post(&path, &json!({})).status, 403);
    assert_eq!(office.officer.post(&path, &json!({})).status, 204);
    assert!(verify(&office, &newer).refused_for(Code::Revoked));
    assert_eq!(office.officer.post(&path, &json!({})).status, 409);
    let listed = office.officer.get("/v1/credentials").expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let audit: Vec<_> = office.audit().into_iter().map(|entry| entry.action).collect();
    for action in ["credential.issued", "credential.revoked"] {
        assert!(audit.iter().any(|it| it == action), "{action}");
    }
}

#[test]
fn what_an_old_key_signed_still_verifies_after_a_rotation() {
    let (office, anna, _, wallet) = vouched();
    let (id, old) = obtain(&anna, &wallet);
    let operator = office.stage.person("operator", Role::Operator);
    assert_eq!(operator.post("/v1/credential-keys", &json!({})).expect(201)["key_number"], 2);
    assert!(
        verify(&office, &old).accepted,
        "the list is signed by the new key, the credential by the old one"
    );
    anna.post(&format!("/v1/credentials/{id}/renewal"), &json!({})).expect(201);
    let listed = anna.get("/v1/credentials").expect(200);
    assert_eq!(
        (&listed["items"][0]["key_number"], &listed["items"][1]["key_number"]),
        (&json!(1), &json!(2))
    );
    let document: Value =
        serde_json::from_str(&Public(&office).text(&format!("{SITE}/.well-known/did.json")).unwrap())
            .unwrap();
    assert_eq!(document["verificationMethod"].as_array().unwrap().len(), 2);
}

#[test]
fn who_is_frozen_loses_every_credential() {
    let (office, anna, investor, wallet) = vouched();
    let (_, credential) = obtain(&anna, &wallet);
    let freeze = json!({ "reason": "A court order." });
    office.officer.post(&format!("/v1/investors/{investor}/freeze"), &freeze).expect(200);
    let path = format!("/v1/investors/{investor}");
    assert_eq!(office.officer.get(&path).expect(200)["status"], "frozen");
    assert!(verify(&office, &credential).refused_for(Code::Revoked));
    assert_eq!(anna.post("/v1/credentials", &json!({ "wallet": wallet })).status, 409);
}

/// A presentation that the key of a wallet signs in the name of its address (`did:pkh`), as a JWT by ES256K-R.
fn by_wallet(key: &[u8; 32], did: &str, credential: &str, (nonce, at): (&str, DateTime<Utc>)) -> String {
    let header = json!({ "alg": "ES256K-R", "kid": format!("{did}#blockchainAccountId"), "typ": "vp+jwt" });
    let claims = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did,
        "verifiableCredential": [{
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": format!("data:application/vc+jwt,{credential}"),
            "type": "EnvelopedVerifiableCredential",
        }],
        "iss": did, "aud": "https://market.example", "nonce": nonce, "iat": at.timestamp(),
    });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{claims}");
    let key = k256::ecdsa::SigningKey::from_slice(key).unwrap();
    let (signature, id) = key.sign_prehash_recoverable(&Sha256::digest(&signed)).unwrap();
    let signature = [signature.to_bytes().as_slice(), &[id.to_byte()]].concat();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Somebody who trusts the platform believes the holder who presents, and nobody else who has the credential.
#[test]
fn the_wallet_presents_the_credential_that_the_platform_issued() {
    let (office, anna, investor, wallet) = vouched();
    let (id, credential) = obtain(&anna, &wallet);
    let did = format!("did:pkh:eip155:{}:{wallet}", office.stage.app.chain.chain_id());
    let key = office.stage.app.secrets.key(&format!("wallet/{investor}"));
    let file = PolicyFile { accept_unpresented: false, ..policy(&office) };
    let market = CredentialPolicy::try_from(file).unwrap();
    let judged = |presentation: &str, nonce_used| {
        let expected =
            Expectation { nonce: "n-1", nonce_used, audience: "https://market.example", at: office.now() };
        market.verify(presentation, &expected, &Public(&office))
    };
    let presentation = by_wallet(&key, &did, &credential, ("n-1", office.now()));
    let decision = judged(&presentation, false);
    assert!(decision.accepted, "{:?}", decision.reasons);
    let claims = decision.claims.unwrap();
    assert_eq!((claims.subject, claims.wallet.map(|it| it.to_string())), (did.clone(), Some(wallet)));

    assert!(judged(&presentation, true).refused_for(Code::NonceUsed));
    assert!(judged(&credential, false).refused_for(Code::NotPresented));
    let thief = by_wallet(&[9; 32], &did, &credential, ("n-1", office.now()));
    assert!(judged(&thief, false).refused_for(Code::SignatureInvalid));
    let own = k256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let own = format!("did:pkh:eip155:{}:{}", office.stage.app.chain.chain_id(), address_of(&own));
    let thief = by_wallet(&[9; 32], &own, &credential, ("n-1", office.now()));
    assert!(judged(&thief, false).refused_for(Code::SubjectNotHolder));
    let answering_another = by_wallet(&key, &did, &credential, ("n-2", office.now()));
    assert!(judged(&answering_another, false).refused_for(Code::NonceMismatch));
    let path = format!("/v1/credentials/{id}/revocation");
    assert_eq!(office.officer.post(&path, &json!({})).status, 204);
    assert!(judged(&presentation, false).refused_for(Code::Revoked));
}

#[test]
fn a_wallet_of_somebody_else_gets_no_credential() {
    let (office, anna, _, _) = vouched();
    let key = k256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let unknown = address_of(&key).to_string();
    assert_eq!(anna.post("/v1/credentials", &json!({ "wallet": unknown })).status, 404);
    assert_eq!(anna.post("/v1/credentials", &json!({ "wallet": "0x12" })).refused_field(), "wallet");
    let nothing = Public(&office).text(&format!("{SITE}/credentials/status/1"));
    assert_eq!(nothing.unwrap_err(), "404 Not Found");
}

/// The command line program judges what the platform issued, with the public documents given as files.
#[test]
fn the_program_verifies_what_the_platform_issued() {
    let (office, anna, _, wallet) = vouched();
    let (id, credential) = obtain(&anna, &wallet);
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str| {
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file.display().to_string()
        };
        let policy = write("policy.json", &serde_json::to_string(&policy(&office)).unwrap());
        let (document, list) =
            (format!("{SITE}/.well-known/did.json"), format!("{SITE}/credentials/status/1"));
        let given = [&document, &list].map(|url| {
            let name = url.replace([':', '/'], "-");
            format!("{url}={}", write(&name, &Public(&office).text(url).unwrap()))
        });
        let mut program = Command::new(env!("CARGO_BIN_EXE_muniment"))
            .args(["credential", "verify", "--policy", &policy, "--at", &office.now().to_rfc3339()])
            .args(["--document", &given[0], "--document", &given[1]])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        program.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let answer = program.wait_with_output().unwrap();
        (answer.status.code(), serde_json::from_slice::<Value>(&answer.stdout).unwrap_or_default())
    };
    let (code, answer) = run(&credential);
    assert_eq!((code, &answer["accepted"]), (Some(0), &json!(true)), "{answer}");
    anna.post(&format!("/v1/credentials/{id}/renewal"), &json!({})).expect(201);
    let (code, answer) = run(&credential);
    assert_eq!((code, &answer["reasons"][0]["code"]), (Some(2), &json!("REVOKED")), "{answer}");
    assert_eq!(run("no credential").0, Some(2));
}

#[test]
fn the_investor_gets_it_and_the_officer_revokes_it_on_a_page() {
    let (office, _, _, wallet) = vouched();
    let signed_in = |email: &str| {
        let browser = Browser::at(&office.stage.url);
        let form = browser.get("/sign-in").form("/sign-in");
        assert_eq!(form.set("email", email).set("password", PASSWORD).send(&browser).status, 303);
        browser
    };
    let (investor, officer) = (signed_in("anna@example.org"), signed_in("officer@example.org"));
    let page = investor.get("/credentials");
    crate::in_order::in_order(&page, "/credentials");
    assert!(page.html.contains(&wallet));
    assert_eq!(page.form("/credentials").set("act", "obtain").send(&investor).status, 303);
    let page = investor.get("/credentials");
    crate::in_order::in_order(&page, "/credentials");
    let file = page.html.split("href=\"").find(|part| part.contains("/file\"")).unwrap();
    let credential = investor.get(file.split('"').next().unwrap()).html;
    assert!(verify(&office, &credential).accepted);
    let page = officer.get("/credentials");
    crate::in_order::in_order(&page, "/credentials");
    assert_eq!(page.form("/credentials").set("act", "revoke").send(&officer).status, 303);
    assert!(officer.get("/credentials").html.contains("Revoked"));
    assert!(verify(&office, &credential).refused_for(Code::Revoked));
}

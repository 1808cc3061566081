//! The compliance officer's desk for a story: a list in force, a provider that is believed, applicants.

use crate::stage::{Answer, Person, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{Format, NewCredential, NewPresentation, SigningKey, issue, present};
use domain::party::{InvestorClass, Role, WalletAddress};
use k256::ecdsa::SigningKey as WalletKey;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

pub(crate) const LIST: &str = "id,schema,name,aliases,dob,country,wallets\n\
                    7,Person,Merai Zoghbi,,1960-04-04,LY,\n\
                    8,Person,Ivan Drago,,,,0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F\n";

/// Who an applicant is.
pub(crate) struct Profile<'a> {
    pub(crate) name: &'a str,
    pub(crate) born: &'a str,
    pub(crate) country: &'a str,
}

pub(crate) const ANNA: Profile<'_> = Profile { name: "Anna Schmidt", born: "1980-02-29", country: "DE" };

pub(crate) fn profile(of: &Profile<'_>) -> Value {
    json!({ "legal_name": of.name, "date_of_birth": of.born, "country": of.country,
            "investor_class": "professional", "address": "Hafenweg 1, Hamburg" })
}

/// A house with a list in force and a provider that is believed.
pub(crate) struct Office {
    pub(crate) stage: Stage,
    pub(crate) officer: Person,
    pub(crate) provider: SigningKey,
}

impl Office {
    pub(crate) fn open() -> Self {
        let stage = Stage::start();
        let officer = stage.person("officer", Role::Compliance);
        let provider = SigningKey::ed25519(&[1; 32]).unwrap();
        let trust = json!({ "did": provider.did(), "name": "Ident GmbH", "credential_types": ["KycCredential"],
                            "trusted_from": "2020-01-01T00:00:00Z" });
        officer.post("/v1/credential-issuers", &trust).expect(201);
        load(&officer, LIST).expect(201);
        Self { stage, officer, provider }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.stage.app.clock.now()
    }

    /// A credential about somebody, from the provider that is believed.
    pub(crate) fn credential(&self, of: &Profile<'_>, holder: &SigningKey, days: i64) -> String {
        let new = NewCredential {
            id: "urn:uuid:6c2b1f8e-0d6c-4f0e-9a53-0f6f1f1f0a01".to_owned(),
            types: vec!["KycCredential".to_owned()],
            subject: holder.did().to_owned(),
            name: Some(of.name.to_owned()),
            date_of_birth: of.born.parse().ok(),
            country: Some(of.country.parse().unwrap()),
            investor_class: Some(InvestorClass::Professional),
            wallet: None,
            valid_from: self.now() - TimeDelta::days(1),
            valid_until: self.now() + TimeDelta::days(days),
            status: None,
        };
        issue(&self.provider, Format::VcJwt, &new).unwrap()
    }

    /// A presentation that answers a new challenge.
    pub(crate) fn presentation(&self, person: &Person, holder: &SigningKey, credential: String) -> Value {
        let asked = person.post("/v1/presentations/challenge", &json!({})).expect(201);
        let answer = NewPresentation {
            credentials: &[credential],
            nonce: asked["nonce"].as_str().unwrap(),
            audience: asked["audience"].as_str().unwrap(),
            at: self.now(),
        };
        json!({ "presentation": present(holder, Format::VcJwt, &answer).unwrap() })
    }

    /// Applies with a managed wallet and an accepted presentation; returns the person and the investor's id.
    pub(crate) fn applicant(&self, login: &str, of: &Profile<'_>, seed: u8) -> (Person, String) {
        let person = self.stage.person(login, Role::Investor);
        let id = person.post("/v1/investors", &profile(of)).expect(201)["id"].as_str().unwrap().to_owned();
        person.post("/v1/wallets", &json!({ "managed": true })).expect(201);
        let holder = SigningKey::ed25519(&[seed; 32]).unwrap();
        let presentation = self.presentation(&person, &holder, self.credential(of, &holder, 400));
        let answer = person.post("/v1/presentations", &presentation).expect(201);
        assert_eq!(answer["accepted"], true, "{answer}");
        (person, id)
    }

    pub(crate) fn open_case(&self, investor: &str) -> Option<String> {
        let cases = self.officer.get("/v1/cases?status=open").expect(200);
        let cases = cases["items"].as_array().unwrap().clone();
        let found = cases.iter().find(|case| case["investor_id"] == investor)?;
        Some(found["id"].as_str().unwrap().to_owned())
    }

    pub(crate) fn decide(&self, investor: &str, decision: &str) -> Value {
        let case = self.open_case(investor).expect("a case is open");
        let body = json!({ "decision": decision, "reason": "Documents seen." });
        self.officer.post(&format!("/v1/cases/{case}/decision"), &body).expect(200)
    }

    pub(crate) fn wait_registered(&self, person: &Person, wallets: usize) {
        self.stage.wait_until("the registry knows the wallets", || {
            let known = person.get("/v1/wallets").expect(200);
            known.as_array().unwrap().iter().filter(|wallet| wallet["registered"] == true).count() == wallets
        });
    }

    /// What the projection of the registry says of a wallet.
    pub(crate) fn identity(&self, wallet: &str) -> Option<store::identities::Identity> {
        let wallet: WalletAddress = wallet.parse().unwrap();
        self.stage.app.ask(|tx| Ok(store::identities::of_wallet(tx, wallet)?)).unwrap()
    }

    pub(crate) fn audit(&self) -> Vec<store::audit::Entry> {
        self.stage.app.ask(|tx| Ok(store::audit::after(tx, 0, store::MAX_PAGE)?)).unwrap()
    }
}

pub(crate) fn load(officer: &Person, list: &str) -> Answer {
    let file = Part::bytes(list.as_bytes().to_vec()).file_name("list.csv");
    let form = Form::new().text("name", "own").text("format", "csv").part("file", file);
    Answer::of(officer.request(reqwest::Method::POST, "/v1/sanctions-lists").multipart(form).send().unwrap())
}

pub(crate) fn codes(answer: &Value) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

pub(crate) fn address_of(key: &WalletKey) -> WalletAddress {
    let point = key.verifying_key().to_encoded_point(false);
    WalletAddress(Keccak256::digest(&point.as_bytes()[1..])[12..].try_into().unwrap())
}

/// What a wallet answers to `personal_sign`.
pub(crate) fn personal_sign(key: &WalletKey, message: &str) -> String {
    let text = format!("\u{19}Ethereum Signed Message:\n{}{message}", message.len());
    let (signature, id) = key.sign_prehash_recoverable(&Keccak256::digest(text)).unwrap();
    format!("0x{}{:02x}", hex(&signature.to_bytes()), 27 + id.to_byte())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! The people of the attack suite, and the tests that read like the policy.

mod attacks;
mod data_integrity;
mod jwt_credential;
mod jwt_presentation;
mod noise;
mod openid4vp;
mod policy;
mod sd_jwt;
mod selective;
mod status;
mod vectors;
mod wallet;

use crate::credential::{
    Code, CredentialPolicy, Decision, Expectation, Fetch, Fetched, Format, NewCredential, NewPresentation,
    Offline, PolicyFile, SigningKey, TrustedIssuer, issue, present,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::party::InvestorClass;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const NONCE: &str = "n-0S6_WzA2Mj";
pub(super) const AUDIENCE: &str = "https://muniment.example";
pub(super) const WALLET: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

pub(super) fn at() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// A provider of identity checks that the policy trusts.
pub(super) fn provider() -> SigningKey {
    SigningKey::ed25519(&[1; 32]).unwrap()
}

/// The person who proves who they are.
pub(super) fn anna() -> SigningKey {
    SigningKey::p256(&[2; 32]).unwrap()
}

/// The one who tries.
pub(super) fn mallory() -> SigningKey {
    SigningKey::ed25519(&[3; 32]).unwrap()
}

pub(super) fn trust(issuer: &SigningKey) -> TrustedIssuer {
    TrustedIssuer {
        issuer: issuer.did().to_owned(),
        types: vec!["KycCredential".to_owned()],
        from: "2025-01-01T00:00:00Z".parse().unwrap(),
        until: Some("2027-01-01T00:00:00Z".parse().unwrap()),
    }
}

pub(super) fn policy() -> CredentialPolicy {
    CredentialPolicy::try_from(PolicyFile::trusting(vec![trust(&provider())])).unwrap()
}

pub(super) fn expected() -> Expectation<'static> {
    Expectation { nonce: NONCE, nonce_used: false, audience: AUDIENCE, at: at() }
}

/// What the provider says about Anna.
pub(super) fn about_anna() -> NewCredential {
    NewCredential {
        id: "urn:uuid:6c2b1f8e-0d6c-4f0e-9a53-0f6f1f1f0a01".to_owned(),
        types: vec!["KycCredential".to_owned()],
        subject: anna().did().to_owned(),
        name: Some("Anna Schmidt".to_owned()),
        date_of_birth: NaiveDate::from_ymd_opt(1980, 2, 29),
        country: Some("DE".parse().unwrap()),
        investor_class: Some(InvestorClass::Professional),
        wallet: Some(WALLET.parse().unwrap()),
        valid_from: at() - TimeDelta::days(30),
        valid_until: at() + TimeDelta::days(335),
        status: None,
    }
}

pub(super) fn by_anna(format: Format, credential: String) -> String {
    presented(&anna(), format, &[credential])
}

pub(super) fn presented(holder: &SigningKey, format: Format, credentials: &[String]) -> String {
    let presentation = NewPresentation { credentials, nonce: NONCE, audience: AUDIENCE, at: at() };
    present(holder, format, &presentation).unwrap()
}

pub(super) fn honest(format: Format) -> String {
    by_anna(format, issue(&provider(), format, &about_anna()).unwrap())
}

pub(super) fn judged(presentation: &str) -> Decision {
    policy().verify_presentation(presentation, &expected(), &Offline)
}

/// Asserts that a presentation is refused, for exactly these reasons.
#[track_caller]
pub(super) fn assert_refused(decision: &Decision, codes: &[Code]) {
    let found: Vec<_> = decision.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(found, codes, "{decision:#?}");
    assert!(!decision.accepted && decision.claims.is_none());
}

#[track_caller]
pub(super) fn assert_accepted(decision: &Decision) {
    assert!(decision.accepted && decision.reasons.is_empty(), "{decision:#?}");
}

pub(super) const ALL: [Format; 4] = [Format::VcJwt, Format::VcJose, Format::DataIntegrity, Format::SdJwt];

pub(super) fn credential(format: Format) -> String {
    issue(&provider(), format, &about_anna()).unwrap()
}

/// The parts of a token, to be changed.
pub(super) fn parts(token: &str) -> (Value, Value, String) {
    let parts: Vec<_> = token.split('.').collect();
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (read(parts[0]), read(parts[1]), parts[2].to_owned())
}

pub(super) fn joined(header: &Value, payload: &Value, signature: &str) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{payload}.{signature}")
}

/// The token with another payload, signed again by `signer`.
pub(super) fn resigned(signer: &SigningKey, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let (header, mut payload, _) = parts(token);
    change(&mut payload);
    signer.sign(header["typ"].as_str().unwrap(), &payload).unwrap()
}

/// What the caller fetched before.
#[derive(Default)]
pub(super) struct Web(pub(super) BTreeMap<String, Fetched>);

impl Web {
    pub(super) fn with(mut self, url: &str, body: impl Into<Vec<u8>>) -> Self {
        self.0.insert(url.to_owned(), Fetched { body: body.into(), at: at() });
        self
    }
}

impl Fetch for Web {
    fn fetch(&self, url: &str) -> Result<Fetched, String> {
        self.0.get(url).cloned().ok_or_else(|| format!("{url}: 404"))
    }
}

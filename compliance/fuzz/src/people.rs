//! The people of the fuzzer: a provider that the policy trusts, and a holder.

use chrono::{DateTime, TimeDelta, Utc};
use muniment_compliance::credential::{CredentialPolicy, PolicyFile, SigningKey, TrustedIssuer};

pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";
pub(crate) const AUDIENCE: &str = "https://muniment.example";

pub(crate) fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400, 0).unwrap_or_default()
}

pub(crate) fn provider() -> SigningKey {
    SigningKey::ed25519(&[1; 32]).expect("a key")
}

/// A policy under which a credential alone is judged to the end.
pub(crate) fn policy() -> CredentialPolicy {
    let trusted = TrustedIssuer {
        issuer: provider().did().to_owned(),
        types: vec!["KycCredential".to_owned()],
        from: at() - TimeDelta::days(365),
        until: None,
    };
    let file = PolicyFile { accept_unpresented: true, ..PolicyFile::trusting(vec![trusted]) };
    CredentialPolicy::try_from(file).expect("a policy")
}

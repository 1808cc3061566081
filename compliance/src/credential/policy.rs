//! The policy: who is trusted for what and when, which formats and algorithms, and how old things may be.

use crate::credential::decision::{Checked, Code};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Invalid, invalid::Invalids};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Clocks of honest parties differ by less than this.
const MAX_CLOCK_SKEW_SECONDS: u32 = 300;
/// Clocks that keep time over the network differ by seconds; a minute forgives the rest.
const DEFAULT_CLOCK_SKEW_SECONDS: u32 = 60;
/// A presentation answers a challenge that a person has before them: an hour is more than that takes.
const MAX_PRESENTATION_AGE_SECONDS: u32 = 3_600;
/// Long enough to find the phone, short enough that a stolen presentation is stale.
const DEFAULT_PRESENTATION_AGE_SECONDS: u32 = 300;
/// What was taken back a week ago must be known today.
const MAX_STATUS_AGE_SECONDS: u32 = 7 * 86_400;
/// Lists are published hourly or more often.
const DEFAULT_STATUS_AGE_SECONDS: u32 = 3_600;
/// More issuers than any register of licensed providers holds.
const MAX_TRUSTED_ISSUERS: usize = 10_000;

/// How a credential or presentation is written and signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// Data model 1.1 in a JWT with a `vc` or `vp` claim (section 6.3.1 of the data model 1.1).
    #[serde(rename = "vc-jwt")]
    VcJwt,
    /// Data model 2.0 secured with JOSE: the credential itself is the payload.
    #[serde(rename = "vc-jose")]
    VcJose,
    /// Data model 1.1 or 2.0 in JSON-LD that carries a `DataIntegrityProof`.
    #[serde(rename = "data-integrity")]
    DataIntegrity,
    /// SD-JWT: an SD-JWT VC, or data model 2.0 in an SD-JWT. Presented with a key binding.
    #[serde(rename = "sd-jwt")]
    SdJwt,
}

/// A signature algorithm that the policy may allow. `none` and symmetric ones are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037).
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// ECDSA over P-256 with SHA-256 (RFC 7518).
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA over P-384 with SHA-384 (RFC 7518).
    #[serde(rename = "ES384")]
    Es384,
    /// ECDSA over secp256k1 with SHA-256 (RFC 8812).
    #[serde(rename = "ES256K")]
    Es256k,
    /// As ES256K, with the key recovered from the signature, for keys that are known by an address only.
    #[serde(rename = "ES256K-R")]
    Es256kRecovery,
    /// Data Integrity with Ed25519 over the canonical RDF dataset (vc-di-eddsa).
    #[serde(rename = "eddsa-rdfc-2022")]
    EddsaRdfc2022,
    /// Data Integrity with ECDSA over P-256 or P-384 over the canonical RDF dataset (vc-di-ecdsa).
    #[serde(rename = "ecdsa-rdfc-2019")]
    EcdsaRdfc2019,
    /// Selective disclosure with ECDSA over P-256, one signature a statement (vc-di-ecdsa).
    #[serde(rename = "ecdsa-sd-2023")]
    EcdsaSd2023,
}

impl Algorithm {
    /// Whether it is a cryptosuite of Data Integrity; the others are algorithms of JWS.
    pub(super) const fn is_cryptosuite(self) -> bool {
        matches!(self, Self::EddsaRdfc2022 | Self::EcdsaRdfc2019) || self.is_selective()
    }

    /// Whether the holder chooses what to show of what the issuer signed.
    pub(super) const fn is_selective(self) -> bool {
        matches!(self, Self::EcdsaSd2023)
    }
}

/// An issuer and what it is trusted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// The DID of the issuer.
    pub issuer: String,
    /// The types of credential it may issue, such as `KycCredential`.
    pub types: Vec<String>,
    /// The first moment of trust.
    pub from: DateTime<Utc>,
    /// The first moment at which trust has ended. Nothing: until the policy changes.
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
}

/// The policy as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// The formats that are read.
    pub formats: Vec<Format>,
    /// The signature algorithms that are verified, of issuers and holders alike.
    pub algorithms: Vec<Algorithm>,
    /// Who may issue what. Everybody else may issue nothing.
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// Types of credential that must all be in a presentation.
    #[serde(default)]
    pub required_types: Vec<String>,
    /// Whether a credential is accepted alone, though nobody has shown to be its subject.
    #[serde(default)]
    pub accept_unpresented: bool,
    /// JSON-LD contexts by URL, for providers with terms of their own, besides the ones that are built in.
    /// Nothing is ever loaded from the network. No two contexts may give one term's meaning two names.
    #[serde(default)]
    pub json_ld_contexts: BTreeMap<String, Value>,
    /// By how much clocks may differ, from 0 to 300 seconds.
    #[serde(default = "default_skew")]
    pub clock_skew_seconds: u32,
    /// How long after it was made a presentation is accepted, from 1 to 3,600 seconds.
    #[serde(default = "default_age")]
    pub presentation_max_age_seconds: u32,
    /// Whether a credential without a status is refused.
    #[serde(default)]
    pub status_required: bool,
    /// What a credential of a selective suite must show, `validUntil` unless something else is said: what its holder
    /// withholds looks like what its issuer never said.
    #[serde(default = "default_shown")]
    pub selective_must_show: Vec<String>,
    /// How long ago a status list may have been fetched, from 1 to 604,800 seconds.
    #[serde(default = "default_status_age")]
    pub status_max_age_seconds: u32,
}

fn default_shown() -> Vec<String> {
    vec!["validUntil".to_owned()]
}

const fn default_status_age() -> u32 {
    DEFAULT_STATUS_AGE_SECONDS
}

const fn default_skew() -> u32 {
    DEFAULT_CLOCK_SKEW_SECONDS
}

const fn default_age() -> u32 {
    DEFAULT_PRESENTATION_AGE_SECONDS
}

impl PolicyFile {
    /// The usual policy for these issuers: every format and algorithm that is supported, one minute of
    /// clock skew, presentations of at most five minutes.
    #[must_use]
    pub fn trusting(trusted_issuers: Vec<TrustedIssuer>) -> Self {
        use Algorithm::{EcdsaRdfc2019, EcdsaSd2023, EdDsa, EddsaRdfc2022};
        use Algorithm::{Es256, Es256k, Es256kRecovery, Es384};
        let tokens = [EdDsa, Es256, Es384, Es256k, Es256kRecovery];
        let documents = [EddsaRdfc2022, EcdsaRdfc2019, EcdsaSd2023];
        Self {
            formats: vec![Format::VcJwt, Format::VcJose, Format::DataIntegrity, Format::SdJwt],
            algorithms: tokens.into_iter().chain(documents).collect(),
            trusted_issuers,
            required_types: Vec::new(),
            accept_unpresented: false,
            json_ld_contexts: BTreeMap::new(),
            clock_skew_seconds: DEFAULT_CLOCK_SKEW_SECONDS,
            presentation_max_age_seconds: DEFAULT_PRESENTATION_AGE_SECONDS,
            status_required: false,
            selective_must_show: default_shown(),
            status_max_age_seconds: DEFAULT_STATUS_AGE_SECONDS,
        }
    }
}

/// A policy whose limits have been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialPolicy {
    file: PolicyFile,
}

impl TryFrom<PolicyFile> for CredentialPolicy {
    type Error = Invalids;

    fn try_from(file: PolicyFile) -> Result<Self, Invalids> {
        let mut invalids = Invalids::default();
        let mut within = |field: &str, value: u32, lowest: u32, highest: u32| {
            if !(lowest..=highest).contains(&value) {
                invalids.push(Invalid::new(field, value, format!("{lowest} to {highest} seconds")));
            }
        };
        within("clock_skew_seconds", file.clock_skew_seconds, 0, MAX_CLOCK_SKEW_SECONDS);
        within(
            "presentation_max_age_seconds",
            file.presentation_max_age_seconds,
            1,
            MAX_PRESENTATION_AGE_SECONDS,
        );
        within("status_max_age_seconds", file.status_max_age_seconds, 1, MAX_STATUS_AGE_SECONDS);
        for (field, empty) in
            [("formats", file.formats.is_empty()), ("algorithms", file.algorithms.is_empty())]
        {
            if empty {
                invalids.push(Invalid::new(field, "", "at least one, or nothing is ever accepted"));
            }
        }
        if file.trusted_issuers.len() > MAX_TRUSTED_ISSUERS {
            let count = file.trusted_issuers.len();
            invalids.push(Invalid::new("trusted_issuers", count, format!("at most {MAX_TRUSTED_ISSUERS}")));
        }
        for (position, trusted) in file.trusted_issuers.iter().enumerate() {
            check_issuer(position, trusted, &mut invalids);
        }
        invalids.into_result().map(|()| Self { file })
    }
}

fn check_issuer(position: usize, trusted: &TrustedIssuer, invalids: &mut Invalids) {
    let field = |name: &str| format!("trusted_issuers[{position}].{name}");
    if ssi::dids::DID::new(&trusted.issuer).is_err() {
        invalids.push(Invalid::new(field("issuer"), &trusted.issuer, "a DID without path or fragment"));
    }
    if trusted.types.is_empty() || trusted.types.iter().any(|name| name.trim().is_empty()) {
        invalids.push(Invalid::new(
            field("types"),
            trusted.types.join(", "),
            "at least one type of credential",
        ));
    }
    if let Some(until) = trusted.until.filter(|until| *until <= trusted.from) {
        invalids.push(Invalid::new(field("until"), until, format!("after from {}", trusted.from)));
    }
}

impl CredentialPolicy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// Every field that is wrong, with its value and its limit; for what is no JSON, the place.
    pub fn parse(json: &str) -> Result<Self, Invalids> {
        let file: PolicyFile = serde_json::from_str(json)
            .map_err(|error| Invalids::from(Invalid::new("policy", error, "a policy file in JSON")))?;
        Self::try_from(file)
    }

    /// The policy as it is written down.
    #[must_use]
    pub const fn file(&self) -> &PolicyFile {
        &self.file
    }

    pub(super) fn skew(&self) -> TimeDelta {
        TimeDelta::seconds(self.file.clock_skew_seconds.into())
    }

    pub(super) fn presentation_max_age(&self) -> TimeDelta {
        TimeDelta::seconds(self.file.presentation_max_age_seconds.into())
    }

    pub(super) fn status_max_age(&self) -> TimeDelta {
        TimeDelta::seconds(self.file.status_max_age_seconds.into())
    }

    /// Whether a format is allowed.
    pub(super) fn allow_format(&self, format: Format) -> Checked<()> {
        let allowed = self.file.formats.contains(&format);
        allowed.then_some(()).ok_or_else(|| (Code::FormatNotAllowed, format!("{format:?} is not read here")))
    }

    /// The algorithm of this name, when it is allowed.
    pub(super) fn allow_algorithm(&self, name: &str) -> Checked<Algorithm> {
        let known = serde_json::from_value::<Algorithm>(name.into()).ok();
        known
            .filter(|algorithm| self.file.algorithms.contains(algorithm))
            .ok_or_else(|| (Code::AlgorithmNotAllowed, format!("the algorithm {name} is not on the list")))
    }

    /// Whether an issuer is trusted for every one of the types, at every one of the dates.
    pub(super) fn trust(&self, issuer: &str, types: &[String], dates: &[DateTime<Utc>]) -> Checked<()> {
        for name in types {
            let entries = || {
                let of_issuer = self.file.trusted_issuers.iter().filter(|trusted| trusted.issuer == issuer);
                of_issuer.filter(|trusted| trusted.types.contains(name))
            };
            if entries().next().is_none() {
                return Err((Code::IssuerNotTrusted, format!("{issuer} is not trusted to issue {name}")));
            }
            let covered = |date: &DateTime<Utc>| {
                entries()
                    .any(|trusted| trusted.from <= *date && trusted.until.is_none_or(|until| *date < until))
            };
            if let Some(date) = dates.iter().find(|date| !covered(date)) {
                let detail = format!("{issuer} was not trusted to issue {name} on {date}");
                return Err((Code::IssuerNotTrustedThen, detail));
            }
        }
        Ok(())
    }
}

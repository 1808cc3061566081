//! The issuer's side of status: a list with one bit for each credential, published at a public URL.

use crate::credential::{
    policy::Format,
    signer::{ProofTerms, SignError, SigningKey},
    verify::CONTEXT_V2,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use ssi::status::{
    Compression,
    bitstring_status_list::EncodedList,
    token_status_list::{BitString, StatusSize},
};

/// The entries of one list: as many as the standard asks for at least, so that one credential hides among
/// them. When they are used up, a new list begins.
pub const LIST_ENTRIES: u32 = 131_072;

/// Where the status of one credential stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// The public `https` URL of the list.
    pub list: String,
    /// Its place on the list, below [`LIST_ENTRIES`]. Given out at random, it does not tell the order of issue.
    pub index: u32,
}

/// A list of revocations: one bit each, zero is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    /// Entry 0 is the highest bit of the first byte.
    bits: Vec<u8>,
}

impl Default for StatusList {
    fn default() -> Self {
        Self { bits: vec![0; LIST_ENTRIES as usize / 8] }
    }
}

/// A list to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStatusList<'a> {
    /// The URL at which it will stand.
    pub url: &'a str,
    /// What it says.
    pub list: &'a StatusList,
    /// From when it holds, to the second: when it was made.
    pub valid_from: DateTime<Utc>,
    /// The first moment at which it no longer holds, to the second: a new one is published before.
    pub valid_until: DateTime<Utc>,
}

impl StatusList {
    /// The list in which exactly these entries are revoked. Indices beyond the list are left out.
    #[must_use]
    pub fn of_revoked(indices: impl IntoIterator<Item = u32>) -> Self {
        let mut list = Self::default();
        for index in indices {
            list.set(index, true);
        }
        list
    }

    /// Revokes an entry or restores it. `false` when the index is beyond the list.
    #[must_use = "an index beyond the list changes nothing"]
    pub fn flip(&mut self, index: u32, revoked: bool) -> bool {
        self.set(index, revoked)
    }

    /// Whether an entry is revoked.
    #[must_use]
    pub fn is_revoked(&self, index: u32) -> bool {
        self.bits.get(index as usize / 8).is_some_and(|byte| byte & mask(index) != 0)
    }

    fn set(&mut self, index: u32, revoked: bool) -> bool {
        let Some(byte) = self.bits.get_mut(index as usize / 8) else { return false };
        *byte = if revoked { *byte | mask(index) } else { *byte & !mask(index) };
        true
    }
}

const fn mask(index: u32) -> u8 {
    0x80 >> (index % 8)
}

/// Signs a list as a W3C `BitstringStatusListCredential`, for credentials that are no SD-JWT.
///
/// # Errors
/// When the library cannot sign, or for [`Format::SdJwt`] and [`Format::VcJwt`]: the list is of data model 2.0.
pub fn issue_status_list(
    issuer: &SigningKey,
    format: Format,
    new: &NewStatusList<'_>,
) -> Result<String, SignError> {
    let rfc3339 = |date: DateTime<Utc>| date.to_rfc3339_opts(SecondsFormat::Secs, true);
    let credential = json!({
        "@context": [CONTEXT_V2],
        "id": new.url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did(),
        "validFrom": rfc3339(new.valid_from),
        "validUntil": rfc3339(new.valid_until),
        "credentialSubject": {
            "id": format!("{}#list", new.url),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": EncodedList::encode(&new.list.bits),
        },
    });
    match format {
        Format::VcJose => issuer.sign("vc+jwt", &credential),
        Format::DataIntegrity => {
            let terms = ProofTerms {
                purpose: "assertionMethod",
                created: new.valid_from,
                challenge: None,
                domain: None,
            };
            issuer.prove(&credential, &terms).map(|proven| proven.to_string())
        }
        Format::VcJwt | Format::SdJwt => Err(SignError::ListFormat),
    }
}

/// Signs a list as an IETF status list token, for credentials that are an SD-JWT.
///
/// # Errors
/// When the library cannot sign.
pub fn issue_token_status_list(issuer: &SigningKey, new: &NewStatusList<'_>) -> Result<String, SignError> {
    // There the first entry is the lowest bit of a byte.
    let bytes = new.list.bits.iter().map(|byte| byte.reverse_bits()).collect();
    let size = StatusSize::try_from(1).map_err(|_| SignError::ListFormat)?;
    let list = BitString::from_parts(size, bytes).to_compressed_bytes(Compression::best());
    let payload = json!({
        "iss": issuer.did(),
        "sub": new.url,
        "iat": new.valid_from.timestamp(),
        "exp": new.valid_until.timestamp(),
        "status_list": { "bits": 1, "lst": URL_SAFE_NO_PAD.encode(list) },
    });
    issuer.sign("statuslist+jwt", &payload)
}

impl StatusEntry {
    /// As `credentialStatus` of the data model.
    pub(super) fn in_credential(&self) -> Value {
        json!({
            "id": format!("{}#{}", self.list, self.index),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": self.index.to_string(),
            "statusListCredential": self.list,
        })
    }

    /// As the claim `status` of a token.
    pub(super) fn in_token(&self) -> Value {
        json!({ "status_list": { "idx": self.index, "uri": self.list } })
    }
}

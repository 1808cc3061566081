//! Issuing: credentials about a person, in every format that is read here.

use crate::credential::{
    data_integrity::UNDEFINED_TERMS,
    fetch::Offline,
    key::{Key, Purpose, Resolver},
    policy::Format,
    sd_jwt::digest,
    signer::{ProofTerms, SignError, SigningKey},
    status_list::StatusEntry,
    verify::{CONTEXT_V1, CONTEXT_V2},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::{Country, party::InvestorClass, party::WalletAddress};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A credential to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential {
    /// Its id, usually `urn:uuid:` and a UUID.
    pub id: String,
    /// Its types besides `VerifiableCredential`, such as `KycCredential`.
    pub types: Vec<String>,
    /// The DID of the person it is about.
    pub subject: String,
    /// Their full name.
    pub name: Option<String>,
    /// Their date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Their country of residence.
    pub country: Option<Country>,
    /// Their class as an investor.
    pub investor_class: Option<InvestorClass>,
    /// Their wallet.
    pub wallet: Option<WalletAddress>,
    /// From when it holds, to the second.
    pub valid_from: DateTime<Utc>,
    /// The first moment at which it no longer holds, to the second.
    pub valid_until: DateTime<Utc>,
    /// Where its status stands. Nothing: it cannot be revoked.
    pub status: Option<StatusEntry>,
}

impl NewCredential {
    fn subject(&self) -> Value {
        let claims = [
            ("name", self.name.clone()),
            ("birthDate", self.date_of_birth.map(|date| date.to_string())),
            ("country", self.country.map(String::from)),
            ("investorClass", self.investor_class.map(|class| class.to_string())),
            ("wallet", self.wallet.map(String::from)),
        ];
        let claims = claims.into_iter().filter_map(|(name, claim)| Some((name.to_owned(), claim?.into())));
        Value::Object(Map::from_iter(
            [("id".to_owned(), self.subject.clone().into())].into_iter().chain(claims),
        ))
    }
}

/// Signs a credential as its issuer. In an SD-JWT every claim about the person may be withheld, and the subject's
/// key is bound; there the type is the first of `types`.
///
/// # Errors
/// When the library cannot sign, the key has no cryptosuite, or the subject of an SD-JWT is no DID with a key.
pub fn issue(issuer: &SigningKey, format: Format, credential: &NewCredential) -> Result<String, SignError> {
    match format {
        Format::VcJwt => issuer.sign("JWT", &credential.version_1(issuer.did())),
        Format::VcJose => issuer.sign("vc+jwt", &credential.version_2(issuer.did(), &[CONTEXT_V2])),
        Format::DataIntegrity => {
            let document = credential.version_2(issuer.did(), &[CONTEXT_V2, UNDEFINED_TERMS]);
            let terms = ProofTerms {
                purpose: "assertionMethod",
                created: credential.valid_from,
                challenge: None,
                domain: None,
            };
            issuer.prove(&document, &terms).map(|proven| proven.to_string())
        }
        Format::SdJwt => selective(issuer, credential),
    }
}

impl NewCredential {
    fn all_types(&self) -> Vec<&str> {
        ["VerifiableCredential"].into_iter().chain(self.types.iter().map(String::as_str)).collect()
    }

    fn version_1(&self, issuer: &str) -> Value {
        let mut credential = json!({
            "@context": [CONTEXT_V1],
            "id": self.id,
            "type": self.all_types(),
            "issuer": issuer,
            "issuanceDate": rfc3339(self.valid_from),
            "expirationDate": rfc3339(self.valid_until),
            "credentialSubject": self.subject(),
        });
        self.add_status(&mut credential);
        json!({
            "iss": issuer,
            "sub": self.subject,
            "jti": self.id,
            "nbf": self.valid_from.timestamp(),
            "exp": self.valid_until.timestamp(),
            "vc": credential,
        })
    }

    fn version_2(&self, issuer: &str, contexts: &[&str]) -> Value {
        let mut credential = json!({
            "@context": contexts,
            "id": self.id,
            "type": self.all_types(),
            "issuer": issuer,
            "validFrom": rfc3339(self.valid_from),
            "validUntil": rfc3339(self.valid_until),
            "credentialSubject": self.subject(),
        });
        self.add_status(&mut credential);
        credential
    }

    fn add_status(&self, credential: &mut Value) {
        if let Some(status) = &self.status {
            credential["credentialStatus"] = status.in_credential();
        }
    }
}

fn rfc3339(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An SD-JWT VC with all its disclosures.
fn selective(issuer: &SigningKey, credential: &NewCredential) -> Result<String, SignError> {
    let unbound = || SignError::Unbound(credential.subject.clone());
    let key = Resolver(&Offline).key(&credential.subject, None, Purpose::Authentication);
    let Ok(Key::Public(jwk)) = key else { return Err(unbound()) };
    let mut disclosures = Vec::new();
    if let Value::Object(claims) = credential.subject() {
        for (name, value) in claims.into_iter().filter(|(name, _)| name != "id") {
            let salt = salt(issuer, &credential.id, &name)?;
            disclosures.push(URL_SAFE_NO_PAD.encode(json!([salt, name, value]).to_string()));
        }
    }
    let mut digests: Vec<_> = disclosures.iter().map(|disclosure| digest(disclosure)).collect();
    // In order of the digests, so that their places do not tell which claim is which.
    digests.sort();
    let mut payload = json!({
        "iss": issuer.did(),
        "sub": credential.subject,
        "jti": credential.id,
        "vct": credential.types.first(),
        "nbf": credential.valid_from.timestamp(),
        "exp": credential.valid_until.timestamp(),
        "cnf": { "jwk": *jwk },
        "_sd_alg": "sha-256",
        "_sd": digests,
    });
    if let Some(status) = &credential.status {
        payload["status"] = status.in_token();
    }
    Ok(format!("{}~{}~", issuer.sign("dc+sd-jwt", &payload)?, disclosures.join("~")))
}

/// A salt that nobody but the issuer can compute: a hash of their signature over the place of the claim.
fn salt(issuer: &SigningKey, id: &str, name: &str) -> Result<String, SignError> {
    let signature = issuer.raw(format!("salt of {name} in {id}").as_bytes())?;
    let hash = Sha256::digest(signature);
    Ok(URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default()))
}

//! Issuing: keys from given seeds, and credentials signed with them.

use crate::credential::{
    key::jws_algorithm,
    policy::{Algorithm, Format},
    verify::context_of,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::{Country, party::InvestorClass, party::WalletAddress};
use serde_json::{Map, Value, json};
use ssi::{
    JWK,
    claims::jws,
    dids::DIDKey,
    jwk::{ECParams, Params},
    multicodec,
};
use std::fmt;

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The seed is no private key of the curve: zero, or not below its order.
    #[error("the seed is no private key of this curve")]
    Seed,
    /// The library could not sign.
    #[error("signing failed: {0}")]
    Sign(#[from] jws::Error),
}

/// A private key with its `did:key`. Debug output shows the DID only.
#[derive(Clone)]
pub struct SigningKey {
    jwk: JWK,
    did: String,
    method: String,
    algorithm: Algorithm,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("did", &self.did).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// An Ed25519 key from 32 bytes that only its owner knows.
    ///
    /// # Errors
    /// Never for 32 bytes; what the library reports is passed on.
    pub fn ed25519(seed: &[u8; 32]) -> Result<Self, SignError> {
        Self::new(from_codec(multicodec::ED25519_PRIV, seed), Algorithm::EdDsa)
    }

    /// A P-256 key from 32 bytes that only its owner knows.
    ///
    /// # Errors
    /// For the one in 2^32 seeds that is no key.
    pub fn p256(seed: &[u8; 32]) -> Result<Self, SignError> {
        Self::new(from_codec(multicodec::P256_PRIV, seed), Algorithm::Es256)
    }

    /// A secp256k1 key from 32 bytes that only its owner knows.
    ///
    /// # Errors
    /// For the one in 2^128 seeds that is no key.
    pub fn secp256k1(seed: &[u8; 32]) -> Result<Self, SignError> {
        let key = k256::SecretKey::from_slice(seed).ok();
        Self::new(key.map(|key| JWK::from(Params::EC(ECParams::from(&key)))), Algorithm::Es256k)
    }

    fn new(jwk: Option<JWK>, algorithm: Algorithm) -> Result<Self, SignError> {
        let jwk = jwk.ok_or(SignError::Seed)?;
        let method = DIDKey::generate_url(&jwk).map_err(|_| SignError::Seed)?.to_string();
        let did = method.split_once('#').map_or(method.as_str(), |(did, _)| did).to_owned();
        Ok(Self { jwk, did, method, algorithm })
    }

    /// The DID of this key.
    #[must_use]
    pub fn did(&self) -> &str {
        &self.did
    }

    /// A compact JWS over `payload`.
    pub(super) fn sign(&self, typ: &str, payload: &Value) -> Result<String, SignError> {
        let header = json!({ "alg": self.algorithm, "kid": self.method, "typ": typ });
        let [header, payload] = [&header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{payload}");
        let signature = jws::sign_bytes(jws_algorithm(self.algorithm), signed.as_bytes(), &self.jwk)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn from_codec(codec: u64, seed: &[u8; 32]) -> Option<JWK> {
    JWK::from_multicodec(&multicodec::MultiEncodedBuf::encode_bytes(codec, seed)).ok()
}

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

/// Signs a credential as its issuer.
///
/// # Errors
/// When the library cannot sign.
pub fn issue(issuer: &SigningKey, format: Format, credential: &NewCredential) -> Result<String, SignError> {
    let types: Vec<_> =
        ["VerifiableCredential"].into_iter().chain(credential.types.iter().map(String::as_str)).collect();
    let rfc3339 = |date: DateTime<Utc>| date.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (from, until) = (credential.valid_from, credential.valid_until);
    match format {
        Format::VcJwt => {
            let payload = json!({
                "iss": issuer.did,
                "sub": credential.subject,
                "jti": credential.id,
                "nbf": from.timestamp(),
                "exp": until.timestamp(),
                "vc": {
                    "@context": [context_of(format)],
                    "id": credential.id,
                    "type": types,
                    "issuer": issuer.did,
                    "issuanceDate": rfc3339(from),
                    "expirationDate": rfc3339(until),
                    "credentialSubject": credential.subject(),
                },
            });
            issuer.sign("JWT", &payload)
        }
        Format::VcJose => {
            let payload = json!({
                "@context": [context_of(format)],
                "id": credential.id,
                "type": types,
                "issuer": issuer.did,
                "validFrom": rfc3339(from),
                "validUntil": rfc3339(until),
                "credentialSubject": credential.subject(),
            });
            issuer.sign("vc+jwt", &payload)
        }
    }
}

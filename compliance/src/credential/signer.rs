//! Keys that sign: made from given seeds, named by a `did:key`.

use crate::credential::{
    data_integrity::Contexts,
    fetch::{Fetch, Fetched},
    key::{Resolver, at_once, jws_algorithm},
    policy::Algorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use ssi::{
    JWK,
    claims::{
        SignatureEnvironment,
        data_integrity::{
            AnySignatureOptions, AnySuite, CryptographicSuite, DataIntegrityDocument, ProofOptions,
        },
        jws,
    },
    dids::{DIDKey, VerificationMethodDIDResolver},
    jwk::{ECParams, Params},
    multicodec,
    security::{MultibaseBuf, multibase::Base},
    verification_methods::{AnyMethod, SingleSecretSigner},
};
use std::{collections::BTreeMap, fmt};

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The seed is no private key of the curve: zero, or not below its order.
    #[error("the seed is no private key of this curve")]
    Seed,
    /// There is no cryptosuite of Data Integrity for secp256k1 keys.
    #[error("this key has no cryptosuite")]
    NoCryptosuite,
    /// An SD-JWT is bound to the key of its subject, and the key of this DID cannot be computed.
    #[error("the subject {0} has no key to bind to")]
    Unbound(String),
    /// An SD-JWT is presented alone.
    #[error("an SD-JWT is presented alone, not {0} at once")]
    NotOne(usize),
    /// A status list is a credential of data model 2.0, or a token of its own.
    #[error("a status list is not issued in this format")]
    ListFormat,
    /// The library could not sign.
    #[error("signing failed: {0}")]
    Sign(#[from] jws::Error),
    /// The library could not make a proof.
    #[error("the proof could not be made: {0}")]
    Proof(String),
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

/// What a Data Integrity proof says besides the signature.
pub(super) struct ProofTerms<'a> {
    pub(super) purpose: &'static str,
    pub(super) created: DateTime<Utc>,
    pub(super) challenge: Option<&'a str>,
    pub(super) domain: Option<&'a str>,
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

    /// A P-384 key from 48 bytes that only its owner knows.
    ///
    /// # Errors
    /// For the one in 2^194 seeds that is no key.
    pub fn p384(seed: &[u8; 48]) -> Result<Self, SignError> {
        Self::new(from_codec(multicodec::P384_PRIV, seed), Algorithm::Es384)
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

    /// The same key under a DID that its owner publishes, such as a `did:web`, where keys can rotate: a new
    /// one signs under a new fragment, and the old one stays in [`did_document`] while its signatures count.
    #[must_use]
    pub fn under(self, did: &str, fragment: &str) -> Self {
        Self { did: did.to_owned(), method: format!("{did}#{fragment}"), ..self }
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
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.raw(signed.as_bytes())?)))
    }

    /// The signature over some bytes. It is the same each time, for every algorithm that is offered here.
    pub(super) fn raw(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let algorithm = jws_algorithm(self.algorithm).ok_or(SignError::NoCryptosuite)?;
        Ok(jws::sign_bytes(algorithm, bytes, &self.jwk)?)
    }

    /// The document with a Data Integrity proof.
    pub(super) fn prove(&self, document: &Value, terms: &ProofTerms<'_>) -> Result<Value, SignError> {
        let suite = match self.algorithm {
            Algorithm::EdDsa => AnySuite::EdDsaRdfc2022,
            Algorithm::Es256 | Algorithm::Es384 => AnySuite::EcdsaRdfc2019,
            _ => return Err(SignError::NoCryptosuite),
        };
        self.prove_by(suite, AnySignatureOptions::default(), (document, terms))
    }

    /// The document with a proof by a suite and what the suite is told.
    pub(super) fn prove_by(
        &self,
        suite: AnySuite,
        told: AnySignatureOptions,
        (document, terms): (&Value, &ProofTerms<'_>),
    ) -> Result<Value, SignError> {
        let failed = |error: &dyn fmt::Display| SignError::Proof(error.to_string());
        let document: DataIntegrityDocument =
            serde_json::from_value(document.clone()).map_err(|error| failed(&error))?;
        let options: ProofOptions<_, _> = serde_json::from_value(json!({
            "created": terms.created.to_rfc3339_opts(SecondsFormat::Secs, true),
            "verificationMethod": self.method,
            "proofPurpose": terms.purpose,
            "challenge": terms.challenge,
            "domain": terms.domain.into_iter().collect::<Vec<_>>(),
        }))
        .map_err(|error| failed(&error))?;
        let contexts = BTreeMap::new();
        let environment = SignatureEnvironment { json_ld_loader: Contexts(&contexts), eip712_loader: () };
        let own = OwnDocument(did_document(&self.did, &[self]));
        let resolver = VerificationMethodDIDResolver::<_, AnyMethod>::new(Resolver(&own));
        let signer = SingleSecretSigner::new(self.jwk.clone()).into_local();
        let proven = at_once(suite.sign_with(environment, document, resolver, signer, options, told));
        let proven =
            proven.ok_or_else(|| failed(&"it waits for a network"))?.map_err(|error| failed(&error))?;
        serde_json::to_value(proven).map_err(|error| failed(&error))
    }
}

fn from_codec(codec: u64, seed: &[u8]) -> Option<JWK> {
    JWK::from_multicodec(&multicodec::MultiEncodedBuf::encode_bytes(codec, seed)).ok()
}

/// The DID document of `did` with these keys, for issuing and for presenting, to be published where its method
/// looks for it (`did:web:example.com` at `https://example.com/.well-known/did.json`).
#[must_use]
pub fn did_document(did: &str, keys: &[&SigningKey]) -> Value {
    let methods = keys.iter().map(|key| {
        let public = key.jwk.to_multicodec().ok();
        let public = public.map(|key| MultibaseBuf::encode(Base::Base58Btc, key.as_bytes()));
        json!({ "id": key.method, "type": "Multikey", "controller": did, "publicKeyMultibase": public })
    });
    let ids: Vec<_> = keys.iter().map(|key| key.method.as_str()).collect();
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods.collect::<Value>(),
        "assertionMethod": ids,
        "authentication": ids,
    })
}

/// A signer knows its own document and needs nobody to fetch it.
struct OwnDocument(Value);

impl Fetch for OwnDocument {
    fn fetch(&self, _: &str) -> Result<Fetched, String> {
        Ok(Fetched { body: self.0.to_string().into_bytes(), at: DateTime::UNIX_EPOCH })
    }
}

//! Keys: from a DID to the key that may sign for it, and whether it did. Only `did:web` needs a network.

use crate::credential::{
    decision::{Checked, Code},
    fetch::Fetch,
    policy::Algorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::party::WalletAddress;
use serde_json::Value;
use sha3::{Digest, Keccak256};
use ssi::{
    JWK,
    claims::jws,
    dids::{
        DID, DIDEthr, DIDJWK, DIDKey, DIDPKH, DIDResolver, DIDURL, Document,
        document::{DIDVerificationMethod, representation::MediaType},
        resolution::{self, DIDMethodResolver, Output},
    },
    jwk::{Algorithm as JwsAlgorithm, Params},
    multicodec::MultiEncodedBuf,
    security::Multibase,
    verification_methods::ProofPurpose,
};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What a key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To issue a credential.
    Assertion,
    /// To present one.
    Authentication,
}

impl Purpose {
    const fn proof_purpose(self) -> ProofPurpose {
        match self {
            Self::Assertion => ProofPurpose::Assertion,
            Self::Authentication => ProofPurpose::Authentication,
        }
    }

    /// The reason when the key belongs to somebody else than the party that is named.
    const fn wrong_party(self) -> Code {
        match self {
            Self::Assertion => Code::IssuerNotController,
            Self::Authentication => Code::PresenterNotHolder,
        }
    }
}

/// A key that may verify for its controller.
#[derive(Debug)]
pub(super) enum Key {
    Public(Box<JWK>),
    /// Known by its address only: the signature must give the key away.
    Address(WalletAddress),
}

/// Reads a public key of a JWK; a private part is dropped. A point whose coordinates are not as long as its curve asks
/// (RFC 7518, 6.2.1.2) is none: `ssi` takes the length of those on P-384 for granted.
pub(super) fn jwk(value: &Value) -> Option<JWK> {
    let jwk = serde_json::from_value::<JWK>(value.clone()).ok()?.to_public();
    let Params::EC(point) = &jwk.params else { return Some(jwk) };
    let bytes = match point.curve.as_deref() {
        Some("P-256" | "secp256k1") => 32,
        Some("P-384") => 48,
        _ => return None,
    };
    let coordinates = [&point.x_coordinate, &point.y_coordinate];
    coordinates.iter().all(|it| it.as_ref().is_some_and(|it| it.0.len() == bytes)).then_some(jwk)
}

/// Whether the id of a `did:jwk` is a key that can be read.
fn holds_key(id: &str) -> bool {
    let key = URL_SAFE_NO_PAD.decode(id).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    key.is_some_and(|key: Value| jwk(&key).is_some())
}

/// Finds DID documents: of `did:key`, `did:jwk`, `did:pkh` and `did:ethr` by computing them, of `did:web`
/// by what the caller fetches.
pub(super) struct Resolver<'a>(pub(super) &'a dyn Fetch);

impl Resolver<'_> {
    /// The key by which `party` signs for `purpose`. `key_id` is a DID URL, a fragment of the party's
    /// document, or nothing, where the document has only one key for the purpose.
    pub(super) fn key(&self, party: &str, key_id: Option<&str>, purpose: Purpose) -> Checked<Key> {
        let did = DID::new(party).map_err(|_| unresolved(format!("{party} is not a DID")))?;
        let key_id = key_id.map(|id| absolute(party, id));
        if let Some(key_id) =
            key_id.as_deref().filter(|id| id.split_once('#').is_none_or(|(p, _)| p != party))
        {
            return Err((purpose.wrong_party(), format!("the key {key_id} is not a key of {party}")));
        }
        let document = self.document(did)?;
        let key_id = match key_id {
            Some(key_id) => key_id,
            None => only_method(&document, did, purpose)?,
        };
        let url = DIDURL::new(&key_id).map_err(|_| unresolved(format!("{key_id} is not a DID URL")))?;
        let method = method(&document, url)
            .ok_or_else(|| unresolved(format!("the document of {party} has no key {key_id}")))?;
        if *method.controller != *did {
            return Err((purpose.wrong_party(), format!("{} controls the key {key_id}", method.controller)));
        }
        let meant = document.verification_relationships.proof_purpose(purpose.proof_purpose());
        if !meant.iter().any(|entry| *entry.id().resolve(did) == *url) {
            return Err((Code::KeyPurpose, format!("the key {key_id} is not meant for {purpose:?}")));
        }
        public_key(method)
    }

    fn document(&self, did: &DID) -> Checked<Document> {
        let output = at_once(self.resolve(did))
            .ok_or_else(|| unresolved(format!("{did} needs a network")))?
            .map_err(|error| unresolved(format!("{did}: {error}")))?;
        if output.document_metadata.deactivated == Some(true) {
            return Err(unresolved(format!("{did} is deactivated")));
        }
        let document = output.document.into_document();
        if *document.id != *did {
            return Err(unresolved(format!("the document of {did} is about {}", document.id)));
        }
        Ok(document)
    }

    fn web(&self, id: &str) -> Result<Output<Vec<u8>>, resolution::Error> {
        let fetched = self.0.fetch(&web_url(id)).map_err(resolution::Error::Internal)?;
        Ok(Output::from_content(fetched.body, Some(MediaType::JsonLd.to_string())))
    }
}

impl DIDResolver for Resolver<'_> {
    async fn resolve_representation<'a>(
        &'a self,
        did: &'a DID,
        options: resolution::Options,
    ) -> Result<Output<Vec<u8>>, resolution::Error> {
        let id = did.method_specific_id();
        match did.method_name() {
            // Other bases would give one key many names.
            "key" if id.starts_with('z') => DIDKey.resolve_method_representation(id, options).await,
            // The library writes the point of a key anew, and stops the program for one of another length.
            "jwk" if holds_key(id) => DIDJWK.resolve_method_representation(id, options).await,
            "pkh" => DIDPKH.resolve_method_representation(id, options).await,
            "ethr" => DIDEthr.resolve_method_representation(id, options).await,
            "web" => self.web(id),
            other => Err(resolution::Error::MethodNotSupported(other.to_owned())),
        }
    }
}

/// Where the document of `did:web:<id>` lies.
fn web_url(id: &str) -> String {
    let mut parts = id.split(':').map(|part| part.replace("%3A", ":").replace("%3a", ":"));
    let host = parts.next().unwrap_or_default();
    let path: Vec<_> = parts.collect();
    if path.is_empty() {
        format!("https://{host}/.well-known/did.json")
    } else {
        format!("https://{host}/{}/did.json", path.join("/"))
    }
}

/// The result of a future that waits for nothing; `ssi` is async for the sake of networks only.
pub(super) fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn unresolved(detail: String) -> (Code, String) {
    (Code::KeyUnresolved, detail)
}

fn absolute(party: &str, key_id: &str) -> String {
    match key_id.strip_prefix('#') {
        Some(fragment) => format!("{party}#{fragment}"),
        None if key_id.starts_with("did:") => key_id.to_owned(),
        None => format!("{party}#{key_id}"),
    }
}

fn only_method(document: &Document, did: &DID, purpose: Purpose) -> Checked<String> {
    match document.verification_relationships.proof_purpose(purpose.proof_purpose()) {
        [only] => Ok(only.id().resolve(did).to_string()),
        several => Err(unresolved(format!("no key is named, and {did} has {} keys for this", several.len()))),
    }
}

fn method<'a>(document: &'a Document, url: &DIDURL) -> Option<&'a DIDVerificationMethod> {
    let relationships = &document.verification_relationships;
    let embedded = [&relationships.assertion_method, &relationships.authentication];
    let embedded = embedded.into_iter().flatten().filter_map(|entry| entry.as_value());
    document.verification_method.iter().chain(embedded).find(|method| *method.id == *url)
}

fn public_key(method: &DIDVerificationMethod) -> Checked<Key> {
    let bad = |what: &str| unresolved(format!("the {what} of {} cannot be read", method.id));
    if let Some(jwk) = method.properties.get("publicKeyJwk") {
        let jwk = self::jwk(jwk).ok_or_else(|| bad("publicKeyJwk"))?;
        return Ok(Key::Public(Box::new(jwk)));
    }
    if let Some(text) = method.properties.get("publicKeyMultibase").and_then(Value::as_str) {
        let bytes = Multibase::new(text).decode().map_err(|_| bad("publicKeyMultibase"))?.1;
        let encoded = MultiEncodedBuf::new(bytes).map_err(|_| bad("publicKeyMultibase"))?;
        let jwk = JWK::from_multicodec(&encoded).map_err(|_| bad("publicKeyMultibase"))?;
        return Ok(Key::Public(Box::new(jwk.to_public())));
    }
    let account = method.properties.get("blockchainAccountId").and_then(Value::as_str).unwrap_or_default();
    let address = account.strip_prefix("eip155:").and_then(|account| account.rsplit_once(':'));
    address.and_then(|(_, address)| address.parse().ok()).map(Key::Address).ok_or_else(|| bad("public key"))
}

impl Key {
    /// Whether this key signed `bytes`. The algorithm must be the one of the key: `ssi` itself would verify
    /// with an Ed25519 key whatever the header says.
    pub(super) fn verify(&self, algorithm: Algorithm, bytes: &[u8], signature: &[u8]) -> Checked<()> {
        let holds = match self {
            Self::Public(jwk) => {
                fits(algorithm, jwk)
                    && jws_algorithm(algorithm)
                        .is_some_and(|algorithm| jws::verify_bytes(algorithm, bytes, jwk, signature).is_ok())
            }
            Self::Address(address) => {
                algorithm == Algorithm::Es256kRecovery
                    && jws::recover(JwsAlgorithm::ES256KR, bytes, signature)
                        .ok()
                        .and_then(|jwk| address_of(&jwk))
                        .is_some_and(|recovered| recovered == *address)
            }
        };
        holds.then_some(()).ok_or_else(|| {
            (Code::SignatureInvalid, "the signature is not by the named key over this text".to_owned())
        })
    }
}

fn fits(algorithm: Algorithm, jwk: &JWK) -> bool {
    let curve = match &jwk.params {
        Params::OKP(key) => key.curve.as_str(),
        Params::EC(key) => key.curve.as_deref().unwrap_or_default(),
        _ => "",
    };
    match algorithm {
        Algorithm::EdDsa | Algorithm::EddsaRdfc2022 => curve == "Ed25519",
        Algorithm::Es256 | Algorithm::EcdsaSd2023 => curve == "P-256",
        Algorithm::Es384 => curve == "P-384",
        Algorithm::EcdsaRdfc2019 => ["P-256", "P-384"].contains(&curve),
        Algorithm::Es256k | Algorithm::Es256kRecovery => curve == "secp256k1",
    }
}

/// The name of an algorithm of JWS in `ssi`.
pub(super) const fn jws_algorithm(algorithm: Algorithm) -> Option<JwsAlgorithm> {
    match algorithm {
        Algorithm::EdDsa => Some(JwsAlgorithm::EdDSA),
        Algorithm::Es256 => Some(JwsAlgorithm::ES256),
        Algorithm::Es384 => Some(JwsAlgorithm::ES384),
        Algorithm::Es256k => Some(JwsAlgorithm::ES256K),
        Algorithm::Es256kRecovery => Some(JwsAlgorithm::ES256KR),
        Algorithm::EddsaRdfc2022 | Algorithm::EcdsaRdfc2019 | Algorithm::EcdsaSd2023 => None,
    }
}

/// The address of a secp256k1 key: the last 20 bytes of the Keccak-256 of its point.
pub(super) fn address_of(jwk: &JWK) -> Option<WalletAddress> {
    let Params::EC(key) = &jwk.params else { return None };
    let (x, y) = (key.x_coordinate.as_ref()?, key.y_coordinate.as_ref()?);
    let hash = Keccak256::new().chain_update(&x.0).chain_update(&y.0).finalize();
    hash.get(12..)?.try_into().ok().map(WalletAddress)
}

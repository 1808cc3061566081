//! OpenID for Verifiable Presentations 1.0, the verifier's side: the signed request object that a wallet reads, and the
//! answer it posts (`direct_post`).

use crate::credential::{
    decision::{Checked, Code, Decision, Findings},
    fetch::Fetch,
    policy::{CredentialPolicy, Format},
    presentation::Expectation,
    signer::{SignError, SigningKey},
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// The media type of a request object (RFC 9101).
const REQUEST_TYPE: &str = "oauth-authz-req+jwt";
/// For whom a request is that any wallet may read (section 5.8).
const ANY_WALLET: &str = "https://self-issued.me/v2";

/// What the parts of an SD-JWT may be signed with.
const SD_JWT: [&str; 3] = ["EdDSA", "ES256", "ES384"];

/// One way to answer: a credential of these types in this format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialQuery {
    /// The name of the way within the request: letters, digits, `_` and `-`.
    pub id: String,
    /// The format; data models 1.1 and 2.0 as JWT have one name there.
    pub format: Format,
    /// One of these types, for an SD-JWT VC its `vct`.
    pub types: Vec<String>,
}

/// A request for one credential, in any of the ways it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentationRequest {
    /// The DID of the party that asks and signs the request.
    pub verifier: String,
    /// The `https` URL to which the wallet posts its answer.
    pub response_uri: String,
    /// The challenge, given out once.
    pub nonce: String,
    /// By which the answer is put to its request.
    pub state: String,
    /// The ways to answer; the wallet takes one.
    pub credentials: Vec<CredentialQuery>,
    /// When it was made, to the second.
    pub issued_at: DateTime<Utc>,
    /// The first moment at which no answer is taken any more, to the second.
    pub expires_at: DateTime<Utc>,
}

/// The fields of the form that a wallet posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentationResponse<'a> {
    /// `vp_token`, a JSON object as text.
    pub vp_token: &'a str,
    /// `state`.
    pub state: &'a str,
}

impl PresentationRequest {
    /// The name of the verifier as the wallet sees it: a presentation must be made for it.
    #[must_use]
    pub fn client_id(&self) -> String {
        format!("decentralized_identifier:{}", self.verifier)
    }

    /// The claims of the request object.
    #[must_use]
    pub fn object(&self) -> Value {
        let queries: Vec<Value> = self.credentials.iter().map(query).collect();
        let ways: Vec<[&str; 1]> = self.credentials.iter().map(|way| [way.id.as_str()]).collect();
        json!({
            "iss": self.client_id(),
            "aud": ANY_WALLET,
            "response_type": "vp_token",
            "response_mode": "direct_post",
            "client_id": self.client_id(),
            "response_uri": self.response_uri,
            "nonce": self.nonce,
            "state": self.state,
            "iat": self.issued_at.timestamp(),
            "exp": self.expires_at.timestamp(),
            "dcql_query": { "credentials": queries, "credential_sets": [{ "options": ways }] },
            "client_metadata": { "vp_formats_supported": {
                "dc+sd-jwt": { "sd-jwt_alg_values": SD_JWT, "kb-jwt_alg_values": SD_JWT },
                "jwt_vc_json": { "alg_values": ["EdDSA", "ES256", "ES384", "ES256K"] },
                "ldp_vc": {
                    "proof_type_values": ["DataIntegrityProof"],
                    "cryptosuite_values": ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023"],
                },
            } },
        })
    }
}

fn query(way: &CredentialQuery) -> Value {
    let types: Vec<[&str; 1]> = way.types.iter().map(|name| [name.as_str()]).collect();
    let (format, meta) = match way.format {
        Format::SdJwt => ("dc+sd-jwt", json!({ "vct_values": way.types })),
        Format::VcJwt | Format::VcJose => ("jwt_vc_json", json!({ "type_values": types })),
        Format::DataIntegrity => ("ldp_vc", json!({ "type_values": types })),
    };
    json!({ "id": way.id, "format": format, "meta": meta })
}

/// Signs the request object as the verifier.
///
/// # Errors
/// When the library cannot sign.
pub fn sign_request(verifier: &SigningKey, request: &PresentationRequest) -> Result<String, SignError> {
    verifier.sign(REQUEST_TYPE, &request.object())
}

impl CredentialPolicy {
    /// Judges the answer of a wallet: that it answers this request, in one of its ways, and then everything that is asked
    /// of a presentation. `nonce_used` and `at` are as in [`Expectation`].
    pub fn verify_response(
        &self,
        request: &PresentationRequest,
        response: &PresentationResponse<'_>,
        (nonce_used, at): (bool, DateTime<Utc>),
        fetch: &dyn Fetch,
    ) -> Decision {
        let mut findings = Findings::about("answer");
        if response.state.is_empty() || response.state != request.state {
            findings.refuse(Code::NonceMismatch, "its state is of another request");
        }
        if at >= request.expires_at {
            let (until, at) = (request.expires_at, at);
            findings.refuse(Code::Expired, format!("the request ended at {until}, and it is {at}"));
        }
        let Some((way, presentation)) = findings.keep(answered(request, response.vp_token)) else {
            return findings.decide(None);
        };
        let audience = request.client_id();
        let expected = Expectation { nonce: &request.nonce, nonce_used, audience: &audience, at };
        let Decision { reasons, claims, .. } = self.verify_presentation(&presentation, &expected, fetch);
        let named = |claims: &crate::credential::Claims| {
            let mut types = claims.credentials.iter().flat_map(|credential| &credential.types);
            types.any(|name| way.types.contains(name))
        };
        if claims.as_ref().is_some_and(|claims| !named(claims)) {
            findings.refuse(Code::RequiredTypeMissing, format!("none is of a type that {} asks for", way.id));
        }
        findings.extend(reasons);
        findings.decide(claims)
    }
}

/// The one way that was taken, and the one presentation in it, as text.
fn answered<'a>(request: &'a PresentationRequest, vp_token: &str) -> Checked<(&'a CredentialQuery, String)> {
    let malformed = |problem: &str| (Code::Malformed, problem.to_owned());
    let token: Map<String, Value> =
        serde_json::from_str(vp_token).map_err(|_| malformed("vp_token is not a JSON object"))?;
    let mut given = token.iter();
    let (Some((id, presentations)), None) = (given.next(), given.next()) else {
        return Err(malformed("vp_token does not answer in exactly one way"));
    };
    let way = request.credentials.iter().find(|way| way.id == *id);
    let way = way.ok_or_else(|| malformed("vp_token answers in a way that was not asked for"))?;
    match presentations.as_array().map(Vec::as_slice) {
        Some([Value::String(text)]) => Ok((way, text.clone())),
        Some([document @ Value::Object(_)]) => Ok((way, document.to_string())),
        _ => Err(malformed("vp_token does not hold exactly one presentation")),
    }
}

//! Presenting: a holder answers a challenge with credentials.

use crate::credential::{
    policy::Format,
    sd_jwt::digest,
    signer::{ProofTerms, SignError, SigningKey},
    verify::{CONTEXT_V1, CONTEXT_V2},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How long a presentation that is made here says it holds.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// A presentation to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPresentation<'a> {
    /// The credentials, as they were issued. An SD-JWT is presented alone, with the disclosures it has.
    pub credentials: &'a [String],
    /// The challenge of the party that asks.
    pub nonce: &'a str,
    /// The party that asks.
    pub audience: &'a str,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Signs a presentation as its holder.
///
/// # Errors
/// When the library cannot sign, the key has no cryptosuite, or more than one SD-JWT is presented.
pub fn present(
    holder: &SigningKey,
    format: Format,
    presentation: &NewPresentation<'_>,
) -> Result<String, SignError> {
    let NewPresentation { credentials, nonce, audience, at } = *presentation;
    let mut claims = json!({
        "iss": holder.did(),
        "aud": audience,
        "nonce": nonce,
        "iat": at.timestamp(),
        "exp": (at + LIFETIME).timestamp(),
    });
    match format {
        Format::VcJwt => {
            claims["vp"] = json!({
                "@context": [CONTEXT_V1],
                "type": ["VerifiablePresentation"],
                "holder": holder.did(),
                "verifiableCredential": credentials,
            });
            holder.sign("JWT", &claims)
        }
        Format::VcJose => {
            if let (Value::Object(claims), Value::Object(body)) =
                (&mut claims, version_2(holder, credentials))
            {
                claims.extend(body);
            }
            holder.sign("vp+jwt", &claims)
        }
        Format::DataIntegrity => {
            let terms = ProofTerms {
                purpose: "authentication",
                created: at,
                challenge: Some(nonce),
                domain: Some(audience),
            };
            holder.prove(&version_2(holder, credentials), &terms).map(|proven| proven.to_string())
        }
        Format::SdJwt => {
            let [credential] = credentials else { return Err(SignError::NotOne(credentials.len())) };
            let claims = json!({ "aud": audience, "nonce": nonce, "iat": at.timestamp(), "sd_hash": digest(credential) });
            Ok(format!("{credential}{}", holder.sign("kb+jwt", &claims)?))
        }
    }
}

/// A presentation of data model 2.0: documents as they are, tokens in envelopes.
fn version_2(holder: &SigningKey, credentials: &[String]) -> Value {
    let credentials = credentials.iter().map(|credential| match serde_json::from_str(credential) {
        Ok(document @ Value::Object(_)) => document,
        _ => {
            let media_type =
                if credential.contains('~') { "application/dc+sd-jwt" } else { "application/vc+jwt" };
            json!({
                "@context": CONTEXT_V2,
                "id": format!("data:{media_type},{credential}"),
                "type": "EnvelopedVerifiableCredential",
            })
        }
    });
    json!({
        "@context": [CONTEXT_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder.did(),
        "verifiableCredential": credentials.collect::<Value>(),
    })
}

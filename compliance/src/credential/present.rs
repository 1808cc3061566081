//! Presenting: a holder answers a challenge with credentials.

use crate::credential::{
    issue::{SignError, SigningKey},
    policy::Format,
    verify::context_of,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How long a presentation that is made here says it holds.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// A presentation to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPresentation<'a> {
    /// The credentials, as they were issued.
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
/// When the library cannot sign.
pub fn present(
    holder: &SigningKey,
    format: Format,
    presentation: &NewPresentation<'_>,
) -> Result<String, SignError> {
    let mut claims = json!({
        "iss": holder.did(),
        "aud": presentation.audience,
        "nonce": presentation.nonce,
        "iat": presentation.at.timestamp(),
        "exp": (presentation.at + LIFETIME).timestamp(),
    });
    let credentials = presentation.credentials.iter().map(|credential| match format {
        Format::VcJwt => Value::from(credential.as_str()),
        Format::VcJose => json!({
            "@context": context_of(format),
            "id": format!("data:application/vc+jwt,{credential}"),
            "type": "EnvelopedVerifiableCredential",
        }),
    });
    let body = json!({
        "@context": [context_of(format)],
        "type": ["VerifiablePresentation"],
        "holder": holder.did(),
        "verifiableCredential": credentials.collect::<Value>(),
    });
    match (format, &mut claims, body) {
        (Format::VcJose, Value::Object(claims), Value::Object(body)) => claims.extend(body),
        (_, claims, body) => claims["vp"] = body,
    }
    holder.sign(if format == Format::VcJose { "vp+jwt" } else { "JWT" }, &claims)
}

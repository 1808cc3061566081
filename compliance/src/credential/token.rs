//! Compact JSON Web Signatures (RFC 7515), read strictly and not yet believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// A compact JWS: what it says about itself, what it says, and what was signed.
#[derive(Debug)]
pub(super) struct Token<'a> {
    header: Map<String, Value>,
    /// The claims.
    pub(super) payload: Map<String, Value>,
    /// The bytes under the signature.
    pub(super) signed: &'a str,
    /// The signature.
    pub(super) signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// A sentence, when it has not three parts, a part is not base64url of a JSON object, or a header
    /// demands an extension (`crit`, `b64`): none is understood here.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (signed, signature) = text.rsplit_once('.').ok_or("no compact JWS: it has no parts")?;
        let (header, payload) =
            signed.split_once('.').ok_or("no compact JWS: it has two parts, not three")?;
        let header = object("header", header)?;
        if let Some(extension) = ["crit", "b64"].iter().find(|name| header.contains_key(**name)) {
            return Err(format!(
                "the header demands the extension {extension}, which is not understood here"
            ));
        }
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is not base64url".to_owned())?;
        Ok(Self { header, payload: object("payload", payload)?, signed, signature })
    }

    /// The algorithm that the header names; `none` when it names nothing.
    pub(super) fn algorithm(&self) -> &str {
        self.text("alg").unwrap_or("none")
    }

    /// The key that the header names.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The media type of the whole token, in lower case and without `application/` (RFC 7515, 4.1.9).
    pub(super) fn typ(&self) -> Option<String> {
        let typ = self.header.get("typ")?;
        let typ = typ.as_str().unwrap_or("(not a text)").to_ascii_lowercase();
        Some(typ.strip_prefix("application/").unwrap_or(&typ).to_owned())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }
}

fn object(part: &str, text: &str) -> Result<Map<String, Value>, String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("the {part} is not base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| format!("the {part} is not a JSON object"))
}

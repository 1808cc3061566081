//! What came in: a JWT, an SD-JWT or a JSON document with a proof, told apart by its form.

use crate::credential::{
    decision::{Checked, Code},
    sd_jwt::SdJwt,
    statement::many,
    token::Token,
};
use serde_json::{Map, Value};

/// The longest input that is read: a presentation of 16 credentials with a portrait each stays below.
const MAX_INPUT_BYTES: usize = 1 << 20;

/// An input in its form, not yet believed.
#[derive(Debug)]
pub(super) enum Input<'a> {
    Jwt(Token<'a>),
    SdJwt(Box<SdJwt<'a>>),
    /// A JSON-LD document that carries its proof.
    Document(Map<String, Value>),
}

impl<'a> Input<'a> {
    /// Reads a text: `{` opens a document, a tilde parts an SD-JWT, the rest is a JWT.
    pub(super) fn parse(text: &'a str) -> Checked<Self> {
        let malformed = |problem| (Code::Malformed, problem);
        if text.len() > MAX_INPUT_BYTES {
            return Err((Code::TooLarge, format!("more than {MAX_INPUT_BYTES} bytes")));
        }
        let text = text.trim();
        if text.starts_with('{') {
            let document =
                serde_json::from_str(text).map_err(|_| malformed("it is no JSON object".to_owned()))?;
            Ok(Self::Document(document))
        } else if text.contains('~') {
            SdJwt::parse(text).map(|token| Self::SdJwt(Box::new(token))).map_err(malformed)
        } else {
            Token::parse(text).map(Self::Jwt).map_err(malformed)
        }
    }

    /// Reads a credential in a presentation: a text, one in an envelope of data model 2.0, or a document.
    pub(super) fn embedded(credential: &'a Value) -> Checked<Self> {
        match credential {
            Value::String(text) => Self::parse(text),
            Value::Object(document) if is_envelope(document) => {
                let data = document.get("id").and_then(Value::as_str).and_then(|id| id.strip_prefix("data:"));
                let (media_type, text) = data.and_then(|data| data.split_once(',')).unwrap_or_default();
                let known = ["application/vc+jwt", "application/vc+sd-jwt", "application/dc+sd-jwt"];
                if !known.contains(&media_type) {
                    return Err((
                        Code::Malformed,
                        "the envelope holds no credential of a known type".to_owned(),
                    ));
                }
                Self::parse(text)
            }
            Value::Object(document) => Ok(Self::Document(document.clone())),
            _ => Err((Code::Malformed, "it is neither a token nor a document".to_owned())),
        }
    }

    /// Whether it says of itself that it presents credentials.
    pub(super) fn is_presentation(&self) -> bool {
        let named = |object: &Map<String, Value>| {
            many(object.get("type")).iter().any(|name| name == "VerifiablePresentation")
        };
        match self {
            Self::Jwt(token) => token.payload.contains_key("vp") || named(&token.payload),
            Self::SdJwt(token) => token.binding.is_some(),
            Self::Document(document) => named(document),
        }
    }
}

fn is_envelope(document: &Map<String, Value>) -> bool {
    many(document.get("type")).iter().any(|name| name == "EnvelopedVerifiableCredential")
}

//! SD-JWT (RFC 9901): what the holder disclosed of what the issuer signed, and the proof that it is the holder.

use crate::credential::token::Token;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// More disclosures than any credential about a person has.
const MAX_DISCLOSURES: usize = 256;
/// Deeper than any claim about a person; a chain of disclosures must not exhaust the stack.
const MAX_DEPTH: usize = 64;
/// Claims that decide whether the token holds: whoever may withhold them could make it hold longer
/// (draft-ietf-oauth-sd-jwt-vc, 3.2.2.2; for the data model 2.0 the same of its own words).
const NEVER_DISCLOSED: [&str; 16] = [
    "iss",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "status",
    "aud",
    "_sd_alg",
    "@context",
    "type",
    "issuer",
    "validFrom",
    "validUntil",
    "credentialStatus",
    "credentialSchema",
];

/// An SD-JWT, with a key binding when it was presented.
#[derive(Debug)]
pub(super) struct SdJwt<'a> {
    /// The token of the issuer.
    pub(super) token: Token<'a>,
    /// Its payload with everything that was disclosed, and without the digests.
    pub(super) revealed: Map<String, Value>,
    /// The token of the holder.
    pub(super) binding: Option<Token<'a>>,
    /// What the holder's token must hash.
    presented: &'a str,
}

impl<'a> SdJwt<'a> {
    /// Takes an SD-JWT apart and puts the disclosures in their places.
    ///
    /// # Errors
    /// A sentence, when a part cannot be read, a disclosure has no place or two, or one is about a claim that
    /// may not be withheld.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (presented, binding) = text.rsplit_once('~').ok_or("no SD-JWT: it has no tilde")?;
        let mut parts = presented.split('~');
        let token = Token::parse(parts.next().unwrap_or_default())?;
        let revealed = reveal(&token.payload, Disclosures::read(parts)?)?;
        let binding = (!binding.is_empty()).then(|| Token::parse(binding)).transpose()?;
        let presented = text.get(..=presented.len()).unwrap_or_default();
        Ok(Self { token, revealed, binding, presented })
    }

    /// The hash of what is presented, as the holder's token must state it (`sd_hash`).
    pub(super) fn presented_hash(&self) -> String {
        digest(self.presented)
    }
}

/// The digest of a text, as SD-JWT writes it.
pub(super) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// A disclosed value; elements of arrays have no name.
struct Disclosure {
    name: Option<String>,
    value: Value,
}

/// The disclosures by digest, and which digests were met in the payload.
struct Disclosures {
    open: BTreeMap<String, Disclosure>,
    met: BTreeSet<String>,
}

impl Disclosures {
    fn read<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut open = BTreeMap::new();
        for text in texts {
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "a disclosure is not base64url")?;
            let disclosure = match serde_json::from_slice::<Vec<Value>>(&bytes).unwrap_or_default().as_slice()
            {
                [Value::String(_), Value::String(name), value] => {
                    Disclosure { name: Some(name.clone()), value: value.clone() }
                }
                [Value::String(_), value] => Disclosure { name: None, value: value.clone() },
                _ => return Err("a disclosure is not [salt, name, value] or [salt, value]".to_owned()),
            };
            if open.insert(digest(text), disclosure).is_some() {
                return Err("a disclosure is given twice".to_owned());
            }
            if open.len() > MAX_DISCLOSURES {
                return Err(format!("more than {MAX_DISCLOSURES} disclosures"));
            }
        }
        Ok(Self { open, met: BTreeSet::new() })
    }

    /// The disclosure of a digest, if it was given. A digest may be met only once.
    fn take(&mut self, digest: &Value) -> Result<Option<Disclosure>, String> {
        let digest = digest.as_str().ok_or("a digest is not a text")?;
        if !self.met.insert(digest.to_owned()) {
            return Err("a digest stands twice".to_owned());
        }
        Ok(self.open.remove(digest))
    }

    fn object(&mut self, object: &Map<String, Value>, depth: usize) -> Result<Map<String, Value>, String> {
        let mut revealed = Map::new();
        for (name, value) in object.iter().filter(|(name, _)| *name != "_sd") {
            if name == "..." {
                return Err("the name ... stands outside an array".to_owned());
            }
            revealed.insert(name.clone(), self.value(value, depth)?);
        }
        let digests = match object.get("_sd") {
            None => &[],
            Some(Value::Array(digests)) => digests.as_slice(),
            Some(_) => return Err("_sd is not a list".to_owned()),
        };
        for digest in digests {
            let Some(Disclosure { name, value }) = self.take(digest)? else { continue };
            let name = name.ok_or("an element of an array is disclosed as a claim")?;
            if name == "_sd" || name == "..." || revealed.contains_key(&name) {
                return Err(format!("the claim {name} may not be disclosed here"));
            }
            if depth == 0 && NEVER_DISCLOSED.contains(&name.as_str()) {
                return Err(format!(
                    "the claim {name} may not be withheld, so it may not be disclosed either"
                ));
            }
            let value = self.value(&value, depth)?;
            revealed.insert(name, value);
        }
        Ok(revealed)
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(format!("claims are nested deeper than {MAX_DEPTH}"));
        }
        match value {
            Value::Object(object) => self.object(object, depth + 1).map(Value::Object),
            Value::Array(elements) => {
                let mut revealed = Vec::new();
                for element in elements {
                    revealed.extend(self.element(element, depth + 1)?);
                }
                Ok(Value::Array(revealed))
            }
            plain => Ok(plain.clone()),
        }
    }

    fn element(&mut self, element: &Value, depth: usize) -> Result<Option<Value>, String> {
        match element.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("...")) {
            None => self.value(element, depth).map(Some),
            Some(digest) => match self.take(digest)? {
                None => Ok(None),
                Some(Disclosure { name: None, value }) => self.value(&value, depth).map(Some),
                Some(_) => Err("a claim is disclosed as an element of an array".to_owned()),
            },
        }
    }
}

fn reveal(payload: &Map<String, Value>, mut disclosures: Disclosures) -> Result<Map<String, Value>, String> {
    if payload.get("_sd_alg").is_some_and(|algorithm| algorithm != "sha-256") {
        return Err("_sd_alg is not sha-256".to_owned());
    }
    let mut revealed = disclosures.object(payload, 0)?;
    revealed.remove("_sd_alg");
    if disclosures.open.is_empty() {
        Ok(revealed)
    } else {
        Err("a disclosure belongs to nothing that the issuer signed".to_owned())
    }
}

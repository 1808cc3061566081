//! The content of one credential in one shape, whatever format it came in.

use crate::credential::decision::{Checked, Code, Findings};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// What one credential says. Nothing of it is proven before its signature is.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) id: Option<String>,
    /// The types without `VerifiableCredential`.
    pub(super) types: Vec<String>,
    pub(super) issuer: Option<String>,
    pub(super) subject: Option<String>,
    /// What is said about the subject.
    pub(super) claims: Map<String, Value>,
    /// Every date at which the credential says it was made or begins.
    pub(super) starts: Vec<DateTime<Utc>>,
    /// The latest of `starts`.
    pub(super) from: Option<DateTime<Utc>>,
    /// The earliest date at which the credential says it ends.
    pub(super) until: Option<DateTime<Utc>>,
    /// The status entries, unread.
    pub(super) status: Vec<Value>,
    /// The schemas that it says it follows, unread.
    pub(super) schemas: Vec<Value>,
    /// The credential itself, where it says that it follows a schema.
    pub(super) document: Value,
}

impl Statement {
    /// Reads a credential of the W3C data model, with the registered claims of the JWT around it, if any.
    /// What is said in both places must agree; of dates the narrower counts.
    pub(super) fn read(
        credential: &Map<String, Value>,
        jwt: Option<&Map<String, Value>>,
        findings: &mut Findings,
    ) -> Self {
        let registered = |name| jwt.and_then(|jwt| jwt.get(name));
        let (subject, claims) = subject(credential, findings);
        let starts = [
            findings.keep(date(credential.get("validFrom"))),
            findings.keep(date(credential.get("issuanceDate"))),
            findings.keep(seconds("nbf", registered("nbf"))),
            findings.keep(seconds("iat", registered("iat"))),
        ];
        let ends = [
            findings.keep(date(credential.get("validUntil"))),
            findings.keep(date(credential.get("expirationDate"))),
            findings.keep(seconds("exp", registered("exp"))),
        ];
        let mut status = many(credential.get("credentialStatus"));
        status.extend(registered("status").cloned());
        let schemas = many(credential.get("credentialSchema"));
        let document = if schemas.is_empty() { Value::Null } else { Value::Object(credential.clone()) };
        Self {
            id: agreed("id", [credential.get("id"), registered("jti")], findings),
            types: types(credential, "VerifiableCredential", findings),
            issuer: agreed("issuer", [credential.get("issuer").map(id_of), registered("iss")], findings),
            subject: agreed("subject", [subject.as_ref(), registered("sub")], findings),
            claims,
            status,
            schemas,
            document,
            ..Self::default()
        }
        .lasting(starts, ends)
    }

    /// Reads an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc): the claims stand beside the registered ones.
    pub(super) fn read_flat(token: &Map<String, Value>, findings: &mut Findings) -> Self {
        let starts = [
            findings.keep(seconds("nbf", token.get("nbf"))),
            findings.keep(seconds("iat", token.get("iat"))),
        ];
        let ends = [findings.keep(seconds("exp", token.get("exp")))];
        let vct = agreed("vct", [token.get("vct")], findings);
        if vct.is_none() {
            findings.refuse(Code::Malformed, "vct does not name a type");
        }
        Self {
            id: agreed("jti", [token.get("jti")], findings),
            types: vct.into_iter().collect(),
            issuer: agreed("iss", [token.get("iss")], findings),
            subject: agreed("sub", [token.get("sub")], findings),
            claims: token.clone(),
            status: many(token.get("status")),
            ..Self::default()
        }
        .lasting(starts, ends)
    }

    /// Of several dates the narrower counts.
    fn lasting<const N: usize, const M: usize>(
        self,
        starts: [Option<Option<DateTime<Utc>>>; N],
        ends: [Option<Option<DateTime<Utc>>>; M],
    ) -> Self {
        let starts: Vec<_> = starts.into_iter().flatten().flatten().collect();
        Self {
            from: starts.iter().max().copied(),
            starts,
            until: ends.into_iter().flatten().flatten().min(),
            ..self
        }
    }
}

/// The types of a credential or presentation besides the one that makes it one.
pub(super) fn types(object: &Map<String, Value>, base: &str, findings: &mut Findings) -> Vec<String> {
    let all = many(object.get("type"));
    let mut names: Vec<String> = all.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if names.len() != all.len() || !names.iter().any(|name| name == base) {
        findings.refuse(Code::Malformed, format!("type does not name {base}"));
    }
    names.retain(|name| name != base);
    names
}

/// One value or a list of them, as a list.
pub(super) fn many(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(value) => vec![value.clone()],
    }
}

/// The id of something that may stand as a text or as an object with an `id`.
pub(super) fn id_of(value: &Value) -> &Value {
    value.get("id").unwrap_or(value)
}

/// The one text that all places agree on.
pub(super) fn agreed<const N: usize>(
    what: &str,
    places: [Option<&Value>; N],
    findings: &mut Findings,
) -> Option<String> {
    let mut said = None;
    for value in places.into_iter().flatten().filter(|value| !value.is_null()) {
        match (value.as_str(), said) {
            (None, _) => findings.refuse(Code::Malformed, format!("{what} is not a text")),
            (Some(text), None) => said = Some(text),
            (Some(text), Some(before)) if text == before => {}
            _ => {
                findings.refuse(Code::ClaimsDisagree, format!("{what} is stated twice, differently"));
                return None;
            }
        }
    }
    said.map(str::to_owned)
}

/// The only subject, and what is said about it.
fn subject(credential: &Map<String, Value>, findings: &mut Findings) -> (Option<Value>, Map<String, Value>) {
    match many(credential.get("credentialSubject")).as_slice() {
        [Value::Object(subject)] => (subject.get("id").cloned(), subject.clone()),
        subjects => {
            let count = subjects.len();
            findings.refuse(Code::SubjectUnclear, format!("credentialSubject is {count} things, not one"));
            (None, Map::new())
        }
    }
}

/// A date of the data model: RFC 3339 with a zone.
pub(super) fn date(value: Option<&Value>) -> Checked<Option<DateTime<Utc>>> {
    let Some(value) = value else { return Ok(None) };
    let date = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    date.map(|date| Some(date.to_utc()))
        .ok_or((Code::Malformed, "a date is not RFC 3339 with a zone".to_owned()))
}

/// A NumericDate (RFC 7519): seconds since 1970, of which the fraction is dropped.
pub(super) fn seconds(name: &str, value: Option<&Value>) -> Checked<Option<DateTime<Utc>>> {
    let Some(value) = value else { return Ok(None) };
    let text = value.as_number().map(ToString::to_string).unwrap_or_default();
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    let date = whole.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    date.map(Some).ok_or_else(|| (Code::Malformed, format!("{name} is not a number of seconds since 1970")))
}

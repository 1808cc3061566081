//! A presentation, judged: who presents, to whom, in answer to what, how recently, and every credential in it.

use crate::credential::{
    claims::Claims,
    decision::{Checked, Code, Decision, Findings},
    fetch::Fetch,
    key::Purpose,
    policy::{CredentialPolicy, Format},
    statement::{Statement, agreed, id_of, many, seconds, types},
    token::Token,
    verify::{Judge, MAX_INPUT_BYTES, Party, context, context_of},
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// More credentials than a person presents at once.
const MAX_CREDENTIALS: usize = 16;
/// The media types of a presentation as a JWT, of the standards and of their drafts.
const PRESENTATION_TYPES: [&str; 4] = ["jwt", "vp+jwt", "vp-ld+jwt", "vp+ld+json+jwt"];

/// What a presentation must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation<'a> {
    /// The challenge that was given out for this presentation.
    pub nonce: &'a str,
    /// Whether the challenge was answered before: the caller keeps the record, in the transaction that
    /// takes the presentation.
    pub nonce_used: bool,
    /// Who asks: the presentation must be made for this party.
    pub audience: &'a str,
    /// Now.
    pub at: DateTime<Utc>,
}

impl CredentialPolicy {
    /// Judges a signed presentation and every credential in it, and gives all reasons at once.
    pub fn verify_presentation(
        &self,
        presentation: &str,
        expected: &Expectation<'_>,
        fetch: &dyn Fetch,
    ) -> Decision {
        let judge = Judge { policy: self, at: expected.at, fetch };
        let mut findings = Findings::about("presentation");
        let statements = judge.presentation(presentation.trim(), expected, &mut findings);
        let claims = statements.and_then(|statements| {
            judge.required_types(&statements, &mut findings);
            Claims::gather(&statements, &mut findings)
        });
        findings.decide(claims)
    }
}

impl Judge<'_> {
    fn presentation(
        &self,
        text: &str,
        expected: &Expectation<'_>,
        findings: &mut Findings,
    ) -> Option<Vec<Statement>> {
        if text.len() > MAX_INPUT_BYTES {
            findings.refuse(Code::TooLarge, format!("more than {MAX_INPUT_BYTES} bytes"));
            return None;
        }
        let token = findings.keep(Token::parse(text).map_err(|problem| (Code::Malformed, problem)))?;
        let (format, presentation) = findings.keep(model(&token))?;
        let allowed = findings.keep(self.policy.allow_format(format)).is_some();
        types(presentation, "VerifiablePresentation", findings);
        let holder = presentation.get("holder").map(id_of);
        let holder = agreed("holder", [holder, token.payload.get("iss")], findings);
        match &holder {
            None => findings.refuse(Code::PresenterNotHolder, "no holder is named"),
            Some(holder) if allowed => {
                let party = Party { did: holder, purpose: Purpose::Authentication, fetch: self.fetch };
                self.signature(&token, &party, findings);
            }
            Some(_) => {}
        }
        nonce(token.payload.get("nonce"), expected, findings);
        audience(token.payload.get("aud"), expected, findings);
        self.window(&token.payload, findings);
        Some(self.embedded(presentation, holder.as_deref(), findings))
    }

    /// Whether the presentation was made just now.
    fn window(&self, claims: &Map<String, Value>, findings: &mut Findings) {
        let mut date = |name| findings.keep(seconds(name, claims.get(name))).flatten();
        let (iat, nbf, exp) = (date("iat"), date("nbf"), date("exp"));
        let (at, skew) = (self.at, self.policy.skew());
        match [iat, nbf].into_iter().flatten().min() {
            None => findings.refuse(Code::PresentationUndated, "neither iat nor nbf says when it was made"),
            Some(made) if at - made > self.policy.presentation_max_age() + skew => {
                findings.refuse(Code::PresentationTooOld, format!("it was made at {made}, and it is {at}"));
            }
            Some(_) => {}
        }
        if let Some(from) = [iat, nbf].into_iter().flatten().max().filter(|from| *from > at + skew) {
            findings.refuse(Code::NotYetValid, format!("it begins at {from}, and it is {at}"));
        }
        if let Some(until) = exp.filter(|until| *until <= at - skew) {
            findings.refuse(Code::Expired, format!("it ended at {until}, and it is {at}"));
        }
    }

    /// Judges every credential in the presentation, and that each is about the holder.
    fn embedded(
        &self,
        presentation: &Map<String, Value>,
        holder: Option<&str>,
        findings: &mut Findings,
    ) -> Vec<Statement> {
        let credentials = many(presentation.get("verifiableCredential"));
        let count = credentials.len();
        if count == 0 {
            findings.refuse(Code::NoCredential, "it carries no credential");
        }
        if count > MAX_CREDENTIALS {
            findings
                .refuse(Code::TooManyCredentials, format!("{count} credentials, at most {MAX_CREDENTIALS}"));
        }
        let mut statements = Vec::new();
        for (credential, number) in credentials.iter().take(MAX_CREDENTIALS).zip(1..) {
            let mut about = Findings::about(format!("credential {number} of {count}"));
            let text = about.keep(enveloped(credential));
            let statement = text.and_then(|text| self.credential(text, &mut about));
            if let Some(statement) = statement {
                about_holder(&statement, holder, &mut about);
                statements.push(statement);
            }
            findings.append(about);
        }
        statements
    }

    fn required_types(&self, statements: &[Statement], findings: &mut Findings) {
        for name in &self.policy.file().required_types {
            if !statements.iter().any(|statement| statement.types.contains(name)) {
                findings.refuse(Code::RequiredTypeMissing, format!("no credential is a {name}"));
            }
        }
    }
}

/// Which data model a token follows, and where in it the presentation stands.
fn model<'a>(token: &'a Token<'_>) -> Checked<(Format, &'a Map<String, Value>)> {
    let malformed = |problem: &str| (Code::Malformed, problem.to_owned());
    if token.typ().is_some_and(|typ| !PRESENTATION_TYPES.contains(&typ.as_str())) {
        return Err(malformed("the media type in the header is not one of a presentation"));
    }
    if token.payload.contains_key("vc") {
        return Err(malformed("a credential stands where a presentation should be"));
    }
    let (format, presentation) = match token.payload.get("vp") {
        None => (Format::VcJose, &token.payload),
        Some(_) if token.payload.contains_key("@context") => {
            return Err(malformed("it is two presentations in one: in the claim vp and around it"));
        }
        Some(inner) => {
            (Format::VcJwt, inner.as_object().ok_or_else(|| malformed("the claim vp is not an object"))?)
        }
    };
    context(presentation, context_of(format)).map(|presentation| (format, presentation))
}

fn nonce(said: Option<&Value>, expected: &Expectation<'_>, findings: &mut Findings) {
    match said.map(Value::as_str) {
        None => findings.refuse(Code::NonceMissing, "it answers no challenge"),
        Some(Some(nonce)) if nonce == expected.nonce && !nonce.is_empty() => {}
        Some(_) => findings.refuse(Code::NonceMismatch, "it answers another challenge"),
    }
    if expected.nonce_used {
        findings.refuse(Code::NonceUsed, "the challenge was answered before");
    }
}

fn audience(said: Option<&Value>, expected: &Expectation<'_>, findings: &mut Findings) {
    let audiences = many(said);
    if audiences.is_empty() {
        findings.refuse(Code::AudienceMissing, "it is made for nobody in particular");
    } else if expected.audience.is_empty() || !audiences.iter().any(|name| name == expected.audience) {
        findings.refuse(Code::AudienceMismatch, format!("it is not made for {}", expected.audience));
    }
}

/// The text of an embedded credential: as it is, or in the envelope of data model 2.0.
fn enveloped(credential: &Value) -> Checked<&str> {
    let enveloped = many(credential.get("type")).iter().any(|name| name == "EnvelopedVerifiableCredential");
    let text = match credential {
        Value::String(text) => Some(text.as_str()),
        Value::Object(envelope) if enveloped => {
            let data = envelope.get("id").and_then(Value::as_str);
            data.and_then(|data| data.strip_prefix("data:application/vc+jwt,"))
        }
        _ => None,
    };
    text.ok_or_else(|| (Code::Malformed, "it is neither a JWT nor one in a data: envelope".to_owned()))
}

fn about_holder(statement: &Statement, holder: Option<&str>, findings: &mut Findings) {
    match (statement.subject.as_deref(), holder) {
        (None, _) => findings.refuse(Code::SubjectUnclear, "no subject is named"),
        (Some(subject), Some(holder)) if subject != holder => {
            findings
                .refuse(Code::SubjectNotHolder, format!("it is about {subject}, and {holder} presents it"));
        }
        _ => {}
    }
}

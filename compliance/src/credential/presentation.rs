//! A presentation, judged: who presents, to whom, in answer to what, how recently, and every credential in it.

use crate::credential::{
    claims::Claims,
    data_integrity::proof,
    decision::{Checked, Code, Decision, Findings},
    fetch::Fetch,
    input::Input,
    key::Purpose,
    policy::{CredentialPolicy, Format},
    statement::{Statement, agreed, date, id_of, many, seconds, types},
    token::Token,
    verify::{CONTEXT_V1, CONTEXT_V2, Judge, Party, context},
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

/// What a presentation says about itself, whatever its form. Nothing of it is proven before the signature is.
struct Presented<'a> {
    format: Format,
    holder: Option<String>,
    nonce: Option<&'a Value>,
    audience: Option<&'a Value>,
    /// When it was made.
    made: Vec<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    credentials: Vec<Value>,
}

impl CredentialPolicy {
    /// Judges what came in: a presentation, or a credential alone (see [`Self::verify_credential`]).
    pub fn verify(&self, input: &str, expected: &Expectation<'_>, fetch: &dyn Fetch) -> Decision {
        if Input::parse(input).is_ok_and(|input| !input.is_presentation()) {
            self.verify_credential(input, expected.at, fetch)
        } else {
            self.verify_presentation(input, expected, fetch)
        }
    }

    /// Judges a signed presentation and every credential in it, and gives all reasons at once.
    pub fn verify_presentation(
        &self,
        presentation: &str,
        expected: &Expectation<'_>,
        fetch: &dyn Fetch,
    ) -> Decision {
        let judge = Judge { policy: self, at: expected.at, fetch };
        let mut findings = Findings::about("presentation");
        let statements = findings
            .keep(Input::parse(presentation))
            .and_then(|input| judge.presentation(&input, expected, &mut findings));
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
        input: &Input<'_>,
        expected: &Expectation<'_>,
        findings: &mut Findings,
    ) -> Option<Vec<Statement>> {
        let presented = match input {
            Input::Jwt(token) => read_token(token, findings)?,
            Input::Document(document) => read_document(document, findings)?,
            Input::SdJwt(_) => return self.key_bound(input, expected, findings),
        };
        let allowed = findings.keep(self.policy.allow_format(presented.format)).is_some();
        if presented.holder.is_none() {
            findings.refuse(Code::PresenterNotHolder, "no holder is named");
        }
        let holder = presented.holder.as_deref();
        let party = holder.filter(|_| allowed).map(|did| Party {
            did,
            purpose: Purpose::Authentication,
            fetch: self.fetch,
        });
        if let (Input::Jwt(token), Some(party)) = (input, &party) {
            self.signature(token, party, findings);
        }
        nonce(presented.nonce, expected, findings);
        audience(presented.audience, expected, findings);
        self.window(&presented.made, presented.until, findings);
        let mut embedded = Findings::about("presentation");
        let statements = self.embedded(&presented.credentials, holder, &mut embedded);
        if let (Input::Document(document), Some(party)) = (input, &party) {
            // The dataset of the presentation holds those of its credentials: a stranger's are not processed.
            if embedded.is_clean() {
                self.integrity(document, party, findings);
            }
        }
        findings.append(embedded);
        Some(statements)
    }

    /// Judges an SD-JWT, in which the holder answers with the key that the issuer bound it to.
    fn key_bound(
        &self,
        input: &Input<'_>,
        expected: &Expectation<'_>,
        findings: &mut Findings,
    ) -> Option<Vec<Statement>> {
        let Input::SdJwt(token) = input else { return None };
        let mut about = Findings::about("credential 1 of 1");
        let statement = self.credential(input, &mut about);
        let statement = statement.map(|statement| self.bound(token, statement, &mut about));
        match &token.binding {
            None => findings.refuse(Code::NotPresented, "no key binding: nobody has shown to be its holder"),
            Some(binding) => {
                nonce(binding.payload.get("nonce"), expected, findings);
                audience(binding.payload.get("aud"), expected, findings);
                let made: Vec<_> = dates(&binding.payload, ["iat"], findings);
                let until = dates(&binding.payload, ["exp"], findings).into_iter().min();
                self.window(&made, until, findings);
            }
        }
        findings.append(about);
        statement.map(|statement| vec![statement])
    }

    /// Whether the presentation was made just now.
    fn window(&self, made: &[DateTime<Utc>], until: Option<DateTime<Utc>>, findings: &mut Findings) {
        match made.iter().min() {
            None => findings.refuse(Code::PresentationUndated, "it does not say when it was made"),
            Some(made) if self.at - made > self.policy.presentation_max_age() + self.policy.skew() => {
                let at = self.at;
                findings.refuse(Code::PresentationTooOld, format!("it was made at {made}, and it is {at}"));
            }
            Some(_) => {}
        }
        self.dates(made.iter().max().copied(), until, findings);
    }

    /// Judges every credential in the presentation, and that each is about the holder.
    fn embedded(
        &self,
        credentials: &[Value],
        holder: Option<&str>,
        findings: &mut Findings,
    ) -> Vec<Statement> {
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
            let input = about.keep(Input::embedded(credential));
            let statement = input.and_then(|input| self.credential(&input, &mut about));
            if let Some(statement) = statement {
                about_holder(&statement, holder, &mut about);
                statements.push(statement);
            }
            findings.append(about);
        }
        statements
    }

    /// Judges whether every type that the policy asks for is there.
    pub(super) fn required_types(&self, statements: &[Statement], findings: &mut Findings) {
        for name in &self.policy.file().required_types {
            if !statements.iter().any(|statement| statement.types.contains(name)) {
                findings.refuse(Code::RequiredTypeMissing, format!("no credential is a {name}"));
            }
        }
    }
}

fn read_token<'a>(token: &'a Token<'_>, findings: &mut Findings) -> Option<Presented<'a>> {
    let (format, presentation) = findings.keep(model(token))?;
    types(presentation, "VerifiablePresentation", findings);
    let holder = presentation.get("holder").map(id_of);
    Some(Presented {
        format,
        holder: agreed("holder", [holder, token.payload.get("iss")], findings),
        nonce: token.payload.get("nonce"),
        audience: token.payload.get("aud"),
        made: dates(&token.payload, ["iat", "nbf"], findings),
        until: dates(&token.payload, ["exp"], findings).into_iter().min(),
        credentials: many(presentation.get("verifiableCredential")),
    })
}

fn read_document<'a>(document: &'a Map<String, Value>, findings: &mut Findings) -> Option<Presented<'a>> {
    let presentation = findings.keep(context(document, &[CONTEXT_V1, CONTEXT_V2]))?;
    types(presentation, "VerifiablePresentation", findings);
    let proof = findings.keep(proof(document))?;
    Some(Presented {
        format: Format::DataIntegrity,
        holder: agreed("holder", [presentation.get("holder").map(id_of)], findings),
        nonce: proof.get("challenge"),
        audience: proof.get("domain"),
        made: findings.keep(date(proof.get("created"))).flatten().into_iter().collect(),
        until: findings.keep(date(proof.get("expires"))).flatten(),
        credentials: many(presentation.get("verifiableCredential")),
    })
}

/// The dates of these registered claims, of those that are there.
fn dates<const N: usize>(
    claims: &Map<String, Value>,
    names: [&str; N],
    findings: &mut Findings,
) -> Vec<DateTime<Utc>> {
    names.iter().filter_map(|name| findings.keep(seconds(name, claims.get(*name))).flatten()).collect()
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
    match token.payload.get("vp") {
        None => context(&token.payload, &[CONTEXT_V2]).map(|inner| (Format::VcJose, inner)),
        Some(_) if token.payload.contains_key("@context") => {
            Err(malformed("it is two presentations in one: in the claim vp and around it"))
        }
        Some(inner) => {
            let inner = inner.as_object().ok_or_else(|| malformed("the claim vp is not an object"))?;
            context(inner, &[CONTEXT_V1]).map(|inner| (Format::VcJwt, inner))
        }
    }
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

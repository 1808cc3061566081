//! One credential, judged: who signed it, whether they may, and whether it holds now.

use crate::credential::{
    claims::Claims,
    decision::{Checked, Code, Decision, Findings},
    fetch::{Fetch, Offline},
    input::Input,
    key::{Purpose, Resolver},
    policy::{CredentialPolicy, Format},
    statement::Statement,
    token::Token,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// The media types of a credential as a JWT, of the standards and of their drafts.
const CREDENTIAL_TYPES: [&str; 4] = ["jwt", "vc+jwt", "vc-ld+jwt", "vc+ld+json+jwt"];
/// The media types of a credential as an SD-JWT.
const SD_CREDENTIAL_TYPES: [&str; 2] = ["vc+sd-jwt", "dc+sd-jwt"];
/// The first context of data model 1.1.
pub(super) const CONTEXT_V1: &str = "https://www.w3.org/2018/credentials/v1";
/// The first context of data model 2.0.
pub(super) const CONTEXT_V2: &str = "https://www.w3.org/ns/credentials/v2";

impl CredentialPolicy {
    /// Judges a credential that came alone. It proves nothing about who sent it: unless the policy says
    /// `accept_unpresented`, the answer is no, with everything else that is wrong.
    pub fn verify_credential(&self, credential: &str, at: DateTime<Utc>, fetch: &dyn Fetch) -> Decision {
        let judge = Judge { policy: self, at, fetch };
        let mut findings = Findings::about("credential");
        if !self.file().accept_unpresented {
            findings.refuse(Code::NotPresented, "nobody has shown to be its subject");
        }
        let statement =
            findings.keep(Input::parse(credential)).and_then(|input| judge.credential(&input, &mut findings));
        judge.required_types(statement.as_slice(), &mut findings);
        let claims = Claims::gather(statement.as_slice(), &mut findings);
        findings.decide(claims)
    }
}

/// A policy at a moment, with what it may ask the outside for.
pub(super) struct Judge<'a> {
    pub(super) policy: &'a CredentialPolicy,
    pub(super) at: DateTime<Utc>,
    pub(super) fetch: &'a dyn Fetch,
}

/// Who is said to have signed.
pub(super) struct Party<'a> {
    pub(super) did: &'a str,
    pub(super) purpose: Purpose,
    /// Where the DID document may come from.
    pub(super) fetch: &'a dyn Fetch,
}

impl Judge<'_> {
    /// Judges one credential. What it says comes back even when it is refused, so that the reasons of the
    /// whole presentation can be complete.
    pub(super) fn credential(&self, input: &Input<'_>, findings: &mut Findings) -> Option<Statement> {
        let (format, statement) = self.read(input, findings)?;
        let allowed = findings.keep(self.policy.allow_format(format)).is_some();
        if statement.issuer.is_none() {
            findings.refuse(Code::Malformed, "no issuer is named");
        }
        let trusted = self.trust(&statement, findings);
        self.dates(statement.from, statement.until, findings);
        let issuer = statement.issuer.as_deref().filter(|_| allowed);
        let signed = issuer.and_then(|did| {
            // A stranger must not choose what is fetched from here.
            let fetch = if trusted { self.fetch } else { &Offline };
            let party = Party { did, purpose: Purpose::Assertion, fetch };
            self.proven(input, &party, findings)
        });
        self.attachments(&statement, signed.is_some() && trusted, findings);
        Some(statement)
    }

    /// Whether `party` signed this, by its form.
    pub(super) fn proven(&self, input: &Input<'_>, party: &Party<'_>, findings: &mut Findings) -> Option<()> {
        match input {
            Input::Jwt(token) => self.signature(token, party, findings),
            Input::SdJwt(token) => self.signature(&token.token, party, findings),
            Input::Document(document) => self.integrity(document, party, findings),
        }
    }

    /// What the credential says, by its form.
    pub(super) fn read(&self, input: &Input<'_>, findings: &mut Findings) -> Option<(Format, Statement)> {
        match input {
            Input::Jwt(token) => {
                let (format, credential) = findings.keep(model(token))?;
                Some((format, Statement::read(credential, Some(&token.payload), findings)))
            }
            Input::SdJwt(token) => {
                if token.token.typ().is_none_or(|typ| !SD_CREDENTIAL_TYPES.contains(&typ.as_str())) {
                    findings
                        .refuse(Code::Malformed, "the media type in the header is not one of an SD-JWT VC");
                    return None;
                }
                let statement = if token.revealed.contains_key("@context") {
                    let credential = findings.keep(context(&token.revealed, &[CONTEXT_V2]))?;
                    Statement::read(credential, Some(&token.revealed), findings)
                } else {
                    Statement::read_flat(&token.revealed, findings)
                };
                Some((Format::SdJwt, statement))
            }
            Input::Document(document) => {
                let credential = findings.keep(context(document, &[CONTEXT_V1, CONTEXT_V2]))?;
                Some((Format::DataIntegrity, Statement::read(credential, None, findings)))
            }
        }
    }

    /// Whether `party` signed the token. The algorithm is judged before any key is looked up.
    pub(super) fn signature(
        &self,
        token: &Token<'_>,
        party: &Party<'_>,
        findings: &mut Findings,
    ) -> Option<()> {
        let algorithm = findings.keep(self.policy.allow_algorithm(token.algorithm()))?;
        let resolver = Resolver(party.fetch);
        let key = findings.keep(resolver.key(party.did, token.key_id(), party.purpose))?;
        findings.keep(key.verify(algorithm, token.signed.as_bytes(), &token.signature))
    }

    /// Whether the issuer may issue these types, at the time of issue and now.
    fn trust(&self, statement: &Statement, findings: &mut Findings) -> bool {
        let Some(issuer) = &statement.issuer else { return false };
        let generic = ["VerifiableCredential".to_owned()];
        let types = if statement.types.is_empty() { generic.as_slice() } else { &statement.types };
        let dates: Vec<_> = statement.starts.iter().copied().chain([self.at]).collect();
        findings.keep(self.policy.trust(issuer, types, &dates)).is_some()
    }

    /// Whether something that begins and ends at these dates holds now.
    pub(super) fn dates(
        &self,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        findings: &mut Findings,
    ) {
        let (at, skew) = (self.at, self.policy.skew());
        if let Some(from) = from.filter(|from| *from > at + skew) {
            findings.refuse(Code::NotYetValid, format!("it begins at {from}, and it is {at}"));
        }
        if let Some(until) = until.filter(|until| *until <= at - skew) {
            findings.refuse(Code::Expired, format!("it ended at {until}, and it is {at}"));
        }
    }

    /// Status and schema. They are asked for only once the issuer is known to be trusted.
    fn attachments(&self, statement: &Statement, believed: bool, findings: &mut Findings) {
        if statement.status.is_empty() && self.policy.file().status_required {
            findings.refuse(Code::StatusMissing, "it has no status, and the policy asks for one");
        }
        if believed {
            self.status(statement, findings);
            self.schemas(statement, findings);
            return;
        }
        if !statement.status.is_empty() {
            findings.refuse(Code::StatusUnavailable, "its status is not asked for, because it is not proven");
        }
        if !statement.schemas.is_empty() {
            findings.refuse(Code::SchemaUnavailable, "its schema is not asked for, because it is not proven");
        }
    }
}

/// Which data model a token follows, and where in it the credential stands.
fn model<'a>(token: &'a Token<'_>) -> Checked<(Format, &'a Map<String, Value>)> {
    let malformed = |problem: &str| (Code::Malformed, problem.to_owned());
    if token.typ().is_some_and(|typ| !CREDENTIAL_TYPES.contains(&typ.as_str())) {
        return Err(malformed("the media type in the header is not one of a credential"));
    }
    if token.payload.contains_key("vp") {
        return Err(malformed("a presentation stands where a credential should be"));
    }
    let Some(inner) = token.payload.get("vc") else {
        return context(&token.payload, &[CONTEXT_V2]).map(|credential| (Format::VcJose, credential));
    };
    if token.payload.contains_key("@context") {
        return Err(malformed("it is two credentials in one: in the claim vc and around it"));
    }
    let inner = inner.as_object().ok_or_else(|| malformed("the claim vc is not an object"))?;
    context(inner, &[CONTEXT_V1]).map(|credential| (Format::VcJwt, credential))
}

/// The object, when the first of its contexts is one of these.
pub(super) fn context<'a>(
    object: &'a Map<String, Value>,
    expected: &[&str],
) -> Checked<&'a Map<String, Value>> {
    let first = match object.get("@context") {
        Some(Value::Array(contexts)) => contexts.first(),
        other => other,
    };
    if first.and_then(Value::as_str).is_some_and(|first| expected.contains(&first)) {
        Ok(object)
    } else {
        Err((Code::Malformed, format!("the first @context is not {}", expected.join(" or "))))
    }
}

//! The answer: accepted or refused, with every reason under a fixed code.

use crate::credential::claims::Claims;
use serde::{Serialize, Serializer};
use std::fmt;

/// The longest detail of a reason. Details repeat text of a stranger, so they are cut.
const MAX_DETAIL: usize = 240;

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $word:literal,)*) => {
        /// Why a credential or a presentation is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum Code {
            $($(#[$meta])* #[serde(rename = $word)] $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it stands in JSON, logs and records.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

codes! {
    /// It cannot be read as what it claims to be.
    Malformed = "MALFORMED",
    /// It is longer than any honest one.
    TooLarge = "TOO_LARGE",
    /// The policy does not allow this format.
    FormatNotAllowed = "FORMAT_NOT_ALLOWED",
    /// The policy does not allow this algorithm; `none` is never allowed. No key was looked up.
    AlgorithmNotAllowed = "ALGORITHM_NOT_ALLOWED",
    /// The DID document or the key in it could not be had.
    KeyUnresolved = "KEY_UNRESOLVED",
    /// The signature is not by the named key over this text.
    SignatureInvalid = "SIGNATURE_INVALID",
    /// The key belongs to somebody else than the issuer that the credential names.
    IssuerNotController = "ISSUER_NOT_CONTROLLER",
    /// The key is not meant for what it signed: assertion for credentials, authentication for presentations.
    KeyPurpose = "KEY_PURPOSE",
    /// The policy does not trust this issuer for this type of credential.
    IssuerNotTrusted = "ISSUER_NOT_TRUSTED",
    /// The policy trusts this issuer for this type, but not at these dates.
    IssuerNotTrustedThen = "ISSUER_NOT_TRUSTED_THEN",
    /// It does not hold yet.
    NotYetValid = "NOT_YET_VALID",
    /// It no longer holds.
    Expired = "EXPIRED",
    /// The holder of a credential of a selective suite does not show what the policy asks to be shown.
    Withheld = "WITHHELD",
    /// The same fact is stated twice, differently.
    ClaimsDisagree = "CLAIMS_DISAGREE",
    /// A claim that is needed here cannot be read, such as a country that is no ISO code.
    ClaimInvalid = "CLAIM_INVALID",
    /// The credential names no subject, or several.
    SubjectUnclear = "SUBJECT_UNCLEAR",
    /// The subject of the credential is not the holder who presents it.
    SubjectNotHolder = "SUBJECT_NOT_HOLDER",
    /// The presentation is signed by somebody else than the holder that it names.
    PresenterNotHolder = "PRESENTER_NOT_HOLDER",
    /// A credential came alone: nobody has shown to be its subject.
    NotPresented = "NOT_PRESENTED",
    /// The presentation carries no credential.
    NoCredential = "NO_CREDENTIAL",
    /// The presentation carries more credentials than any honest one.
    TooManyCredentials = "TOO_MANY_CREDENTIALS",
    /// A type of credential that the policy asks for is not among them.
    RequiredTypeMissing = "REQUIRED_TYPE_MISSING",
    /// The presentation answers no challenge.
    NonceMissing = "NONCE_MISSING",
    /// The presentation answers another challenge.
    NonceMismatch = "NONCE_MISMATCH",
    /// The challenge was answered before.
    NonceUsed = "NONCE_USED",
    /// The presentation is made for nobody in particular.
    AudienceMissing = "AUDIENCE_MISSING",
    /// The presentation is made for somebody else.
    AudienceMismatch = "AUDIENCE_MISMATCH",
    /// A binding says that it holds for longer than it was offered.
    TooLongValid = "TOO_LONG_VALID",
    /// A wallet signed for another network.
    WrongChain = "WRONG_CHAIN",
    /// The presentation does not say when it was made.
    PresentationUndated = "PRESENTATION_UNDATED",
    /// The presentation was made too long ago.
    PresentationTooOld = "PRESENTATION_TOO_OLD",
    /// The credential follows a schema that could not be had.
    SchemaUnavailable = "SCHEMA_UNAVAILABLE",
    /// The credential does not follow its schema.
    SchemaMismatch = "SCHEMA_MISMATCH",
    /// The policy asks for a status and the credential has none.
    StatusMissing = "STATUS_MISSING",
    /// The status could not be had, so the answer is no.
    StatusUnavailable = "STATUS_UNAVAILABLE",
    /// The newest status at hand is too old.
    StatusStale = "STATUS_STALE",
    /// The issuer has taken the credential back.
    Revoked = "REVOKED",
    /// The issuer has halted the credential for now.
    Suspended = "SUSPENDED",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One reason to refuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The fixed code.
    pub code: Code,
    /// What was found and what would have been accepted, in a sentence of at most 240 characters.
    pub detail: String,
}

/// The answer to a presentation or a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether everything held.
    pub accepted: bool,
    /// Everything that did not hold; empty when accepted.
    pub reasons: Vec<Reason>,
    /// What was proven; nothing unless accepted (in JSON: an empty object).
    #[serde(serialize_with = "object")]
    pub claims: Option<Claims>,
}

impl Decision {
    /// Whether a code is among the reasons.
    #[must_use]
    pub fn refused_for(&self, code: Code) -> bool {
        self.reasons.iter().any(|reason| reason.code == code)
    }
}

/// Nothing is the empty object, so that a reader finds an object in any case.
fn object<S: Serializer>(claims: &Option<Claims>, serializer: S) -> Result<S::Ok, S::Error> {
    match claims {
        Some(claims) => claims.serialize(serializer),
        None => serializer.collect_map(std::iter::empty::<(&str, &str)>()),
    }
}

/// What a check gives: what was to be found, or the reason to refuse.
pub(super) type Checked<T> = Result<T, (Code, String)>;

/// Reasons as they are found in one place of the input.
#[derive(Debug)]
pub(super) struct Findings {
    place: String,
    reasons: Vec<Reason>,
}

impl Findings {
    /// Findings about one part of the input, which each detail names.
    pub(super) fn about(place: impl Into<String>) -> Self {
        Self { place: place.into(), reasons: Vec::new() }
    }

    /// Adds a reason to refuse.
    pub(super) fn refuse(&mut self, code: Code, detail: impl fmt::Display) {
        let detail = format!("{}: {detail}", self.place);
        let detail = detail.chars().filter(|c| !c.is_control()).take(MAX_DETAIL).collect();
        self.reasons.push(Reason { code, detail });
    }

    /// Keeps a value, or adds the reason why there is none.
    pub(super) fn keep<T>(&mut self, found: Checked<T>) -> Option<T> {
        found.map_err(|(code, detail)| self.refuse(code, detail)).ok()
    }

    /// Takes over what was found in a part.
    pub(super) fn append(&mut self, part: Self) {
        self.reasons.extend(part.reasons);
    }

    /// Takes over reasons that were given elsewhere.
    pub(super) fn extend(&mut self, reasons: Vec<Reason>) {
        self.reasons.extend(reasons);
    }

    /// Whether nothing was found.
    pub(super) fn is_clean(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Every reason.
    pub(super) fn into_reasons(self) -> Vec<Reason> {
        self.reasons
    }

    /// The first reason, if any.
    pub(super) fn first(&self) -> Option<&Reason> {
        self.reasons.first()
    }

    /// The answer: accepted only when nothing was found and there is something to accept.
    pub(super) fn decide(mut self, claims: Option<Claims>) -> Decision {
        if self.is_clean() && claims.is_none() {
            self.refuse(Code::NoCredential, "there is nothing to accept");
        }
        let accepted = self.is_clean();
        Decision { accepted, reasons: self.reasons, claims: claims.filter(|_| accepted) }
    }
}

//! What a flow cannot do, and what the outside is told about it.

use domain::{Invalid, Invalids};
use store::{MayRetry, StoreError};

/// A command or a question that did not lead to an outcome. Refusals of the business are not here: they are outcomes.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Something in the input is wrong; every finding is named.
    #[error("{0}")]
    Invalid(Invalids),
    /// Nobody is signed in, or the session has ended.
    #[error("sign in first")]
    SignedOut,
    /// The e-mail address or the password is wrong; which one is not said.
    #[error("the e-mail address or the password is not right")]
    WrongCredentials,
    /// Somebody is signed in who may not do this.
    #[error("this needs the role {needs}")]
    Forbidden {
        /// The roles that may.
        needs: String,
    },
    /// Whoever ordered it wants to confirm it too.
    #[error("another compliance officer than the one who ordered it must confirm it")]
    SamePerson,
    /// The form came from another page than ours.
    #[error("the form's token is missing or not ours: load the page again")]
    ForgedForm,
    /// There is no such thing, or it belongs to somebody else.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// The thing is in a state in which this cannot be done.
    #[error("{what} is {state}: {limit}")]
    WrongState {
        /// What kind of thing.
        what: &'static str,
        /// The state it is in.
        state: String,
        /// What would have to be so.
        limit: String,
    },
    /// The key was used before, for another request.
    #[error("the Idempotency-Key was used before, for another request")]
    KeyReused,
    /// The request is larger than is taken.
    #[error("the request has more than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// The body is of a kind that is not read here.
    #[error("a body of the type \"{given}\" is not read here: {wanted}")]
    MediaType {
        /// The type that was given; empty when none was.
        given: String,
        /// The type that is read.
        wanted: &'static str,
    },
    /// The resource is there, and nothing is done with it by this method.
    #[error("{method} is not done here: {allowed}")]
    WrongMethod {
        /// The method of the request.
        method: String,
        /// The methods that the resource has.
        allowed: String,
    },
    /// Too many attempts in too short a time.
    #[error("too many attempts: wait {seconds} seconds")]
    TooMany {
        /// How long to wait.
        seconds: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The chain failed or cannot be reached.
    #[error("the chain cannot be used: {0}")]
    Chain(String),
    /// A state that cannot be, said in a sentence.
    #[error("{0}")]
    Internal(String),
}

impl AppError {
    /// A state that cannot be.
    pub fn internal(sentence: impl std::fmt::Display) -> Self {
        Self::Internal(sentence.to_string())
    }

    /// Something that is not there.
    pub fn not_found(what: &'static str, id: impl std::fmt::Display) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.into())
    }
}

impl From<Invalids> for AppError {
    fn from(invalids: Invalids) -> Self {
        Self::Invalid(invalids)
    }
}

impl MayRetry for AppError {
    fn is_serialization_failure(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_serialization_failure())
    }
}

impl From<tokenizer::chain::ChainError> for AppError {
    fn from(error: tokenizer::chain::ChainError) -> Self {
        Self::Chain(error.to_string())
    }
}

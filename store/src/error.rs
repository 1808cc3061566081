//! What can go wrong with a database, in words a caller can act on.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A database that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection could be had.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// Two transactions got in each other's way; the loser may try again.
    #[error("the transaction met another one and was rolled back")]
    Serialization,
    /// A unique key stands there already.
    #[error("there is one already: {0}")]
    Duplicate(String),
    /// A check or a foreign key of the schema refused the row.
    #[error("the database refused the row: {0}")]
    Constraint(String),
    /// A row was expected and is not there.
    #[error("no such row")]
    NotFound,
    /// What is stored cannot be what was written.
    #[error("the stored value cannot be read: {0}")]
    Corrupt(String),
    /// The migrations did not run to the end.
    #[error("the migration failed: {0}")]
    Migration(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Database(#[source] DieselError),
}

/// An error of a transaction's closure that may be a lost race, which is worth another try.
pub trait MayRetry: From<StoreError> {
    /// Whether another transaction won and this one may run again.
    fn is_serialization_failure(&self) -> bool;
}

impl MayRetry for StoreError {
    fn is_serialization_failure(&self) -> bool {
        matches!(self, Self::Serialization)
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => from_kind(kind, info),
            DieselError::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            other => Self::Database(other),
        }
    }
}

fn from_kind(
    kind: DatabaseErrorKind,
    info: Box<dyn diesel::result::DatabaseErrorInformation + Send + Sync>,
) -> StoreError {
    let message = info.message().to_owned();
    match kind {
        DatabaseErrorKind::SerializationFailure => StoreError::Serialization,
        // SQLite's busy and PostgreSQL's deadlock come as unknown kinds with these words.
        _ if message.contains("database is locked") || message.contains("deadlock detected") => {
            StoreError::Serialization
        }
        DatabaseErrorKind::UniqueViolation => StoreError::Duplicate(message),
        DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::NotNullViolation => StoreError::Constraint(message),
        DatabaseErrorKind::ClosedConnection => StoreError::Unavailable(message),
        kind => StoreError::Database(DieselError::DatabaseError(kind, info)),
    }
}

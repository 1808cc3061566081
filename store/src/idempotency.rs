//! The same key twice gives the same answer once.

use crate::row::stamp;
use crate::schema::idempotency_keys::{self, dsl};
use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ids::UserId;

/// An answer that was given under a key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Answer {
    /// The hash of the request that got it.
    pub request_hash: String,
    /// Its HTTP status.
    pub status: i64,
    /// Its body, as it was sent.
    pub body: String,
}

/// The answer that a user got under a key.
///
/// # Errors
/// When the database fails.
pub fn answer(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<Option<Answer>, StoreError> {
    Ok(dsl::idempotency_keys
        .find((user.to_string(), key))
        .select((dsl::request_hash, dsl::response_status, dsl::response_body))
        .first(tx.conn)
        .optional()?)
}

/// Keeps the answer in the transaction that made it true.
///
/// # Errors
/// [`StoreError::Serialization`] when the same key was kept by another request meanwhile: the retry finds its answer.
pub fn keep(
    tx: &mut Tx<'_>,
    (user, key): (UserId, &str),
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            dsl::user_id.eq(user.to_string()),
            dsl::idempotency_key.eq(key),
            dsl::request_hash.eq(&answer.request_hash),
            dsl::response_status.eq(answer.status),
            dsl::response_body.eq(&answer.body),
            dsl::created_at.eq(stamp(now)),
        ))
        .execute(tx.conn)
        .map_err(|error| match StoreError::from(error) {
            StoreError::Duplicate(_) => StoreError::Serialization,
            other => other,
        })?;
    Ok(())
}

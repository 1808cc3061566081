//! The audit log: append-only, each entry bound to the one before it by its hash.

use crate::row::{moment, stamp};
use crate::schema::audit_log::{self, dsl};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const GENESIS_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened: who did what to which thing. Nothing personal and no secret stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// A user id, or `system` for a job.
    pub actor: &'a str,
    /// A word such as `transfer.refused`.
    pub action: &'a str,
    /// The id of the thing it happened to.
    pub subject: &'a str,
    /// JSON with the numbers of the matter.
    pub detail: &'a str,
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log)]
pub struct Entry {
    /// Counted from 1, without gaps.
    pub position: i64,
    /// When.
    pub at: NaiveDateTime,
    /// Who.
    pub actor: String,
    /// Did what.
    pub action: String,
    /// To which thing.
    pub subject: String,
    /// With which numbers, as JSON.
    pub detail: String,
    /// The hash of the entry before.
    pub previous_hash: String,
    /// SHA-256 over everything above, in hexadecimal.
    pub hash: String,
}

impl Entry {
    /// The hash that this entry must have: SHA-256 over its fields, each led by its length.
    #[must_use]
    pub fn expected_hash(&self) -> String {
        let position = self.position.to_string();
        let at = moment(self.at).timestamp_micros().to_string();
        let mut hasher = Sha256::new();
        for field in
            [&self.previous_hash, &position, &at, &self.actor, &self.action, &self.subject, &self.detail]
        {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hex::encode(hasher.finalize())
    }
}

/// Appends an event in the transaction that it speaks of.
///
/// # Errors
/// When the database fails.
pub fn append(tx: &mut Tx<'_>, event: Event<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let last: Option<(i64, String)> = dsl::audit_log
        .order(dsl::position.desc())
        .select((dsl::position, dsl::hash))
        .first(tx.conn)
        .optional()?;
    let (position, previous_hash) = last.unwrap_or((0, GENESIS_HASH.to_owned()));
    let mut entry = Entry {
        position: position + 1,
        at: stamp(now),
        actor: event.actor.to_owned(),
        action: event.action.to_owned(),
        subject: event.subject.to_owned(),
        detail: event.detail.to_owned(),
        previous_hash,
        hash: String::new(),
    };
    entry.hash = entry.expected_hash();
    diesel::insert_into(audit_log::table).values(entry).execute(tx.conn)?;
    Ok(())
}

/// Entries after a position, oldest first, at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn after(tx: &mut Tx<'_>, position: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(dsl::audit_log
        .filter(dsl::position.gt(position))
        .order(dsl::position)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Entry::as_select())
        .load(tx.conn)?)
}

/// Reads the whole log and returns the first position that does not follow from the one before, if any,
/// and otherwise the number of entries.
///
/// # Errors
/// When the database fails.
pub fn verify(tx: &mut Tx<'_>) -> Result<Result<i64, i64>, StoreError> {
    let (mut position, mut hash) = (0, GENESIS_HASH.to_owned());
    loop {
        let page = after(tx, position, MAX_PAGE)?;
        if page.is_empty() {
            return Ok(Ok(position));
        }
        for entry in page {
            let follows = entry.position == position + 1 && entry.previous_hash == hash;
            if !follows || entry.expected_hash() != entry.hash {
                return Ok(Err(position + 1));
            }
            (position, hash) = (entry.position, entry.hash);
        }
    }
}

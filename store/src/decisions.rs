//! Decisions as the audit log tells them: accepted and refused, frozen and freed, opened and closed.

use crate::audit::Entry;
use crate::row::stamp;
use crate::schema::audit_log::dsl;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Which entries are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Entries with one of these actions.
    pub actions: &'a [&'a str],
    /// Not before this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub before: Option<DateTime<Utc>>,
}

/// Entries after a position, oldest first, at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn after(
    tx: &mut Tx<'_>,
    question: Question<'_>,
    position: i64,
    most: i64,
) -> Result<Vec<Entry>, StoreError> {
    let mut query = dsl::audit_log
        .filter(dsl::action.eq_any(question.actions.to_vec()))
        .filter(dsl::position.gt(position))
        .order(dsl::position)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Entry::as_select())
        .into_boxed();
    if let Some(from) = question.from {
        query = query.filter(dsl::at.ge(stamp(from)));
    }
    if let Some(before) = question.before {
        query = query.filter(dsl::at.lt(stamp(before)));
    }
    Ok(query.load(tx.conn)?)
}

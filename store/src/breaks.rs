//! Breaks: two figures that should agree and do not.

use crate::row::stamp;
use crate::schema::breaks;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::BreakId;

/// Two figures that do not agree.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = breaks)]
pub struct Break {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: BreakId,
    /// Which figures, as `coupon.total`.
    pub kind: String,
    /// The id or address of the thing.
    pub subject: String,
    /// The figures in a sentence.
    pub detail: String,
    /// When it was found.
    pub found_at: NaiveDateTime,
    /// When the figures agreed again.
    pub resolved_at: Option<NaiveDateTime>,
}

/// Records a break, and says whether it is new: one that is open about the same thing stays as it is.
///
/// # Errors
/// When the database fails.
pub fn record(
    tx: &mut Tx<'_>,
    id: BreakId,
    (kind, subject, detail): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let open: i64 = breaks::table
        .filter(breaks::kind.eq(kind))
        .filter(breaks::subject.eq(subject))
        .filter(breaks::resolved_at.is_null())
        .count()
        .get_result(tx.conn)?;
    if open == 0 {
        let row = Break {
            id,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
            found_at: stamp(now),
            resolved_at: None,
        };
        diesel::insert_into(breaks::table).values(row).execute(tx.conn)?;
    }
    Ok(open == 0)
}

/// Notes that the figures of a thing agree again.
///
/// # Errors
/// When the database fails.
pub fn resolve(
    tx: &mut Tx<'_>,
    (kind, subject): (&str, &str),
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let open = breaks::table
        .filter(breaks::kind.eq(kind))
        .filter(breaks::subject.eq(subject))
        .filter(breaks::resolved_at.is_null());
    Ok(diesel::update(open).set(breaks::resolved_at.eq(stamp(now))).execute(tx.conn)?)
}

/// The breaks that are open, newest first; only those of a thing, when one is named.
///
/// # Errors
/// When the database fails.
pub fn open(tx: &mut Tx<'_>, subject: Option<&str>) -> Result<Vec<Break>, StoreError> {
    let mut query = breaks::table
        .filter(breaks::resolved_at.is_null())
        .order(breaks::id.desc())
        .limit(MAX_PAGE)
        .select(Break::as_select())
        .into_boxed();
    if let Some(subject) = subject {
        query = query.filter(breaks::subject.eq(subject.to_owned()));
    }
    Ok(query.load(tx.conn)?)
}

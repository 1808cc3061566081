//! Duties: work that only one process may do at a time.

use crate::row::stamp;
use crate::schema::duties::{self, dsl};
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Takes or renews a lease by the wall clock; `false` while somebody else holds it.
///
/// # Errors
/// When the database fails.
pub fn hold(
    tx: &mut Tx<'_>,
    (name, owner): (&str, &str),
    (wall_now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let held: Option<(String, NaiveDateTime)> =
        dsl::duties.find(name).select((dsl::owner, dsl::until)).first(tx.conn).optional()?;
    match held {
        None => {
            let row = (dsl::name.eq(name), dsl::owner.eq(owner), dsl::until.eq(stamp(until)));
            diesel::insert_into(duties::table).values(row).execute(tx.conn)?;
        }
        Some((holder, ends)) if holder != owner && ends > stamp(wall_now) => return Ok(false),
        Some(_) => {
            let row = (dsl::owner.eq(owner), dsl::until.eq(stamp(until)));
            diesel::update(dsl::duties.find(name)).set(row).execute(tx.conn)?;
        }
    }
    Ok(true)
}

/// Ends every lease: for who knows that no other process lives.
///
/// # Errors
/// When the database fails.
pub fn end_all(tx: &mut Tx<'_>) -> Result<usize, StoreError> {
    Ok(diesel::delete(duties::table).execute(tx.conn)?)
}

/// Gives a lease back, so that another process need not wait for its end.
///
/// # Errors
/// When the database fails.
pub fn release(tx: &mut Tx<'_>, name: &str, owner: &str) -> Result<(), StoreError> {
    diesel::delete(dsl::duties.find(name).filter(dsl::owner.eq(owner))).execute(tx.conn)?;
    Ok(())
}

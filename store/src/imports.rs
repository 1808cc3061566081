//! What was brought in together, and what was wrong with it.

use crate::row::stamp;
use crate::schema::imports;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::asset::ImportKind;
use domain::ids::{ImportId, IssuerId};

/// An import.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: ImportId,
    /// Who brought it.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub issuer_id: IssuerId,
    /// What it brought.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: ImportKind,
    /// Rows that were taken.
    pub accepted: i64,
    /// Rows that had been taken before.
    pub repeated: i64,
    /// Rows that were not taken.
    pub rejected: i64,
    /// What was found, as a JSON list.
    pub findings: String,
    /// When.
    pub created_at: NaiveDateTime,
}

/// How an import ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were taken.
    pub accepted: i64,
    /// Rows that had been taken before.
    pub repeated: i64,
    /// Rows that were not taken.
    pub rejected: i64,
}

/// Adds an import that rows can name; its counts follow with [`finish`] in the same transaction.
///
/// # Errors
/// When the database fails.
pub fn begin(
    tx: &mut Tx<'_>,
    id: ImportId,
    (issuer_id, kind): (IssuerId, ImportKind),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let findings = "[]".to_owned();
    let (accepted, repeated, rejected) = (0, 0, 0);
    let created_at = stamp(now);
    let import = Import { id, issuer_id, kind, accepted, repeated, rejected, findings, created_at };
    diesel::insert_into(imports::table).values(import).execute(tx.conn)?;
    Ok(())
}

/// Notes how an import ended.
///
/// # Errors
/// When the database fails.
pub fn finish(tx: &mut Tx<'_>, id: ImportId, counts: Counts, findings: &str) -> Result<(), StoreError> {
    diesel::update(imports::table.find(id.to_string()))
        .set((
            imports::accepted.eq(counts.accepted),
            imports::repeated.eq(counts.repeated),
            imports::rejected.eq(counts.rejected),
            imports::findings.eq(findings),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The import with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, StoreError> {
    Ok(imports::table.find(id.to_string()).select(Import::as_select()).first(tx.conn).optional()?)
}

/// A page of an issuer's imports, newest first, before a cursor.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    issuer: IssuerId,
    before: Option<ImportId>,
    most: i64,
) -> Result<Vec<Import>, StoreError> {
    let mut query = imports::table
        .filter(imports::issuer_id.eq(issuer.to_string()))
        .order(imports::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Import::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(imports::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

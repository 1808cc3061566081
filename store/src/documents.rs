//! Documents of a pool, in versions: the set that was in force at any moment can be shown.

use crate::row::stamp;
use crate::schema::documents;
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{DocumentId, PoolId};
use domain::pool::DocumentName;

/// The most versions of all documents that are read of one pool.
pub const MAX_DOCUMENTS: i64 = 500;

/// What is known of a version of a document, without its content.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct Document {
    /// Its id.
    #[diesel(deserialize_as = String)]
    pub id: DocumentId,
    /// Its pool.
    #[diesel(deserialize_as = String)]
    pub pool_id: PoolId,
    /// Its name, the same for all versions.
    #[diesel(deserialize_as = String)]
    pub name: DocumentName,
    /// Counted from 1.
    pub version: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// What the content is, as `application/pdf`.
    pub media_type: String,
    /// From when this version is in force, until the next one is.
    pub valid_from: NaiveDateTime,
}

/// A version to be added.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    /// Its id.
    pub id: DocumentId,
    /// Its pool.
    pub pool_id: PoolId,
    /// Its name.
    pub name: &'a DocumentName,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: &'a str,
    /// What the content is.
    pub media_type: &'a str,
    /// The content.
    pub content: &'a [u8],
    /// From when it is in force.
    pub valid_from: DateTime<Utc>,
}

/// Adds the next version of a document and returns its number.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, new: &NewDocument<'_>) -> Result<i64, StoreError> {
    let of_name = documents::pool_id.eq(new.pool_id.to_string()).and(documents::name.eq(new.name.as_str()));
    let last: Option<i64> =
        documents::table.filter(of_name).select(diesel::dsl::max(documents::version)).first(tx.conn)?;
    let version = last.unwrap_or(0) + 1;
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(new.id.to_string()),
            documents::pool_id.eq(new.pool_id.to_string()),
            documents::name.eq(new.name.as_str()),
            documents::version.eq(version),
            documents::sha256.eq(new.sha256),
            documents::media_type.eq(new.media_type),
            documents::content.eq(new.content),
            documents::valid_from.eq(stamp(new.valid_from)),
        ))
        .execute(tx.conn)?;
    Ok(version)
}

/// The version with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<Document>, StoreError> {
    Ok(documents::table.find(id.to_string()).select(Document::as_select()).first(tx.conn).optional()?)
}

/// The content of a version.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such version.
pub fn content(tx: &mut Tx<'_>, id: DocumentId) -> Result<Vec<u8>, StoreError> {
    Ok(documents::table.find(id.to_string()).select(documents::content).first(tx.conn)?)
}

/// All versions of all documents of a pool, by name, the newest version first.
///
/// # Errors
/// When the database fails.
pub fn of_pool(tx: &mut Tx<'_>, pool: PoolId) -> Result<Vec<Document>, StoreError> {
    Ok(documents::table
        .filter(documents::pool_id.eq(pool.to_string()))
        .order((documents::name, documents::version.desc()))
        .limit(MAX_DOCUMENTS)
        .select(Document::as_select())
        .load(tx.conn)?)
}

/// The versions in force at a moment: of each name the newest that was valid by then.
///
/// # Errors
/// When the database fails.
pub fn in_force(tx: &mut Tx<'_>, pool: PoolId, at: DateTime<Utc>) -> Result<Vec<Document>, StoreError> {
    let mut versions = of_pool(tx, pool)?;
    versions.retain(|version| version.valid_from <= stamp(at));
    versions.dedup_by(|later, earlier| later.name == earlier.name);
    Ok(versions)
}

/// Removes all documents of a pool that never came to be.
///
/// # Errors
/// When the database fails.
pub fn remove_all(tx: &mut Tx<'_>, pool: PoolId) -> Result<(), StoreError> {
    diesel::delete(documents::table.filter(documents::pool_id.eq(pool.to_string()))).execute(tx.conn)?;
    Ok(())
}

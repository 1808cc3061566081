//! Sanctions lists in every version, and who was compared with them.

use crate::row::stamp;
use crate::schema::{sanctions_lists, screenings};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{InvestorId, ScreeningId};

/// A list in one version, without its entries.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sanctions_lists)]
pub struct ListVersion {
    /// What the list is called.
    pub name: String,
    /// SHA-256 of its files.
    pub sha256: String,
    /// The version its publisher gives.
    pub version: String,
    /// The format it came in.
    pub format: String,
    /// How many entries it has.
    pub entries: i64,
    /// When it was loaded.
    pub loaded_at: NaiveDateTime,
    /// When another version took its place; none while it is in force.
    pub replaced_at: Option<NaiveDateTime>,
}

/// A list to be put in force.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = sanctions_lists)]
pub struct NewList {
    /// What the list is called.
    pub name: String,
    /// SHA-256 of its files.
    pub sha256: String,
    /// The version its publisher gives.
    pub version: String,
    /// The format it came in.
    pub format: String,
    /// How many entries it has.
    pub entries: i64,
    /// The entries, as the flow reads them back.
    pub content: Vec<u8>,
    /// Now.
    pub loaded_at: NaiveDateTime,
}

/// A comparison of one person with the lists.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = screenings)]
pub struct Screening {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: ScreeningId,
    /// Who was compared.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The lists with their versions, as JSON.
    pub list_versions: String,
    /// What the comparison was set to.
    pub configuration_hash: String,
    /// How many entries may be this person.
    pub hit_count: i64,
    /// All that it takes to do it again and what was found, sealed under the person's key.
    pub sealed_record: Vec<u8>,
    /// When it was done.
    pub screened_at: NaiveDateTime,
    /// The versions of the lists up to which a comparison with what had changed gave the same outcome, as JSON.
    pub carried_to: Option<String>,
}

impl Screening {
    /// The versions of the lists for which the outcome holds.
    #[must_use]
    pub fn holds_for(&self) -> &str {
        self.carried_to.as_deref().unwrap_or(&self.list_versions)
    }
}

/// The lists in force, by name.
///
/// # Errors
/// When the database fails.
pub fn lists_in_force(tx: &mut Tx<'_>) -> Result<Vec<ListVersion>, StoreError> {
    Ok(sanctions_lists::table
        .filter(sanctions_lists::replaced_at.is_null())
        .order(sanctions_lists::name)
        .select(ListVersion::as_select())
        .load(tx.conn)?)
}

/// The entries of a list in one version.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such version.
pub fn content(tx: &mut Tx<'_>, name: &str, sha256: &str) -> Result<Vec<u8>, StoreError> {
    Ok(sanctions_lists::table.find((name, sha256)).select(sanctions_lists::content).first(tx.conn)?)
}

/// Puts a version in force in the place of the one before; `false` when it is in force already.
///
/// # Errors
/// When the database fails.
pub fn put_in_force(tx: &mut Tx<'_>, list: NewList) -> Result<bool, StoreError> {
    let in_force = sanctions_lists::table
        .filter(sanctions_lists::name.eq(&list.name))
        .filter(sanctions_lists::replaced_at.is_null());
    let current: Option<String> = in_force.select(sanctions_lists::sha256).first(tx.conn).optional()?;
    if current.as_ref() == Some(&list.sha256) {
        return Ok(false);
    }
    let current = sanctions_lists::table
        .filter(sanctions_lists::name.eq(list.name.clone()))
        .filter(sanctions_lists::replaced_at.is_null());
    diesel::update(current).set(sanctions_lists::replaced_at.eq(list.loaded_at)).execute(tx.conn)?;
    // A version that comes back is the same entries again, from now on.
    let again = sanctions_lists::table.find((list.name.clone(), list.sha256.clone()));
    let changed = diesel::update(again)
        .set((
            sanctions_lists::loaded_at.eq(list.loaded_at),
            sanctions_lists::replaced_at.eq(None::<NaiveDateTime>),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(sanctions_lists::table).values(list).execute(tx.conn)?;
    }
    Ok(true)
}

/// Adds a screening.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, screening: Screening) -> Result<(), StoreError> {
    diesel::insert_into(screenings::table).values(screening).execute(tx.conn)?;
    Ok(())
}

/// One screening.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: ScreeningId) -> Result<Option<Screening>, StoreError> {
    let found = screenings::table.find(id.to_string());
    Ok(found.select(Screening::as_select()).first(tx.conn).optional()?)
}

/// Notes that the outcome of a screening is the same for newer versions of the lists.
///
/// # Errors
/// When the database fails.
pub fn carry(tx: &mut Tx<'_>, id: ScreeningId, versions: &str) -> Result<(), StoreError> {
    let carried = diesel::update(screenings::table.find(id.to_string()));
    carried.set(screenings::carried_to.eq(versions)).execute(tx.conn)?;
    Ok(())
}

/// The screenings of an investor, newest first.
///
/// # Errors
/// When the database fails.
pub fn of_investor(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Screening>, StoreError> {
    Ok(screenings::table
        .filter(screenings::investor_id.eq(investor.to_string()))
        .order((screenings::screened_at.desc(), screenings::id.desc()))
        .limit(MAX_PAGE)
        .select(Screening::as_select())
        .load(tx.conn)?)
}

/// The newest screening of an investor.
///
/// # Errors
/// When the database fails.
pub fn latest(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Option<Screening>, StoreError> {
    Ok(screenings::table
        .filter(screenings::investor_id.eq(investor.to_string()))
        .order((screenings::screened_at.desc(), screenings::id.desc()))
        .select(Screening::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A moment as the rows keep it.
#[must_use]
pub fn at(moment: DateTime<Utc>) -> NaiveDateTime {
    stamp(moment)
}

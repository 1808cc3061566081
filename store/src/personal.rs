//! What is personal about investors, sealed: the store never sees it open.

use crate::row::stamp;
use crate::schema::personal_data;
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::InvestorId;

/// The sealed personal data of an investor.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = personal_data)]
pub struct PersonalData {
    /// Whose it is.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The data, sealed under the person's own key.
    pub sealed: Vec<u8>,
    /// That key, sealed under the master secret; none after the erasure.
    pub sealed_key: Option<Vec<u8>>,
    /// When the key was destroyed.
    pub erased_at: Option<NaiveDateTime>,
}

/// Adds the personal data of an investor.
///
/// # Errors
/// [`StoreError::Duplicate`] when there is some already.
pub fn add(tx: &mut Tx<'_>, data: PersonalData) -> Result<(), StoreError> {
    diesel::insert_into(personal_data::table).values(data).execute(tx.conn)?;
    Ok(())
}

/// The sealed data of an investor.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Option<PersonalData>, StoreError> {
    Ok(personal_data::table
        .find(investor.to_string())
        .select(PersonalData::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Destroys the key of an investor's data; `false` when it was destroyed before.
///
/// # Errors
/// When the database fails.
pub fn erase(tx: &mut Tx<'_>, investor: InvestorId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let kept =
        personal_data::table.find(investor.to_string()).filter(personal_data::sealed_key.is_not_null());
    let changed = diesel::update(kept)
        .set((
            // What nobody can open is of no use to anybody either.
            personal_data::sealed.eq(Vec::<u8>::new()),
            personal_data::sealed_key.eq(None::<Vec<u8>>),
            personal_data::erased_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

//! Facts about this installation, by name: contract addresses, the offset of the test clock.

use crate::schema::settings;
use crate::{StoreError, Tx};
use diesel::prelude::*;

/// The value under a name.
///
/// # Errors
/// When the database fails.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(name).select(settings::value).first(tx.conn).optional()?)
}

/// Sets the value under a name, whatever stood there.
///
/// # Errors
/// When the database fails.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let changed =
        diesel::update(settings::table.find(name)).set(settings::value.eq(value)).execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(settings::table)
            .values((settings::name.eq(name), settings::value.eq(value)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Removes the value under a name; without one there is nothing to do.
///
/// # Errors
/// When the database fails.
pub fn remove(tx: &mut Tx<'_>, name: &str) -> Result<(), StoreError> {
    diesel::delete(settings::table.find(name)).execute(tx.conn)?;
    Ok(())
}

//! The database of an installation without its chain, so that a command can work beside a server that has it.

use crate::actor::Actor;
use crate::app::Act;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Place;
use crate::error::AppError;
use crate::jobs;
use chrono::{DateTime, Utc};
use store::Store;

/// An opened and migrated database, with the time of its installation and where ids come from.
pub(super) struct Desk {
    /// The database.
    pub(super) store: Store,
    /// Ids and salts.
    pub(super) chance: Chance,
    /// Now, by the clock of the installation: a sandbox has one of its own.
    pub(super) now: DateTime<Utc>,
}

impl Desk {
    /// Opens the database of a place.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(super) fn open(place: &Place) -> Result<Self, AppError> {
        place.prepare()?;
        let store = Store::open(&place.database())?;
        store.migrate()?;
        let offset = store.read(|tx| Ok::<_, AppError>(store::settings::get(tx, jobs::OFFSET)?))?;
        let offset = offset.map(|offset| offset.parse()).transpose().map_err(AppError::internal)?;
        Ok(Self { store, chance: Chance::from_system(), now: Clock::test(offset.unwrap_or(0)).now() })
    }

    /// Writes as somebody, in one transaction.
    ///
    /// # Errors
    /// Those of `work`, and when the database fails.
    pub(super) fn write<T>(
        &self,
        by: &Actor,
        mut work: impl FnMut(&mut Act<'_, '_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.store.write(|tx| work(&mut Act { tx, now: self.now, by, chance: &self.chance }))
    }

    /// As [`Desk::write`], and takes all of it back.
    ///
    /// # Errors
    /// As [`Desk::write`].
    pub(super) fn rehearse<T>(
        &self,
        by: &Actor,
        mut work: impl FnMut(&mut Act<'_, '_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.store.rehearse(|tx| work(&mut Act { tx, now: self.now, by, chance: &self.chance }))
    }
}

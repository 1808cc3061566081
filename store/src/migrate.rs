//! Bringing a database to the shape that this program expects.

use crate::dialect::Conn;
use crate::{Store, StoreError};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// The migrations that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated(pub Vec<String>);

/// Whether a database has the shape that this program expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// Every migration has run.
    Current,
    /// Some are still to run.
    Behind,
}

impl Store {
    /// Runs what is pending, in order.
    ///
    /// # Errors
    /// [`StoreError::Migration`] with the failed step; that step is rolled back.
    pub fn migrate(&self) -> Result<Migrated, StoreError> {
        let failed =
            |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Migration(error.to_string());
        let mut connection = self.connection()?;
        let ran = match &mut *connection {
            Conn::Postgres(postgres) => postgres.run_pending_migrations(POSTGRES),
            Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE),
        };
        Ok(Migrated(ran.map_err(failed)?.iter().map(ToString::to_string).collect()))
    }

    /// Takes every migration back: all tables of ours are dropped. For tests of the way down.
    ///
    /// # Errors
    /// [`StoreError::Migration`] with the failed step.
    pub fn revert_all(&self) -> Result<Migrated, StoreError> {
        let failed =
            |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Migration(error.to_string());
        let mut connection = self.connection()?;
        let ran = match &mut *connection {
            Conn::Postgres(postgres) => postgres.revert_all_migrations(POSTGRES),
            Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(SQLITE),
        };
        Ok(Migrated(ran.map_err(failed)?.iter().map(ToString::to_string).collect()))
    }

    /// Whether migrations are pending.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let failed =
            |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Migration(error.to_string());
        let mut connection = self.connection()?;
        let pending = match &mut *connection {
            Conn::Postgres(postgres) => postgres.has_pending_migration(POSTGRES),
            Conn::Sqlite(sqlite) => sqlite.has_pending_migration(SQLITE),
        };
        Ok(if pending.map_err(failed)? { SchemaState::Behind } else { SchemaState::Current })
    }
}

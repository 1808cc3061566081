//! Bringing a database to the shape that this program expects.

use crate::dialect::Conn;
use crate::{Store, StoreError};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");
/// The advisory lock of PostgreSQL that a change of the schema holds; any number will do ("muniment" in ASCII).
const MIGRATION_LOCK: i64 = 0x6d75_6e69_6d65_6e74;

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

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Store {
    /// Runs what is pending, in order, all of it or nothing; replicas that start together wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Migration`] with the failed step.
    pub fn migrate(&self) -> Result<Migrated, StoreError> {
        self.alone(
            |postgres| Ok(names(&postgres.run_pending_migrations(POSTGRES)?)),
            |sqlite| Ok(names(&sqlite.run_pending_migrations(SQLITE)?)),
        )
    }

    /// Takes every migration back: all tables of ours are dropped. For tests of the way down.
    ///
    /// # Errors
    /// [`StoreError::Migration`] with the failed step.
    pub fn revert_all(&self) -> Result<Migrated, StoreError> {
        self.alone(
            |postgres| Ok(names(&postgres.revert_all_migrations(POSTGRES)?)),
            |sqlite| Ok(names(&sqlite.revert_all_migrations(SQLITE)?)),
        )
    }

    /// Runs a change of the schema in one transaction that no other change of the schema runs beside.
    fn alone(
        &self,
        on_postgres: impl FnOnce(&mut PgConnection) -> Result<Migrated, Failure>,
        on_sqlite: impl FnOnce(&mut SqliteConnection) -> Result<Migrated, Failure>,
    ) -> Result<Migrated, StoreError> {
        let mut connection = self.connection()?;
        let outcome = match &mut *connection {
            Conn::Postgres(postgres) => postgres.transaction(|postgres| {
                postgres.batch_execute(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))?;
                on_postgres(postgres)
            }),
            Conn::Sqlite(sqlite) => sqlite.immediate_transaction(on_sqlite),
        };
        outcome.map_err(|error: Failure| StoreError::Migration(error.to_string()))
    }

    /// Whether migrations are pending.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let failed = |error: Failure| StoreError::Migration(error.to_string());
        let mut connection = self.connection()?;
        let pending = match &mut *connection {
            Conn::Postgres(postgres) => postgres.has_pending_migration(POSTGRES),
            Conn::Sqlite(sqlite) => sqlite.has_pending_migration(SQLITE),
        };
        Ok(if pending.map_err(failed)? { SchemaState::Behind } else { SchemaState::Current })
    }
}

fn names(ran: &[impl ToString]) -> Migrated {
    Migrated(ran.iter().map(ToString::to_string).collect())
}

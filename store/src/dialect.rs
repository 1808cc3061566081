//! The one place that knows which database it speaks to.

use crate::StoreError;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

/// Milliseconds that a writer waits for another one on SQLite before it gives up and is retried.
const BUSY_TIMEOUT_MS: u32 = 10_000;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    /// PostgreSQL, named by a URL.
    Postgres(PgConnection),
    /// SQLite, named by a file.
    Sqlite(SqliteConnection),
}

/// Whether a database URL names PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Opens a connection; SQLite with a write-ahead log, foreign keys and full synchronisation, because money
/// that was acknowledged must survive a power cut.
pub(crate) fn connect(url: &str) -> Result<Conn, StoreError> {
    let unavailable = |error: diesel::ConnectionError| StoreError::Unavailable(error.to_string());
    if is_postgres(url) {
        let mut connection = PgConnection::establish(url).map_err(unavailable)?;
        connection.batch_execute("SET TIME ZONE 'UTC'")?;
        return Ok(Conn::Postgres(connection));
    }
    let mut connection = SqliteConnection::establish(url).map_err(unavailable)?;
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; \
         PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    ))?;
    Ok(Conn::Sqlite(connection))
}

impl Conn {
    /// Begins a transaction that writes. On SQLite it takes the write lock at once, on PostgreSQL it is
    /// serializable: in both, what was read still holds when it commits.
    pub(crate) fn begin_write(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(connection) => connection.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE")?,
            Self::Sqlite(connection) => connection.batch_execute("BEGIN IMMEDIATE")?,
        }
        Ok(())
    }

    /// Begins a transaction that reads one consistent state.
    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(connection) => {
                connection.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
            Self::Sqlite(connection) => connection.batch_execute("BEGIN DEFERRED")?,
        }
        Ok(())
    }

    /// Marks the place in the transaction to which [`Conn::back_to_mark`] goes back.
    pub(crate) fn mark(&mut self) -> Result<(), StoreError> {
        Ok(self.batch_execute("SAVEPOINT rehearsal")?)
    }

    /// Takes everything since the mark back; the transaction goes on.
    pub(crate) fn back_to_mark(&mut self) -> Result<(), StoreError> {
        Ok(self.batch_execute("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal")?)
    }

    /// Makes the transaction last.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.batch_execute("COMMIT")?)
    }

    /// Gives the transaction up.
    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        Ok(self.batch_execute("ROLLBACK")?)
    }
}

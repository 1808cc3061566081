//! The pool of connections and the two kinds of transaction.

use crate::dialect::{self, Conn};
use crate::{MayRetry, StoreError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// Connections per process: enough for the web workers and the jobs; SQLite serialises its writers anyway.
const MAX_CONNECTIONS: u32 = 12;
/// How long a request waits for a connection before it is told that the database is busy.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a transaction that loses its race runs before its caller hears of it. Sixteen writers of one row
/// need up to eight tries each; beyond twenty the database is in trouble.
const MAX_TRIES: u32 = 20;
/// The longest pause after a lost race, in milliseconds: a transaction of ours takes about five.
const MAX_PAUSE_MS: u64 = 64;

/// A database: SQLite by a file name, PostgreSQL by a URL.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: r2d2::Pool<Connections>,
    pub(crate) url: String,
}

/// An open transaction. It lives inside [`Store::write`] or [`Store::read`].
pub struct Tx<'a> {
    pub(crate) conn: &'a mut Conn,
}

impl Tx<'_> {
    /// Runs `work` inside the transaction and takes everything back that it wrote: what would happen? The transaction
    /// goes on as if nothing had been.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`] when the database fails.
    pub fn rehearse<T, E: MayRetry>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.conn.mark()?;
        let outcome = work(&mut Tx { conn: self.conn });
        let back = self.conn.back_to_mark();
        // What stopped the work says more than that the connection is gone with it.
        let outcome = outcome?;
        back?;
        Ok(outcome)
    }
}

pub(crate) struct Connections {
    url: String,
}

impl r2d2::ManageConnection for Connections {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        dialect::connect(&self.url)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        use diesel::connection::SimpleConnection;
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, _conn: &mut Conn) -> bool {
        std::thread::panicking()
    }
}

impl Store {
    /// Opens the database; the file of SQLite is created when it is not there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection can be made.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let manager = Connections { url: url.to_owned() };
        let pool = r2d2::Pool::builder()
            .max_size(MAX_CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_TIMEOUT)
            .test_on_check_out(dialect::is_postgres(url))
            .build(manager)
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool, url: url.to_owned() })
    }

    /// Whether the database is PostgreSQL, which several processes may share.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        dialect::is_postgres(&self.url)
    }

    pub(crate) fn connection(&self) -> Result<r2d2::PooledConnection<Connections>, StoreError> {
        self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Runs `work` in one transaction that writes; an error rolls everything back. When another transaction
    /// won the race, `work` runs again, so it must not touch the outside.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`] when the database fails.
    pub fn write<T, E: MayRetry>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        until_won(|| self.once(Conn::begin_write, &mut work))
    }

    /// Runs `work` on one consistent state of the database.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`] when the database fails.
    pub fn read<T, E: MayRetry>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.once(Conn::begin_read, &mut work)
    }

    /// Runs `work` as [`Store::write`] does, and takes everything back at the end: what would happen?
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`] when the database fails.
    pub fn rehearse<T, E: MayRetry>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        until_won(|| {
            let mut connection = self.connection()?;
            connection.begin_write()?;
            let outcome = work(&mut Tx { conn: &mut connection });
            connection.rollback()?;
            outcome
        })
    }

    fn once<T, E: MayRetry>(
        &self,
        begin: fn(&mut Conn) -> Result<(), StoreError>,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection()?;
        begin(&mut connection)?;
        let outcome = work(&mut Tx { conn: &mut connection });
        let closed = if outcome.is_ok() { connection.commit() } else { connection.rollback() };
        if closed.is_err() && outcome.is_ok() {
            // A failed COMMIT of PostgreSQL has rolled back; on SQLite the transaction is still open.
            let _ = connection.rollback();
        }
        match (outcome, closed) {
            (Ok(_), Err(error)) => Err(error.into()),
            (outcome, _) => outcome,
        }
    }
}

/// Tries again while another transaction wins the race.
fn until_won<T, E: MayRetry>(mut attempt: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let mut tries = 1;
    loop {
        match attempt() {
            Err(error) if error.is_serialization_failure() && tries < MAX_TRIES => {
                std::thread::sleep(pause_after(tries));
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// A pause between nothing and a bound that doubles with each lost race, so that those who met part ways.
/// Chance decides here and nowhere else in the store: no outcome depends on it.
fn pause_after(tries: u32) -> Duration {
    let bound = MAX_PAUSE_MS.min(1 << tries.min(u64::BITS - 1)) * 1_000;
    let chance = RandomState::new().build_hasher().finish();
    Duration::from_micros(chance % bound)
}

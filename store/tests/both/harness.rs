//! A fresh, migrated database for each test: SQLite always, PostgreSQL when a cluster is named.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use domain::ids::PartitionId;
use muniment_store::Store;
use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the administrator's URL of a PostgreSQL cluster; `scripts/with-postgres` sets it.
const CLUSTER: &str = "MUNIMENT_TEST_POSTGRES";

/// A database of one test; it is removed with it.
pub struct Database {
    pub store: Store,
    pub url: String,
    // Dropped last: the pool closes before its database goes.
    _home: Home,
}

enum Home {
    Folder { _folder: tempfile::TempDir },
    Cluster { admin: String, name: String },
}

/// A connection beside the store, for what the store does not let anybody do.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs a test on each database at hand, fresh and migrated.
pub fn on_both(test: impl Fn(&Database)) {
    on_both_empty(|database| {
        database.store.migrate().unwrap();
        test(database);
    });
}

/// Runs a test on each database at hand, fresh and without a table.
pub fn on_both_empty(test: impl Fn(&Database)) {
    test(&Database::sqlite());
    if let Some(database) = Database::postgres() {
        test(&database);
    }
}

impl Database {
    /// A file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().join("muniment.db").to_str().unwrap().to_owned();
        Self { store: Store::open(&url).unwrap(), url, _home: Home::Folder { _folder: folder } }
    }

    /// A database of the cluster, when there is one.
    pub fn postgres() -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let Ok(admin) = std::env::var(CLUSTER) else {
            say_embedded_only();
            return None;
        };
        let name = format!("store_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        PgConnection::establish(&admin).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (server, _) = admin.rsplit_once('/').unwrap();
        let url = format!("{server}/{name}");
        Some(Self { store: Store::open(&url).unwrap(), url, _home: Home::Cluster { admin, name } })
    }

    /// A second connection.
    pub fn raw(&self) -> Raw {
        if self.store.is_postgres() {
            Raw::Postgres(PgConnection::establish(&self.url).unwrap())
        } else {
            let mut sqlite = SqliteConnection::establish(&self.url).unwrap();
            sqlite.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON").unwrap();
            Raw::Sqlite(sqlite)
        }
    }

    /// Runs SQL past the store.
    pub fn execute(&self, sql: &str) {
        match self.raw() {
            Raw::Sqlite(mut sqlite) => sqlite.batch_execute(sql).unwrap(),
            Raw::Postgres(mut postgres) => postgres.batch_execute(sql).unwrap(),
        }
    }

    /// An issuer, a pool and this many partitions of it.
    pub fn partitions(&self, count: u32) -> Vec<PartitionId> {
        let (issuer, pool) = (id(1), id(2));
        let mut sql = format!(
            "INSERT INTO issuers (id, name, created_at) VALUES ('{issuer}', 'Hafen AG', '2026-01-01 00:00:00');
             INSERT INTO pools (id, issuer_id, asset_kind, name, symbol, currency, status, created_at) VALUES
             ('{pool}', '{issuer}', 'receivables', 'Hafen 1', 'HFN1', 'EUR', 'live', '2026-01-01 00:00:00');"
        );
        for number in 1..=count {
            sql += &format!(
                "INSERT INTO partitions (id, pool_id, name, seniority, authorised_units, unit_price_minor,
                 cap_bps, coupon_rate, coupon_months, day_count, first_period_start, allowed_countries,
                 allowed_classes, primary_closed) VALUES ('{}', '{pool}', 'P{number}', {number}, 1000000, 100,
                 500, '0.05', 3, '30E/360', '2026-01-01', '', '', FALSE);",
                id(1000 + number)
            );
        }
        self.execute(&sql);
        (1..=count).map(|number| id(1000 + number).parse().unwrap()).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Self::Cluster { admin, name } = self
            && let Ok(mut postgres) = PgConnection::establish(admin)
        {
            let _ = postgres.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// The text of an id that is the same in each run.
pub fn id(number: u32) -> String {
    format!("01890a5d-ac96-7000-8000-{number:012x}")
}

/// A moment of 2026, counted in seconds from its first.
pub fn second(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + number, 0).unwrap()
}

fn say_embedded_only() {
    static SAID: Once = Once::new();
    // Written past the capture of the test harness: nobody should believe that PostgreSQL was tested.
    SAID.call_once(|| {
        let _ = writeln!(std::io::stderr(), "{CLUSTER} is not set: the store is tested on SQLite only");
    });
}

//! A database of a PostgreSQL cluster, for one test.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the administrator's URL of the cluster; `scripts/with-postgres` sets it.
const CLUSTER: &str = "MUNIMENT_TEST_POSTGRES";

/// An empty database; it goes with its test, whoever is connected.
pub(crate) struct Database {
    /// As `DATABASE_URL` names it.
    pub(crate) url: String,
    admin: String,
    name: String,
}

impl Database {
    /// A new database of the cluster, when one is named.
    pub(crate) fn create() -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let admin = std::env::var(CLUSTER).ok()?;
        let name = format!("api_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
        assert!(psql(&admin, &format!("CREATE DATABASE {name}")));
        Some(Self { url, admin, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        psql(&self.admin, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn psql(url: &str, sql: &str) -> bool {
    Command::new("psql").args(["--quiet", url, "-c", sql]).status().unwrap().success()
}

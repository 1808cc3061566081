//! Where the index in use stands: swapped whole while others read, and old after a while.

use super::index::Index;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, PoisonError, RwLock};

/// Lists change nearly every day; what is older than this is an alarm.
pub const MAX_AGE: TimeDelta = TimeDelta::hours(26);

/// An index and the moment its lists were fetched.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The index.
    pub index: Arc<Index>,
    /// When its lists were fetched.
    pub fetched: DateTime<Utc>,
}

impl Loaded {
    /// Whether the lists are older than [`MAX_AGE`].
    #[must_use]
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        now - self.fetched > MAX_AGE
    }
}

/// The index in use, or none before the first load: then nobody can be screened, and nobody is clean.
#[derive(Debug, Default)]
pub struct Shelf(RwLock<Option<Loaded>>);

impl Shelf {
    /// The index in use. Who holds it keeps it, whatever is put in its place meanwhile.
    #[must_use]
    pub fn current(&self) -> Option<Loaded> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a new index in the place of the old one, which is returned.
    pub fn replace(&self, index: Index, fetched: DateTime<Utc>) -> Option<Loaded> {
        let loaded = Loaded { index: Arc::new(index), fetched };
        self.0.write().unwrap_or_else(PoisonError::into_inner).replace(loaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_keeps_the_index_it_began_with() {
        let fetched: DateTime<Utc> = "2026-06-01T00:00:00Z".parse().unwrap();
        let shelf = Shelf::default();
        assert!(shelf.current().is_none());
        shelf.replace(Index::build(vec![]), fetched);
        let reading = shelf.current().unwrap();
        shelf.replace(Index::build(vec![]), fetched + TimeDelta::days(1));
        assert!(!Arc::ptr_eq(&reading.index, &shelf.current().unwrap().index));
        assert!(!reading.is_stale(fetched + MAX_AGE));
        assert!(reading.is_stale(fetched + MAX_AGE + TimeDelta::seconds(1)));
    }
}

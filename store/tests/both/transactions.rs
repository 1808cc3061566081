//! One transaction tells one truth: all of it or nothing, and a lost race runs again.

use crate::harness::{on_both, second};
use muniment_store::{MayRetry, Store, StoreError, audit, settings};
use std::sync::atomic::{AtomicU32, Ordering};

/// An error of the business, such as a flow has.
#[derive(Debug)]
enum FlowError {
    NotToday,
    Store(StoreError),
}

impl From<StoreError> for FlowError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl MayRetry for FlowError {
    fn is_serialization_failure(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_serialization_failure())
    }
}

fn setting(store: &Store, name: &str) -> Option<String> {
    store.read(|tx| settings::get(tx, name)).unwrap()
}

#[test]
fn an_error_takes_everything_back_and_comes_through() {
    on_both(|database| {
        let store = &database.store;
        let outcome = store.write(|tx| {
            settings::set(tx, "offset", "1")?;
            let event = audit::Event { actor: "system", action: "a", subject: "s", detail: "{}" };
            audit::append(tx, event, second(0))?;
            Err::<(), _>(FlowError::NotToday)
        });
        assert!(matches!(outcome, Err(FlowError::NotToday)), "{outcome:?}");
        assert_eq!(setting(store, "offset"), None);
        assert_eq!(store.read(audit::verify).unwrap(), Ok(0));
    });
}

#[test]
fn an_error_of_the_business_runs_once() {
    on_both(|database| {
        let runs = AtomicU32::new(0);
        let outcome = database.store.write(|_| {
            runs.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(FlowError::NotToday)
        });
        assert!(outcome.is_err());
        assert_eq!(runs.into_inner(), 1);
    });
}

#[test]
fn a_panic_takes_everything_back_and_spoils_no_later_transaction() {
    on_both(|database| {
        let store = &database.store;
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(|tx| {
                settings::set(tx, "offset", "1").unwrap();
                if settings::get(tx, "offset").unwrap().is_some() {
                    panic!("in the middle");
                }
                Ok::<_, StoreError>(())
            })
        }));
        assert!(panicked.is_err());
        store.write(|tx| settings::set(tx, "other", "2")).unwrap();
        assert_eq!((setting(store, "offset"), setting(store, "other").as_deref()), (None, Some("2")));
    });
}

#[test]
fn a_rehearsal_shows_what_would_happen_and_leaves_nothing() {
    on_both(|database| {
        let store = &database.store;
        let seen = store.rehearse(|tx| {
            settings::set(tx, "offset", "1")?;
            settings::get(tx, "offset")
        });
        assert_eq!(seen.unwrap().as_deref(), Some("1"));
        assert_eq!(setting(store, "offset"), None);
        let refused = store.rehearse(|tx| {
            settings::set(tx, "offset", "1")?;
            Err::<(), _>(FlowError::NotToday)
        });
        assert!(matches!(refused, Err(FlowError::NotToday)), "{refused:?}");
        assert_eq!(setting(store, "offset"), None);
    });
}

#[test]
fn a_rehearsal_that_loses_its_race_runs_again() {
    on_both(|database| {
        let store = &database.store;
        store.write(|tx| settings::set(tx, "offset", "1")).unwrap();
        let mut runs = 0;
        let seen = store.rehearse(|tx| {
            runs += 1;
            let read = settings::get(tx, "offset")?;
            // SQLite lets nobody else write meanwhile.
            if store.is_postgres() && runs == 1 {
                store.write(|other| settings::set(other, "offset", "2"))?;
            }
            settings::set(tx, "offset", "3")?;
            Ok::<_, StoreError>(read)
        });
        let (after, expected) = if store.is_postgres() { ("2", 2) } else { ("1", 1) };
        assert_eq!((seen.unwrap().as_deref(), runs), (Some(after), expected));
        assert_eq!(setting(store, "offset").as_deref(), Some(after));
    });
}

#[test]
fn a_lost_race_runs_again_until_no_count_is_lost() {
    const THREADS: u32 = 2;
    const ROUNDS: u32 = 50;
    on_both(|database| {
        let store = &database.store;
        let runs = AtomicU32::new(0);
        let count_up = || {
            store.write(|tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                let count: u32 = settings::get(tx, "count")?.map_or(0, |text| text.parse().unwrap());
                settings::set(tx, "count", &(count + 1).to_string())
            })
        };
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| (0..ROUNDS).for_each(|_| count_up().unwrap()));
            }
        });
        assert_eq!(setting(store, "count"), Some((THREADS * ROUNDS).to_string()));
        assert!(runs.into_inner() >= THREADS * ROUNDS);
    });
}

#[test]
fn of_two_transactions_that_read_before_either_wrote_one_runs_twice() {
    on_both(|database| {
        let store = &database.store;
        store.write(|tx| settings::set(tx, "count", "0")).unwrap();
        // SQLite lets one writer in at a time, so there nobody can wait for the other inside.
        let meeting = std::sync::Barrier::new(if store.is_postgres() { 2 } else { 1 });
        let runs = AtomicU32::new(0);
        let count_up = || {
            let mut first = true;
            store.write(|tx| {
                runs.fetch_add(1, Ordering::SeqCst);
                let count: u32 = settings::get(tx, "count")?.map_or(0, |text| text.parse().unwrap());
                if std::mem::take(&mut first) {
                    meeting.wait();
                }
                settings::set(tx, "count", &(count + 1).to_string())
            })
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(count_up);
            count_up().unwrap();
            other.join().unwrap().unwrap();
        });
        assert_eq!(setting(store, "count").as_deref(), Some("2"));
        assert_eq!(runs.into_inner(), if store.is_postgres() { 3 } else { 2 });
    });
}

#[test]
fn sixteen_writers_of_one_row_all_get_through() {
    on_both(|database| {
        let store = &database.store;
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        store
                            .write(|tx| {
                                let count: u32 =
                                    settings::get(tx, "count")?.map_or(0, |text| text.parse().unwrap());
                                settings::set(tx, "count", &(count + 1).to_string())
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(setting(store, "count").as_deref(), Some("160"));
    });
}

#[test]
fn a_read_sees_one_state_whatever_others_write() {
    on_both(|database| {
        let store = &database.store;
        store.write(|tx| settings::set(tx, "offset", "before")).unwrap();
        let (first, second) = store
            .read(|tx| {
                let first = settings::get(tx, "offset")?;
                store.write(|other| settings::set(other, "offset", "after"))?;
                Ok::<_, StoreError>((first, settings::get(tx, "offset")?))
            })
            .unwrap();
        assert_eq!((first.as_deref(), second.as_deref()), (Some("before"), Some("before")));
        assert_eq!(setting(store, "offset").as_deref(), Some("after"));
    });
}

#[test]
fn what_is_rehearsed_inside_a_transaction_leaves_nothing_and_the_transaction_goes_on() {
    on_both(|database| {
        let store = &database.store;
        store
            .write(|tx| {
                settings::set(tx, "before", "kept")?;
                let tried = tx.rehearse(|tx| {
                    settings::set(tx, "before", "tried")?;
                    settings::set(tx, "inside", "tried")?;
                    settings::get(tx, "before")
                })?;
                assert_eq!(tried.as_deref(), Some("tried"));
                settings::set(tx, "after", "kept")
            })
            .unwrap();
        let stored = ["before", "inside", "after"].map(|name| setting(store, name));
        assert_eq!(stored, [Some("kept".to_owned()), None, Some("kept".to_owned())]);
        // What fails inside fails the whole, unless somebody goes on without it.
        store
            .write(|tx| {
                settings::set(tx, "before", "again")?;
                let failed = tx.rehearse(|tx| {
                    settings::set(tx, "inside", "tried")?;
                    Err::<(), _>(FlowError::NotToday)
                });
                assert!(matches!(failed, Err(FlowError::NotToday)));
                Ok::<_, FlowError>(())
            })
            .unwrap();
        assert_eq!(setting(store, "before").as_deref(), Some("again"));
        assert_eq!(setting(store, "inside"), None);
    });
}

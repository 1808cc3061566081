//! A duty is one process's at a time.

use crate::harness::{on_both, second};
use muniment_store::{Store, duties};
use std::sync::atomic::{AtomicU32, Ordering};

fn hold(store: &Store, owner: &str, now: i64) -> bool {
    store.write(|tx| duties::hold(tx, ("chain", owner), (second(now), second(now + 60)))).unwrap()
}

#[test]
fn a_duty_is_held_renewed_given_back_and_taken_over() {
    on_both(|database| {
        let store = &database.store;
        assert!(hold(store, "a", 0));
        assert!(!hold(store, "b", 30));
        assert!(hold(store, "a", 30), "its holder renews it");
        assert!(!hold(store, "b", 89));
        assert!(hold(store, "b", 90), "the lease has ended");
        store.write(|tx| duties::release(tx, "chain", "a")).unwrap();
        assert!(!hold(store, "a", 91), "nobody gives back what another holds");
        store.write(|tx| duties::release(tx, "chain", "b")).unwrap();
        assert!(hold(store, "a", 91));
    });
}

#[test]
fn who_knows_that_nobody_else_lives_ends_every_lease() {
    on_both(|database| {
        let store = &database.store;
        assert!(hold(store, "killed", 0));
        assert!(!hold(store, "started", 1));
        assert_eq!(store.write(duties::end_all).unwrap(), 1);
        assert!(hold(store, "started", 1));
    });
}

#[test]
fn of_eight_processes_one_gets_the_duty() {
    on_both(|database| {
        let holders = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for owner in 0..8 {
                let (store, holders) = (&database.store, &holders);
                scope.spawn(move || {
                    holders.fetch_add(u32::from(hold(store, &owner.to_string(), 0)), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(holders.into_inner(), 1);
    });
}

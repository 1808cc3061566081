//! The audit log has no gaps and does not forgive a changed word.

use crate::harness::{Database, on_both, second};
use muniment_store::audit::{self, Event};
use muniment_store::{MAX_PAGE, Store, StoreError};

fn append(store: &Store, count: i64) {
    store
        .write(|tx| {
            for number in 1..=count {
                let detail = format!(r#"{{"units":{number}}}"#);
                let event =
                    Event { actor: "system", action: "transfer.refused", subject: "t", detail: &detail };
                audit::append(tx, event, second(number))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn verify(database: &Database) -> Result<i64, i64> {
    database.store.read(audit::verify).unwrap()
}

#[test]
fn an_empty_log_verifies() {
    on_both(|database| assert_eq!(verify(database), Ok(0)));
}

#[test]
fn entries_follow_from_one_another_over_several_pages() {
    on_both(|database| {
        append(&database.store, 2 * MAX_PAGE + 3);
        assert_eq!(verify(database), Ok(2 * MAX_PAGE + 3));
        let page = database.store.read(|tx| audit::after(tx, MAX_PAGE, 2)).unwrap();
        assert_eq!(page.iter().map(|entry| entry.position).collect::<Vec<_>>(), [MAX_PAGE + 1, MAX_PAGE + 2]);
        assert_eq!(page[0].at.and_utc(), second(MAX_PAGE + 1));
        assert_eq!(page[1].previous_hash, page[0].hash);
    });
}

#[test]
fn the_hash_is_over_all_fields_each_led_by_its_length() {
    on_both(|database| {
        append(&database.store, 1);
        let entry = database.store.read(|tx| audit::after(tx, 0, 1)).unwrap().remove(0);
        assert_eq!(entry.previous_hash, audit::GENESIS_HASH);
        // Computed apart from this code, over the fields that `append` writes above.
        assert_eq!(entry.hash, "709e00cd7fc09fb3e47f69fc1f226f5f94b82cc053746f4a91622aa720cc8a76");
    });
}

#[test]
fn every_kind_of_tampering_is_found_where_it_begins() {
    let cases = [
        ("UPDATE audit_log SET detail = '{}' WHERE position = 3", 3),
        ("UPDATE audit_log SET actor = 'nobody' WHERE position = 1", 1),
        ("UPDATE audit_log SET action = 'transfer.settled' WHERE position = 5", 5),
        ("UPDATE audit_log SET subject = 'u' WHERE position = 2", 2),
        ("UPDATE audit_log SET at = '2026-01-01 00:00:09' WHERE position = 4", 4),
        ("UPDATE audit_log SET previous_hash = hash WHERE position = 4", 4),
        ("UPDATE audit_log SET hash = previous_hash || 'x' WHERE position = 4", 4),
        ("DELETE FROM audit_log WHERE position = 1", 1),
        ("DELETE FROM audit_log WHERE position = 4", 4),
    ];
    on_both(|database| {
        append(&database.store, 6);
        for (tampering, found_at) in cases {
            database.execute("CREATE TABLE kept AS SELECT * FROM audit_log");
            database.execute(tampering);
            assert_eq!(verify(database), Err(found_at), "{tampering}");
            database
                .execute("DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept");
            assert_eq!(verify(database), Ok(6));
        }
    });
}

#[test]
fn threads_that_append_at_once_leave_no_gap() {
    on_both(|database| {
        let store = &database.store;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..10).for_each(|_| append(store, 1)));
            }
        });
        assert_eq!(verify(database), Ok(80));
    });
}

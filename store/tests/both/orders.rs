//! An order waits for another person: one about a thing at a time, never confirmed by whoever gave it.

use crate::harness::{id, on_both, second};
use domain::ids::{OrderId, UserId};
use domain::party::Role;
use domain::status::{OrderKind, OrderStatus};
use muniment_store::access::{self, User};
use muniment_store::orders::{self, Decision, Order};
use muniment_store::{Store, StoreError};

/// Until when the orders of these tests wait.
const WAITS: i64 = 100;

fn officer(store: &Store, number: u32) -> UserId {
    let id: UserId = id(number).parse().unwrap();
    let user = User {
        id,
        email: format!("{number}@example.org"),
        password_hash: "h".to_owned(),
        role: Role::Compliance,
        issuer_id: None,
        created_at: second(0).naive_utc(),
    };
    store.write(|tx| access::add_user(tx, user.clone())).unwrap();
    id
}

fn order(number: u32, subject: &str, by: UserId) -> Order {
    Order {
        id: id(number).parse().unwrap(),
        kind: OrderKind::Recovery,
        subject: subject.to_owned(),
        asked: "{}".to_owned(),
        status: OrderStatus::Awaiting,
        requested_by: Some(by.to_string()),
        decided_by: None,
        decided_at: None,
        reason: None,
        created_at: second(0).naive_utc(),
        expires_at: second(WAITS).naive_utc(),
    }
}

fn add(store: &Store, order: Order) -> Result<OrderId, StoreError> {
    store.write(|tx| orders::add(tx, order.clone()).map(|()| order.id))
}

fn decide(
    store: &Store,
    (order, by): (OrderId, UserId),
    status: OrderStatus,
    now: i64,
) -> Result<bool, StoreError> {
    store.write(|tx| orders::decide(tx, order, Decision { status, by, reason: None }, second(now)))
}

#[test]
fn one_order_about_a_thing_waits_at_a_time() {
    on_both(|database| {
        let store = &database.store;
        let (first, other) = (officer(store, 1), officer(store, 2));
        let waiting = add(store, order(10, "wallet", first)).unwrap();
        assert!(matches!(add(store, order(11, "wallet", other)), Err(StoreError::Duplicate(_))));
        add(store, order(12, "another wallet", other)).unwrap();
        assert!(decide(store, (waiting, other), OrderStatus::Rejected, 5).unwrap());
        add(store, order(13, "wallet", first)).unwrap();
        // What nobody decided in time makes room.
        store.write(|tx| orders::expire(tx, second(WAITS))).unwrap();
        add(store, order(14, "wallet", other)).unwrap();
        let expired = store.read(|tx| orders::find(tx, id(13).parse().unwrap())).unwrap().unwrap();
        assert_eq!(expired.status, OrderStatus::Expired);
    });
}

#[test]
fn nobody_confirms_their_own_order_and_nobody_decides_late_or_twice() {
    on_both(|database| {
        let store = &database.store;
        let (first, other) = (officer(store, 1), officer(store, 2));
        let waiting = add(store, order(10, "wallet", first)).unwrap();
        for status in [OrderStatus::Confirmed, OrderStatus::Rejected] {
            assert!(decide(store, (waiting, first), status, 5).is_err(), "{status}");
        }
        assert!(!decide(store, (waiting, other), OrderStatus::Confirmed, WAITS).unwrap(), "too late");
        let count = |of| store.read(|tx| orders::count_for(tx, of, second(5))).unwrap();
        assert_eq!((count(first), count(other)), (0, 1));
        assert!(decide(store, (waiting, other), OrderStatus::Confirmed, 5).unwrap());
        assert!(!decide(store, (waiting, other), OrderStatus::Rejected, 6).unwrap(), "it is decided");
        assert_eq!((count(first), count(other)), (0, 0));
        let own = add(store, order(11, "wallet", first)).unwrap();
        assert!(decide(store, (own, first), OrderStatus::Withdrawn, 7).unwrap());
        let others = store.read(|tx| access::count_others(tx, Role::Compliance, Some(first))).unwrap();
        assert_eq!(others, 1);
    });
}

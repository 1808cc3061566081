//! The same key twice gives the same answer once.

use crate::harness::{id, on_both, second};
use domain::ids::UserId;
use domain::party::Role;
use muniment_store::idempotency::{self, Answer};
use muniment_store::{Store, StoreError, access};

fn user(store: &Store, number: u32) -> UserId {
    let user = access::User {
        id: id(number).parse().unwrap(),
        email: format!("{number}@example.org"),
        password_hash: "$argon2id$".to_owned(),
        role: Role::Investor,
        issuer_id: None,
        created_at: second(0).naive_utc(),
    };
    let id = user.id;
    store.write(|tx| access::add_user(tx, user.clone())).unwrap();
    id
}

fn answer(body: &str) -> Answer {
    Answer { request_hash: "ab".to_owned(), status: 201, body: body.to_owned() }
}

#[test]
fn an_answer_is_kept_once_per_user_and_key() {
    on_both(|database| {
        let store = &database.store;
        let (anna, ben) = (user(store, 1), user(store, 2));
        assert_eq!(store.read(|tx| idempotency::answer(tx, anna, "k")).unwrap(), None::<Answer>);
        store.write(|tx| idempotency::keep(tx, (anna, "k"), &answer("first"), second(0))).unwrap();

        let again = store.write(|tx| idempotency::keep(tx, (anna, "k"), &answer("second"), second(1)));
        assert!(matches!(again, Err(StoreError::Serialization)), "who looks again finds it: {again:?}");
        assert_eq!(store.read(|tx| idempotency::answer(tx, anna, "k")).unwrap(), Some(answer("first")));

        assert_eq!(store.read(|tx| idempotency::answer(tx, ben, "k")).unwrap(), None::<Answer>);
        store.write(|tx| idempotency::keep(tx, (ben, "k"), &answer("his own"), second(1))).unwrap();
        assert_eq!(store.read(|tx| idempotency::answer(tx, ben, "k")).unwrap(), Some(answer("his own")));
    });
}

#[test]
fn of_requests_that_race_under_one_key_one_is_done() {
    on_both(|database| {
        let store = &database.store;
        let anna = user(store, 1);
        let request = |number: usize| {
            store.write(|tx| match idempotency::answer(tx, anna, "k")? {
                Some(known) => Ok::<_, StoreError>(known.body),
                None => {
                    let mine = answer(&number.to_string());
                    idempotency::keep(tx, (anna, "k"), &mine, second(0))?;
                    Ok(mine.body)
                }
            })
        };
        let bodies: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|number| scope.spawn(move || request(number).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    });
}

#[test]
fn an_answer_to_nobody_is_refused() {
    on_both(|database| {
        let stranger: UserId = id(9).parse().unwrap();
        let kept = database.store.write(|tx| idempotency::keep(tx, (stranger, "k"), &answer(""), second(0)));
        assert!(matches!(kept, Err(StoreError::Constraint(_))), "{kept:?}");
    });
}

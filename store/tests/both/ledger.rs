//! Debits are credits, whatever is posted, and one cause is one transaction.

use crate::harness::{Database, id, on_both, second};
use domain::Currency;
use domain::ids::PoolId;
use muniment_store::ledger::{self, Account, NewTransaction, Posting, Unbalanced};
use muniment_store::{Store, StoreError};
use proptest::prelude::*;

fn pool() -> PoolId {
    id(1).parse().unwrap()
}

fn euros(account: Account, minor: i64) -> Posting {
    Posting::debit(account, minor, Currency::EUR)
}

fn post(store: &Store, number: u32, postings: Vec<Posting>) -> Result<bool, StoreError> {
    let new = NewTransaction {
        id: id(number).parse().unwrap(),
        operation_key: format!("collection/{number}"),
        kind: "collection.received",
        subject: "subject".to_owned(),
        postings,
    };
    store.write(|tx| ledger::post(tx, &new, second(0)))
}

fn balance(store: &Store, account: Account) -> i64 {
    store.read(|tx| ledger::balance(tx, account, Currency::EUR)).unwrap()
}

#[test]
fn a_cause_is_posted_once_and_its_balances_are_those_of_the_listing() {
    on_both(|Database { store, .. }| {
        let lines = vec![euros(Account::Cash(pool()), 70), euros(Account::Rent(pool()), -70)];
        assert!(post(store, 1, lines.clone()).unwrap());
        assert!(!post(store, 1, lines.clone()).unwrap());
        assert!(post(store, 2, lines).unwrap());
        assert_eq!(balance(store, Account::Cash(pool())), 140);
        assert_eq!(balance(store, Account::Receivable(pool())), 0);
        let listed = store.read(|tx| ledger::balances(tx, "cash/", None, 10)).unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].account.clone(), listed[0].balance_minor), (format!("cash/{}", pool()), 140));
        let newest = store.read(|tx| ledger::transactions(tx, Some("subject"), None, 10)).unwrap();
        assert_eq!(
            newest.iter().map(|(one, lines)| (one.operation_key.as_str(), lines.len())).collect::<Vec<_>>(),
            [("collection/2", 2), ("collection/1", 2),]
        );
    });
}

#[test]
fn the_transactions_of_an_account_are_those_that_touch_it_newest_first() {
    on_both(|Database { store, .. }| {
        let other = Account::Cash(id(2).parse().unwrap());
        for (number, account) in [(1, Account::Cash(pool())), (2, other), (3, Account::Cash(pool()))] {
            let minor = i64::from(number);
            let lines = vec![euros(account, minor), euros(Account::Rent(pool()), -minor)];
            post(store, number, lines).unwrap();
        }
        let keys = |account: &str, before: Option<u32>| {
            let before = before.map(|number| id(number).parse().unwrap());
            let found = store.read(|tx| ledger::transactions_of(tx, account, before, 10)).unwrap();
            found.into_iter().map(|(one, lines)| (one.operation_key, lines.len())).collect::<Vec<_>>()
        };
        let key = |number: u32| (format!("collection/{number}"), 2);
        assert_eq!(keys(&format!("cash/{}", pool()), None), [key(3), key(1)]);
        assert_eq!(keys(&format!("cash/{}", pool()), Some(3)), [key(1)]);
        assert_eq!(keys("cash/", None), []);
    });
}

#[test]
fn what_does_not_balance_in_each_currency_is_refused_and_leaves_nothing() {
    on_both(|Database { store, .. }| {
        let dollars = |minor| Posting::debit(Account::Rent(pool()), minor, Currency::USD);
        for lines in [
            vec![],
            vec![euros(Account::Cash(pool()), 5)],
            vec![euros(Account::Cash(pool()), 5), euros(Account::Rent(pool()), -4)],
            vec![euros(Account::Cash(pool()), 5), dollars(-5)],
            vec![euros(Account::Cash(pool()), 0), euros(Account::Rent(pool()), 0)],
        ] {
            let refused = post(store, 1, lines.clone());
            assert!(matches!(refused, Err(StoreError::Constraint(_))), "{lines:?}");
        }
        assert_eq!(store.read(|tx| ledger::balances(tx, "", None, 10)).unwrap(), []);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn only_what_adds_up_to_nothing_is_a_transaction(
        amounts in prop::collection::vec(-1_000_000_000_000_i64..1_000_000_000_000, 2..15),
        off in -2_i64..3,
    ) {
        let sum: i64 = amounts.iter().sum();
        let mut lines: Vec<Posting> =
            amounts.iter().map(|minor| euros(Account::Cash(pool()), *minor)).collect();
        lines.push(euros(Account::Rent(pool()), off - sum));
        let expected = if off == 0 {
            Ok(())
        } else {
            Err(Unbalanced::Sum { currency: Currency::EUR, sum: i128::from(off) })
        };
        prop_assert_eq!(ledger::check(&lines), expected);
    }
}

#[test]
fn the_ledger_is_in_balance_after_any_history() {
    on_both(|Database { store, .. }| {
        let accounts = [Account::Cash(pool()), Account::Rent(pool()), Account::Distributed(pool())];
        // A fixed walk over the accounts: what leaves one arrives at the next.
        for step in 0_u32..60 {
            let (from, to) = (accounts[step as usize % 3], accounts[(step as usize * 7 + 1) % 3]);
            let minor = i64::from(step * step % 97 + 1);
            if from != to {
                assert!(post(store, step + 1, vec![euros(to, minor), euros(from, -minor)]).unwrap());
            }
        }
        let sum: i64 = accounts.iter().map(|account| balance(store, *account)).sum();
        assert_eq!(sum, 0);
        assert_eq!(store.read(ledger::imbalances).unwrap(), []);
    });
}

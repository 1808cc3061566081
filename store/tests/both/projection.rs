//! The register follows from the movements, now, before any moment and after a reorganisation.

use crate::harness::{on_both, second};
use domain::ids::PartitionId;
use muniment_store::projection::{self, ChainEventRow, Holding, Movement};
use muniment_store::{Store, StoreError};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

/// Wallets as they are written: a language sorts the mixed case otherwise than the bytes.
const WALLETS: [&str; 4] = ["0xB1", "0xa2", "0xC3", "0xd4"];
/// Histories of the property, each in a partition of its own.
const CASES: u32 = 48;

fn movement(partition: PartitionId, (block, log_index): (i64, i64), units: i64) -> Movement {
    Movement {
        block,
        log_index,
        transaction_hash: format!("0x{block}"),
        partition_id: partition,
        from_wallet: None,
        to_wallet: None,
        units,
        at: second(block).naive_utc(),
    }
}

fn add_block(store: &Store, number: i64) {
    store.write(|tx| projection::add_block(tx, number, &format!("0x{number}"), second(number))).unwrap();
}

fn record(store: &Store, movement: &Movement) -> Result<(), StoreError> {
    store.write(|tx| projection::record_movement(tx, movement.clone()))
}

fn register(store: &Store, partition: PartitionId) -> Vec<(String, i64)> {
    pairs(store.read(|tx| projection::register(tx, partition)).unwrap())
}

fn pairs(holdings: Vec<Holding>) -> Vec<(String, i64)> {
    holdings.into_iter().map(|holding| (holding.wallet, holding.units)).collect()
}

fn issue(partition: PartitionId, at: (i64, i64), to: &str, units: i64) -> Movement {
    Movement { to_wallet: Some(to.to_owned()), ..movement(partition, at, units) }
}

fn transfer(partition: PartitionId, at: (i64, i64), (from, to): (&str, &str), units: i64) -> Movement {
    let (from_wallet, to_wallet) = (Some(from.to_owned()), Some(to.to_owned()));
    Movement { from_wallet, to_wallet, ..movement(partition, at, units) }
}

#[test]
fn the_register_follows_the_movements_and_rolls_back_above_a_block() {
    on_both(|database| {
        let (store, partition) = (&database.store, database.partitions(1)[0]);
        (1..=3).for_each(|number| add_block(store, number));
        record(store, &issue(partition, (1, 0), "0xB1", 100)).unwrap();
        record(store, &transfer(partition, (2, 0), ("0xB1", "0xa2"), 40)).unwrap();
        record(store, &transfer(partition, (3, 0), ("0xB1", "0xa2"), 60)).unwrap();
        let event = ChainEventRow {
            block: 3,
            log_index: 0,
            transaction_hash: "0x3".to_owned(),
            emitter: "0xT".to_owned(),
            kind: "units.moved".to_owned(),
            wallet: None,
            payload: "{}".to_owned(),
        };
        store.write(|tx| projection::add_event(tx, event.clone())).unwrap();
        assert_eq!(register(store, partition), [("0xa2".to_owned(), 100)]);
        assert_eq!(store.read(|tx| projection::events_above(tx, 2)).unwrap(), [event]);

        store.write(|tx| projection::roll_back_above(tx, 2)).unwrap();
        assert_eq!(register(store, partition), [("0xB1".to_owned(), 60), ("0xa2".to_owned(), 40)]);
        assert_eq!(store.read(|tx| projection::events_above(tx, 0)).unwrap(), []);
        assert_eq!(store.read(projection::head).unwrap().unwrap().number, 2);

        add_block(store, 3);
        record(store, &transfer(partition, (3, 0), ("0xa2", "0xC3"), 40)).unwrap();
        assert_eq!(register(store, partition), [("0xB1".to_owned(), 60), ("0xC3".to_owned(), 40)]);
    });
}

#[test]
fn nobody_gives_what_they_do_not_hold() {
    on_both(|database| {
        let (store, partition) = (&database.store, database.partitions(1)[0]);
        record(store, &issue(partition, (1, 0), "0xB1", 100)).unwrap();
        for from in ["0xB1", "0xa2"] {
            let refused = record(store, &transfer(partition, (2, 0), (from, "0xC3"), 101));
            assert!(matches!(refused, Err(StoreError::Constraint(_))), "{refused:?}");
        }
        assert_eq!(register(store, partition), [("0xB1".to_owned(), 100)], "nothing is half done");
        record(store, &transfer(partition, (2, 0), ("0xB1", "0xB1"), 100)).unwrap();
        assert_eq!(register(store, partition), [("0xB1".to_owned(), 100)]);
    });
}

#[test]
fn an_event_is_counted_once() {
    on_both(|database| {
        let (store, partition) = (&database.store, database.partitions(1)[0]);
        let issue = issue(partition, (1, 0), "0xB1", 100);
        record(store, &issue).unwrap();
        let again = record(store, &issue);
        assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
        assert_eq!(store.read(|tx| projection::units_of(tx, partition, "0xB1")).unwrap(), 100);
    });
}

#[test]
fn a_moment_is_before_the_block_that_bears_it() {
    on_both(|database| {
        let (store, partition) = (&database.store, database.partitions(1)[0]);
        for block in [10, 20] {
            add_block(store, block);
            record(store, &issue(partition, (block, 0), "0xB1", block)).unwrap();
        }
        let as_of =
            |at| pairs(store.read(|tx| projection::register_before(tx, partition, second(at))).unwrap());
        let block = |at| store.read(|tx| projection::block_before(tx, second(at))).unwrap();
        let cases = [(10, None, 0), (11, Some(10), 10), (20, Some(10), 10), (21, Some(20), 30)];
        for (at, number, units) in cases {
            assert_eq!(block(at), number.map(|number| (number, second(number))), "at {at}");
            let held = if units == 0 { vec![] } else { vec![("0xB1".to_owned(), units)] };
            assert_eq!(as_of(at), held, "at {at}");
        }
    });
}

/// What may happen in a block: who gives (none issues), who gets (none redeems), how much.
type Step = (Option<usize>, Option<usize>, i64);

fn histories() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let wallet = || prop::option::of(0..WALLETS.len());
    prop::collection::vec(prop::collection::vec((wallet(), wallet(), 1..500_i64), 0..5), 1..8)
}

/// A register that is kept by hand, and what was issued less what was redeemed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    held: BTreeMap<String, i64>,
    outstanding: i64,
}

impl Model {
    /// Takes the step when it is possible.
    fn take(&mut self, (from, to, units): Step) -> bool {
        let from_units = from.map(|from| self.held.get(WALLETS[from]).copied().unwrap_or(0));
        if (from, to) == (None, None) || from_units.is_some_and(|held| held < units) {
            return false;
        }
        match from {
            Some(from) => *self.held.get_mut(WALLETS[from]).unwrap() -= units,
            None => self.outstanding += units,
        }
        match to {
            Some(to) => *self.held.entry(WALLETS[to].to_owned()).or_default() += units,
            None => self.outstanding -= units,
        }
        true
    }

    fn register(&self) -> Vec<(String, i64)> {
        self.held
            .iter()
            .filter(|(_, units)| **units > 0)
            .map(|(wallet, units)| (wallet.clone(), *units))
            .collect()
    }
}

/// Writes a history, compares at its end and at every moment, and takes it back block by block.
fn check(store: &Store, partition: PartitionId, history: &[Vec<Step>]) {
    let mut model = Model::default();
    let mut after_block = vec![model.clone()];
    for (number, steps) in (1..).zip(history) {
        let mut movements = Vec::new();
        for (log_index, step) in (0..).zip(steps) {
            if model.take(*step) {
                let mut movement = movement(partition, (number, log_index), step.2);
                movement.from_wallet = step.0.map(|from| WALLETS[from].to_owned());
                movement.to_wallet = step.1.map(|to| WALLETS[to].to_owned());
                movements.push(movement);
            }
        }
        store
            .write(|tx| {
                projection::add_block(tx, number, &format!("0x{number}"), second(number))?;
                movements.iter().try_for_each(|movement| projection::record_movement(tx, movement.clone()))
            })
            .unwrap();
        after_block.push(model.clone());
    }

    let now = register(store, partition);
    assert_eq!(now, model.register());
    assert_eq!(now.iter().map(|(_, units)| units).sum::<i64>(), model.outstanding);
    for (number, expected) in (1..).zip(&after_block) {
        let before = store.read(|tx| projection::register_before(tx, partition, second(number))).unwrap();
        assert_eq!(pairs(before), expected.register(), "before block {number}");
    }
    for (number, expected) in after_block.iter().enumerate().rev() {
        let number = i64::try_from(number).unwrap();
        store.write(|tx| projection::roll_back_above(tx, number)).unwrap();
        assert_eq!(register(store, partition), expected.register(), "rolled back above block {number}");
    }
}

#[test]
fn over_random_histories_the_register_is_the_sum_of_its_movements() {
    on_both(|database| {
        let partitions = database.partitions(CASES);
        let next = std::cell::Cell::new(0_usize);
        let config =
            Config { cases: CASES, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
        TestRunner::new(config)
            .run(&histories(), |history| {
                let case = next.replace(next.get() + 1);
                check(&database.store, partitions[case], &history);
                Ok(())
            })
            .unwrap();
        assert_eq!(next.get(), CASES as usize);
    });
}

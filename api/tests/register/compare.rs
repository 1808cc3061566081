//! The register of the model beside that of the token: what an operation touched, and now and then everything.

use super::facts;
use super::model::{Record, Register, units};
use super::operation::Operation;
use super::token::Token;
use domain::Country;
use domain::party::InvestorClass;
use tokenizer::chain::PartitionState;

impl Token {
    /// Compares what an operation touched, or everything.
    pub(crate) fn compare(
        &mut self,
        register: &Register,
        everything: bool,
        operation: &Operation,
        context: impl Fn() -> String,
    ) {
        let (mut wallets, mut partitions) = operation.touches(register);
        if everything {
            (wallets, partitions) = ((0..self.wallets.len()).collect(), vec![0, 1]);
            self.compare_the_rest(register, &context);
        }
        for partition in partitions {
            self.compare_partition(register, partition, &wallets, &context);
        }
        for place in wallets {
            let frozen = self.chain.frozen_units(self.token, self.wallets[place]).unwrap().get();
            assert_eq!(
                frozen,
                register.wallets[place].frozen_units,
                "frozen units of {place}: {}",
                context()
            );
        }
        if let Operation::Hold(step) = operation {
            let terms = step.terms(register);
            let kept = self.chain.kept_by_hold(self.token, &self.hold(terms)).unwrap().get();
            let expected =
                register.holds.iter().find(|held| held.terms == *terms).map_or(0, |held| held.kept);
            assert_eq!(kept, expected, "units of the hold: {}", context());
        }
    }

    fn compare_partition(
        &mut self,
        register: &Register,
        place: usize,
        wallets: &[usize],
        context: impl Fn() -> String,
    ) {
        let tranche = &self.tranches[place];
        let rules = facts::rules(register, place);
        let cap = register.tranches[place].terms.cap.map(|_| units(rules.cap_units()));
        let expected = PartitionState {
            supply: rules.outstanding,
            holders: rules.holders.try_into().unwrap(),
            cap: cap.filter(|cap| cap.get() != 0),
            paused: rules.paused,
        };
        let state = self.chain.partition_state(self.token, tranche).unwrap();
        assert_eq!(state, expected, "{tranche}: {}", context());
        for wallet in wallets {
            let address = self.wallets[*wallet];
            let has = self.chain.balance_of_by_partition(self.token, tranche, address).unwrap().get();
            let expected = register.wallets[*wallet].units[place];
            assert_eq!(has, expected, "units of {wallet} in {tranche}: {}", context());
            let held = self.chain.held_by_partition(self.token, tranche, address).unwrap().get();
            let expected = register.held(place, *wallet);
            assert_eq!(held, expected, "held units of {wallet} in {tranche}: {}", context());
        }
    }

    /// What operations touch seldom.
    fn compare_the_rest(&mut self, register: &Register, context: impl Fn() -> String) {
        for (place, expected) in register.wallets.iter().enumerate() {
            let (token, wallet) = (self.token, self.wallets[place]);
            let sum = self.chain.balance_of(token, wallet).unwrap().get();
            assert_eq!(sum, expected.units.iter().sum::<i64>(), "all units of {place}: {}", context());
            let paid = self.chain.balance_of(self.cash, wallet).unwrap().get();
            assert_eq!(paid, expected.cash, "cash of {place}: {}", context());
            let lock = self.chain.wallet_lock(token, wallet).unwrap();
            let until = expected.locked_until.map_or(0, |until| until.timestamp().unsigned_abs());
            assert_eq!(lock, until, "lock of {place}: {}", context());
            for (partition, name) in self.tranches.iter().enumerate() {
                let (scheduled, _) = self.chain.release_of(token, name, wallet).unwrap();
                let of_schedule = expected.scheduled[partition];
                assert_eq!(scheduled.get(), of_schedule, "scheduled for {place} in {name}: {}", context());
            }
        }
        self.compare_counts(register, &context);
        let due = (1..).zip(&register.records).filter(|(_, record)| record.taken.is_some());
        if let Some((number, Record { taken: Some(taken), .. })) = due.last() {
            for (place, units) in taken.iter().enumerate() {
                for (partition, name) in self.tranches.iter().enumerate() {
                    let then = self.chain.balance_at(self.token, (name, number), self.wallets[place]);
                    let then = then.unwrap().get();
                    assert_eq!(then, units[partition], "{place} in record {number} of {name}: {}", context());
                }
            }
        }
    }

    fn compare_counts(&mut self, register: &Register, context: impl Fn() -> String) {
        for (name, tranche) in self.tranches.iter().zip(&register.tranches) {
            let counted: Vec<(Country, InvestorClass)> = tranche.counted_as.values().copied().collect();
            for (country, class) in &counted {
                let of_country = counted.iter().filter(|(other, _)| other == country).count() as u64;
                let found = self.chain.country_count(self.token, name, *country).unwrap();
                assert_eq!(found, of_country, "owners of {country} in {name}: {}", context());
                let of_class = counted.iter().filter(|(_, other)| other == class).count() as u64;
                let found = self.chain.class_count(self.token, name, *class).unwrap();
                assert_eq!(found, of_class, "owners of the class {class} in {name}: {}", context());
            }
        }
    }
}

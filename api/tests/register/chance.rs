//! What happens next, by the roll of dice: mostly what people do, seldom what ends a history's motion.

use super::model::{Owner, Register, Wallet, units};
use super::operation::{By, Operation};
use chrono::{DateTime, TimeDelta, Utc};
use domain::party::{InvestorClass, WalletAddress};
use domain::pool::PartitionName;
use domain::{BasisPoints, Country};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokenizer::chain::calls::PartitionTerms;

/// Owners of a history; each has one wallet at the start.
const OWNERS: usize = 7;
/// Wallets that nobody owns at the start.
const SPARE: usize = 4;
/// 2026-01-01.
pub(super) const START: i64 = 1_767_225_600;
/// The most units that are authorised: few, so that caps and limits are met.
const AUTHORISED: i64 = 2_000;

pub(crate) struct Dice(pub(super) StdRng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    pub(crate) fn often(&mut self) -> bool {
        self.0.random_bool(0.8)
    }

    pub(super) fn seldom(&mut self) -> bool {
        self.0.random_bool(0.15)
    }

    pub(super) fn one_in(&mut self, times: u32) -> bool {
        self.0.random_ratio(1, times)
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// Owners and wallets of a new history.
    pub(crate) fn people(&mut self, register: &mut Register) {
        register.now = DateTime::from_timestamp(START, 0).unwrap();
        for place in 0..OWNERS + SPARE {
            let owner = (place < OWNERS).then_some(place);
            let mut address = [0x10; 20];
            address[19] = place.try_into().unwrap();
            let address = WalletAddress(address);
            register.wallets.push(Wallet {
                address,
                owner,
                removed: false,
                frozen: false,
                frozen_units: 0,
                locked_until: None,
                system_account: false,
                successor: None,
                units: [0; 2],
                scheduled: [0; 2],
                cash: 0,
            });
        }
        for _ in 0..OWNERS {
            let (country, class) = (self.country(), self.class());
            let valid_until = self.until(register.now);
            register.owners.push(Owner { country, class, valid_until, frozen: false });
        }
    }

    /// Terms of a partition with so many units outstanding.
    pub(crate) fn terms(&mut self, partition: PartitionName, outstanding: i64) -> PartitionTerms {
        let now = DateTime::from_timestamp(START, 0).unwrap();
        let countries = (1..=5).chain(200..=202).filter(|_| self.0.random_bool(0.9));
        let countries: Vec<_> = countries.collect();
        let authorised = self.0.random_range(AUTHORISED / 2..=AUTHORISED);
        let short = self.one_in(10);
        PartitionTerms {
            partition,
            authorised: units(if short { authorised / 2 } else { authorised.max(outstanding) }),
            cap: self.often().then(|| BasisPoints::try_from(self.0.random_range(500..=10_000)).unwrap()),
            holder_limit: self.0.random_bool(0.5).then(|| self.0.random_range(1..=6)),
            classes: InvestorClass::ALL.iter().copied().filter(|_| self.0.random_bool(0.9)).collect(),
            countries: countries.into_iter().map(|index| Country::from_index(index).unwrap()).collect(),
            locked_until: self.seldom().then(|| now + TimeDelta::days(self.0.random_range(0..60))),
        }
    }

    /// The next operation; the time has moved on.
    pub(crate) fn operation(&mut self, register: &Register) -> Operation {
        let wallets = register.wallets.len();
        let wallet = self.0.random_range(0..wallets);
        let partition = self.0.random_range(0..2);
        let on = self.0.random_bool(0.3);
        match self.0.random_range(0..130) {
            0..24 => self.issue(register, partition, wallet),
            24..58 => self.transfer(register, partition),
            58..70 => self.redeem(register, partition),
            70..76 => {
                let operator = self.0.random_range(0..wallets);
                if self.0.random_bool(0.5) {
                    let units = if self.one_in(6) { None } else { Some(self.some(300)) };
                    return Operation::Approve { holder: wallet, spender: operator, units };
                }
                Operation::SetOperator { partition, holder: wallet, operator, on: !on }
            }
            76 => Operation::Pause(on && self.seldom()),
            77 => Operation::PausePartition { partition, on },
            78..81 => Operation::FreezeWallet { wallet, on },
            81..84 => {
                let held = register.wallets[wallet].units.iter().sum::<i64>();
                let units = if on { self.0.random_range(0..=held + 50) } else { 0 };
                Operation::FreezeUnits { wallet, units }
            }
            84..87 => Operation::FreezeOwner { wallet, on },
            87..90 => Operation::SetValidUntil { wallet, until: self.until(register.now) },
            90..92 => Operation::SetProfile { wallet, country: self.country(), class: self.class() },
            92 => Operation::AddWallet { known: wallet, added: self.0.random_range(0..wallets) },
            93 if self.seldom() => Operation::RemoveWallet(wallet),
            94..97 => {
                let name = register.tranches[partition].name.clone();
                let terms = Box::new(self.terms(name, register.supply(partition)));
                Operation::SetTerms { partition, terms }
            }
            97 if self.one_in(8) => Operation::ClosePrimary,
            98 if self.one_in(8) => Operation::RenounceControl,
            99..112 => Operation::Rule(self.rule(register, partition)),
            112..124 => Operation::Hold(self.hold(register, partition)),
            124..129 => Operation::Agent(self.agent_step(register, partition)),
            _ => Operation::IssueByStranger { partition, to: wallet },
        }
    }

    /// How far the clock goes on before the next operation: often just to where something begins or ends.
    pub(crate) fn wait(&mut self, register: &Register) -> TimeDelta {
        let hours = TimeDelta::hours(self.0.random_range(1..12));
        let next = register.moments().filter(|moment| *moment > register.now).min();
        match next.map(|next| next - register.now).filter(|wait| *wait < TimeDelta::hours(24)) {
            Some(wait) if self.one_in(6) => wait,
            _ if self.one_in(5) => hours,
            _ => TimeDelta::zero(),
        }
    }

    fn issue(&mut self, register: &Register, partition: usize, to: usize) -> Operation {
        if !self.seldom() {
            return Operation::Issue { partition, to, units: self.some(400) };
        }
        let wallets = register.wallets.len();
        let count = self.0.random_range(0..4);
        let issues = (0..count).map(|_| (self.0.random_range(0..wallets), self.some(60))).collect();
        Operation::IssueBatch { id: self.0.random_range(0..40), partition, issues }
    }

    fn transfer(&mut self, register: &Register, partition: usize) -> Operation {
        // What was co-signed is mostly done.
        let cosigned: Vec<_> = register.tranches[partition].cosigned.keys().copied().collect();
        if !cosigned.is_empty() && self.0.random_bool(0.4) {
            let (from, to, units) = self.one_of(&cosigned);
            let by = self.by(register, partition, from);
            return Operation::Transfer { by, partition, from, to, units };
        }
        let from = self.holder(register, partition);
        let to = self.0.random_range(0..register.wallets.len());
        if partition == 0 && self.seldom() {
            return self.spend(register, to);
        }
        let by = self.by(register, partition, from);
        let units = self.part_of(register, partition, from);
        Operation::Transfer { by, partition, from, to, units }
    }

    /// A spender takes: mostly one that a holder allowed something, and mostly no more than that.
    fn spend(&mut self, register: &Register, to: usize) -> Operation {
        let allowed: Vec<_> = register.allowances.iter().map(|(pair, left)| (*pair, *left)).collect();
        let wallets = register.wallets.len();
        let ((from, spender), left) = if allowed.is_empty() || self.seldom() {
            ((self.holder(register, 0), self.0.random_range(0..wallets)), Some(0))
        } else {
            self.one_of(&allowed)
        };
        let held = self.part_of(register, 0, from);
        let units = match left {
            Some(left) if self.often() => held.min(left),
            _ => held,
        };
        Operation::Transfer { by: By::Spender(spender), partition: 0, from, to, units }
    }

    fn redeem(&mut self, register: &Register, partition: usize) -> Operation {
        let from = self.holder(register, partition);
        let by = self.by(register, partition, from);
        let units = self.part_of(register, partition, from);
        Operation::Redeem { by, partition, from, units }
    }

    /// Mostly a wallet that holds some.
    pub(super) fn holder(&mut self, register: &Register, partition: usize) -> usize {
        let wallets = register.wallets.len();
        let start = self.0.random_range(0..wallets);
        let holds = |place: &usize| register.wallets[*place].units[partition] > 0;
        let found = (0..wallets).map(|step| (start + step) % wallets).find(holds);
        if self.seldom() { start } else { found.unwrap_or(start) }
    }

    fn by(&mut self, register: &Register, partition: usize, from: usize) -> By {
        match self.0.random_range(0..10) {
            0..4 => By::Holder,
            4..6 if partition == 0 => By::Erc20,
            6..8 => By::Operator(self.operator(register, partition, from)),
            8 => By::Controller,
            _ => By::Holder,
        }
    }

    /// Mostly one that the holder authorised, if there is one.
    fn operator(&mut self, register: &Register, partition: usize, holder: usize) -> usize {
        let of_holder = register.operators.range((partition, holder, 0)..(partition, holder + 1, 0));
        let authorised: Vec<_> = of_holder.map(|(_, _, operator)| *operator).collect();
        if authorised.is_empty() || self.seldom() {
            return self.0.random_range(0..register.wallets.len());
        }
        self.one_of(&authorised)
    }

    /// Some of what is held, all of it, or a little more.
    pub(super) fn part_of(&mut self, register: &Register, partition: usize, from: usize) -> i64 {
        let held = register.wallets[from].units[partition];
        match self.0.random_range(0..10) {
            0 | 1 => held,
            2 => held + self.some(5),
            _ => self.0.random_range(0..=held),
        }
    }

    pub(super) fn some(&mut self, most: i64) -> i64 {
        if self.one_in(20) { 0 } else { self.0.random_range(1..=most) }
    }

    /// Mostly in a while, sometimes at once or before.
    fn until(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let hours = if self.seldom() { self.0.random_range(-5..5) } else { self.0.random_range(100..3_000) };
        now + TimeDelta::hours(hours)
    }

    pub(super) fn country(&mut self) -> Country {
        Country::from_index(self.one_of(&[1, 2, 3, 4, 5, 200, 201, 202])).unwrap()
    }

    pub(super) fn class(&mut self) -> InvestorClass {
        let classes = InvestorClass::ALL;
        self.one_of(classes)
    }
}

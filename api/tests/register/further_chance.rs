//! What happens next by the roll of dice, of the further rules, of holds and of the agent's work.

use super::agent::{self, AgentStep};
use super::chance::{Dice, START};
use super::holds::{self, Caller, HoldStep};
use super::model::{Register, units};
use super::rulebook::Rule;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BasisPoints, Units};
use rand::Rng;
use tokenizer::chain::calls::{PartitionLimits, ReleaseStep};

/// Redemptions of a history.
const REDEMPTIONS: u8 = 4;

impl Dice {
    /// Mostly one rule among none, so that a history stays in motion.
    pub(super) fn rule(&mut self, register: &Register, partition: usize) -> Rule {
        let wallet = self.0.random_range(0..register.wallets.len());
        let on = self.0.random_bool(0.5);
        match self.0.random_range(0..22) {
            0..4 => Rule::Limits { partition, limits: self.limits(register.now) },
            4 | 5 => {
                let points = self.0.random_range(2_000..=9_000);
                let share = (on && self.often()).then(|| BasisPoints::try_from(points).unwrap());
                let most = (on && self.seldom()).then(|| self.0.random_range(100..=900));
                Rule::PoolCap { share, units: most }
            }
            6 | 7 => Rule::Release { partition, steps: if on { self.steps() } else { Vec::new() } },
            8 | 9 => Rule::Scheduled { partition, wallet, units: if on { self.some(300) } else { 0 } },
            10..16 => self.counts(register, partition),
            16 => Rule::SystemAccount { wallet, on: on && self.seldom() },
            17 => {
                let until = register.now + TimeDelta::hours(self.0.random_range(0..200));
                Rule::LockWallet { wallet, until: on.then_some(until) }
            }
            _ => self.cosign(register, partition),
        }
    }

    /// Owners are counted first, then few of a kind are let in.
    fn counts(&mut self, register: &Register, partition: usize) -> Rule {
        let tranche = &register.tranches[partition];
        let counted = tranche.counts && tranche.counted_as.len() == register.holders(partition);
        if !counted && self.often() {
            let few = self.seldom();
            let wallets = 0..register.wallets.len();
            let wallets = wallets.filter(|_| !few || self.often()).collect();
            return Rule::CountOwners { partition, wallets };
        }
        let limit = if self.often() { self.0.random_range(1..=2) } else { 0 };
        let owner = self.0.random_range(0..register.owners.len());
        let owner = &register.owners[owner];
        if self.0.random_bool(0.6) {
            Rule::CountryLimit { partition, country: owner.country, limit }
        } else {
            Rule::ClassLimit { partition, class: owner.class, limit }
        }
    }

    fn limits(&mut self, now: DateTime<Utc>) -> PartitionLimits {
        let mut limit = |least: i64, most: i64| -> Option<Units> {
            self.0.random_bool(0.25).then(|| units(self.0.random_range(least..=most)))
        };
        let (max_holding, transfer_limit) = (limit(50, 800), limit(20, 300));
        let min_holding = limit(1, 120);
        // Seldom a range in which nobody fits.
        let (min_holding, max_holding) =
            if self.one_in(20) { (max_holding, min_holding) } else { (min_holding, max_holding) };
        let mut moment = || {
            let hours = TimeDelta::hours(self.0.random_range(-60..60));
            self.seldom().then(|| now + hours)
        };
        let (sale_opens, sale_closes) = (moment(), moment());
        let cosigned = self.seldom();
        PartitionLimits { max_holding, min_holding, transfer_limit, sale_opens, sale_closes, cosigned }
    }

    /// Steps that rise, or seldom do not.
    fn steps(&mut self) -> Vec<ReleaseStep> {
        let start = DateTime::from_timestamp(START, 0).unwrap();
        let count = self.0.random_range(1..=4);
        let step = |dice: &mut Self| ReleaseStep {
            from: start + TimeDelta::hours(dice.0.random_range(0..900)),
            free: BasisPoints::try_from(dice.0.random_range(1..=10_000)).unwrap(),
        };
        let mut steps: Vec<_> = (0..count).map(|_| step(self)).collect();
        if self.often() {
            let mut shares: Vec<_> = steps.iter().map(|step| step.free).collect();
            shares.sort_unstable();
            steps.sort_by_key(|step| step.from);
            steps.iter_mut().zip(shares).for_each(|(step, share)| step.free = share);
        }
        steps
    }

    fn cosign(&mut self, register: &Register, partition: usize) -> Rule {
        let from = self.holder(register, partition);
        let to = self.0.random_range(0..register.wallets.len());
        let deadline = register.now + TimeDelta::hours(self.0.random_range(-1..40));
        let deadline = self.often().then_some(deadline);
        Rule::Cosign { partition, from, to, units: self.part_of(register, partition, from), deadline }
    }

    pub(super) fn hold(&mut self, register: &Register, partition: usize) -> HoldStep {
        // Mostly one that keeps something.
        let live = (0..register.holds.len()).filter(|place| register.holds[*place].kept > 0);
        let live: Vec<_> = live.collect();
        let hold = match (register.holds.len(), live.is_empty()) {
            (0, _) => None,
            (made, true) => Some(self.0.random_range(0..made)),
            (made, false) if self.seldom() => Some(self.0.random_range(0..made)),
            _ => Some(self.one_of(&live)),
        };
        match (hold, self.0.random_range(0..12)) {
            (Some(hold), 5..8) => self.execute(register, hold),
            (Some(hold), 8 | 9) => {
                let secret = register.holds[hold].terms.secret.filter(|_| self.often());
                let secret = secret.unwrap_or_else(|| self.0.random_range(0..4));
                HoldStep::ExecuteWithSecret { hold, secret }
            }
            (Some(hold), 10 | 11) => HoldStep::Release { by: self.caller(register), hold },
            _ => self.create(register, partition),
        }
    }

    fn create(&mut self, register: &Register, partition: usize) -> HoldStep {
        if let Some(held) = register.holds.last().filter(|_| self.one_in(12)) {
            return HoldStep::Create { by: Caller::Agent, terms: held.terms.clone() };
        }
        let wallets = register.wallets.len();
        let holder = self.holder(register, partition);
        let by = if self.often() { Caller::Wallet(holder) } else { self.caller(register) };
        let held = self.part_of(register, partition, holder);
        let terms = holds::Terms {
            partition,
            holder,
            recipient: self.often().then(|| self.0.random_range(0..wallets)),
            notary: self.often().then(|| self.0.random_range(0..wallets)),
            units: if self.often() { held / 3 } else { held },
            expiry: register.now + TimeDelta::hours(self.0.random_range(-1..150)),
            secret: self.0.random_bool(0.4).then(|| self.0.random_range(0..4)),
            salt: self.0.random_range(0..4),
        };
        HoldStep::Create { by, terms }
    }

    fn execute(&mut self, register: &Register, hold: usize) -> HoldStep {
        let held = &register.holds[hold];
        let notary = held.terms.notary.filter(|_| self.often()).map(|notary| register.current(notary));
        let by = notary.map_or_else(|| self.caller(register), Caller::Wallet);
        let recipient = held.terms.recipient.filter(|_| self.often());
        let recipient = recipient.unwrap_or_else(|| self.0.random_range(0..register.wallets.len()));
        let units = if self.often() { held.kept / 2 } else { held.kept + self.0.random_range(0..2) };
        HoldStep::Execute { by, hold, recipient, units }
    }

    fn caller(&mut self, register: &Register) -> Caller {
        let wallet = self.0.random_range(0..register.wallets.len());
        if self.0.random_bool(0.4) { Caller::Agent } else { Caller::Wallet(wallet) }
    }

    pub(super) fn agent_step(&mut self, register: &Register, partition: usize) -> AgentStep {
        match self.0.random_range(0..10) {
            0..3 => self.recover(register),
            3 => {
                let hours = TimeDelta::hours(self.0.random_range(-1..60));
                let last = register.records.last().map_or(register.now, |record| record.date);
                AgentStep::ScheduleRecord(last.max(register.now) + hours)
            }
            _ => self.redeem_against_payment(register, partition),
        }
    }

    /// Mostly of an owner with another wallet.
    fn recover(&mut self, register: &Register) -> AgentStep {
        let wallets = register.wallets.len();
        let lost = self.0.random_range(0..wallets);
        let other = |place: &usize| *place != lost && register.is_one_owner(lost, *place);
        let replacement = (0..wallets).find(other).filter(|_| self.often());
        let replacement = replacement.unwrap_or_else(|| self.0.random_range(0..wallets));
        AgentStep::Recover { lost, replacement }
    }

    fn redeem_against_payment(&mut self, register: &Register, partition: usize) -> AgentStep {
        let id = self.0.random_range(0..REDEMPTIONS);
        let opened = register.redemptions.get(&id).filter(|_| !self.one_in(10));
        let terms = opened.map_or_else(|| self.redemption(register, partition), |open| open.terms.clone());
        let holder = self.holder(register, terms.partition);
        let record = terms.record.and_then(|record| register.records.get(usize::from(record) - 1));
        let taken = record.and_then(|record| record.taken.as_ref()).filter(|_| self.often());
        let units = match taken {
            Some(taken) => {
                let supply: i64 = taken.iter().map(|units| units[terms.partition]).sum();
                let share = (taken[holder][terms.partition] * terms.units).checked_div(supply);
                share.unwrap_or(0) + self.0.random_range(0..=1)
            }
            None => self.part_of(register, terms.partition, holder) / 2,
        };
        AgentStep::RedeemAgainstPayment { id, terms, holder, units }
    }

    fn redemption(&mut self, register: &Register, partition: usize) -> agent::Terms {
        let records: u16 = register.records.len().try_into().unwrap();
        agent::Terms {
            partition,
            price: self.0.random_range(0..3),
            units: self.0.random_range(50..500),
            record: self.0.random_bool(0.6).then(|| self.0.random_range(1..=records + 1)),
            not_before: register.now + TimeDelta::hours(self.0.random_range(-20..3)),
        }
    }
}

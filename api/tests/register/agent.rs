//! What the transfer agent does besides moving by force: recoveries and redemptions against payment; and record dates,
//! by which a redemption is measured.

use super::model::{Record, Register, Tranche};
use super::movements;
use super::operation::{By, error};
use super::verdict::rule;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use tokenizer::chain::CallRefusal;

/// The terms of a redemption; its record is a number from 1 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) partition: usize,
    pub(crate) price: u8,
    pub(crate) units: i64,
    pub(crate) record: Option<u16>,
    pub(crate) not_before: DateTime<Utc>,
}

/// A redemption that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Redemption {
    pub(crate) terms: Terms,
    pub(crate) taken: i64,
    pub(crate) holders: BTreeSet<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum AgentStep {
    Recover { lost: usize, replacement: usize },
    ScheduleRecord(DateTime<Utc>),
    RedeemAgainstPayment { id: u8, terms: Terms, holder: usize, units: i64 },
}

impl AgentStep {
    pub(crate) fn apply(&self, register: &mut Register) -> Result<(), CallRefusal> {
        match self {
            Self::Recover { lost, replacement } => recover(register, *lost, *replacement),
            Self::ScheduleRecord(date) => {
                let last = register.records.last().map(|record| record.date);
                if *date <= register.now || last.is_some_and(|last| *date <= last) {
                    return Err(error("RecordDateTooEarly"));
                }
                register.records.push(Record { date: *date, taken: None });
                Ok(())
            }
            Self::RedeemAgainstPayment { id, terms, holder, units } => {
                redeem(register, *id, terms, (*holder, *units))
            }
        }
    }
}

/// All that the lost wallet has is the other one's: units, what is frozen, held, scheduled and locked of them. What
/// others let it do stays on record and is of no use.
fn recover(register: &mut Register, lost: usize, replacement: usize) -> Result<(), CallRefusal> {
    if register.renounced {
        return Err(rule(0x50, "NOT_CONTROLLABLE"));
    }
    let (from, to) = (register.wallets[lost].clone(), register.wallets[replacement].clone());
    if from.successor.is_some() {
        return Err(error("WalletIsRecovered"));
    }
    if lost == replacement || from.owner.is_none() || from.owner != to.owner {
        return Err(error("NotOneOwner"));
    }
    if to.removed || to.successor.is_some() {
        return Err(error("ReplacementUnusable"));
    }
    let moves_schedule: Vec<_> = register.tranches.iter().map(Tranche::has_further_rules).collect();
    for (partition, moves_schedule) in moves_schedule.into_iter().enumerate() {
        let units = from.units[partition];
        register.wallets[lost].units[partition] = 0;
        register.wallets[replacement].units[partition] += units;
        // A schedule that is off keeps nothing, so nothing of it is carried along.
        if units > 0 && moves_schedule {
            register.wallets[lost].scheduled[partition] = 0;
            register.wallets[replacement].scheduled[partition] += from.scheduled[partition];
        }
    }
    let lost_wallet = &mut register.wallets[lost];
    lost_wallet.successor = Some(replacement);
    (lost_wallet.frozen_units, lost_wallet.locked_until, lost_wallet.frozen) = (0, None, false);
    let wallet = &mut register.wallets[replacement];
    wallet.frozen_units += from.frozen_units;
    wallet.locked_until = wallet.locked_until.max(from.locked_until);
    wallet.frozen |= from.frozen;
    Ok(())
}

fn redeem(
    register: &mut Register,
    id: u8,
    terms: &Terms,
    (holder, units): (usize, i64),
) -> Result<(), CallRefusal> {
    if register.now < terms.not_before {
        return Err(error("RedemptionTooEarly"));
    }
    if units == 0 {
        return Err(error("NothingToRedeem"));
    }
    let new = Redemption { terms: terms.clone(), taken: 0, holders: BTreeSet::new() };
    let mut redemption = register.redemptions.get(&id).cloned().unwrap_or(new);
    if redemption.terms != *terms {
        return Err(error("RedemptionTermsDiffer"));
    }
    if units > terms.units - redemption.taken {
        return Err(error("RedemptionExceeded"));
    }
    if !redemption.holders.insert(holder) {
        return Err(error("RedeemedAlready"));
    }
    if let Some(record) = terms.record {
        check_share(register, (terms, record), holder, units)?;
    }
    let wallet = register.current(holder);
    movements::redeem(register, By::Controller, terms.partition, wallet, units)?;
    register.wallets[wallet].cash += units * i64::from(terms.price);
    redemption.taken += units;
    register.redemptions.insert(id, redemption);
    Ok(())
}

/// Each holder's part of what is redeemed is its part of the record, to a unit up or down.
fn check_share(
    register: &Register,
    (terms, record): (&Terms, u16),
    holder: usize,
    units: i64,
) -> Result<(), CallRefusal> {
    let place = usize::from(record).checked_sub(1);
    let record = place.and_then(|place| register.records.get(place)).ok_or_else(|| error("RecordUnknown"))?;
    let Some(taken) = &record.taken else { return Err(error("RecordNotDue")) };
    let held = taken[holder][terms.partition];
    let supply: i64 = taken.iter().map(|units| units[terms.partition]).sum();
    let exact = held * terms.units;
    let fits = units * supply < exact + supply && units * supply + supply > exact;
    if fits { Ok(()) } else { Err(error("NotProRata")) }
}

//! LAX: an exotic linear amortizer, whose schedules are lists of anchors, cycles, amounts and rates.

use super::cycle::{Cycle, moments};
use super::figure::{minus, plus};
use super::lam::Maturity;
use super::loan::Loan;
use super::pam::{finish, plan_common, plan_interest};
use super::run::Agenda;
use super::shift::Times;
use super::terms::unreadable;
use super::{ActusError, Contract, Event, Kind, MAX_EVENTS, Moment};
use rust_decimal::Decimal;

/// A list of anchors with a cycle each; a segment lasts until the next anchor.
struct Segments(Vec<(Moment, Option<Cycle>)>);

/// A change of the notional.
struct Step {
    at: Moment,
    amount: Decimal,
    increase: bool,
}

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let mut loan = Loan::new(contract)?;
    let principal = Segments::read(
        contract,
        "arrayCycleAnchorDateOfPrincipalRedemption",
        "arrayCycleOfPrincipalRedemption",
    )?;
    let maturity = match loan.maturity {
        Some(at) => Maturity { nominal: at, times: Times::fixed(at) },
        None => computed(&loan, &principal)?,
    };
    loan.maturity = Some(maturity.nominal);
    let mut agenda = Agenda::default();
    for step in steps(contract, &principal, maturity.nominal)? {
        let kind = if step.increase { Kind::PI } else { Kind::PR };
        agenda.add_with(kind, loan.shift.times(step.at)?, Some(step.amount));
    }
    if loan.rate.is_some() {
        let interest =
            Segments::read(contract, "arrayCycleAnchorDateOfInterestPayment", "arrayCycleOfInterestPayment")?;
        let interest: Vec<_> =
            interest.before(contract, maturity.nominal)?.into_iter().map(|(_, at)| at).collect();
        plan_interest(&mut agenda, &mut loan, &interest, maturity.times)?;
        plan_resets(&mut agenda, &loan, maturity.nominal)?;
    }
    plan_common(&mut agenda, &loan, maturity.nominal)?;
    agenda.add(Kind::MD, maturity.times);
    finish(agenda, loan)
}

impl Segments {
    /// Anchors and cycles; one cycle is for all anchors, none makes each anchor a single date.
    fn read(contract: &Contract, anchors: &'static str, cycles: &'static str) -> Result<Self, ActusError> {
        let starts = contract.terms.list(anchors, Moment::parse)?;
        let cycles_given = contract.terms.list(cycles, Cycle::parse)?;
        if cycles_given.len() > 1 && cycles_given.len() != starts.len() {
            return Err(unreadable(cycles, &cycles_given.len().to_string(), "as many cycles as anchors"));
        }
        let of = |position: usize| cycles_given.get(position).or(cycles_given.first()).copied();
        let of = |position: usize| {
            if cycles_given.len() == 1 { cycles_given.first().copied() } else { of(position) }
        };
        Ok(Self(starts.into_iter().enumerate().map(|(position, at)| (at, of(position))).collect()))
    }

    /// The moments before `end`, each with the number of its segment.
    fn before(&self, contract: &Contract, end: Moment) -> Result<Vec<(usize, Moment)>, ActusError> {
        let month_ends = contract.terms.month_ends()?;
        let mut all = Vec::new();
        for (position, (anchor, cycle)) in self.0.iter().enumerate() {
            let next = self.0.get(position + 1).map(|(next, _)| *next);
            let until = next.map_or(end, |next| next.min(end));
            all.extend(moments(*anchor, *cycle, until, month_ends)?.into_iter().map(|at| (position, at)));
        }
        if all.len() > MAX_EVENTS { Err(ActusError::TooManyEvents) } else { Ok(all) }
    }
}

/// The changes of the notional before `end`.
fn steps(contract: &Contract, principal: &Segments, end: Moment) -> Result<Vec<Step>, ActusError> {
    let amounts = contract.terms.decimals("arrayNextPrincipalRedemptionPayment")?;
    let directions = contract.terms.list("arrayIncreaseDecrease", |name, text| match text {
        "INC" => Ok(true),
        "DEC" => Ok(false),
        other => Err(unreadable(name, other, "INC or DEC")),
    })?;
    let step = |(position, at): (usize, Moment)| {
        let amount = amounts.get(position).or(amounts.last()).copied();
        Ok(Step {
            at,
            amount: amount.ok_or(ActusError::Missing("arrayNextPrincipalRedemptionPayment"))?,
            increase: directions.get(position).or(directions.last()).copied().unwrap_or(false),
        })
    };
    principal.before(contract, end)?.into_iter().map(step).collect()
}

/// The first step after which nothing is left.
fn computed(loan: &Loan, principal: &Segments) -> Result<Maturity, ActusError> {
    let contract = loan.contract;
    let amounts = contract.terms.decimals("arrayNextPrincipalRedemptionPayment")?;
    let (last, cycle) =
        *principal.0.last().ok_or(ActusError::Missing("arrayCycleAnchorDateOfPrincipalRedemption"))?;
    let mut left = loan.notional;
    for step in steps(contract, principal, last)?.into_iter().filter(|step| !loan.is_passed(step.at)) {
        left = if step.increase { plus(left, step.amount)? } else { minus(left, step.amount)? };
        if left <= Decimal::ZERO {
            return at(loan, step.at);
        }
    }
    // The last segment has no next anchor: it repeats until nothing is left.
    let payment = amounts.last().copied().unwrap_or_default();
    let month_ends = contract.terms.month_ends()?;
    for times in 0..MAX_EVENTS as i32 {
        let moment = match cycle {
            Some(cycle) => cycle.nth(last, times, month_ends)?,
            None => last,
        };
        if !loan.is_passed(moment) {
            left = minus(left, payment)?;
        }
        if left <= Decimal::ZERO {
            return at(loan, moment);
        }
        if cycle.is_none() || payment <= Decimal::ZERO {
            break;
        }
    }
    Err(ActusError::NeverRedeemed)
}

fn at(loan: &Loan, nominal: Moment) -> Result<Maturity, ActusError> {
    Ok(Maturity { nominal, times: loan.shift.times(nominal)? })
}

/// Resets to rates that the terms fix, or to observed rates with spreads that they fix.
fn plan_resets(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<(), ActusError> {
    let contract = loan.contract;
    let resets = Segments::read(contract, "arrayCycleAnchorDateOfRateReset", "arrayCycleOfRateReset")?;
    let rates = contract.terms.decimals("arrayRate")?;
    let fixed = contract.terms.list("arrayFixedVariable", |name, text| match text {
        "FIX" | "F" => Ok(true),
        "VAR" | "V" => Ok(false),
        other => Err(unreadable(name, other, "FIX or VAR")),
    })?;
    for (position, at) in resets.before(contract, end)? {
        let rate = rates.get(position).copied().ok_or(ActusError::Missing("arrayRate"))?;
        let is_fixed = fixed.get(position).or(fixed.last()).copied().unwrap_or(true);
        agenda.add_with(if is_fixed { Kind::RRF } else { Kind::RR }, loan.shift.times(at)?, Some(rate));
    }
    Ok(())
}

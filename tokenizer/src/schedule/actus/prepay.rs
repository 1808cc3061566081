//! Prepayments: principal that is given back early, what that costs, and what it does to the rest of the plan.

use super::figure::{minus, over, share, times};
use super::loan::Loan;
use super::run::{Agenda, CycleTerms, Planned};
use super::shift::Times;
use super::terms::unreadable;
use super::{ActusError, Contract, Kind, Moment};
use crate::day_count::Ratio;
use rust_decimal::Decimal;

const OPTION: CycleTerms = CycleTerms { anchor: "cycleAnchorDateOfOptionality", cycle: "cycleOfOptionality" };

/// What a prepayment does to the redemptions that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// There is no right to prepay.
    None,
    /// Later payments become smaller and the maturity stays.
    LessEachTime,
    /// Payments stay and the contract ends when nothing is left.
    SoonerOver,
}

/// What a prepayment costs beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Penalty {
    None,
    /// An amount.
    Fixed,
    /// A yearly rate on the notional, for the time since the last event.
    OfNotional,
    /// The same for what the contract's rate is above the market's.
    OfRateDifference,
}

/// What the terms say of prepayments, and what has come of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prepaid {
    pub(super) effect: Effect,
    penalty: Penalty,
    /// Whether a prepayment has happened.
    happened: bool,
    /// The factor on redemptions whose amounts the terms fix.
    pub(super) left: Decimal,
}

impl Prepaid {
    pub(super) fn of(contract: &Contract) -> Result<Self, ActusError> {
        let terms = contract.terms;
        let effect = match terms.text("prepaymentEffect").as_deref() {
            None | Some("N") => Effect::None,
            Some("A") => Effect::LessEachTime,
            Some("M") => Effect::SoonerOver,
            Some(other) => return Err(unreadable("prepaymentEffect", other, "N, A or M")),
        };
        let penalty = match terms.text("penaltyType").as_deref() {
            // The dictionary names no penalty "N" and its default "O".
            None | Some("N" | "O") => Penalty::None,
            Some("A") => Penalty::Fixed,
            Some("R") => Penalty::OfNotional,
            Some("I") => Penalty::OfRateDifference,
            Some(other) => return Err(unreadable("penaltyType", other, "N, A, R or I")),
        };
        Ok(Self { effect, penalty, happened: false, left: Decimal::ONE })
    }

    /// Whether this event was the last of a contract that prepayments end early.
    pub(super) fn ends_with(&self, kind: Kind, outstanding: Decimal) -> bool {
        let shortened = self.happened && self.effect == Effect::SoonerOver;
        shortened && outstanding.is_zero() && matches!(kind, Kind::PR | Kind::PP)
    }
}

/// The prepayments that were observed, each with its penalty before it. The amount is without sign, and at most
/// what is outstanding then is taken.
pub(super) fn plan(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<(), ActusError> {
    let refused = |at: Moment, limit| Err(unreadable("eventsObserved", &format!("PP {at}"), limit));
    for observed in loan.contract.observed.iter().filter(|event| event.kind == "PP") {
        let (at, amount) = (observed.at()?, observed.amount()?);
        if loan.prepaid.effect == Effect::None {
            return refused(at, "no prepayment: prepaymentEffect is N");
        }
        if amount <= Decimal::ZERO {
            return refused(at, "an amount above zero");
        }
        if at < loan.exchange || at >= end || !is_allowed(loan, at, end)? {
            return refused(at, "a time between exchange and maturity that the optionality terms allow");
        }
        if loan.prepaid.penalty != Penalty::None {
            agenda.add(Kind::PY, Times::fixed(at));
        }
        agenda.add_with(Kind::PP, Times::fixed(at), Some(amount));
        if loan.prepaid.effect == Effect::LessEachTime && !loan.annuity_dates.is_empty() {
            agenda.add_once(Kind::PRF, Times::fixed(at));
        }
    }
    Ok(())
}

/// Any time without terms of optionality, from the anchor on without a cycle, else the days of the cycle.
fn is_allowed(loan: &Loan, at: Moment, end: Moment) -> Result<bool, ActusError> {
    let terms = loan.contract.terms;
    match (terms.moment(OPTION.anchor)?, terms.cycle(OPTION.cycle)?) {
        (None, None) => Ok(true),
        (Some(anchor), None) => Ok(at >= anchor),
        _ => {
            for allowed in OPTION.moments(terms, loan.exchange, end)? {
                if loan.shift.times(allowed)?.shown.date == at.date {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

impl Loan<'_> {
    /// Principal is given back. Payments that are not fixed anew shrink as what is outstanding does.
    pub(super) fn prepay(&mut self, event: &Planned) -> Result<(&'static str, Decimal), ActusError> {
        let outstanding = times(self.sign, self.state.notional)?;
        let paid = event.amount.unwrap_or_default().min(outstanding).max(Decimal::ZERO);
        let left = minus(outstanding, paid)?;
        self.set_notional(times(self.sign, left)?);
        self.prepaid.happened = true;
        if self.prepaid.effect == Effect::LessEachTime && !outstanding.is_zero() {
            let smaller = |amount| Ok::<_, ActusError>(over(times(amount, left)?, outstanding)?);
            self.prepaid.left = smaller(self.prepaid.left)?;
            if self.annuity_dates.is_empty() {
                self.state.payment = smaller(self.state.payment)?;
            }
        }
        Ok(("R*min(O(PP), |Nt|)", times(self.sign, paid)?))
    }

    /// What a prepayment costs; `since_last` is the part of a year since the last event.
    pub(super) fn penalty(
        &self,
        event: &Planned,
        since_last: Ratio,
    ) -> Result<(&'static str, Decimal), ActusError> {
        let terms = self.contract.terms;
        let yearly = |rate| Ok::<_, ActusError>(share(times(self.state.notional, rate)?, since_last)?);
        match self.prepaid.penalty {
            Penalty::None => Ok(("0", Decimal::ZERO)),
            Penalty::Fixed => Ok(("R*PYRT", times(self.sign, terms.decimal_or_zero("penaltyRate")?)?)),
            Penalty::OfNotional => Ok(("y*Nt*PYRT", yearly(terms.decimal_or_zero("penaltyRate")?)?)),
            Penalty::OfRateDifference => {
                let code = terms.needed("marketObjectCodeOfRateReset")?;
                let market = self.contract.market.at(&code, event.times.scheduled)?;
                let above = minus(self.state.rate, market)?.max(Decimal::ZERO);
                Ok(("y*Nt*max(0, Ipnr - O(RRMO))", yearly(above)?))
            }
        }
    }
}

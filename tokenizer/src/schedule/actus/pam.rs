//! PAM: principal at maturity, with what all maturity contracts plan alike.

use super::cycle::moments;
use super::loan::Loan;
use super::run::{Agenda, CycleTerms, start};
use super::shift::Times;
use super::{ActusError, Contract, Event, Kind, Moment, advance, market, prepay};

/// Terms of the interest schedule.
pub(super) const INTEREST: CycleTerms =
    CycleTerms { anchor: "cycleAnchorDateOfInterestPayment", cycle: "cycleOfInterestPayment" };
/// Terms of the rate resets.
pub(super) const RESET: CycleTerms =
    CycleTerms { anchor: "cycleAnchorDateOfRateReset", cycle: "cycleOfRateReset" };
const FEE: CycleTerms = CycleTerms { anchor: "cycleAnchorDateOfFee", cycle: "cycleOfFee" };
const SCALING: CycleTerms =
    CycleTerms { anchor: "cycleAnchorDateOfScalingIndex", cycle: "cycleOfScalingIndex" };

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let mut loan = Loan::new(contract)?;
    let maturity = loan.maturity.ok_or(ActusError::Missing("maturityDate"))?;
    let mut agenda = Agenda::default();
    if loan.rate.is_some() {
        let interest = INTEREST.moments(contract.terms, loan.exchange, maturity)?;
        plan_interest(&mut agenda, &mut loan, &interest, Times::fixed(maturity))?;
        plan_resets(&mut agenda, &loan, maturity)?;
    }
    plan_common(&mut agenda, &loan, maturity)?;
    agenda.add(Kind::MD, Times::fixed(maturity));
    finish(agenda, loan)
}

/// Lets the agenda happen.
pub(super) fn finish(agenda: Agenda, loan: Loan) -> Result<Vec<Event>, ActusError> {
    let planned = agenda.in_order(loan.status, loan.contract.to)?;
    loan.run(planned)
}

/// Interest is capitalized until the capitalization end date, and on it, and paid afterwards, for the last time at
/// maturity.
pub(super) fn plan_interest(
    agenda: &mut Agenda,
    loan: &mut Loan,
    at: &[Moment],
    maturity: Times,
) -> Result<(), ActusError> {
    if advance::is_agreed(loan.contract)? {
        return advance::plan(agenda, loan, at, maturity);
    }
    loan.bring_accrued(at)?;
    let end = loan.contract.terms.moment("capitalizationEndDate")?;
    for at in at {
        let kind = if end.is_some_and(|end| *at <= end) { Kind::IPCI } else { Kind::IP };
        agenda.add(kind, loan.shift.times(*at)?);
    }
    if let Some(end) = end.filter(|end| !at.contains(end)) {
        agenda.add(Kind::IPCI, loan.shift.times(end)?);
    }
    agenda.add(Kind::IP, maturity);
    Ok(())
}

/// Rate resets before maturity; the first one after the status date is to the rate that is known already.
/// The moments of the resets are given back.
pub(super) fn plan_resets(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<Vec<Moment>, ActusError> {
    let terms = loan.contract.terms;
    let resets = RESET.moments(terms, loan.exchange, end)?;
    let mut known = terms.decimal("nextResetRate")?;
    for at in &resets {
        let times = loan.shift.times(*at)?;
        let fixed = known.filter(|_| times.shown > loan.status);
        if fixed.is_some() {
            known = None;
        }
        agenda.add_with(if fixed.is_some() { Kind::RRF } else { Kind::RR }, times, fixed);
    }
    Ok(resets)
}

/// Exchange, fees, scaling, purchase, termination, monitoring.
pub(super) fn plan_common(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<(), ActusError> {
    let terms = loan.contract.terms;
    agenda.add(Kind::IED, Times::fixed(loan.exchange));
    plan_fees(agenda, loan, end)?;
    if has_fees(loan)? {
        agenda.add(Kind::FP, Times::fixed(end));
    }
    if terms.text("scalingEffect").is_some_and(|effect| effect.contains(['I', 'N'])) {
        agenda.add_all(Kind::SC, &SCALING.moments(terms, loan.exchange, end)?, &loan.shift)?;
    }
    if let Some(at) = terms.moment("purchaseDate")? {
        agenda.add(Kind::PRD, Times::fixed(at));
    }
    if let Some(at) = terms.moment("terminationDate")? {
        agenda.add(Kind::TD, Times::fixed(at));
    }
    plan_monitoring(agenda, loan.contract)?;
    prepay::plan(agenda, loan, end)
}

/// Whether fees are paid on dates of their own.
pub(super) fn has_fees(loan: &Loan) -> Result<bool, ActusError> {
    let terms = loan.contract.terms;
    let starts = start(terms.moment(FEE.anchor)?, terms.cycle(FEE.cycle)?, loan.exchange)?;
    Ok(starts.is_some() && !terms.decimal_or_zero("feeRate")?.is_zero())
}

/// Fees before `end`.
pub(super) fn plan_fees(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<(), ActusError> {
    if has_fees(loan)? {
        agenda.add_all(Kind::FP, &FEE.moments(loan.contract.terms, loan.exchange, end)?, &loan.shift)?;
    }
    Ok(())
}

/// Monitoring at the observed times; observations other than these and prepayments are refused.
pub(super) fn plan_monitoring(agenda: &mut Agenda, contract: &Contract) -> Result<(), ActusError> {
    market::only(contract.observed, &["AD", "PP"])?;
    for observed in contract.observed.iter().filter(|event| event.kind == "AD") {
        agenda.add(Kind::AD, Times::fixed(observed.at()?));
    }
    Ok(())
}

/// The moments of a cycle from an anchor that is known.
pub(super) fn cycle_from(
    loan: &Loan,
    anchor: Moment,
    cycle: &'static str,
    end: Moment,
) -> Result<Vec<Moment>, ActusError> {
    let terms = loan.contract.terms;
    moments(anchor, terms.cycle(cycle)?, end, terms.month_ends()?)
}

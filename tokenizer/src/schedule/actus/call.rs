//! What call money and undefined maturity profiles share: interest that is capitalized, resets, an open end.

use super::loan::Loan;
use super::pam::{RESET, plan_fees, plan_resets};
use super::run::Agenda;
use super::{ActusError, Kind, Moment};
use super::{cycle::moments, market};
use crate::schedule::actus::Contract;

/// Capitalizations from `anchor`, rate resets and fees, before `end`.
pub(super) fn plan(agenda: &mut Agenda, loan: &Loan, anchor: Moment, end: Moment) -> Result<(), ActusError> {
    let terms = loan.contract.terms;
    let cycle = terms.cycle("cycleOfInterestPayment")?;
    plan_fees(agenda, loan, end)?;
    if loan.rate.is_none() {
        return Ok(());
    }
    if cycle.is_some() || terms.text("cycleAnchorDateOfInterestPayment").is_some() {
        let at = moments(anchor, cycle, end, terms.month_ends()?)?;
        agenda.add_all(Kind::IPCI, &at, &loan.shift)?;
    }
    if terms.text(RESET.anchor).is_some() || terms.text(RESET.cycle).is_some() {
        plan_resets(agenda, loan, end)?;
    }
    Ok(())
}

/// The first observed exercise.
pub(super) fn exercise(contract: &Contract) -> Result<Option<Moment>, ActusError> {
    market::only(contract.observed, &["XD", "AD"])?;
    let exercises = contract.observed.iter().filter(|event| event.kind == "XD");
    let at: Result<Vec<_>, _> = exercises.map(super::Observed::at).collect();
    Ok(at?.into_iter().min())
}

//! CLM: call money, whose interest is capitalized until it matures or is called with notice.

use super::call::{exercise, plan};
use super::figure::{plus, times};
use super::loan::Loan;
use super::pam::has_fees;
use super::run::Agenda;
use super::shift::Times;
use super::{ActusError, Contract, Event, Explanation, Kind, Moment};
use rust_decimal::Decimal;

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let loan = Loan::new(contract)?;
    let called = exercise(contract)?.filter(|at| contract.to.is_none_or(|to| *at <= to));
    match (loan.maturity, called) {
        (maturity, Some(at)) if maturity.is_none_or(|maturity| at < maturity) => until_called(loan, at),
        (Some(maturity), _) => until_maturity(loan, maturity),
        (None, _) => {
            let to = contract.to.ok_or(ActusError::Missing("maturityDate"))?;
            let agenda = agenda(&loan, to)?;
            let planned = agenda.in_order(loan.status, Some(to))?;
            loan.run(planned)
        }
    }
}

fn agenda(loan: &Loan, end: Moment) -> Result<Agenda, ActusError> {
    let terms = loan.contract.terms;
    let anchor = terms.moment("cycleAnchorDateOfInterestPayment")?.unwrap_or(loan.exchange);
    let mut agenda = Agenda::default();
    agenda.add(Kind::IED, Times::fixed(loan.exchange));
    plan(&mut agenda, loan, anchor, end)?;
    for observed in loan.contract.observed.iter().filter(|event| event.kind == "AD") {
        agenda.add(Kind::AD, Times::fixed(observed.at()?));
    }
    Ok(agenda)
}

/// The last interest is counted to the business day that maturity moves to, though maturity itself stays.
fn until_maturity(loan: Loan, maturity: Moment) -> Result<Vec<Event>, ActusError> {
    let mut agenda = agenda(&loan, maturity)?;
    let interest = Times { shown: maturity, ..loan.shift.times(maturity)? };
    agenda.add(Kind::IP, interest);
    if has_fees(&loan)? {
        agenda.add(Kind::FP, interest);
    }
    agenda.add(Kind::MD, interest);
    let planned = agenda.in_order(loan.status, loan.contract.to)?;
    loan.run(planned)
}

/// A call fixes the interest due; notional and interest are settled when the notice has passed, also when
/// that is after the last moment of interest.
fn until_called(loan: Loan, called: Moment) -> Result<Vec<Event>, ActusError> {
    let terms = loan.contract.terms;
    let notice = terms.period("xDayNotice")?.filter(|notice| !notice.is_nothing());
    let mut planned = agenda(&loan, called)?;
    planned.add_last(Kind::XD, Times::fixed(called));
    let Some(notice) = notice else {
        let at = Times::fixed(called);
        planned.add_last(Kind::IP, at);
        planned.add_last(Kind::STD, at);
        let planned = planned.in_order(loan.status, Some(called))?;
        return loan.run(planned);
    };
    let settled = loan.shift.times(notice.after(called, 1)?)?;
    let planned = planned.in_order(loan.status, Some(called))?;
    let currency = terms.text("currency").unwrap_or_default().into_owned();
    let day_count = loan.rate.map(|_| loan.day_count);
    let mut events = loan.run(planned)?;
    let Some(exercise) = events.last_mut() else { return Ok(events) };
    let due = std::mem::take(&mut exercise.after.accrued);
    exercise.explanation.formula = "XA = Ipac + y*Ipnr*Ipcb; Ipac = 0";
    let before = exercise.after;
    let date = called.counted();
    let explanation = |formula| Explanation {
        formula,
        from: date,
        to: date,
        day_count,
        year_fraction: crate::day_count::Ratio::ZERO,
        before,
        exchange_rate: None,
    };
    let settle = |kind, payoff, after, formula| Event {
        at: settled.shown,
        kind,
        payoff,
        currency: currency.clone(),
        after,
        explanation: explanation(formula),
    };
    let interest = times(before.interest_scale, due)?;
    let principal = plus(times(before.principal_scale, before.notional)?, before.fees)?;
    let after = super::State { notional: Decimal::ZERO, base: Decimal::ZERO, fees: Decimal::ZERO, ..before };
    events.push(settle(Kind::IP, interest, before, "Isc*XA"));
    events.push(settle(Kind::STD, principal, after, "Nsc*Nt + Feac"));
    Ok(events)
}

//! UMP: an undefined maturity profile, such as a savings account: interest is capitalized as long as it lasts.

use super::call::plan;
use super::loan::Loan;
use super::run::{Agenda, start};
use super::shift::Times;
use super::{ActusError, Contract, Event, Kind, market};

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let terms = contract.terms;
    let loan = Loan::new(contract)?;
    market::only(contract.observed, &["PR", "AD"])?;
    let terminated = terms.moment("terminationDate")?;
    let end = terminated.or(contract.to).ok_or(ActusError::Missing("terminationDate"))?;
    let mut agenda = Agenda::default();
    agenda.add(Kind::IED, Times::fixed(loan.exchange));
    let cycle = terms.cycle("cycleOfInterestPayment")?;
    if let Some(anchor) = start(terms.moment("cycleAnchorDateOfInterestPayment")?, cycle, loan.exchange)? {
        plan(&mut agenda, &loan, anchor, end)?;
    }
    for observed in contract.observed {
        let kind = if observed.kind == "PR" { Kind::PR } else { Kind::AD };
        agenda.add_with(kind, Times::fixed(observed.at()?), Some(observed.amount()?));
    }
    if let Some(at) = terminated {
        agenda.add(Kind::TD, Times::fixed(at));
    }
    let planned = agenda.in_order(loan.status, contract.to)?;
    loan.run(planned)
}

//! STK: a stock, which is bought, pays dividends and is sold.

use super::csh::plain;
use super::figure::times;
use super::run::{Agenda, CycleTerms};
use super::shift::{Shift, Times};
use super::{ActusError, Contract, Event, Kind, State, market};

const DIVIDEND: CycleTerms =
    CycleTerms { anchor: "cycleAnchorDateOfDividendPayment", cycle: "cycleOfDividendPayment" };

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let terms = contract.terms;
    market::only(contract.observed, &[])?;
    let (status, sign, shift) = (terms.needed_moment("statusDate")?, terms.sign()?, Shift::of(contract)?);
    let (bought, sold) = (terms.moment("purchaseDate")?, terms.moment("terminationDate")?);
    let mut agenda = Agenda::default();
    if let Some(at) = bought {
        agenda.add(Kind::PRD, Times::fixed(at));
    }
    if let Some(at) = sold {
        agenda.add(Kind::TD, Times::fixed(at));
    }
    if terms.text("marketObjectCodeOfDividends").is_some() {
        let end = sold.or(contract.to).ok_or(ActusError::Missing("terminationDate"))?;
        // The last moment of interest may itself be one of a dividend.
        let dividends = DIVIDEND.moments(terms, bought.unwrap_or(status), end.plus_days(1)?)?;
        agenda.add_all(Kind::DV, &dividends, &shift)?;
    }
    let mut events = Vec::new();
    for event in agenda.in_order(status, contract.to)? {
        let at = (event.kind, event.times.shown);
        let (amount, formula) = match event.kind {
            Kind::PRD => {
                events.clear();
                (-terms.needed_decimal("priceAtPurchaseDate")?, "-R*PPRD")
            }
            Kind::TD => (terms.needed_decimal("priceAtTerminationDate")?, "R*PTD"),
            _ => {
                let code = terms.needed("marketObjectCodeOfDividends")?;
                (contract.market.at(&code, event.times.scheduled)?, "R*O(dividend)")
            }
        };
        events.push(plain(contract, at, (times(sign, amount)?, formula), State::default()));
    }
    Ok(events)
}

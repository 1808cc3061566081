//! STK: a stock, which is bought, pays dividends and is sold.

use super::csh::plain;
use super::figure::times;
use super::run::{Agenda, CycleTerms};
use super::shift::{Shift, Times};
use super::{ActusError, Contract, Event, Kind, State, market};

/// The schedule of dividends as the dictionary names it, and as the official cases do.
const DIVIDENDS: [CycleTerms; 2] = [
    CycleTerms { anchor: "cycleAnchorDateOfDividend", cycle: "cycleOfDividend" },
    CycleTerms { anchor: "cycleAnchorDateOfDividendPayment", cycle: "cycleOfDividendPayment" },
];

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
    let has_dividends = ["marketObjectCodeOfDividends", "nextDividendPaymentAmount"];
    if has_dividends.iter().any(|name| terms.text(name).is_some()) {
        let end = sold.or(contract.to).ok_or(ActusError::Missing("terminationDate"))?;
        let ex = terms.moment("exDividendDate")?;
        for names in DIVIDENDS {
            // The last moment of interest may itself be one of a dividend.
            let mut dividends = names.moments(terms, bought.unwrap_or(status), end.plus_days(1)?)?;
            if let Some(bought) = bought.filter(|bought| ex.is_some_and(|ex| *bought > ex)) {
                // Who buys after the ex-date does not get the next dividend.
                let next = dividends.iter().position(|at| *at > bought);
                next.map(|next| dividends.remove(next));
            }
            agenda.add_all(Kind::DV, &dividends, &shift)?;
        }
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
            _ => match terms.text("marketObjectCodeOfDividends") {
                Some(code) => (contract.market.at(&code, event.times.scheduled)?, "R*O(dividend)"),
                None => (terms.needed_decimal("nextDividendPaymentAmount")?, "R*DVNP"),
            },
        };
        events.push(plain(contract, at, (times(sign, amount)?, formula), State::default()));
    }
    Ok(events)
}

//! COM: a quantity of a commodity, which is bought and sold.

use super::csh::plain;
use super::figure::times;
use super::{ActusError, Contract, Event, Kind, State, market};
use rust_decimal::Decimal;

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let terms = contract.terms;
    market::only(contract.observed, &[])?;
    let status = terms.needed_moment("statusDate")?;
    let quantity = times(terms.sign()?, terms.decimal("quantity")?.unwrap_or(Decimal::ONE))?;
    let within = |at: &_| *at > status && contract.to.is_none_or(|to| *at <= to);
    let mut events = Vec::new();
    if let Some(at) = terms.moment("purchaseDate")?.filter(within) {
        let paid = -times(quantity, terms.needed_decimal("priceAtPurchaseDate")?)?;
        events.push(plain(contract, (Kind::PRD, at), (paid, "-R*PPRD*QT"), State::default()));
    }
    if let Some(at) = terms.moment("terminationDate")?.filter(within) {
        let paid = times(quantity, terms.needed_decimal("priceAtTerminationDate")?)?;
        events.push(plain(contract, (Kind::TD, at), (paid, "R*PTD*QT"), State::default()));
    }
    Ok(events)
}

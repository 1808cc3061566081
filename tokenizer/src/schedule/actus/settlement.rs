//! Settlement in another currency: what a contract pays, at the exchange rate observed when it is paid.

use super::figure::times;
use super::{ActusError, Contract, Event};

/// The same events with their payoffs in the settlement currency. The market is asked for the code `CUR/CURS`, such
/// as `USD/EUR`: what one unit of the contract's currency is in the settlement currency. States stay as they are.
pub(super) fn settled(contract: &Contract, mut events: Vec<Event>) -> Result<Vec<Event>, ActusError> {
    let (terms, name) = (contract.terms, "settlementCurrency");
    let Some(settlement) = terms.text(name) else { return Ok(events) };
    let currency = terms.needed("currency")?;
    if currency == settlement {
        return Ok(events);
    }
    let code = format!("{currency}/{settlement}");
    for event in &mut events {
        event.currency = settlement.clone().into_owned();
        if event.payoff.is_zero() {
            continue;
        }
        let rate = contract.market.at(&code, event.at)?;
        event.payoff = times(event.payoff, rate)?;
        event.explanation.exchange_rate = Some(rate);
    }
    Ok(events)
}

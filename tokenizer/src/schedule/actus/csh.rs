//! CSH: cash, which is there and can be looked at.

use super::figure::times;
use super::{ActusError, Contract, Event, Explanation, Kind, Moment, State, market};
use crate::day_count::Ratio;
use rust_decimal::Decimal;

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    market::only(contract.observed, &["AD"])?;
    let status = contract.terms.needed_moment("statusDate")?;
    let notional = times(contract.terms.sign()?, contract.terms.needed_decimal("notionalPrincipal")?)?;
    let state = State { notional, ..State::default() };
    let mut at = Vec::new();
    for observed in contract.observed {
        at.push(observed.at()?);
    }
    at.retain(|at| *at > status && contract.to.is_none_or(|to| *at <= to));
    at.sort_unstable();
    Ok(at.into_iter().map(|at| plain(contract, (Kind::AD, at), (Decimal::ZERO, "0"), state)).collect())
}

/// An event of a contract that bears no interest.
pub(super) fn plain(
    contract: &Contract,
    (kind, at): (Kind, Moment),
    (payoff, formula): (Decimal, &'static str),
    after: State,
) -> Event {
    let date = at.counted();
    Event {
        at,
        kind,
        payoff,
        currency: contract.terms.text("currency").unwrap_or_default().into_owned(),
        after,
        explanation: Explanation {
            formula,
            from: date,
            to: date,
            day_count: None,
            year_fraction: Ratio::ZERO,
            before: State::default(),
            exchange_rate: None,
        },
    }
}

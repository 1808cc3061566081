//! The further rules of a partition: how much one owner holds, how much one transfer moves, when units are sold.

use super::{
    super::facts::{Holder, Limits, Movement, TransferFacts, TransferRequest},
    active, is_to_oneself,
};
use chrono::{DateTime, Utc};
use domain::{Refusal, Units, party::WalletAddress};

/// What the further rules have against it, in the order of the token on chain.
pub(super) fn check(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let limits = facts.partition.limits;
    let issues = matches!(request.movement, Movement::Issue { .. });
    let mut refusals: Vec<_> = issues.then(|| outside(limits, facts.now)).flatten().into_iter().collect();
    if request.units == Units::ZERO || is_to_oneself(facts, request) {
        return refusals;
    }
    let units = request.units.get();
    if matches!(request.movement, Movement::Transfer { .. }) {
        let over = limits.transfer_limit.filter(|limit| units > *limit);
        refusals.extend(over.map(|limit| Refusal::TransferTooLarge { units, limit }));
    }
    let rest = owner(facts.sender.as_ref(), request.movement.from()).map(|sender| sender.units.get() - units);
    // All is no remainder, and more than all is refused as a balance.
    refusals.extend(rest.filter(|rest| *rest > 0).and_then(|rest| too_small(limits, rest)));
    if let Some(receiver) = owner(facts.receiver.as_ref(), request.movement.to()) {
        let would_hold = receiver.units.get() + units;
        let over = limits.max_holding.filter(|limit| would_hold > *limit);
        refusals.extend(over.map(|limit| Refusal::HoldingTooLarge { would_hold, limit }));
        refusals.extend(too_small(limits, would_hold));
    }
    refusals
}

fn owner(holder: Option<&Holder>, wallet: Option<WalletAddress>) -> Option<&Holder> {
    active(holder, wallet?)
}

fn outside(limits: Limits, now: DateTime<Utc>) -> Option<Refusal> {
    let early = limits.sale_opens.filter(|opens| now < *opens);
    let late = limits.sale_closes.filter(|closes| now >= *closes);
    early.or(late).map(|boundary| Refusal::OutsideSale { now, boundary })
}

fn too_small(limits: Limits, would_hold: i64) -> Option<Refusal> {
    let under = limits.min_holding.filter(|limit| would_hold < *limit);
    under.map(|limit| Refusal::HoldingTooSmall { would_hold, limit })
}

//! The further rules: when units are sold, who signs for a transfer, what is released, how much one owner holds, how
//! many owners there are of a kind.

use super::{
    super::facts::{Holder, Movement, TransferFacts, TransferRequest},
    super::limits::{Count, Limits, PoolCap, kept_units},
    active, is_system_account, is_to_oneself, leaves,
};
use chrono::{DateTime, Utc};
use domain::{Refusal, Units, party::WalletAddress};

/// What the further rules have against it, in the order of the token on chain.
pub(super) fn check(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let limits = facts.partition.limits;
    let issues = matches!(request.movement, Movement::Issue { .. });
    let mut refusals: Vec<_> = issues.then(|| outside(limits, facts.now)).flatten().into_iter().collect();
    if request.units == Units::ZERO || matches!(request.movement, Movement::Hold { .. }) {
        return refusals;
    }
    if is_to_oneself(facts, request) {
        // The schedule speaks of a wallet's units, and would lose sight of them in another of the owner's.
        refusals.extend(unreleased(request.units, facts));
        return refusals;
    }
    let passes = request.movement.from().is_some() && request.movement.to().is_some();
    if passes {
        refusals.extend(unsigned(facts));
    }
    if request.movement.from().is_some() && !is_system_account(facts.sender.as_ref()) {
        refusals.extend(passes.then(|| too_large(limits, request.units)).flatten());
        refusals.extend(leaving(request, facts));
    }
    let receiver = owner(facts.receiver.as_ref(), request.movement.to());
    let receiver = receiver.filter(|receiver| !receiver.system_account);
    refusals.extend(receiver.into_iter().flat_map(|receiver| receipt(request, facts, receiver)));
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

fn unsigned(facts: &TransferFacts) -> Option<Refusal> {
    let (now, until) = (facts.now, facts.cosigned_until);
    let holds = until.is_some_and(|until| now < until);
    (facts.partition.limits.cosigned && !holds).then_some(Refusal::NotCosigned { now, until })
}

fn too_large(limits: Limits, units: Units) -> Option<Refusal> {
    let over = limits.transfer_limit.filter(|limit| units.get() > *limit);
    over.map(|limit| Refusal::TransferTooLarge { units: units.get(), limit })
}

/// Only released units leave a wallet; a system account is not bound.
fn unreleased(units: Units, facts: &TransferFacts) -> Option<Refusal> {
    let (wallet, release) = (facts.sender_wallet, &facts.partition.release);
    if release.is_empty() || is_system_account(facts.sender.as_ref()) {
        return None;
    }
    let free = (wallet.balance.get() - kept_units(release, wallet.scheduled, facts.now)).max(0);
    (units.get() > free).then(|| Refusal::NotReleased { units: units.get(), free })
}

/// Released units may leave; what stays of an owner is nothing or the minimum.
fn leaving(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let mut refusals: Vec<_> = unreleased(request.units, facts).into_iter().collect();
    let sender = owner(facts.sender.as_ref(), request.movement.from());
    // All is no remainder, and more than all is refused as a balance.
    let rest = sender.map(|sender| sender.units.get() - request.units.get()).filter(|rest| *rest > 0);
    refusals.extend(rest.and_then(|rest| too_small(facts.partition.limits, rest)));
    refusals
}

fn receipt(request: &TransferRequest, facts: &TransferFacts, receiver: &Holder) -> Vec<Refusal> {
    let limits = facts.partition.limits;
    let would_hold = receiver.units.get() + request.units.get();
    let over = limits.max_holding.filter(|limit| would_hold > *limit);
    let mut refusals: Vec<_> =
        over.map(|limit| Refusal::HoldingTooLarge { would_hold, limit }).into_iter().collect();
    refusals.extend(too_small(limits, would_hold));
    refusals.extend(facts.pool_cap.and_then(|cap| over_the_pool(cap, request.units)));
    if let Some(counts) = facts.counts.filter(|_| receiver.units == Units::ZERO) {
        let leaves = leaves(request, facts);
        let country = crowded(counts.country, leaves);
        refusals.extend(country.map(|(would_be, limit)| Refusal::TooManyOfCountry { would_be, limit }));
        let class = crowded(counts.class, leaves);
        refusals.extend(class.map(|(would_be, limit)| Refusal::TooManyOfClass { would_be, limit }));
    }
    refusals
}

fn too_small(limits: Limits, would_hold: i64) -> Option<Refusal> {
    let under = limits.min_holding.filter(|limit| would_hold < *limit);
    under.map(|limit| Refusal::HoldingTooSmall { would_hold, limit })
}

fn over_the_pool(cap: PoolCap, units: Units) -> Option<Refusal> {
    let would_hold = cap.held.get() + units.get();
    let over = cap.limits().find(|limit| would_hold > *limit);
    over.map(|limit| Refusal::PoolCapExceeded { would_hold, limit })
}

/// How many there would be and may be, when that is too many. One of them who leaves by the same movement makes room.
fn crowded(count: Count, leaves: bool) -> Option<(i64, i64)> {
    let would_be = count.owners + 1 - i64::from(leaves && count.has_sender);
    count.limit.filter(|limit| would_be > *limit).map(|limit| (would_be, limit))
}

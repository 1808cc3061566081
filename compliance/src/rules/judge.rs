//! The verdict on an issue, a transfer or a redemption.

mod limits;

use super::facts::{Holder, Movement, TransferFacts, TransferRequest};
use chrono::{DateTime, Utc};
use domain::{Refusal, Units, party::WalletAddress, refusal::Side};

/// Every reason to refuse, or none: the request is accepted.
///
/// The reasons come in the order in which the token on chain checks them, so the first one here is the one that it
/// reverts with:
///
/// | | transfer | issue | redeem |
/// |--|---|---|---|
/// | 1 | `PAUSED`, `PARTITION_PAUSED` | `NOT_ISSUABLE`, then the same | as for a transfer |
/// | 2 | `SENDER_UNKNOWN`, `FROZEN` | | the same |
/// | 3 | `KYC_EXPIRED` of the sender | | |
/// | 4 | `BALANCE`, `HELD_UNITS`, `FROZEN_UNITS`, `LOCKED`, `LOCKED_HOLDER` | `AUTHORISED` | as for a transfer |
/// | 5 | `RECEIVER_UNKNOWN`, `FROZEN`, `KYC_EXPIRED` of the receiver | the same | |
/// | 6 | `COUNTRY`, `CLASS`, `CAP_HOLDER`, `HOLDER_COUNT` | the same | |
/// | 7 | `COSIGNATURE`, `TRANSFER_LIMIT` | `SALE_WINDOW` | |
/// | 8 | `RELEASE`, `MIN_HOLDING` of the sender | | the same |
/// | 9 | `MAX_HOLDING`, `MIN_HOLDING` of the receiver, `CAP_POOL` | the same | |
/// | 10 | `COUNTRY_COUNT`, `CLASS_COUNT` | the same | |
/// | 11 | `UNITS`, here only: a transfer of no units is no story of ours | the same | the same |
///
/// A hold asks 1 to 4 of a transfer but for the locks, which hinder its delivery. A delivery is a transfer without
/// `KYC_EXPIRED` of the sender, for what was promised is not trapped, and without `BALANCE`, `HELD_UNITS` and
/// `FROZEN_UNITS`, for the units are there.
///
/// Whoever redeems may have an approval that ran out: what is theirs is not trapped. Between two wallets of one owner
/// nobody gains, so neither cap nor count nor any of the further rules is asked. A system account is bound by 1 to 6
/// but for `LOCKED`, `CAP_HOLDER` and `HOLDER_COUNT`, and by `SALE_WINDOW` and `COSIGNATURE`.
#[must_use]
pub fn judge(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let movement = request.movement;
    let mut refusals: Vec<_> = ended(request, facts).into_iter().chain(halted(request, facts)).collect();
    if let Some(wallet) = movement.from() {
        let sender = active(facts.sender.as_ref(), wallet);
        let lapses = matches!(movement, Movement::Transfer { .. } | Movement::Hold { .. });
        refusals.extend(standing(Side::Sender, sender, lapses.then_some(facts.now)));
        if !matches!(movement, Movement::Deliver { .. }) {
            refusals.extend(short(request, facts));
        }
        if !matches!(movement, Movement::Hold { .. }) {
            refusals.extend(locked(facts));
        }
    } else {
        refusals.extend(oversized(request, facts));
    }
    if let Some(wallet) = movement.to() {
        let receiver = active(facts.receiver.as_ref(), wallet);
        refusals.extend(standing(Side::Receiver, receiver, Some(facts.now)));
        refusals.extend(receiver.into_iter().flat_map(|receiver| ineligible(facts, receiver)));
        refusals.extend(receiver.into_iter().flat_map(|receiver| concentrated(request, facts, receiver)));
    }
    refusals.extend(limits::check(request, facts));
    refusals.extend((request.units == Units::ZERO).then_some(Refusal::NoUnits));
    refusals
}

/// Nothing is issued once the primary sale is closed.
fn ended(request: &TransferRequest, facts: &TransferFacts) -> Option<Refusal> {
    let issues = matches!(request.movement, Movement::Issue { .. });
    (issues && facts.partition.primary_closed).then_some(Refusal::PrimaryClosed)
}

fn halted(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let partition = || Refusal::PartitionPaused { partition: request.partition.to_string() };
    let token = facts.token_paused.then_some(Refusal::Paused);
    token.into_iter().chain(facts.partition.paused.then(partition)).collect()
}

/// The owner of a wallet in use: one that was removed is as unknown as a stranger's.
fn active(holder: Option<&Holder>, wallet: WalletAddress) -> Option<&Holder> {
    holder.filter(|holder| holder.wallets.contains(&wallet))
}

/// What is wrong with a side itself; its approval is asked only with a moment given.
fn standing(side: Side, holder: Option<&Holder>, now: Option<DateTime<Utc>>) -> Vec<Refusal> {
    let Some(holder) = holder else { return vec![Refusal::Unknown { side }] };
    let valid_until = holder.valid_until;
    let expired = now.is_some_and(|now| now >= valid_until);
    let frozen = holder.frozen.then_some(Refusal::Frozen { side });
    frozen.into_iter().chain(expired.then_some(Refusal::CredentialExpired { side, valid_until })).collect()
}

/// What the sender lacks.
fn short(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let wallet = facts.sender_wallet;
    let (units, available) = (request.units.get(), wallet.balance.get());
    let mut refusals = Vec::new();
    if units > available {
        refusals.push(Refusal::InsufficientBalance { units, available });
    }
    let free = wallet.not_held();
    if wallet.held > Units::ZERO && units > free {
        refusals.push(Refusal::HeldUnits { units, free });
    }
    let free = wallet.free();
    if (wallet.frozen > Units::ZERO || wallet.held_total > Units::ZERO) && units > free {
        refusals.push(Refusal::FrozenUnits { units, free });
    }
    refusals
}

/// What the sender may not give yet.
fn locked(facts: &TransferFacts) -> Vec<Refusal> {
    let until = |until: Option<DateTime<Utc>>| until.filter(|until| facts.now < *until);
    let exempt = is_system_account(facts.sender.as_ref());
    let partition = until(facts.partition.locked_until).filter(|_| !exempt);
    let partition = partition.map(|until| Refusal::Locked { until });
    let wallet = until(facts.sender_wallet.locked_until).map(|until| Refusal::WalletLocked { until });
    partition.into_iter().chain(wallet).collect()
}

fn is_system_account(holder: Option<&Holder>) -> bool {
    holder.is_some_and(|holder| holder.system_account)
}

fn oversized(request: &TransferRequest, facts: &TransferFacts) -> Option<Refusal> {
    let would_be = facts.partition.outstanding.get() + request.units.get();
    let limit = facts.partition.authorised.get();
    (would_be > limit).then_some(Refusal::AuthorisedSizeExceeded { would_be, limit })
}

fn ineligible(facts: &TransferFacts, receiver: &Holder) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !facts.partition.countries.contains(&receiver.country) {
        refusals.push(Refusal::CountryNotAllowed { country: receiver.country });
    }
    if !facts.partition.classes.contains(&receiver.class) {
        refusals.push(Refusal::ClassNotAllowed { class: receiver.class });
    }
    refusals
}

/// Only what comes in from another owner can breach the cap or add a holder.
fn concentrated(request: &TransferRequest, facts: &TransferFacts, receiver: &Holder) -> Vec<Refusal> {
    if is_to_oneself(facts, request) || request.units == Units::ZERO || receiver.system_account {
        return Vec::new();
    }
    let mut refusals = Vec::new();
    let would_hold = receiver.units.get() + request.units.get();
    let limit = facts.partition.cap_units();
    if would_hold > limit {
        refusals.push(Refusal::CapExceeded { would_hold, limit });
    }
    let joins = receiver.units == Units::ZERO;
    let would_be = facts.partition.holders + i64::from(joins) - i64::from(leaves(request, facts));
    let crowded = facts.partition.holder_limit.filter(|limit| joins && would_be > *limit);
    refusals.extend(crowded.map(|limit| Refusal::TooManyHolders { would_be, limit }));
    refusals
}

/// Whether the sender's owner gives its last units.
fn leaves(request: &TransferRequest, facts: &TransferFacts) -> bool {
    let giver = facts.sender.as_ref().filter(|_| request.movement.from().is_some());
    giver.is_some_and(|giver| giver.units == request.units)
}

/// Whether the units stay with their owner, in another wallet.
fn is_to_oneself(facts: &TransferFacts, request: &TransferRequest) -> bool {
    let sides = facts.sender.as_ref().zip(facts.receiver.as_ref());
    let both = request.movement.from().is_some() && request.movement.to().is_some();
    both && sides.is_some_and(|(sender, receiver)| sender.identity == receiver.identity)
}

#[cfg(test)]
mod tests;

//! The verdict on an issue, a transfer or a redemption.

use super::facts::{Holder, Movement, TransferFacts, TransferRequest};
use domain::{Refusal, Units, party::WalletAddress, refusal::Side};

/// Every reason to refuse, or none: the request is accepted.
///
/// The reasons come in the order in which the token on chain checks them, so the first one here is the one that it
/// reverts with:
///
/// 1. `PAUSED`, `PARTITION_PAUSED`: any movement;
/// 2. `SENDER_UNKNOWN`, `RECEIVER_UNKNOWN`: each side there is;
/// 3. `FROZEN`: the sender, then the receiver;
/// 4. `KYC_EXPIRED`: the sender of a transfer, then the receiver. Whoever redeems may have an approval that ran out:
///    what is theirs is not trapped;
/// 5. `BALANCE`, `FROZEN_UNITS`, `LOCKED`: what a holder gives;
/// 6. `COUNTRY`, `CLASS`: what a receiver gets;
/// 7. `AUTHORISED_SIZE`: what is issued;
/// 8. `CAP_HOLDER`, `HOLDER_COUNT`: what a receiver gets. Between two wallets of one owner nobody gains, so neither is
///    asked;
/// 9. `UNITS`: no units at all.
#[must_use]
pub fn judge(request: &TransferRequest, facts: &TransferFacts) -> Vec<Refusal> {
    let movement = request.movement;
    let sender = Party::of(Side::Sender, movement.from(), facts.sender.as_ref());
    let receiver = Party::of(Side::Receiver, movement.to(), facts.receiver.as_ref());
    let sides = || sender.iter().chain(&receiver);

    let mut refusals = Vec::new();
    halted(request, facts, &mut refusals);
    refusals.extend(sides().filter_map(Party::unknown));
    refusals.extend(sides().filter_map(Party::frozen));
    refusals.extend(sides().filter_map(|party| party.expired(request, facts)));
    if sender.is_some() {
        sendable(request, facts, &mut refusals);
    }
    let owner = receiver.as_ref().and_then(|party| party.holder);
    if let Some(owner) = owner {
        eligible(facts, owner, &mut refusals);
    }
    authorised(request, facts, &mut refusals);
    if let Some(owner) = owner {
        concentration(request, facts, owner, &mut refusals);
    }
    if request.units == Units::ZERO {
        refusals.push(Refusal::NoUnits);
    }
    refusals
}

/// A side of the movement: its wallet is given, its owner may be unknown.
struct Party<'a> {
    side: Side,
    holder: Option<&'a Holder>,
}

impl<'a> Party<'a> {
    /// A wallet that is not among those in use of its owner is as unknown as a stranger's.
    fn of(side: Side, wallet: Option<WalletAddress>, holder: Option<&'a Holder>) -> Option<Self> {
        let wallet = wallet?;
        Some(Self { side, holder: holder.filter(|holder| holder.wallets.contains(&wallet)) })
    }

    fn unknown(&self) -> Option<Refusal> {
        self.holder.is_none().then_some(Refusal::Unknown { side: self.side })
    }

    fn expired(&self, request: &TransferRequest, facts: &TransferFacts) -> Option<Refusal> {
        let valid_until = self.holder?.valid_until;
        let asked = !matches!(request.movement, Movement::Redeem { .. });
        (asked && facts.now >= valid_until)
            .then_some(Refusal::CredentialExpired { side: self.side, valid_until })
    }

    fn frozen(&self) -> Option<Refusal> {
        self.holder?.frozen.then_some(Refusal::Frozen { side: self.side })
    }
}

fn halted(request: &TransferRequest, facts: &TransferFacts, refusals: &mut Vec<Refusal>) {
    if facts.token_paused {
        refusals.push(Refusal::Paused);
    }
    if facts.partition.paused {
        refusals.push(Refusal::PartitionPaused { partition: request.partition.to_string() });
    }
}

fn sendable(request: &TransferRequest, facts: &TransferFacts, refusals: &mut Vec<Refusal>) {
    let wallet = facts.sender_wallet;
    let (units, available, free) = (request.units.get(), wallet.balance.get(), wallet.free());
    if units > available {
        refusals.push(Refusal::InsufficientBalance { units, available });
    }
    if wallet.frozen > Units::ZERO && units > free {
        refusals.push(Refusal::FrozenUnits { units, free });
    }
    if let Some(until) = facts.partition.locked_until.filter(|until| facts.now < *until) {
        refusals.push(Refusal::Locked { until });
    }
}

fn eligible(facts: &TransferFacts, receiver: &Holder, refusals: &mut Vec<Refusal>) {
    if !facts.partition.countries.contains(&receiver.country) {
        refusals.push(Refusal::CountryNotAllowed { country: receiver.country });
    }
    if !facts.partition.classes.contains(&receiver.class) {
        refusals.push(Refusal::ClassNotAllowed { class: receiver.class });
    }
}

fn authorised(request: &TransferRequest, facts: &TransferFacts, refusals: &mut Vec<Refusal>) {
    let would_be = facts.partition.outstanding.get() + request.units.get();
    let limit = facts.partition.authorised.get();
    if matches!(request.movement, Movement::Issue { .. }) && would_be > limit {
        refusals.push(Refusal::AuthorisedSizeExceeded { would_be, limit });
    }
}

fn concentration(
    request: &TransferRequest,
    facts: &TransferFacts,
    receiver: &Holder,
    refusals: &mut Vec<Refusal>,
) {
    let giver = facts.sender.as_ref().filter(|_| request.movement.from().is_some());
    if giver.is_some_and(|giver| giver.identity == receiver.identity) {
        return;
    }
    let would_hold = receiver.units.get() + request.units.get();
    let limit = facts.partition.cap_units();
    if would_hold > limit {
        refusals.push(Refusal::CapExceeded { would_hold, limit });
    }
    let joins = receiver.units == Units::ZERO && request.units > Units::ZERO;
    let leaves = giver.is_some_and(|giver| giver.units == request.units);
    let would_be = facts.partition.holders + i64::from(joins) - i64::from(leaves);
    if let Some(limit) = facts.partition.holder_limit.filter(|limit| joins && would_be > *limit) {
        refusals.push(Refusal::TooManyHolders { would_be, limit });
    }
}

#[cfg(test)]
mod tests;

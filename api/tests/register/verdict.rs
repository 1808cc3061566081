//! The verdict of the engine in the words of the chain: the first of its refusals, with status byte and numbers.

use super::facts::{self, Way};
use super::model::Register;
use domain::Refusal;
use domain::refusal::Side;
use tokenizer::chain::{CallRefusal, RuleRefusal};

/// Every answer that a history must bring forth; what the engine does not decide is the register's.
pub(crate) const REASONS: [&str; 53] = [
    "OPERATOR",
    "ALLOWANCE",
    "NOT_ISSUABLE",
    "NOT_CONTROLLABLE",
    "PAUSED",
    "PARTITION_PAUSED",
    "SENDER_UNKNOWN",
    "RECEIVER_UNKNOWN",
    "FROZEN",
    "KYC_EXPIRED",
    "BALANCE",
    "HELD_UNITS",
    "FROZEN_UNITS",
    "LOCKED",
    "LOCKED_HOLDER",
    "COUNTRY",
    "CLASS",
    "AUTHORISED",
    "CAP_HOLDER",
    "HOLDER_COUNT",
    "SALE_WINDOW",
    "COSIGNATURE",
    "TRANSFER_LIMIT",
    "RELEASE",
    "MAX_HOLDING",
    "MIN_HOLDING",
    "CAP_POOL",
    "COUNTRY_COUNT",
    "CLASS_COUNT",
    "RECOVERED",
    "MissingRole",
    "OperationConsumed",
    "WalletUnknown",
    "AuthorisedOutOfRange",
    "WindowClosesFirst",
    "HolderRangeEmpty",
    "NotAllCounted",
    "HoldKnown",
    "HoldOver",
    "HoldExpired",
    "HoldNotExpired",
    "HoldToItsHolder",
    "HoldTooSmall",
    "NotTheNotary",
    "RecipientFixed",
    "SecretWrong",
    "WalletIsRecovered",
    "NotOneOwner",
    "RedemptionTermsDiffer",
    "RedemptionExceeded",
    "RedeemedAlready",
    "NotProRata",
    "RecordUnknown",
];

/// A refusal by a rule that the engine does not know, without numbers.
pub(crate) fn rule(status: u8, reason: &str) -> CallRefusal {
    numbered(status, reason, 0, 0)
}

pub(crate) fn numbered(status: u8, reason: &str, value: u128, limit: u128) -> CallRefusal {
    CallRefusal::Rule(RuleRefusal { status, reason: reason.to_owned(), value, limit })
}

/// What the engine says of a movement.
pub(crate) fn engine(register: &Register, partition: usize, way: Way, moved: i64) -> Vec<Refusal> {
    let request = facts::request(register, partition, way, moved);
    let facts = facts::facts(register, partition, way, moved);
    let mut refusals = compliance::judge(&request, &facts);
    // A transfer of no units is no story of the platform's; ERC-20 wants it to be one.
    refusals.retain(|refusal| *refusal != Refusal::NoUnits);
    refusals
}

/// The first refusal of a movement, in the words of the chain.
pub(crate) fn accepted(
    register: &Register,
    partition: usize,
    way: Way,
    moved: i64,
) -> Result<(), CallRefusal> {
    let refusals = engine(register, partition, way, moved);
    refusals.first().map_or(Ok(()), |refusal| Err(on_chain(refusal, register, partition)))
}

/// What binds the controller too: there must be units, somebody eligible to receive them, and no hold that keeps them.
/// The token asks for the hold last, and not when a wallet gives to itself.
pub(crate) fn forced(register: &Register, partition: usize, way: Way, moved: i64) -> Result<(), CallRefusal> {
    if register.renounced {
        return Err(rule(0x50, "NOT_CONTROLLABLE"));
    }
    let refusals = engine(register, partition, way, moved);
    let binds = |refusal: &&Refusal| {
        matches!(
            refusal,
            Refusal::InsufficientBalance { .. }
                | Refusal::Unknown { side: Side::Receiver }
                | Refusal::Frozen { side: Side::Receiver }
                | Refusal::CredentialExpired { side: Side::Receiver, .. }
        )
    };
    let held = || refusals.iter().find(|refusal| matches!(refusal, Refusal::HeldUnits { .. }));
    let held = || held().filter(|_| way.from() != way.to());
    let first = refusals.iter().find(binds).or_else(held);
    first.map_or(Ok(()), |refusal| Err(on_chain(refusal, register, partition)))
}

/// A refusal as the token spells it.
fn on_chain(refusal: &Refusal, register: &Register, partition: usize) -> CallRefusal {
    let rules = facts::rules(register, partition);
    let now = seconds(register.now);
    let (status, value, limit) = match refusal {
        Refusal::Paused | Refusal::PartitionPaused { .. } => (0x54, 0, 0),
        Refusal::PrimaryClosed => (0x50, 0, 0),
        Refusal::Unknown { side } | Refusal::Frozen { side } => (of_side(*side), 0, 0),
        Refusal::CredentialExpired { side, valid_until } => (of_side(*side), now, seconds(*valid_until)),
        Refusal::HeldUnits { units, free }
        | Refusal::FrozenUnits { units, free }
        | Refusal::NotReleased { units, free } => (0x55, number(*units), number(*free)),
        Refusal::Locked { until } | Refusal::WalletLocked { until } => (0x55, now, seconds(*until)),
        Refusal::CountryNotAllowed { country } => {
            (0x57, country.index().into(), mask(rules.countries.iter().map(|one| one.index())))
        }
        Refusal::ClassNotAllowed { class } => {
            (0x57, class.number().into(), mask(rules.classes.iter().map(|one| one.number())))
        }
        Refusal::CapExceeded { would_hold: value, limit }
        | Refusal::HoldingTooLarge { would_hold: value, limit }
        | Refusal::HoldingTooSmall { would_hold: value, limit }
        | Refusal::PoolCapExceeded { would_hold: value, limit }
        | Refusal::TooManyHolders { would_be: value, limit }
        | Refusal::TooManyOfCountry { would_be: value, limit }
        | Refusal::TooManyOfClass { would_be: value, limit }
        | Refusal::AuthorisedSizeExceeded { would_be: value, limit }
        | Refusal::TransferTooLarge { units: value, limit } => (0x50, number(*value), number(*limit)),
        Refusal::InsufficientBalance { units, available } => (0x52, number(*units), number(*available)),
        Refusal::OutsideSale { now, boundary } => (0x54, seconds(*now), seconds(*boundary)),
        Refusal::NotCosigned { now, until } => (0x50, seconds(*now), until.map_or(0, seconds)),
        Refusal::NoUnits => panic!("the token has no word for {refusal:?}"),
    };
    numbered(status, refusal.code(), value, limit)
}

const fn of_side(side: Side) -> u8 {
    match side {
        Side::Sender => 0x56,
        Side::Receiver => 0x57,
    }
}

/// A mask with a bit from the 129th on is shown as the largest number.
fn mask(bits: impl Iterator<Item = u8>) -> u128 {
    bits.fold(0, |mask, bit| mask | 1_u128.checked_shl(bit.into()).unwrap_or(u128::MAX))
}

fn number(number: i64) -> u128 {
    number.try_into().unwrap()
}

fn seconds(at: chrono::DateTime<chrono::Utc>) -> u128 {
    number(at.timestamp())
}

//! The verdict of the engine in the words of the chain: the first of its refusals, with status byte and numbers.

use super::model::Register;
use domain::Refusal;
use domain::refusal::Side;
use tokenizer::chain::{CallRefusal, RuleRefusal};

/// Every answer that a history must bring forth; what the engine does not decide is the register's.
pub(crate) const REASONS: [&str; 21] = [
    "OPERATOR",
    "NOT_ISSUABLE",
    "NOT_CONTROLLABLE",
    "PAUSED",
    "PARTITION_PAUSED",
    "SENDER_UNKNOWN",
    "RECEIVER_UNKNOWN",
    "FROZEN",
    "KYC_EXPIRED",
    "BALANCE",
    "FROZEN_UNITS",
    "LOCKED",
    "COUNTRY",
    "CLASS",
    "AUTHORISED",
    "CAP_HOLDER",
    "HOLDER_COUNT",
    "MissingRole",
    "OperationConsumed",
    "WalletUnknown",
    "AuthorisedOutOfRange",
];

/// A refusal by a rule that the engine does not know, without numbers.
pub(crate) fn rule(status: u8, reason: &str) -> CallRefusal {
    numbered(status, reason, 0, 0)
}

fn numbered(status: u8, reason: &str, value: u128, limit: u128) -> CallRefusal {
    CallRefusal::Rule(RuleRefusal { status, reason: reason.to_owned(), value, limit })
}

/// What the engine says of a movement: from nobody it is an issue, to nobody a redemption.
pub(crate) fn engine(
    register: &Register,
    partition: usize,
    from: Option<usize>,
    to: Option<usize>,
    moved: i64,
) -> Vec<Refusal> {
    let request = register.request(partition, from, to, moved);
    let mut refusals = compliance::judge(&request, &register.facts(partition, from, to));
    // A transfer of no units is no story of the platform's; ERC-20 wants it to be one.
    refusals.retain(|refusal| *refusal != Refusal::NoUnits);
    refusals
}

/// Whether a refusal binds the controller too: there must be units, and somebody eligible to receive them.
pub(crate) fn binds_the_controller(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::InsufficientBalance { .. }
            | Refusal::Unknown { side: Side::Receiver }
            | Refusal::Frozen { side: Side::Receiver }
            | Refusal::CredentialExpired { side: Side::Receiver, .. }
    )
}

/// A refusal as the token spells it.
pub(crate) fn on_chain(refusal: &Refusal, register: &Register, partition: usize) -> CallRefusal {
    let rules = register.rules(partition);
    let now = seconds(register.now);
    let (status, value, limit) = match refusal {
        Refusal::Paused | Refusal::PartitionPaused { .. } => (0x54, 0, 0),
        Refusal::Unknown { side } | Refusal::Frozen { side } => (of_side(*side), 0, 0),
        Refusal::CredentialExpired { side, valid_until } => (of_side(*side), now, seconds(*valid_until)),
        Refusal::FrozenUnits { units, free } => (0x55, number(*units), number(*free)),
        Refusal::Locked { until } => (0x55, now, seconds(*until)),
        Refusal::CountryNotAllowed { country } => {
            (0x57, country.index().into(), mask(rules.countries.iter().map(|one| one.index())))
        }
        Refusal::ClassNotAllowed { class } => {
            (0x57, class.number().into(), mask(rules.classes.iter().map(|one| one.number())))
        }
        Refusal::CapExceeded { would_hold, limit } => (0x50, number(*would_hold), number(*limit)),
        Refusal::TooManyHolders { would_be, limit } => (0x50, number(*would_be), number(*limit)),
        Refusal::InsufficientBalance { units, available } => (0x52, number(*units), number(*available)),
        Refusal::AuthorisedSizeExceeded { would_be, limit } => (0x50, number(*would_be), number(*limit)),
        other => panic!("the token has no word for {other:?}"),
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

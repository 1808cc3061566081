//! Why a contract says no, decoded from the data of its revert.

use super::{ChainError, words};
use alloy::{
    primitives::U256,
    sol_types::{SolError, SolInterface, decode_revert_reason},
    transports::{RpcError, TransportError},
};
use contracts::{
    CouponPayer::CouponPayerErrors,
    IdentityRegistry::IdentityRegistryErrors,
    PaymentToken::PaymentTokenErrors,
    SecurityToken::{SecurityTokenErrors, TransferRefused},
    reasons::{Reason, Status},
};
use domain::{Country, Refusal, party::InvestorClass, pool::PartitionName, refusal::Side};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a call is refused. It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallRefusal {
    /// A rule of the token, with its numbers.
    Rule(RuleRefusal),
    /// Another error of our contracts, such as `MissingRole` or `OperationConsumed`.
    Contract {
        /// The name of the error.
        error: String,
        /// The error with its arguments.
        detail: String,
    },
    /// A revert that our contracts do not make, or none at all: the words of the node.
    Other(String),
}

/// The `TransferRefused` of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRefusal {
    /// The status byte of the ERC-1400 text, from 0x50 to 0x58.
    pub status: u8,
    /// The registered reason, such as `CAP_HOLDER`.
    pub reason: String,
    /// The first number of the reason, such as the units that would be held.
    pub value: u128,
    /// The second number, such as the cap; a mask of countries that does not fit is given as the largest number.
    pub limit: u128,
}

impl RuleRefusal {
    pub(super) fn new(status: u8, reason: Reason, (value, limit): (U256, U256)) -> Self {
        let reason = reason.as_str().to_owned();
        Self { status, reason, value: value.saturating_to(), limit: limit.saturating_to() }
    }

    /// The same in the words of the rule engine, where it has them; `partition` names the one that was asked about.
    #[must_use]
    pub fn in_words_of_the_engine(&self, partition: &PartitionName) -> Option<Refusal> {
        let reason = Reason::ALL.iter().find(|reason| reason.as_str() == self.reason)?;
        let side = if self.status == Status::InvalidSender.byte() { Side::Sender } else { Side::Receiver };
        let number = |number: u128| i64::try_from(number).ok();
        let moment = |seconds: u128| words::moment(u64::try_from(seconds).ok()?);
        Some(match reason {
            Reason::NotIssuable => Refusal::PrimaryClosed,
            Reason::Paused => Refusal::Paused,
            Reason::PartitionPaused => Refusal::PartitionPaused { partition: partition.to_string() },
            Reason::SenderUnknown => Refusal::Unknown { side: Side::Sender },
            Reason::ReceiverUnknown => Refusal::Unknown { side: Side::Receiver },
            Reason::Frozen => Refusal::Frozen { side },
            Reason::KycExpired => Refusal::CredentialExpired { side, valid_until: moment(self.limit)? },
            Reason::Balance => {
                Refusal::InsufficientBalance { units: number(self.value)?, available: number(self.limit)? }
            }
            Reason::HeldUnits => Refusal::HeldUnits { units: number(self.value)?, free: number(self.limit)? },
            Reason::FrozenUnits => {
                Refusal::FrozenUnits { units: number(self.value)?, free: number(self.limit)? }
            }
            Reason::Locked => Refusal::Locked { until: moment(self.limit)? },
            Reason::LockedHolder => Refusal::WalletLocked { until: moment(self.limit)? },
            Reason::Country => Refusal::CountryNotAllowed {
                country: u8::try_from(self.value).ok().and_then(Country::from_index)?,
            },
            Reason::Class => Refusal::ClassNotAllowed {
                class: *InvestorClass::ALL.get(usize::try_from(self.value).ok()?)?,
            },
            Reason::Authorised => {
                Refusal::AuthorisedSizeExceeded { would_be: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::CapHolder => {
                Refusal::CapExceeded { would_hold: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::HolderCount => {
                Refusal::TooManyHolders { would_be: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::SaleWindow => {
                Refusal::OutsideSale { now: moment(self.value)?, boundary: moment(self.limit)? }
            }
            Reason::Cosignature => Refusal::NotCosigned {
                now: moment(self.value)?,
                until: moment(self.limit).filter(|_| self.limit != 0),
            },
            Reason::Release => Refusal::NotReleased { units: number(self.value)?, free: number(self.limit)? },
            Reason::TransferLimit => {
                Refusal::TransferTooLarge { units: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::MaxHolding => {
                Refusal::HoldingTooLarge { would_hold: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::MinHolding => {
                Refusal::HoldingTooSmall { would_hold: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::CapPool => {
                Refusal::PoolCapExceeded { would_hold: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::CountryCount => {
                Refusal::TooManyOfCountry { would_be: number(self.value)?, limit: number(self.limit)? }
            }
            Reason::ClassCount => {
                Refusal::TooManyOfClass { would_be: number(self.value)?, limit: number(self.limit)? }
            }
            // Who may act, and on what: nothing that the engine decides.
            Reason::PartitionUnknown
            | Reason::Operator
            | Reason::Allowance
            | Reason::NotControllable
            | Reason::Recovered => {
                return None;
            }
        })
    }
}

impl CallRefusal {
    /// The reason in one word: the registered one, the name of the error, or `REVERTED`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.reason,
            Self::Contract { error, .. } => error,
            Self::Other(_) => "REVERTED",
        }
    }

    /// Decodes the data of a revert.
    pub(super) fn decode(data: &[u8], message: &str) -> Self {
        if let Ok(refused) = TransferRefused::abi_decode(data)
            && let Some(reason) = Reason::from_word(refused.reason)
        {
            let numbers = (refused.value, refused.limit);
            return Self::Rule(RuleRefusal::new(refused.status.0[0], reason, numbers));
        }
        let named = decoded::<SecurityTokenErrors>(data)
            .or_else(|| decoded::<IdentityRegistryErrors>(data))
            .or_else(|| decoded::<CouponPayerErrors>(data))
            .or_else(|| decoded::<PaymentTokenErrors>(data));
        named.unwrap_or_else(|| Self::Other(decode_revert_reason(data).unwrap_or_else(|| message.to_owned())))
    }
}

/// One of the errors of a contract, told by its selector. The generated `Debug` is `Errors(Error { argument: value })`.
fn decoded<E: SolInterface + fmt::Debug>(data: &[u8]) -> Option<CallRefusal> {
    let error = E::abi_decode(data).ok()?;
    let shown = format!("{error:?}");
    let detail =
        shown.split_once('(').and_then(|(_, inner)| inner.strip_suffix(')')).unwrap_or(&shown).to_owned();
    let name = detail.split([' ', '(']).next().unwrap_or_default().to_owned();
    Some(CallRefusal::Contract { error: name, detail })
}

impl fmt::Display for CallRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(RuleRefusal { reason, value, limit, .. }) => {
                write!(f, "{reason} (value {value}, limit {limit})")
            }
            Self::Contract { detail, .. } => f.write_str(detail),
            Self::Other(message) => f.write_str(message),
        }
    }
}

/// Divides what a node answered to a trial into gas or result, refusal by the contract, and failure to ask.
pub(super) fn or_refusal<T>(tried: Result<T, TransportError>) -> Result<Result<T, CallRefusal>, ChainError> {
    match tried {
        Ok(value) => Ok(Ok(value)),
        Err(RpcError::ErrorResp(answer)) => match answer.as_revert_data() {
            Some(data) => Ok(Err(CallRefusal::decode(&data, &answer.message))),
            None if answer.message.to_lowercase().contains("insufficient funds") => {
                Err(ChainError::NoFunds(answer.message.into_owned()))
            }
            None if is_execution(&answer.message) => Ok(Err(CallRefusal::Other(answer.message.into_owned()))),
            None => Err(ChainError::Answer(answer.to_string())),
        },
        Err(error) => Err(error.into()),
    }
}

/// Whether the words speak of the call, not of the node: a revert without data, or all gas used up.
fn is_execution(message: &str) -> bool {
    let words = message.to_lowercase();
    ["revert", "outofgas", "out of gas", "gas required exceeds", "invalid opcode", "opcodenotfound"]
        .iter()
        .any(|word| words.contains(word))
}

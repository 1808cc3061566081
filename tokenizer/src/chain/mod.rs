//! The chain: an embedded development chain, and one client for it and for any other EVM network.
//!
//! What is offered outward is in the types of `domain`, plain bytes and types of this module: what speaks to the
//! chain elsewhere in the house never sees the library underneath.

#[cfg(feature = "chain-bare")]
mod bare;
mod call;
pub mod calls;
mod cash;
mod client;
mod contract_wallet;
mod decode;
pub mod embedded;
mod error;
mod events;
mod identity_word;
mod node_clock;
mod reads;
mod refusal;
mod roles;
mod signer;
mod words;

#[cfg(feature = "chain-bare")]
pub use bare::BareChain;
pub use call::{ChainCall, TooBig};
pub use cash::CouponBalance;
pub use client::{BlockRef, Broadcast, ChainClient, Outcome};
pub use contract_wallet::ContractSays;
pub use error::ChainError;
pub use events::{ChainEvent, LoggedEvent};
pub use reads::{PartitionState, RegisteredIdentity};
pub use refusal::{CallRefusal, RuleRefusal};
pub use roles::{AccountRoles, ContractRoles, TokenPowers};
pub use signer::{Fees, MAX_FEE_PER_GAS, MAX_GAS, Signed, Signer, gas_limit};

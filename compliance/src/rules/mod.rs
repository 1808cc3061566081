//! The rules of a partition: facts in, every refusal out, in the order in which the token checks them.

mod facts;
mod judge;

pub use facts::{Holder, Limits, Movement, Partition, SenderWallet, TransferFacts, TransferRequest};
pub use judge::judge;

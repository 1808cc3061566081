//! The rules of a partition: facts in, every refusal out, in the order in which the token checks them.

mod facts;
mod judge;
mod limits;

pub use facts::{Holder, Movement, Partition, SenderWallet, TransferFacts, TransferRequest};
pub use judge::judge;
pub use limits::{Count, Counts, Limits, PoolCap, ReleaseStep, kept_units};

//! What an asset earns and who gets it, asset intake, and the chain.

pub mod chain;
pub mod coupon;

//! What an asset earns and who gets it, asset intake, and the chain.

pub mod calendar;
pub mod chain;
pub mod coupon;
pub mod day_count;
pub mod entitlement;
pub mod intake;
pub mod pool;
pub mod schedule;

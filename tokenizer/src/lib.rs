//! What an asset earns and who gets it, asset intake, and the chain.

pub mod intake;
pub mod calendar;
pub mod day_count;
pub mod schedule;
pub mod coupon;
pub mod chain;

//! Says yes or no, and why: rules, screening.

pub mod rules;
pub mod screening;

pub use rules::{TransferFacts, TransferRequest, judge};

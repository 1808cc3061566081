//! Says yes or no, and why: rules, credentials, screening, the travel rule.

pub mod credential;
pub mod rules;
pub mod screening;
pub mod travel_rule;

pub use rules::{TransferFacts, TransferRequest, judge};

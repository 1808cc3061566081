//! Says yes or no, and why: rules, credentials, screening.

pub mod credential;
pub mod rules;
pub mod screening;

pub use rules::{TransferFacts, TransferRequest, judge};

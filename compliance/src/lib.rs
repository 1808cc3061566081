//! Says yes or no, and why: rules, credentials, screening.

pub mod rules;
pub mod credential;

pub use rules::{TransferFacts, TransferRequest, judge};

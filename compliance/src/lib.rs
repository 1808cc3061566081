//! compliance

pub mod credential;

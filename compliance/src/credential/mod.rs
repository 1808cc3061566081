//! Verifiable credentials that fail closed: one policy call over `ssi`, and the signing side of it.
//!
//! A library that verifies signatures says only that somebody signed something. [`CredentialPolicy`] asks
//! everything else as well: who may say so, until when, about whom, to whom and how recently.

mod binding;
mod claims;
mod data_integrity;
mod decision;
mod fetch;
mod input;
mod issue;
mod key;
mod policy;
mod present;
mod presentation;
mod sd_jwt;
mod signer;
mod statement;
mod token;
mod verify;

#[cfg(test)]
mod tests;

pub use claims::{Claims, CredentialSummary};
pub use decision::{Code, Decision, Reason};
pub use fetch::{Fetch, Fetched, Offline};
pub use issue::{NewCredential, issue};
pub use policy::{Algorithm, CredentialPolicy, Format, PolicyFile, TrustedIssuer};
pub use present::{NewPresentation, present};
pub use presentation::Expectation;
pub use signer::{SignError, SigningKey};

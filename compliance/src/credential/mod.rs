//! Verifiable credentials that fail closed: one policy call over `ssi`, and the signing side of it.
//!
//! A library that verifies signatures says only that somebody signed something. [`CredentialPolicy`] asks
//! everything else as well: who may say so, until when, about whom, to whom and how recently.

mod bind_wallet;
mod binding;
mod claims;
mod data_integrity;
mod decision;
mod fetch;
mod input;
mod issue;
mod key;
mod openid4vp;
mod policy;
mod present;
mod presentation;
mod schema;
mod sd_jwt;
mod sign_in;
mod signer;
mod statement;
mod status;
mod status_list;
mod token;
mod verify;
mod wallet;

#[cfg(test)]
mod tests;

pub use bind_wallet::{BindWallet, SignedBinding, sign_binding};
pub use claims::{Claims, CredentialSummary};
pub use decision::{Code, Decision, Reason};
pub use fetch::{Fetch, Fetched, Offline};
pub use issue::{NewCredential, issue};
pub use openid4vp::{CredentialQuery, PresentationRequest, PresentationResponse, sign_request};
pub use policy::{Algorithm, CredentialPolicy, Format, PolicyFile, TrustedIssuer};
pub use present::{NewPresentation, present};
pub use presentation::Expectation;
pub use sign_in::{SignInMessage, sign_in_question, verify_sign_in};
pub use signer::{SignError, SigningKey, did_document};
pub use status_list::{
    LIST_ENTRIES, NewStatusList, StatusEntry, StatusList, issue_status_list, issue_token_status_list,
};
pub use wallet::{ContractAnswer, ContractQuestion, ContractWallets, KeyWallets, WalletExpectation};

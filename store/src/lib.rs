//! Every SQL statement of the house: schema, rows, queries, outbox, jobs. Nothing is decided here.

mod database;
mod dialect;
mod error;
mod migrate;
mod row;
#[allow(missing_docs, reason = "columns are documented where the migrations create them")]
pub mod schema;

pub mod access;
pub mod idempotency;
pub mod audit;
pub mod settings;
pub mod jobs;
pub mod duties;
pub mod outbox;
pub mod projection;

pub mod investors;
pub mod wallet_proofs;
pub mod personal;
pub mod recoveries;
pub mod identities;
pub mod credentials;
pub mod wallet_requests;
pub mod issued_credentials;
pub mod screening;
pub mod cases;

pub mod imports;
pub mod invoices;
pub mod properties;
pub mod pools;
pub mod documents;

pub mod subscriptions;
pub mod allocations;
pub mod transfers;
pub mod holders;
pub mod holds;
pub mod wallet_freezes;
pub mod orders;
pub mod decisions;

pub mod ledger;
pub mod collections;
pub mod coupons;
pub mod entitlements;
pub mod redemptions;
pub mod breaks;

pub use database::{Store, Tx};
pub use error::{MayRetry, StoreError};
pub use migrate::{Migrated, SchemaState};

/// The most rows of one page of a listing.
pub const MAX_PAGE: i64 = 200;

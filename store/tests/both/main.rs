//! What the store promises, shown on SQLite and, beside a cluster, on PostgreSQL.

#![allow(unreachable_pub, reason = "a test exports nothing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod harness;

mod migrations;
mod twins;

mod audit;
mod duties;
mod idempotency;
mod jobs;
mod ledger;
mod orders;
mod outbox;
mod projection;
mod transactions;

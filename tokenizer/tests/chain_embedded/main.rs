//! The embedded chain by itself: what it answers, what it refuses, what it keeps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

mod blocks;
mod calls;
mod file;
mod ledger;
mod logs;
mod requests;
mod sending;

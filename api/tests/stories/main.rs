//! The stories of the house through HTTP, with the database and the chain that ship.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

#[allow(dead_code, reason = "each story takes what it needs")]
mod stage;
#[allow(dead_code, reason = "each story takes what it needs")]
mod market;
mod treasury;

mod assets;
mod onboarding;
mod sale_pages;
mod sessions;
mod parity;
mod register;
mod transfers;
mod collections;
mod coupons;
mod clock;

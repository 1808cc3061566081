//! The program that ships, as a process of its own: its demo, what it does with rubbish, and what it keeps to itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod house;
mod tables;

mod demo;
mod privacy;
mod rubbish;

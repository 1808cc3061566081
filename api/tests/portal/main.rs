//! The portal over HTTP: signing in, languages, forms, errors, and pages that are in order.

#![allow(unreachable_pub, reason = "a test exports nothing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod errors;
mod forms;
mod house;
mod in_order;
mod languages;
mod order;
mod parts;
mod session;

//! The stories of the house through HTTP, with the database and the chain that ship.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod cluster;
mod network;
#[allow(dead_code, reason = "each story takes what it needs")]
mod stage;
#[allow(dead_code, reason = "each story takes what it needs")]
mod treasury;
mod market;

#[path = "../portal/house.rs"]
#[allow(dead_code, unreachable_pub, reason = "the stories have a stage of their own and take the browser")]
mod house;

#[path = "../portal/in_order.rs"]
#[allow(unreachable_pub, reason = "the stories have a stage of their own and take the check")]
mod in_order;

mod assets;
mod office;
mod issued_credentials;
mod openid4vp;
mod sanctions_lists;
mod wallet_binding;
mod onboarding;
mod onboarding_pages;
mod money_pages;
mod sale_pages;
mod sessions;
mod parity;
mod register;
mod transfers;
mod collections;
mod coupons;
mod redemptions;
mod redemption_pages;
mod desk;
mod clock;
mod main_job;
mod reorganised;
mod sent_again;
mod fees;
mod anvil;

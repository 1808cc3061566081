//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod session;
pub mod account;
pub mod action;
pub mod decide;
pub mod facts;
pub mod hearing;
pub mod identity;
pub mod install;
pub mod issue_credential;
pub mod landing;
pub mod onboard;
pub mod personal;
pub mod present;
pub mod contract_roles;
pub mod credential_issuer;
pub mod openid4vp;
mod site;
pub mod sandbox_credential;
mod list_format;
pub mod screen;
pub mod rescreen;
pub mod screen_again;
pub mod clock;
pub mod close_books;
pub mod collect;
pub mod declare_coupon;
pub mod operate;
pub mod pay_coupon;
pub mod pay_owed;
pub mod payment_events;
pub mod reconcile;
pub mod sandbox;

pub mod import;
pub mod import_invoices;
pub mod import_rent_roll;
pub mod invoice;
pub mod property;
pub mod pool;
pub mod document;
pub mod tokenise;

pub mod wallet;
pub mod wallet_proof;
pub mod recover;
pub mod hold;
pub mod freeze_wallets;
pub mod rules;
pub mod distress;
pub mod mint;
pub mod register;
pub mod subscribe;
pub mod transfer;

pub mod allocate;
pub mod close_primary;
pub mod decisions;

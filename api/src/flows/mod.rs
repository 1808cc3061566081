//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod session;
pub mod decide;
pub mod facts;
pub mod hearing;
pub mod identity;
pub mod install;
pub mod landing;

pub mod import;
pub mod import_invoices;
pub mod import_rent_roll;
pub mod invoice;
pub mod property;
pub mod pool;
pub mod document;
pub mod tokenise;

pub mod onboard;
pub mod personal;
pub mod wallet;
pub mod present;
pub mod sandbox_credential;
pub mod screen;

pub mod subscribe;
pub mod allocate;
pub mod mint;
pub mod close_primary;
pub mod transfer;
pub mod register;
pub mod decisions;

pub mod collect;
pub mod declare_coupon;
pub mod close_books;
pub mod pay_coupon;
pub mod payment_events;
pub mod reconcile;
pub mod operate;
pub mod sandbox;
pub mod clock;

//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod hearing;
pub mod facts;
pub mod install;
pub mod landing;
pub mod session;
pub mod clock;
pub mod close_books;
pub mod collect;
pub mod declare_coupon;
pub mod pay_coupon;
pub mod payment_events;
pub mod reconcile;
pub mod sandbox;

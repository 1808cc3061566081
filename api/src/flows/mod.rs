//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod allocate;
pub mod close_primary;
pub mod decisions;
pub mod facts;
pub mod hearing;
pub mod identity;
pub mod install;
pub mod landing;
pub mod mint;
pub mod register;
pub mod session;
pub mod subscribe;
pub mod transfer;

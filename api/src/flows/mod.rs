//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod hearing;
pub mod identity;
pub mod install;
pub mod landing;
pub mod session;

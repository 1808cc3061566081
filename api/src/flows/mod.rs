//! The stories of the house, one file each, from top to bottom. Pages, API, jobs and command line all call these.

pub mod session;

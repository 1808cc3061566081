//! Who gets what of a coupon: the period, what the terms ask for, what cash allows, and each holder's part.

pub mod period;
pub mod share;
pub mod redemption;
pub mod waterfall;

pub use period::{Earning, PeriodError, Schedule};
pub use share::{Holder, Share, entitle};
pub use waterfall::{Claim, Plan, plan};

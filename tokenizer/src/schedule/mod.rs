//! What an instrument pays and when: dates, coupons, contracts, rounding. No float touches a figure.

pub mod actus;
pub mod coupon;
pub mod dates;
pub mod ndjson;
pub mod question;
pub mod reinvest;
pub mod residual;

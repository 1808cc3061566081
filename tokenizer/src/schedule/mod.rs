//! What an instrument pays and when: dates, coupons, contracts, rounding. No float touches a figure.

pub mod coupon;
pub mod dates;
pub mod question;

//! The words of the business: values that cannot be wrong, states, refusals. No I/O, no clock, no async.

pub mod asset;
pub mod country;
pub mod coupon;
pub mod ids;
pub mod invalid;
pub mod money;
pub mod party;
pub mod pool;
pub mod rate;
pub mod redemption;
pub mod refusal;
pub mod split;
pub mod status;
pub mod text;
pub mod units;

pub use country::Country;
pub use invalid::{Invalid, Invalids};
pub use money::{Currency, Money};
pub use rate::{BasisPoints, Rate};
pub use refusal::Refusal;
pub use split::split;
pub use units::Units;

//! Typed bindings of the committed contract artifacts, and the registered reasons of the token.

/// The payer of coupons.
pub mod coupon_payer;
/// The registry of wallets, owners and what the rules need to know of them.
pub mod identity_registry;
/// A waterfall by which partitions bear losses in a fixed order.
pub mod junior_first;
/// The demonstration payment token.
pub mod payment_token;
pub mod reasons;
/// A pool's security token; its interface includes the back office reached through the fallback.
pub mod security_token;
/// The code that tokens run for what is seldom asked or set; deployed once per chain.
pub mod security_token_back_office;

pub use coupon_payer::CouponPayer;
pub use identity_registry::IdentityRegistry;
pub use junior_first::JuniorFirst;
pub use payment_token::PaymentToken;
pub use security_token::SecurityToken;
pub use security_token_back_office::SecurityTokenBackOffice;

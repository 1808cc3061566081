//! What a contract has come to: the figures that events read and change.

use super::Moment;
use rust_decimal::Decimal;

/// The figures of a contract at one moment, signed from the side of the contract's creator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// Notional outstanding.
    pub notional: Decimal,
    /// Yearly rate as a fraction.
    pub rate: Decimal,
    /// Interest accrued and not yet paid.
    pub accrued: Decimal,
    /// What interest is counted on.
    pub base: Decimal,
    /// Fees accrued and not yet paid.
    pub fees: Decimal,
    /// Factor on principal payments.
    pub principal_scale: Decimal,
    /// Factor on interest payments.
    pub interest_scale: Decimal,
    /// The next payment of principal, or of principal and interest; without sign.
    pub payment: Decimal,
    /// What an exercise has fixed, for contracts that can be exercised.
    pub exercise: Option<Exercise>,
}

/// What an exercise has fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exercise {
    /// When it happened; nothing before it.
    pub at: Option<Moment>,
    /// The amount to be settled.
    pub amount: Decimal,
}

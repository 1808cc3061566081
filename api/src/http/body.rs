//! Values of the business as they stand in JSON.

use domain::Money;
use serde::Serialize;
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyBody {
    /// Minor units: 12,345.67 EUR is 1234567.
    #[schema(example = 1_234_567)]
    pub minor: i64,
    /// The currency of ISO 4217.
    #[schema(example = "EUR")]
    pub currency: &'static str,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency.code() }
    }
}

//! Refusals as API and audit log tell them: the code that the chain has too, the numbers, and a sentence.

use domain::Refusal;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One reason against something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reason {
    /// The registered code, the same as on chain.
    #[schema(example = "CAP_HOLDER")]
    pub code: &'static str,
    /// The reason as a sentence.
    #[schema(example = "the holder would hold 50001 units, the cap is 50000")]
    pub message: String,
    /// Its numbers by name, such as `would_hold` and `limit`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub numbers: Map<String, Value>,
}

impl From<&Refusal> for Reason {
    fn from(refusal: &Refusal) -> Self {
        let mut numbers = match serde_json::to_value(refusal) {
            Ok(Value::Object(numbers)) => numbers,
            _ => Map::new(),
        };
        numbers.remove("code");
        Self { code: refusal.code(), message: refusal.to_string(), numbers }
    }
}

/// All reasons, in their order.
#[must_use]
pub fn reasons(refusals: &[Refusal]) -> Vec<Reason> {
    refusals.iter().map(Reason::from).collect()
}

/// Reasons that a row keeps as JSON.
///
/// # Errors
/// When they cannot be read.
pub fn stored(json: &str) -> Result<Vec<Reason>, crate::error::AppError> {
    let refusals: Vec<Refusal> = serde_json::from_str(json).map_err(crate::error::AppError::internal)?;
    Ok(reasons(&refusals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::refusal::Side;

    #[test]
    fn the_code_is_the_one_on_chain_and_the_numbers_have_names() {
        let told = serde_json::to_value(reasons(&[
            Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 },
            Refusal::Unknown { side: Side::Receiver },
        ]));
        let expected = serde_json::json!([
            { "code": "CAP_HOLDER", "message": "the holder would hold 50001 units, the cap is 50000",
              "would_hold": 50_001, "limit": 50_000 },
            { "code": "RECEIVER_UNKNOWN", "side": "receiver",
              "message": "the receiver is not on the register of eligible persons" },
        ]);
        assert_eq!(told.unwrap(), expected);
    }
}

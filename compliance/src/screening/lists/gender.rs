//! The gender of a person, as lists and customers state it.

use domain::Invalid;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What lists tell apart. Whatever else is stated is unknown here, and what is unknown speaks against nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// `female` or `F`.
    Female,
    /// `male` or `M`.
    Male,
}

impl FromStr for Gender {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.trim().to_ascii_lowercase().as_str() {
            "female" | "f" => Ok(Self::Female),
            "male" | "m" => Ok(Self::Male),
            _ => Err(Invalid::new("gender", text, "female or male, F or M")),
        }
    }
}

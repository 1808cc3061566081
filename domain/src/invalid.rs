//! What is wrong with a value that came from outside: the field, the value and the limit, all at once.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest value that is repeated in an error; what is longer is cut, so that an error stays readable.
pub const MAX_SHOWN_VALUE: usize = 80;

/// One value that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// The field as it is named in JSON, the form and the CSV header.
    pub field: String,
    /// The value that was given, cut after [`MAX_SHOWN_VALUE`] characters. Empty for secrets and personal data.
    pub value: String,
    /// What would have been accepted, as a sentence with its number.
    pub limit: String,
}

impl Invalid {
    /// Names the field, the value and the limit.
    pub fn new(field: impl Into<String>, value: impl fmt::Display, limit: impl Into<String>) -> Self {
        let value = value.to_string().chars().take(MAX_SHOWN_VALUE).collect();
        Self { field: field.into(), value, limit: limit.into() }
    }

    /// The same finding under another field name, for values that are parsed inside a larger form.
    #[must_use]
    pub fn named(self, field: impl Into<String>) -> Self {
        Self { field: field.into(), ..self }
    }

    /// The same finding about a value that is secret or personal: it is not repeated.
    #[must_use]
    pub fn unseen(self) -> Self {
        Self { value: String::new(), ..self }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: \"{}\" is not accepted: {}", self.field, self.value, self.limit)
    }
}

impl std::error::Error for Invalid {}

/// Everything that is wrong with one input, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalids(pub Vec<Invalid>);

impl Invalids {
    /// Keeps the finding of a failed parse and goes on with the next field.
    pub fn check<T>(&mut self, parsed: Result<T, Invalid>) -> Option<T> {
        parsed.map_err(|invalid| self.0.push(invalid)).ok()
    }

    /// Adds a finding.
    pub fn push(&mut self, invalid: Invalid) {
        self.0.push(invalid);
    }

    /// `Ok` when nothing was found.
    ///
    /// # Errors
    /// All findings, when there is one or more.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Invalid> for Invalids {
    fn from(invalid: Invalid) -> Self {
        Self(vec![invalid])
    }
}

impl fmt::Display for Invalids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, invalid) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            invalid.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalids {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_is_kept_in_order() {
        let mut found = Invalids::default();
        assert_eq!(found.check::<u8>(Err(Invalid::new("units", -1, "at least 1"))), None);
        assert_eq!(found.check(Ok(7)), Some(7));
        found.push(Invalid::new("name", "", "1 to 120 characters"));
        let text = found.into_result().unwrap_err().to_string();
        assert_eq!(
            text,
            "units: \"-1\" is not accepted: at least 1; name: \"\" is not accepted: 1 to 120 characters"
        );
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(Invalid::new("name", "x".repeat(1_000), "").value.len(), MAX_SHOWN_VALUE);
    }
}

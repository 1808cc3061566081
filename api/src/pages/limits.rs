//! What is wrong with a value, in the reader's language.

use super::texts::Locale;
use domain::Invalid;

/// The sentence for a finding: what would have been accepted, and what was given when it was something.
#[must_use]
pub fn sentence(invalid: &Invalid, locale: Locale) -> String {
    let limit = &invalid.limit;
    if invalid.value.is_empty() {
        locale.text("invalid-blank", &[("limit", limit)])
    } else {
        locale.text("invalid-value", &[("value", &invalid.value), ("limit", limit)])
    }
}

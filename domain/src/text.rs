//! Bounded text: what people type, trimmed and within a limit.

use crate::Invalid;

/// The most characters of a name of a person, company, pool or place.
pub const MAX_NAME: usize = 140;
/// The most characters of an external id, an invoice number or a reference.
pub const MAX_REFERENCE: usize = 80;
/// The most characters of a reason or a note.
pub const MAX_NOTE: usize = 2_000;

/// Trimmed text of 1 to `longest` characters without control characters.
///
/// # Errors
/// When it is empty, too long or holds a control character.
pub fn bounded(field: &str, text: &str, longest: usize) -> Result<String, Invalid> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > longest || trimmed.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Invalid::new(
            field,
            trimmed,
            format!("1 to {longest} characters, no control characters"),
        ));
    }
    Ok(trimmed.to_owned())
}

/// As [`bounded`], where nothing is an answer too.
///
/// # Errors
/// As [`bounded`], for text that is not blank.
pub fn optional(field: &str, text: Option<&str>, longest: usize) -> Result<Option<String>, Invalid> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => bounded(field, text, longest).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_a_beginning_and_an_end() {
        assert_eq!(bounded("name", "  Anna \n", MAX_NAME).unwrap(), "Anna");
        assert_eq!(optional("note", Some("  "), MAX_NOTE).unwrap(), None);
        for text in ["", "   ", "a\u{0}b", &"x".repeat(MAX_NAME + 1)] {
            assert_eq!(bounded("name", text, MAX_NAME).unwrap_err().field, "name");
        }
    }
}

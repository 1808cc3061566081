//! Addresses inside the portal: where to go next, and how a text becomes part of a query.

/// A path of this portal to go to, or `/`: never another site, whatever a link says.
#[must_use]
pub fn local(next: Option<&str>) -> String {
    let path = next.unwrap_or("/");
    // Browsers read `//host` and `/\host` as another site, and skip control characters.
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| c == '\\' || c.is_control() || c == ' ');
    if plain { path.to_owned() } else { "/".to_owned() }
}

/// A text as the value of a query (percent-encoded but for the unreserved characters of RFC 3986).
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_portal_are_gone_to() {
        for (next, path) in [
            (Some("/pools?after=1"), "/pools?after=1"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/\t/evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some(""), "/"),
            (None, "/"),
        ] {
            assert_eq!(local(next), path, "{next:?}");
        }
    }

    #[test]
    fn a_text_stays_one_value_of_a_query() {
        assert_eq!(escaped("/pools?a=b&c=d e"), "/pools%3Fa%3Db%26c%3Dd%20e");
        assert_eq!(escaped("债"), "%E5%80%BA");
    }
}

//! Countries as lists and customers write them.

use domain::Country;
use std::{collections::HashMap, sync::LazyLock};

/// The country of a two-letter code in any case, or of an English name in use; nothing when it is neither.
#[must_use]
pub fn country_named(text: &str) -> Option<Country> {
    let name = plain(text);
    if name.len() == 2 {
        return name.to_ascii_uppercase().parse().ok();
    }
    NAMES.get(&name).copied()
}

static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let standard =
        (1..=u8::MAX).filter_map(Country::from_index).map(|country| (plain(country.name()), country));
    let others = OTHER_NAMES.iter().filter_map(|(name, code)| Some(((*name).to_owned(), code.parse().ok()?)));
    standard.chain(others).collect()
});

/// Lower-case letters and single spaces, without what stands in parentheses.
fn plain(text: &str) -> String {
    let text = text.split('(').next().unwrap_or_default();
    let folded = any_ascii::any_ascii(text).to_ascii_lowercase();
    let words: String = folded.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().filter(|word| *word != "the").collect::<Vec<_>>().join(" ")
}

/// Names that are not the standard's.
const OTHER_NAMES: [(&str, &str); 63] = [
    ("russia", "RU"),
    ("russian federation", "RU"),
    ("iran", "IR"),
    ("islamic republic of iran", "IR"),
    ("iran islamic republic of", "IR"),
    ("syria", "SY"),
    ("syrian arab republic", "SY"),
    ("north korea", "KP"),
    ("korea north", "KP"),
    ("dprk", "KP"),
    ("democratic peoples republic of korea", "KP"),
    ("democratic people s republic of korea", "KP"),
    ("south korea", "KR"),
    ("korea south", "KR"),
    ("republic of korea", "KR"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("united kingdom", "GB"),
    ("united kingdom of great britain and northern ireland", "GB"),
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("vietnam", "VN"),
    ("viet nam", "VN"),
    ("laos", "LA"),
    ("bolivia", "BO"),
    ("venezuela", "VE"),
    ("tanzania", "TZ"),
    ("united republic of tanzania", "TZ"),
    ("moldova", "MD"),
    ("taiwan", "TW"),
    ("brunei", "BN"),
    ("burma", "MM"),
    ("macau", "MO"),
    ("cape verde", "CV"),
    ("czech republic", "CZ"),
    ("czechia", "CZ"),
    ("macedonia", "MK"),
    ("north macedonia", "MK"),
    ("swaziland", "SZ"),
    ("turkey", "TR"),
    ("turkiye", "TR"),
    ("ivory coast", "CI"),
    ("cote d ivoire", "CI"),
    ("congo democratic republic of", "CD"),
    ("democratic republic of congo", "CD"),
    ("congo republic of", "CG"),
    ("congo", "CG"),
    ("korea", "KR"),
    ("republic of congo", "CG"),
    ("palestinian", "PS"),
    ("palestine", "PS"),
    ("west bank", "PS"),
    ("gaza", "PS"),
    ("state of palestine", "PS"),
    ("vatican city", "VA"),
    ("bahamas", "BS"),
    ("gambia", "GM"),
    ("micronesia", "FM"),
    ("east timor", "TL"),
    ("people s republic of china", "CN"),
    ("netherlands", "NL"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_code_and_by_the_names_in_use() {
        for (text, code) in [
            ("kp", "KP"),
            ("DE", "DE"),
            ("Germany", "DE"),
            ("Democratic Republic of the Congo", "CD"),
            ("The Gambia", "GM"),
            ("Korea, North", "KP"),
            ("Democratic People’s Republic of Korea", "KP"),
            ("Russian Federation", "RU"),
            ("Côte d'Ivoire", "CI"),
        ] {
            assert_eq!(country_named(text).map(Country::code), Some(code), "{text}");
        }
        for text in ["", "xx", "undetermined", "Atlantis"] {
            assert_eq!(country_named(text), None, "{text}");
        }
    }
}

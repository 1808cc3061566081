//! Countries of ISO 3166-1, with a fixed index for the 256-bit masks on chain.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The codes of ISO 3166-1 alpha-2. A country's place in this list, counted from 1, is its index on chain,
/// so the order never changes: a new country is appended.
#[rustfmt::skip]
const CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
    "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
    "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
    "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
    "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
    "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
    "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

/// A country of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(u8);

impl Country {
    /// The index on chain, from 1 to 249. Zero means "no country" there.
    #[must_use]
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The country at an index on chain.
    #[must_use]
    pub fn from_index(index: u8) -> Option<Self> {
        (index > 0 && usize::from(index) <= CODES.len()).then_some(Self(index))
    }

    /// The two-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CODES[usize::from(self.0) - 1]
    }

    /// The short English name of ISO 3166-1.
    #[must_use]
    pub fn name(self) -> &'static str {
        rust_iso3166::from_alpha2(self.code()).map_or(self.code(), |country| country.name)
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let code = text.trim();
        CODES.iter().zip(1..).find_map(|(known, index)| (*known == code).then_some(Self(index))).ok_or_else(
            || Invalid::new("country", text, "a two-letter country code of ISO 3166-1, such as DE"),
        )
    }
}

impl TryFrom<String> for Country {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_on_chain_never_changes() {
        for (code, index) in [("AD", 1), ("DE", 57), ("SG", 198), ("US", 233), ("ZW", 249)] {
            let country: Country = code.parse().unwrap();
            assert_eq!(country.index(), index, "{code}");
            assert_eq!(Country::from_index(index), Some(country));
        }
        assert_eq!(Country::from_index(0), None);
        assert_eq!(Country::from_index(250), None);
    }

    #[test]
    fn only_codes_of_the_standard_are_countries() {
        for text in ["XX", "de", "DEU", ""] {
            assert_eq!(text.parse::<Country>().unwrap_err().field, "country");
        }
        assert_eq!("DE".parse::<Country>().unwrap().name(), "Germany");
    }
}

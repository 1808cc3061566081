//! What a date of birth and a country add to or take from the likeness of names. What is unknown changes nothing.

use super::{
    lists::{Birth, ListEntry},
    name::Kind,
    score::FULL,
    search::Query,
};
use serde::{Deserialize, Serialize};

/// The most that qualifiers add: they confirm a name and never make one.
pub(crate) const MOST_GAINED: i32 = 25;
/// Lists are a year or two wrong about births often enough.
const TOLERATED_YEARS: i32 = 2;

/// A score and what changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualified {
    /// The score of the names.
    pub name: i32,
    /// Thousandths for the date of birth, below 0 when it speaks against.
    pub birth: i32,
    /// Thousandths for the country, below 0 when it speaks against.
    pub country: i32,
    /// The score of the whole, from 0 to 1,000.
    pub score: i32,
}

pub(crate) fn qualified(name: i32, query: &Query, entry: &ListEntry) -> Qualified {
    let birth = query.dob.map_or(0, |dob| birth(dob, entry));
    let country = match query.country {
        Some(country) if !entry.countries.is_empty() => {
            if entry.countries.contains(&country) {
                5
            } else {
                -40
            }
        }
        _ => 0,
    };
    Qualified { name, birth, country, score: (name + birth + country).clamp(0, FULL) }
}

fn birth(dob: Birth, entry: &ListEntry) -> i32 {
    if entry.kind != Kind::Person || entry.births.is_empty() {
        return 0;
    }
    let same_day = entry.births.iter().any(|listed| listed.is_same_day(dob));
    let apart = entry.births.iter().map(|listed| listed.years_apart(dob)).min().unwrap_or(0);
    match apart {
        _ if same_day => 20,
        0 => 5,
        1..=TOLERATED_YEARS => -20,
        3..=5 => -120,
        _ => -250,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(births: &[&str], countries: &[&str]) -> ListEntry {
        ListEntry {
            id: "1".into(),
            kind: Kind::Person,
            names: vec!["A B".into()],
            births: births.iter().map(|date| date.parse().unwrap()).collect(),
            countries: countries.iter().map(|code| code.parse().unwrap()).collect(),
            wallets: vec![],
        }
    }

    fn changes(dob: Option<&str>, country: Option<&str>, entry: &ListEntry) -> (i32, i32, i32) {
        let query = Query {
            name: String::new(),
            dob: dob.map(|date| date.parse().unwrap()),
            country: country.map(|code| code.parse().unwrap()),
            kind: None,
        };
        let Qualified { birth, country, score, .. } = qualified(900, &query, entry);
        (birth, country, score)
    }

    #[test]
    fn what_is_unknown_on_either_side_changes_nothing() {
        assert_eq!(changes(None, None, &entry(&["1960"], &["LY"])), (0, 0, 900));
        assert_eq!(changes(Some("1960"), Some("LY"), &entry(&[], &[])), (0, 0, 900));
    }

    #[test]
    fn a_date_speaks_for_and_against_by_how_far_it_is() {
        let listed = entry(&["1960-04-12", "1971"], &["LY"]);
        for (dob, birth) in [
            ("1960-04-12", 20),
            ("1960-12-04", 20),
            ("1960-04-13", 5),
            ("1971-01-01", 5),
            ("1973", -20),
            ("1976", -120),
            ("1990", -250),
        ] {
            assert_eq!(changes(Some(dob), None, &listed), (birth, 0, 900 + birth), "{dob}");
        }
        assert_eq!(changes(None, Some("DE"), &listed), (0, -40, 860));
        assert_eq!(changes(Some("1960-04-12"), Some("LY"), &listed), (20, 5, 925));
    }
}

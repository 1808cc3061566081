//! What a date of birth, a country and a gender add to or take from the likeness of names. What is unknown changes nothing.

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

/// Between a wrong country and a wrong decade: a gender is noted wrongly now and then, and guessed from names.
const OTHER_GENDER: i32 = -80;

/// A score and what changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualified {
    /// The score of the names.
    pub name: i32,
    /// Thousandths for the date of birth, below 0 when it speaks against.
    pub birth: i32,
    /// Thousandths for the country, below 0 when it speaks against.
    pub country: i32,
    /// Thousandths for the gender, below 0 when it speaks against. The same gender confirms nothing: half of all people
    /// share it.
    #[serde(default)]
    pub gender: i32,
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
    let gender = match query.gender {
        Some(gender) if entry.kind == Kind::Person && !entry.genders.is_empty() => {
            if entry.genders.contains(&gender) { 0 } else { OTHER_GENDER }
        }
        _ => 0,
    };
    let score = (name + birth + country + gender).clamp(0, FULL);
    Qualified { name, birth, country, gender, score }
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
            genders: vec![],
            wallets: vec![],
        }
    }

    fn changes(dob: Option<&str>, country: Option<&str>, entry: &ListEntry) -> (i32, i32, i32) {
        let query = Query {
            name: String::new(),
            dob: dob.map(|date| date.parse().unwrap()),
            country: country.map(|code| code.parse().unwrap()),
            gender: None,
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
    fn another_gender_speaks_against_and_an_unknown_one_does_not() {
        use crate::screening::lists::Gender::{Female, Male};
        let listed = |genders: &[_]| ListEntry { genders: genders.to_vec(), ..entry(&[], &[]) };
        for (said, genders, gender) in [
            (None, vec![Male], 0),
            (Some(Female), vec![], 0),
            (Some(Female), vec![Female], 0),
            (Some(Female), vec![Male, Female], 0),
            (Some(Female), vec![Male], -80),
            (Some(Male), vec![Female], -80),
        ] {
            let query = Query { name: String::new(), dob: None, country: None, gender: said, kind: None };
            let changed = qualified(900, &query, &listed(&genders));
            assert_eq!((changed.gender, changed.score), (gender, 900 + gender), "{said:?} {genders:?}");
            let company = ListEntry { kind: Kind::Organization, ..listed(&genders) };
            assert_eq!(qualified(900, &query, &company).gender, 0);
        }
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

//! What is kept of a screening, so that it can be done again to the bit years later.

use super::{
    explain::Hit,
    index::{Index, ListVersion},
    lists::sha256,
    name::Kind,
    score::{self, HIT_THRESHOLD, THRESHOLD},
    search::Query,
    words,
};
use serde::{Deserialize, Serialize};

/// A screening with all that it depended on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Who was screened, and what was known of them.
    pub query: Query,
    /// The lists in their versions.
    pub lists: Vec<ListVersion>,
    /// [`configuration_hash`] at that time.
    pub configuration: String,
    /// What was found, best first.
    pub hits: Vec<Hit>,
}

impl Index {
    /// Screens a customer and keeps what the answer depended on.
    #[must_use]
    pub fn record(&self, query: Query) -> Record {
        let hits = self.screen(&query);
        Record { query, lists: self.lists().to_vec(), configuration: configuration_hash(), hits }
    }
}

/// SHA-256 of the weights, thresholds and words that scores depend on, and of the version of the program that holds the
/// rest, in hexadecimal.
#[must_use]
pub fn configuration_hash() -> String {
    let models = [Kind::Person, Kind::Organization].map(|kind| {
        let model = score::model(kind);
        format!("{:?} {}", model.weights, model.base)
    });
    let thresholds = format!("{THRESHOLD} {HIT_THRESHOLD}");
    let words = words::everything();
    let parts = [&models[0], &models[1], &thresholds, &words, env!("CARGO_PKG_VERSION")];
    sha256(&parts.map(str::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::{TEMPLATE, parse_operator};

    #[test]
    fn a_record_says_all_that_it_takes_to_do_it_again() {
        let list = || parse_operator("own", "7", TEMPLATE.as_bytes()).unwrap();
        let query = Query {
            name: "DOE, Jane".into(),
            dob: "1970-01-31".parse().ok(),
            country: None,
            gender: None,
            kind: None,
        };
        let record = Index::build(vec![list()]).record(query);
        assert_eq!((record.lists[0].version.as_str(), record.hits[0].score), ("7", 1_000));

        let kept: Record = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        let again = Index::build(vec![list()]).record(kept.query.clone());
        assert_eq!(again, kept);
        assert_eq!(record.configuration.len(), 64);

        // A record from before genders were known.
        let mut older = serde_json::to_value(&record).unwrap();
        assert!(older["query"].get("gender").is_none());
        older["hits"][0]["why"]["qualified"].as_object_mut().unwrap().remove("gender").unwrap();
        assert_eq!(serde_json::from_value::<Record>(older).unwrap(), record);
    }
}

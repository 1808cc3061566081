//! Lists of names to screen against: what an entry is, and the formats they come in.

mod country;
mod date;
mod eu;
mod gender;
mod ofac;
mod operator;
mod uk;
mod un;
mod xml;

pub use country::country_named;
pub use date::Birth;
pub use eu::parse_eu;
pub use gender::Gender;
pub use ofac::{OfacFiles, parse_ofac};
pub use operator::{TEMPLATE, parse_operator};
pub use uk::{parse_uk_csv, parse_uk_xml};
pub use un::parse_un;

use super::name::Kind;
use domain::Country;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The largest list file that is read: ten times the largest list in use.
pub const MAX_LIST_BYTES: u64 = 1 << 30;

/// Someone or something on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// The id within its list, which stays when the entry changes.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The primary name first, then aliases and the name in its original script.
    pub names: Vec<String>,
    /// Dates of birth, where a list gives several they are alternatives.
    pub births: Vec<Birth>,
    /// Countries of nationality, birth or address.
    pub countries: Vec<Country>,
    /// The gender; where a list states several they are alternatives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genders: Vec<Gender>,
    /// Addresses of digital currencies, as written.
    pub wallets: Vec<String>,
}

impl ListEntry {
    /// An entry of which nothing is known but what it is.
    pub(crate) fn new(id: &str, kind: Kind) -> Self {
        let id = id.to_owned();
        Self { id, kind, names: vec![], births: vec![], countries: vec![], genders: vec![], wallets: vec![] }
    }

    /// Adds the gender that a text states, if it states one.
    fn add_gender(&mut self, text: &str) {
        text.parse().into_iter().for_each(|gender| push_new(&mut self.genders, gender));
    }

    /// Adds the country that a text names, if it names one.
    fn add_country(&mut self, text: &str) {
        country_named(text).into_iter().for_each(|country| push_new(&mut self.countries, country));
    }
}

/// A list as it was on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// What the list is called in hits, as `ofac-sdn`.
    pub name: String,
    /// The version its publisher gives, or the day it was fetched.
    pub version: String,
    /// SHA-256 of the files it was read from, in hexadecimal.
    pub sha256: String,
    /// Its entries, in the order of the files.
    pub entries: Vec<ListEntry>,
}

/// Why a list cannot be used. Nothing of it is: a list with holes looks like a list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A CSV file could not be read.
    #[error("{file}: not a readable CSV file")]
    Csv {
        /// Which file of the list.
        file: String,
        /// The cause.
        #[source]
        source: csv::Error,
    },
    /// The XML file could not be read.
    #[error("not a readable XML file")]
    Xml(#[from] quick_xml::Error),
    /// A row lacks what it must have.
    #[error("{file}, row {row}: {reason}")]
    Row {
        /// Which file of the list.
        file: String,
        /// The row, counted from 1.
        row: usize,
        /// What is wrong.
        reason: String,
    },
    /// The file is readable and has nothing on it: more likely the wrong file than an empty list.
    #[error("no entry found: is it the right file?")]
    Empty,
}

/// The list that was read from one file, `unknown` where its publisher gives no version.
///
/// # Errors
/// When an entry has no id or no name, or there is none: nothing of a list with holes is used.
fn finished(name: &str, version: &str, bytes: &[u8], entries: Vec<ListEntry>) -> Result<List, ListError> {
    if let Some(at) = entries.iter().position(|entry| entry.id.is_empty() || entry.names.is_empty()) {
        let reason = "an entry without an id or a name".to_owned();
        return Err(ListError::Row { file: name.into(), row: at + 1, reason });
    }
    if entries.is_empty() {
        return Err(ListError::Empty);
    }
    let version = if version.is_empty() { "unknown" } else { version };
    Ok(List { name: name.into(), version: version.into(), sha256: sha256(&[bytes]), entries })
}

/// SHA-256 of several files, each preceded by its length, in hexadecimal.
pub(crate) fn sha256(files: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update((file.len() as u64).to_be_bytes());
        hash.update(file);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds a value that is not there yet.
pub(crate) fn push_new<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if !values.contains(&value) {
        values.push(value);
    }
}

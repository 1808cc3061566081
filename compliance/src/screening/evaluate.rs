//! How good the screening is, measured on a folder of lists and labelled names.

mod table;

pub use table::{Row, measure};

use super::{
    index::Index,
    lists::{List, ListError, OfacFiles, country_named, parse_ofac, parse_un},
    name::Kind,
    pairs::pair_score,
    score::{FULL, THRESHOLD},
    search::Query,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A file could not be read.
    #[error("{path}: cannot be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A list could not be read.
    #[error(transparent)]
    List(#[from] ListError),
    /// Names could not be read.
    #[error("not a readable CSV file")]
    Csv(#[from] csv::Error),
}

/// The files of a folder, as far as they are there.
#[derive(Debug)]
pub struct Folder {
    /// The lists: OFAC SDN, OFAC consolidated, UN.
    pub lists: Vec<List>,
    /// Two names and whether they are the same, by group.
    pub pairs: Vec<LabelledPair>,
    /// Customers who are on no list, by the name of their file.
    pub clean: Vec<(String, Vec<Query>)>,
    /// Customers who are, with the primary name they must be found under.
    pub listed: Vec<(Query, String)>,
}

/// Two names that were labelled by hand or by a list.
#[derive(Debug, Clone)]
pub struct LabelledPair {
    /// Where it comes from.
    pub group: String,
    /// `Person`, `Company` and so on.
    pub schema: String,
    /// One name.
    pub name_a: String,
    /// The other.
    pub name_b: String,
    /// Whether they are the same.
    pub same: bool,
}

/// A share of cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Cases for which it holds.
    pub part: usize,
    /// All cases.
    pub whole: usize,
}

impl std::fmt::Display for Share {
    /// In percent with two decimals.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.part * 10_000 + self.whole / 2).checked_div(self.whole).unwrap_or(0);
        write!(f, "{}.{:02}% ({} of {})", hundredths / 100, hundredths % 100, self.part, self.whole)
    }
}

/// Reads the folder: `ofac*/`, `us_other/`, `un/` and `pairs/{pairs,negatives,un_search}_*.csv`.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn read_folder(folder: &Path) -> Result<Folder, EvaluateError> {
    let mut read = Folder { lists: read_lists(folder)?, pairs: vec![], clean: vec![], listed: vec![] };
    for path in files(&folder.join("pairs"))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let rows = rows(&path)?;
        let text = |row: &Cells, column: &str| row.get(column).cloned().unwrap_or_default();
        let query = |row: &Cells, name: &str| Query {
            name: text(row, name),
            dob: row.get("dob").or(row.get("date_of_birth")).and_then(|date| date.parse().ok()),
            country: country_named(&text(row, "nationality")),
            gender: None,
            kind: Some(Kind::Person),
        };
        if name.starts_with("pairs") {
            read.pairs.extend(rows.iter().map(|row| LabelledPair {
                group: text(row, "group"),
                schema: text(row, "schema"),
                name_a: text(row, "name_a"),
                name_b: text(row, "name_b"),
                same: text(row, "same") == "true",
            }));
        } else if name.starts_with("negatives") {
            read.clean.push((name, rows.iter().map(|row| query(row, "full_name")).collect()));
        } else if name.starts_with("un_search") {
            read.listed.extend(rows.iter().map(|row| (query(row, "query"), text(row, "truth"))));
        }
    }
    Ok(read)
}

type Cells = std::collections::HashMap<String, String>;

fn rows(path: &Path) -> Result<Vec<Cells>, EvaluateError> {
    Ok(csv::Reader::from_path(path)?.deserialize().collect::<Result<_, _>>()?)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, EvaluateError> {
    let failed = |source| EvaluateError::Io { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(failed)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// Reads only the lists of the folder.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn read_lists(folder: &Path) -> Result<Vec<List>, EvaluateError> {
    let read = |path: PathBuf| fs::read(&path).map_err(|source| EvaluateError::Io { path, source });
    let mut lists = Vec::new();
    for path in files(folder)? {
        for (name, files) in [
            ("ofac-sdn", ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"]),
            ("ofac-consolidated", ["cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"]),
        ] {
            let paths = files.map(|file| path.join(file));
            if paths.iter().all(|path| path.exists()) {
                let [primary, alternates, addresses, comments] = paths.map(read);
                let (primary, alternates, addresses, comments) =
                    (primary?, alternates?, addresses?, comments?);
                let files = OfacFiles {
                    primary: &primary,
                    alternates: &alternates,
                    addresses: &addresses,
                    comments: &comments,
                };
                lists.push(parse_ofac(name, "evaluation", files)?);
            }
        }
        let un = path.join("UN_consolidated.xml");
        if un.exists() {
            lists.push(parse_un("un", &read(un)?)?);
        }
    }
    Ok(lists)
}

/// Precision and recall in one figure at the shipped threshold, in thousandths, over hand-labelled pairs.
#[must_use]
pub fn hand_labelled_f1(pairs: &[LabelledPair]) -> usize {
    let judged: Vec<(bool, bool)> = pairs
        .iter()
        .filter(|pair| pair.group.starts_with("nk_"))
        .map(|pair| (score(pair) >= THRESHOLD, pair.same))
        .collect();
    let count = |wanted: (bool, bool)| judged.iter().filter(|judged| **judged == wanted).count();
    let right = 2 * count((true, true));
    (right * 1_000).checked_div(right + count((true, false)) + count((false, true))).unwrap_or(0)
}

fn score(pair: &LabelledPair) -> i32 {
    pair_score(&pair.schema, &pair.name_a, &pair.name_b)
}

/// The share of same pairs of a group that score above all but `percent` of the different pairs of another.
#[must_use]
pub fn recall(pairs: &[LabelledPair], same: &str, different: &str, percent: usize) -> Share {
    let of = |group: &str| pairs.iter().filter(|pair| pair.group == group).map(score).collect();
    recall_at(of(same), of(different), percent)
}

/// The same for names in their original script, against the Latin names of all other entities.
#[must_use]
pub fn cross_script_recall(pairs: &[LabelledPair], percent: usize) -> Share {
    let cross: Vec<&LabelledPair> = pairs.iter().filter(|pair| pair.group == "un_cross_script").collect();
    let others = cross.iter().flat_map(|one| cross.iter().map(move |other| (one, other)));
    let different = others
        .filter(|(one, other)| one.name_b != other.name_b && one.schema == other.schema)
        .map(|(one, other)| pair_score(&one.schema, &one.name_a, &other.name_b));
    recall_at(cross.iter().map(|pair| score(pair)).collect(), different.collect(), percent)
}

fn recall_at(same: Vec<i32>, mut different: Vec<i32>, percent: usize) -> Share {
    different.sort_unstable_by(|a, b| b.cmp(a));
    let allowed = different.len() * percent / 100;
    let limit = different.get(allowed).copied().unwrap_or(FULL);
    Share { part: same.iter().filter(|score| **score > limit).count(), whole: same.len() }
}

/// The share of listed customers who are found under the right name.
#[must_use]
pub fn found(index: &Index, listed: &[(Query, String)], names_only: bool) -> Share {
    let is_found = |(query, truth): &&(Query, String)| {
        let hits = index.screen(&asked(query, names_only));
        hits.iter().any(|hit| index.primary_name(&hit.list, &hit.entry) == Some(truth))
    };
    Share { part: listed.iter().filter(is_found).count(), whole: listed.len() }
}

/// The share of clean customers who have a hit.
#[must_use]
pub fn alerts(index: &Index, clean: &[Query], names_only: bool) -> Share {
    let alerted = clean.iter().filter(|query| !index.screen(&asked(query, names_only)).is_empty());
    Share { part: alerted.count(), whole: clean.len() }
}

fn asked(query: &Query, names_only: bool) -> Query {
    if names_only { Query { dob: None, country: None, ..query.clone() } } else { query.clone() }
}

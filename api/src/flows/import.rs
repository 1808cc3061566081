//! What every import shares: files to read from, findings by file, row and column, and the report.

use crate::error::AppError;
use domain::asset::{FindingKind, ImportKind};
use domain::ids::ImportId;
use domain::{Invalid, Money};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;
use store::imports::Counts;
use tokenizer::intake::table::BadRow;

/// The most files of one import: a folder of a month's invoices.
pub const MAX_FILES: usize = 2_000;
/// The most rows of one import. All of them are written in one transaction, which holds up other writers for some
/// seconds; a larger portfolio comes in several imports.
pub const MAX_ROWS: i64 = 50_000;
/// The most findings that a report names; more are counted.
pub const MAX_FINDINGS: usize = 10_000;
/// Bytes of a file that are hashed at once.
const HASHED_AT_ONCE: usize = 64 * 1024;

/// A file to import, in memory or on disk. It can be read several times, and memory holds one row of it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name of the file, to show.
    pub name: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Memory(Vec<u8>),
    Disk(PathBuf),
}

impl Source {
    /// A file that was sent.
    #[must_use]
    pub fn from_bytes(name: &str, content: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&content));
        Self { name: shown_name(name), sha256, content: Content::Memory(content) }
    }

    /// A file on the operator's disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn from_path(path: PathBuf) -> Result<Self, AppError> {
        let name = path.display().to_string();
        let mut file = File::open(&path).map_err(|error| unreadable(&name, &error))?;
        let (mut hasher, mut part) = (Sha256::new(), vec![0; HASHED_AT_ONCE]);
        loop {
            let length = file.read(&mut part).map_err(|error| unreadable(&name, &error))?;
            if length == 0 {
                break;
            }
            hasher.update(part.get(..length).unwrap_or_default());
        }
        Ok(Self { name, sha256: hex::encode(hasher.finalize()), content: Content::Disk(path) })
    }

    /// Reads it from the beginning.
    ///
    /// # Errors
    /// When the file on disk cannot be read any more.
    pub fn open(&self) -> Result<Box<dyn BufRead + '_>, AppError> {
        Ok(match &self.content {
            Content::Memory(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Content::Disk(path) => {
                let file = File::open(path).map_err(|error| unreadable(&self.name, &error))?;
                Box::new(BufReader::new(file))
            }
        })
    }

    /// The first `most` bytes.
    ///
    /// # Errors
    /// When the file on disk cannot be read any more.
    pub fn bytes(&self, most: usize) -> Result<Vec<u8>, AppError> {
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let read = self.open()?.take(most).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&self.name, &error))?;
        Ok(bytes)
    }

    /// Whether it is to be read as a document and not as a table: XML begins with `<`, in whichever encoding, and a
    /// PDF is told so by the reader of documents.
    ///
    /// # Errors
    /// As [`Source::bytes`].
    pub fn is_document(&self) -> Result<bool, AppError> {
        let start = self.bytes(64)?;
        let begins = start.iter().find(|byte| !byte.is_ascii_whitespace() && **byte < 0x80 && **byte != 0);
        let named = self.name.to_lowercase();
        Ok(begins == Some(&b'<') || start.starts_with(b"%PDF") || named.ends_with(".xml"))
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> AppError {
    Invalid::new("files", name, format!("a file that can be read: {error}")).into()
}

/// A browser may send a path; the last part is the name.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control()).take(domain::text::MAX_NAME).collect()
}

/// Something about one value of one row of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line in it; none for a file that is one invoice.
    pub row: Option<u64>,
    /// The column of a table, or the broken rule of a document.
    pub column: String,
    /// The value that was given, where it may be repeated.
    pub value: String,
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// What would have been accepted, or what speaks against it.
    pub reason: String,
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn at(place: &Place, kind: FindingKind, found: Invalid) -> Self {
        let Invalid { field: column, value, limit: reason } = found;
        Self { file: place.file.clone(), row: place.row, column, value, kind, reason }
    }
}

/// Where a row or a document came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line in it; none for a file that is one invoice.
    pub row: Option<u64>,
}

/// The findings of a row that could not be read.
#[must_use]
pub fn of_bad_row(bad: BadRow) -> Vec<Finding> {
    let place = Place { file: bad.file, row: Some(bad.row) };
    bad.found.0.into_iter().map(|found| Finding::at(&place, FindingKind::Invalid, found)).collect()
}

/// How an import ended, or would end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The import; none in a dry run.
    pub import_id: Option<ImportId>,
    /// What was brought.
    pub kind: ImportKind,
    /// Rows that were taken.
    pub accepted: i64,
    /// Rows that had been taken before, under the same external id.
    pub repeated: i64,
    /// Rows that were not taken.
    pub rejected: i64,
    /// What the rows that were taken add up to, in each currency.
    pub accepted_amounts: Vec<Money>,
    /// What was found, in the order of files and rows.
    pub findings: Vec<Finding>,
    /// Findings beyond [`MAX_FINDINGS`].
    pub findings_left_out: i64,
}

impl Report {
    /// A report in which nothing was read.
    #[must_use]
    pub const fn empty(import_id: Option<ImportId>, kind: ImportKind) -> Self {
        Self {
            import_id,
            kind,
            accepted: 0,
            repeated: 0,
            rejected: 0,
            accepted_amounts: Vec::new(),
            findings: Vec::new(),
            findings_left_out: 0,
        }
    }

    /// Notes a row that was taken.
    ///
    /// # Errors
    /// When there are too many rows, or the sum is beyond what an amount can be.
    pub fn accept(&mut self, amount: Option<Money>) -> Result<(), AppError> {
        self.accepted += 1;
        if let Some(amount) = amount {
            let known = self.accepted_amounts.iter_mut().find(|sum| sum.currency == amount.currency);
            match known {
                Some(sum) => {
                    let added = sum.checked_add(amount);
                    *sum = added.map_err(|error| Invalid::new("files", amount, error.to_string()))?;
                }
                None => self.accepted_amounts.push(amount),
            }
        }
        self.within_rows()
    }

    /// Notes a row that was taken before.
    ///
    /// # Errors
    /// When there are too many rows.
    pub fn repeat(&mut self, finding: Finding) -> Result<(), AppError> {
        self.repeated += 1;
        self.note(vec![finding]);
        self.within_rows()
    }

    /// Notes a row that was not taken.
    ///
    /// # Errors
    /// When there are too many rows.
    pub fn reject(&mut self, findings: Vec<Finding>) -> Result<(), AppError> {
        self.rejected += 1;
        self.note(findings);
        self.within_rows()
    }

    fn note(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            if self.findings.len() < MAX_FINDINGS {
                self.findings.push(finding);
            } else {
                self.findings_left_out += 1;
            }
        }
    }

    fn within_rows(&self) -> Result<(), AppError> {
        if self.accepted + self.repeated + self.rejected <= MAX_ROWS {
            return Ok(());
        }
        Err(Invalid::new("files", "", format!("at most {MAX_ROWS} rows in one import; split it")).into())
    }

    /// The counts as the store keeps them.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        Counts { accepted: self.accepted, repeated: self.repeated, rejected: self.rejected }
    }
}

/// Refuses an import without files, or with too many.
///
/// # Errors
/// When it has none or more than [`MAX_FILES`].
pub fn check_files(sources: &[Source]) -> Result<(), AppError> {
    if (1..=MAX_FILES).contains(&sources.len()) {
        return Ok(());
    }
    Err(Invalid::new("files", sources.len(), format!("1 to {MAX_FILES} files")).into())
}

/// What an idempotency key of an import stands for.
#[must_use]
pub fn request(sources: &[Source]) -> Vec<(&str, &str)> {
    sources.iter().map(|source| (source.name.as_str(), source.sha256.as_str())).collect()
}

//! CSV tables from outside: read row by row in bounded memory, with every finding named by file, row and column.

mod cells;

use cells::{LineFault, next_line, split};
use domain::{Invalid, Invalids};
use serde::{Deserialize, Serialize};
use std::{fmt, io::BufRead};

/// The most bytes of one row. A row of either template has under 1,000; this leaves room and bounds the memory.
pub const MAX_ROW_BYTES: usize = 16 * 1024;
/// The most rows of one file. It bounds one import; a larger portfolio comes in several files.
pub const MAX_ROWS: u64 = 1_000_000;

/// A row (or the header, row 1) that cannot be taken, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The file as the caller names it.
    pub file: String,
    /// The line in the file, counted from 1; the header is 1.
    pub row: u64,
    /// The findings, in the order of the columns.
    pub found: Invalids,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}: {}", self.file, self.row, self.found)
    }
}

impl std::error::Error for BadRow {}

/// A template: the columns a file must have and those it may have.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Columns that must be in the header.
    pub required: &'static [&'static str],
    /// Columns that may be left out.
    pub optional: &'static [&'static str],
}

impl Columns {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// One row with its cells by column name.
#[derive(Debug, Clone)]
pub struct Row<'t> {
    header: &'t [&'static str],
    cells: Vec<String>,
    /// The line in the file.
    pub number: u64,
    /// Whether amounts may have a decimal comma: spreadsheets that separate cells with `;` write them so.
    pub decimal_comma: bool,
}

impl Row<'_> {
    /// The trimmed cell of a column; empty when the file has no such column.
    #[must_use]
    pub fn cell(&self, column: &str) -> &str {
        let position = self.header.iter().position(|name| *name == column);
        position.and_then(|position| self.cells.get(position)).map_or("", |cell| cell.trim())
    }
}

/// The rows of one file after its header. Memory holds one row at a time.
#[derive(Debug)]
pub struct Table<R> {
    file: String,
    reader: R,
    header: Vec<&'static str>,
    separator: u8,
    line: u64,
    ended: bool,
}

impl<R: BufRead> Table<R> {
    /// Reads the header: UTF-8 with or without a byte-order mark, separated by `,` or `;`.
    ///
    /// # Errors
    /// When a required column is missing, one is unknown or named twice, or the first line cannot be read.
    pub fn open(file: &str, mut reader: R, columns: &Columns) -> Result<Self, BadRow> {
        let bad = |found: Invalids| BadRow { file: file.to_owned(), row: 1, found };
        let line = next_line(&mut reader).map_err(|fault| bad(fault.into()))?.ok_or_else(|| {
            bad(Invalid::new("header", "", "a first row with the names of the columns").into())
        })?;
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
        let separator = if line.contains(&b';') { b';' } else { b',' };
        let names = split(line, separator).map_err(|fault| bad(fault.into()))?;
        let header = read_header(&names, columns).map_err(bad)?;
        Ok(Self { file: file.to_owned(), reader, header, separator, line: 1, ended: false })
    }

    /// The next row that is not blank; `None` at the end. After a row that could not be read the next one follows.
    ///
    /// # Errors
    /// The row when it is too long, is no UTF-8, has another number of cells than the header, an open quote,
    /// or a cell that a spreadsheet would run as a formula. The end of the file when it has too many rows.
    pub fn next_row(&mut self) -> Option<Result<Row<'_>, BadRow>> {
        let (cells, found) = loop {
            if self.ended {
                return None;
            }
            self.line += 1;
            match next_line(&mut self.reader) {
                Ok(None) => self.ended = true,
                Ok(Some(line)) if line.trim_ascii().is_empty() => {}
                Ok(Some(_)) if self.line > MAX_ROWS + 1 => {
                    self.ended = true;
                    break (Vec::new(), too_many_rows());
                }
                Ok(Some(line)) => break self.cells_of(&line),
                Err(fault) => {
                    self.ended = fault.is_final();
                    break (Vec::new(), fault.into());
                }
            }
        };
        let row =
            Row { header: &self.header, cells, number: self.line, decimal_comma: self.separator == b';' };
        Some(match found.into_result() {
            Ok(()) => Ok(row),
            Err(found) => Err(BadRow { file: self.file.clone(), row: self.line, found }),
        })
    }

    /// The file as the caller names it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    fn cells_of(&self, line: &[u8]) -> (Vec<String>, Invalids) {
        let cells = match split(line, self.separator) {
            Ok(cells) => cells,
            Err(fault) => return (Vec::new(), fault.into()),
        };
        let mut found = Invalids::default();
        if cells.len() != self.header.len() {
            let limit = format!("{} cells, as many as the header has", self.header.len());
            found.push(Invalid::new("row", format!("{} cells", cells.len()), limit));
            return (cells, found);
        }
        for (name, cell) in self.header.iter().zip(&cells) {
            found.check(plain_text(name, cell));
        }
        (cells, found)
    }
}

fn too_many_rows() -> Invalids {
    Invalid::new("row", MAX_ROWS + 1, format!("at most {MAX_ROWS} rows in a file; split it")).into()
}

/// Refuses what cannot be read as UTF-8 and what a spreadsheet would run. The value is not repeated: it may be
/// personal data, and a report that is opened in a spreadsheet must not carry the formula on.
fn plain_text(column: &str, cell: &str) -> Result<(), Invalid> {
    if cell.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Invalid::new(column, "", "text in UTF-8 (in a spreadsheet: save as CSV UTF-8)"));
    }
    if runs_in_spreadsheet(cell) {
        return Err(Invalid::new(
            column,
            "",
            "text that does not begin with =, +, -, @, a tab or a line break",
        ));
    }
    Ok(())
}

/// Whether a spreadsheet would take the text for a formula. A plain negative number is none.
fn runs_in_spreadsheet(text: &str) -> bool {
    let number =
        |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    match text.chars().next() {
        Some('=' | '+' | '@' | '\t' | '\r' | '\n') => true,
        Some('-') => !number(&text[1..]),
        _ => text.trim_start().starts_with(['=', '+', '@']),
    }
}

/// A cell for a CSV file that people open in a spreadsheet: quoted where needed, and made harmless with a leading
/// `'` where a spreadsheet would run it (OWASP, CSV injection).
#[must_use]
pub fn export_cell(text: &str) -> String {
    let shown = if runs_in_spreadsheet(text) { format!("'{text}") } else { text.to_owned() };
    if shown.contains(['"', ',', ';', '\n', '\r']) {
        format!("\"{}\"", shown.replace('"', "\"\""))
    } else {
        shown
    }
}

fn read_header(names: &[String], columns: &Columns) -> Result<Vec<&'static str>, Invalids> {
    let mut found = Invalids::default();
    let mut header = Vec::with_capacity(names.len());
    for name in names.iter().map(|name| name.trim().to_ascii_lowercase()) {
        match columns.all().find(|known| *known == name) {
            None => {
                let known = columns.all().collect::<Vec<_>>().join(", ");
                found.push(Invalid::new("header", &name, format!("one of {known}")));
            }
            Some(known) if header.contains(&known) => {
                found.push(Invalid::new("header", &name, "each column once"));
            }
            Some(known) => header.push(known),
        }
    }
    for missing in columns.required.iter().filter(|name| !header.contains(name)) {
        found.push(Invalid::new("header", "", format!("a column {missing}")));
    }
    found.into_result()?;
    Ok(header)
}

impl From<LineFault> for Invalids {
    fn from(fault: LineFault) -> Self {
        Invalid::new("row", "", fault.to_string()).into()
    }
}

#[cfg(test)]
mod tests;

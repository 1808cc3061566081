//! Holiday tables as files, so that an operator can load a newer one than the program knows.

use super::{Basis, Calendar, Provenance, rules::day};
use chrono::NaiveDate;

/// The most holidays a table may have: 60 years of 40 days.
pub const MAX_ROWS: usize = 2_400;

/// Why a holiday table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A head line (`# calendar:`, `# source:`, `# from:`, `# until:`) is missing.
    #[error("the table says no \"# {0}:\"")]
    Missing(&'static str),
    /// A line that is no date.
    #[error("line {line}: \"{text}\" is not a date such as 2026-12-25")]
    NoDate {
        /// Line in the file, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A holiday outside the dates that the table claims to know.
    #[error("line {line}: {date} is outside of {from} to {until}")]
    Outside {
        /// Line in the file, from 1.
        line: usize,
        /// The holiday.
        date: NaiveDate,
        /// First known date.
        from: NaiveDate,
        /// Last known date.
        until: NaiveDate,
    },
    /// More than [`MAX_ROWS`] holidays.
    #[error("a table has at most {MAX_ROWS} holidays")]
    TooLong,
}

/// Reads a table: head lines `# calendar: HK`, `# source: ...`, `# from: 2013-01-01`,
/// `# until: 2026-12-31`, then one holiday a line, first column the date; further columns are notes.
///
/// # Errors
/// See [`TableError`].
pub fn read(text: &str) -> Result<Calendar, TableError> {
    let id = head(text, "calendar")?;
    let from = head_date(text, "from")?;
    let until = head_date(text, "until")?;
    let mut holidays = Vec::new();
    for (position, row) in text.lines().enumerate() {
        let line = position + 1;
        let row = row.trim();
        if row.is_empty() || row.starts_with('#') || row.starts_with("date") {
            continue;
        }
        let first = row.split(',').next().unwrap_or_default().trim();
        let date = first.parse().map_err(|_| TableError::NoDate { line, text: first.to_owned() })?;
        if date < from || date > until {
            return Err(TableError::Outside { line, date, from, until });
        }
        if holidays.len() == MAX_ROWS {
            return Err(TableError::TooLong);
        }
        holidays.push(date);
    }
    let source = head(text, "source")?.to_owned();
    let provenance = Provenance { source, basis: Basis::PublishedTable, from, until };
    Ok(Calendar::new(id, provenance, holidays))
}

fn head<'a>(text: &'a str, name: &'static str) -> Result<&'a str, TableError> {
    let value = |row: &'a str| row.strip_prefix('#')?.trim().strip_prefix(name)?.strip_prefix(':');
    text.lines().find_map(value).map(str::trim).ok_or(TableError::Missing(name))
}

fn head_date(text: &str, name: &'static str) -> Result<NaiveDate, TableError> {
    head(text, name)?.parse().map_err(|_| TableError::Missing(name))
}

/// The Hong Kong table that ships with the program.
pub(super) fn hong_kong() -> Calendar {
    shipped(include_str!("tables/hk.csv"))
}

/// The Singapore table that ships with the program.
pub(super) fn singapore() -> Calendar {
    shipped(include_str!("tables/sg.csv"))
}

/// A shipped table is read by the same reader; a test proves that it reads. Were it broken, its
/// calendar would know no date at all and refuse every question.
fn shipped(text: &str) -> Calendar {
    read(text).unwrap_or_else(|error| {
        let provenance = Provenance {
            source: error.to_string(),
            basis: Basis::PublishedTable,
            from: day(1900, 1, 2),
            until: day(1900, 1, 1),
        };
        Calendar::new("unreadable", provenance, [])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_read() {
        assert_eq!(hong_kong().id(), "HK");
        assert_eq!(hong_kong().provenance().until, day(2026, 12, 31));
        assert_eq!(singapore().id(), "SG");
        assert_eq!(singapore().provenance().from, day(2021, 1, 1));
    }

    #[test]
    fn a_bad_table_is_refused_by_line() {
        let head = "# calendar: X\n# source: s\n# from: 2026-01-01\n# until: 2026-12-31\n";
        let error = read(&format!("{head}2026-01-01\nsoon\n")).unwrap_err();
        assert_eq!(error, TableError::NoDate { line: 6, text: "soon".to_owned() });
        let error = read(&format!("{head}2027-01-01\n")).unwrap_err();
        assert!(matches!(error, TableError::Outside { line: 5, .. }));
        assert_eq!(read("# calendar: X\n").unwrap_err(), TableError::Missing("from"));
    }
}

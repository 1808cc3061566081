//! The rent roll as CSV: each row a unit that is let or vacant, or all that is wrong with it.
//!
//! Tenants are personal data. A row knows a tenant by a reference code only, a file with other columns is refused,
//! and no finding repeats a value that has letters in it: cells slip into the next column, names with them.

use super::{
    invoice_csv::{amount, date},
    lease::{Frequency, Lease, LeaseTerms},
    table::{BadRow, Columns, Row, Table},
};
use chrono::NaiveDate;
use domain::{
    Currency, Invalid, Invalids, Money, Rate,
    text::{MAX_NAME, MAX_REFERENCE, bounded},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io::BufRead};

/// The columns of the template.
pub const COLUMNS: Columns = Columns {
    required: &[
        "property",
        "unit",
        "vacant",
        "tenant_reference",
        "lease_start",
        "lease_end",
        "rent",
        "currency",
        "frequency",
        "due_day",
    ],
    optional: &["escalator_percent", "free_months", "deposit"],
};
/// The template to download: the header and rows that show the forms.
pub const TEMPLATE: &str = include_str!("../../../samples/rent-roll.csv");
/// The longest tenant reference.
pub const MAX_TENANT_REFERENCE: usize = 40;
/// The most rows of one rent roll: the terms of each unit are remembered, to find those that overlap.
pub const MAX_ROWS: usize = 50_000;

/// One unit in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RentRollRow {
    /// The line in the file.
    pub row: u64,
    /// The property as the issuer names it.
    pub property: String,
    /// The unit as the issuer names it, unique within the property.
    pub unit: String,
    /// The lease, or none when the unit is vacant.
    pub lease: Option<Lease>,
}

/// First and last day of a lease; none for a vacant unit.
type Term = Option<(NaiveDate, NaiveDate)>;

/// The rows of one rent roll.
#[derive(Debug)]
pub struct RentRoll<R> {
    table: Table<R>,
    /// Rows by property and unit.
    seen: BTreeMap<(String, String), Vec<(u64, Term)>>,
    rows: usize,
}

impl<R: BufRead> RentRoll<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn open(file: &str, reader: R) -> Result<Self, BadRow> {
        let table = Table::open(file, reader, &COLUMNS).map_err(without_names)?;
        Ok(Self { table, seen: BTreeMap::new(), rows: 0 })
    }

    /// A unit is let once at a time and is named vacant once.
    fn remember(&mut self, row: &RentRollRow) -> Result<(), Invalid> {
        let term: Term = row.lease.as_ref().map(|lease| {
            let terms = lease.terms();
            (terms.start, terms.end.unwrap_or(NaiveDate::MAX))
        });
        let seen = self.seen.entry((row.property.clone(), row.unit.clone())).or_default();
        let clashes = |other: &Term| match (term, other) {
            (Some(a), Some(b)) => a.0 <= b.1 && b.0 <= a.1,
            (a, b) => a.is_none() && b.is_none(),
        };
        if let Some((earlier, _)) = seen.iter().find(|(_, other)| clashes(other)) {
            let limit = format!("a unit once at a time; row {earlier} has it already");
            return Err(Invalid::new("unit", &row.unit, limit));
        }
        seen.push((row.row, term));
        Ok(())
    }
}

impl<R: BufRead> Iterator for RentRoll<R> {
    type Item = Result<RentRollRow, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rows > MAX_ROWS {
            return None;
        }
        self.rows += 1;
        let file = self.table.file().to_owned();
        let (number, parsed) = match self.table.next_row()? {
            Ok(row) => (row.number, parse(&row)),
            Err(bad) => return Some(Err(without_names(bad))),
        };
        let parsed = match parsed {
            Ok(_) if self.rows > MAX_ROWS => {
                Err(Invalid::new("row", self.rows, format!("at most {MAX_ROWS} rows in a rent roll")).into())
            }
            Ok(row) => self.remember(&row).map(|()| row).map_err(Invalids::from),
            Err(found) => Err(found),
        };
        Some(parsed.map_err(|found| without_names(BadRow { file, row: number, found })))
    }
}

fn parse(row: &Row<'_>) -> Result<RentRollRow, Invalids> {
    let mut found = Invalids::default();
    let property = found.check(bounded("property", row.cell("property"), MAX_NAME));
    let unit = found.check(bounded("unit", row.cell("unit"), MAX_REFERENCE));
    let lease = match row.cell("vacant").to_ascii_lowercase().as_str() {
        "yes" => found.check(empty(row)).map(|()| None),
        "no" => lease(row, &mut found).map(Some),
        _ => found.check(Err(Invalid::new("vacant", row.cell("vacant"), "yes or no"))),
    };
    let parsed =
        (|| Some(RentRollRow { row: row.number, property: property?, unit: unit?, lease: lease? }))();
    found.into_result().and(parsed.ok_or_else(Invalids::default))
}

/// A vacant unit has no lease: what stands there would be lost.
fn empty(row: &Row<'_>) -> Result<(), Invalid> {
    let lease = ["tenant_reference", "lease_start", "lease_end", "free_months", "deposit"];
    match lease.into_iter().find(|column| !row.cell(column).is_empty()) {
        Some(column) => Err(Invalid::new(column, row.cell(column), "nothing, as the unit is vacant")),
        None => Ok(()),
    }
}

fn lease(row: &Row<'_>, found: &mut Invalids) -> Option<Lease> {
    let tenant_reference = found.check(tenant_reference(row.cell("tenant_reference")));
    let start = found.check(date(row, "lease_start"));
    let end = found.check(blank_or(row, "lease_end", None, |column| date(row, column).map(Some)));
    let currency = found.check(row.cell("currency").parse::<Currency>());
    let rent = currency.and_then(|currency| found.check(amount(row, "rent", currency)));
    let frequency = found.check(row.cell("frequency").parse::<Frequency>());
    let due_day = found.check(whole(row, "due_day"));
    let escalator = found.check(blank_or(row, "escalator_percent", Rate::from_percent("0").ok(), |column| {
        Rate::from_percent(row.cell(column)).map(Some).map_err(|invalid| invalid.named(column))
    }));
    let free_months = found.check(blank_or(row, "free_months", 0, |column| whole(row, column)));
    let deposit = currency.and_then(|currency| {
        found.check(blank_or(row, "deposit", Money::zero(currency), |column| amount(row, column, currency)))
    });
    let terms = LeaseTerms {
        tenant_reference: tenant_reference?,
        start: start?,
        end: end?,
        rent: rent?,
        frequency: frequency?,
        due_day: due_day?,
        escalator: escalator??,
        free_months: free_months?,
        deposit: deposit?,
    };
    found.check(Lease::try_from(terms))
}

/// A code, which a name is not: no blanks, and at least one digit.
fn tenant_reference(text: &str) -> Result<String, Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let is_code = text.len() <= MAX_TENANT_REFERENCE && text.chars().all(allowed);
    if is_code && text.contains(|c: char| c.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let limit =
        format!("a code of 1 to {MAX_TENANT_REFERENCE} letters, digits, - _ / or . with a digit; no name");
    Err(Invalid::new("tenant_reference", "", limit))
}

fn whole(row: &Row<'_>, column: &str) -> Result<u32, Invalid> {
    row.cell(column).parse().map_err(|_| Invalid::new(column, row.cell(column), "a whole number"))
}

fn blank_or<T>(
    row: &Row<'_>,
    column: &str,
    blank: T,
    read: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Result<T, Invalid> {
    if row.cell(column).is_empty() { Ok(blank) } else { read(column) }
}

/// Takes out of the findings every value with a letter in it.
fn without_names(mut bad: BadRow) -> BadRow {
    for invalid in &mut bad.found.0 {
        if invalid.value.chars().any(char::is_alphabetic) {
            invalid.value.clear();
        }
    }
    bad
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Result<RentRollRow, BadRow>> {
        RentRoll::open("rent-roll.csv", text.as_bytes()).unwrap().collect()
    }

    const HEADER: &str = "property,unit,vacant,tenant_reference,lease_start,lease_end,rent,currency,frequency,due_day,\
        escalator_percent,free_months,deposit\n";

    #[test]
    fn the_template_is_read_as_it_says() {
        let rows: Vec<_> = rows(TEMPLATE).into_iter().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 4);
        let first = rows[0].lease.clone().unwrap();
        assert_eq!((rows[0].property.as_str(), rows[0].unit.as_str()), ("Hafenstrasse 12", "1A"));
        assert_eq!(first.terms().tenant_reference, "T-1001");
        assert_eq!(first.terms().rent.to_string(), "1,150.00 EUR");
        assert_eq!(first.terms().escalator.to_string(), "2.5%");
        assert_eq!(rows[1].lease.clone().unwrap().terms().end, None);
        assert_eq!(rows[2].lease, None);
        assert_eq!(rows[3].lease.clone().unwrap().terms().frequency, Frequency::Quarterly);
    }

    #[test]
    fn all_findings_of_a_row_come_at_once() {
        let rows = rows(&format!(
            "{HEADER}H,1A,no,T1,2026-02-30,,x,EUR,weekly,first,abc,-1,1.001\nH,,maybe,,,,,,,,,,\n"
        ));
        let columns = |row: usize| -> Vec<String> {
            rows[row].clone().unwrap_err().found.0.into_iter().map(|invalid| invalid.field).collect()
        };
        assert_eq!(
            columns(0),
            ["lease_start", "rent", "frequency", "due_day", "escalator_percent", "free_months", "deposit"]
        );
        assert_eq!(columns(1), ["unit", "vacant"]);
        assert_eq!(rows[0].clone().unwrap_err().row, 2);
    }

    #[test]
    fn no_name_leaves_in_a_finding() {
        let texts = [
            format!("{HEADER}H,1A,no,Anna Schmidt,2026-01-01,,500,EUR,monthly,1,,,\n"),
            format!("{HEADER}H,1A,no,Schmidt,2026-01-01,,500,EUR,monthly,1,,,\n"),
            format!("{HEADER}H,1A,no,T1,Anna Schmidt,2026-01-01,500,EUR,monthly,1,,,\n"),
            format!(
                "{HEADER}H,1A,Schmidt,Schmidt,2026-01-01,,Schmidt,Schmidt,Schmidt,Schmidt,Schmidt,Schmidt,Schmidt\n"
            ),
            format!("{HEADER}H,1A,yes,Schmidt,,,,,,,,,\n"),
            format!("{HEADER}H,1A,no,=Schmidt,\"Schmidt,,\n"),
        ];
        for text in texts {
            let shown = rows(&text)[0].clone().unwrap_err();
            assert!(!shown.to_string().contains("Schmidt"), "{shown}");
        }
        let headless = RentRoll::open("a.csv", &b"Anna Schmidt,1A\n"[..]).unwrap_err().to_string();
        assert!(!headless.to_lowercase().contains("schmidt"), "{headless}");
    }

    #[test]
    fn a_unit_is_let_once_at_a_time() {
        let text = format!(
            "{HEADER}H,1A,no,T1,2026-01-01,2026-06-30,500,EUR,monthly,1,,,\n\
             H,1A,no,T2,2026-07-01,,500,EUR,monthly,1,,,\n\
             H,1A,no,T3,2026-06-30,2026-06-30,500,EUR,monthly,1,,,\n\
             H,1B,yes,,,,,,,,,,\nH,1B,yes,,,,,,,,,,\nI,1B,yes,,,,,,,,,,\n"
        );
        let rows = rows(&text);
        assert!(rows[0].is_ok() && rows[1].is_ok() && rows[3].is_ok() && rows[5].is_ok());
        let limit = |row: usize| rows[row].clone().unwrap_err().found.0[0].limit.clone();
        assert_eq!(limit(2), "a unit once at a time; row 2 has it already");
        assert_eq!(limit(4), "a unit once at a time; row 5 has it already");
    }

    #[test]
    fn a_rent_roll_has_an_end() {
        let mut text = HEADER.to_owned();
        (0..MAX_ROWS + 5).for_each(|unit| text.push_str(&format!("H,{unit},yes,,,,,,,,,,\n")));
        let rows = rows(&text);
        assert_eq!(rows.len(), MAX_ROWS + 1);
        assert_eq!(rows[MAX_ROWS].clone().unwrap_err().found.0[0].limit, "at most 50000 rows in a rent roll");
    }
}

//! The papers of the demo: two hundred invoices and a rent roll, written anew for the day on which it begins.

use chrono::{NaiveDate, TimeDelta};
use std::fmt::Write;

/// Invoices of the demo.
pub const INVOICES: i64 = 200;
/// The invoice whose debtor defaults.
pub const DEFAULTED: &str = "ERP-0040";
/// The invoice whose debtor disputes it.
pub const DISPUTED: &str = "ERP-0077";
/// One in so many invoices is paid late.
pub const LATE_EVERY: i64 = 12;
/// The property of the rent roll.
pub const PROPERTY: &str = "kastanienhof";

const BUYERS: [(&str, &str, &str); 8] = [
    ("Van Dijk Techniek B.V.", "NL809163160B01", "NL"),
    ("Dupont & Fils SARL", "FR40303265045", "FR"),
    ("Alpenbau AG", "CHE123456788", "CH"),
    ("Hanse Logistik GmbH", "DE136695976", "DE"),
    ("Officina Rossi S.r.l.", "IT00743110157", "IT"),
    ("Castell Energia S.L.", "ESB58378431", "ES"),
    ("Øresund Marine ApS", "DK13585628", "DK"),
    ("Brauhaus Linden KG", "DE811128135", "DE"),
];

/// The external id of an invoice, counted from 1.
#[must_use]
pub fn external_id(number: i64) -> String {
    format!("ERP-{number:04}")
}

/// Days from the beginning to the due date of an invoice.
#[must_use]
pub const fn due_after(number: i64) -> i64 {
    // Every invoice falls due between 20 and 160 days after the beginning, the last third after today.
    20 + (number * 7) % 140
}

/// The amount of an invoice in cents: between 2,000.00 and some 14,000.00.
#[must_use]
pub const fn amount_minor(number: i64) -> i64 {
    2_000_00 + (number * 7_919) % 12_000 * 1_00 + (number * 37) % 100
}

/// The invoices as CSV.
#[must_use]
pub fn invoices_csv(begin: NaiveDate) -> String {
    let mut csv = String::from(
        "external_id,number,issue_date,due_date,currency,amount,seller_name,seller_vat_id,seller_country,\
         buyer_name,buyer_vat_id,buyer_country,iban\n",
    );
    for number in 1..=INVOICES {
        let (buyer, vat, country) = BUYERS[number.unsigned_abs() as usize % BUYERS.len()];
        let issued = begin - TimeDelta::days(5 + number % 20);
        let due = begin + TimeDelta::days(due_after(number));
        let (major, minor) = (amount_minor(number).div_euclid(100), amount_minor(number).rem_euclid(100));
        // Writing to a String never fails.
        let _ = writeln!(
            csv,
            "{},NH-{}-{number:04},{issued},{due},EUR,{major}.{minor:02},Nordlicht Handel & Immobilien GmbH,\
             DE129273398,DE,{buyer},{vat},{country},DE89370400440532013000",
            external_id(number),
            begin.format("%Y"),
        );
    }
    csv
}

/// The rent roll of a building with twelve units, one of them vacant.
#[must_use]
pub fn rent_roll_csv(begin: NaiveDate) -> String {
    let mut csv = String::from(
        "property,unit,vacant,tenant_reference,lease_start,lease_end,rent,currency,frequency,due_day,\
         escalator_percent,free_months,deposit\n",
    );
    let start = begin - TimeDelta::days(400);
    for unit in 1..=12 {
        let _ = if unit == 9 {
            writeln!(csv, "{PROPERTY},WE {unit:02},yes,,,,,,,,,,")
        } else {
            let rent = 900 + 35 * unit;
            writeln!(
                csv,
                "{PROPERTY},WE {unit:02},no,T-{unit:03},{start},,{rent}.00,EUR,monthly,1,2,,{}.00",
                3 * rent
            )
        };
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_of_the_demo_are_accepted_by_the_intake() {
        let begin = NaiveDate::from_ymd_opt(2026, 7, 20).unwrap();
        let csv = invoices_csv(begin);
        let rows = tokenizer::intake::invoice_csv::InvoiceRows::open("demo.csv", csv.as_bytes()).unwrap();
        assert_eq!(rows.filter_map(Result::ok).count(), 200);
        let csv = rent_roll_csv(begin);
        let rows = tokenizer::intake::rent_roll::RentRoll::open("roll.csv", csv.as_bytes()).unwrap();
        assert_eq!(rows.filter_map(Result::ok).count(), 12);
    }
}

//! Invoices as rows of our CSV template: each row a typed invoice, or all that is wrong with it.

use super::table::{BadRow, Columns, Row, Table};
use chrono::NaiveDate;
use domain::{
    Country, Currency, Invalid, Invalids, Money,
    text::{MAX_NAME, MAX_REFERENCE, bounded, optional},
};
use serde::{Deserialize, Serialize};
use std::io::BufRead;

/// The columns of the template.
pub const COLUMNS: Columns = Columns {
    required: &[
        "external_id",
        "number",
        "issue_date",
        "due_date",
        "currency",
        "amount",
        "seller_name",
        "buyer_name",
        "buyer_country",
    ],
    optional: &["seller_vat_id", "seller_country", "buyer_vat_id", "iban"],
};
/// The template to download: the header and two rows that show the forms.
pub const TEMPLATE: &str = include_str!("../../../samples/invoices.csv");
/// The longest time from issue to due date. Receivables are short; ten years catches a wrong century.
pub const MAX_TERM_DAYS: i64 = 3_660;

/// One invoice as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRow {
    /// The line in the file.
    pub row: u64,
    /// The issuer's own key: a row with the same one is taken once.
    pub external_id: String,
    /// The invoice number as printed.
    pub number: String,
    /// The day the invoice was issued.
    pub issue_date: NaiveDate,
    /// The day it is due, not before the issue date.
    pub due_date: NaiveDate,
    /// What is to be paid, tax included. More than zero.
    pub amount: Money,
    /// Name of the seller.
    pub seller_name: String,
    /// VAT id of the seller, with its country prefix.
    pub seller_vat_id: Option<String>,
    /// Country of the seller.
    pub seller_country: Option<Country>,
    /// Name of the buyer, who owes the amount.
    pub buyer_name: String,
    /// VAT id of the buyer, with its country prefix.
    pub buyer_vat_id: Option<String>,
    /// Country of the buyer.
    pub buyer_country: Country,
    /// The account to pay to.
    pub iban: Option<String>,
}

/// The invoices of one file, row by row: memory does not grow with the file, so a key that comes twice is found
/// where rows are kept (unique per issuer), not here.
#[derive(Debug)]
pub struct InvoiceRows<R>(Table<R>);

impl<R: BufRead> InvoiceRows<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn open(file: &str, reader: R) -> Result<Self, BadRow> {
        Table::open(file, reader, &COLUMNS).map(Self)
    }
}

impl<R: BufRead> Iterator for InvoiceRows<R> {
    type Item = Result<InvoiceRow, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let file = self.0.file().to_owned();
        let row = match self.0.next_row()? {
            Ok(row) => row,
            Err(bad) => return Some(Err(bad)),
        };
        Some(parse(&row).map_err(|found| BadRow { file, row: row.number, found }))
    }
}

fn parse(row: &Row<'_>) -> Result<InvoiceRow, Invalids> {
    let mut found = Invalids::default();
    let external_id = found.check(bounded("external_id", row.cell("external_id"), MAX_REFERENCE));
    let number = found.check(bounded("number", row.cell("number"), MAX_REFERENCE));
    let issue_date = found.check(date(row, "issue_date"));
    let due_date = found.check(date(row, "due_date"));
    if let (Some(issued), Some(due)) = (issue_date, due_date) {
        found.check(term(issued, due));
    }
    let currency = found.check(row.cell("currency").parse::<Currency>());
    let amount = currency.and_then(|currency| found.check(positive(row, "amount", currency)));
    let seller_name = found.check(bounded("seller_name", row.cell("seller_name"), MAX_NAME));
    let seller_vat_id = found.check(vat_id(row, "seller_vat_id"));
    let seller_country = found.check(country(row, "seller_country"));
    let buyer_name = found.check(bounded("buyer_name", row.cell("buyer_name"), MAX_NAME));
    let buyer_vat_id = found.check(vat_id(row, "buyer_vat_id"));
    let buyer_country =
        found.check(row.cell("buyer_country").parse().map_err(|e: Invalid| e.named("buyer_country")));
    let iban = found.check(optional("iban", Some(row.cell("iban")), MAX_REFERENCE));
    let parsed = (|| {
        Some(InvoiceRow {
            row: row.number,
            external_id: external_id?,
            number: number?,
            issue_date: issue_date?,
            due_date: due_date?,
            amount: amount?,
            seller_name: seller_name?,
            seller_vat_id: seller_vat_id?,
            seller_country: seller_country?,
            buyer_name: buyer_name?,
            buyer_vat_id: buyer_vat_id?,
            buyer_country: buyer_country?,
            iban: iban?,
        })
    })();
    found.into_result().and(parsed.ok_or_else(Invalids::default))
}

/// A date as ISO 8601 writes it; no other order of day and month is guessed.
pub(super) fn date(row: &Row<'_>, column: &str) -> Result<NaiveDate, Invalid> {
    let text = row.cell(column);
    let limit = || Invalid::new(column, text, "a date as YYYY-MM-DD");
    if text.len() != 10 {
        return Err(limit());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| limit())
}

fn term(issued: NaiveDate, due: NaiveDate) -> Result<(), Invalid> {
    if (0..=MAX_TERM_DAYS).contains(&(due - issued).num_days()) {
        return Ok(());
    }
    let limit = format!("a date from the issue date {issued} to {MAX_TERM_DAYS} days after it");
    Err(Invalid::new("due_date", due, limit))
}

/// An amount of the currency that is not negative. A decimal comma is read where it cannot be a thousands separator.
pub(super) fn amount(row: &Row<'_>, column: &str, currency: Currency) -> Result<Money, Invalid> {
    let text = row.cell(column);
    let comma = row.decimal_comma && currency.decimals() < 3 && !text.contains('.');
    let dotted = if comma { text.replacen(',', ".", 1) } else { text.to_owned() };
    let money = Money::parse(&dotted, currency)
        .map_err(|e| Invalid::new(column, text, format!("{} of {currency}, as 1234.50", e.limit)))?;
    if money.minor < 0 {
        return Err(Invalid::new(column, text, "0 or more"));
    }
    Ok(money)
}

fn positive(row: &Row<'_>, column: &str, currency: Currency) -> Result<Money, Invalid> {
    let money = amount(row, column, currency)?;
    if money.minor == 0 {
        return Err(Invalid::new(column, row.cell(column), "more than 0"));
    }
    Ok(money)
}

fn country(row: &Row<'_>, column: &str) -> Result<Option<Country>, Invalid> {
    match row.cell(column) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|e: Invalid| e.named(column)),
    }
}

/// A VAT id: a country prefix and up to 13 letters or digits; blanks, dots and hyphens between them are left out.
fn vat_id(row: &Row<'_>, column: &str) -> Result<Option<String>, Invalid> {
    let text = row.cell(column);
    let id: String =
        text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect::<String>().to_ascii_uppercase();
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric());
    let prefixed = id.len() > 2 && id.bytes().take(2).all(|b| b.is_ascii_uppercase());
    match id.len() {
        0 => Ok(None),
        4..=15 if plain && prefixed => Ok(Some(id)),
        _ => Err(Invalid::new(column, text, "a VAT id with its country prefix, as DE123456789")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Result<InvoiceRow, BadRow>> {
        InvoiceRows::open("invoices.csv", text.as_bytes()).unwrap().collect()
    }

    #[test]
    fn the_template_is_read_as_it_says() {
        let rows = rows(TEMPLATE);
        let first = rows[0].clone().unwrap();
        assert_eq!(first.external_id, "ERP-10001");
        assert_eq!(first.number, "R-2026-0001");
        assert_eq!(first.amount.to_string(), "11,900.00 EUR");
        assert_eq!(first.seller_vat_id.as_deref(), Some("DE136695976"));
        assert_eq!(first.buyer_country.code(), "NL");
        assert_eq!(rows[1].clone().unwrap().seller_vat_id, None);
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn all_findings_of_a_row_come_at_once() {
        let text = "external_id,number,issue_date,due_date,currency,amount,seller_name,seller_vat_id,buyer_name,buyer_country\n\
            ,A1,2026-13-01,2026-01-31,EUR,10.001,Seller,123,,Germany\n\
            x,A1,2026-02-01,2026-01-31,EUR,-5,Seller,DE 123.456-789,Buyer,DE\n\
            x,A1,2026-01-31,2026-02-01,EUR,5,Seller,DE 123.456-789,Buyer,DE\n";
        let rows = rows(text);
        let bad = rows[0].clone().unwrap_err();
        let columns: Vec<_> = bad.found.0.iter().map(|invalid| invalid.field.as_str()).collect();
        assert_eq!((bad.file.as_str(), bad.row), ("invoices.csv", 2));
        assert_eq!(
            columns,
            ["external_id", "issue_date", "amount", "seller_vat_id", "buyer_name", "buyer_country"]
        );
        assert_eq!(
            rows[1].clone().unwrap_err().to_string(),
            "invoices.csv, row 3: due_date: \"2026-01-31\" is not accepted: a date from the issue date 2026-02-01 to \
             3660 days after it; amount: \"-5\" is not accepted: 0 or more"
        );
        assert_eq!(rows[2].clone().unwrap().seller_vat_id.as_deref(), Some("DE123456789"));
    }

    #[test]
    fn a_decimal_comma_is_read_only_where_it_cannot_mean_thousands() {
        let read = |separator: char, currency: &str, amount: &str| {
            let header =
                "external_id,number,issue_date,due_date,currency,amount,seller_name,buyer_name,buyer_country";
            let row = format!("x|A1|2026-01-01|2026-01-31|{currency}|{amount}|Seller|Buyer|DE");
            let text = format!("{}\n{row}", header.replace(',', "|")).replace('|', &separator.to_string());
            rows(&text)[0].clone().map(|row| row.amount.minor).map_err(|bad| bad.found.0[0].field.clone())
        };
        assert_eq!(read(';', "EUR", "1234,50"), Ok(123_450));
        assert_eq!(read(';', "EUR", "1234.50"), Ok(123_450));
        for (separator, currency, amount) in [
            (';', "EUR", "1,234"),
            (';', "EUR", "1.234,50"),
            (';', "EUR", "1,234.50"),
            (';', "KWD", "1,234"),
            (',', "EUR", "0"),
        ] {
            assert_eq!(read(separator, currency, amount), Err("amount".to_owned()), "{amount} {currency}");
        }
    }
}

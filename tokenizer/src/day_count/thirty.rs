//! Months of thirty days, in the seven ways that markets count them, and of twenty-eight.

use chrono::{Datelike, NaiveDate};

/// The difference when every month has 30 days and the two days of month are as given.
fn between(start: NaiveDate, end: NaiveDate, from: u32, to: u32) -> i64 {
    months(start, end) * 30 + i64::from(to) - i64::from(from)
}

fn months(start: NaiveDate, end: NaiveDate) -> i64 {
    i64::from(end.year() - start.year()) * 12 + i64::from(end.month()) - i64::from(start.month())
}

/// Every month has 28 days; what lies behind the 28th is one.
pub(super) fn twenty_eight(start: NaiveDate, end: NaiveDate) -> i64 {
    months(start, end) * 28 + i64::from(end.day().min(28)) - i64::from(start.day().min(28))
}

fn is_february_end(date: NaiveDate) -> bool {
    date.month() == 2 && date.day() == u32::from(date.num_days_in_month())
}

/// A starting 31st is a 30th; an ending 31st is one when the start is.
pub(super) fn bond_basis(start: NaiveDate, end: NaiveDate) -> i64 {
    let from = start.day().min(30);
    let to = if from == 30 { end.day().min(30) } else { end.day() };
    between(start, end, from, to)
}

/// As bond basis, and a start at the end of February is a 30th, as is an end there with it.
pub(super) fn us(start: NaiveDate, end: NaiveDate) -> i64 {
    if !is_february_end(start) {
        return bond_basis(start, end);
    }
    let to = if is_february_end(end) { 30 } else { end.day().min(30) };
    between(start, end, 30, to)
}

/// A starting 31st is a 30th; an ending 31st is one when the start is, otherwise the first of the next month.
pub(super) fn nasd(start: NaiveDate, end: NaiveDate) -> i64 {
    // The first of the next month lies 31 - 30 + 30 days in, which is what a 31st counts anyway.
    bond_basis(start, end)
}

/// Every 31st is a 30th, and so are the last days of February from the 28th on.
pub(super) fn italian(start: NaiveDate, end: NaiveDate) -> i64 {
    let day = |date: NaiveDate| if date.month() == 2 && date.day() > 27 { 30 } else { date.day().min(30) };
    between(start, end, day(start), day(end))
}

/// Every 31st is a 30th.
pub(super) fn european(start: NaiveDate, end: NaiveDate) -> i64 {
    between(start, end, start.day().min(30), end.day().min(30))
}

/// Every last day of a month is a 30th, but not a February's end at maturity.
pub(super) fn isda(start: NaiveDate, end: NaiveDate, maturity: Option<NaiveDate>) -> i64 {
    let from = if is_february_end(start) { 30 } else { start.day().min(30) };
    let to = if is_february_end(end) && Some(end) != maturity { 30 } else { end.day().min(30) };
    between(start, end, from, to)
}

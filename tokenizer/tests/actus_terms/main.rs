//! What single ACTUS terms do, by cases small enough to be checked by head.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use muniment_tokenizer::calendar::Calendars;
use muniment_tokenizer::schedule::actus::{Case, Event};
use serde_json::{Value, json};

mod interest;
mod others;
mod principal;

/// A loan of 1,000 from 2026 on at 12% in months of 30 days, so that a month earns 1%.
fn loan(kind: &str, other: Value) -> Value {
    let mut terms = json!({
        "contractType": kind, "contractRole": "RPA", "currency": "EUR", "statusDate": "2025-12-31",
        "initialExchangeDate": "2026-01-01", "notionalPrincipal": "1000", "nominalInterestRate": "0.12",
        "dayCountConvention": "30E360",
    });
    terms.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    terms
}

fn events_of(terms: Value, other: Value) -> Vec<Event> {
    let mut case = json!({ "identifier": "x", "terms": terms, "to": "" });
    case.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    let case: Case = serde_json::from_value(case).unwrap();
    case.events(Calendars::built_in()).unwrap()
}

/// `date kind payoff notional rate accrued`, to six decimals.
fn line(event: &Event) -> String {
    let figure = |figure: rust_decimal::Decimal| figure.round_dp(6).normalize().to_string();
    let after = &event.after;
    let (payoff, notional) = (figure(event.payoff), figure(after.notional));
    let date = event.at.to_string().replace("T00:00:00", "");
    format!(
        "{date} {} {payoff} {notional} {} {}",
        event.kind.name(),
        figure(after.rate),
        figure(after.accrued)
    )
}

fn check(terms: Value, other: Value, expected: &[&str]) {
    assert_eq!(events_of(terms, other).iter().map(line).collect::<Vec<_>>(), expected);
}

fn none() -> Value {
    json!({})
}

//! Terms that the official cases do not show: prepayments with their penalties, interest in advance, settlement in
//! another currency. The figures are worked out by hand from the technical specification.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use muniment_tokenizer::calendar::Calendars;
use muniment_tokenizer::schedule::actus::{ActusError, Case, Event};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A loan of a year from 2025-01-01, counted in months of 30 days.
fn loan(kind: &str, more: Value, observed: Value, market: Value) -> Result<Vec<Event>, ActusError> {
    let mut terms = json!({
        "contractType": kind, "contractRole": "RPA", "currency": "USD", "statusDate": "2024-12-31",
        "initialExchangeDate": "2025-01-01", "maturityDate": "2026-01-01", "notionalPrincipal": "120000",
        "nominalInterestRate": "0.06", "dayCountConvention": "30E360",
        "cycleAnchorDateOfInterestPayment": "2025-04-01", "cycleOfInterestPayment": "P3ML1",
    });
    let all = terms.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => all.remove(name),
            value => all.insert(name.clone(), value.clone()),
        };
    }
    let case = json!({ "terms": terms, "eventsObserved": observed, "dataObserved": market });
    serde_json::from_value::<Case>(case).unwrap().events(Calendars::built_in())
}

fn series(code: &str, points: &[(&str, &str)]) -> Value {
    let data: Vec<_> = points.iter().map(|(at, value)| json!({ "timestamp": at, "value": value })).collect();
    json!({ code: { "identifier": code, "data": data } })
}

fn prepaid(at: &str, amount: &str) -> Value {
    json!([{ "time": at, "type": "PP", "value": amount }])
}

/// What is paid, as `month-day kind amount`, without what pays nothing.
fn paid(events: Result<Vec<Event>, ActusError>) -> Vec<String> {
    let line = |event: &Event| {
        let date = event.at.date.format("%m-%d");
        format!("{date} {} {}", event.kind.name(), event.payoff.round_dp(6).normalize())
    };
    events.unwrap().iter().filter(|event| !event.payoff.is_zero()).map(line).collect()
}

const MONTHLY: [(&str, &str); 3] = [
    ("cycleOfInterestPayment", "P1ML1"),
    ("cycleAnchorDateOfPrincipalRedemption", "2025-02-01"),
    ("cycleOfPrincipalRedemption", "P1ML1"),
];

fn monthly(more: Value) -> Value {
    let mut terms = json!({ "cycleAnchorDateOfInterestPayment": "2025-02-01" });
    let all = terms.as_object_mut().unwrap();
    all.extend(MONTHLY.map(|(name, value)| (name.to_owned(), value.into())));
    all.extend(more.as_object().unwrap().clone());
    terms
}

#[test]
fn a_prepayment_of_a_bullet_leaves_less_at_maturity() {
    let events = loan("PAM", json!({ "prepaymentEffect": "A" }), prepaid("2025-05-16", "40000"), json!({}));
    assert_eq!(
        paid(events),
        [
            "01-01 IED -120000",
            "04-01 IP 1800",
            "05-16 PP 40000",
            // 45 days of 120,000 and 45 days of 80,000.
            "07-01 IP 1500",
            "10-01 IP 1200",
            "01-01 IP 1200",
            "01-01 MD 80000",
        ]
    );
}

#[test]
fn later_redemptions_shrink_or_the_contract_ends_sooner() {
    let terms = |effect: &str| {
        monthly(
            json!({ "prepaymentEffect": effect, "nominalInterestRate": "0", "dayCountConvention": "30E360" }),
        )
    };
    let smaller = paid(loan("LAM", terms("A"), prepaid("2025-03-01", "60000"), json!({})));
    // Two redemptions of 10,000 are over; 40,000 of 100,000 are left for ten.
    assert_eq!(smaller[..4], ["01-01 IED -120000", "02-01 PR 10000", "03-01 PR 10000", "03-01 PP 60000"]);
    assert_eq!(smaller[4..13].iter().filter(|line| line.ends_with("PR 4000")).count(), 9);
    assert_eq!(smaller[13..], ["01-01 MD 4000"]);

    let events = loan("LAM", terms("M"), prepaid("2025-03-01", "60000"), json!({})).unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.at.to_string().as_str(), last.kind.name()), ("2025-07-01T00:00:00", "MD"));
    let sooner = paid(Ok(events));
    assert_eq!(sooner[4..], ["04-01 PR 10000", "05-01 PR 10000", "06-01 PR 10000", "07-01 PR 10000"]);
}

/// All that is owed is paid where a contract ends early, interest of the days since the last payment included.
#[test]
fn a_contract_that_is_wholly_prepaid_ends_with_its_interest() {
    let terms = json!({ "prepaymentEffect": "M" });
    let events = loan("PAM", terms.clone(), prepaid("2025-05-16", "500000"), json!({}));
    let whole = ["01-01 IED -120000", "04-01 IP 1800", "05-16 PP 120000", "05-16 MD 900"];
    assert_eq!(paid(events), whole);
    let events = loan("PAM", terms, prepaid("2025-05-16", "119999"), json!({}));
    assert_eq!(paid(events).last().unwrap(), "01-01 MD 1");
}

#[test]
fn the_level_payment_of_an_annuity_is_fixed_anew() {
    // Four payments at 1% a month: 12,000 * 0.01 / (1 - 1.01^-4). Half of what is left is prepaid with the second.
    let terms = json!({
        "prepaymentEffect": "A", "maturityDate": "2025-05-01", "notionalPrincipal": "12000",
        "nominalInterestRate": "0.12"
    });
    let events = loan("ANN", monthly(terms.clone()), prepaid("2025-03-01", "3000"), json!({})).unwrap();
    let fixed: Vec<_> = events.iter().filter(|event| event.kind.name() == "PRF").collect();
    let payments: Vec<_> = fixed.iter().map(|event| event.after.payment.round_dp(6).to_string()).collect();
    // After two payments 6,059.700… are outstanding: 3,059.700… in two payments at 1% a month.
    let q = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(payments, ["3075.373127", "1552.835814"]);
    let total = |at: &str| -> Decimal {
        let on = events.iter().filter(|event| event.at.to_string().starts_with(at));
        on.map(|event| event.payoff).sum()
    };
    assert_eq!(total("2025-04-01").round_dp(6), q("1552.835814"));
    assert_eq!(total("2025-05-01").round_dp(6), q("1552.835814"));

    // With 3,100 prepaid, one payment is enough for 2,959.700… and a month's interest.
    let mut sooner = terms;
    sooner["prepaymentEffect"] = "M".into();
    let events = loan("ANN", monthly(sooner), prepaid("2025-03-01", "3100"), json!({})).unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.at.to_string().as_str(), last.kind.name()), ("2025-04-01T00:00:00", "MD"));
    let paid: Decimal = events.iter().filter(|event| event.at == last.at).map(|event| event.payoff).sum();
    assert_eq!(paid.round_dp(6), q("2989.297015"));
}

#[test]
fn amounts_that_the_terms_fix_shrink_too() {
    let arrays = json!({
        "prepaymentEffect": "A", "nominalInterestRate": null,
        "arrayCycleAnchorDateOfPrincipalRedemption": ["2025-04-01", "2025-10-01"],
        "arrayNextPrincipalRedemptionPayment": ["20000", "30000"], "arrayIncreaseDecrease": ["DEC", "DEC"],
    });
    let events = loan("LAX", arrays, prepaid("2025-06-01", "50000"), json!({}));
    // Half of what was outstanding is left.
    assert_eq!(
        paid(events),
        ["01-01 IED -120000", "04-01 PR 20000", "06-01 PP 50000", "10-01 PR 15000", "01-01 MD 35000"]
    );
}

#[test]
fn a_prepayment_costs_what_the_terms_say() {
    let market = series("RATE", &[("2025-01-01", "0.045")]);
    for (kind, rate, penalty) in [
        ("A", "250", "05-16 PY 250"),
        // 120,000 for 45 days at 2%, and at the 1.5% by which the contract is above the market.
        ("R", "0.02", "05-16 PY 300"),
        ("I", "0", "05-16 PY 225"),
    ] {
        for (role, sign) in [("RPA", ""), ("RPL", "-")] {
            let terms = json!({
                "contractRole": role, "prepaymentEffect": "A", "penaltyType": kind, "penaltyRate": rate,
                "marketObjectCodeOfRateReset": "RATE",
            });
            let lines = paid(loan("PAM", terms, prepaid("2025-05-16", "40000"), market.clone()));
            let expected = penalty.replace("PY ", &format!("PY {sign}"));
            assert!(lines.contains(&expected), "{expected}: {lines:?}");
        }
    }
}

#[test]
fn a_prepayment_that_the_terms_do_not_allow_is_refused() {
    let terms = |effect: &str, anchor: Option<&str>, cycle: Option<&str>| json!({ "prepaymentEffect": effect, "cycleAnchorDateOfOptionality": anchor, "cycleOfOptionality": cycle });
    let anchor = Some("2025-03-01");
    for (terms, at, amount, accepted) in [
        (terms("N", None, None), "2025-05-16", "1", false),
        (terms("A", None, None), "2025-05-16", "1", true),
        (terms("A", None, None), "2025-05-16", "0", false),
        (terms("A", None, None), "2025-05-16", "-1", false),
        (terms("A", None, None), "2024-12-31", "1", false),
        (terms("A", None, None), "2026-01-01", "1", false),
        (terms("A", anchor, None), "2025-02-28", "1", false),
        (terms("A", anchor, None), "2025-03-02", "1", true),
        (terms("A", anchor, Some("P1ML1")), "2025-03-02", "1", false),
        (terms("A", anchor, Some("P1ML1")), "2025-04-01", "1", true),
        (terms("X", None, None), "2025-05-16", "1", false),
    ] {
        let answer = loan("PAM", terms.clone(), prepaid(at, amount), json!({}));
        assert_eq!(answer.is_ok(), accepted, "{terms} {at} {amount}: {answer:?}");
    }
}

#[test]
fn interest_in_advance_is_paid_when_its_period_begins() {
    let terms = json!({ "cyclePointOfInterestPayment": "B" });
    let lines = paid(loan("PAM", terms.clone(), json!([]), json!({})));
    assert_eq!(
        lines,
        [
            "01-01 IED -120000",
            "01-01 IP 1800",
            "04-01 IP 1800",
            "07-01 IP 1800",
            "10-01 IP 1800",
            "01-01 MD 120000"
        ]
    );
    // What is paid ahead is used up day by day.
    let look = json!([{ "time": "2025-05-16", "type": "AD" }]);
    let events = loan("PAM", terms, look, json!({})).unwrap();
    let seen = events.iter().find(|event| event.kind.name() == "AD").unwrap();
    assert_eq!(seen.after.accrued.normalize().to_string(), "-900");
}

#[test]
fn what_changes_within_a_period_paid_ahead_is_settled_with_the_next_payment() {
    let terms = json!({ "cyclePointOfInterestPayment": "B", "prepaymentEffect": "A" });
    let lines = paid(loan("PAM", terms, prepaid("2025-05-16", "40000"), json!({})));
    // 45 days of 40,000 come back: 1,200 less 300.
    assert_eq!(lines[3..], ["05-16 PP 40000", "07-01 IP 900", "10-01 IP 1200", "01-01 MD 80000"]);

    // A rate that is set when the period begins is the rate at which it is paid.
    let reset = json!({
        "cyclePointOfInterestPayment": "B", "cycleAnchorDateOfRateReset": "2025-07-01",
        "marketObjectCodeOfRateReset": "RATE"
    });
    let lines = paid(loan("PAM", reset, json!([]), series("RATE", &[("2025-07-01", "0.08")])));
    assert_eq!(lines[2..5], ["04-01 IP 1800", "07-01 IP 2400", "10-01 IP 2400"]);
}

#[test]
fn principal_is_redeemed_before_interest_is_paid_ahead_on_it() {
    let terms = json!({
        "cyclePointOfInterestPayment": "B", "cycleAnchorDateOfPrincipalRedemption": "2025-04-01",
        "cycleOfPrincipalRedemption": "P3ML1",
    });
    let lines = paid(loan("LAM", terms, json!([]), json!({})));
    assert_eq!(
        lines,
        [
            "01-01 IED -120000",
            "01-01 IP 1800",
            "04-01 PR 30000",
            "04-01 IP 1350",
            "07-01 PR 30000",
            "07-01 IP 900",
            "10-01 PR 30000",
            "10-01 IP 450",
            "01-01 MD 30000"
        ]
    );
}

#[test]
fn a_contract_that_runs_brings_what_is_paid_ahead() {
    let terms = json!({ "cyclePointOfInterestPayment": "B", "statusDate": "2025-05-16", "terminationDate": "2025-06-01",
        "priceAtTerminationDate": "120000" });
    let lines = paid(loan("PAM", terms, json!([]), json!({})));
    // 30 of 90 days of 1,800 are not earned yet.
    assert_eq!(lines, ["06-01 TD 119400"]);
}

#[test]
fn interest_in_advance_is_for_bullets_and_linear_amortizers_without_capitalization() {
    let terms = json!({ "cyclePointOfInterestPayment": "B", "capitalizationEndDate": "2025-04-01" });
    assert!(loan("PAM", terms, json!([]), json!({})).is_err());
    let terms = monthly(json!({ "cyclePointOfInterestPayment": "B" }));
    assert!(loan("ANN", terms, json!([]), json!({})).is_err());
}

#[test]
fn another_settlement_currency_is_paid_at_the_rate_of_the_day() {
    let terms = json!({ "settlementCurrency": "EUR" });
    let rates = series("USD/EUR", &[("2025-01-01", "0.9"), ("2025-07-01", "0.95"), ("2026-01-01", "0.8")]);
    let events = loan("PAM", terms.clone(), json!([]), rates).unwrap();
    assert!(events.iter().all(|event| event.currency == "EUR"));
    assert!(events.iter().any(|event| event.explanation.to_string().ends_with("; settled at 0.95")));
    assert_eq!(events[1].after.notional.to_string(), "120000");
    assert_eq!(
        paid(Ok(events)),
        [
            "01-01 IED -108000",
            "04-01 IP 1620",
            "07-01 IP 1710",
            "10-01 IP 1710",
            "01-01 IP 1440",
            "01-01 MD 96000"
        ]
    );
    let none = loan("PAM", terms, json!([]), series("EUR/USD", &[("2025-01-01", "1.1")]));
    assert!(none.unwrap_err().to_string().starts_with("there is no market data for \"USD/EUR\""));
}

//! A lease becomes the rent that falls due, to the last unit.

use super::*;
use chrono::Days;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn terms() -> LeaseTerms {
    LeaseTerms {
        tenant_reference: "T-0001".to_owned(),
        start: day("2026-01-01"),
        end: Some(day("2028-12-31")),
        rent: Money::new(1_000_00, Currency::EUR),
        frequency: Frequency::Monthly,
        due_day: 3,
        escalator: Rate::from_percent("0").unwrap(),
        free_months: 0,
        deposit: Money::new(3_000_00, Currency::EUR),
    }
}

/// Due date, first and last day, amount in cents.
fn due(terms: LeaseTerms, from: &str, to: &str) -> Vec<(String, String, String, i64)> {
    let due = Lease::try_from(terms).unwrap().rent_due(day(from), day(to)).unwrap();
    due.iter()
        .map(|d| (d.due_date.to_string(), d.from.to_string(), d.to.to_string(), d.amount.minor))
        .collect()
}

fn rent(due_date: &str, from: &str, to: &str, minor: i64) -> (String, String, String, i64) {
    (due_date.to_owned(), from.to_owned(), to.to_owned(), minor)
}

#[test]
fn a_whole_month_costs_the_whole_rent() {
    assert_eq!(
        due(terms(), "2026-01-04", "2026-03-03"),
        [
            rent("2026-02-03", "2026-02-01", "2026-02-28", 1_000_00),
            rent("2026-03-03", "2026-03-01", "2026-03-31", 1_000_00),
        ]
    );
    assert_eq!(due(terms(), "2026-01-01", "2028-12-31").len(), 36);
    assert_eq!(due(terms(), "2020-01-01", "2025-12-31"), []);
    assert_eq!(due(terms(), "2029-01-01", "2030-12-31"), []);
    assert_eq!(due(terms(), "2026-03-03", "2026-02-03"), []);
}

#[test]
fn first_and_last_days_cost_their_share() {
    let terms = LeaseTerms { start: day("2026-03-15"), end: Some(day("2026-05-10")), ..terms() };
    assert_eq!(
        due(terms, "2026-01-01", "2026-12-31"),
        [
            // 17 of 31 days: 548.387...; due on the first day.
            rent("2026-03-15", "2026-03-15", "2026-03-31", 548_39),
            rent("2026-04-03", "2026-04-01", "2026-04-30", 1_000_00),
            // 10 of 31 days: 322.580...
            rent("2026-05-03", "2026-05-01", "2026-05-10", 322_58),
        ]
    );
}

#[test]
fn a_due_day_beyond_the_month_is_its_last_and_never_after_the_lease() {
    let terms = LeaseTerms { due_day: 31, end: Some(day("2028-03-10")), ..terms() };
    let dates: Vec<_> = due(terms, "2028-01-01", "2028-12-31").into_iter().map(|rent| rent.0).collect();
    assert_eq!(dates, ["2028-01-31", "2028-02-29", "2028-03-10"]);
}

#[test]
fn free_months_are_left_out_and_a_month_in_part() {
    let terms = LeaseTerms { start: day("2026-01-10"), free_months: 2, ..terms() };
    assert_eq!(
        due(terms, "2026-01-01", "2026-04-30"),
        [
            // From 10 March: 22 of 31 days, 709.677...
            rent("2026-03-10", "2026-03-10", "2026-03-31", 709_68),
            rent("2026-04-03", "2026-04-01", "2026-04-30", 1_000_00),
        ]
    );
}

#[test]
fn the_rent_rises_from_the_first_period_after_each_anniversary() {
    let terms = LeaseTerms {
        start: day("2026-02-15"),
        end: None,
        escalator: Rate::from_percent("2.5").unwrap(),
        rent: Money::new(1_000_10, Currency::EUR),
        ..terms()
    };
    let amounts = due(terms, "2027-02-01", "2029-03-31");
    let amount = |date: &str| amounts.iter().find(|rent| rent.0 == date).unwrap().3;
    assert_eq!(amount("2027-02-03"), 1_000_10);
    // 1,000.10 × 1.025 = 1,025.1025; × 1.025 = 1,050.72750 (of 1,025.10); of 1,050.73: 1,076.99825.
    assert_eq!(amount("2027-03-03"), 1_025_10);
    assert_eq!(amount("2028-03-03"), 1_050_73);
    assert_eq!(amount("2029-03-03"), 1_077_00);
}

#[test]
fn quarters_half_years_and_years_are_those_of_the_calendar() {
    for (frequency, expected) in [
        // From 15 February: 45 of 90, 136 of 181, 320 of 365 days.
        (Frequency::Quarterly, vec![("2026-02-15", 500_00), ("2026-04-03", 1_000_00)]),
        (Frequency::HalfYearly, vec![("2026-02-15", 751_38), ("2026-07-03", 1_000_00)]),
        (Frequency::Yearly, vec![("2026-02-15", 876_71), ("2027-01-03", 1_000_00)]),
    ] {
        let terms = LeaseTerms { start: day("2026-02-15"), end: None, frequency, ..terms() };
        let due = due(terms, "2026-01-01", "2027-01-31");
        let found: Vec<_> = due.iter().take(2).map(|rent| (rent.0.as_str(), rent.3)).collect();
        assert_eq!(found, expected, "{frequency}");
    }
}

#[test]
fn the_parts_of_a_question_are_the_whole() {
    let terms = LeaseTerms { start: day("2024-01-31"), end: None, free_months: 1, due_day: 29, ..terms() };
    let whole = due(terms.clone(), "2024-01-01", "2030-12-31");
    let mut parts = due(terms.clone(), "2024-01-01", "2024-03-28");
    parts.extend(due(terms.clone(), "2024-03-29", "2027-02-28"));
    parts.extend(due(terms, "2027-03-01", "2030-12-31"));
    assert_eq!(parts, whole);
    assert_eq!(whole[0], rent("2024-02-29", "2024-02-29", "2024-02-29", 34_48));
}

#[test]
fn terms_that_cannot_be_are_refused_with_their_limit() {
    type Change = fn(&mut LeaseTerms);
    let changes: [(&str, Change); 9] = [
        ("lease_end", |t| t.end = Some(day("2025-12-31"))),
        ("lease_end", |t| t.end = Some(day("2126-01-01"))),
        ("rent", |t| t.rent.minor = 0),
        ("due_day", |t| t.due_day = 0),
        ("due_day", |t| t.due_day = 32),
        ("escalator_percent", |t| t.escalator = Rate::from_percent("25.01").unwrap()),
        ("escalator_percent", |t| t.escalator = Rate::from_percent("-1").unwrap()),
        ("free_months", |t| t.free_months = 36),
        ("deposit", |t| t.deposit = Money::new(1, Currency::USD)),
    ];
    for (field, change) in changes {
        let mut terms = terms();
        change(&mut terms);
        assert_eq!(Lease::try_from(terms).unwrap_err().field, field);
    }
    let lease = Lease::try_from(terms()).unwrap();
    assert_eq!(lease.rent_due(day("1900-01-01"), day("2001-01-01")).unwrap_err().field, "to");
    let endless = Lease::try_from(LeaseTerms { end: None, ..self::terms() }).unwrap();
    assert_eq!(endless.rent_due(day("2126-01-01"), day("2126-12-31")).unwrap().len(), 12);
    assert_eq!(endless.rent_due(day("2127-01-01"), day("2127-12-31")).unwrap_err().field, "to");
}

#[test]
fn a_rent_that_outgrows_money_is_an_error() {
    let rent = Money::new(domain::money::MAX_MINOR, Currency::EUR);
    let terms = LeaseTerms { rent, end: None, escalator: Rate::from_percent("25").unwrap(), ..terms() };
    let lease = Lease::try_from(terms).unwrap();
    assert_eq!(lease.rent_due(day("2026-01-01"), day("2026-12-31")).unwrap().len(), 12);
    assert!(lease.rent_due(day("2027-01-01"), day("2027-12-31")).is_err());
}

/// The payments of a lease read as a contract: date, kind and cents.
fn paid(lease: &Lease, until: Option<NaiveDate>) -> Vec<(NaiveDate, i64)> {
    use crate::schedule::actus::{Case, Kind};
    let case: Case = serde_json::from_value(lease.contract("L", until).unwrap()).unwrap();
    let events = case.events(crate::calendar::Calendars::built_in()).unwrap();
    assert_eq!((events[0].kind, events[0].at.date), (Kind::IED, lease.terms().start - Days::new(1)));
    assert_eq!(events.last().unwrap().after.notional, Decimal::ZERO);
    let cents = |amount: Decimal| Money::from_decimal(amount, Currency::EUR).unwrap().minor;
    events[1..].iter().map(|event| (event.at.date, cents(event.payoff))).collect()
}

#[test]
fn a_lease_is_a_contract_with_free_months_steps_and_a_break() {
    let escalator = Rate::from_percent("10").unwrap();
    let lease = Lease::try_from(LeaseTerms { free_months: 2, escalator, ..terms() }).unwrap();
    let contract = lease.contract("L", Some(day("2027-05-31"))).unwrap();
    let terms = &contract["terms"];
    assert_eq!(terms["notionalPrincipal"], "15500.00");
    assert_eq!(
        terms["arrayCycleAnchorDateOfPrincipalRedemption"],
        serde_json::json!(["2026-03-03T00:00:00", "2027-01-03T00:00:00"])
    );
    assert_eq!(terms["arrayCycleOfPrincipalRedemption"], serde_json::json!(["P1ML1", "P1ML1"]));
    assert_eq!(terms["arrayNextPrincipalRedemptionPayment"], serde_json::json!(["1000.00", "1100.00"]));
    assert_eq!(terms["maturityDate"], "2027-05-03T00:00:00");
    assert_eq!(paid(&lease, Some(day("2027-05-31"))).len(), 15);
    let endless = Lease::try_from(LeaseTerms { end: None, ..self::terms() }).unwrap();
    assert_eq!(endless.contract("L", None).unwrap_err().field, "until");
    assert_eq!(
        paid(&endless, Some(day("2026-02-14"))),
        [(day("2026-01-03"), 1_000_00), (day("2026-02-03"), 500_00)]
    );
}

#[test]
fn every_lease_pays_as_a_contract_what_falls_due_as_a_lease() {
    for number in 0..3_000_u32 {
        let of = |step: u32, many: u32| (number / step).rem_euclid(many);
        let frequency = [Frequency::Monthly, Frequency::Quarterly, Frequency::HalfYearly, Frequency::Yearly];
        let start = day("2026-01-01") + Days::new(u64::from(of(1, 400)));
        let lease = Lease::try_from(LeaseTerms {
            start,
            end: Some(start + Days::new(u64::from(300 + of(3, 1_500)))),
            rent: Money::new(i64::from(1 + of(2, 200_000)), Currency::EUR),
            frequency: frequency[of(1, 4) as usize],
            due_day: 1 + of(1, 31),
            escalator: Rate::from_percent(&of(5, 9).to_string()).unwrap(),
            free_months: of(7, 9),
            ..terms()
        });
        let lease = lease.unwrap();
        let due = lease.rent_due(start, lease.terms().end.unwrap()).unwrap();
        if due.is_empty() {
            continue;
        }
        let due: Vec<_> = due.iter().map(|rent| (rent.due_date, rent.amount.minor)).collect();
        assert_eq!(paid(&lease, None), due, "lease {number}");
    }
}

//! ACTUS contracts against the official cases, where they are present, and against generated ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use muniment_tokenizer::calendar::Calendars;
use muniment_tokenizer::day_count::{Context, DayCount};
use muniment_tokenizer::schedule::actus::{Case, Event};
use rust_decimal::Decimal;
use serde_json::Value;
use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// Contract types of the official cases that are implemented, with their number of cases.
const OFFICIAL: [(&str, usize); 12] = [
    ("pam", 25),
    ("lam", 31),
    ("nam", 22),
    ("ann", 31),
    ("lax", 18),
    ("clm", 15),
    ("ump", 9),
    ("csh", 4),
    ("stk", 10),
    ("com", 4),
    ("cec", 15),
    ("ceg", 14),
];

fn number(value: &Value) -> Decimal {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().or_else(|_| Decimal::from_scientific(&text)).unwrap()
}

/// Within a billionth, relative for large figures.
fn near(answer: Decimal, expected: Decimal) -> bool {
    (answer - expected).abs() <= Decimal::new(1, 9) * expected.abs().max(Decimal::ONE)
}

fn moment(value: &Value) -> String {
    let text = value.as_str().unwrap();
    if text.len() == 16 { format!("{text}:00") } else { text.to_owned() }
}

/// How the event differs from the expected one.
fn difference(event: &Event, expected: &Value, unsigned: bool) -> Option<String> {
    let side = |figure: Decimal| if unsigned { figure.abs() } else { figure };
    let figures = [
        ("payoff", event.payoff),
        ("notionalPrincipal", side(event.after.notional)),
        ("nominalInterestRate", event.after.rate),
        ("accruedInterest", event.after.accrued),
        ("exerciseAmount", event.after.exercise.unwrap_or_default().amount),
    ];
    if (event.at.to_string(), event.kind.name())
        != (moment(&expected["eventDate"]), expected["eventType"].as_str().unwrap())
    {
        return Some(format!("{} {} instead of {expected}", event.at, event.kind.name()));
    }
    figures.into_iter().find_map(|(name, answer)| {
        let expected = number(expected.get(name)?);
        let message = || format!("{} {} {name}: {answer} instead of {expected}", event.at, event.kind.name());
        (!near(answer, expected)).then(message)
    })
}

fn differences(text: &str, unsigned: bool) -> (usize, Vec<String>) {
    let cases: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
    let mut wrong = Vec::new();
    for (name, value) in &cases {
        let case: Case = serde_json::from_value(value.clone()).unwrap();
        let expected = value["results"].as_array().unwrap();
        match case.events(Calendars::built_in()) {
            Err(error) => wrong.push(format!("{name}: {error}")),
            Ok(events) => {
                let first = events.iter().zip(expected).find_map(|(a, b)| difference(a, b, unsigned));
                let count = (events.len() != expected.len())
                    .then(|| format!("{} events instead of {}", events.len(), expected.len()));
                wrong.extend(first.or(count).map(|text| format!("{name}: {text}")));
            }
        }
    }
    (cases.len(), wrong)
}

fn official() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = env::var_os("MUNIMENT_SHARED_DATA").map_or_else(beside, PathBuf::from);
    data.join("actus/tests")
}

#[test]
fn official_cases_agree_to_a_billionth() {
    if !official().is_dir() {
        println!(
            "the official ACTUS cases are not present at {}: nothing was compared",
            official().display()
        );
        return;
    }
    let (mut all, mut wrong) = (0, Vec::new());
    for (kind, expected) in OFFICIAL {
        let text = fs::read_to_string(official().join(format!("actus-tests-{kind}.json"))).unwrap();
        let (count, differences) = differences(&text, false);
        assert_eq!(count, expected, "{kind}");
        println!("{kind}: {} of {count}", count - differences.len());
        all += count;
        wrong.extend(differences);
    }
    println!("{} of {all}", all - wrong.len());
    // See `no_way_of_counting_gives_the_fee_of_guarantee14_as_its_file_has_it`.
    let cut =
        "guarantee14: 2020-09-25T00:00:00 STD payoff: 3508695.6521739130434782608696 instead of 3508695";
    assert_eq!(wrong, [cut], "{}", wrong.join("\n"));
}

/// The generated cases show the notional of a liability without its sign.
#[test]
fn generated_cases_agree_to_a_billionth() {
    let (count, wrong) = differences(include_str!("data/actus/generated.json"), true);
    println!("{} of {count}", count - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 240);
}

/// The day counts that need nothing beside two dates.
const COUNTS: [DayCount; 17] = [
    DayCount::Act360,
    DayCount::Act360Inclusive,
    DayCount::Act365Fixed,
    DayCount::NoLeap365,
    DayCount::Act364,
    DayCount::Act366,
    DayCount::Act36525,
    DayCount::ActActIsda,
    DayCount::ActActAfb,
    DayCount::Thirty360BondBasis,
    DayCount::Thirty360Us,
    DayCount::Thirty360Nasd,
    DayCount::Thirty360Italian,
    DayCount::ThirtyE360,
    DayCount::ThirtyE360Isda,
    DayCount::Thirty365,
    DayCount::TwentyEightE336,
];

/// The file shows 3508695 where 3,500,000 and the part of a fee of 10,000 are due that has accrued from 2020-07-02 to
/// the exercise on 2020-09-20: 80 of 92 days, 8,695.65. The fee would have to be 1739/2000 of 10,000. No day count
/// gives that, whichever of the dates are moved and by whatever convention: the file was cut to whole units.
#[test]
fn no_way_of_counting_gives_the_fee_of_guarantee14_as_its_file_has_it() {
    let days = |from: (i32, u32, u32), count: u64| {
        let first = chrono::NaiveDate::from_ymd_opt(from.0, from.1, from.2).unwrap();
        first.iter_days().take(usize::try_from(count).unwrap())
    };
    let (mut tried, mut cut) = (0, 0);
    let terms = Context::default();
    for count in COUNTS {
        for start in days((2020, 6, 29), 7) {
            for exercise in days((2020, 9, 16), 12) {
                for end in days((2020, 9, 28), 10) {
                    let part = |to| count.year_fraction(start, to, &terms).unwrap().to_decimal().unwrap();
                    let fee = Decimal::from(10_000) * part(exercise) / part(end);
                    tried += 1;
                    cut += u32::from(fee.trunc() == Decimal::from(8_695));
                    assert!(
                        (fee - Decimal::from(8_695)).abs() > Decimal::new(4, 3),
                        "{count:?} {start} {exercise}"
                    );
                }
            }
        }
    }
    // Cut to whole units, the dates of the contract give it.
    assert_eq!(tried, COUNTS.len() * 7 * 12 * 10);
    assert!(cut > 0);
}

//! Schedules, year fractions, contracts and lines answered per second: `cargo bench -p muniment-tokenizer --bench schedule`.
//! `benches/quantlib/compare` runs the first two of them, and QuantLib's C++ core and Python on the same dates.
#![allow(clippy::unwrap_used, reason = "a bench stops by panicking")]

use chrono::{Days, NaiveDate};
use muniment_tokenizer::calendar::{BusinessDay, Calendars, Unit};
use muniment_tokenizer::day_count::{Context, DayCount, Rounding};
use muniment_tokenizer::schedule::dates::{Plan, Roll, Tenor};
use muniment_tokenizer::schedule::residual::{Residual, divide};
use muniment_tokenizer::schedule::{actus::Case, ndjson};
use std::{collections::BTreeMap, hint::black_box, time::Instant};

/// Repeats `work`, which does `count` things, for about a second and prints how many it does per second.
fn measure(name: &str, count: usize, mut work: impl FnMut()) {
    work();
    let start = Instant::now();
    let mut rounds = 0_u128;
    while start.elapsed().as_millis() < 1_000 {
        work();
        rounds += 1;
    }
    let per_second = rounds * count as u128 * 1_000_000 / start.elapsed().as_micros();
    println!("{name:<44} {per_second:>12} per second");
}

fn main() {
    year_fractions();
    schedules();
    // What quantlib/compare sets beside QuantLib ends here.
    if std::env::args().any(|argument| argument == "dates") {
        return;
    }
    contracts();
    lines();
    residuals();
}

fn year_fractions() {
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let dates: Vec<_> =
        (0..1_000).map(|day| (first + Days::new(day), first + Days::new(3 * day + 200))).collect();
    for day_count in [
        DayCount::Act360,
        DayCount::ThirtyE360,
        DayCount::Thirty360Us,
        DayCount::ActActIsda,
        DayCount::ActActAfb,
    ] {
        measure(&format!("year fractions, {}", day_count.name()), dates.len(), || {
            for (start, end) in &dates {
                black_box(day_count.year_fraction(*start, *end, &Context::default()).unwrap());
            }
        });
    }
    let calendar = Calendars::built_in().get("BR").unwrap();
    let context = Context { calendar: Some(&calendar), ..Context::default() };
    measure("year fractions, BUS_252", dates.len(), || {
        for (start, end) in &dates {
            black_box(DayCount::Business252.year_fraction(*start, *end, &context).unwrap());
        }
    });
}

fn schedules() {
    let calendar = Calendars::built_in().get("TARGET").unwrap();
    let plan = |day: u64| Plan {
        start: NaiveDate::from_ymd_opt(2020, 1, 15).unwrap() + Days::new(day),
        end: NaiveDate::from_ymd_opt(2030, 3, 20).unwrap() + Days::new(day),
        tenor: Tenor { count: 3, unit: Unit::Months },
        roll: Roll::Backward,
        end_of_month: true,
        first_date: None,
        next_to_last: None,
        convention: BusinessDay::ModifiedFollowing,
        end_convention: BusinessDay::Following,
    };
    let plans: Vec<_> = (0..1_000).map(plan).collect();
    measure("schedules of ten years, quarterly, TARGET", plans.len(), || {
        for plan in &plans {
            black_box(plan.dates(&calendar).unwrap());
        }
    });
}

fn generated() -> BTreeMap<String, serde_json::Value> {
    serde_json::from_str(include_str!("../tests/data/actus/generated.json")).unwrap()
}

fn contracts() {
    let cases: Vec<Case> =
        generated().into_values().map(|case| serde_json::from_value(case).unwrap()).collect();
    let events: usize = cases.iter().map(|case| case.events(Calendars::built_in()).unwrap().len()).sum();
    let all = || {
        for case in &cases {
            black_box(case.events(Calendars::built_in()).unwrap());
        }
    };
    measure("contracts (ACTUS)", cases.len(), all);
    measure("events of contracts (ACTUS)", events, all);
}

fn lines() {
    let mut input = String::new();
    let mut reader = csv::Reader::from_reader(include_bytes!("../tests/data/daycount/dev.csv").as_slice());
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let asked: BTreeMap<_, _> = row
            .unwrap()
            .into_iter()
            .filter(|(column, value)| !value.is_empty() && column != "tag" && !column.starts_with("exp_"))
            .collect();
        input.push_str(&serde_json::to_string(&asked).unwrap());
        input.push('\n');
    }
    measure("lines of questions, read and answered", input.lines().count(), || {
        let mut output = Vec::new();
        ndjson::run(input.as_bytes(), &mut output).unwrap();
        black_box(output);
    });
    let cases: String = generated().into_values().map(|case| format!("{case}\n")).collect();
    measure("lines of contracts, read and answered", cases.lines().count(), || {
        let mut output = Vec::new();
        ndjson::run(cases.as_bytes(), &mut output).unwrap();
        black_box(output);
    });
}

/// The last cents of one coupon among very many holders.
fn residuals() {
    for holders in [1_000_000, 10_000_000] {
        let weights: Vec<i64> = (0..holders).map(|id| 1 + id * 7_919 % 10_007).collect();
        for (name, residual) in [
            ("largest remainder", Residual::LargestRemainder),
            ("running total", Residual::Cumulative(Rounding::HalfUp)),
        ] {
            let name = format!("holders by {name}, {holders} at once");
            measure(&name, weights.len(), || {
                black_box(divide(98_765_432_109, 0, &weights, residual).unwrap());
            });
        }
    }
}

//! Day counts, calendars, schedules and coupons against 5,000 rows of an independent implementation.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
use muniment_tokenizer::calendar::{Calendars, weekend};
use muniment_tokenizer::schedule::question::{Answer, Question};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn question(row: &Row) -> Question {
    let mut question = Question::default();
    for (column, value) in row {
        assert!(question.set(column, value) || column == "tag" || column.starts_with("exp_"), "{column}");
    }
    question
}

fn near(answer: &str, expected: &str, tolerance: impl Fn(Decimal) -> Decimal) -> bool {
    let read = |text: &str| {
        text.parse::<Decimal>()
            .or_else(|_| Decimal::from_scientific(text))
            .unwrap_or_else(|_| panic!("{text}"))
    };
    let (answers, expected): (Vec<_>, Vec<_>) = (answer.split(';').collect(), expected.split(';').collect());
    answers.len() == expected.len()
        && answers.iter().zip(&expected).all(|(a, b)| (read(a) - read(b)).abs() <= tolerance(read(b).abs()))
}

/// The columns in which the answer differs from the reference.
fn differences(row: &Row, answer: &Answer) -> Vec<String> {
    let given = serde_json::to_value(answer).unwrap();
    let given = |name: &str| given.get(name).and_then(|text| text.as_str()).unwrap_or("").to_owned();
    let billionth = Decimal::new(1, 12);
    let notional: Decimal = row["notional"].parse().unwrap_or_default();
    let mut found = Vec::new();
    for (name, expected) in row.iter().filter_map(|(name, text)| Some((name.strip_prefix("exp_")?, text))) {
        let answer = given(name);
        let same = match name {
            _ if expected.is_empty() => answer.is_empty(),
            "yf" => near(&answer, expected, |_| billionth),
            "amounts" | "accrued" => {
                near(&answer, expected, |size| notional * Decimal::new(1, 13) + size * billionth)
            }
            _ => answer == *expected,
        };
        if !same {
            found.push(format!("{name}: {answer} instead of {expected}"));
        }
    }
    found
}

/// Tagged rows hold what the other implementation does on its own: it takes the last business day of a month
/// for its end, and moves agreed stub dates to it. They are counted, not asked for.
#[test]
fn every_row_of_the_reference_is_answered_alike() {
    let rows = rows(include_str!("data/daycount/dev.csv"));
    let (mut plain, mut tagged, mut wrong) = ((0, 0), (0, 0), Vec::new());
    for row in &rows {
        let found = match question(row).answer(Calendars::built_in()) {
            Ok(answer) => differences(row, &answer),
            Err(error) => vec![error.to_string()],
        };
        let count = if row["tag"].is_empty() { &mut plain } else { &mut tagged };
        count.1 += 1;
        if found.is_empty() {
            count.0 += 1;
        } else if row["tag"].is_empty() {
            wrong.push(format!("{} {}: {}", row["id"], row["kind"], found.join("\n    ")));
        }
    }
    println!("untagged {} of {}, tagged {} of {}", plain.0, plain.1, tagged.0, tagged.1);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(plain, (4_952, 4_952));
}

#[test]
fn every_holiday_of_the_reference_is_one_and_no_other_day_is() {
    let mut listed: BTreeMap<String, BTreeSet<chrono::NaiveDate>> = BTreeMap::new();
    for row in rows(include_str!("data/daycount/holidays.csv")) {
        listed.entry(row["calendar"].clone()).or_default().insert(row["date"].parse().unwrap());
    }
    for (name, holidays) in listed {
        let calendar = Calendars::built_in().get(&name).unwrap();
        let (first, last) = (*holidays.first().unwrap(), *holidays.last().unwrap());
        for date in first.iter_days().take_while(|date| *date <= last) {
            let open = !weekend(date) && !holidays.contains(&date);
            assert_eq!(calendar.is_business_day(date).unwrap(), open, "{name} {date}");
        }
    }
}

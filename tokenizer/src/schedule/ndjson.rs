//! Questions and contracts as lines of JSON, answered line by line and in order.

use super::actus::{Case, Event};
use super::question::Question;
use crate::calendar::Calendars;
use rust_decimal::Decimal;
use serde_json::json;
use std::fmt::{self, Write as _};
use std::io::{self, BufRead, Read, Write};
use std::num::NonZero;
use std::thread;

/// The longest line in bytes. The largest official case has 20 kB; a longer line is refused unread.
pub const MAX_LINE: u64 = 1 << 20;
/// Lines that are held at once, so that memory does not grow with the input.
const BATCH_LINES: usize = 4_096;
/// Bytes that are held at once, for inputs of long lines.
const BATCH_BYTES: usize = 16 << 20;
/// More threads than this wait for the one that reads and writes.
const MAX_THREADS: usize = 8;

/// How lines are answered.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The calendars that are known.
    pub calendars: &'a Calendars,
    /// Each event says how it was found.
    pub explain: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { calendars: Calendars::built_in(), explain: false }
    }
}

/// A line with its number, or what is wrong with it before it is read.
struct Line {
    number: usize,
    text: Result<String, &'static str>,
}

/// Answers each line of `input` that is not blank with one line of `output`, in order. A line with an object
/// `terms` is an ACTUS case, answered by its identifier and results; any other is a question of columns (see
/// [`Question`]), answered by its columns. What cannot be answered becomes an object with `line` and `error`.
///
/// # Errors
/// Only when reading or writing fails.
pub fn run(input: impl BufRead, output: impl Write) -> io::Result<()> {
    run_with(Options::default(), input, output)
}

/// As [`run`], with other calendars or with explanations.
///
/// # Errors
/// Only when reading or writing fails.
pub fn run_with(options: Options, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let mut number = 0;
    loop {
        let batch = read_batch(&mut input, &mut number)?;
        if batch.is_empty() {
            return output.flush();
        }
        for part in answer_batch(options, &batch, threads) {
            output.write_all(part.as_bytes())?;
        }
    }
}

fn read_batch(input: &mut impl BufRead, number: &mut usize) -> io::Result<Vec<Line>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH_LINES && bytes < BATCH_BYTES {
        let mut raw = Vec::new();
        let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut raw)?;
        if read == 0 {
            break;
        }
        *number += 1;
        bytes += read;
        let cut = read as u64 == MAX_LINE && raw.last() != Some(&b'\n');
        let text = if cut {
            skip_line(input)?;
            Err("the line is longer than 1 MiB")
        } else {
            // Some editors put a byte-order mark in front of the first line.
            let start = if *number == 1 && raw.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            String::from_utf8(raw.split_off(start)).map_err(|_| "the line is not UTF-8")
        };
        if text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        batch.push(Line { number: *number, text });
    }
    Ok(batch)
}

/// Passes over what is left of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            return Ok(());
        }
        let end = held.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(held.len(), |at| at + 1);
        input.consume(length);
        if end.is_some() {
            return Ok(());
        }
    }
}

/// The answers of a batch, one text per thread, in order.
fn answer_batch(options: Options, batch: &[Line], threads: usize) -> Vec<String> {
    let answer_all = move |lines: &[Line]| {
        let mut answers = String::with_capacity(lines.len() * 128);
        for line in lines {
            answer(options, line, &mut answers);
            answers.push('\n');
        }
        answers
    };
    let size = batch.len().div_ceil(threads);
    thread::scope(|scope| {
        let parts: Vec<_> =
            batch.chunks(size).map(|lines| (lines, scope.spawn(move || answer_all(lines)))).collect();
        // A thread that was lost would lose its lines: they are answered here instead.
        parts.into_iter().map(|(lines, part)| part.join().unwrap_or_else(|_| answer_all(lines))).collect()
    })
}

fn answer(options: Options, line: &Line, answers: &mut String) {
    let start = answers.len();
    let failed = match &line.text {
        Err(reason) => Err(Failure::unnamed(reason)),
        Ok(text) if text.contains("\"terms\"") => case(options, text, answers),
        Ok(text) => question(options, text, answers),
    };
    if let Err(Failure { name, error }) = failed {
        answers.truncate(start);
        let mut object = json!({ "line": line.number, "error": error });
        if let Some((key, name)) = name.filter(|(_, name)| !name.is_empty()) {
            object[key] = name.into();
        }
        answers.push_str(&object.to_string());
    }
}

/// Why a line has no answer, with the name it gives itself and the key of that name.
struct Failure {
    name: Option<(&'static str, String)>,
    error: String,
}

impl Failure {
    fn unnamed(error: impl ToString) -> Self {
        Self { name: None, error: error.to_string() }
    }
}

fn question(options: Options, text: &str, answers: &mut String) -> Result<(), Failure> {
    let question: Question = serde_json::from_str(text).map_err(Failure::unnamed)?;
    let answer = question
        .answer(options.calendars)
        .map_err(|error| Failure { name: Some(("id", question.id.clone())), error: error.to_string() })?;
    answers.push_str(&serde_json::to_string(&answer).map_err(Failure::unnamed)?);
    Ok(())
}

fn case(options: Options, text: &str, answers: &mut String) -> Result<(), Failure> {
    let case: Case = serde_json::from_str(text).map_err(Failure::unnamed)?;
    let events = case.events(options.calendars).map_err(|error| Failure {
        name: Some(("identifier", case.identifier.clone())),
        error: error.to_string(),
    })?;
    answers.push_str("{\"identifier\":");
    answers.push_str(&quoted(&case.identifier));
    answers.push_str(",\"results\":[");
    for (position, event) in events.iter().enumerate() {
        if position > 0 {
            answers.push(',');
        }
        write_event(answers, event, options.explain);
    }
    answers.push_str("]}");
    Ok(())
}

/// One event as in the official files: contracts that are exercised show that, all others rate and interest.
/// Writing into a text cannot fail.
fn write_event(answers: &mut String, event: &Event, explain: bool) {
    let _ = write!(
        answers,
        "{{\"eventDate\":\"{}\",\"eventType\":\"{}\",\"payoff\":{},\"currency\":{},\"notionalPrincipal\":{}",
        event.at,
        event.kind.name(),
        Number(event.payoff),
        quoted(&event.currency),
        Number(event.after.notional),
    );
    let _ = match event.after.exercise {
        None => write!(
            answers,
            ",\"nominalInterestRate\":{},\"accruedInterest\":{}",
            Number(event.after.rate),
            Number(event.after.accrued)
        ),
        Some(exercise) => {
            if let Some(at) = exercise.at {
                let _ = write!(answers, ",\"exerciseDate\":\"{at}\"");
            }
            write!(answers, ",\"exerciseAmount\":{}", Number(exercise.amount))
        }
    };
    if explain {
        let _ = write!(answers, ",\"explanation\":{}", quoted(&event.explanation.to_string()));
    }
    answers.push('}');
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number of JSON. The digits of a [`Decimal`] are written from its mantissa at once, which is several times
/// faster than one by one; zero has no sign.
struct Number(Decimal);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = self.0.normalize();
        let mantissa = figure.mantissa();
        let sign = if mantissa < 0 { "-" } else { "" };
        let digits = mantissa.unsigned_abs();
        if figure.scale() == 0 {
            return write!(f, "{sign}{digits}");
        }
        let one = 10_u128.pow(figure.scale());
        let (whole, part) = (digits.div_euclid(one), digits.rem_euclid(one));
        write!(f, "{sign}{whole}.{part:0width$}", width = figure.scale() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn answers(input: &[u8]) -> Vec<Value> {
        let mut output = Vec::new();
        run(input, &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn both_kinds_of_lines_are_answered_in_order_and_errors_carry_their_line() {
        let input = concat!(
            r#"{"id":"q1","kind":"yf","convention":"ACT_360","start":"2026-01-01","end":"2026-04-01"}"#,
            "\n\n",
            r#"{"identifier":"c1","terms":{"contractType":"CSH","contractRole":"RPL","currency":"EUR","#,
            r#""statusDate":"2026-01-01","notionalPrincipal":" 12.50"},"to":"","dataObserved":{},"#,
            r#""eventsObserved":[{"time":"2026-02-01T00:00","type":"AD","value":0}]}"#,
            "\n{\"id\":\"q2\",\"kind\":\"guess\"}\nnot json\n",
            r#"{"kind":"coupons","convention":"ACT_360","bdc":"UNADJUSTED","term_bdc":"UNADJUSTED","rule":"FORWARD","#,
            r#""start":"2026-01-01","end":"2026-12-27","tenor":"1Y","pay_bdc":"FOLLOWING","rate":"5e-05","#,
            r#""notional":"1000000.0"}"#,
        );
        let answers = answers(input.as_bytes());
        assert_eq!(answers[0], serde_json::json!({ "id": "q1", "days": "90", "yf": "0.25" }));
        assert_eq!(answers[1]["identifier"], "c1");
        assert_eq!(answers[1]["results"][0]["eventDate"], "2026-02-01T00:00:00");
        assert_eq!(answers[1]["results"][0]["notionalPrincipal"].to_string(), "-12.5");
        assert_eq!((&answers[2]["line"], &answers[2]["id"]), (&4.into(), &"q2".into()));
        assert!(answers[2]["error"].as_str().unwrap().starts_with("kind: \"guess\""));
        assert_eq!(answers[3]["line"], 5);
        assert_eq!(answers[4]["amounts"], "50");
        assert_eq!(answers.len(), 5);
    }

    #[test]
    fn lines_that_are_too_long_or_no_text_are_refused_and_the_next_is_answered() {
        let mut input = vec![b'x'; MAX_LINE as usize + 10];
        input.extend(b"\n\xff\xfe\n");
        input.extend(br#"{"kind":"yf","convention":"ONE_ONE","start":"2026-01-01","end":"2026-04-01"}"#);
        let answers = answers(&input);
        assert_eq!(answers[0], serde_json::json!({ "line": 1, "error": "the line is longer than 1 MiB" }));
        assert_eq!(answers[1], serde_json::json!({ "line": 2, "error": "the line is not UTF-8" }));
        assert_eq!(answers[2]["yf"], "1");
    }

    #[test]
    fn numbers_are_written_with_all_their_digits() {
        for text in [
            "0",
            "-0.05",
            "1000000",
            "-12.5",
            "0.0000000000000000000000000001",
            "79228162514264337593543950335",
        ] {
            assert_eq!(Number(text.parse().unwrap()).to_string(), text);
        }
        assert_eq!(Number(-Decimal::ZERO).to_string(), "0");
        assert_eq!(Number("1.500".parse().unwrap()).to_string(), "1.5");
    }

    #[test]
    fn marks_of_byte_order_and_nulls_do_not_matter() {
        let input = "\u{feff}{\"kind\":\"yf\",\"convention\":\"ONE_ONE\",\"start\":\"2026-01-01\",\"end\":\"2026-04-01\"}\r\n\
            {\"identifier\":null,\"terms\":{\"contractType\":\"CSH\",\"contractRole\":\"RPA\",\"notionalPrincipal\":\"1\",\
            \"statusDate\":\"2026-01-01\"},\"to\":null,\"dataObserved\":null,\"eventsObserved\":null}\r\n";
        let answers = answers(input.as_bytes());
        assert_eq!(answers[0]["yf"], "1");
        assert_eq!(answers[1], serde_json::json!({ "identifier": "", "results": [] }));
    }

    #[test]
    fn order_is_kept_over_many_batches() {
        let line = |id: usize| {
            format!(
                "{{\"id\":\"{id}\",\"kind\":\"adjust\",\"calendar\":\"UK\",\"bdc\":\"FOLLOWING\",\"start\":\"2026-12-25\"}}\n"
            )
        };
        let input: String = (0..10_000).map(line).collect();
        for (id, answer) in answers(input.as_bytes()).iter().enumerate() {
            assert_eq!(answer["id"], id.to_string());
            assert_eq!(answer["date"], "2026-12-29");
        }
    }
}

//! `muniment travel-rule`: payloads of the interVASP messaging standard, checked and rewritten.

use crate::error::AppError;
use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand};
use compliance::travel_rule::{Finding, check, to_2023};
use domain::Invalid;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};

/// The most bytes of a payload: two people, two companies and a path of companies have a few thousand.
const MAX_PAYLOAD: u64 = 1024 * 1024;

/// Payloads of IVMS101.
#[derive(Debug, Subcommand)]
pub(super) enum TravelRule {
    /// Every broken rule C1 to C11 with its JSON pointer; exit code 0 in order, 2 rules are broken, 1 error.
    Check(Check),
    /// The payload as IVMS101.2023 writes it, on standard output.
    Convert {
        /// The payload; standard input when it is left out or `-`.
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The payload: IVMS101 of 2020 or 2023, in camel, Pascal or snake case; standard input when it is left out or `-`.
    file: Option<PathBuf>,
    /// The day before which a date of birth lies; today when nothing is said.
    #[arg(long, value_name = "DATE")]
    at: Option<NaiveDate>,
    /// For programs: {"valid","findings":[{"pointer","rule","detail"}]}.
    #[arg(long)]
    json: bool,
}

/// Does what was asked.
pub(super) fn run(travel_rule: &TravelRule) -> Result<u8, AppError> {
    match travel_rule {
        TravelRule::Check(Check { file, at, json }) => {
            let today = at.unwrap_or_else(|| Utc::now().date_naive());
            let findings = check(&read(file.as_deref())?, today);
            report(&findings, *json).map_err(AppError::internal)?;
            Ok(if findings.is_empty() { super::EXIT_DONE } else { super::EXIT_REFUSED })
        }
        TravelRule::Convert { file } => {
            let converted = to_2023(&read(file.as_deref())?);
            let text = serde_json::to_string_pretty(&converted).map_err(AppError::internal)?;
            writeln!(stdout(), "{text}").map_err(AppError::internal)?;
            Ok(super::EXIT_DONE)
        }
    }
}

fn report(findings: &[Finding], as_json: bool) -> io::Result<()> {
    let mut output = stdout().lock();
    if as_json {
        return writeln!(output, "{}", json!({ "valid": findings.is_empty(), "findings": findings }));
    }
    for Finding { pointer, rule, detail } in findings {
        let place = if pointer.is_empty() { "(the whole)" } else { pointer };
        writeln!(output, "{rule:<9}  {place}  {detail}")?;
    }
    match findings.len() {
        0 => writeln!(output, "every rule holds"),
        count => writeln!(output, "broken rules: {count}"),
    }
}

fn read(file: Option<&Path>) -> Result<Value, AppError> {
    let named = file.filter(|file| *file != Path::new("-"));
    let shown = named.map_or_else(|| "standard input".to_owned(), |file| file.display().to_string());
    let unread =
        |error: std::io::Error| Invalid::new("file", &shown, format!("a file that can be read: {error}"));
    let input: Box<dyn Read> = match named {
        Some(file) => Box::new(File::open(file).map_err(unread)?),
        None => Box::new(stdin().lock()),
    };
    let mut bytes = Vec::new();
    input.take(MAX_PAYLOAD + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MAX_PAYLOAD {
        return Err(Invalid::new("file", &shown, format!("at most {MAX_PAYLOAD} bytes")).into());
    }
    // Files from Windows begin with a mark of their byte order.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let read = serde_json::from_slice(bytes);
    Ok(read.map_err(|error| Invalid::new("file", &shown, format!("a payload in JSON: {error}")))?)
}

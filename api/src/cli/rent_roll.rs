//! `muniment import rent-roll`: bring rent rolls in, or look at them row by row and read each lease as a contract.

use super::import::Bringer;
use crate::app::Act;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::import::{self, Finding, Source};
use crate::flows::import_rent_roll;
use chrono::NaiveDate;
use clap::Args;
use domain::Invalid;
use serde_json::{Value, json};
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;
use tokenizer::intake::rent_roll::{RentRoll, RentRollRow};

/// Which rent rolls, and what is shown of them.
#[derive(Debug, Args)]
pub(super) struct RentRolls {
    /// Take nothing, only say what is wrong; without --as no installation is needed and each row is judged by itself.
    #[arg(long)]
    dry_run: bool,
    /// For programs: one object a row in a dry run without --as, else one report.
    #[arg(long)]
    json: bool,
    /// The e-mail address of the issuer's person who brings them.
    #[arg(long = "as", value_name = "EMAIL", required_unless_present = "dry_run", conflicts_with_all = ["contracts", "until"])]
    by: Option<String>,
    /// Only the leases, each as an ACTUS contract on a line of its own, as `schedule --ndjson` reads them.
    #[arg(long, conflicts_with = "json")]
    contracts: bool,
    /// The day on which leases are broken, or how far those without end are looked at.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// CSV files.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// A row with its lease as a contract, or what is wrong with it.
struct Looked {
    row: Option<RentRollRow>,
    contract: Option<Value>,
    findings: Vec<Finding>,
}

/// Brings the rent rolls in, or looks at them.
pub(super) fn run(place: &Place, asked: &RentRolls) -> Result<u8, AppError> {
    let Some(email) = &asked.by else { return look(asked) };
    let bringer = Bringer::find(place, email)?;
    let sources = asked.paths.iter().cloned().map(Source::from_path).collect::<Result<Vec<_>, _>>()?;
    import::check_files(&sources)?;
    let take = |act: &mut Act<'_, '_>| import_rent_roll::take(act, bringer.issuer, &sources, asked.dry_run);
    let report = bringer.take(asked.dry_run, take)?;
    super::import::print(&report, asked.json)?;
    Ok(if report.rejected == 0 { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

/// Looks at every row.
fn look(asked: &RentRolls) -> Result<u8, AppError> {
    let mut output = BufWriter::new(stdout().lock());
    let mut all_good = true;
    for path in &asked.paths {
        let source = Source::from_path(path.clone())?;
        let roll = match RentRoll::open(&source.name, source.open()?) {
            Ok(roll) => roll,
            Err(bad) => {
                all_good = false;
                let findings = import::of_bad_row(bad);
                write(&mut output, asked, &Looked { row: None, contract: None, findings })?;
                continue;
            }
        };
        for row in roll {
            let looked = match row {
                Ok(row) => look_at(row, asked.until, &source.name),
                Err(bad) => Looked { row: None, contract: None, findings: import::of_bad_row(bad) },
            };
            all_good &= looked.findings.is_empty();
            write(&mut output, asked, &looked)?;
        }
    }
    output.flush().map_err(AppError::internal)?;
    Ok(if all_good { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

fn look_at(row: RentRollRow, until: Option<NaiveDate>, file: &str) -> Looked {
    let contract = row.lease.as_ref().map(|lease| {
        let name = format!("{}@{}", lease.terms().tenant_reference, lease.terms().start);
        lease.contract(&name, until)
    });
    let (contract, found) = match contract.transpose() {
        Ok(contract) => (contract, None),
        // A lease without end is good; only its schedule needs a day to end at.
        Err(_) if until.is_none() => (None, None),
        Err(found) => (None, Some(found)),
    };
    let findings = found.map(|found| finding(file, row.row, found)).into_iter().flatten().collect();
    Looked { row: Some(row), contract, findings }
}

fn finding(file: &str, row: u64, found: Invalid) -> Vec<Finding> {
    import::of_bad_row(tokenizer::intake::table::BadRow { file: file.to_owned(), row, found: found.into() })
}

fn write(output: &mut impl Write, asked: &RentRolls, looked: &Looked) -> Result<(), AppError> {
    let Looked { row, contract, findings } = looked;
    let line = if asked.contracts {
        findings.iter().for_each(|finding| eprintln!("{}", super::import::sentence(finding)));
        let Some(contract) = contract else { return Ok(()) };
        contract.to_string()
    } else if asked.json {
        json!({ "accept": findings.is_empty(), "row": row, "contract": contract, "findings": findings })
            .to_string()
    } else {
        match row {
            Some(row) if findings.is_empty() => in_words(row),
            _ => findings.iter().map(super::import::sentence).collect::<Vec<_>>().join("\n"),
        }
    };
    writeln!(output, "{line}").map_err(AppError::internal)
}

fn in_words(row: &RentRollRow) -> String {
    let place = format!("row {}: {}, {}", row.row, row.property, row.unit);
    match &row.lease {
        None => format!("{place}: vacant"),
        Some(lease) => {
            let terms = lease.terms();
            let end = terms.end.map_or_else(|| "until notice".to_owned(), |end| format!("to {end}"));
            format!("{place}: {} {} from {} {end}", terms.rent, terms.frequency, terms.start)
        }
    }
}

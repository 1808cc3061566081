//! `muniment schedule`: schedules and day counts as a filter, and the calendars they know.

use crate::error::AppError;
use clap::{ArgGroup, Args};
use domain::Invalid;
use serde_json::json;
use std::io::{BufWriter, Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use tokenizer::calendar::{Calendar, Calendars, table};
use tokenizer::schedule::ndjson::{Options, run_with};

/// The longest table of holidays: 2,400 lines with a note each.
const MAX_TABLE_BYTES: u64 = 1 << 20;

/// What is asked.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("asked").required(true).args(["ndjson", "calendars"])))]
pub(super) struct Schedule {
    /// One JSON object a line in, one answer a line out, in order: ACTUS contracts, and questions of day counts, dates and coupons.
    #[arg(long)]
    ndjson: bool,
    /// Each event of a contract says its formula, its dates and how its days are counted.
    #[arg(long, requires = "ndjson")]
    explain: bool,
    /// A table of holidays, in place of the one of its name that ships with the program. May be repeated.
    #[arg(long = "calendar", value_name = "FILE")]
    tables: Vec<PathBuf>,
    /// List the calendars with their sources and the dates they are known for.
    #[arg(long)]
    calendars: bool,
    /// For programs: the list as one object a line.
    #[arg(long, requires = "calendars")]
    json: bool,
}

/// Answers what was asked.
pub(super) fn run(asked: &Schedule) -> Result<u8, AppError> {
    let calendars = load(&asked.tables)?;
    let mut output = BufWriter::new(stdout().lock());
    if asked.calendars {
        for calendar in calendars.iter() {
            writeln!(output, "{}", described(calendar, asked.json)).map_err(AppError::internal)?;
        }
    } else {
        let options = Options { calendars: &calendars, explain: asked.explain };
        run_with(options, stdin().lock(), &mut output).map_err(AppError::internal)?;
    }
    output.flush().map_err(AppError::internal)?;
    Ok(super::EXIT_DONE)
}

fn load(tables: &[PathBuf]) -> Result<Calendars, AppError> {
    let mut calendars = Calendars::built_in().clone();
    for path in tables {
        calendars = calendars.with(read(path)?);
    }
    Ok(calendars)
}

fn read(path: &Path) -> Result<Calendar, AppError> {
    let refused = |reason: String| AppError::from(Invalid::new("calendar", path.display(), reason));
    let mut text = String::new();
    let file =
        std::fs::File::open(path).map_err(|error| refused(format!("a file that can be read: {error}")))?;
    file.take(MAX_TABLE_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| refused(format!("a table of holidays: {error}")))?;
    table::read(&text).map_err(|error| refused(format!("a table of holidays: {error}")))
}

fn described(calendar: &Calendar, json: bool) -> String {
    let (id, about) = (calendar.id(), calendar.provenance());
    let basis = about.basis.name();
    if json {
        let (source, from, until) = (&about.source, about.from, about.until);
        return json!({ "calendar": id, "source": source, "basis": basis, "from": from, "until": until })
            .to_string();
    }
    format!("{id:<10} {} to {}, {basis}: {}", about.from, about.until, about.source)
}

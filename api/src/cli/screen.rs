//! `muniment screen`: put a list in force, screen customers, score pairs of names.

use super::desk::Desk;
use crate::actor::Actor;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::screen::{self, ListFiles, ListFormat};
use crate::flows::screen_again;
use crate::secrets::Secrets;
use clap::{Args, Subcommand};
use compliance::screening::lists::MAX_LIST_BYTES;
use compliance::screening::{evaluate, ndjson, pairs};
use domain::Invalid;
use domain::ids::ScreeningId;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write, stdin, stdout};
use std::path::{Path, PathBuf};

/// Names against sanctions lists.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(super) struct Screen {
    #[command(subcommand)]
    action: Option<Action>,
    /// One customer a line on standard input, {"id","name","dob"?,"country"?,"gender"?,"schema"?}; hits out, in order.
    #[arg(long, conflicts_with = "pairs")]
    ndjson: bool,
    /// Score the pairs of names in a CSV with the columns schema, name_a and name_b.
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// For programs: one JSON object a line. It is the only form that pairs come in.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Put a list in force in the place of its version before.
    Load {
        /// The file; of OFAC's four the primary one (the others are read beside it) or their folder.
        file: PathBuf,
        /// What the list is called in hits; from its format when nothing is said (ofac-sdn, un, eu, uk, own).
        #[arg(long, value_name = "NAME")]
        list: Option<String>,
        /// How it is written: ofac-sdn (the consolidated list as well), un-xml, eu-xml, uk-xml, uk-csv or csv; seen in
        /// the files when nothing is said.
        #[arg(long)]
        format: Option<ListFormat>,
        /// The version its publisher gives; today when nothing is said and the file says nothing.
        #[arg(long, value_name = "VERSION")]
        list_version: Option<String>,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Measure how good and how fast the screening is on a folder of lists and labelled names.
    Evaluate {
        /// The folder: ofac*/, un/ and pairs/*.csv.
        folder: PathBuf,
        /// For programs: one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Do the screening of a decision again, with the lists of that day, and compare to the bit; ends with 2 when it
    /// differs.
    Again {
        /// The id of the screening.
        screening: ScreeningId,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

/// Does what was asked.
pub(super) fn run(place: &Place, screen: Screen) -> Result<u8, AppError> {
    match screen {
        Screen { action: Some(Action::Load { file, list, format, list_version, json }), .. } => {
            let files = read_files(&file)?;
            let unseen =
                || Invalid::new("format", file.display(), "--format: the files do not show what they are");
            let format = format.or_else(|| ListFormat::seen_in(&files)).ok_or_else(unseen)?;
            let name = list.unwrap_or_else(|| usual_name(format, &files).to_owned());
            load(place, &ListFiles { name, format, version: list_version, files }, json)
        }
        Screen { action: Some(Action::Evaluate { folder, json }), .. } => evaluate(&folder, json),
        Screen { action: Some(Action::Again { screening, json }), .. } => again(place, screening, json),
        Screen { pairs: Some(file), .. } => {
            let file = File::open(&file).map_err(|error| unreadable(&file, &error))?;
            let mut output = BufWriter::new(stdout().lock());
            pairs::run(BufReader::new(file), &mut output).map_err(caused)?;
            output.flush().map_err(AppError::internal)?;
            Ok(super::EXIT_DONE)
        }
        Screen { .. } => customers(place),
    }
}

/// What a list is called when nobody says.
fn usual_name(format: ListFormat, files: &[(String, Vec<u8>)]) -> &'static str {
    let consolidated = || files.iter().any(|(name, _)| name.to_ascii_lowercase().ends_with("cons_prim.csv"));
    match format {
        ListFormat::OfacSdn if consolidated() => "ofac-consolidated",
        ListFormat::OfacSdn => "ofac-sdn",
        ListFormat::UnXml => "un",
        ListFormat::EuXml => "eu",
        ListFormat::UkXml | ListFormat::UkCsv => "uk",
        ListFormat::Csv => "own",
    }
}

fn load(place: &Place, from: &ListFiles, json: bool) -> Result<u8, AppError> {
    let desk = Desk::open(place)?;
    let list = screen::read_list(from, &desk.now.date_naive().to_string())?;
    let mut loaded = desk.write(&Actor::System, |act| screen::put_in_force(act, &list, from.format))?;
    loaded.warnings = screen::absent_parts(from);
    for warning in &loaded.warnings {
        eprintln!("muniment: warning: {warning}");
    }
    if json {
        println!("{}", serde_json::to_string(&loaded).map_err(AppError::internal)?);
    } else {
        let state = if loaded.changed { "is in force" } else { "was in force already" };
        println!(
            "{} of {} {state}: {} entries, sha256 {}",
            loaded.name, loaded.version, loaded.entries, loaded.sha256
        );
    }
    Ok(super::EXIT_DONE)
}

fn evaluate(folder: &Path, json: bool) -> Result<u8, AppError> {
    if !json {
        println!("| | measured |\n|---|---|");
    }
    let tell = |row: evaluate::Row| match serde_json::to_string(&row) {
        Ok(line) if json => println!("{line}"),
        _ => println!("| {} | {} |", row.what, row.measured),
    };
    evaluate::measure(folder, tell).map_err(caused)?;
    Ok(super::EXIT_DONE)
}

fn again(place: &Place, screening: ScreeningId, json: bool) -> Result<u8, AppError> {
    let (desk, secrets) = (Desk::open(place)?, Secrets::load(&place.secret_file())?);
    let done = desk.write(&Actor::System, |act| screen_again::again(act, &secrets, screening))?;
    if json {
        println!("{}", serde_json::to_string(&done).map_err(AppError::internal)?);
    } else {
        let same = if done.same { "the same to the bit" } else { "not the same" };
        println!(
            "screening {screening} of {}: {} hits then, {} now: {same}",
            done.screened_at, done.hits_then, done.hits_now
        );
        if !done.same_configuration {
            println!("it was made by another version of this program, with other weights or words");
        }
    }
    Ok(if done.same { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

fn customers(place: &Place) -> Result<u8, AppError> {
    let lists = screen::in_force(&Desk::open(place)?.store)?.ok_or_else(|| AppError::WrongState {
        what: "sanctions list",
        state: "missing".to_owned(),
        limit: "load one with muniment screen load: without a list nobody is clean".to_owned(),
    })?;
    let mut output = BufWriter::new(stdout().lock());
    let summary = ndjson::run(&lists.index, stdin().lock(), &mut output).map_err(caused)?;
    output.flush().map_err(AppError::internal)?;
    if summary.unread > 0 {
        eprintln!("muniment: lines that are no customer: {}; nobody was screened for them", summary.unread);
        return Ok(super::EXIT_FAILED);
    }
    Ok(super::EXIT_DONE)
}

/// An error with what caused it, for the one line on standard error.
fn caused(error: impl std::error::Error) -> AppError {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    AppError::internal(format!("{error}{cause}"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    Invalid::new("file", path.display(), format!("a file that can be read: {error}")).into()
}

/// The files of a list: the one that is named, the files of a folder, or for OFAC the ones beside it.
fn read_files(path: &Path) -> Result<Vec<(String, Vec<u8>)>, AppError> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unreadable(path, &error))?;
        paths.retain(|path| path.is_file());
        paths.sort();
        return paths.iter().map(|path| read_file(path)).collect();
    }
    let mut files = vec![read_file(path)?];
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let beside: &[&str] = match name.as_str() {
        "cons_prim.csv" => &["cons_alt.csv", "cons_add.csv", "cons_comments.csv"],
        "sdn.csv" => &["alt.csv", "add.csv", "sdn_comments.csv"],
        _ => &[],
    };
    for path in beside.iter().map(|name| path.with_file_name(name)).filter(|path| path.is_file()) {
        files.push(read_file(&path)?);
    }
    Ok(files)
}

fn read_file(path: &Path) -> Result<(String, Vec<u8>), AppError> {
    let size = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > MAX_LIST_BYTES {
        return Err(Invalid::new("file", size, format!("at most {MAX_LIST_BYTES} bytes")).into());
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((name, std::fs::read(path).map_err(|error| unreadable(path, &error))?))
}

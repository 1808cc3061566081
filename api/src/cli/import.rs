//! `muniment import`: bring invoices and rent rolls in, look at files, compare two invoices.

use super::desk::Desk;
use super::rent_roll::{self, RentRolls};
use crate::actor::Actor;
use crate::app::Act;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::import::{Finding, Report, Source};
use crate::flows::import_invoices::{self, FileReport};
use crate::secrets::Secrets;
use clap::{Args, Subcommand};
use domain::Invalid;
use domain::ids::IssuerId;
use domain::party::Role;
use serde_json::json;
use std::io::{BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use tokenizer::intake::fingerprint::{Claim, Outcome, compare};
use tokenizer::intake::invoice;

/// What is brought in.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Invoices: UBL 2.1 and CII as XML or in a PDF (ZUGFeRD), and CSV. Folders are taken with all files in them.
    Invoices(Invoices),
    /// Rent rolls: units and leases as CSV.
    RentRoll(RentRolls),
    /// Say whether two invoices are the same, in conflict, or different, and why.
    Compare {
        /// One invoice, as XML or PDF.
        a: PathBuf,
        /// The other one.
        b: PathBuf,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

/// Which invoices, for whom.
#[derive(Debug, Args)]
pub(super) struct Invoices {
    /// Take nothing, only say what is wrong; without --as no installation is needed and each file is judged by itself.
    #[arg(long)]
    dry_run: bool,
    /// For programs: one object a file in a dry run without --as, else one report.
    #[arg(long)]
    json: bool,
    /// The e-mail address of the issuer's person who brings them.
    #[arg(long = "as", value_name = "EMAIL", required_unless_present = "dry_run")]
    by: Option<String>,
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// Does what was asked.
pub(super) fn run(place: &Place, import: &Import) -> Result<u8, AppError> {
    match import {
        Import::Invoices(Invoices { by: None, json, paths, .. }) => look_at(paths, *json),
        Import::Invoices(Invoices { by: Some(email), dry_run, json, paths }) => {
            let report = bring(place, email, *dry_run, paths)?;
            print(&report, *json)?;
            Ok(if report.rejected == 0 { super::EXIT_DONE } else { super::EXIT_REFUSED })
        }
        Import::RentRoll(rolls) => rent_roll::run(place, rolls),
        Import::Compare { a, b, json } => compare_files(a, b, *json),
    }
}

/// Judges each file by itself.
fn look_at(paths: &[PathBuf], json: bool) -> Result<u8, AppError> {
    let mut output = BufWriter::new(stdout().lock());
    let mut all_good = true;
    for path in files(paths)? {
        // A file that cannot be opened is refused by itself; the others are looked at all the same.
        let report = match Source::from_path(path.clone()) {
            Ok(source) => import_invoices::look_at(&source)?,
            Err(error) => FileReport::unopened(&path.display().to_string(), &error),
        };
        all_good &= report.accept();
        let line = if json { serde_json::to_string(&report) } else { Ok(in_words(&report)) };
        writeln!(output, "{}", line.map_err(AppError::internal)?).map_err(AppError::internal)?;
    }
    output.flush().map_err(AppError::internal)?;
    Ok(if all_good { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

fn in_words(report: &FileReport) -> String {
    match report {
        FileReport::Document(report) if report.accept => format!("{}: accepted", report.file),
        FileReport::Document(report) => {
            let found =
                report.findings.iter().map(|broken| format!("  {}: {}", broken.rule, broken.sentence));
            format!("{}: rejected\n{}", report.file, found.collect::<Vec<_>>().join("\n"))
        }
        FileReport::Table { file, rows, findings, .. } => {
            let found: Vec<String> =
                findings.iter().map(|finding| format!("\n  {}", sentence(finding))).collect();
            format!("{file}: {rows} rows, {} findings{}", findings.len(), found.concat())
        }
    }
}

/// A finding as a line for people.
pub(super) fn sentence(finding: &Finding) -> String {
    let Finding { file, row, column, kind, reason, .. } = finding;
    let row = row.map(|row| format!(", row {row}")).unwrap_or_default();
    format!("{file}{row}, {column} ({kind}): {reason}")
}

/// Who brings files in, beside a server that may be running: the chain is not needed for it.
pub(super) struct Bringer {
    desk: Desk,
    by: Actor,
    /// The issuer that they act for.
    pub(super) issuer: IssuerId,
}

impl Bringer {
    /// Finds the issuer's person of an e-mail address.
    pub(super) fn find(place: &Place, email: &str) -> Result<Self, AppError> {
        let desk = Desk::open(place)?;
        let address = email.trim().to_lowercase();
        let found = desk.store.read(|tx| Ok::<_, AppError>(store::access::user_by_email(tx, &address)?))?;
        let unknown = || Invalid::new("as", email, "the e-mail address of somebody who acts for an issuer");
        let user = found.filter(|user| user.role == Role::Issuer).ok_or_else(unknown)?;
        let issuer_id = user.issuer_id.as_deref().map(str::parse).transpose()?;
        let by = Actor::Person { user_id: user.id, role: user.role, issuer_id };
        Ok(Self { desk, issuer: by.issuer()?, by })
    }

    /// Takes what is brought, or only says what would be taken.
    pub(super) fn take(
        &self,
        dry_run: bool,
        work: impl FnMut(&mut Act<'_, '_>) -> Result<Report, AppError>,
    ) -> Result<Report, AppError> {
        if dry_run { self.desk.rehearse(&self.by, work) } else { self.desk.write(&self.by, work) }
    }
}

fn bring(place: &Place, email: &str, dry_run: bool, paths: &[PathBuf]) -> Result<Report, AppError> {
    let bringer = Bringer::find(place, email)?;
    let secrets = Secrets::load_or_create(&place.secret_file(), &bringer.desk.chance)?;
    let sources = files(paths)?.into_iter().map(Source::from_path).collect::<Result<Vec<_>, _>>()?;
    let prepared = import_invoices::prepare(&sources)?;
    let key = import_invoices::fingerprint_key(&secrets);
    bringer.take(dry_run, |act| import_invoices::take(act, (bringer.issuer, &key), &prepared, dry_run))
}

/// Says how an import ended, or would end.
pub(super) fn print(report: &Report, json: bool) -> Result<(), AppError> {
    let mut output = BufWriter::new(stdout().lock());
    if json {
        let line = serde_json::to_string(report).map_err(AppError::internal)?;
        return writeln!(output, "{line}").map_err(AppError::internal);
    }
    for finding in &report.findings {
        writeln!(output, "{}", sentence(finding)).map_err(AppError::internal)?;
    }
    let amounts: Vec<String> = report.accepted_amounts.iter().map(ToString::to_string).collect();
    let Report { accepted, repeated, rejected, .. } = report;
    let taken = if amounts.is_empty() { String::new() } else { format!(" ({})", amounts.join(", ")) };
    let words = format!("{accepted} taken{taken}, {repeated} taken before, {rejected} rejected");
    writeln!(output, "{words}").map_err(AppError::internal)
}

/// The deepest folders that are gone into. Links to folders are passed over: they may lead round in circles.
const MAX_FOLDERS: usize = 16;

/// The files that the paths name, those of a folder by their names, with the folders in it.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Vec::new();
    for path in paths {
        gather(path, MAX_FOLDERS, &mut files)?;
    }
    Ok(files)
}

fn gather(path: &Path, deeper: usize, files: &mut Vec<PathBuf>) -> Result<(), AppError> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let read = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = read.map_err(|error| unreadable(path, &error))?;
    let mut inside: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    inside.retain(|path| path.is_file() || (deeper > 0 && path.is_dir() && !path.is_symlink()));
    inside.sort();
    inside.iter().try_for_each(|path| gather(path, deeper.saturating_sub(1), files))
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    Invalid::new("paths", path.display(), format!("a file or folder that can be read: {error}")).into()
}

fn compare_files(a: &Path, b: &Path, json: bool) -> Result<u8, AppError> {
    let comparison = compare(&claim(a)?, &claim(b)?);
    let reasons: Vec<String> = comparison.reasons.iter().map(ToString::to_string).collect();
    if json {
        println!("{}", json!({ "outcome": comparison.outcome, "reasons": reasons }));
    } else {
        let outcome = match comparison.outcome {
            Outcome::Same => "same",
            Outcome::Conflict => "conflict",
            Outcome::Different => "different",
        };
        println!("{outcome}: {}", reasons.join("; "));
    }
    Ok(super::EXIT_DONE)
}

fn claim(path: &Path) -> Result<Claim, AppError> {
    let source = Source::from_path(path.to_path_buf())?;
    let verdict = invoice::read(&source.bytes(invoice::MAX_BYTES + 1)?);
    let fields = verdict.fields().ok_or_else(|| {
        let name = path.display();
        Invalid::new(
            "paths",
            name,
            "an invoice as XML or PDF whose number, date, seller and amount can be read",
        )
    })?;
    Ok(Claim::from(fields))
}

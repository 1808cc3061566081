//! Invoices are brought in: documents of XML and tables of CSV, each invoice once and by one issuer only.

use super::import::{self, Finding, Place, Report, Source};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::secrets::Secrets;
use chrono::NaiveDate;
use domain::Invalid;
use domain::asset::{FindingKind, ImportKind, InvoiceStatus};
use domain::ids::{ImportId, IssuerId};
use domain::text::MAX_REFERENCE;
use store::invoices::{self, Invoice};
use tokenizer::intake::fingerprint::{Claim, Comparison, FingerprintKey, Fingerprints, Outcome, compare};
use tokenizer::intake::invoice::{self, InvoiceFields, InvoiceReport, Verdict};
use tokenizer::intake::invoice_csv::{InvoiceRow, InvoiceRows, MAX_TERM_DAYS};

/// The purpose of the key behind fingerprints.
const FINGERPRINT_PURPOSE: &str = "invoice-fingerprint";

/// An invoice that could be read.
#[derive(Debug, Clone)]
struct Candidate {
    place: Place,
    external_id: String,
    due_date: NaiveDate,
    claim: Claim,
    sha256: String,
}

/// A file as far as it can be read before the transaction: documents take long and are few, rows are many and quick.
pub struct Prepared<'a>(Content<'a>);

enum Content<'a> {
    Document(Result<Box<Candidate>, Vec<Finding>>),
    Table(&'a Source),
}

/// Brings invoices in. Good rows are taken and bad ones are named; a row that was taken before is only counted.
///
/// # Errors
/// When there are no files, too many files or too many rows, or a file cannot be read from disk.
pub fn import_invoices(app: &App, command: &Command, sources: &[Source]) -> Result<Report, AppError> {
    let issuer = command.by.issuer()?;
    let prepared = prepare(sources)?;
    let key = fingerprint_key(&app.secrets);
    app.execute(command, &import::request(sources), |act| {
        take(act, (issuer, &key), &prepared, command.dry_run)
    })
}

/// The key under which the fingerprints of an installation are made.
#[must_use]
pub fn fingerprint_key(secrets: &Secrets) -> FingerprintKey {
    FingerprintKey::new(secrets.key(FINGERPRINT_PURPOSE))
}

/// Reads the documents among the files.
///
/// # Errors
/// When there are no files or too many, or one cannot be read from disk.
pub fn prepare(sources: &[Source]) -> Result<Vec<Prepared<'_>>, AppError> {
    import::check_files(sources)?;
    sources.iter().map(prepare_file).collect()
}

/// Takes the invoices of an issuer, in the transaction of `act`.
///
/// # Errors
/// When there are too many rows, or a file cannot be read from disk any more.
pub fn take(
    act: &mut Act<'_, '_>,
    (issuer, key): (IssuerId, &FingerprintKey),
    files: &[Prepared<'_>],
    dry_run: bool,
) -> Result<Report, AppError> {
    let id: ImportId = act.id();
    store::imports::begin(act.tx, id, (issuer, ImportKind::Invoices), act.now)?;
    let report = Report::empty((!dry_run).then_some(id), ImportKind::Invoices);
    let mut intake = Intake { issuer, import: id, key, report };
    for file in files {
        match &file.0 {
            Content::Document(Ok(candidate)) => intake.take(act, candidate)?,
            Content::Document(Err(findings)) => intake.report.reject(findings.clone())?,
            Content::Table(source) => intake.take_rows(act, source)?,
        }
    }
    intake.finish(act)
}

/// What one file is by itself, without an installation and without comparing it with others.
///
/// # Errors
/// When it cannot be read from disk.
pub fn look_at(source: &Source) -> Result<FileReport, AppError> {
    if source.is_document()? {
        let verdict = invoice::read(&source.bytes(invoice::MAX_BYTES + 1)?);
        return Ok(FileReport::Document(Box::new(verdict.report(&source.name))));
    }
    let (mut rows, mut findings) = (0, Vec::new());
    match InvoiceRows::open(&source.name, source.open()?) {
        Err(bad) => findings.extend(import::of_bad_row(bad)),
        Ok(read) => {
            for row in read {
                rows += 1;
                findings.extend(row.err().map(import::of_bad_row).unwrap_or_default());
                findings.truncate(import::MAX_FINDINGS);
            }
        }
    }
    let mut rules: Vec<String> = findings.iter().map(|finding| finding.kind.to_string()).collect();
    rules.sort();
    rules.dedup();
    Ok(FileReport::Table { file: source.name.clone(), accept: findings.is_empty(), rules, rows, findings })
}

/// What a file turned out to be.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(untagged)]
pub enum FileReport {
    /// One invoice.
    Document(Box<InvoiceReport>),
    /// Invoices row by row.
    Table {
        /// The file.
        file: String,
        /// Whether every row can be read.
        accept: bool,
        /// What kinds of findings there are, each once.
        rules: Vec<String>,
        /// Rows below the header.
        rows: i64,
        /// What is wrong.
        findings: Vec<Finding>,
    },
}

impl FileReport {
    /// A file that could not be opened.
    #[must_use]
    pub fn unopened(file: &str, reason: &AppError) -> Self {
        Self::Document(Box::new(InvoiceReport::unopened(file, reason)))
    }

    /// Whether everything in it can be taken.
    #[must_use]
    pub const fn accept(&self) -> bool {
        match self {
            Self::Document(report) => report.accept,
            Self::Table { accept, .. } => *accept,
        }
    }
}

fn prepare_file(source: &Source) -> Result<Prepared<'_>, AppError> {
    if !source.is_document()? {
        return Ok(Prepared(Content::Table(source)));
    }
    let place = Place { file: source.name.clone(), row: None };
    let fields = match invoice::read(&source.bytes(invoice::MAX_BYTES + 1)?) {
        Verdict::Accepted(fields) => fields,
        Verdict::Rejected { rules, .. } => {
            let of_rule = |broken: invoice::BrokenRule| Finding {
                file: place.file.clone(),
                row: None,
                column: broken.rule,
                value: String::new(),
                kind: FindingKind::Rule,
                reason: broken.sentence,
            };
            return Ok(Prepared(Content::Document(Err(rules.into_iter().map(of_rule).collect()))));
        }
    };
    let found = asset_of(&fields);
    Ok(Prepared(Content::Document(match found {
        Ok(due_date) => Ok(Box::new(Candidate {
            place,
            external_id: external_id(&fields),
            due_date,
            claim: Claim::from(&*fields),
            sha256: source.sha256.clone(),
        })),
        Err(found) => {
            let at_place = |invalid| Finding::at(&place, FindingKind::Invalid, invalid);
            Err(found.into_iter().map(at_place).collect())
        }
    })))
}

/// What EN 16931 does not ask and an asset needs: money to come, on a day. Returns the day.
fn asset_of(fields: &InvoiceFields) -> Result<NaiveDate, Vec<Invalid>> {
    let mut found = Vec::new();
    if Claim::from(fields).is_credit() {
        let limit = "an invoice: a credit note owes nothing to its seller";
        found.push(Invalid::new("type_code", &fields.type_code, limit));
    }
    if fields.payable.minor <= 0 {
        found.push(Invalid::new("payable", fields.payable, "more than 0 to be paid (BT-115)"));
    }
    match fields.due_date {
        None => found.push(Invalid::new("due_date", "", "a due date (BT-9)")),
        Some(due) => {
            let days = (due - fields.issue_date).num_days();
            if (0..=MAX_TERM_DAYS).contains(&days) && found.is_empty() {
                return Ok(due);
            }
            if !(0..=MAX_TERM_DAYS).contains(&days) {
                let issued = fields.issue_date;
                let limit = format!("a date from the issue date {issued} to {MAX_TERM_DAYS} days after it");
                found.push(Invalid::new("due_date", due, limit));
            }
        }
    }
    Err(found)
}

/// A document has no key of the issuer's own: its number, which a seller gives once, with the seller's id before it.
fn external_id(fields: &InvoiceFields) -> String {
    let seller = &fields.seller;
    let id = seller.vat.as_ref().or(seller.legal_id.as_ref()).or(seller.tax_id.as_ref());
    let with_seller = id.map(|id| format!("{id}/{}", fields.number));
    with_seller.filter(|id| id.chars().count() <= MAX_REFERENCE).unwrap_or_else(|| fields.number.clone())
}

/// The import as it goes on.
struct Intake<'a> {
    issuer: IssuerId,
    import: ImportId,
    key: &'a FingerprintKey,
    report: Report,
}

impl Intake<'_> {
    fn take_rows(&mut self, act: &mut Act<'_, '_>, source: &Source) -> Result<(), AppError> {
        let rows = match InvoiceRows::open(&source.name, source.open()?) {
            Ok(rows) => rows,
            Err(bad) => return self.report.reject(import::of_bad_row(bad)),
        };
        for row in rows {
            match row {
                Ok(row) => self.take(act, &of_row(&row, source))?,
                Err(bad) => self.report.reject(import::of_bad_row(bad))?,
            }
        }
        Ok(())
    }

    /// Takes an invoice, unless it was brought before.
    fn take(&mut self, act: &mut Act<'_, '_>, candidate: &Candidate) -> Result<(), AppError> {
        let known = invoices::claim_of(act.tx, self.issuer, &candidate.external_id)?;
        if let Some(known) = known {
            return match compare(&parse_claim(&known)?, &candidate.claim) {
                Comparison { outcome: Outcome::Same, .. } => self.report.repeat(repeated(candidate)),
                comparison => self.report.reject(vec![taken_key(candidate, &comparison)]),
            };
        }
        let prints = Fingerprints::of(&candidate.claim, self.key);
        let fingerprint = prints.amount_tolerant.to_string();
        let lookups: Vec<String> = prints.lookups.iter().map(ToString::to_string).collect();
        for other in invoices::candidates(act.tx, &fingerprint, &lookups)? {
            let comparison = compare(&parse_claim(&other.claim)?, &candidate.claim);
            let same_print = other.fingerprint == fingerprint;
            if comparison.outcome != Outcome::Different || same_print {
                let own = (other.issuer_id == self.issuer).then_some(other.external_id.as_str());
                return self.report.reject(vec![brought_before(candidate, &comparison, own)]);
            }
        }
        let invoice = self.row(act, candidate, fingerprint)?;
        invoices::add(act.tx, invoice, &lookups)?;
        self.report.accept(Some(candidate.claim.amount))
    }

    fn row(
        &self,
        act: &Act<'_, '_>,
        candidate: &Candidate,
        fingerprint: String,
    ) -> Result<Invoice, AppError> {
        let claim = &candidate.claim;
        let Place { file, row } = &candidate.place;
        Ok(Invoice {
            id: act.id(),
            issuer_id: self.issuer,
            import_id: self.import,
            external_id: candidate.external_id.clone(),
            invoice_number: claim.number.clone(),
            issue_date: claim.issue_date,
            due_date: candidate.due_date,
            currency: claim.amount.currency,
            amount_minor: claim.amount.minor,
            collected_minor: 0,
            seller_name: claim.seller.name.clone(),
            seller_vat_id: claim.seller.vat.clone(),
            buyer_name: claim.buyer.name.clone(),
            buyer_vat_id: claim.buyer.vat.clone(),
            buyer_country: claim.buyer.country.map(|country| country.code().to_owned()),
            source: row.map_or_else(|| file.clone(), |row| format!("{file}, row {row}")),
            source_sha256: candidate.sha256.clone(),
            claim: serde_json::to_string(claim).map_err(AppError::internal)?,
            fingerprint,
            status: InvoiceStatus::Available,
            pool_id: None,
            created_at: act.now.naive_utc(),
        })
    }

    fn finish(self, act: &mut Act<'_, '_>) -> Result<Report, AppError> {
        let report = self.report;
        let findings = serde_json::to_string(&report.findings).map_err(AppError::internal)?;
        store::imports::finish(act.tx, self.import, report.counts(), &findings)?;
        let detail = serde_json::json!({
            "accepted": report.accepted, "repeated": report.repeated, "rejected": report.rejected,
            "amounts": report.accepted_amounts });
        act.audit("invoices.imported", self.import, &detail)?;
        Ok(report)
    }
}

fn of_row(row: &InvoiceRow, source: &Source) -> Candidate {
    Candidate {
        place: Place { file: source.name.clone(), row: Some(row.row) },
        external_id: row.external_id.clone(),
        due_date: row.due_date,
        claim: Claim::from(row),
        sha256: source.sha256.clone(),
    }
}

fn parse_claim(json: &str) -> Result<Claim, AppError> {
    serde_json::from_str(json).map_err(AppError::internal)
}

fn repeated(candidate: &Candidate) -> Finding {
    let found = Invalid::new("external_id", &candidate.external_id, "taken before, and taken once");
    Finding::at(&candidate.place, FindingKind::Repeated, found)
}

/// The issuer gave the key to another invoice, or changed what it says.
fn taken_key(candidate: &Candidate, comparison: &Comparison) -> Finding {
    let kind = match comparison.outcome {
        Outcome::Different => FindingKind::Invalid,
        Outcome::Same | Outcome::Conflict => FindingKind::Conflict,
    };
    let limit = format!("a key of its own; the invoice under this one is another: {}", reasons(comparison));
    Finding::at(&candidate.place, kind, Invalid::new("external_id", &candidate.external_id, limit))
}

/// What is said of another issuer's invoice is no more than that there is one.
fn brought_before(candidate: &Candidate, comparison: &Comparison, own: Option<&str>) -> Finding {
    let kind = match comparison.outcome {
        Outcome::Same => FindingKind::PledgedAlready,
        Outcome::Conflict | Outcome::Different => FindingKind::Conflict,
    };
    let whose = match own {
        Some(external_id) => format!("{external_id} ({})", reasons(comparison)),
        None => "an invoice of another issuer".to_owned(),
    };
    let reason = match kind {
        FindingKind::PledgedAlready => format!("pledged already: it is the same invoice as {whose}"),
        _ => format!("it contradicts or replaces {whose}"),
    };
    Finding::at(&candidate.place, kind, Invalid::new("number", &candidate.claim.number, reason))
}

fn reasons(comparison: &Comparison) -> String {
    comparison.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

//! Why an invoice is rejected: the official id of each broken rule and a sentence.

use domain::Invalid;
use en16931::{profiles, validation::Check};
use en16931_formats::{
    Error, Read, Syntax, cii,
    report::{Entry, Kind},
    ubl,
};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most sentences for one rule: a file with thousands of wrong lines is told of the first ones.
pub const MAX_SENTENCES: usize = 20;
/// The most characters of one sentence; it may repeat a name or value of the file.
const MAX_SENTENCE: usize = 400;

/// One break of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenRule {
    /// The id as the standard has it (`BR-CO-10`, `UBL-CR-646`); `XSD` for the schema, `XML` for the syntax,
    /// and `FILE-…`, `XML-…`, `LIMIT` for our own limits.
    pub rule: String,
    /// What is wrong and where.
    pub sentence: String,
}

impl BrokenRule {
    pub(super) fn new(rule: &str, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        let sentence = match sentence.char_indices().nth(MAX_SENTENCE) {
            Some((end, _)) => format!("{}…", &sentence[..end]),
            None => sentence,
        };
        Self { rule: rule.to_owned(), sentence }
    }
}

/// A document that could not be read at all.
pub(super) fn unreadable(error: &Error) -> BrokenRule {
    let rule = match error {
        Error::Encoding { .. } => "FILE-ENCODING",
        Error::TooDeep { .. } => "XML-DEPTH",
        Error::NotAnInvoice { .. } => "XSD",
        _ => "XML",
    };
    BrokenRule::new(rule, error.to_string())
}

/// A value that the official rules admit and we do not.
pub(super) fn beyond_limits(invalid: Invalid) -> BrokenRule {
    BrokenRule::new("LIMIT", invalid.to_string())
}

/// Every fatal break, at most [`MAX_SENTENCES`] of a rule: of the schema first, then of the business rules.
pub(super) fn broken(document: &Read) -> Vec<BrokenRule> {
    let mut broken: Vec<BrokenRule> =
        document.entries.iter().filter(|entry| is_fatal(entry)).flat_map(of_entry).collect();
    let elsewhere = Elsewhere::of(document, &broken);
    let report = Check::new(&profiles::EN16931).run(&document.invoice);
    for finding in report.fatal().filter(|finding| !elsewhere.tells(&finding.rule)) {
        broken.push(BrokenRule::new(&finding.rule, format!("{}: {}", finding.path, finding.message)));
    }
    if elsewhere.other_tax_currency && !elsewhere.no_currency && !report.fatal().any(|f| f.rule == "BR-CO-15")
    {
        let sentence = "The VAT total (BT-110) is not given in the currency of the invoice (BT-5).";
        broken.push(BrokenRule::new("BR-CO-15", sentence));
    }
    let lines = document.invoice.lines.iter();
    for line in lines.filter(|line| line.unit_code.is_blank() && line.quantity.into_decimal().is_zero()) {
        let sentence = format!(
            "Line {:?}: Each Invoice line (BG-25) shall have an Invoiced quantity (BT-129).",
            line.id
        );
        broken.push(BrokenRule::new("BR-22", sentence));
    }
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    broken.retain(|broken| {
        let times = told.entry(broken.rule.clone()).or_default();
        *times += 1;
        *times <= MAX_SENTENCES
    });
    broken
}

/// What is in the document in a form that the model cannot hold, or is missing with all that hangs on it. The
/// official rules tell of it once; the model's rules would tell of what follows from it, too.
struct Elsewhere {
    cii: bool,
    date_unreadable: bool,
    other_tax_currency: bool,
    no_breakdown: bool,
    no_currency: bool,
}

impl Elsewhere {
    fn of(document: &Read, broken: &[BrokenRule]) -> Self {
        let totals = ["TaxTotal/TaxAmount", "TaxTotalAmount"];
        let in_other_currency = |entry: &Entry| {
            entry.kind == Kind::Unmapped && totals.iter().any(|total| entry.path.ends_with(total))
        };
        let invoice = &document.invoice;
        Self {
            cii: document.syntax == Syntax::Cii,
            date_unreadable: broken.iter().any(|broken| broken.rule == DATE_FORM),
            other_tax_currency: invoice.totals.vat_total.is_none()
                && document.entries.iter().any(in_other_currency),
            no_breakdown: invoice.vat_breakdown.is_empty(),
            no_currency: invoice.currency.as_ref().is_none_or(|code| code.as_str().trim().is_empty()),
        }
    }

    fn tells(&self, rule: &str) -> bool {
        match rule {
            "BR-03" => self.date_unreadable,
            // Asked of the document, where every country and the currency of every total stands.
            "BR-53" | "BR-CL-14" => true,
            "BR-CO-14" if self.cii => self.other_tax_currency || self.no_currency,
            "BR-CO-14" => self.other_tax_currency || self.no_breakdown,
            "BR-CO-15" => self.no_currency,
            // CII asks for the standard rate of a line in the breakdown only where there is one.
            "BR-S-01" => self.cii && self.no_breakdown,
            _ => false,
        }
    }
}

/// The rule of CII for the form of a date.
const DATE_FORM: &str = "CII-DT-097";

fn is_fatal(entry: &Entry) -> bool {
    match entry.kind {
        Kind::Malformed | Kind::Duplicate | Kind::Schema | Kind::Unreadable | Kind::Ambiguous => true,
        // Other unmapped entries are of known elements that the model cannot hold: no fault of the document.
        Kind::Unmapped => entry.message.starts_with("not mapped") && !in_schema(&entry.path),
        _ => false,
    }
}

fn of_entry(entry: &Entry) -> Vec<BrokenRule> {
    let sentence = format!("{}: {}", entry.path, entry.message);
    rules_of(entry).into_iter().map(|rule| BrokenRule::new(rule, sentence.clone())).collect()
}

/// The official ids for a fault of the syntax; `XSD` where only the schema is against it.
fn rules_of(entry: &Entry) -> Vec<&str> {
    if let Some(rule) = &entry.rule {
        return vec![rule];
    }
    let decimal = entry.value.as_ref().is_some_and(|value| Decimal::from_str_exact(value.trim()).is_ok());
    let (parent, leaf) = last_two(&entry.path);
    match (entry.kind, leaf) {
        (Kind::Malformed, "DateTimeString") => vec![DATE_FORM],
        (Kind::Malformed, _) if decimal && leaf.ends_with("Amount") => {
            let ubl = UBL_AMOUNTS.contains(&leaf).then_some("UBL-DT-01");
            // No sum of amounts of two decimals is an amount of three.
            let due = matches!(leaf, "PayableAmount" | "DuePayableAmount").then_some("BR-CO-16");
            ubl.into_iter().chain(decimals_rule(parent, leaf)).chain(due).collect()
        }
        _ => vec!["XSD"],
    }
}

/// Amounts of UBL whose names CII does not have.
const UBL_AMOUNTS: [&str; 10] = [
    "Amount",
    "BaseAmount",
    "LineExtensionAmount",
    "TaxExclusiveAmount",
    "TaxInclusiveAmount",
    "TaxAmount",
    "TaxableAmount",
    "PrepaidAmount",
    "PayableRoundingAmount",
    "PayableAmount",
];

/// The rule that allows an amount two decimals.
fn decimals_rule(parent: &str, leaf: &str) -> Option<&'static str> {
    Some(match leaf {
        "LineExtensionAmount" if parent != "LegalMonetaryTotal" => "BR-DEC-23",
        "LineExtensionAmount" | "LineTotalAmount" => "BR-DEC-09",
        "AllowanceTotalAmount" => "BR-DEC-10",
        "ChargeTotalAmount" => "BR-DEC-11",
        "TaxExclusiveAmount" | "TaxBasisTotalAmount" => "BR-DEC-12",
        "TaxAmount" if parent == "TaxSubtotal" => "BR-DEC-20",
        "TaxAmount" | "TaxTotalAmount" => "BR-DEC-13",
        "TaxInclusiveAmount" | "GrandTotalAmount" => "BR-DEC-14",
        "PrepaidAmount" | "TotalPrepaidAmount" => "BR-DEC-16",
        "PayableRoundingAmount" | "RoundingAmount" => "BR-DEC-17",
        "PayableAmount" | "DuePayableAmount" => "BR-DEC-18",
        "TaxableAmount" | "BasisAmount" => "BR-DEC-19",
        "CalculatedAmount" => "BR-DEC-20",
        _ => return Some("XSD"),
    })
}

/// Whether the schema has the element although the core of EN 16931 does not: CEN's rules then ask to leave it out
/// (a warning), which is how they are told from elements that no schema knows.
fn in_schema(path: &str) -> bool {
    let (parent, child) = last_two(path);
    let mut rules = ubl::prohibitions::FORBIDDEN_PATHS.iter().chain(cii::prohibitions::FORBIDDEN_PATHS);
    rules.any(|(_, context, relative)| {
        let mut names = relative.rsplit('/').chain(context.rsplit('/')).map(local);
        names.next() == Some(child) && names.next() == Some(parent)
    })
}

/// The last two names of a path.
fn last_two(path: &str) -> (&str, &str) {
    let (rest, leaf) = path.rsplit_once('/').unwrap_or(("", path));
    (rest.rsplit('/').next().unwrap_or(""), leaf)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

//! Invoices as XML (UBL 2.1 Invoice and CreditNote, CII D16B): accepted with typed fields, or rejected with every
//! rule of EN 16931 they break.

mod fields;
mod guard;
mod hybrid;
mod presence;
mod rules;
mod schema;

pub use fields::{InvoiceFields, InvoiceParty};
pub use guard::{
    MAX_ATTRIBUTES, MAX_BYTES, MAX_DECLARATIONS, MAX_DEPTH, MAX_LINES, MAX_NODES, MAX_REPEATS, MAX_TAG_BYTES,
};
pub use rules::{BrokenRule, MAX_SENTENCES};

use serde::Serialize;

/// What an invoice file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Valid by the rules of EN 16931, with everything an asset needs.
    Accepted(Box<InvoiceFields>),
    /// Not to be taken.
    Rejected {
        /// Every rule it breaks; never empty.
        rules: Vec<BrokenRule>,
        /// The fields, when they can be read all the same; for comparing, not for storing as an asset.
        fields: Option<Box<InvoiceFields>>,
    },
}

impl Verdict {
    /// The fields, of a rejected invoice too.
    #[must_use]
    pub fn fields(&self) -> Option<&InvoiceFields> {
        match self {
            Self::Accepted(fields) => Some(fields),
            Self::Rejected { fields, .. } => fields.as_deref(),
        }
    }

    /// The verdict as it is printed in JSON.
    #[must_use]
    pub fn report(&self, file: &str) -> InvoiceReport {
        let findings = match self {
            Self::Accepted(_) => Vec::new(),
            Self::Rejected { rules, .. } => rules.clone(),
        };
        let mut rules: Vec<String> = findings.iter().map(|broken| broken.rule.clone()).collect();
        rules.sort();
        rules.dedup();
        InvoiceReport {
            file: file.to_owned(),
            accept: findings.is_empty(),
            rules,
            fields: self.fields().cloned(),
            findings,
        }
    }
}

/// One line of `import invoices --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceReport {
    /// The file as the caller names it.
    pub file: String,
    /// Whether the invoice was accepted.
    pub accept: bool,
    /// The ids of the broken rules, sorted, each once. Empty when accepted.
    pub rules: Vec<String>,
    /// The fields, when they could be read.
    pub fields: Option<InvoiceFields>,
    /// Each break of a rule with its sentence.
    pub findings: Vec<BrokenRule>,
}

impl InvoiceReport {
    /// A file that could not be opened, and why.
    #[must_use]
    pub fn unopened(file: &str, reason: impl std::fmt::Display) -> Self {
        let rules = vec![BrokenRule::new("FILE-READ", reason.to_string())];
        Verdict::Rejected { rules, fields: None }.report(file)
    }
}

/// Reads an invoice of XML in UTF-8 or UTF-16 and judges it by the core rules of EN 16931 (CEN artefacts 1.3.16).
/// National profiles that the document may claim are not asked.
///
/// Size, depth and number of nodes are bounded, and any document type is refused, before a tree is built.
///
/// A PDF is read as ZUGFeRD or Factur-X: the invoice is the XML that it carries.
#[must_use]
pub fn read(bytes: &[u8]) -> Verdict {
    if !hybrid::is_pdf(bytes) {
        return read_xml(bytes);
    }
    match hybrid::payload(bytes) {
        Ok(xml) => read_xml(&xml),
        Err(broken) => Verdict::Rejected { rules: vec![broken], fields: None },
    }
}

fn read_xml(bytes: &[u8]) -> Verdict {
    let found = match guard::pass(bytes) {
        Ok(found) => found,
        Err(broken) => return Verdict::Rejected { rules: vec![broken], fields: None },
    };
    let mut broken = found.faults;
    if found.hopeless {
        return Verdict::Rejected { rules: broken, fields: None };
    }
    let mut document = match en16931_formats::read(bytes) {
        Ok(document) => document,
        Err(error) => return Verdict::Rejected { rules: vec![rules::unreadable(&error)], fields: None },
    };
    if found.registered_otherwise {
        // The reader takes an id of whatever scheme for one of taxes.
        document.invoice.seller.tax_registration = None;
    }
    broken.extend(rules::broken(&document));
    match InvoiceFields::of(&document) {
        Ok(fields) if broken.is_empty() => Verdict::Accepted(Box::new(fields)),
        Ok(fields) => Verdict::Rejected { rules: broken, fields: Some(Box::new(fields)) },
        Err(found) => {
            // What is missing is told by the official rules already; ours are told when those have nothing to say.
            if broken.is_empty() {
                broken = found.0.into_iter().map(rules::beyond_limits).collect();
            }
            Verdict::Rejected { rules: broken, fields: None }
        }
    }
}

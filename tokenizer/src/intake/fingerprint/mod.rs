//! Double pledge: keyed fingerprints that find the same invoice again, and the comparison that judges it.
//!
//! What is stored for an invoice that is pledged, and how the next one is judged, all in one transaction:
//! 1. [`Fingerprints::amount_tolerant`] in a column that is **unique** over all pledged invoices (seller, number,
//!    issue date, invoice or credit note; no amount). It holds against two imports at the same moment.
//! 2. [`Fingerprints::lookups`] as rows of an indexed, not unique table (fingerprint, invoice). An invoice is a
//!    *candidate* when it shares one of them with the new one. Any pair that [`compare`] does not call different
//!    shares one, so nothing else has to be read.
//! 3. Each candidate is judged by [`compare`] on the two claims: same or conflict refuses the pledge.
//!
//! [`Fingerprints::exact`] serves where only fingerprints are exchanged and no claims: equal means the same invoice;
//! unequal, with `amount_tolerant` equal, means a conflict.

mod compare;
mod normal;

pub use compare::{Comparison, Outcome, Reason, compare};

use super::{
    invoice::{InvoiceFields, InvoiceParty},
    invoice_csv::InvoiceRow,
};
use chrono::NaiveDate;
use domain::Money;
use en16931::codes::generated::CREDIT_NOTE_TYPE_CODES;
use hmac::{Hmac, Mac, digest::KeyInit};
use normal::{Ids, Number};
use serde::{Deserialize, Serialize, Serializer};
use sha2::Sha256;
use std::fmt;

/// UNTDID 1001: a commercial invoice, which every row of the CSV template is.
const COMMERCIAL_INVOICE: &str = "380";
/// UNTDID 1001: an invoice that replaces the one it names.
const CORRECTED_INVOICE: &str = "384";

/// What an invoice claims: from whom, by whom, how much. Two claims are compared, whatever files they came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The number as printed.
    pub number: String,
    /// The day of issue.
    pub issue_date: NaiveDate,
    /// The type by UNTDID 1001.
    pub type_code: String,
    /// What is still to be paid, tax included.
    pub amount: Money,
    /// What was billed, tax included, where it is known: one paid in advance has nothing left to compare.
    #[serde(default)]
    pub billed: Option<Money>,
    /// Who claims.
    pub seller: InvoiceParty,
    /// Who owes.
    pub buyer: InvoiceParty,
    /// The number of the invoice this one corrects or follows.
    pub preceding_invoice: Option<String>,
}

impl Claim {
    /// Whether it gives money back, by the list of BT-3 for credit notes (UNTDID 1001).
    #[must_use]
    pub fn is_credit(&self) -> bool {
        en16931::codes::contains(CREDIT_NOTE_TYPE_CODES, &self.type_code)
    }

    /// The number of the invoice that this one replaces.
    fn corrects(&self) -> Option<&str> {
        self.preceding_invoice.as_deref().filter(|_| self.type_code == CORRECTED_INVOICE)
    }
}

impl From<&InvoiceFields> for Claim {
    fn from(fields: &InvoiceFields) -> Self {
        Self {
            number: fields.number.clone(),
            issue_date: fields.issue_date,
            type_code: fields.type_code.clone(),
            amount: fields.payable,
            billed: Some(fields.tax_inclusive),
            seller: fields.seller.clone(),
            buyer: fields.buyer.clone(),
            preceding_invoice: fields.preceding_invoice.clone(),
        }
    }
}

impl From<&InvoiceRow> for Claim {
    fn from(row: &InvoiceRow) -> Self {
        let party = |name: &str, vat: &Option<String>, country| InvoiceParty {
            name: name.to_owned(),
            vat: vat.clone(),
            legal_id: None,
            tax_id: None,
            country,
        };
        Self {
            number: row.number.clone(),
            issue_date: row.issue_date,
            type_code: COMMERCIAL_INVOICE.to_owned(),
            amount: row.amount,
            billed: None,
            seller: party(&row.seller_name, &row.seller_vat_id, row.seller_country),
            buyer: party(&row.buyer_name, &row.buyer_vat_id, Some(row.buyer_country)),
            preceding_invoice: None,
        }
    }
}

/// The secret under which fingerprints are made. Who does not have it cannot try out invoices.
#[derive(Clone)]
pub struct FingerprintKey([u8; 64]);

impl FingerprintKey {
    /// A key of 32 random bytes, the same for all invoices that are to be compared.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        let mut block = [0; 64];
        block[..32].copy_from_slice(&secret);
        Self(block)
    }

    /// HMAC-SHA256 over the parts, each with its length, so that no two lists of parts give the same bytes.
    fn sign(&self, kind: &str, parts: &[&str]) -> Fingerprint {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.0.into());
        for part in [&["muniment invoice 1", kind], parts].concat() {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(secret)")
    }
}

/// 32 bytes that say nothing without the key. Text and JSON are 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The fingerprints of one claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fingerprints {
    /// Seller, number, issue date, type, buyer and amount. Equal: the same invoice.
    pub exact: Fingerprint,
    /// As `exact` without buyer, type and amount: unique. Equal: the same invoice, or a conflict.
    pub amount_tolerant: Fingerprint,
    /// Number-tolerant: for each way to know the seller, and for the issue date, together with what all spellings of
    /// the number share. 2 to 9 of them, sorted, each once. Equal: a candidate to compare.
    pub lookups: Vec<Fingerprint>,
}

impl Fingerprints {
    /// The fingerprints of a claim under a key.
    #[must_use]
    pub fn of(claim: &Claim, key: &FingerprintKey) -> Self {
        let (seller, buyer) = (Ids::of(&claim.seller), Ids::of(&claim.buyer));
        let number = Number::of(&claim.number);
        let date = claim.issue_date.to_string();
        let document = if claim.is_credit() { "credit note" } else { "invoice" };
        let (seller_kind, seller_id) = seller.primary();
        let (buyer_kind, buyer_id) = buyer.primary();
        let identity = [seller_kind, &seller_id, &number.squashed, &date, document];
        let amount = claim.amount.amount_text();
        let details = [&claim.type_code, buyer_kind, &buyer_id, claim.amount.currency.code(), &amount];
        let mut lookups = vec![key.sign("date", &[&number.loose, &date])];
        let corrected = claim.corrects().map(Number::of);
        for number in [Some(&number), corrected.as_ref()].into_iter().flatten() {
            lookups.extend(seller.all().map(|(kind, id)| key.sign("seller", &[&number.loose, kind, id])));
        }
        lookups.sort_unstable();
        lookups.dedup();
        Self {
            exact: key.sign("exact", &[&identity[..], &details[..]].concat()),
            amount_tolerant: key.sign("amount tolerant", &identity),
            lookups,
        }
    }
}

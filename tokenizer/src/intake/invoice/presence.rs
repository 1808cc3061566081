//! The official rules on what has to stand in a document, asked of its elements while it is scanned.
//!
//! A model of an invoice has a price on each line and a VAT category on each total; whether the document said so
//! shows in the document alone.

use super::BrokenRule;
use en16931::codes::generated::{COUNTRY_CODES, CURRENCY_CODES};

/// The most findings of one file.
const MAX_FOUND: usize = 200;
/// The longest code or reference that any of the rules compares.
const MAX_CODE: usize = 140;
/// Credit transfers (UNTDID 4461), which need an account.
const TRANSFERS: [&str; 2] = ["30", "58"];
/// Amounts of UBL whose currency has to be a known one.
const AMOUNTS: [&str; 16] = [
    "Amount",
    "BaseAmount",
    "PriceAmount",
    "TaxAmount",
    "TaxableAmount",
    "LineExtensionAmount",
    "TaxExclusiveAmount",
    "TaxInclusiveAmount",
    "AllowanceTotalAmount",
    "ChargeTotalAmount",
    "PrepaidAmount",
    "PayableRoundingAmount",
    "PayableAmount",
    "TaxTotalAmount",
    "RoundingAmount",
    "TotalPrepaidAmount",
];

/// A fact about an element: that a path of elements stands in it.
type Fact = &'static str;
const VAT: Fact = "VAT";
const CATEGORY: Fact = "VAT category";
const RATE: Fact = "VAT rate";
const PRICE: Fact = "price";
const NET: Fact = "net amount";
const ACCOUNT: Fact = "account";
const CHARGE: Fact = "charge";
const TRANSFER: Fact = "transfer";
const SCHEME: Fact = "scheme";
/// An id says by which scheme it is one.
const SCHEMED: Fact = "scheme of an id";
/// The scheme is one of those by which CII knows a seller's taxes: `VA`, `FC`.
const TAX_SCHEME: Fact = "scheme of taxes";
const TYPED: Fact = "type code";
/// The type code says that the reference is the invoiced object, or the project of a credit note.
const OBJECT: Fact = "invoiced object";
const STANDARD: Fact = "standard rate";

/// What has to stand in an element: its name, the fact, and the rules that are broken without it.
const NEEDED: [(&str, Fact, &[&str]); 21] = [
    ("InvoiceLine", NET, &["BR-24"]),
    ("InvoiceLine", PRICE, &["BR-26", "BR-27"]),
    ("InvoiceLine", CATEGORY, &["BR-CO-04"]),
    ("CreditNoteLine", NET, &["BR-24"]),
    ("CreditNoteLine", PRICE, &["BR-26", "BR-27"]),
    ("CreditNoteLine", CATEGORY, &["BR-CO-04"]),
    ("IncludedSupplyChainTradeLineItem", NET, &["BR-24"]),
    ("IncludedSupplyChainTradeLineItem", PRICE, &["BR-26", "BR-27"]),
    ("IncludedSupplyChainTradeLineItem", CATEGORY, &["BR-CO-04"]),
    ("LegalMonetaryTotal", "LineExtensionAmount", &["BR-12"]),
    ("LegalMonetaryTotal", "TaxExclusiveAmount", &["BR-13"]),
    ("LegalMonetaryTotal", "TaxInclusiveAmount", &["BR-14"]),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "LineTotalAmount", &["BR-12"]),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "TaxBasisTotalAmount", &["BR-13"]),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "GrandTotalAmount", &["BR-14"]),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "DuePayableAmount", &["BR-15"]),
    ("TaxSubtotal", "TaxableAmount", &["BR-45"]),
    ("TaxSubtotal", CATEGORY, &["BR-47"]),
    ("TaxSubtotal", RATE, &["BR-48"]),
    ("PartyTaxScheme", "TaxScheme", &["UBL-SR-53"]),
    ("PartyTaxScheme", "CompanyID", &["UBL-SR-53"]),
];

/// The open elements with what stands in them, and what was found missing.
#[derive(Default)]
pub(super) struct Presence {
    open: Vec<Open>,
    /// The payment means, and the remittance texts, that were seen so far: one document may have one of each.
    once: Vec<(&'static str, String)>,
    /// Whether the document is a credit note.
    credit_note: bool,
    /// Whether some line has the standard rate, and whether some such rate is one of VAT.
    standard: (bool, bool),
    /// The currency in which VAT is accounted (BT-6), and those in which its total is given.
    tax_currency: Option<String>,
    total_currencies: Vec<String>,
    /// Whether a seller of CII is registered by a scheme of taxes, and whether by another.
    registered: (bool, bool),
    pub(super) found: Vec<BrokenRule>,
}

struct Open {
    name: String,
    code: String,
    inside: Vec<Fact>,
}

impl Open {
    fn has(&self, fact: Fact) -> bool {
        self.inside.contains(&fact)
    }

    fn times(&self, fact: Fact) -> usize {
        self.inside.iter().filter(|inside| **inside == fact).count()
    }

    fn is_any(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

impl Presence {
    /// An element begins.
    pub(super) fn start<'a>(&mut self, name: &str, mut attributes: impl Iterator<Item = (&'a str, &'a str)>) {
        let wanted = if matches!(name, "URIID" | "ID") { "schemeID" } else { "currencyID" };
        let value = attributes.find(|(attribute, _)| *attribute == wanted).map(|(_, value)| value.trim());
        self.credit_note |= self.open.is_empty() && name == "CreditNote";
        if let Some(value) = value.filter(|_| self.is_vat_total(name)) {
            self.total_currencies.push(value.chars().take(MAX_CODE).collect());
        }
        self.open.push(Open { name: name.to_owned(), code: String::new(), inside: Vec::new() });
        match value {
            Some(value) if name == "URIID" && !value.is_empty() => self.tell(SCHEME),
            Some(value) if name == "ID" => {
                self.tell(SCHEMED);
                if matches!(value, "VA" | "FC") {
                    self.tell(TAX_SCHEME);
                }
            }
            Some(value) if AMOUNTS.contains(&name) && !CURRENCY_CODES.contains(&value) => {
                self.miss("BR-CL-03", &format!("the currency {value:.10} is not one of ISO 4217"));
            }
            _ => {}
        }
    }

    /// A text in the open element.
    pub(super) fn text(&mut self, text: &str) {
        let Some(open) = self.open.last_mut() else { return };
        let room = MAX_CODE.saturating_sub(open.code.len());
        open.code.extend(text.trim().chars().take(room));
    }

    /// The open element ends: its parent learns what stands in it.
    pub(super) fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.judge(&open);
        let parent = self.open.last().map(|parent| parent.name.as_str()).unwrap_or_default();
        if let Some(rule) = once(parent, &open.name) {
            self.only(rule, &open);
        }
        self.note(&open);
        let credit_note = self.credit_note;
        let Some(parent) = self.open.last_mut() else { return self.judge_all() };
        parent.inside.extend(direct(&parent.name, &open));
        if open.name == "DocumentTypeCode" && (open.code == "130" || credit_note && open.code == "50") {
            parent.inside.push(OBJECT);
        }
        parent.inside.extend(open.inside.iter().filter_map(|fact| lifted(&open, fact)));
    }

    fn judge(&mut self, open: &Open) {
        for (_, fact, rules) in NEEDED.iter().filter(|(name, fact, _)| *name == open.name && !open.has(fact))
        {
            // Totals and taxes of other elements than these have names of their own.
            rules.iter().for_each(|rule| self.miss(rule, &format!("{} has no {fact}", open.name)));
        }
        let parent = self.open.last().map(|parent| parent.name.as_str()).unwrap_or_default();
        let transfer =
            open.is_any(&["PaymentMeans", "SpecifiedTradeSettlementPaymentMeans"]) && open.has(TRANSFER);
        let broken = match parent {
            _ if transfer && !open.has(ACCOUNT) => {
                if open.name == "PaymentMeans" {
                    Some("BR-61")
                } else {
                    Some("CII-SR-470")
                }
            }
            "Invoice" | "CreditNote" | "ApplicableHeaderTradeSettlement"
                if open.is_any(&["AllowanceCharge", "SpecifiedTradeAllowanceCharge"])
                    && !open.has(CATEGORY) =>
            {
                Some(if open.has(CHARGE) { "BR-37" } else { "BR-32" })
            }
            "ApplicableHeaderTradeSettlement" if open.name == "ApplicableTradeTax" && !open.has(VAT) => {
                Some("BR-CO-17")
            }
            "SellerTradeParty" if open.name == "URIUniversalCommunication" && !open.has(SCHEME) => {
                Some("BR-62")
            }
            "BuyerTradeParty" if open.name == "URIUniversalCommunication" && !open.has(SCHEME) => {
                Some("BR-63")
            }
            _ if open.name == "AdditionalDocumentReference"
                && !open.has(OBJECT)
                && (open.has(TYPED) || open.has(SCHEMED)) =>
            {
                Some("UBL-SR-43")
            }
            _ if open.is_any(&["PostalAddress", "Address"]) && open.times("AddressLine") > 1 => {
                Some("UBL-SR-51")
            }
            _ if open.name == "PriceAmount" && open.code.starts_with('-') => Some("BR-27"),
            _ => None,
        };
        if let Some(rule) = broken {
            self.miss(rule, &format!("{} is not complete", open.name));
        }
        let categories = open.times("ClassifiedTaxCategory");
        if open.is_any(&["InvoiceLine", "CreditNoteLine"]) && categories != 1 {
            self.miss("UBL-SR-48", &format!("{} has {categories} tax categories instead of one", open.name));
        }
    }

    /// Remembers what is asked of the document as a whole.
    fn note(&mut self, open: &Open) {
        let mut outer = self.open.iter().rev().map(|outer| outer.name.as_str());
        let (parent, grandparent) = (outer.next().unwrap_or_default(), outer.next().unwrap_or_default());
        match (grandparent, parent, open.name.as_str()) {
            (.., "ClassifiedTaxCategory") if open.has(STANDARD) => {
                self.standard = (true, self.standard.1 || open.has(VAT));
            }
            (.., "TaxCurrencyCode") => self.tax_currency = Some(open.code.clone()),
            ("SellerTradeParty", "SpecifiedTaxRegistration", "ID") => {
                let known = open.has(TAX_SCHEME);
                self.registered = (self.registered.0 || known, self.registered.1 || !known);
            }
            (_, "Country", "IdentificationCode") | (.., "CountryID")
                if !COUNTRY_CODES.contains(&open.code.as_str()) =>
            {
                self.miss("BR-CL-14", &format!("the country {:.10} is not one of ISO 3166-1", open.code));
            }
            _ => {}
        }
    }

    /// An amount that is a total of VAT, when it stands in the open element.
    fn is_vat_total(&self, name: &str) -> bool {
        let parent = self.open.last().map(|open| open.name.as_str()).unwrap_or_default();
        name == "TaxTotalAmount" || name == "TaxAmount" && parent == "TaxTotal"
    }

    /// The whole document was seen.
    fn judge_all(&mut self) {
        if self.standard == (true, false) {
            self.miss("BR-S-02", "no line with the standard rate says that it is one of VAT");
        }
        if self.tax_currency.as_ref().is_some_and(|currency| !self.total_currencies.contains(currency)) {
            self.miss("BR-53", "the total of VAT is not given in the currency in which it is accounted");
        }
    }

    /// Whether a seller of CII is registered by no scheme of taxes, though by another.
    pub(super) const fn registered_otherwise(&self) -> bool {
        matches!(self.registered, (false, true))
    }

    /// A code that has to be the same wherever it stands.
    fn only(&mut self, rule: &'static str, open: &Open) {
        match self.once.iter().find(|(known, _)| *known == rule) {
            Some((_, code)) if *code == open.code => {}
            Some(_) => self.miss(rule, &format!("{} differs from the one before", open.name)),
            None => self.once.push((rule, open.code.clone())),
        }
    }

    fn tell(&mut self, fact: Fact) {
        if let Some(open) = self.open.last_mut() {
            open.inside.push(fact);
        }
    }

    fn miss(&mut self, rule: &str, what: &str) {
        if self.found.len() < MAX_FOUND {
            let path: Vec<&str> = self.open.iter().map(|open| open.name.as_str()).collect();
            self.found.push(BrokenRule::new(rule, format!("{}: {what}.", path.join("/"))));
        }
    }
}

/// The rule that lets an element stand with one code alone.
fn once(parent: &str, name: &str) -> Option<&'static str> {
    match (parent, name) {
        ("PaymentMeans", "PaymentMeansCode") => Some("UBL-SR-47"),
        ("PaymentMeans", "PaymentID") => Some("UBL-SR-44"),
        ("SpecifiedTradeSettlementPaymentMeans", "TypeCode") => Some("CII-SR-467"),
        _ => None,
    }
}

/// What an element tells its parent by standing in it.
fn direct(parent: &str, open: &Open) -> Vec<Fact> {
    let is_vat = || open.code.eq_ignore_ascii_case(VAT);
    let mut facts = Vec::new();
    match (parent, open.name.as_str()) {
        ("TaxScheme", "ID") => facts.extend(is_vat().then_some(VAT).into_iter().chain([SCHEME])),
        ("ApplicableTradeTax" | "CategoryTradeTax", "TypeCode") => facts.extend(is_vat().then_some(VAT)),
        ("ClassifiedTaxCategory" | "TaxCategory", "ID") | (_, "CategoryCode") => {
            facts.push("ID");
            facts.extend((open.code == "O").then_some("Percent"));
            facts.extend((open.code == "S").then_some(STANDARD));
        }
        ("AdditionalDocumentReference", "ID") => facts.extend(open.has(SCHEMED).then_some(SCHEMED)),
        ("AdditionalDocumentReference", "DocumentTypeCode") => facts.push(TYPED),
        ("PayeeFinancialAccount", "ID") | (_, "IBANID" | "ProprietaryID") => facts.push(ACCOUNT),
        ("PaymentMeans", "PaymentMeansCode") | ("SpecifiedTradeSettlementPaymentMeans", "TypeCode") => {
            facts.extend(TRANSFERS.contains(&open.code.as_str()).then_some(TRANSFER));
        }
        ("AllowanceCharge", "ChargeIndicator") | ("ChargeIndicator", "Indicator") => {
            facts.extend(matches!(open.code.as_str(), "true" | "1").then_some(CHARGE));
        }
        ("Price", "PriceAmount") | ("NetPriceProductTradePrice", "ChargeAmount") => facts.push(PRICE),
        ("InvoiceLine" | "CreditNoteLine", "LineExtensionAmount")
        | ("SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount") => facts.push(NET),
        ("PartyTaxScheme", "TaxScheme") => {
            facts.extend(open.has(SCHEME).then_some("TaxScheme"));
        }
        _ => {}
    }
    let of_parent = NEEDED.iter().filter(|(name, ..)| *name == parent).map(|(_, fact, _)| *fact);
    let mut named = of_parent.chain(["Percent", "ClassifiedTaxCategory", "AddressLine"]);
    // A tax scheme without an id is none.
    facts.extend(named.find(|fact| *fact == open.name && open.name != "TaxScheme"));
    facts
}

/// What an element passes on of what stands in it, under which name.
fn lifted(open: &Open, fact: Fact) -> Option<Fact> {
    let has_vat = || open.has(VAT);
    match (open.name.as_str(), fact) {
        ("TaxScheme", VAT)
        | ("URIID", SCHEME)
        | ("PayeeFinancialAccount" | "PayeePartyCreditorFinancialAccount", ACCOUNT)
        | ("ChargeIndicator", CHARGE)
        | ("Price" | "NetPriceProductTradePrice" | "SpecifiedLineTradeAgreement", PRICE)
        | ("SpecifiedTradeSettlementLineMonetarySummation" | "SpecifiedLineTradeSettlement", NET)
        | ("Item", "ClassifiedTaxCategory")
        | ("Item" | "SpecifiedLineTradeSettlement", CATEGORY) => Some(fact),
        ("ClassifiedTaxCategory" | "TaxCategory" | "ApplicableTradeTax" | "CategoryTradeTax", "ID") => {
            has_vat().then_some(CATEGORY)
        }
        ("TaxCategory", "Percent") => has_vat().then_some(RATE),
        _ => None,
    }
}

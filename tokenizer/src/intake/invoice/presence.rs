//! The official rules on what has to stand in a document, asked of its elements while it is scanned.
//!
//! A model of an invoice has a price on each line and a VAT category on each total; whether the document said so
//! shows in the document alone.

use super::BrokenRule;
use en16931::codes::generated::CURRENCY_CODES;

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

    fn is_any(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

impl Presence {
    /// An element begins.
    pub(super) fn start<'a>(&mut self, name: &str, mut attributes: impl Iterator<Item = (&'a str, &'a str)>) {
        let wanted = if name == "URIID" { "schemeID" } else { "currencyID" };
        let value = attributes.find(|(attribute, _)| *attribute == wanted).map(|(_, value)| value.trim());
        self.open.push(Open { name: name.to_owned(), code: String::new(), inside: Vec::new() });
        match value {
            Some(value) if name == "URIID" && !value.is_empty() => self.tell(SCHEME),
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
        let Some(parent) = self.open.last_mut() else { return };
        parent.inside.extend(direct(&parent.name, &open));
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
            _ if open.name == "PriceAmount" && open.code.starts_with('-') => Some("BR-27"),
            _ => None,
        };
        if let Some(rule) = broken {
            self.miss(rule, &format!("{} is not complete", open.name));
        }
        let categories = open.inside.iter().filter(|fact| **fact == "ClassifiedTaxCategory").count();
        if open.is_any(&["InvoiceLine", "CreditNoteLine"]) && categories != 1 {
            self.miss("UBL-SR-48", &format!("{} has {categories} tax categories instead of one", open.name));
        }
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
        }
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
    let mut named = of_parent.chain(["Percent", "ClassifiedTaxCategory"]);
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

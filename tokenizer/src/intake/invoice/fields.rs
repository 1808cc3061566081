//! The fields of an invoice that matter to an asset, typed.

use chrono::NaiveDate;
use domain::{
    Country, Currency, Invalid, Invalids, Money,
    text::{MAX_NAME, MAX_REFERENCE, bounded, optional},
};
use en16931::{Date, InvoiceAmount, invoice};
use en16931_formats::{Read, Syntax};
use serde::{Deserialize, Serialize, Serializer};

/// The fields of one invoice or credit note. Amounts are of [`InvoiceFields::currency`]; in JSON they are plain
/// decimal texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceFields {
    /// The document element: `Invoice`, `CreditNote` or `CrossIndustryInvoice`.
    pub kind: &'static str,
    /// Number (BT-1).
    pub number: String,
    /// Issue date (BT-2).
    pub issue_date: NaiveDate,
    /// Due date (BT-9), which EN 16931 does not require.
    pub due_date: Option<NaiveDate>,
    /// Type by UNTDID 1001 (BT-3): 380 is an invoice, 381 a credit note, 384 a corrected invoice.
    pub type_code: String,
    /// Currency (BT-5).
    pub currency: Currency,
    /// Seller (BG-4).
    pub seller: InvoiceParty,
    /// Buyer (BG-7).
    pub buyer: InvoiceParty,
    /// Name of the payee where it is not the seller (BT-59).
    pub payee: Option<String>,
    /// Total without VAT (BT-109).
    #[serde(serialize_with = "amount_text")]
    pub tax_exclusive: Money,
    /// Total VAT (BT-110).
    #[serde(serialize_with = "optional_amount_text")]
    pub tax_total: Option<Money>,
    /// Total with VAT (BT-112).
    #[serde(serialize_with = "amount_text")]
    pub tax_inclusive: Money,
    /// Paid already (BT-113).
    #[serde(serialize_with = "optional_amount_text")]
    pub prepaid: Option<Money>,
    /// Amount due (BT-115).
    #[serde(serialize_with = "amount_text")]
    pub payable: Money,
    /// The account to pay to (BT-84): an IBAN, or a national account number.
    pub iban: Option<String>,
    /// Number of lines (BG-25).
    pub lines: usize,
    /// Number of the invoice this one follows or corrects (BT-25).
    pub preceding_invoice: Option<String>,
}

/// Seller or buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceParty {
    /// Registered name (BT-27, BT-44).
    pub name: String,
    /// VAT id (BT-31, BT-48).
    pub vat: Option<String>,
    /// Id in a register of companies (BT-30, BT-47).
    pub legal_id: Option<String>,
    /// Local tax registration (BT-32), of sellers only.
    pub tax_id: Option<String>,
    /// Country (BT-40, BT-55).
    pub country: Option<Country>,
}

impl InvoiceFields {
    /// Takes the fields out of a document.
    ///
    /// # Errors
    /// Every field that is missing or beyond the limits of the domain.
    pub(super) fn of(document: &Read) -> Result<Self, Invalids> {
        let invoice = &document.invoice;
        let mut found = Invalids::default();
        let number = found.check(required("number", invoice.number.as_deref(), MAX_REFERENCE));
        let issue_date = found.check(date("issue_date", invoice.issue_date));
        let due_date = found.check(date("due_date", invoice.due_date));
        let code = |code: &Option<invoice::Code>| code.as_ref().map(|code| code.as_str().trim().to_owned());
        let type_code = found.check(required("type_code", code(&invoice.type_code).as_deref(), 3));
        let currency = found.check(code(&invoice.currency).unwrap_or_default().parse::<Currency>());
        let seller = found.check(party("seller", &invoice.seller));
        let buyer = found.check(party("buyer", &invoice.buyer));
        let payee = invoice.payee.as_ref().and_then(|payee| payee.name.as_deref());
        let payee = found.check(optional("payee", payee, MAX_NAME));
        let account = invoice.payment.as_ref().and_then(invoice::PaymentInstructions::account_identifier);
        let iban = found.check(optional("iban", account, MAX_REFERENCE));
        let preceding = invoice.preceding_invoices.first().map(|preceding| preceding.reference.as_str());
        let preceding_invoice = found.check(optional("preceding_invoice", preceding, MAX_REFERENCE));
        let totals = currency.and_then(|currency| found.check(Totals::of(&invoice.totals, currency)));
        let fields = (|| {
            let totals = totals?;
            Some(Self {
                kind: kind(document),
                number: number?,
                issue_date: issue_date??,
                due_date: due_date?,
                type_code: type_code?,
                currency: currency?,
                seller: seller?,
                buyer: buyer?,
                payee: payee?,
                tax_exclusive: totals.exclusive,
                tax_total: totals.tax,
                tax_inclusive: totals.inclusive,
                prepaid: totals.prepaid,
                payable: totals.payable,
                iban: iban?,
                lines: invoice.lines.len(),
                preceding_invoice: preceding_invoice?,
            })
        })();
        found.into_result()?;
        fields.ok_or_else(|| Invalid::new("issue_date", "", "a date").into())
    }
}

struct Totals {
    exclusive: Money,
    tax: Option<Money>,
    inclusive: Money,
    prepaid: Option<Money>,
    payable: Money,
}

impl Totals {
    fn of(totals: &invoice::DocumentTotals, currency: Currency) -> Result<Self, Invalid> {
        let money = |field: &str, amount: InvoiceAmount| {
            Money::from_decimal(amount.into_decimal(), currency).map_err(|invalid| invalid.named(field))
        };
        Ok(Self {
            exclusive: money("tax_exclusive", totals.taxable_total)?,
            tax: totals.vat_total.map(|amount| money("tax_total", amount)).transpose()?,
            inclusive: money("tax_inclusive", totals.gross_total)?,
            prepaid: totals.paid.map(|amount| money("prepaid", amount)).transpose()?,
            payable: money("payable", totals.due)?,
        })
    }
}

fn kind(document: &Read) -> &'static str {
    match (document.syntax, document.invoice.kind) {
        (Syntax::Cii, _) => "CrossIndustryInvoice",
        (_, invoice::DocumentKind::CreditNote) => "CreditNote",
        _ => "Invoice",
    }
}

fn required(field: &str, text: Option<&str>, longest: usize) -> Result<String, Invalid> {
    bounded(field, text.unwrap_or_default(), longest)
}

fn date(field: &str, date: Option<Date>) -> Result<Option<NaiveDate>, Invalid> {
    let Some(date) = date else { return Ok(None) };
    NaiveDate::from_ymd_opt(date.year(), date.month().into(), date.day().into())
        .map(Some)
        .ok_or_else(|| Invalid::new(field, date, "a date of the calendar"))
}

fn party(role: &str, party: &invoice::Party) -> Result<InvoiceParty, Invalid> {
    let named = |field: &str| format!("{role}.{field}");
    let legal_id = party.legal_registration.as_ref().map(en16931::Identifier::content);
    let country = party.address.country.as_ref().map(|code| code.as_str().trim());
    Ok(InvoiceParty {
        name: required(&named("name"), party.name.as_deref(), MAX_NAME)?,
        vat: optional(&named("vat"), party.vat_identifier.as_deref(), MAX_REFERENCE)?,
        legal_id: optional(&named("legal_id"), legal_id, MAX_REFERENCE)?,
        tax_id: optional(&named("tax_id"), party.tax_registration.as_deref(), MAX_REFERENCE)?,
        country: country.and_then(|code| code.parse().ok()),
    })
}

fn amount_text<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&money.amount_text())
}

fn optional_amount_text<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => amount_text(money, serializer),
        None => serializer.serialize_none(),
    }
}

//! Invoices as assets: listed, shown, disputed, given up.

use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::invoice::{self, Mark};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{self, Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Invalids;
use domain::ids::InvoiceId;
use domain::party::Role;
use serde::{Deserialize, Serialize};
use store::invoices::{self, Filter, Invoice};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_invoices, show_invoice, dispute_invoice, agree_invoice, default_invoice))]
pub struct Api;

/// Officials who read the invoices of all issuers.
pub(crate) const OFFICIALS: &[Role] = &[Role::Issuer, Role::Compliance, Role::Regulator, Role::Operator];

/// An invoice.
#[derive(Serialize, ToSchema)]
struct InvoiceBody {
    /// Its id.
    id: String,
    /// The issuer's own key.
    external_id: String,
    /// The number as printed.
    number: String,
    /// The day of issue.
    issue_date: NaiveDate,
    /// The day it is due.
    due_date: NaiveDate,
    /// The currency of its amounts.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// What was to be paid when it was brought, in minor units.
    amount_minor: i64,
    /// What has been paid since, in minor units.
    collected_minor: i64,
    /// What is still to be paid, in minor units.
    outstanding_minor: i64,
    /// The seller.
    seller_name: String,
    /// The seller's VAT id.
    seller_vat_id: Option<String>,
    /// The buyer, who owes.
    buyer_name: String,
    /// The buyer's VAT id.
    buyer_vat_id: Option<String>,
    /// The buyer's country.
    buyer_country: Option<String>,
    /// `available`, `pledged`, `disputed`, `defaulted` or `paid`.
    #[schema(example = "available")]
    status: &'static str,
    /// The pool it was chosen for.
    pool_id: Option<String>,
    /// The import that brought it.
    import_id: String,
    /// The file and row it came from.
    source: String,
    /// When it was brought.
    created_at: DateTime<Utc>,
}

impl From<Invoice> for InvoiceBody {
    fn from(invoice: Invoice) -> Self {
        Self {
            id: invoice.id.to_string(),
            outstanding_minor: invoice.outstanding().minor,
            external_id: invoice.external_id,
            number: invoice.invoice_number,
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            currency: invoice.currency.code(),
            amount_minor: invoice.amount_minor,
            collected_minor: invoice.collected_minor,
            seller_name: invoice.seller_name,
            seller_vat_id: invoice.seller_vat_id,
            buyer_name: invoice.buyer_name,
            buyer_vat_id: invoice.buyer_vat_id,
            buyer_country: invoice.buyer_country,
            status: invoice.status.as_str(),
            pool_id: invoice.pool_id,
            import_id: invoice.import_id.to_string(),
            source: invoice.source,
            created_at: invoice.created_at.and_utc(),
        }
    }
}

/// Which invoices a listing shows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct InvoiceQuery {
    /// Only those in a status.
    pub status: Option<String>,
    /// Only those of a pool.
    pub pool_id: Option<String>,
    /// Only those of an import.
    pub import_id: Option<String>,
    /// Only those in a currency.
    pub currency: Option<String>,
    /// Only those due on this day or later.
    pub due_from: Option<String>,
    /// Only those due on this day or earlier.
    pub due_to: Option<String>,
    /// Only those owed from a country.
    pub buyer_country: Option<String>,
}

impl InvoiceQuery {
    /// The filter, within what the actor may see: issuers their own, officials all. Blank fields filter nothing.
    pub(crate) fn filter(&self, by: &Actor) -> Result<Filter, AppError> {
        by.must_be(OFFICIALS)?;
        let mut found = Invalids::default();
        fn given(text: &Option<String>) -> Option<&str> {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty())
        }
        macro_rules! field {
            ($name:ident, $parse:expr) => {
                given(&self.$name).and_then(|text| found.check($parse(text)))
            };
        }
        let filter = Filter {
            issuer: by.issuer().ok(),
            status: field!(status, str::parse),
            pool: field!(pool_id, str::parse),
            import: field!(import_id, str::parse),
            currency: field!(currency, str::parse),
            due_from: field!(due_from, |text| request::day("due_from", text)),
            due_to: field!(due_to, |text| request::day("due_to", text)),
            buyer_country: field!(buyer_country, |text: &str| text
                .parse()
                .map_err(|invalid: domain::Invalid| invalid.named("buyer_country"))),
            ..Filter::default()
        };
        found.into_result()?;
        Ok(filter)
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_invoices).service(show_invoice);
    routes.service(dispute_invoice).service(agree_invoice).service(default_invoice);
}

/// Invoices, oldest first: an issuer's own, or all of them for officials.
#[utoipa::path(context_path = "/v1", tag = "invoices", params(InvoiceQuery, PageQuery),
    security(("session" = [])), responses(
    (status = 200, description = "A page of invoices", body = Page<InvoiceBody>),
    (status = 422, description = "A filter that cannot be read", body = Problem),
))]
#[get("/invoices")]
async fn list_invoices(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<InvoiceQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let filter = query.filter(&caller.signed_in.actor)?;
    let (after, rows) = (page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| app.ask(|tx| Ok(invoices::page(tx, &filter, after, rows)?)));
    let items = found.await?.into_iter().map(InvoiceBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |invoice: &InvoiceBody| invoice.id.clone())))
}

/// An invoice.
#[utoipa::path(context_path = "/v1", tag = "invoices", security(("session" = [])), responses(
    (status = 200, description = "The invoice", body = InvoiceBody),
    (status = 404, description = "There is no such invoice for you", body = Problem),
))]
#[get("/invoices/{id}")]
async fn show_invoice(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let invoice = app.blocking(move |app| visible(app, &caller.signed_in.actor, id)).await?;
    Ok(HttpResponse::Ok().json(InvoiceBody::from(invoice)))
}

fn parse_id(id: &str) -> Result<InvoiceId, AppError> {
    id.parse().map_err(|_| AppError::not_found("invoice", id))
}

fn visible(app: &App, by: &Actor, id: InvoiceId) -> Result<Invoice, AppError> {
    by.must_be(OFFICIALS)?;
    app.ask(|tx| match by.issuer() {
        Ok(issuer) => invoice::own(tx, issuer, id),
        Err(_) => invoices::find(tx, id)?.ok_or_else(|| AppError::not_found("invoice", id)),
    })
}

async fn marked(
    app: web::Data<App>,
    write: Write,
    id: &str,
    mark: Mark,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, parse_id(id)?);
    let invoice = app.blocking(move |app| {
        let status = invoice::mark(app, &command, id, mark)?;
        let invoice = visible(app, &command.by, id)?;
        Ok(Invoice { status, ..invoice })
    });
    Ok(HttpResponse::Ok().json(InvoiceBody::from(invoice.await?)))
}

/// The debtor says no: the invoice earns nothing until that is settled.
#[utoipa::path(context_path = "/v1", tag = "invoices", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "The invoice is disputed", body = InvoiceBody),
    (status = 409, description = "It is not open", body = Problem),
))]
#[post("/invoices/{id}/dispute")]
async fn dispute_invoice(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    marked(app, write, &id, Mark::Disputed).await
}

/// The dispute is over: the debtor owes.
#[utoipa::path(context_path = "/v1", tag = "invoices", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "The invoice is open again", body = InvoiceBody),
    (status = 409, description = "It is not disputed", body = Problem),
))]
#[delete("/invoices/{id}/dispute")]
async fn agree_invoice(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    marked(app, write, &id, Mark::Agreed).await
}

/// The debtor will not pay.
#[utoipa::path(context_path = "/v1", tag = "invoices", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "The invoice has defaulted", body = InvoiceBody),
    (status = 409, description = "It is neither open nor disputed", body = Problem),
))]
#[post("/invoices/{id}/default")]
async fn default_invoice(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    marked(app, write, &id, Mark::Defaulted).await
}

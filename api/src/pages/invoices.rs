//! Invoices as assets: a list with filters, and one with what can be said of it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::invoice::{self, Mark};
use crate::http::request::{Page, PageQuery};
use crate::http::v1::invoices::{InvoiceQuery, OFFICIALS};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::asset::InvoiceStatus;
use domain::ids::InvoiceId;
use domain::party::Role;
use store::invoices::{self, Invoice};
use store::pools::Pool;

/// The list.
#[derive(Template)]
#[template(path = "invoices.html")]
struct Invoices {
    page: PageContext,
    status: Option<InvoiceStatus>,
    pool_id: Option<String>,
    invoices: Page<Invoice>,
}

impl Invoices {
    /// The filters: address, name, and whether it is the one in use.
    fn filters(&self) -> Vec<(String, String, bool)> {
        let pool = self.pool_id.as_ref().map(|pool| format!("&pool_id={pool}")).unwrap_or_default();
        let every = (
            format!("/invoices?{}", pool.trim_start_matches('&')),
            self.page.t("all"),
            self.status.is_none(),
        );
        let one = |status: &InvoiceStatus| {
            let address = format!("/invoices?status={status}{pool}");
            (address, self.page.say(*status), self.status == Some(*status))
        };
        std::iter::once(every).chain(InvoiceStatus::ALL.iter().map(one)).collect()
    }

    /// The address of the next page, under the same filters.
    fn next(&self) -> Option<String> {
        let status = self.status.map(|status| format!("&status={status}")).unwrap_or_default();
        let pool = self.pool_id.as_ref().map(|pool| format!("&pool_id={pool}")).unwrap_or_default();
        self.invoices.next.as_ref().map(|next| format!("/invoices?after={next}{status}{pool}"))
    }
}

/// The colour of an invoice's status.
pub(super) const fn tone(status: &InvoiceStatus) -> &'static str {
    match status {
        InvoiceStatus::Available => "",
        InvoiceStatus::Pledged => "info",
        InvoiceStatus::Disputed => "warn",
        InvoiceStatus::Defaulted => "bad",
        InvoiceStatus::Paid => "good",
    }
}

/// The list.
#[get("/invoices")]
async fn show_list(
    page: PageContext,
    query: web::Query<InvoiceQuery>,
    of: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let filter = query.filter(page.must_be(OFFICIALS)?)?;
    let (status, pool_id) = (filter.status, filter.pool.map(|pool| pool.to_string()));
    let (after, rows) = (of.cursor()?, of.rows()?);
    let found = page.blocking(move |app| app.ask(|tx| Ok(invoices::page(tx, &filter, after, rows)?)));
    let invoices = Page::of(found.await?, rows, |invoice| invoice.id.to_string());
    show(&Invoices { page, status, pool_id, invoices })
}

/// One invoice.
#[derive(Template)]
#[template(path = "invoice.html")]
struct InvoicePage {
    page: PageContext,
    invoice: Invoice,
    /// What can be said of it: the word in the address, and the key of the button's text.
    marks: Vec<(&'static str, &'static str)>,
    pool: Option<Pool>,
    is_issuer: bool,
}

impl InvoicePage {
    /// The pool on which a payment of this invoice can be booked by the reader.
    fn takes_cash(&self) -> Option<&Pool> {
        let open = self.is_issuer && self.invoice.outstanding().minor > 0;
        self.pool.as_ref().filter(|pool| open && super::collections::takes_cash(pool))
    }
}

fn parse_id(id: &str) -> Result<InvoiceId, AppError> {
    id.parse().map_err(|_| AppError::not_found("invoice", id))
}

/// One invoice.
#[get("/invoices/{id}")]
async fn show_one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let (by, id) = (page.must_be(OFFICIALS)?.clone(), parse_id(&id)?);
    let is_issuer = by.must_be(&[Role::Issuer]).is_ok();
    let found = page.blocking(move |app| {
        app.ask(|tx| {
            let invoice = match by.issuer() {
                Ok(issuer) => invoice::own(tx, issuer, id)?,
                Err(_) => invoices::find(tx, id)?.ok_or_else(|| AppError::not_found("invoice", id))?,
            };
            let pool = invoice.pool_id.as_deref().map(str::parse).transpose()?;
            let pool = pool.map(|pool| store::pools::find(tx, pool)).transpose()?.flatten();
            Ok((invoice, pool))
        })
    });
    let (invoice, pool) = found.await?;
    let marks = match invoice.status {
        _ if !is_issuer => Vec::new(),
        InvoiceStatus::Available | InvoiceStatus::Pledged => {
            vec![("dispute", "invoice-dispute"), ("default", "invoice-default")]
        }
        InvoiceStatus::Disputed => vec![("agree", "invoice-agree"), ("default", "invoice-default")],
        InvoiceStatus::Defaulted | InvoiceStatus::Paid => Vec::new(),
    };
    show(&InvoicePage { page, invoice, marks, pool, is_issuer })
}

/// Says something of an invoice.
#[post("/invoices/{id}/{mark}")]
async fn say_of_it(
    page: PageContext,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, word) = path.into_inner();
    let id = parse_id(&id)?;
    let mark = match word.as_str() {
        "dispute" => Mark::Disputed,
        "agree" => Mark::Agreed,
        "default" => Mark::Defaulted,
        _ => return Err(AppError::not_found("page", word)),
    };
    page.must_be(&[Role::Issuer])?;
    let command = page.command(&posted)?;
    page.blocking(move |app| invoice::mark(app, &command, id, mark)).await?;
    Ok(go_to(&format!("/invoices/{id}")))
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_list).service(show_one).service(say_of_it);
}

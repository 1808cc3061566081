//! Investors as the officer sees them: the list, and one identity with its freeze.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::onboarding::tone;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::decide;
use crate::flows::onboard::{self, Standing};
use crate::flows::personal;
use crate::http::request::{Page, PageQuery};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Invalid;
use domain::ids::InvestorId;
use domain::party::{InvestorStatus, Role};
use serde::Deserialize;
use store::investors::Investor;
use store::wallet_proofs::WalletProof;

/// The list of investors.
#[derive(Template)]
#[template(path = "investors.html")]
struct Investors {
    page: PageContext,
    investors: Page<Investor>,
    status: Option<InvestorStatus>,
    expiring: bool,
}

impl Investors {
    fn shows(&self, status: &InvestorStatus) -> bool {
        self.status.as_ref() == Some(status) && !self.expiring
    }

    const fn shows_all(&self) -> bool {
        self.status.is_none() && !self.expiring
    }
}

/// Which investors are shown.
#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
    #[serde(default)]
    expiring: bool,
}

/// The investors, oldest first, or those whose approval ends soon.
#[get("/investors")]
async fn list(
    page: PageContext,
    query: web::Query<PageQuery>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Compliance, Role::Regulator, Role::Operator])?;
    let (after, rows, expiring) = (query.cursor::<InvestorId>()?, query.rows()?, filter.expiring);
    let status = filter.status.as_deref().map(str::parse::<InvestorStatus>).transpose()?;
    let found = page.blocking(move |app| match expiring {
        true => decide::expiring(app),
        false => app.ask(|tx| Ok(store::investors::page(tx, status, after, rows)?)),
    });
    let mut investors = Page::of(found.await?, rows, |it: &Investor| it.id.to_string());
    if expiring {
        investors.next = None;
    }
    show(&Investors { page, investors, status, expiring })
}

/// One investor.
#[derive(Template)]
#[template(path = "investor.html")]
struct InvestorPage {
    page: PageContext,
    standing: Standing,
    form: Form,
    erase_form: Form,
    officer: bool,
}

/// What was signed, as people can read it: typed data line by line.
fn legible(proof: &WalletProof) -> String {
    let typed_data = serde_json::from_str::<serde_json::Value>(&proof.statement).ok();
    let lines = typed_data.and_then(|data| serde_json::to_string_pretty(&data).ok());
    lines.unwrap_or_else(|| proof.statement.clone())
}

async fn open(page: &PageContext, id: InvestorId) -> Result<Standing, AppError> {
    let actor = page.must_be(&[Role::Compliance, Role::Regulator, Role::Operator])?.clone();
    page.blocking(move |app| onboard::standing(app, &actor, id)).await
}

fn is_officer(page: &PageContext) -> bool {
    page.must_be(&[Role::Compliance]).is_ok()
}

/// One investor, without anything personal.
#[get("/investors/{id}")]
async fn show_investor(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let standing = open(&page, id.parse()?).await?;
    let (form, erase_form) = (page.form("freeze"), page.form("erase"));
    show(&InvestorPage { form, erase_form, officer: is_officer(&page), standing, page })
}

/// Freezes the identity, lets it go, or erases what is personal, as the button says.
#[post("/investors/{id}")]
async fn act(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let (id, command) = (id.parse::<InvestorId>()?, page.command(&posted)?);
    let (what, reason) = (posted.text("act").to_owned(), posted.text("reason").to_owned());
    let (erases, sure) = (what == "erase", posted.ticked("sure"));
    let done = page.blocking(move |app| match what.as_str() {
        "erase" if !sure => Err(Invalid::new("sure", "", "the box ticked").into()),
        "erase" => personal::erase(app, &command, id).map(|_| ()),
        what => decide::set_frozen(app, &command, (id, what == "freeze"), &reason).map(|_| ()),
    });
    match done.await {
        Ok(()) => Ok(go_to(&format!("/investors/{id}"))),
        Err(AppError::Invalid(invalids)) => {
            let (standing, officer) = (open(&page, id).await?, is_officer(&page));
            let (mut form, mut erase_form) = (page.form("freeze"), page.form("erase"));
            let refused = if erases { &mut erase_form } else { &mut form };
            *refused = refused.clone().refused(&posted, invalids);
            refuse(&InvestorPage { form, erase_form, officer, standing, page })
        }
        Err(error) => Err(error),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_investor).service(act);
}

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
use domain::ids::InvestorId;
use domain::party::{InvestorStatus, Role};
use serde::Deserialize;
use store::investors::Investor;

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
    officer: bool,
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
    show(&InvestorPage { form: page.form("freeze"), officer: is_officer(&page), standing, page })
}

/// Freezes the identity, lets it go, or erases what is personal, as the button says.
#[post("/investors/{id}")]
async fn act(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let (id, command) = (id.parse::<InvestorId>()?, page.command(&posted)?);
    let (what, reason) = (posted.text("act").to_owned(), posted.text("reason").to_owned());
    let done = page.blocking(move |app| match what.as_str() {
        "erase" => personal::erase(app, &command, id).map(|_| ()),
        what => decide::set_frozen(app, &command, (id, what == "freeze"), &reason).map(|_| ()),
    });
    match done.await {
        Ok(()) => Ok(go_to(&format!("/investors/{id}"))),
        Err(AppError::Invalid(invalids)) => {
            let (standing, officer) = (open(&page, id).await?, is_officer(&page));
            let form = page.form("freeze").refused(&posted, invalids);
            refuse(&InvestorPage { form, officer, standing, page })
        }
        Err(error) => Err(error),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_investor).service(act);
}

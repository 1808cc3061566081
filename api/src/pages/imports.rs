//! Imports: files are chosen, checked or taken, and every finding is shown by file, row and column.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use crate::error::AppError;
use crate::flows::import::{Finding, Report};
use crate::flows::{import_invoices, import_rent_roll};
use crate::http::request::{Page, PageQuery};
use crate::http::upload;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::asset::{FindingKind, ImportKind};
use domain::ids::ImportId;
use domain::party::Role;
use store::imports::Import;

/// Findings that a page shows; the API gives the rest.
const MOST_SHOWN: usize = 500;

/// The forms, and the imports of before.
#[derive(Template)]
#[template(path = "imports.html")]
struct Imports {
    page: PageContext,
    invoices: Form,
    rent_roll: Form,
    imports: Page<Import>,
}

/// How an import ended, or would end.
#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    page: PageContext,
    report: Report,
    checked_only: bool,
}

impl ImportPage {
    fn shown(&self) -> &[Finding] {
        self.report.findings.get(..MOST_SHOWN).unwrap_or(&self.report.findings)
    }

    fn more(&self) -> i64 {
        let beyond = self.report.findings.len().saturating_sub(MOST_SHOWN);
        i64::try_from(beyond).unwrap_or(i64::MAX).saturating_add(self.report.findings_left_out)
    }
}

/// The colour of a finding.
const fn tone(kind: &FindingKind) -> &'static str {
    match kind {
        FindingKind::Repeated => "info",
        FindingKind::PledgedAlready | FindingKind::Conflict => "warn",
        FindingKind::Invalid | FindingKind::Rule => "bad",
    }
}

/// The page with its forms.
async fn forms(page: &PageContext, query: &PageQuery) -> Result<Imports, AppError> {
    let issuer = page.must_be(&[Role::Issuer])?.issuer()?;
    let (before, rows) = (query.cursor()?, query.rows()?);
    let found = page.blocking(move |app| app.ask(|tx| Ok(store::imports::page(tx, issuer, before, rows)?)));
    let imports = Page::of(found.await?, rows, |import| import.id.to_string());
    let (invoices, rent_roll) = (page.form("invoices"), page.form("rent-roll"));
    Ok(Imports { page: page.clone(), invoices, rent_roll, imports })
}

/// The forms.
#[get("/imports")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    show(&forms(&page, &query).await?)
}

/// Takes invoices, or only checks them.
#[post("/imports/invoices")]
async fn take_invoices(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    bring(page, posted, ImportKind::Invoices).await
}

/// Takes a rent roll, or only checks it.
#[post("/imports/rent-roll")]
async fn take_rent_roll(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    bring(page, posted, ImportKind::RentRoll).await
}

async fn bring(page: PageContext, posted: Posted, kind: ImportKind) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?.issuer()?;
    let (command, checked_only) = (page.command(&posted)?, posted.step() == Step::Review);
    let sources = upload::sources(&posted, "files");
    let brought = page.blocking(move |app| match kind {
        ImportKind::Invoices => import_invoices::import_invoices(app, &command, &sources),
        ImportKind::RentRoll => import_rent_roll::import_rent_roll(app, &command, &sources),
    });
    match brought.await {
        Ok(Report { import_id: Some(id), .. }) => Ok(go_to(&format!("/imports/{id}"))),
        Ok(report) => show(&ImportPage { page, report, checked_only }),
        Err(AppError::Invalid(invalids)) => {
            let mut again = forms(&page, &PageQuery::default()).await?;
            let form = match kind {
                ImportKind::Invoices => &mut again.invoices,
                ImportKind::RentRoll => &mut again.rent_roll,
            };
            *form = form.clone().refused(&posted, invalids);
            refuse(&again)
        }
        Err(error) => Err(error),
    }
}

/// An import of before.
#[get("/imports/{id}")]
async fn one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let issuer = page.must_be(&[Role::Issuer])?.issuer()?;
    let id: ImportId = id.parse().map_err(|_| AppError::not_found("import", &*id))?;
    let found = page.blocking(move |app| app.ask(|tx| Ok(store::imports::find(tx, id)?))).await?;
    let import = found.filter(|import| import.issuer_id == issuer);
    let import = import.ok_or_else(|| AppError::not_found("import", id))?;
    let report = Report {
        accepted: import.accepted,
        repeated: import.repeated,
        rejected: import.rejected,
        findings: serde_json::from_str(&import.findings).map_err(AppError::internal)?,
        ..Report::empty(Some(id), import.kind)
    };
    show(&ImportPage { page, report, checked_only: false })
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(take_invoices).service(take_rent_roll).service(one);
}

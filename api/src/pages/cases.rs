//! The officer's desk: the cases that wait, each with its evidence on one page and the decision below it.

use super::answer::{go_to, refuse, show, with_status};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::posted::Posted;
use super::say::Say;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::decide::{self, CaseFile, Verdict};
use crate::flows::screen::SeenHit;
use crate::http::request::{Page, PageQuery};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Country;
use domain::ids::CaseId;
use domain::party::{InvestorClass, Role};
use domain::status::CaseStatus;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::cases::Case;

/// The list of cases.
#[derive(Template)]
#[template(path = "cases.html")]
struct Cases {
    page: PageContext,
    cases: Page<Case>,
    status: CaseStatus,
    counts: Vec<(CaseStatus, i64)>,
    /// The identity number of each investor.
    numbers: BTreeMap<String, i64>,
}

impl Cases {
    /// A case is called by the opaque number of whom it is about.
    fn name(&self, case: &Case) -> String {
        let number = self.numbers.get(&case.investor_id.to_string());
        number.map_or_else(|| case.id.to_string(), |it| self.page.t1("investor-number", "number", *it))
    }
}

/// Which cases are shown.
#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
}

/// The colour of a case's status.
pub(super) const fn tone(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::Open => "info",
        CaseStatus::Approved => "good",
        CaseStatus::Rejected => "bad",
    }
}

/// The cases, those that wait unless another status is asked for.
#[get("/cases")]
async fn list_cases(
    page: PageContext,
    query: web::Query<PageQuery>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Compliance, Role::Regulator])?;
    let (after, rows) = (query.cursor::<CaseId>()?, query.rows()?);
    let wanted = filter.status.clone().unwrap_or_else(|| CaseStatus::Open.to_string());
    let status = wanted.parse::<CaseStatus>()?;
    let (found, counts, numbers) = page
        .blocking(move |app| {
            app.ask(|tx| {
                let count = |status: &CaseStatus| Ok((*status, store::cases::count(tx, *status)?));
                let counts = CaseStatus::ALL.iter().map(count).collect::<Result<Vec<_>, AppError>>()?;
                let found = store::cases::page(tx, Some(status), after, rows)?;
                let numbers = store::investors::numbers(tx, found.iter().map(|case| case.investor_id))?;
                Ok((found, counts, numbers))
            })
        })
        .await?;
    let cases = Page::of(found, rows, |it: &Case| it.id.to_string());
    show(&Cases { page, cases, status, counts, numbers })
}

/// A case with its evidence.
#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    page: PageContext,
    file: CaseFile,
    form: Form,
}

/// How a score came to be, as the page shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Why {
    tokens: Vec<Pair>,
    only_customer: Vec<String>,
    only_listed: Vec<String>,
    qualified: Qualified,
}

/// Words that stand for one another.
#[derive(Debug, Deserialize)]
struct Pair {
    customer: String,
    listed: String,
    likeness: i64,
    weight: i64,
}

/// What date of birth and country changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Qualified {
    name: i64,
    birth: i64,
    country: i64,
}

impl CasePage {
    fn why(&self, hit: &SeenHit) -> Why {
        Why::deserialize(&hit.why).unwrap_or_default()
    }

    fn claim(&self, name: &str) -> Option<String> {
        let (_, claims) = self.file.presentation.as_ref()?;
        claims.get(name).and_then(serde_json::Value::as_str).map(str::to_owned)
    }

    fn claimed_country(&self) -> Option<Country> {
        self.claim("country")?.parse().ok()
    }

    fn claimed_class(&self) -> Option<InvestorClass> {
        self.claim("investor_class")?.parse().ok()
    }

    /// Who vouches, with the types of the credentials.
    fn issuers(&self) -> Vec<String> {
        let credentials =
            self.file.presentation.as_ref().and_then(|(_, claims)| claims["credentials"].as_array());
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let issuer = |it: &serde_json::Value| {
            let types: Vec<_> = it["types"].as_array().into_iter().flatten().map(text).collect();
            format!("{}: {}", types.join(", "), text(&it["issuer"]))
        };
        credentials.into_iter().flatten().map(issuer).collect()
    }

    /// The lists in their versions.
    fn lists(&self) -> Vec<String> {
        let versions = self.file.screening.as_ref().map(|(screening, _)| screening.holds_for());
        let parsed: Vec<serde_json::Value> =
            versions.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        parsed.iter().map(|list| format!("{} {}", text(&list["name"]), text(&list["version"]))).collect()
    }

    fn hits(&self) -> &[SeenHit] {
        self.file.screening.as_ref().map_or(&[], |(_, hits)| hits)
    }

    fn decisions(&self) -> Vec<(&'static str, String)> {
        vec![("approve", self.page.t("decision-approve")), ("reject", self.page.t("decision-reject"))]
    }
}

async fn open(page: &PageContext, id: CaseId) -> Result<CaseFile, AppError> {
    let by = page.must_be(&[Role::Compliance])?.clone();
    let command = Command { by, idempotency_key: None, dry_run: false };
    page.blocking(move |app| decide::case_file(app, &command, id)).await
}

/// A case with its evidence.
#[get("/cases/{id}")]
async fn show_case(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let file = open(&page, id.parse()?).await?;
    show(&CasePage { form: page.form("decision"), file, page })
}

/// Decides a case.
#[post("/cases/{id}")]
async fn decide_case(
    page: PageContext,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, command) = (id.parse::<CaseId>()?, page.command(&posted)?);
    let decided = match Verdict::read(posted.text("decision"), posted.text("reason")) {
        Ok(verdict) => page.blocking(move |app| decide::decide(app, &command, id, &verdict)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match decided {
        Ok(_) => Ok(go_to(&format!("/cases/{id}"))),
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("decision").refused(&posted, invalids);
            refuse(&CasePage { file: open(&page, id).await?, form, page })
        }
        Err(error @ AppError::WrongState { what: "credential", .. }) => {
            let form = page
                .form("decision")
                .refused(&posted, domain::Invalid::new("decision", "", error.to_string()).into());
            with_status(StatusCode::CONFLICT, &CasePage { file: open(&page, id).await?, form, page })
        }
        Err(error) => Err(error),
    }
}

/// The officer hears how many cases wait and whose approval ends soon.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(&[Role::Compliance]).is_err() {
        return Ok(Vec::new());
    }
    let open = app.ask(|tx| Ok(store::cases::count(tx, CaseStatus::Open)?))?;
    let expiring = decide::expiring(app)?.len();
    let in_force = app.ask(|tx| Ok(store::screening::lists_in_force(tx)?))?;
    let (lists, now) = (in_force.len(), app.clock.now());
    let stale = in_force.iter().filter(|list| super::sanctions_lists::is_stale(list, now)).count();
    let card = |key: &str, count: &dyn Say, path: &'static str, waits: bool| Card {
        title: locale.t(&format!("card-{key}")),
        figure: count.say(locale),
        text: locale.text(&format!("card-{key}-text"), &[("count", count)]),
        path,
        waits,
    };
    let of_lists = match stale {
        0 => card("lists", &lists, "/sanctions-lists", lists == 0),
        _ => card("stale-lists", &stale, "/sanctions-lists", true),
    };
    Ok(vec![
        card("cases", &open, "/cases", open > 0),
        card("expiring", &expiring, "/investors?expiring=true", expiring > 0),
        of_lists,
    ])
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_cases).service(show_case).service(decide_case);
}

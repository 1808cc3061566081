//! Decisions with their reasons, as JSON and CSV.

use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::decisions::{self, Decision, Period, Portion};
use crate::flows::register::AsOf;
use crate::http::csv::{self, Format};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery};
use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, NaiveTime, Utc};
use domain::{Invalid, Invalids};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The columns of the CSV, in their order.
pub const COLUMNS: &[&str] = &["position", "at", "actor", "action", "subject", "detail", "hash"];

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(read_decisions))]
pub struct Api;

/// Which decisions, and how.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct DecisionsQuery {
    /// From this day (its beginning, UTC) or time on.
    pub from: Option<String>,
    /// Up to this day (its end, UTC) or time.
    pub to: Option<String>,
    /// `json` or `csv` for all of them in one piece; pages of JSON when it is left out, or `after` or `limit` is given.
    pub format: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of the page, from 1 to 200.
    pub limit: Option<i64>,
}

impl DecisionsQuery {
    /// The period that it names; a day counts whole.
    ///
    /// # Errors
    /// When a day or time is none.
    pub fn period(&self) -> Result<Period, Invalids> {
        let mut found = Invalids::default();
        let mut moment = |field: &str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            let parsed = text.map(str::parse::<AsOf>).transpose();
            found.check(parsed.map_err(|invalid: Invalid| invalid.named(field))).flatten()
        };
        let (from, to) = (moment("from", &self.from), moment("to", &self.to));
        found.into_result()?;
        Ok(Period { from: from.map(begin), before: to.map(AsOf::ends_before) })
    }
}

fn begin(from: AsOf) -> DateTime<Utc> {
    match from {
        AsOf::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
        AsOf::Moment(moment) => moment,
    }
}

/// One decision.
#[derive(Serialize, ToSchema)]
struct DecisionRow {
    /// Its place in the audit log.
    position: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who: the id of an account, or `system`.
    actor: String,
    /// What was decided.
    #[schema(example = "transfer.refused")]
    action: String,
    /// About which thing: its id.
    subject: String,
    /// The numbers and the reasons.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// The hash that binds the entry to the log.
    hash: String,
}

impl From<Decision> for DecisionRow {
    fn from(decision: Decision) -> Self {
        let Decision { position, at, actor, action, subject, detail, hash } = decision;
        Self { position, at, actor, action, subject, detail, hash }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(read_decisions);
}

/// Decisions with their reasons, oldest first. Reading them is noted in the audit log.
#[utoipa::path(context_path = "/v1", tag = "decisions", security(("session" = [])), params(DecisionsQuery), responses(
    (status = 200, description = "A page, or all as JSON or CSV", body = Page<DecisionRow>),
    (status = 403, description = "For regulator, compliance and operator", body = Problem),
    (status = 422, description = "A day or the format is none, or the export is too long", body = Problem),
))]
#[get("/decisions")]
async fn read_decisions(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<DecisionsQuery>,
) -> Result<HttpResponse, AppError> {
    answer(&app, caller.signed_in.actor, &query).await
}

/// The decisions as the API and the portal's download give them.
///
/// # Errors
/// Those of [`decisions::read`], and input that is none.
pub async fn answer(app: &App, by: Actor, query: &DecisionsQuery) -> Result<HttpResponse, AppError> {
    let (period, format) = (query.period()?, Format::of(query.format.as_deref())?);
    let page = PageQuery { after: None, limit: query.limit };
    let most = page.rows()?;
    let after = match query.after.as_deref() {
        Some(text) => text.parse().map_err(|_| Invalid::new("after", text, "the `next` of a page"))?,
        None => 0,
    };
    let in_pages = query.format.is_none() || query.after.is_some() || query.limit.is_some();
    let whole = format == Format::Csv || !in_pages;
    let portion = if whole { Portion::Export } else { Portion::Page { after, most } };
    let command = Command { by, idempotency_key: None, dry_run: false };
    let found = app.blocking(move |app| decisions::read(app, &command, period, portion)).await?;
    if format == Format::Csv {
        return Ok(csv::download("decisions.csv", COLUMNS, found.into_iter().map(cells)));
    }
    let items: Vec<DecisionRow> = found.into_iter().map(DecisionRow::from).collect();
    if whole {
        return Ok(HttpResponse::Ok().json(Page { items, next: None }));
    }
    Ok(HttpResponse::Ok().json(Page::of(items, most, |row| row.position.to_string())))
}

fn cells(decision: Decision) -> Vec<String> {
    let at = decision.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let (position, detail) = (decision.position.to_string(), decision.detail.to_string());
    vec![position, at, decision.actor, decision.action, decision.subject, detail, decision.hash]
}

//! The test clock of the sandbox: where it stands, how far it has come, and how it is moved on.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::clock::{self, Advance, ClockState};
use crate::http::request::day;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::NaiveTime;
use domain::party::Role;
use domain::{Invalid, Invalids};

/// Where the page lies; production has none.
pub(super) const PATH: &str = "/clock";

/// The page of the clock.
#[derive(Template)]
#[template(path = "clock.html")]
struct Clock {
    page: PageContext,
    form: Form,
    state: ClockState,
}

/// The part of it that changes while the clock moves.
#[derive(Template)]
#[template(path = "parts/clock.html")]
struct ClockPart {
    page: PageContext,
    state: ClockState,
}

/// Minutes that the clock has come and has to go in all.
fn way(state: &ClockState) -> Option<(i64, i64)> {
    let (from, target) = (state.from?, state.target?);
    Some(((state.now - from).num_minutes(), (target - from).num_minutes()))
}

async fn read(page: PageContext) -> Result<Clock, AppError> {
    page.must_be(&[Role::Operator])?;
    if !page.is_sandbox() {
        return Err(AppError::not_found("page", PATH));
    }
    let state = page.blocking(clock::state).await?;
    Ok(Clock { form: page.form("clock"), page, state })
}

/// The clock: the whole page, or for htmx the part that moves.
#[get("/clock")]
async fn show_clock(page: PageContext) -> Result<HttpResponse, AppError> {
    let Clock { page, form, state } = read(page).await?;
    if !page.part {
        return show(&Clock { page, form, state });
    }
    let arrived = state.target.is_none();
    let mut response = show(&ClockPart { page, state })?;
    if arrived {
        // The page around it has changed as well: htmx loads it again.
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Moves the clock on.
#[post("/clock")]
async fn advance(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut shown = read(page).await?;
    let command = shown.page.command(&posted)?;
    let advanced = match how_far(&posted) {
        Ok(by) => shown.page.blocking(move |app| clock::advance(app, &command, by)).await,
        Err(invalid) => Err(invalid.into()),
    };
    match advanced {
        Ok(_) => Ok(go_to(PATH)),
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("clock").refused(&posted, readable(invalids));
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// So many days, or to the beginning of a day.
fn how_far(posted: &Posted) -> Result<Advance, Invalid> {
    match (posted.optional("days"), posted.optional("to")) {
        (Some(days), None) => {
            let limit =
                || Invalid::new("days", days, format!("a whole number from 1 to {}", clock::MAX_DAYS));
            days.replace(',', "").parse().map(Advance::Days).map_err(|_| limit())
        }
        (None, Some(to)) => Ok(Advance::To(day("to", to)?.and_time(NaiveTime::MIN).and_utc())),
        (Some(_), Some(to)) => Err(Invalid::new("to", to, "empty, when a number of days is given")),
        (None, None) => Err(Invalid::new("days", "", "a number of days, or a day to go to")),
    }
}

/// A limit says a moment as the page says moments.
fn readable(mut invalids: Invalids) -> Invalids {
    for invalid in &mut invalids.0 {
        if let Some(day) = invalid.value.strip_suffix(" 00:00:00 UTC") {
            invalid.value = day.to_owned();
        }
    }
    invalids
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_clock).service(advance);
}

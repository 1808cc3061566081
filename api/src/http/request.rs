//! What every write and every listing of the API takes: key, dry run, page.

use super::identity::Caller;
use crate::app::{Command, MAX_IDEMPOTENCY_KEY};
use crate::error::AppError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::NaiveDate;
use domain::{Invalid, text};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;
use utoipa::{IntoParams, ToSchema};

/// The header that makes a write happen once.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Rows of a page when the caller names no number.
pub const DEFAULT_PAGE: i64 = 50;

/// What every write takes in its query.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WriteQuery {
    /// Only say what would happen; nothing is kept.
    #[serde(default)]
    pub dry_run: bool,
}

/// What every listing takes in its query.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct PageQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of the page, from 1 to 200.
    pub limit: Option<i64>,
}

impl PageQuery {
    /// How many rows.
    ///
    /// # Errors
    /// When it is outside 1 to [`store::MAX_PAGE`].
    pub fn rows(&self) -> Result<i64, AppError> {
        let rows = self.limit.unwrap_or(DEFAULT_PAGE);
        if (1..=store::MAX_PAGE).contains(&rows) {
            return Ok(rows);
        }
        Err(Invalid::new("limit", rows, format!("from 1 to {}", store::MAX_PAGE)).into())
    }

    /// The cursor as the id it stands for.
    ///
    /// # Errors
    /// When it is not a cursor of ours.
    pub fn cursor<T: std::str::FromStr<Err = Invalid>>(&self) -> Result<Option<T>, AppError> {
        let parsed = self.after.as_deref().map(str::parse).transpose();
        parsed.map_err(|invalid: Invalid| invalid.named("after").into())
    }
}

/// One page of a listing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Pass it as `after` for the next page; none at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of `rows`; a full one has a next.
    pub fn of(items: Vec<T>, rows: i64, cursor: impl Fn(&T) -> String) -> Self {
        let full = i64::try_from(items.len()).is_ok_and(|length| length == rows);
        let next = items.last().filter(|_| full).map(cursor);
        Self { items, next }
    }
}

/// A day as ISO 8601 writes it.
///
/// # Errors
/// When it is none.
pub fn day(field: &str, text: &str) -> Result<NaiveDate, Invalid> {
    let parsed = text.trim().parse::<NaiveDate>().ok().filter(|_| text.trim().len() == 10);
    parsed.ok_or_else(|| Invalid::new(field, text, "a date as YYYY-MM-DD"))
}

/// A write as it was asked for: by whom, under which key, and whether only to see what would happen.
#[derive(Debug)]
pub struct Write {
    /// Who asks.
    pub caller: Caller,
    /// What the query says.
    pub query: WriteQuery,
    request: HttpRequest,
}

impl Write {
    /// The command that it gives.
    ///
    /// # Errors
    /// When the idempotency key is not acceptable.
    pub fn command(&self) -> Result<Command, AppError> {
        command(&self.request, &self.caller, self.query)
    }
}

impl FromRequest for Write {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let query = web::Query::<WriteQuery>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move { Ok(Self { caller: caller.await?, query: query.await?.into_inner(), request }) })
    }
}

/// The command that a request gives.
///
/// # Errors
/// When the idempotency key is not acceptable.
pub fn command(request: &HttpRequest, caller: &Caller, query: WriteQuery) -> Result<Command, AppError> {
    let key = request.headers().get(IDEMPOTENCY_KEY);
    let key = key.map(|value| value.to_str().unwrap_or_default());
    let idempotency_key =
        key.map(|key| text::bounded(IDEMPOTENCY_KEY, key, MAX_IDEMPOTENCY_KEY)).transpose()?;
    Ok(Command { by: caller.signed_in.actor.clone(), idempotency_key, dry_run: query.dry_run })
}

//! Collections: cash that came in on a pool.

use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::collect::{self, NewCollection, Source};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, day};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::PoolId;
use domain::money::MAX_MINOR;
use domain::party::Role;
use domain::{Invalid, Invalids, text};
use serde::{Deserialize, Serialize};
use store::collections::Collection;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(book, list_collections))]
pub struct Api;

/// Who may read what came in: the issuer their own, officials all.
pub(crate) const READERS: &[Role] = &[Role::Issuer, Role::Operator, Role::Regulator, Role::Compliance];

/// Cash that came in, as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CollectionRequest {
    /// The bank's or your own key: booked once per pool.
    pub external_id: String,
    /// The invoice that was paid, or else `lease_id`.
    pub invoice_id: Option<String>,
    /// The lease whose rent it is, or else `invoice_id`.
    pub lease_id: Option<String>,
    /// Minor units of the pool's currency: 12,345.67 is 1234567.
    pub amount_minor: i64,
    /// The day it came in.
    pub received_on: String,
}

impl TryFrom<(PoolId, CollectionRequest)> for NewCollection {
    type Error = Invalids;

    fn try_from((pool_id, request): (PoolId, CollectionRequest)) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let external_id =
            found.check(text::bounded("external_id", &request.external_id, text::MAX_REFERENCE));
        let source = found.check(source(request.invoice_id.as_deref(), request.lease_id.as_deref()));
        let amount_minor = found.check(amount("amount_minor", request.amount_minor));
        let received_on = found.check(day("received_on", &request.received_on));
        match (external_id, source, amount_minor, received_on) {
            (Some(external_id), Some(source), Some(amount_minor), Some(received_on)) => {
                Ok(Self { pool_id, external_id, source, amount_minor, received_on })
            }
            _ => Err(found),
        }
    }
}

fn source(invoice: Option<&str>, lease: Option<&str>) -> Result<Source, Invalid> {
    let given = |id: Option<&str>| id.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
    match (given(invoice), given(lease)) {
        (Some(invoice), None) => Ok(Source::Invoice(invoice.parse()?)),
        (None, Some(lease)) => Ok(Source::Lease(lease.parse()?)),
        (Some(_), Some(lease)) => Err(Invalid::new("lease_id", lease, "none, when invoice_id is given")),
        (None, None) => Err(Invalid::new("invoice_id", "", "the id of an invoice, or lease_id")),
    }
}

/// An amount above zero.
pub(crate) fn amount(field: &str, minor: i64) -> Result<i64, Invalid> {
    if (1..=MAX_MINOR).contains(&minor) {
        return Ok(minor);
    }
    Err(Invalid::new(field, minor, format!("from 1 to {MAX_MINOR} minor units")))
}

/// What was booked.
#[derive(Serialize, ToSchema)]
struct BookedBody {
    /// The collection.
    id: String,
    /// Whether it was booked now; otherwise it stood there, under the same external id.
    new: bool,
    /// What is still open on the invoice, in minor units.
    open_minor: Option<i64>,
}

/// A collection.
#[derive(Serialize, ToSchema)]
struct CollectionBody {
    /// Its id.
    id: String,
    /// The bank's or the issuer's own key.
    external_id: String,
    /// The invoice that was paid.
    invoice_id: Option<String>,
    /// The lease whose rent it is.
    lease_id: Option<String>,
    /// The currency.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Minor units.
    amount_minor: i64,
    /// The day it came in.
    received_on: NaiveDate,
    /// When it was booked.
    created_at: DateTime<Utc>,
}

impl From<Collection> for CollectionBody {
    fn from(collection: Collection) -> Self {
        Self {
            id: collection.id.to_string(),
            external_id: collection.external_id,
            invoice_id: collection.invoice_id,
            lease_id: collection.lease_id,
            currency: collection.currency.code(),
            amount_minor: collection.amount_minor,
            received_on: collection.received_on,
            created_at: collection.created_at.and_utc(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(book).service(list_collections);
}

/// Book cash that came in on an invoice or a lease of a pool.
#[utoipa::path(context_path = "/v1", tag = "collections", params(WriteQuery), request_body = CollectionRequest,
    security(("session" = [])), responses(
    (status = 201, description = "Booked", body = BookedBody),
    (status = 200, description = "It was booked before, or a dry run", body = BookedBody),
    (status = 409, description = "The pool takes no cash", body = Problem),
    (status = 422, description = "More than is open, or another finding", body = Problem),
))]
#[post("/pools/{id}/collections")]
async fn book(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<CollectionRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, pool) = (write.command()?, pool_id(&id)?);
    let new = NewCollection::try_from((pool, body.into_inner()))?;
    let dry_run = write.query.dry_run;
    let booked = app.blocking(move |app| collect::collect(app, &command, &new)).await?;
    let mut answer = if booked.new && !dry_run { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(BookedBody { id: booked.id.to_string(), new: booked.new, open_minor: booked.open_minor }))
}

pub(crate) fn pool_id(id: &str) -> Result<PoolId, AppError> {
    id.parse().map_err(|_| AppError::not_found("pool", id))
}

/// What came in on a pool, newest first.
#[utoipa::path(context_path = "/v1", tag = "collections", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of collections", body = Page<CollectionBody>),
    (status = 404, description = "There is no such pool for you", body = Problem),
))]
#[get("/pools/{id}/collections")]
async fn list_collections(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (pool, before, rows) = (pool_id(&id)?, page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| read(app, &caller.signed_in.actor, (pool, before, rows)));
    let items = found.await?.into_iter().map(CollectionBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &CollectionBody| one.id.clone())))
}

/// A page of what came in on a pool, for those who may read it.
pub(crate) fn read(
    app: &App,
    by: &Actor,
    (pool, before, rows): (PoolId, Option<domain::ids::CollectionId>, i64),
) -> Result<Vec<Collection>, AppError> {
    by.must_be(READERS)?;
    app.ask(|tx| {
        collect::own_pool(tx, by, pool)?;
        Ok(store::collections::page(tx, pool, before, rows)?)
    })
}

//! Coupons: declared, listed, shown; what each holder gets, and another try for what is owed.

mod body;

use super::collections::{READERS, amount};
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::collect::own_pool;
use crate::flows::declare_coupon::{self, NewCoupon};
use crate::flows::facts::Tranche;
use crate::flows::{pay_coupon, pay_owed};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, day};
use actix_web::{HttpResponse, get, post, web};
use body::{CouponBody, EntitlementBody, Payment, PlanBody, RetriedBody};
use domain::coupon::{CouponDates, RawCouponDates};
use domain::ids::{CouponId, PartitionId};
use domain::party::Role;
use domain::{Invalid, Invalids};
use serde::Deserialize;
use store::coupons::Coupon;
use store::{coupons, entitlements};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(declare, list_coupons, show_coupon, list_entitlements, retry, pay, payments, claim))]
pub struct Api;

/// A coupon to declare; what is left out follows from the terms.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CouponRequest {
    /// The number it must get.
    pub number: Option<i64>,
    /// First day that earns; with the three other dates, or none of the four.
    pub period_start: Option<String>,
    /// First day that no longer earns.
    pub period_end: Option<String>,
    /// The day at whose end the holders are fixed.
    pub record_date: Option<String>,
    /// The day on which the money goes out.
    pub payment_date: Option<String>,
    /// What is paid in minor units; else what is due, as far as there is cash.
    pub amount_minor: Option<i64>,
}

impl TryFrom<(PartitionId, CouponRequest)> for NewCoupon {
    type Error = Invalids;

    fn try_from((partition_id, request): (PartitionId, CouponRequest)) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let dates = dates(&request, &mut found);
        let amount_minor =
            request.amount_minor.and_then(|minor| found.check(amount("amount_minor", minor)));
        found.into_result()?;
        Ok(Self { partition_id, number: request.number, dates, amount_minor })
    }
}

fn dates(request: &CouponRequest, found: &mut Invalids) -> Option<CouponDates> {
    let given = [
        ("period_start", &request.period_start),
        ("period_end", &request.period_end),
        ("record_date", &request.record_date),
        ("payment_date", &request.payment_date),
    ]
    .map(|(field, text)| (field, text.as_deref().map(str::trim).filter(|text| !text.is_empty())));
    if given.iter().all(|(_, text)| text.is_none()) {
        return None;
    }
    let missing = "a day: all four dates are given, or none";
    let days = given.map(|(field, text)| {
        let text = text.ok_or_else(|| Invalid::new(field, "", missing));
        found.check(text.and_then(|text| day(field, text)))
    });
    let [Some(period_start), Some(period_end), Some(record_date), Some(payment_date)] = days else { return None };
    let raw = RawCouponDates { period_start, period_end, record_date, payment_date };
    found.check(CouponDates::try_from(raw))
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(declare).service(list_coupons).service(show_coupon).service(list_entitlements);
    routes.service(retry).service(pay).service(payments).service(claim);
}

/// Declare a coupon. A dry run shows the plan line by line; nothing is declared when there is no cash.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(WriteQuery), request_body = CouponRequest,
    security(("session" = [])), responses(
    (status = 201, description = "Declared", body = PlanBody),
    (status = 200, description = "A dry run, or nothing to pay", body = PlanBody),
    (status = 409, description = "The pool is not live", body = Problem),
    (status = 422, description = "Dates, number or amount are not acceptable", body = Problem),
))]
#[post("/partitions/{id}/coupons")]
async fn declare(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<CouponRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, partition) = (write.command()?, partition_id(&id)?);
    let new = NewCoupon::try_from((partition, body.into_inner()))?;
    let dry_run = write.query.dry_run;
    let plan = app.blocking(move |app| declare_coupon::declare(app, &command, &new)).await?;
    let declared = plan.coupon_id.is_some() && !dry_run;
    let mut answer = if declared { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(PlanBody::of(plan, dry_run)))
}

fn partition_id(id: &str) -> Result<PartitionId, AppError> {
    id.parse().map_err(|_| AppError::not_found("partition", id))
}

fn coupon_id(id: &str) -> Result<CouponId, AppError> {
    id.parse().map_err(|_| AppError::not_found("coupon", id))
}

/// The coupons of a partition, newest first.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of coupons", body = Page<CouponBody>),
    (status = 404, description = "There is no such partition for you", body = Problem),
))]
#[get("/partitions/{id}/coupons")]
async fn list_coupons(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (partition, before, rows) = (partition_id(&id)?, page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| {
        let by = &caller.signed_in.actor;
        by.must_be(READERS)?;
        app.ask(|tx| {
            let pool = Tranche::find(tx, partition)?.pool.id;
            own_pool(tx, by, pool)?;
            Ok(coupons::page(tx, Some(&[partition]), before, rows)?)
        })
    });
    let items = found.await?.into_iter().map(CouponBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &CouponBody| one.id.clone())))
}

/// A coupon that the caller may read.
pub(crate) fn readable(app: &App, by: &Actor, id: CouponId) -> Result<Coupon, AppError> {
    by.must_be(READERS)?;
    app.ask(|tx| {
        let found = coupons::find(tx, id)?.ok_or_else(|| AppError::not_found("coupon", id))?;
        let tranche = Tranche::find(tx, found.partition_id)?;
        // Somebody else's is not there.
        own_pool(tx, by, tranche.pool.id).map_err(|_| AppError::not_found("coupon", id))?;
        Ok(found)
    })
}

/// A coupon.
#[utoipa::path(context_path = "/v1", tag = "coupons", security(("session" = [])), responses(
    (status = 200, description = "The coupon with its progress", body = CouponBody),
    (status = 404, description = "There is no such coupon for you", body = Problem),
))]
#[get("/coupons/{id}")]
async fn show_coupon(app: web::Data<App>, caller: Caller, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let id = coupon_id(&id)?;
    let body = app.blocking(move |app| {
        let coupon = readable(app, &caller.signed_in.actor, id)?;
        CouponBody::with_progress(app, coupon)
    });
    Ok(HttpResponse::Ok().json(body.await?))
}

/// What each holder gets, in the order of identities and wallets.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of entitlements", body = Page<EntitlementBody>),
    (status = 404, description = "There is no such coupon for you", body = Problem),
))]
#[get("/coupons/{id}/entitlements")]
async fn list_entitlements(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, after, rows) = (coupon_id(&id)?, page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| {
        readable(app, &caller.signed_in.actor, id)?;
        app.ask(|tx| Ok(entitlements::page(tx, id, after, rows)?))
    });
    let items = found.await?.into_iter().map(EntitlementBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &EntitlementBody| one.id.clone())))
}

/// Try again to pay what is owed to a holder whose wallet could not take it.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "A call is on its way", body = RetriedBody),
    (status = 409, description = "Nothing is owed", body = Problem),
    (status = 429, description = "Three tries a day", body = Problem),
))]
#[post("/coupons/{id}/entitlements/{entitlement_id}/retry")]
async fn retry(
    app: web::Data<App>,
    write: Write,
    ids: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let (coupon, entitlement) = ids.into_inner();
    let ids = (coupon_id(&coupon)?, entitlement.parse().map_err(|_| AppError::not_found("entitlement", entitlement))?);
    let retried = app.blocking(move |app| pay_owed::retry(app, &command, ids)).await?;
    Ok(HttpResponse::Ok().json(RetriedBody::from(retried)))
}

/// Start the payment of a coupon now, when its payment date has come.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "The coupon", body = CouponBody),
    (status = 409, description = "It is too early", body = Problem),
))]
#[post("/coupons/{id}/pay")]
async fn pay(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, coupon_id(&id)?);
    let body = app.blocking(move |app| {
        pay_coupon::start(app, &command, id)?;
        let coupon = readable(app, &command.by, id)?;
        CouponBody::with_progress(app, coupon)
    });
    Ok(HttpResponse::Ok().json(body.await?))
}

/// What you were paid and will be paid, newest first. Investors only.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of payments", body = Page<Payment>),
    (status = 403, description = "You are not an investor", body = Problem),
))]
#[get("/payments")]
async fn payments(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| my_payments(app, &caller.signed_in.actor, (before, rows)));
    let items = found.await?.into_iter().map(Payment::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &Payment| one.entitlement.id.clone())))
}

/// Ask once more for what is owed to you: it goes to the same wallet, when that can take it now. Investors only.
#[utoipa::path(context_path = "/v1", tag = "coupons", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "A call is on its way", body = RetriedBody),
    (status = 404, description = "There is no such payment of yours", body = Problem),
    (status = 409, description = "Nothing is owed", body = Problem),
    (status = 429, description = "Three tries a day", body = Problem),
))]
#[post("/payments/{entitlement_id}/claim")]
async fn claim(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let id = id.parse().map_err(|_| AppError::not_found("entitlement", &*id))?;
    let retried = app.blocking(move |app| pay_owed::claim(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(RetriedBody::from(retried)))
}

/// A page of what an investor gets.
pub(crate) fn my_payments(
    app: &App,
    by: &Actor,
    (before, rows): (Option<domain::ids::EntitlementId>, i64),
) -> Result<Vec<(entitlements::Entitlement, Coupon)>, AppError> {
    let user = by.must_be(&[Role::Investor])?;
    app.ask(|tx| {
        let investor = user.map(|user| store::investors::of_user(tx, user)).transpose()?.flatten();
        match investor {
            Some(investor) => Ok(entitlements::of_investor(tx, investor.id, before, rows)?),
            None => Ok(Vec::new()),
        }
    })
}

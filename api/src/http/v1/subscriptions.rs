//! Subscriptions: an investor orders units of the primary sale.

use crate::app::App;
use crate::error::AppError;
use crate::flows::subscribe::{self, Order, Placed};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::reasons::{Reason, reasons, stored};
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::SubscriptionId;
use domain::status::SubscriptionStatus;
use domain::{Invalid, Invalids, Units};
use serde::{Deserialize, Serialize};
use store::subscriptions::Subscription;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(place, list_subscriptions, show_subscription))]
pub struct Api;

/// An order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscription {
    /// Units of which partition.
    partition_id: String,
    /// For which of your own wallets.
    wallet: String,
    /// How many units, from 1.
    units: i64,
}

impl TryFrom<NewSubscription> for Order {
    type Error = Invalids;

    fn try_from(new: NewSubscription) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let partition_id = found.check(new.partition_id.parse());
        let wallet = found.check(new.wallet.parse());
        let units = found.check(at_least_one(new.units));
        found.into_result()?;
        let whole = partition_id.zip(wallet).zip(units);
        let ((partition_id, wallet), units) = whole.ok_or_else(Invalids::default)?;
        Ok(Self { partition_id, wallet, units })
    }
}

/// Units that somebody asks for: nothing is no order.
pub(super) fn at_least_one(units: i64) -> Result<Units, Invalid> {
    let limit = || Invalid::new("units", units, format!("a whole number from 1 to {}", domain::units::MAX_UNITS));
    Units::try_from(units).ok().filter(|units| *units > Units::ZERO).ok_or_else(limit)
}

/// What became of an order. A refusal is an answer, not an error: its status is `refused`.
#[derive(Serialize, ToSchema)]
struct PlacedSubscription {
    /// The order.
    subscription_id: String,
    /// `open`, or `refused` with the reasons.
    #[schema(value_type = String, example = "open")]
    status: SubscriptionStatus,
    /// Every reason against it.
    refusals: Vec<Reason>,
    /// What the units cost, in minor units.
    cost_minor: i64,
    /// The currency.
    #[schema(example = "EUR")]
    currency: String,
}

impl From<Placed> for PlacedSubscription {
    fn from(placed: Placed) -> Self {
        Self {
            subscription_id: placed.subscription_id.to_string(),
            status: placed.status,
            refusals: reasons(&placed.refusals),
            cost_minor: placed.cost_minor,
            currency: placed.currency.to_string(),
        }
    }
}

/// An order as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct SubscriptionRow {
    /// The order.
    subscription_id: String,
    /// Units of which partition.
    partition_id: String,
    /// For which wallet.
    wallet: String,
    /// What was asked.
    units: i64,
    /// What was given.
    allocated_units: i64,
    /// Where it stands.
    #[schema(value_type = String, example = "settled")]
    status: SubscriptionStatus,
    /// The allocation that decided it.
    allocation_id: Option<String>,
    /// Why it was refused or declined.
    refusals: Vec<Reason>,
    /// The transaction that put the units on the register.
    transaction_hash: Option<String>,
    /// When it was placed.
    created_at: DateTime<Utc>,
}

impl TryFrom<Subscription> for SubscriptionRow {
    type Error = AppError;

    fn try_from(row: Subscription) -> Result<Self, AppError> {
        Ok(Self {
            subscription_id: row.id.to_string(),
            partition_id: row.partition_id.to_string(),
            wallet: row.wallet.to_string(),
            units: row.units,
            allocated_units: row.allocated_units,
            status: row.status,
            allocation_id: row.allocation_id,
            refusals: stored(&row.refusals)?,
            transaction_hash: row.transaction_hash,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(place).service(list_subscriptions).service(show_subscription);
}

/// Order units of a partition that is on sale.
#[utoipa::path(context_path = "/v1", tag = "subscriptions", security(("session" = [])), params(WriteQuery),
    request_body = NewSubscription, responses(
    (status = 201, description = "Placed", body = PlacedSubscription),
    (status = 200, description = "Refused, with every reason; or a dry run", body = PlacedSubscription),
    (status = 409, description = "Nothing is on sale", body = Problem),
    (status = 422, description = "The input is not accepted", body = Problem),
))]
#[post("/subscriptions")]
async fn place(
    app: web::Data<App>,
    write: Write,
    body: Json<NewSubscription>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let order = Order::try_from(body.into_inner())?;
    let dry_run = command.dry_run;
    let placed = app.blocking(move |app| subscribe::place(app, &command, &order)).await?;
    let created = placed.status == SubscriptionStatus::Open && !dry_run;
    let placed = PlacedSubscription::from(placed);
    Ok(if created { HttpResponse::Created().json(placed) } else { HttpResponse::Ok().json(placed) })
}

/// Your orders, newest first.
#[utoipa::path(context_path = "/v1", tag = "subscriptions", security(("session" = [])), params(PageQuery), responses(
    (status = 200, description = "A page of orders", body = Page<SubscriptionRow>),
    (status = 403, description = "Only investors have orders", body = Problem),
))]
#[get("/subscriptions")]
async fn list_subscriptions(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (query.cursor::<SubscriptionId>()?, query.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| {
        app.ask(|tx| {
            let investor = subscribe::own_investor(tx, &by)?;
            Ok(store::subscriptions::of_investor(tx, investor.id, before, rows)?)
        })
    });
    let items = found.await?.into_iter().map(SubscriptionRow::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row| row.subscription_id.clone())))
}

/// One of your orders.
#[utoipa::path(context_path = "/v1", tag = "subscriptions", security(("session" = [])),
    params(("subscription_id" = String, Path, description = "The order")), responses(
    (status = 200, description = "The order", body = SubscriptionRow),
    (status = 404, description = "There is none, or it is somebody else's", body = Problem),
))]
#[get("/subscriptions/{subscription_id}")]
async fn show_subscription(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: SubscriptionId = path.parse()?;
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| subscribe::find(tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(SubscriptionRow::try_from(found)?))
}

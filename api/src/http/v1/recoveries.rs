//! Recoveries: a lost wallet, and the wallet that gets all that it had.

use super::orders::{AwaitingView, answered};
use crate::app::App;
use crate::error::AppError;
use crate::flows::recover::{self, MovedPayment, MovedPrincipal, MovedUnits, NewRecovery, Recovered};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::RecoveryId;
use domain::status::ActionStatus;
use serde::{Deserialize, Serialize};
use store::recoveries::Recovery;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(recover_wallet, list_recoveries, show_recovery))]
pub struct Api;

/// A recovery that is ordered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecoveryRequest {
    /// The wallet that is lost: it never acts again.
    #[serde(default)]
    lost_wallet: String,
    /// Another wallet of the same investor, which the registry on chain knows.
    #[serde(default)]
    replacement_wallet: String,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Units that move.
#[derive(Serialize, ToSchema)]
struct MovedUnitsView {
    /// The partition.
    partition_id: String,
    /// Token and partition by name.
    name: String,
    /// How many units.
    units: i64,
}

impl From<MovedUnits> for MovedUnitsView {
    fn from(moved: MovedUnits) -> Self {
        Self { partition_id: moved.partition_id.to_string(), name: moved.name, units: moved.units }
    }
}

/// A payment that goes to the other wallet.
#[derive(Serialize, ToSchema)]
struct MovedPaymentView {
    /// The coupon.
    coupon_id: String,
    /// Token, partition and number of the coupon.
    name: String,
    /// What is to be paid, in minor units.
    amount_minor: i64,
    /// The currency.
    currency: String,
    /// open or owed.
    status: String,
}

impl From<MovedPayment> for MovedPaymentView {
    fn from(moved: MovedPayment) -> Self {
        Self {
            coupon_id: moved.coupon_id.to_string(),
            name: moved.name,
            amount_minor: moved.amount.minor,
            currency: moved.amount.currency.to_string(),
            status: moved.status.to_string(),
        }
    }
}

/// Principal that is paid to the other wallet, where the units are then.
#[derive(Serialize, ToSchema)]
struct MovedPrincipalView {
    /// The redemption.
    redemption_id: String,
    /// Token and partition by name.
    name: String,
    /// Units that end.
    units: i64,
    /// What is to be paid for them, in minor units.
    amount_minor: i64,
    /// The currency.
    currency: String,
}

impl From<MovedPrincipal> for MovedPrincipalView {
    fn from(moved: MovedPrincipal) -> Self {
        Self {
            redemption_id: moved.redemption_id.to_string(),
            name: moved.name,
            units: moved.units,
            amount_minor: moved.amount.minor,
            currency: moved.amount.currency.to_string(),
        }
    }
}

/// What a recovery moves.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveredView {
    /// The recovery.
    recovery_id: String,
    /// Whose wallets they are.
    investor_id: String,
    /// The wallet that is lost.
    lost_wallet: String,
    /// The wallet that gets everything.
    replacement_wallet: String,
    /// Units as they are on the register.
    units: Vec<MovedUnitsView>,
    /// Coupons that were not paid yet.
    payments: Vec<MovedPaymentView>,
    /// Redemptions in which the wallet was not paid yet.
    principal: Vec<MovedPrincipalView>,
    /// The order that another officer has to confirm before anything of this happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<AwaitingView>,
}

impl From<Recovered> for RecoveredView {
    fn from(recovered: Recovered) -> Self {
        Self {
            recovery_id: recovered.recovery_id.to_string(),
            investor_id: recovered.investor_id.to_string(),
            lost_wallet: recovered.lost_wallet.to_string(),
            replacement_wallet: recovered.replacement_wallet.to_string(),
            units: recovered.units.into_iter().map(MovedUnitsView::from).collect(),
            payments: recovered.payments.into_iter().map(MovedPaymentView::from).collect(),
            principal: recovered.principal.into_iter().map(MovedPrincipalView::from).collect(),
            order: recovered.order.map(AwaitingView::from),
        }
    }
}

/// A recovery as it stands.
#[derive(Serialize, ToSchema)]
struct RecoveryView {
    /// The recovery.
    id: String,
    /// Whose wallets they are.
    investor_id: String,
    /// The wallet that is lost.
    lost_wallet: String,
    /// The wallet that gets everything.
    replacement_wallet: String,
    /// Why, in the officer's words.
    reason: String,
    /// under-way, done or refused.
    #[schema(value_type = String, example = "done")]
    status: ActionStatus,
    /// When it was ordered.
    created_at: DateTime<Utc>,
}

impl From<(Recovery, ActionStatus)> for RecoveryView {
    fn from((recovery, status): (Recovery, ActionStatus)) -> Self {
        Self {
            id: recovery.id.to_string(),
            investor_id: recovery.investor_id.to_string(),
            lost_wallet: recovery.lost_wallet.to_string(),
            replacement_wallet: recovery.replacement_wallet.to_string(),
            reason: recovery.reason,
            status,
            created_at: recovery.created_at.and_utc(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(recover_wallet).service(list_recoveries).service(show_recovery);
}

/// Have a lost wallet recovered: it never acts again, and units, frozen amounts, holds and unpaid coupons go to another
/// wallet of the same investor, once another officer confirms it. A dry run says what moves. The same order again, after
/// the chain refused a part, sends that again.
#[utoipa::path(context_path = "/v1", tag = "recoveries", security(("session" = [])), params(WriteQuery),
    request_body = RecoveryRequest, responses(
    (status = 202, description = "Ordered; another officer has to confirm it", body = RecoveredView),
    (status = 201, description = "Confirmed before; the chain is told the rest", body = RecoveredView),
    (status = 200, description = "A dry run: what would move", body = RecoveredView),
    (status = 409, description = "Recovered before, not on the registry, or ordered already", body = Problem),
    (status = 422, description = "Not two wallets of one investor, or no reason", body = Problem),
))]
#[post("/recoveries")]
async fn recover_wallet(
    app: web::Data<App>,
    write: Write,
    body: Json<RecoveryRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, body) = (write.command()?, body.into_inner());
    let new = NewRecovery::read(&body.lost_wallet, &body.replacement_wallet, &body.reason)?;
    let recovered = app.blocking(move |app| recover::recover(app, &command, &new)).await?;
    let (order, dry_run) = (recovered.order.as_ref(), write.query.dry_run);
    Ok(answered(order, dry_run, super::created(dry_run)).json(RecoveredView::from(recovered)))
}

/// Recoveries, newest first: yours, or all of them for compliance, regulator and operator.
#[utoipa::path(context_path = "/v1", tag = "recoveries", security(("session" = [])), params(PageQuery),
    responses((status = 200, description = "A page of recoveries", body = Page<RecoveryView>)))]
#[get("/recoveries")]
async fn list_recoveries(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (query.cursor::<RecoveryId>()?, query.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| recover::page(tx, &by, (before, rows)))).await?;
    let items = found.into_iter().map(RecoveryView::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row: &RecoveryView| row.id.clone())))
}

/// A recovery, and how far the chain has come with it.
#[utoipa::path(context_path = "/v1", tag = "recoveries", security(("session" = [])), responses(
    (status = 200, description = "The recovery", body = RecoveryView),
    (status = 404, description = "There is none, or it is somebody else's", body = Problem),
))]
#[get("/recoveries/{id}")]
async fn show_recovery(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (id.parse::<RecoveryId>()?, caller.signed_in.actor);
    let found = app.blocking(move |app| app.ask(|tx| recover::find(tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(RecoveryView::from(found)))
}

//! Orders that another officer has to confirm: recoveries, and holds that the officer makes or delivers.

use super::holds::HoldAnswer;
use super::recoveries::RecoveredView;
use crate::app::App;
use crate::error::AppError;
use crate::flows::approval::{self, Awaiting, Decided, Outcome};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, HttpResponseBuilder, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::OrderId;
use domain::status::{OrderKind, OrderStatus};
use serde::{Deserialize, Serialize};
use store::orders::Order;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_orders, show_order, confirm_order, reject_order))]
pub struct Api;

/// What to do when nobody else can confirm.
const NEEDS_SECOND: &str = "there is no other compliance officer who could confirm it; an operator adds one: \
                            muniment account add <e-mail> --role compliance";

/// An order that waits until another officer confirms it.
#[derive(Serialize, ToSchema)]
pub(super) struct AwaitingView {
    /// The order; the recovery or the hold that it makes will carry the same id.
    id: String,
    /// From when on nobody can confirm it.
    expires_at: DateTime<Utc>,
    /// How many other officers can confirm it.
    other_officers: i64,
    /// What is needed, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'static str>,
}

impl From<Awaiting> for AwaitingView {
    fn from(awaiting: Awaiting) -> Self {
        Self {
            id: awaiting.order_id.to_string(),
            expires_at: awaiting.expires_at,
            other_officers: awaiting.other_officers,
            needs: (awaiting.other_officers == 0).then_some(NEEDS_SECOND),
        }
    }
}

/// 202 for an order that waits, as it was answered otherwise for one that does not.
pub(super) fn answered(
    order: Option<&Awaiting>,
    dry_run: bool,
    otherwise: HttpResponseBuilder,
) -> HttpResponseBuilder {
    if order.is_some() && !dry_run { HttpResponse::Accepted() } else { otherwise }
}

/// An order.
#[derive(Serialize, ToSchema)]
struct OrderView {
    /// The order.
    id: String,
    /// recovery, hold or hold-execution.
    #[schema(value_type = String, example = "recovery")]
    kind: OrderKind,
    /// awaiting, confirmed, rejected, withdrawn or expired.
    #[schema(value_type = String, example = "awaiting")]
    status: OrderStatus,
    /// What it asks for, as it was ordered.
    #[schema(value_type = Object)]
    asked: serde_json::Value,
    /// The account that ordered it; none for the command line of the operator.
    requested_by: Option<String>,
    /// When.
    created_at: DateTime<Utc>,
    /// From when on nobody can confirm it.
    expires_at: DateTime<Utc>,
    /// The account that decided.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected or withdrawn.
    reason: Option<String>,
}

impl TryFrom<(Order, OrderStatus)> for OrderView {
    type Error = AppError;

    fn try_from((order, status): (Order, OrderStatus)) -> Result<Self, AppError> {
        Ok(Self {
            id: order.id.to_string(),
            kind: order.kind,
            status,
            asked: serde_json::from_str(&order.asked).map_err(AppError::internal)?,
            requested_by: order.requested_by,
            created_at: order.created_at.and_utc(),
            expires_at: order.expires_at.and_utc(),
            decided_by: order.decided_by,
            decided_at: order.decided_at.map(|at| at.and_utc()),
            reason: order.reason,
        })
    }
}

/// What became of an order.
#[derive(Serialize, ToSchema)]
struct DecidedView {
    /// The order.
    id: String,
    /// confirmed, rejected, withdrawn, or still awaiting when there are refusals.
    #[schema(value_type = String, example = "confirmed")]
    status: OrderStatus,
    /// What the recovery moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery: Option<RecoveredView>,
    /// What became of the hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<HoldAnswer>,
}

impl From<Decided> for DecidedView {
    fn from(decided: Decided) -> Self {
        let (recovery, hold) = match decided.outcome {
            Some(Outcome::Recovery(recovered)) => (Some(recovered.into()), None),
            Some(Outcome::Hold(ordered)) => (None, Some(ordered.into())),
            None => (None, None),
        };
        Self { id: decided.order_id.to_string(), status: decided.status, recovery, hold }
    }
}

/// Which orders are asked for.
#[derive(Deserialize, IntoParams)]
struct OrdersQuery {
    /// `true` for those alone that wait.
    #[serde(default)]
    awaiting: bool,
}

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmationRequest {}

/// Why an order is not carried out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectionRequest {
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_orders).service(show_order).service(confirm_order).service(reject_order);
}

/// Orders that another officer has to confirm, newest first, for compliance, regulator and operator.
#[utoipa::path(context_path = "/v1", tag = "orders", security(("session" = [])), params(PageQuery, OrdersQuery),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>)))]
#[get("/orders")]
async fn list_orders(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
    which: web::Query<OrdersQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (query.cursor::<OrderId>()?, query.rows()?);
    let (by, awaiting) = (caller.signed_in.actor, which.awaiting);
    let found = app.blocking(move |app| approval::page(app, &by, awaiting, (before, rows))).await?;
    let items = found.into_iter().map(OrderView::try_from).collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row: &OrderView| row.id.clone())))
}

/// An order.
#[utoipa::path(context_path = "/v1", tag = "orders", security(("session" = [])), responses(
    (status = 200, description = "The order", body = OrderView),
    (status = 404, description = "There is none", body = Problem),
))]
#[get("/orders/{id}")]
async fn show_order(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (id.parse::<OrderId>()?, caller.signed_in.actor);
    let seen = app.blocking(move |app| approval::look(app, &by, id)).await?;
    Ok(HttpResponse::Ok().json(OrderView::try_from((seen.order, seen.status))?))
}

/// Confirm an order of another officer: it is judged again and carried out. A dry run says what it would do now; refusals
/// send nothing and leave it waiting.
#[utoipa::path(context_path = "/v1", tag = "orders", security(("session" = [])), params(WriteQuery),
    request_body = ConfirmationRequest, responses(
    (status = 200, description = "Carried out, or refused with every reason", body = DecidedView),
    (status = 403, description = "You are no officer, or you ordered it yourself", body = Problem),
    (status = 404, description = "There is none", body = Problem),
    (status = 409, description = "It does not wait any more, or cannot be done any more", body = Problem),
    (status = 422, description = "What it asks for is not accepted any more", body = Problem),
))]
#[post("/orders/{id}/confirm")]
async fn confirm_order(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    _body: Json<ConfirmationRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, id.parse::<OrderId>()?);
    let decided = app.blocking(move |app| approval::confirm(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(DecidedView::from(decided)))
}

/// Reject an order of another officer, or withdraw your own.
#[utoipa::path(context_path = "/v1", tag = "orders", security(("session" = [])), params(WriteQuery),
    request_body = RejectionRequest, responses(
    (status = 200, description = "Rejected or withdrawn", body = DecidedView),
    (status = 404, description = "There is none", body = Problem),
    (status = 409, description = "It does not wait any more", body = Problem),
    (status = 422, description = "No reason", body = Problem),
))]
#[post("/orders/{id}/reject")]
async fn reject_order(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<RejectionRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id, body) = (write.command()?, id.parse::<OrderId>()?, body.into_inner());
    let decided = app.blocking(move |app| approval::reject(app, &command, id, &body.reason)).await?;
    Ok(HttpResponse::Ok().json(DecidedView::from(decided)))
}

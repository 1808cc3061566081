//! Allocations: the issuer serves the open orders of a partition, and ends the primary sale.

use super::subscriptions::SubscriptionRow;
use crate::app::App;
use crate::error::AppError;
use crate::flows::allocate::{self, Allocated, Mint};
use crate::flows::close_primary::{self, Closing};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::{AllocationId, PartitionId, PoolId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(allocate_partition, show_allocation, close))]
pub struct Api;

/// How the orders are served.
#[derive(Serialize, ToSchema)]
struct AllocationTable {
    /// The allocation.
    allocation_id: String,
    /// Units that were left to give.
    available_units: i64,
    /// Units that were asked for.
    asked_units: i64,
    /// Units that are given.
    allocated_units: i64,
    /// The orders, oldest first.
    lines: Vec<AllocationLine>,
}

/// One order and what it is given.
#[derive(Serialize, ToSchema)]
struct AllocationLine {
    /// The order.
    subscription_id: String,
    /// The wallet that gets the units.
    wallet: String,
    /// What was asked.
    asked_units: i64,
    /// What is given; none is a decline.
    allocated_units: i64,
}

impl From<Allocated> for AllocationTable {
    fn from(allocated: Allocated) -> Self {
        let line = |line: allocate::Line| AllocationLine {
            subscription_id: line.subscription_id.to_string(),
            wallet: line.wallet.to_string(),
            asked_units: line.asked_units,
            allocated_units: line.allocated_units,
        };
        Self {
            allocation_id: allocated.allocation_id.to_string(),
            available_units: allocated.available_units,
            asked_units: allocated.asked_units,
            allocated_units: allocated.allocated_units,
            lines: allocated.lines.into_iter().map(line).collect(),
        }
    }
}

/// An allocation with how far its mint has come.
#[derive(Serialize, ToSchema)]
struct AllocationProgress {
    /// The allocation.
    allocation_id: String,
    /// Units of which partition.
    partition_id: String,
    /// Units that were left to give.
    available_units: i64,
    /// Units that were asked for.
    asked_units: i64,
    /// Units that were given.
    allocated_units: i64,
    /// When.
    created_at: DateTime<Utc>,
    /// Orders to be minted.
    orders_to_mint: i64,
    /// Those that are on the register.
    orders_settled: i64,
    /// Those that the chain refused after all.
    orders_declined: i64,
    /// The orders, oldest first.
    orders: Vec<SubscriptionRow>,
}

impl TryFrom<Mint> for AllocationProgress {
    type Error = AppError;

    fn try_from(mint: Mint) -> Result<Self, AppError> {
        let (orders_to_mint, orders_settled, orders_declined) =
            (mint.total(), mint.settled(), mint.declined());
        let allocation = mint.allocation;
        Ok(Self {
            allocation_id: allocation.id.to_string(),
            partition_id: allocation.partition_id.to_string(),
            available_units: allocation.available_units,
            asked_units: allocation.asked_units,
            allocated_units: allocation.allocated_units,
            created_at: allocation.created_at.and_utc(),
            orders_to_mint,
            orders_settled,
            orders_declined,
            orders: mint.orders.into_iter().map(SubscriptionRow::try_from).collect::<Result<_, _>>()?,
        })
    }
}

/// What ending the primary sale does.
#[derive(Serialize, ToSchema)]
struct PrimaryClose {
    /// The pool.
    pool_id: String,
    /// Units that are outstanding for good.
    outstanding_units: i64,
    /// Orders that are still open and will be declined.
    open_orders: i64,
}

impl From<Closing> for PrimaryClose {
    fn from(closing: Closing) -> Self {
        let Closing { pool_id, outstanding_units, open_orders } = closing;
        Self { pool_id: pool_id.to_string(), outstanding_units, open_orders }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(allocate_partition).service(show_allocation).service(close);
}

/// Serve the open orders of a partition of your own, and mint what they are given. A dry run shows the table.
#[utoipa::path(context_path = "/v1", tag = "allocations", security(("session" = [])),
    params(("partition_id" = String, Path, description = "The partition"), WriteQuery), responses(
    (status = 201, description = "Allocated; the mint runs", body = AllocationTable),
    (status = 200, description = "A dry run: nothing is kept", body = AllocationTable),
    (status = 404, description = "There is none, or it is another issuer's", body = Problem),
    (status = 409, description = "Nothing is on sale, or nothing is ordered", body = Problem),
))]
#[post("/partitions/{partition_id}/allocations")]
async fn allocate_partition(
    app: web::Data<App>,
    write: Write,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: PartitionId = path.parse()?;
    let command = write.command()?;
    let dry_run = command.dry_run;
    let allocated = app.blocking(move |app| allocate::allocate(app, &command, id)).await?;
    let table = AllocationTable::from(allocated);
    Ok(if dry_run { HttpResponse::Ok().json(table) } else { HttpResponse::Created().json(table) })
}

/// An allocation and how far its mint has come.
#[utoipa::path(context_path = "/v1", tag = "allocations", security(("session" = [])),
    params(("allocation_id" = String, Path, description = "The allocation")), responses(
    (status = 200, description = "The allocation", body = AllocationProgress),
    (status = 404, description = "There is none, or it is another issuer's", body = Problem),
))]
#[get("/allocations/{allocation_id}")]
async fn show_allocation(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: AllocationId = path.parse()?;
    let by = caller.signed_in.actor;
    let mint = app.blocking(move |app| app.ask(|tx| allocate::find(tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(AllocationProgress::try_from(mint)?))
}

/// End the primary sale of a pool of your own, for good: caps count from what is outstanding, open orders are declined.
#[utoipa::path(context_path = "/v1", tag = "allocations", security(("session" = [])),
    params(("pool_id" = String, Path, description = "The pool"), WriteQuery), responses(
    (status = 200, description = "It is on its way; or a dry run", body = PrimaryClose),
    (status = 404, description = "There is none, or it is another issuer's", body = Problem),
    (status = 409, description = "Not offered, nothing outstanding, or a mint is on its way", body = Problem),
))]
#[post("/pools/{pool_id}/primary-close")]
async fn close(
    app: web::Data<App>,
    write: Write,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: PoolId = path.parse()?;
    let command = write.command()?;
    let closing = app.blocking(move |app| close_primary::close(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(PrimaryClose::from(closing)))
}

//! The primary sales of an issuer: what is ordered, how it is served, how far the mint has come, and the end.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::jobs::Progress;
use super::posted::{Posted, Step};
use crate::error::AppError;
use crate::flows::allocate::{self, Allocated, Mint};
use crate::flows::close_primary::{self, Closing};
use crate::flows::facts::Tranche;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Refusal;
use domain::ids::{AllocationId, PartitionId, PoolId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::status::SubscriptionStatus;
use store::allocations::Allocation;

/// A partition of the issuer's with its orders.
struct Sale {
    tranche: Tranche,
    outstanding_units: i64,
    open_orders: i64,
    newest: Option<Allocation>,
}

impl Sale {
    fn is_open(&self) -> bool {
        self.tranche.pool.status == PoolStatus::Offered
    }
}

/// The issuer's sales.
#[derive(Template)]
#[template(path = "sales.html")]
struct Sales {
    page: PageContext,
    sales: Vec<Sale>,
}

/// What is ordered of my pools.
#[get("/sales")]
async fn list(page: PageContext) -> Result<HttpResponse, AppError> {
    let issuer = page.must_be(&[Role::Issuer])?.issuer()?;
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let own = store::pools::Filter { issuer: Some(issuer), status: None };
            let mut sales = Vec::new();
            for pool in store::pools::page(tx, own, None, store::MAX_PAGE)? {
                if ![PoolStatus::Offered, PoolStatus::Live].contains(&pool.status) {
                    continue;
                }
                for partition in store::pools::partitions_of(tx, pool.id)? {
                    let id = partition.id;
                    sales.push(Sale {
                        tranche: Tranche { pool: pool.clone(), partition },
                        outstanding_units: store::projection::outstanding(tx, id)?,
                        open_orders: store::subscriptions::count(tx, id, SubscriptionStatus::Open)?,
                        newest: store::allocations::of_partition(tx, id)?.into_iter().next(),
                    });
                }
            }
            Ok(sales)
        })
    });
    let sales = read.await?;
    show(&Sales { page, sales })
}

/// The review of an allocation.
#[derive(Template)]
#[template(path = "allocation_new.html")]
struct AllocationNew {
    page: PageContext,
    form: Form,
    tranche: Tranche,
    allocated: Allocated,
}

impl AllocationNew {
    fn action(&self) -> String {
        format!("/sales/{}/allocate", self.tranche.partition.id)
    }
}

/// Reviews the allocation, or makes it and shows its mint.
#[post("/sales/{partition_id}/allocate")]
async fn allocate_partition(
    page: PageContext,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let id: PartitionId = path.parse()?;
    if posted.step() == Step::Change {
        return Ok(go_to("/sales"));
    }
    let command = page.command(&posted)?;
    let done = page.blocking(move |app| {
        let tranche = app.ask(|tx| Tranche::find(tx, id))?;
        Ok((tranche, allocate::allocate(app, &command, id)?))
    });
    let (tranche, allocated) = done.await?;
    if posted.step() == Step::Confirm {
        return Ok(go_to(&format!("/allocations/{}", allocated.allocation_id)));
    }
    show(&AllocationNew { form: page.form("allocation"), page, tranche, allocated })
}

/// An allocation and its mint.
#[derive(Template)]
#[template(path = "allocation.html")]
struct AllocationPage {
    page: PageContext,
    tranche: Tranche,
    mint: Mint,
    progress: Option<Progress>,
}

impl AllocationPage {
    fn refusals(&self, json: &str) -> Vec<Refusal> {
        serde_json::from_str(json).unwrap_or_default()
    }
}

/// An allocation with how far its mint has come.
#[get("/allocations/{allocation_id}")]
async fn allocation(page: PageContext, path: web::Path<String>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Issuer])?.clone();
    let id: AllocationId = path.parse()?;
    let read = page.blocking(move |app| {
        let progress = Progress::of(app, &id.to_string())?;
        app.ask(|tx| {
            let mint = allocate::find(tx, &by, id)?;
            Ok((Tranche::find(tx, mint.allocation.partition_id)?, mint, progress.clone()))
        })
    });
    let (tranche, mint, progress) = read.await?;
    show(&AllocationPage { page, tranche, mint, progress })
}

/// The review of the end of a sale.
#[derive(Template)]
#[template(path = "primary_close.html")]
struct PrimaryClose {
    page: PageContext,
    form: Form,
    pool: String,
    closing: Closing,
}

impl PrimaryClose {
    fn action(&self) -> String {
        format!("/sales/pools/{}/close", self.closing.pool_id)
    }
}

/// Reviews the end of the primary sale, or brings it about.
#[post("/sales/pools/{pool_id}/close")]
async fn close(page: PageContext, path: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let id: PoolId = path.parse()?;
    if posted.step() == Step::Change {
        return Ok(go_to("/sales"));
    }
    let command = page.command(&posted)?;
    let done = page.blocking(move |app| {
        let closing = close_primary::close(app, &command, id)?;
        let pool = app.ask(|tx| Ok(store::pools::find(tx, id)?))?;
        Ok((closing, pool.map_or_else(String::new, |pool| pool.name)))
    });
    let (closing, pool) = done.await?;
    if posted.step() == Step::Confirm {
        return Ok(go_to("/sales"));
    }
    show(&PrimaryClose { form: page.form("close"), page, pool, closing })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(allocate_partition).service(allocation).service(close);
}

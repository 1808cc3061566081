//! Freezes of many wallets in one token, under one operation.

use super::pools::parse_id;
use crate::app::App;
use crate::error::AppError;
use crate::flows::freeze_wallets::{self, Frozen, LeftOut, NewFreeze, Unfit};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::FreezeId;
use domain::status::ActionStatus;
use serde::{Deserialize, Serialize};
use store::wallet_freezes::WalletFreeze;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(order_freeze, list_wallet_freezes))]
pub struct Api;

/// Wallets to freeze or to free.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FreezeRequest {
    /// Their addresses, 1 to 2,000.
    #[serde(default)]
    wallets: Vec<String>,
    /// Whether they are frozen, or freed.
    frozen: bool,
    /// Whether what cannot be done is left out; otherwise it refuses all.
    #[serde(default)]
    skip_unfit: bool,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// What is left out of a list, and why.
#[derive(Serialize, ToSchema)]
struct LeftOutView {
    /// Its place in the list, counted from 1.
    line: usize,
    /// What was written.
    value: String,
    /// What would have been accepted.
    reason: String,
}

impl From<LeftOut> for LeftOutView {
    fn from(left: LeftOut) -> Self {
        Self { line: left.line, value: left.value, reason: left.reason }
    }
}

/// What a freeze does.
#[derive(Serialize, ToSchema)]
pub(crate) struct FrozenView {
    /// The freeze.
    freeze_id: String,
    /// Whether the wallets are frozen, or freed.
    frozen: bool,
    /// The wallets.
    wallets: Vec<String>,
    /// What of the list is left out.
    left_out: Vec<LeftOutView>,
}

impl From<Frozen> for FrozenView {
    fn from(frozen: Frozen) -> Self {
        Self {
            freeze_id: frozen.freeze_id.to_string(),
            frozen: frozen.frozen,
            wallets: frozen.wallets.iter().map(ToString::to_string).collect(),
            left_out: frozen.left_out.into_iter().map(LeftOutView::from).collect(),
        }
    }
}

/// A freeze as it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreezeView {
    /// The freeze.
    id: String,
    /// Whether the wallets are frozen, or freed.
    frozen: bool,
    /// The wallets.
    wallets: Vec<String>,
    /// What of the list was left out.
    left_out: Vec<LeftOutView>,
    /// Why, in the officer's words.
    reason: String,
    /// under-way, done or refused.
    #[schema(value_type = String, example = "done")]
    status: ActionStatus,
    /// When it was ordered.
    created_at: DateTime<Utc>,
}

impl TryFrom<(WalletFreeze, ActionStatus)> for FreezeView {
    type Error = AppError;

    fn try_from((freeze, status): (WalletFreeze, ActionStatus)) -> Result<Self, AppError> {
        let left_out: Vec<LeftOut> = serde_json::from_str(&freeze.left_out).map_err(AppError::internal)?;
        Ok(Self {
            id: freeze.id.to_string(),
            frozen: freeze.frozen,
            wallets: serde_json::from_str(&freeze.wallets).map_err(AppError::internal)?,
            left_out: left_out.into_iter().map(LeftOutView::from).collect(),
            reason: freeze.reason,
            status,
            created_at: freeze.created_at.and_utc(),
        })
    }
}

impl FreezeView {
    /// As one line.
    pub(crate) fn in_words(&self) -> String {
        let Self { id, frozen, wallets, left_out, reason, status, created_at } = self;
        let (what, day) = (if *frozen { "frozen" } else { "freed" }, created_at.format("%Y-%m-%d %H:%M UTC"));
        let (wallets, left_out) = (wallets.len(), left_out.len());
        format!("{id} {day}: {wallets} wallets to be {what}, {left_out} left out: {status} ({reason})")
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(order_freeze).service(list_wallet_freezes);
}

/// Freeze or free many wallets in the token of a pool, under one operation. A line that cannot be done refuses all, or is
/// left out and named, as the request says.
#[utoipa::path(context_path = "/v1", tag = "wallet-freezes", security(("session" = [])), params(WriteQuery),
    request_body = FreezeRequest, responses(
    (status = 201, description = "Ordered; the chain is told", body = FrozenView),
    (status = 200, description = "A dry run: which wallets would be frozen or freed", body = FrozenView),
    (status = 409, description = "The pool has no token", body = Problem),
    (status = 422, description = "A line cannot be done, or the list is empty or too long", body = Problem),
))]
#[post("/pools/{id}/wallet-freezes")]
async fn order_freeze(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<FreezeRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, body) = (write.command()?, body.into_inner());
    let new = NewFreeze {
        pool_id: parse_id(&id)?,
        wallets: (1..).zip(body.wallets).collect(),
        frozen: body.frozen,
        unfit: if body.skip_unfit { Unfit::IsLeftOut } else { Unfit::RefusesAll },
        reason: body.reason,
    };
    let frozen = app.blocking(move |app| freeze_wallets::freeze(app, &command, &new)).await?;
    Ok(super::created(write.query.dry_run).json(FrozenView::from(frozen)))
}

/// The freezes in the token of a pool, newest first.
#[utoipa::path(context_path = "/v1", tag = "wallet-freezes", security(("session" = [])), params(PageQuery),
    responses(
    (status = 200, description = "A page of freezes", body = Page<FreezeView>),
    (status = 404, description = "There is no such pool of yours", body = Problem),
))]
#[get("/pools/{id}/wallet-freezes")]
async fn list_wallet_freezes(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (id, before, rows) = (parse_id(&id)?, query.cursor::<FreezeId>()?, query.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| freeze_wallets::page(tx, &by, id, (before, rows))));
    let items = found.await?.into_iter().map(FreezeView::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row: &FreezeView| row.id.clone())))
}

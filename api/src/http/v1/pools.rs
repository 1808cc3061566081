//! Pools: drafted from assets, tokenised, shown.

mod body;
mod view;

pub(crate) use body::NewPoolBody;

use self::body::TokeniseBody;
use self::view::{DraftBody, PlanBody, PoolBody, PoolDetailBody};
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::pool::{self, Assets, NewPool};
use crate::flows::tokenise::{self, Tokenise};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::ids::PoolId;
use domain::party::Role;
use domain::pool::PoolStatus;
use serde::Deserialize;
use store::documents::Document;
use store::outbox::Call;
use store::pools::{Filter, Partition, Pool};
use utoipa::{IntoParams, OpenApi};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(draft_pool, list_pools, show_pool, discard_pool, tokenise_pool))]
pub struct Api;

/// Which pools a listing shows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct PoolQuery {
    /// Only those in a status.
    status: Option<String>,
}

/// Everything that is known of a pool.
pub(crate) struct PoolView {
    /// The pool.
    pub pool: Pool,
    /// Its assets as they are judged today.
    pub assets: Assets,
    /// Its partitions, senior first.
    pub partitions: Vec<Partition>,
    /// The versions of its documents, by name, the newest first.
    pub documents: Vec<Document>,
    /// What was sent to the chain about it, oldest first, with the newest transaction of each.
    pub calls: Vec<(Call, Option<String>)>,
}

impl PoolView {
    /// Reads it, if the actor may see it.
    pub(crate) fn read(app: &App, by: &Actor, id: PoolId) -> Result<Self, AppError> {
        let today = app.clock.now().date_naive();
        app.ask(|tx| {
            let pool = pool::visible(tx, by, id)?;
            let mut calls = Vec::new();
            for call in store::outbox::about(tx, &id.to_string())? {
                let newest = store::outbox::submissions(tx, call.id)?.into_iter().next();
                calls.push((call, newest.map(|submission| submission.hash)));
            }
            Ok(Self {
                calls,
                assets: pool::assets(tx, &pool, today)?,
                partitions: store::pools::partitions_of(tx, id)?,
                documents: store::documents::of_pool(tx, id)?,
                pool,
            })
        })
    }

    /// Why the chain refused the last deployment of a pool that is a draft again.
    pub(crate) fn refusal(&self) -> Option<&str> {
        let is_draft = self.pool.status == PoolStatus::Draft;
        let last = self.calls.iter().rev().find(|(call, _)| call.kind == tokenise::DEPLOY);
        last.filter(|_| is_draft).and_then(|(call, _)| call.refusal.as_deref())
    }
}

pub(crate) fn parse_id(id: &str) -> Result<PoolId, AppError> {
    id.parse().map_err(|_| AppError::not_found("pool", id))
}

/// What an actor finds in a listing: issuers their own, investors what is or was offered, officials all.
pub(crate) fn listed(by: &Actor, pool: &Pool) -> bool {
    let is_investor = matches!(by, Actor::Person { role: Role::Investor, .. });
    !is_investor || !matches!(pool.status, PoolStatus::Draft | PoolStatus::Tokenising)
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(draft_pool).service(list_pools).service(show_pool);
    routes.service(discard_pool).service(tokenise_pool);
}

/// Draft a pool: the eligible assets are chosen for it; the others are named with every reason. A dry run shows
/// eligibility and totals.
#[utoipa::path(context_path = "/v1", tag = "pools", params(WriteQuery), request_body = NewPoolBody,
    security(("session" = [])), responses(
    (status = 201, description = "The pool was drafted", body = DraftBody),
    (status = 200, description = "A dry run: what it would hold", body = DraftBody),
    (status = 422, description = "Something is not accepted, or no asset is eligible", body = Problem),
))]
#[post("/pools")]
async fn draft_pool(
    app: web::Data<App>,
    write: Write,
    body: Json<NewPoolBody>,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let (command, new) = (write.command()?, NewPool::try_from(body.into_inner())?);
    let drafted = app.blocking(move |app| pool::draft(app, &command, &new)).await?;
    Ok(super::created(write.query.dry_run).json(DraftBody::from(drafted)))
}

/// Pools, oldest first: an issuer's own, what is or was offered for investors, all for officials.
#[utoipa::path(context_path = "/v1", tag = "pools", params(PoolQuery, PageQuery), security(("session" = [])),
    responses((status = 200, description = "A page of pools", body = Page<PoolBody>)))]
#[get("/pools")]
async fn list_pools(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PoolQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let by = caller.signed_in.actor;
    let status: Option<PoolStatus> = query.status.as_deref().map(str::parse).transpose()?;
    let (after, rows) = (page.cursor()?, page.rows()?);
    let filter = Filter { issuer: by.issuer().ok(), status };
    let found = app.blocking(move |app| app.ask(|tx| Ok(store::pools::page(tx, filter, after, rows)?)));
    // The cursor goes on behind what was read, not behind what is shown.
    let read = Page::of(found.await?, rows, |pool: &Pool| pool.id.to_string());
    let items = read.items.into_iter().filter(|pool| listed(&by, pool)).map(PoolBody::from).collect();
    Ok(HttpResponse::Ok().json(Page { items, next: read.next }))
}

/// A pool with its assets, partitions, documents and calls to the chain.
#[utoipa::path(context_path = "/v1", tag = "pools", security(("session" = [])), responses(
    (status = 200, description = "The pool", body = PoolDetailBody),
    (status = 404, description = "There is no such pool for you", body = Problem),
))]
#[get("/pools/{id}")]
async fn show_pool(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let view = app.blocking(move |app| PoolView::read(app, &caller.signed_in.actor, id)).await?;
    Ok(HttpResponse::Ok().json(PoolDetailBody::try_from(view)?))
}

/// Give a draft up; its assets are free again.
#[utoipa::path(context_path = "/v1", tag = "pools", params(WriteQuery), security(("session" = [])), responses(
    (status = 204, description = "The draft is gone"),
    (status = 404, description = "There is no such pool of yours", body = Problem),
    (status = 409, description = "It is no draft any more", body = Problem),
))]
#[delete("/pools/{id}")]
async fn discard_pool(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, parse_id(&id)?);
    app.blocking(move |app| pool::discard(app, &command, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Tokenise a draft. A dry run says in plain words what will happen; in earnest the assets are pledged and the token
/// is deployed, and the pool is offered once it stands on the chain.
#[utoipa::path(context_path = "/v1", tag = "pools", params(WriteQuery), request_body = TokeniseBody,
    security(("session" = [])), responses(
    (status = 201, description = "The token is being deployed", body = PlanBody),
    (status = 200, description = "A dry run: what will happen", body = PlanBody),
    (status = 409, description = "The pool is no draft", body = Problem),
    (status = 422, description = "A term is not accepted, or the offer is more than the assets", body = Problem),
))]
#[post("/pools/{id}/tokenisation")]
async fn tokenise_pool(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<TokeniseBody>,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let command = write.command()?;
    let tokenise: Tokenise = body.into_inner().request(parse_id(&id)?)?;
    let plan = app.blocking(move |app| tokenise::tokenise(app, &command, &tokenise)).await?;
    Ok(super::created(write.query.dry_run).json(PlanBody::from(plan)))
}

//! The chain as an operator sees it: how far it was read, and the alarm after a reorganisation that was too deep.

use crate::app::App;
use crate::error::AppError;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use crate::outbox::alarm::{self, Alarm};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::party::Role;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(show_chain, resume_chain))]
pub struct Api;

/// How far the chain was read.
#[derive(Serialize, ToSchema)]
struct ChainBody {
    /// The network, as EIP-155 numbers it.
    chain_id: u64,
    /// The newest block that was read.
    read_block: Option<i64>,
    /// Blocks upon a block that make it final.
    confirmations: i64,
    /// While there is one, nothing is sent to the chain.
    alarm: Option<AlarmBody>,
}

/// The network took back what counted as final.
#[derive(Serialize, ToSchema)]
struct AlarmBody {
    /// The newest block that was known to stand.
    common_block: i64,
    /// The newest block that was read before.
    lost_head: i64,
    /// When it was noticed.
    since: DateTime<Utc>,
}

impl From<Alarm> for AlarmBody {
    fn from(alarm: Alarm) -> Self {
        Self { common_block: alarm.common_block, lost_head: alarm.lost_head, since: alarm.since }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_chain).service(resume_chain);
}

/// How far the chain was read, and whether it is trusted.
#[utoipa::path(context_path = "/v1", tag = "chain", security(("session" = [])), responses(
    (status = 200, description = "The chain", body = ChainBody),
    (status = 403, description = "You are neither operator nor regulator", body = Problem),
))]
#[get("/chain")]
async fn show_chain(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(&[Role::Operator, Role::Regulator])?;
    let read = app.blocking(|app| app.ask(|tx| Ok((store::projection::head(tx)?, alarm::standing(tx)?))));
    let (head, alarm) = read.await?;
    Ok(HttpResponse::Ok().json(ChainBody {
        chain_id: app.chain.chain_id(),
        read_block: head.map(|block| block.number),
        confirmations: app.confirmations,
        alarm: alarm.map(AlarmBody::from),
    }))
}

/// End the alarm: what was taken back is sent again, and payments go on.
#[utoipa::path(context_path = "/v1", tag = "chain", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "The alarm that was ended", body = AlarmBody),
    (status = 409, description = "There is no alarm", body = Problem),
))]
#[post("/chain/resume")]
async fn resume_chain(
    app: web::Data<App>,
    write: Write,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let alarm = app.blocking(move |app| alarm::end(app, &command)).await?;
    Ok(HttpResponse::Ok().json(AlarmBody::from(alarm)))
}

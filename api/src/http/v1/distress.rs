//! Default and losses of a partition.

use crate::app::App;
use crate::error::AppError;
use crate::flows::distress::{self, NewDistress, Step, Told};
use crate::flows::waterfall::{self, NewWaterfall};
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(set_default, write_down, bind_waterfall))]
pub struct Api;

/// Whether a partition is in default.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DefaultRequest {
    /// `false` when it was cured.
    in_default: bool,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// How much of the face value is left.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteDownRequest {
    /// Millionths of the face value that are left, less than before.
    #[schema(example = 900_000)]
    remaining_millionths: u32,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// How a partition stands.
#[derive(Serialize, ToSchema)]
struct DistressView {
    /// Whether it is in default.
    in_default: bool,
    /// Millionths of a unit's face value that are left.
    remaining_millionths: u32,
    /// The face value of all units that is left, in minor units: what interest is counted on.
    face_minor: i64,
}

/// What changes.
#[derive(Serialize, ToSchema)]
struct ToldView {
    /// The partition.
    partition_id: String,
    /// How it stands now.
    before: DistressView,
    /// How it stands when the chain has it.
    after: DistressView,
}

impl From<Told> for ToldView {
    fn from(told: Told) -> Self {
        let view = |of: distress::Distress, face_minor| DistressView {
            in_default: of.in_default,
            remaining_millionths: of.remaining,
            face_minor,
        };
        Self {
            partition_id: told.partition_id.to_string(),
            before: view(told.before, told.face_minor.0),
            after: view(told.after, told.face_minor.1),
        }
    }
}

/// That the chain keeps the order of losses too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WaterfallRequest {
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// What the chain will keep.
#[derive(Serialize, ToSchema)]
struct WaterfallView {
    /// The pool.
    pool_id: String,
    /// The partitions from the first to bear a loss to the last.
    order: Vec<String>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(set_default).service(write_down).service(bind_waterfall);
}

async fn say(app: &App, write: &Write, new: NewDistress) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let told = app.blocking(move |app| distress::say(app, &command, &new)).await?;
    Ok(HttpResponse::Ok().json(ToldView::from(told)))
}

/// Say that a partition is in default, or that this was cured.
#[utoipa::path(context_path = "/v1", tag = "partitions", security(("session" = [])), params(WriteQuery),
    request_body = DefaultRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = ToldView),
    (status = 409, description = "Nothing changes, or a change is on its way", body = Problem),
    (status = 422, description = "No reason", body = Problem),
))]
#[post("/partitions/{partition_id}/default")]
async fn set_default(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<DefaultRequest>,
) -> Result<HttpResponse, AppError> {
    let body = body.into_inner();
    let step = Step::Default(body.in_default);
    say(&app, &write, NewDistress { partition_id: id.parse()?, step, reason: body.reason }).await
}

/// Write a part of the face value of a partition off for good, the junior partitions first.
#[utoipa::path(context_path = "/v1", tag = "partitions", security(("session" = [])), params(WriteQuery),
    request_body = WriteDownRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = ToldView),
    (status = 409, description = "A change is on its way", body = Problem),
    (status = 422, description = "Not less than before, or something is left of a junior partition", body = Problem),
))]
#[post("/partitions/{partition_id}/write-down")]
async fn write_down(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<WriteDownRequest>,
) -> Result<HttpResponse, AppError> {
    let body = body.into_inner();
    let step = Step::WriteDown(body.remaining_millionths);
    say(&app, &write, NewDistress { partition_id: id.parse()?, step, reason: body.reason }).await
}

/// Have the chain refuse every write-down out of order too: a contract of the pool's own is deployed, which its token asks.
#[utoipa::path(context_path = "/v1", tag = "pools", security(("session" = [])), params(WriteQuery),
    request_body = WaterfallRequest, responses(
    (status = 200, description = "Ordered, or a dry run: the order of losses", body = WaterfallView),
    (status = 404, description = "There is no such pool", body = Problem),
    (status = 409, description = "No token, one partition alone, or so already", body = Problem),
    (status = 422, description = "No reason", body = Problem),
))]
#[post("/pools/{id}/waterfall")]
async fn bind_waterfall(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<WaterfallRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, pool_id) = (write.command()?, super::pools::parse_id(&id)?);
    let new = NewWaterfall { pool_id, reason: body.into_inner().reason };
    let bound = app.blocking(move |app| waterfall::bind(app, &command, &new)).await?;
    let order = bound.order.iter().map(ToString::to_string).collect();
    Ok(HttpResponse::Ok().json(WaterfallView { pool_id: bound.pool_id.to_string(), order }))
}

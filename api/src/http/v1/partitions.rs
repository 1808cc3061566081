//! Partitions: what is on sale, and how much of it an investor may order.

use crate::app::App;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::subscribe::{self, Room};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::reasons::{Reason, reasons};
use actix_web::{HttpResponse, get, web};
use domain::ids::PartitionId;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(my_room))]
pub struct Api;

/// How much of a partition you may order, and what stands against more.
#[derive(Serialize, ToSchema)]
struct PartitionRoom {
    /// The partition.
    partition_id: String,
    /// The most units of one more order.
    most_units: i64,
    /// Units you hold over all wallets.
    held_units: i64,
    /// Units ordered or given and not yet on the register.
    ordered_units: i64,
    /// Why one unit more than `most_units` would be refused.
    refusals: Vec<Reason>,
}

impl PartitionRoom {
    fn new(id: PartitionId, room: &Room) -> Self {
        Self {
            partition_id: id.to_string(),
            most_units: room.most_units,
            held_units: room.held_units,
            ordered_units: room.ordered_units,
            refusals: reasons(&room.refusals),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(my_room);
}

/// How much of a partition may I order, and why not more?
#[utoipa::path(context_path = "/v1", tag = "partitions", security(("session" = [])),
    params(("partition_id" = String, Path, description = "The partition")), responses(
    (status = 200, description = "The room that is left", body = PartitionRoom),
    (status = 403, description = "Only investors order", body = Problem),
    (status = 404, description = "There is none", body = Problem),
))]
#[get("/partitions/{partition_id}/room")]
async fn my_room(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: PartitionId = path.parse()?;
    let by = caller.signed_in.actor;
    let room = app.blocking(move |app| {
        let now = app.clock.now();
        app.ask(|tx| {
            let tranche = Tranche::find(tx, id)?;
            subscribe::room(tx, &by, &tranche, now)
        })
    });
    Ok(HttpResponse::Ok().json(PartitionRoom::new(id, &room.await?)))
}

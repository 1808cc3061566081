//! Co-signatures: the issuer's consent to single transfers in a protected partition.

use crate::app::App;
use crate::error::AppError;
use crate::flows::cosign::{self, Cosigned, Waiting};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use crate::reasons::{Reason, reasons};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::TransferId;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_waiting, cosign_transfer))]
pub struct Api;

/// A transfer that waits for the issuer's co-signature.
#[derive(Serialize, ToSchema)]
struct WaitingTransfer {
    /// The transfer as it was asked for.
    transfer_id: String,
    /// Units of which partition.
    partition_id: String,
    /// Who gives.
    from_wallet: String,
    /// Who gets.
    to_wallet: String,
    /// How many.
    units: i64,
    /// When it was asked for.
    created_at: DateTime<Utc>,
}

impl From<Waiting> for WaitingTransfer {
    fn from(waiting: Waiting) -> Self {
        let transfer = waiting.transfer;
        Self {
            transfer_id: transfer.id.to_string(),
            partition_id: transfer.partition_id.to_string(),
            from_wallet: transfer.from_wallet.to_string(),
            to_wallet: transfer.to_wallet.to_string(),
            units: transfer.units,
            created_at: transfer.created_at.and_utc(),
        }
    }
}

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CosignRequest {}

/// What became of the issuer's consent.
#[derive(Serialize, ToSchema)]
struct CosignAnswer {
    /// The transfer.
    transfer_id: String,
    /// From when on the co-signature no longer holds.
    until: DateTime<Utc>,
    /// Every other reason against the transfer by now; nothing was sent when there is one.
    refusals: Vec<Reason>,
}

impl From<Cosigned> for CosignAnswer {
    fn from(cosigned: Cosigned) -> Self {
        Self {
            transfer_id: cosigned.transfer_id.to_string(),
            until: cosigned.until,
            refusals: reasons(&cosigned.refusals),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_waiting).service(cosign_transfer);
}

/// Transfers of the last seven days in your pools that lack your co-signature and nothing else, newest first.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])), responses(
    (status = 200, description = "The transfers, at most 200", body = Vec<WaitingTransfer>),
    (status = 403, description = "You are no issuer", body = Problem),
))]
#[get("/cosignatures")]
async fn list_waiting(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    let by = caller.signed_in.actor;
    let found = app
        .blocking(move |app| {
            let now = app.clock.now();
            app.ask(|tx| cosign::waiting(tx, &by, now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(found.into_iter().map(WaitingTransfer::from).collect::<Vec<_>>()))
}

/// Co-sign a transfer: its holder can send it again for seven days, and it settles then.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])), params(WriteQuery),
    request_body = CosignRequest, responses(
    (status = 200, description = "Ordered, or every other reason against it", body = CosignAnswer),
    (status = 404, description = "There is none in your pools", body = Problem),
    (status = 409, description = "It needs no co-signature, or one is on its way", body = Problem),
))]
#[post("/transfers/{id}/cosign")]
async fn cosign_transfer(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    _body: Json<CosignRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, id.parse::<TransferId>()?);
    let cosigned = app.blocking(move |app| cosign::cosign(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(CosignAnswer::from(cosigned)))
}

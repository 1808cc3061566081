//! Transfers: a holder gives units to somebody else.

use super::subscriptions::at_least_one;
use crate::app::App;
use crate::error::AppError;
use crate::flows::transfer::{self, Answer, Request, ToSign};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::reasons::{Reason, reasons, stored};
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalids;
use domain::ids::TransferId;
use domain::status::TransferStatus;
use serde::{Deserialize, Serialize};
use store::transfers::Transfer;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(ask_transfer, check_transfer, list_transfers, show_transfer))]
pub struct Api;

/// A transfer that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTransfer {
    /// Units of which partition.
    partition_id: String,
    /// Who gives: one of your own wallets.
    from_wallet: String,
    /// Who gets.
    to_wallet: String,
    /// How many units, from 1.
    units: i64,
}

impl TryFrom<NewTransfer> for Request {
    type Error = Invalids;

    fn try_from(new: NewTransfer) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let partition_id = found.check(new.partition_id.parse());
        let from = found.check(new.from_wallet.parse().map_err(|wrong: domain::Invalid| wrong.named("from_wallet")));
        let to = found.check(new.to_wallet.parse().map_err(|wrong: domain::Invalid| wrong.named("to_wallet")));
        let units = found.check(at_least_one(new.units));
        found.into_result()?;
        let whole = partition_id.zip(from).zip(to.zip(units));
        let ((partition_id, from_wallet), (to_wallet, units)) = whole.ok_or_else(Invalids::default)?;
        Ok(Self { partition_id, from_wallet, to_wallet, units })
    }
}

/// What became of it. A refusal is an answer, not an error: its status is `refused`.
#[derive(Serialize, ToSchema)]
struct TransferAnswer {
    /// The transfer.
    transfer_id: String,
    /// `accepted`, or `refused` with the reasons.
    #[schema(value_type = String, example = "accepted")]
    status: TransferStatus,
    /// Every reason against it.
    refusals: Vec<Reason>,
    /// What you have to sign, when the key is yours alone. The transfer settles when the chain has it, and stays
    /// `accepted` until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_sign: Option<TransactionToSign>,
}

/// A transaction to sign and send with your own key.
#[derive(Serialize, ToSchema)]
pub(super) struct TransactionToSign {
    /// The token.
    to: String,
    /// The call data.
    data: String,
    /// The network, as EIP-155 numbers it.
    chain_id: u64,
}

impl From<ToSign> for TransactionToSign {
    fn from(sign: ToSign) -> Self {
        Self { to: sign.to.to_string(), data: sign.data, chain_id: sign.chain_id }
    }
}

impl From<Answer> for TransferAnswer {
    fn from(answer: Answer) -> Self {
        Self {
            transfer_id: answer.transfer_id.to_string(),
            status: answer.status,
            refusals: reasons(&answer.refusals),
            to_sign: answer.to_sign.map(TransactionToSign::from),
        }
    }
}

/// The verdict on a transfer that nobody asked for yet.
#[derive(Serialize, ToSchema)]
struct TransferVerdict {
    /// Whether it would be accepted.
    allowed: bool,
    /// Every reason against it.
    refusals: Vec<Reason>,
}

/// A transfer as it stands.
#[derive(Serialize, ToSchema)]
struct TransferRow {
    /// The transfer.
    transfer_id: String,
    /// Units of which partition.
    partition_id: String,
    /// Who gives.
    from_wallet: String,
    /// Who gets.
    to_wallet: String,
    /// How many.
    units: i64,
    /// Where it stands.
    #[schema(value_type = String, example = "settled")]
    status: TransferStatus,
    /// Why it was refused.
    refusals: Vec<Reason>,
    /// The transaction that moved the units.
    transaction_hash: Option<String>,
    /// When it was asked for.
    created_at: DateTime<Utc>,
}

impl TryFrom<Transfer> for TransferRow {
    type Error = AppError;

    fn try_from(row: Transfer) -> Result<Self, AppError> {
        Ok(Self {
            transfer_id: row.id.to_string(),
            partition_id: row.partition_id.to_string(),
            from_wallet: row.from_wallet.to_string(),
            to_wallet: row.to_wallet.to_string(),
            units: row.units,
            status: row.status,
            refusals: stored(&row.refusals)?,
            transaction_hash: row.transaction_hash,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(check_transfer).service(ask_transfer).service(list_transfers).service(show_transfer);
}

/// Transfer units from one of your own wallets.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])), params(WriteQuery),
    request_body = NewTransfer, responses(
    (status = 201, description = "Accepted; the chain settles it", body = TransferAnswer),
    (status = 200, description = "Refused, with every reason; or a dry run", body = TransferAnswer),
    (status = 422, description = "The input is not accepted", body = Problem),
))]
#[post("/transfers")]
async fn ask_transfer(
    app: web::Data<App>,
    write: Write,
    body: Json<NewTransfer>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let asked = Request::try_from(body.into_inner())?;
    let dry_run = command.dry_run;
    let answer = app.blocking(move |app| transfer::ask(app, &command, &asked)).await?;
    let created = answer.status == TransferStatus::Accepted && !dry_run;
    let answer = TransferAnswer::from(answer);
    Ok(if created { HttpResponse::Created().json(answer) } else { HttpResponse::Ok().json(answer) })
}

/// Would a transfer be accepted? Anybody who is signed in may ask; nothing is kept.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])), request_body = NewTransfer,
    responses(
    (status = 200, description = "The verdict with every reason", body = TransferVerdict),
    (status = 422, description = "The input is not accepted", body = Problem),
))]
#[post("/transfers/check")]
async fn check_transfer(
    app: web::Data<App>,
    _caller: Caller,
    body: Json<NewTransfer>,
) -> Result<HttpResponse, AppError> {
    let asked = Request::try_from(body.into_inner())?;
    let refusals = app.blocking(move |app| {
        let now = app.clock.now();
        app.ask(|tx| transfer::verdict(tx, &asked, now))
    });
    let refusals = refusals.await?;
    let verdict = TransferVerdict { allowed: refusals.is_empty(), refusals: reasons(&refusals) };
    Ok(HttpResponse::Ok().json(verdict))
}

/// Transfers, newest first: yours, or all of them for compliance, regulator and operator.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])), params(PageQuery), responses(
    (status = 200, description = "A page of transfers", body = Page<TransferRow>),
    (status = 403, description = "Issuers read the register of their pools instead", body = Problem),
))]
#[get("/transfers")]
async fn list_transfers(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (query.cursor::<TransferId>()?, query.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| {
        app.ask(|tx| {
            let filter = transfer::visible(tx, &by)?;
            Ok(store::transfers::page(tx, &filter, before, rows)?)
        })
    });
    let items = found.await?.into_iter().map(TransferRow::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row| row.transfer_id.clone())))
}

/// A transfer.
#[utoipa::path(context_path = "/v1", tag = "transfers", security(("session" = [])),
    params(("transfer_id" = String, Path, description = "The transfer")), responses(
    (status = 200, description = "The transfer", body = TransferRow),
    (status = 404, description = "There is none, or it is between others", body = Problem),
))]
#[get("/transfers/{transfer_id}")]
async fn show_transfer(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: TransferId = path.parse()?;
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| transfer::find(tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(TransferRow::try_from(found)?))
}

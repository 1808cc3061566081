//! Holds: units that are kept for somebody and stay their holder's on the register.

use super::orders::{AwaitingView, answered};
use crate::app::App;
use crate::error::AppError;
use crate::flows::hold::{self, Execution, NewHold, Ordered, Seen};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, day};
use crate::reasons::{Reason, reasons};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::HoldId;
use domain::party::WalletAddress;
use domain::status::HoldStatus;
use domain::{Invalid, Invalids, Units, text};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(place_hold, list_holds, show_hold, execute_hold, release_hold))]
pub struct Api;

/// A hold that is ordered.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HoldRequest {
    /// Units of which partition.
    pub partition_id: String,
    /// Whose: one of your own wallets, or anybody's when the officer orders.
    pub holder_wallet: String,
    /// How many units, from 1.
    pub units: i64,
    /// The last day on which it may be executed, ISO 8601; at most ten years away.
    #[schema(example = "2027-06-30")]
    pub expires_on: String,
    /// Who gets the units; when nobody is named, the notary says it.
    pub recipient_wallet: Option<String>,
    /// Who decides; the platform, by its officer, when nobody is named.
    pub notary_wallet: Option<String>,
    /// What it is for, 1 to 140 characters, without anybody's name.
    #[schema(example = "pledge for loan 17")]
    pub purpose: String,
}

impl TryFrom<HoldRequest> for NewHold {
    type Error = Invalids;

    fn try_from(new: HoldRequest) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let partition_id = found.check(new.partition_id.trim().parse());
        let holder = found.check(wallet("holder_wallet", &new.holder_wallet));
        let units = found.check(super::subscriptions::at_least_one(new.units));
        let expires_on = found.check(day("expires_on", &new.expires_on));
        let recipient = found.check(optional_wallet("recipient_wallet", new.recipient_wallet.as_deref()));
        let notary = found.check(optional_wallet("notary_wallet", new.notary_wallet.as_deref()));
        let purpose = found.check(text::bounded("purpose", &new.purpose, text::MAX_NAME));
        found.into_result()?;
        let whole = partition_id.zip(holder).zip(units.zip(expires_on)).zip(recipient.zip(notary)).zip(purpose);
        let (((ids, terms), (recipient_wallet, notary_wallet)), purpose) =
            whole.ok_or_else(Invalids::default)?;
        let ((partition_id, holder_wallet), (units, expires_on)) = (ids, terms);
        Ok(Self { partition_id, holder_wallet, units, expires_on, recipient_wallet, notary_wallet, purpose })
    }
}

fn wallet(field: &str, text: &str) -> Result<WalletAddress, Invalid> {
    text.trim().parse().map_err(|invalid: Invalid| invalid.named(field))
}

/// A wallet where nobody is an answer too.
pub(crate) fn optional_wallet(field: &str, text: Option<&str>) -> Result<Option<WalletAddress>, Invalid> {
    let typed = text.map(str::trim).filter(|text| !text.is_empty());
    typed.map(|text| wallet(field, text)).transpose()
}

/// What of a hold is delivered.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ExecutionRequest {
    /// How many units; all that it keeps when nothing is said.
    units: Option<i64>,
    /// To whom, where the hold names nobody.
    recipient_wallet: Option<String>,
}

impl ExecutionRequest {
    fn order(&self, hold_id: HoldId) -> Result<Execution, Invalids> {
        let mut found = Invalids::default();
        let units = found.check(self.units.map(super::subscriptions::at_least_one).transpose());
        let to = found.check(optional_wallet("recipient_wallet", self.recipient_wallet.as_deref()));
        found.into_result()?;
        let units: Option<Units> = units.flatten();
        Ok(Execution { hold_id, units, recipient_wallet: to.flatten() })
    }
}

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseRequest {}

/// What became of an order about a hold. A refusal is an answer, not an error.
#[derive(Serialize, ToSchema)]
pub(super) struct HoldAnswer {
    /// The hold.
    hold_id: String,
    /// How many units it is about.
    units: i64,
    /// Every reason against it; nothing was sent when there is one.
    refusals: Vec<Reason>,
    /// What you have to sign, when the key is yours alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_sign: Option<super::transfers::TransactionToSign>,
    /// The order that another officer has to confirm before anything of this happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<AwaitingView>,
}

impl From<Ordered> for HoldAnswer {
    fn from(ordered: Ordered) -> Self {
        Self {
            hold_id: ordered.hold_id.to_string(),
            units: ordered.units,
            refusals: reasons(&ordered.refusals),
            to_sign: ordered.to_sign.map(Into::into),
            order: ordered.order.map(AwaitingView::from),
        }
    }
}

/// A hold as it stands.
#[derive(Serialize, ToSchema)]
struct HoldView {
    /// The hold.
    id: String,
    /// Its id on chain.
    chain_key: String,
    /// Units of which partition.
    partition_id: String,
    /// Whose they are.
    holder_wallet: String,
    /// The wallet in the place of a holder's that was lost.
    replaced_by: Option<String>,
    /// Who gets them.
    recipient_wallet: Option<String>,
    /// Who decides.
    notary_wallet: Option<String>,
    /// How many units were kept.
    units: i64,
    /// How many it keeps now.
    kept_units: i64,
    /// How many were delivered.
    executed_units: i64,
    /// How many were freed.
    released_units: i64,
    /// ordered, refused, held, expired, executed or released.
    #[schema(value_type = String, example = "held")]
    status: HoldStatus,
    /// The first moment at which it is never executed any more.
    expires_at: DateTime<Utc>,
    /// What it is for; none for a hold that was made past this platform.
    purpose: Option<String>,
    /// When it was ordered, or read.
    created_at: DateTime<Utc>,
}

impl From<Seen> for HoldView {
    fn from(seen: Seen) -> Self {
        let hold = seen.hold;
        Self {
            id: hold.id.to_string(),
            kept_units: hold.kept(),
            chain_key: format!("0x{}", hold.chain_key),
            partition_id: hold.partition_id.to_string(),
            holder_wallet: hold.holder_wallet.to_string(),
            replaced_by: seen.replaced_by.map(|wallet| wallet.to_string()),
            recipient_wallet: hold.recipient_wallet,
            notary_wallet: hold.notary_wallet,
            units: hold.units,
            executed_units: hold.executed_units,
            released_units: hold.released_units,
            status: seen.status,
            expires_at: hold.expires_at.and_utc(),
            purpose: hold.purpose,
            created_at: hold.created_at.and_utc(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(place_hold).service(list_holds).service(show_hold);
    routes.service(execute_hold).service(release_hold);
}

/// Have units kept for somebody, as a pledge: an investor's own, or anybody's by the officer. They stay the holder's on
/// the register, who keeps being paid.
#[utoipa::path(context_path = "/v1", tag = "holds", security(("session" = [])), params(WriteQuery),
    request_body = HoldRequest, responses(
    (status = 201, description = "Ordered; it holds when the chain has it", body = HoldAnswer),
    (status = 202, description = "Ordered by the officer; another officer has to confirm it", body = HoldAnswer),
    (status = 200, description = "A dry run", body = HoldAnswer),
    (status = 422, description = "A term is not accepted, or more units than are free", body = Problem),
))]
#[post("/holds")]
async fn place_hold(
    app: web::Data<App>,
    write: Write,
    body: Json<HoldRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, new) = (write.command()?, NewHold::try_from(body.into_inner())?);
    let ordered = app.blocking(move |app| hold::place(app, &command, &new)).await?;
    let makes_none = write.query.dry_run || !ordered.refusals.is_empty();
    let mut answer = answered(ordered.order.as_ref(), write.query.dry_run, super::created(makes_none));
    Ok(answer.json(HoldAnswer::from(ordered)))
}

/// Holds, newest first: those of your wallets, of your pools, or all of them for compliance, regulator and operator.
#[utoipa::path(context_path = "/v1", tag = "holds", security(("session" = [])), params(PageQuery),
    responses((status = 200, description = "A page of holds", body = Page<HoldView>)))]
#[get("/holds")]
async fn list_holds(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (query.cursor::<HoldId>()?, query.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| hold::page(app, tx, &by, (before, rows)))).await?;
    let items = found.into_iter().map(HoldView::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |row: &HoldView| row.id.clone())))
}

/// A hold, and what has become of it.
#[utoipa::path(context_path = "/v1", tag = "holds", security(("session" = [])), responses(
    (status = 200, description = "The hold", body = HoldView),
    (status = 404, description = "There is none, or it is between others", body = Problem),
))]
#[get("/holds/{id}")]
async fn show_hold(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (id.parse::<HoldId>()?, caller.signed_in.actor);
    let found = app.blocking(move |app| app.ask(|tx| hold::find(app, tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(HoldView::from(found)))
}

/// Have units of a hold delivered to its recipient: its notary, or the officer where the platform is that.
#[utoipa::path(context_path = "/v1", tag = "holds", security(("session" = [])), params(WriteQuery),
    request_body = ExecutionRequest, responses(
    (status = 200, description = "Ordered, or refused with every reason", body = HoldAnswer),
    (status = 202, description = "Ordered by the officer; another officer has to confirm it", body = HoldAnswer),
    (status = 404, description = "There is none of which you are the notary", body = Problem),
    (status = 409, description = "It keeps nothing, or something is on its way", body = Problem),
    (status = 422, description = "More than it keeps, or another recipient", body = Problem),
))]
#[post("/holds/{id}/execute")]
async fn execute_hold(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<ExecutionRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, order) = (write.command()?, body.order(id.parse()?)?);
    let ordered = app.blocking(move |app| hold::execute(app, &command, &order)).await?;
    let mut answer = answered(ordered.order.as_ref(), write.query.dry_run, HttpResponse::Ok());
    Ok(answer.json(HoldAnswer::from(ordered)))
}

/// Free what a hold still keeps: its notary, its recipient, or the officer.
#[utoipa::path(context_path = "/v1", tag = "holds", security(("session" = [])), params(WriteQuery),
    request_body = ReleaseRequest, responses(
    (status = 200, description = "Ordered; the units are free when the chain has it", body = HoldAnswer),
    (status = 404, description = "There is none that you may release", body = Problem),
    (status = 409, description = "It keeps nothing, or something is on its way", body = Problem),
))]
#[post("/holds/{id}/release")]
async fn release_hold(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    _body: Json<ReleaseRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, id.parse::<HoldId>()?);
    let ordered = app.blocking(move |app| hold::release(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(HoldAnswer::from(ordered)))
}

//! Redemptions: ordered, listed, shown, tried again, called off; what each holder gives and gets.

mod body;

use super::collections::amount;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::pool;
use crate::flows::redeem::{self, NewRedemption};
use crate::http::csv::{self, Format};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, day};
use actix_web::{HttpResponse, get, post, web};
use body::{LineBody, PlanBody, RedemptionBody, Repayment, RetriedBody};
use domain::ids::{PartitionId, RedemptionId, RedemptionLineId};
use domain::party::Role;
use domain::{Invalid, Invalids, text};
use serde::Deserialize;
use store::pools::Filter;
use store::redemptions::{self, Redemption, RedemptionLine};
use store::{MAX_PAGE, Tx};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(
    order_redemption,
    list_redemptions,
    show_redemption,
    list_redemption_lines,
    retry_redemption,
    cancel_redemption,
    list_repayments
))]
pub struct Api;

/// Hexadecimal digits of a SHA-256.
const HASH_DIGITS: usize = 64;
/// The columns of an export.
const COLUMNS: &[&str] =
    &["wallet", "investor_id", "held_units", "units", "amount_minor", "status", "refusal", "transaction_hash"];

/// A redemption to order; what is left out follows from the kind.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RedemptionRequest {
    /// The partition.
    pub partition_id: String,
    /// `maturity`: all units at their face value. `early`: all or a part, after a notice, at the face value or above it.
    /// `amortisation`: a part at its face value.
    #[schema(example = "amortisation")]
    pub kind: String,
    /// `whole`, `pro-rata` or `by-lot`.
    pub division: Option<String>,
    /// How many units end; all of them when nothing is said and the kind allows it.
    pub units: Option<i64>,
    /// Their face value in minor units, in the place of `units`.
    pub face_minor: Option<i64>,
    /// What is paid for one unit in minor units; its face value when nothing is said.
    pub price_minor: Option<i64>,
    /// The day on which units and money change hands; tomorrow when nothing is said. Who holds units when it begins is
    /// who counts.
    pub payment_date: Option<String>,
    /// What the issuer brings of its own money in minor units; the rest is the pool's cash.
    pub contributed_minor: Option<i64>,
    /// The SHA-256 of the published notice, 64 hexadecimal digits; an early redemption needs one.
    pub notice_sha256: Option<String>,
    /// Your part of the randomness of a draw, 1 to 140 characters. The other part is the hash of the last block of the
    /// record date, which nobody knows yet.
    pub seed: Option<String>,
}

impl TryFrom<RedemptionRequest> for NewRedemption {
    type Error = Invalids;

    fn try_from(request: RedemptionRequest) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let partition_id = found.check(request.partition_id.trim().parse());
        let kind = found.check(request.kind.trim().parse());
        let word = |text: &Option<String>| given(text.as_deref());
        let division = found.check(word(&request.division).map(|text| text.parse()).transpose());
        let units = request.units.map(super::subscriptions::at_least_one);
        let units = found.check(units.transpose()).flatten().map(|units| units.get());
        let face = request.face_minor.map(|minor| amount("face_minor", minor));
        let price = request.price_minor.map(|minor| amount("price_minor", minor));
        let brought = request.contributed_minor.filter(|minor| *minor != 0).map(|minor| amount("contributed_minor", minor));
        let (face_minor, price_minor) = (found.check(face.transpose()), found.check(price.transpose()));
        let brought = found.check(brought.transpose());
        let date = word(&request.payment_date).map(|text| day("payment_date", &text));
        let payment_date = found.check(date.transpose());
        let notice = found.check(word(&request.notice_sha256).map(|text| hash(&text)).transpose());
        let seed = word(&request.seed).map(|text| text::bounded("seed", &text, text::MAX_NAME));
        let seed = found.check(seed.transpose());
        found.into_result()?;
        let (Some(partition_id), Some(kind)) = (partition_id, kind) else { return Err(Invalids::default()) };
        Ok(Self {
            partition_id,
            kind,
            division: division.flatten(),
            units,
            face_minor: face_minor.flatten(),
            price_minor: price_minor.flatten(),
            payment_date: payment_date.flatten(),
            contributed_minor: brought.flatten().unwrap_or_default(),
            notice_sha256: notice.flatten(),
            seed: seed.flatten(),
        })
    }
}

fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn hash(text: &str) -> Result<String, Invalid> {
    let lower = text.trim_start_matches("0x").to_ascii_lowercase();
    if lower.len() == HASH_DIGITS && lower.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(lower);
    }
    Err(Invalid::new("notice_sha256", text, "the SHA-256 of the published notice, 64 hexadecimal digits"))
}

/// Who is tried again.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct RetryRequest {
    /// One line; all that were refused when none is named.
    line_id: Option<String>,
}

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelRequest {}

/// Which redemptions.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct OfPartition {
    /// Only those of this partition.
    partition_id: Option<String>,
}

/// How the lines are written.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct LinesQuery {
    /// `csv` for all of them in one piece; pages of JSON when it is left out.
    format: Option<String>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(order_redemption).service(list_redemptions).service(show_redemption).service(list_redemption_lines);
    routes.service(retry_redemption).service(cancel_redemption).service(list_repayments);
}

/// Order that principal of a partition is paid back: units end in the transactions that pay for them. The issuer only.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(WriteQuery), request_body = RedemptionRequest,
    security(("session" = [])), responses(
    (status = 201, description = "Ordered; the money is taken out of the pool's cash", body = PlanBody),
    (status = 200, description = "A dry run: what each holder would give and get by the register of now", body = PlanBody),
    (status = 409, description = "Another redemption of the partition is under way", body = Problem),
    (status = 422, description = "A term is not accepted, or the money is not there", body = Problem),
))]
#[post("/redemptions")]
async fn order_redemption(
    app: web::Data<App>,
    write: Write,
    body: Json<RedemptionRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, new) = (write.command()?, NewRedemption::try_from(body.into_inner())?);
    let dry_run = write.query.dry_run;
    let plan = app.blocking(move |app| redeem::order(app, &command, &new)).await?;
    Ok(super::created(dry_run).json(PlanBody::of(plan, dry_run)))
}

/// Redemptions, newest first: an issuer's own, all for officials.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(PageQuery, OfPartition), security(("session" = [])),
    responses((status = 200, description = "A page of redemptions", body = Page<RedemptionBody>)))]
#[get("/redemptions")]
async fn list_redemptions(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    of: web::Query<OfPartition>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (page.cursor()?, page.rows()?);
    let one = given(of.partition_id.as_deref()).map(|id| id.parse::<PartitionId>()).transpose()?;
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| readable(tx, &by, (one, before, rows))));
    let items = found.await?.into_iter().map(RedemptionBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &RedemptionBody| one.id.clone())))
}

/// A page of the redemptions that somebody may read; of one partition, when it is named.
pub(crate) fn readable(
    tx: &mut Tx<'_>,
    by: &Actor,
    (one, before, rows): (Option<PartitionId>, Option<RedemptionId>, i64),
) -> Result<Vec<Redemption>, AppError> {
    by.must_be(redeem::READERS)?;
    let own = match by.issuer() {
        Ok(issuer) => Some(pool::partition_ids(tx, Filter { issuer: Some(issuer), status: None })?),
        Err(_) => None,
    };
    let of = match (one, own) {
        (Some(one), Some(own)) if !own.contains(&one) => return Err(AppError::not_found("partition", one)),
        (Some(one), _) => Some(vec![one]),
        (None, own) => own,
    };
    Ok(redemptions::page(tx, of.as_deref(), before, rows)?)
}

fn redemption_id(id: &str) -> Result<RedemptionId, AppError> {
    id.parse().map_err(|_| AppError::not_found("redemption", id))
}

/// A redemption with how far it has come.
#[utoipa::path(context_path = "/v1", tag = "redemptions", security(("session" = [])), responses(
    (status = 200, description = "The redemption", body = RedemptionBody),
    (status = 404, description = "There is no such redemption for you", body = Problem),
))]
#[get("/redemptions/{id}")]
async fn show_redemption(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (redemption_id(&id)?, caller.signed_in.actor);
    let body = app.blocking(move |app| app.ask(|tx| RedemptionBody::with_progress(tx, &by, id)));
    Ok(HttpResponse::Ok().json(body.await?))
}

/// What each holder gives and gets, in the order of identities and wallets.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(PageQuery, LinesQuery), security(("session" = [])),
    responses(
    (status = 200, description = "A page of lines, or all of them as CSV", body = Page<LineBody>),
    (status = 404, description = "There is no such redemption for you", body = Problem),
))]
#[get("/redemptions/{id}/lines")]
async fn list_redemption_lines(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    query: web::Query<LinesQuery>,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, after, rows) = (redemption_id(&id)?, page.cursor()?, page.rows()?);
    let (format, by) = (Format::of(query.format.as_deref())?, caller.signed_in.actor);
    if format == Format::Csv {
        let all = app.blocking(move |app| app.ask(|tx| every_line(tx, &by, id))).await?;
        let name = format!("redemption-{id}.csv");
        return Ok(csv::download(&name, COLUMNS, all.into_iter().map(cells)));
    }
    let found = app.blocking(move |app| {
        app.ask(|tx| {
            redeem::find_own(tx, &by, id)?;
            Ok(redemptions::lines(tx, (id, None), after, rows)?)
        })
    });
    let items = found.await?.into_iter().map(LineBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &LineBody| one.id.clone())))
}

fn every_line(tx: &mut Tx<'_>, by: &Actor, id: RedemptionId) -> Result<Vec<RedemptionLine>, AppError> {
    redeem::find_own(tx, by, id)?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = redemptions::lines(tx, (id, None), after, MAX_PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.id);
        all.extend(page);
    }
}

fn cells(line: RedemptionLine) -> Vec<String> {
    let line = LineBody::from(line);
    vec![
        line.wallet,
        line.investor_id,
        line.held_units.to_string(),
        line.units.to_string(),
        line.amount_minor.to_string(),
        line.status.to_owned(),
        line.refusal.map(|refusal| refusal.code).unwrap_or_default(),
        line.transaction_hash.unwrap_or_default(),
    ]
}

/// Try those again who could not be paid, or one of them; resume a payment that was given up. The operator only.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(WriteQuery), request_body = RetryRequest,
    security(("session" = [])), responses(
    (status = 200, description = "Another attempt is on its way", body = RetriedBody),
    (status = 409, description = "Nobody waits for another attempt", body = Problem),
))]
#[post("/redemptions/{id}/retry")]
async fn retry_redemption(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<RetryRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, redemption_id(&id)?);
    let line = given(body.into_inner().line_id.as_deref());
    let line = line.map(|line| line.parse::<RedemptionLineId>()).transpose()?;
    let retried = app.blocking(move |app| redeem::retry(app, &command, (id, line))).await?;
    Ok(HttpResponse::Ok().json(RetriedBody::from(retried)))
}

/// Call off what has not begun, or what could not be paid: that money is the pool's again. The issuer only.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(WriteQuery), request_body = CancelRequest,
    security(("session" = [])), responses(
    (status = 200, description = "The redemption", body = RedemptionBody),
    (status = 409, description = "Units and money are changing hands, or nothing is left", body = Problem),
))]
#[post("/redemptions/{id}/cancel")]
async fn cancel_redemption(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    _body: Json<CancelRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, id) = (write.command()?, redemption_id(&id)?);
    let body = app.blocking(move |app| {
        redeem::cancel(app, &command, id)?;
        app.ask(|tx| RedemptionBody::with_progress(tx, &command.by, id))
    });
    Ok(HttpResponse::Ok().json(body.await?))
}

/// What principal was and will be paid back to you, newest first. Investors only.
#[utoipa::path(context_path = "/v1", tag = "redemptions", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of repayments", body = Page<Repayment>),
    (status = 403, description = "You are not an investor", body = Problem),
))]
#[get("/repayments")]
async fn list_repayments(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (before, rows) = (page.cursor()?, page.rows()?);
    let by = caller.signed_in.actor;
    let found = app.blocking(move |app| app.ask(|tx| my_repayments(tx, &by, (before, rows))));
    let items = found.await?.into_iter().map(Repayment::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &Repayment| one.line.id.clone())))
}

/// A page of what is paid back to an investor.
pub(crate) fn my_repayments(
    tx: &mut Tx<'_>,
    by: &Actor,
    (before, rows): (Option<RedemptionLineId>, i64),
) -> Result<Vec<(RedemptionLine, Redemption)>, AppError> {
    let user = by.must_be(&[Role::Investor])?;
    let investor = user.map(|user| store::investors::of_user(tx, user)).transpose()?.flatten();
    match investor {
        Some(investor) => Ok(redemptions::of_investor(tx, investor.id, before, rows)?),
        None => Ok(Vec::new()),
    }
}

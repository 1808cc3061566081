//! The rules of a whole pool: the cap over all partitions, system accounts, and units that a release schedule speaks of.

use super::pools::parse_id;
use crate::app::App;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::rules::whole_pool::{self, Cap, Changed, NewRule, Rule};
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, put, web};
use domain::ids::PartitionId;
use domain::party::WalletAddress;
use domain::{BasisPoints, Invalid, Units};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(set_pool_cap, set_system_account, set_scheduled_units))]
pub struct Api;

/// The cap per owner over all partitions; null is no cap.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PoolCapRequest {
    /// In basis points of all that is authorised until the primary sale closes, of all that is outstanding afterwards.
    #[schema(example = 1_000)]
    cap_bps: Option<i64>,
    /// In units.
    cap_units: Option<i64>,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Whether a wallet is a system account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SystemAccountRequest {
    /// `false` ends it.
    exempt: bool,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Of how many units of a wallet the release schedule speaks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScheduledUnitsRequest {
    /// How many; 0 frees all of them.
    units: i64,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// What changes.
#[derive(Serialize, ToSchema)]
struct PoolRuleChanged {
    /// The pool.
    pool_id: String,
    /// What holds now: `cap`, `system_account` or `scheduled_units`, with its numbers.
    #[schema(value_type = Object)]
    before: Rule,
    /// What holds when the chain has it.
    #[schema(value_type = Object)]
    after: Rule,
    /// Owners above a new cap: they keep what they have and get nothing more.
    passive_breaches: i64,
}

impl From<Changed> for PoolRuleChanged {
    fn from(changed: Changed) -> Self {
        Self {
            pool_id: changed.pool_id.to_string(),
            before: changed.before,
            after: changed.after,
            passive_breaches: changed.passive_breaches,
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(set_pool_cap).service(set_system_account).service(set_scheduled_units);
}

async fn set(app: &App, write: &Write, new: NewRule) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let changed = app.blocking(move |app| whole_pool::set(app, &command, &new)).await?;
    Ok(HttpResponse::Ok().json(PoolRuleChanged::from(changed)))
}

/// Cap what one owner holds over all partitions of a pool, as a share, in units, or both.
#[utoipa::path(context_path = "/v1", tag = "rules", security(("session" = [])), params(WriteQuery),
    request_body = PoolCapRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = PoolRuleChanged),
    (status = 409, description = "Nothing changes, or a change is on its way", body = Problem),
    (status = 422, description = "A cap is not accepted, or no reason", body = Problem),
))]
#[put("/pools/{id}/rules")]
async fn set_pool_cap(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<PoolCapRequest>,
) -> Result<HttpResponse, AppError> {
    let (pool_id, body) = (parse_id(&id)?, body.into_inner());
    let share = body.cap_bps.map(BasisPoints::try_from).transpose()?;
    let rule = Rule::Cap(Cap { share, units: body.cap_units });
    set(&app, &write, NewRule { pool_id, rule, reason: body.reason }).await
}

/// Make a wallet a system account, which the limits on holders do not bind, or end that. It must be eligible as everybody.
#[utoipa::path(context_path = "/v1", tag = "rules", security(("session" = [])), params(WriteQuery),
    request_body = SystemAccountRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = PoolRuleChanged),
    (status = 409, description = "Nothing changes, or a change is on its way", body = Problem),
    (status = 422, description = "A wallet that the registry does not know, or no reason", body = Problem),
))]
#[put("/pools/{id}/system-accounts/{wallet}")]
async fn set_system_account(
    app: web::Data<App>,
    write: Write,
    path: web::Path<(String, String)>,
    body: Json<SystemAccountRequest>,
) -> Result<HttpResponse, AppError> {
    let (id, wallet) = path.into_inner();
    let (pool_id, wallet, body) = (parse_id(&id)?, wallet.parse::<WalletAddress>()?, body.into_inner());
    let rule = Rule::SystemAccount { wallet, exempt: body.exempt };
    set(&app, &write, NewRule { pool_id, rule, reason: body.reason }).await
}

/// Say of how many units of a wallet the release schedule of a partition speaks: more than were issued to it, or fewer.
#[utoipa::path(context_path = "/v1", tag = "rules", security(("session" = [])), params(WriteQuery),
    request_body = ScheduledUnitsRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = PoolRuleChanged),
    (status = 409, description = "Nothing changes, or a change is on its way", body = Problem),
    (status = 422, description = "No release schedule, an unknown wallet, or no reason", body = Problem),
))]
#[put("/partitions/{partition_id}/scheduled-units/{wallet}")]
async fn set_scheduled_units(
    app: web::Data<App>,
    write: Write,
    path: web::Path<(String, String)>,
    body: Json<ScheduledUnitsRequest>,
) -> Result<HttpResponse, AppError> {
    let (id, wallet) = path.into_inner();
    let (partition_id, wallet) = (id.parse::<PartitionId>()?, wallet.parse::<WalletAddress>()?);
    let body = body.into_inner();
    let units = Units::try_from(body.units).map_err(|invalid: Invalid| invalid.named("units"))?;
    let pool = app.blocking(move |app| app.ask(|tx| Ok(Tranche::find(tx, partition_id)?.pool.id))).await?;
    let rule = Rule::ScheduledUnits { partition_id, wallet, units };
    set(&app, &write, NewRule { pool_id: pool, rule, reason: body.reason }).await
}

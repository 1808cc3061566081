//! The register of holders of a partition, as of any moment, as JSON and CSV.

use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::register::{self, AsOf, Line, Register};
use crate::http::csv::{self, Format};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use actix_web::{HttpResponse, get, web};
use domain::Invalids;
use domain::ids::PartitionId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The columns of the CSV, in their order.
pub const COLUMNS: &[&str] =
    &["identity_number", "wallet", "units", "share_bps", "country", "investor_class", "status", "frozen"];
/// The word in the first column of the last line, which holds the totals.
const TOTAL: &str = "total";

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(read_register))]
pub struct Api;

/// Which register, and how.
#[derive(Deserialize, IntoParams)]
struct RegisterQuery {
    /// A day (its end, UTC) or a time; now when it is left out.
    as_of: Option<String>,
    /// `json` or `csv`.
    format: Option<String>,
}

/// A register.
#[derive(Serialize, ToSchema)]
struct RegisterDocument {
    /// The partition.
    partition_id: String,
    /// The pool's name.
    pool: String,
    /// The token's short name.
    symbol: String,
    /// The partition's name.
    partition: String,
    /// The moment it shows.
    as_of: String,
    /// The newest block that counts.
    block: Option<i64>,
    /// Units over all holders.
    total_units: i64,
    /// Units issued less redeemed: the same, or the register is broken.
    outstanding_units: i64,
    /// The holders, by wallet.
    holders: Vec<RegisterLine>,
}

/// One holder's wallet. Country, class and status are those of today; units are as of the moment.
#[derive(Serialize, ToSchema)]
struct RegisterLine {
    /// The opaque number of the beneficial owner.
    identity_number: Option<i64>,
    /// The wallet.
    wallet: String,
    /// Units.
    units: i64,
    /// The share in basis points, cut after six decimals.
    #[schema(example = "333.333333")]
    share_bps: String,
    /// The country of residence.
    #[schema(example = "DE")]
    country: Option<String>,
    /// The class of investor.
    investor_class: Option<String>,
    /// Where the investor stands.
    status: Option<String>,
    /// Whether the wallet is frozen in this token.
    frozen: bool,
}

impl From<Line> for RegisterLine {
    fn from(line: Line) -> Self {
        Self {
            identity_number: line.identity_number,
            wallet: line.wallet,
            units: line.units,
            share_bps: line.share_bps.to_string(),
            country: line.country.map(|country| country.to_string()),
            investor_class: line.investor_class.map(|class| class.to_string()),
            status: line.status.map(|status| status.to_string()),
            frozen: line.frozen,
        }
    }
}

impl From<Register> for RegisterDocument {
    fn from(register: Register) -> Self {
        Self {
            partition_id: register.partition_id.to_string(),
            pool: register.pool,
            symbol: register.symbol,
            partition: register.partition,
            as_of: register.as_of,
            block: register.block,
            total_units: register.total_units,
            outstanding_units: register.outstanding_units,
            holders: register.lines.into_iter().map(RegisterLine::from).collect(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(read_register);
}

/// The register of a partition as of a day or a time. Reading it is noted in the audit log.
#[utoipa::path(context_path = "/v1", tag = "register", security(("session" = [])),
    params(("partition_id" = String, Path, description = "The partition"), RegisterQuery), responses(
    (status = 200, description = "The register, as JSON or CSV", body = RegisterDocument),
    (status = 403, description = "For regulator, compliance, operator and the pool's issuer", body = Problem),
    (status = 422, description = "The day or the format is none", body = Problem),
))]
#[get("/partitions/{partition_id}/register")]
async fn read_register(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
    query: web::Query<RegisterQuery>,
) -> Result<HttpResponse, AppError> {
    let id: PartitionId = path.parse()?;
    answer(&app, caller.signed_in.actor, id, query.as_of.as_deref(), query.format.as_deref()).await
}

/// The register as the API and the portal's download give it.
///
/// # Errors
/// Those of [`register::read`], and input that is none.
pub async fn answer(
    app: &App,
    by: Actor,
    id: PartitionId,
    as_of: Option<&str>,
    format: Option<&str>,
) -> Result<HttpResponse, AppError> {
    let mut found = Invalids::default();
    let as_of = found.check(as_of.filter(|text| !text.is_empty()).map(str::parse::<AsOf>).transpose());
    let format = found.check(Format::of(format));
    found.into_result()?;
    let command = Command { by, idempotency_key: None, dry_run: false };
    let register = app.blocking(move |app| register::read(app, &command, id, as_of.flatten())).await?;
    Ok(match format {
        Some(Format::Csv) => as_csv(&register),
        _ => HttpResponse::Ok().json(RegisterDocument::from(register)),
    })
}

fn as_csv(register: &Register) -> HttpResponse {
    let name = format!("register-{}-{}-{}.csv", register.symbol, register.partition, register.as_of);
    let total = vec![
        TOTAL.to_owned(),
        String::new(),
        register.total_units.to_string(),
        if register.total_units == 0 { "0".to_owned() } else { "10000".to_owned() },
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ];
    let lines = register.lines.iter().map(cells).chain([total]);
    csv::download(&name, COLUMNS, lines)
}

fn cells(line: &Line) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_default();
    vec![
        text(line.identity_number.map(|number| number.to_string())),
        line.wallet.clone(),
        line.units.to_string(),
        line.share_bps.to_string(),
        text(line.country.map(|country| country.to_string())),
        text(line.investor_class.map(|class| class.to_string())),
        text(line.status.map(|status| status.to_string())),
        line.frozen.to_string(),
    ]
}

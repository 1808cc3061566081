//! The test clock of the sandbox.

use crate::app::App;
use crate::error::AppError;
use crate::flows::clock::{self, Advance, ClockState};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalid;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(show_clock, advance_clock))]
pub struct Api;

/// How far to move the clock: one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvanceRequest {
    /// So many days, from 1 to 3653.
    pub days: Option<i64>,
    /// To a moment, as `2027-01-01T00:00:00Z`.
    pub to: Option<String>,
}

impl TryFrom<AdvanceRequest> for Advance {
    type Error = Invalid;

    fn try_from(request: AdvanceRequest) -> Result<Self, Invalid> {
        match (request.days, request.to) {
            (Some(days), None) => Ok(Self::Days(days)),
            (None, Some(to)) => DateTime::parse_from_rfc3339(to.trim())
                .map(|to| Self::To(to.with_timezone(&Utc)))
                .map_err(|_| Invalid::new("to", &to, "a moment such as 2027-01-01T00:00:00Z")),
            (Some(_), Some(to)) => Err(Invalid::new("to", to, "none, when days is given")),
            (None, None) => Err(Invalid::new("days", "", "a number of days, or to")),
        }
    }
}

/// Where the clock stands.
#[derive(Serialize, ToSchema)]
struct ClockBody {
    /// What it shows.
    now: DateTime<Utc>,
    /// Whether it can be moved.
    movable: bool,
    /// Where it is going; none when it has arrived.
    target: Option<DateTime<Utc>>,
}

impl From<ClockState> for ClockBody {
    fn from(state: ClockState) -> Self {
        Self { now: state.now, movable: state.movable, target: state.target }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_clock).service(advance_clock);
}

/// What the business clock shows.
#[utoipa::path(context_path = "/v1", tag = "clock", security(("session" = [])), responses(
    (status = 200, description = "The clock", body = ClockBody),
))]
#[get("/clock")]
async fn show_clock(app: web::Data<App>, _caller: Caller) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Ok().json(ClockBody::from(app.blocking(clock::state).await?)))
}

/// Move the test clock on. It goes from due time to due time, so that everything happens in its order.
#[utoipa::path(context_path = "/v1", tag = "clock", params(WriteQuery), request_body = AdvanceRequest,
    security(("session" = [])), responses(
    (status = 200, description = "Where it is going", body = ClockBody),
    (status = 409, description = "This is not a sandbox", body = Problem),
    (status = 422, description = "Not ahead, or too far", body = Problem),
))]
#[post("/clock/advance")]
async fn advance_clock(
    app: web::Data<App>,
    write: Write,
    body: Json<AdvanceRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, by) = (write.command()?, Advance::try_from(body.into_inner())?);
    let state = app.blocking(move |app| clock::advance(app, &command, by)).await?;
    Ok(HttpResponse::Ok().json(ClockBody::from(state)))
}

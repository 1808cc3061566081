//! Cases: what the compliance officer has to decide, with the evidence, and the decision.

use crate::app::App;
use crate::error::AppError;
use crate::flows::decide::{self, CaseFile, Verdict};
use crate::flows::screen::SeenHit;
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, command};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::CaseId;
use domain::party::Role;
use domain::status::CaseStatus;
use serde::{Deserialize, Serialize};
use store::cases::Case;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_cases, show_case, decide_case))]
pub struct Api;

/// A case without anything personal.
#[derive(Debug, Serialize, ToSchema)]
struct CaseView {
    /// The case's id.
    id: String,
    /// Whom it is about.
    investor_id: String,
    /// open, approved or rejected.
    status: String,
    /// application or screening.
    opened_because: String,
    /// The account that decided.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<DateTime<Utc>>,
    /// Why, in the officer's words.
    reason: Option<String>,
    /// When it was opened.
    created_at: DateTime<Utc>,
}

impl From<&Case> for CaseView {
    fn from(case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            investor_id: case.investor_id.to_string(),
            status: case.status.to_string(),
            opened_because: case.opened_because.to_string(),
            decided_by: case.decided_by.clone(),
            decided_at: case.decided_at.map(|at| at.and_utc()),
            reason: case.reason.clone(),
            created_at: case.created_at.and_utc(),
        }
    }
}

/// Everything on which the officer decides.
#[derive(Serialize, ToSchema)]
struct EvidenceView {
    /// The case.
    #[serde(flatten)]
    case: CaseView,
    /// The name in official documents; none after the erasure.
    legal_name: Option<String>,
    /// The date of birth.
    date_of_birth: Option<NaiveDate>,
    /// Where they live.
    address: Option<String>,
    /// The country of residence.
    country: String,
    /// The class of investor.
    investor_class: String,
    /// Their wallets.
    wallets: Vec<super::wallets::WalletView>,
    /// What the accepted presentation proves.
    #[schema(value_type = Object)]
    claims: serde_json::Value,
    /// Until when its credentials hold.
    credential_valid_until: Option<DateTime<Utc>>,
    /// Presentations that were refused.
    refused_presentations: usize,
    /// The lists that the person was compared with.
    #[schema(value_type = Vec<Object>)]
    list_versions: serde_json::Value,
    /// Entries that may be the person, with the reasons for each score.
    hits: Vec<SeenHit>,
}

impl TryFrom<CaseFile> for EvidenceView {
    type Error = AppError;

    fn try_from(file: CaseFile) -> Result<Self, AppError> {
        let (presentation, claims) = file.presentation.unzip();
        let (screening, hits) = file.screening.unzip();
        let versions = screening.map(|it| serde_json::from_str(it.holds_for())).transpose();
        let personal = file.personal;
        Ok(Self {
            case: CaseView::from(&file.case),
            legal_name: personal.as_ref().map(|it| it.legal_name.clone()),
            date_of_birth: personal.as_ref().map(|it| it.date_of_birth),
            address: personal.and_then(|it| it.address),
            country: file.investor.country.to_string(),
            investor_class: file.investor.investor_class.to_string(),
            wallets: file.wallets.iter().map(Into::into).collect(),
            claims: claims.unwrap_or_default(),
            credential_valid_until: presentation.and_then(|it| it.valid_until).map(|until| until.and_utc()),
            refused_presentations: file.refused_presentations,
            list_versions: versions.map_err(AppError::internal)?.unwrap_or_default(),
            hits: hits.unwrap_or_default(),
        })
    }
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionRequest {
    /// approve or reject.
    #[serde(default)]
    #[schema(example = "approve")]
    decision: String,
    /// Why, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// What became of a case.
#[derive(Serialize, ToSchema)]
struct DecidedView {
    /// The case.
    id: String,
    /// approved or rejected.
    status: String,
    /// Until when the person may hold, after an approval.
    valid_until: Option<DateTime<Utc>>,
}

/// Which cases a listing shows.
#[derive(Debug, Deserialize, IntoParams)]
struct Filter {
    /// Only those in this status.
    status: Option<String>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_cases).service(show_case).service(decide_case);
}

/// The cases, oldest first.
#[utoipa::path(context_path = "/v1", tag = "cases", security(("session" = [])), params(PageQuery, Filter),
    responses((status = 200, description = "A page of cases", body = Page<CaseView>)))]
#[get("/cases")]
async fn list_cases(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(&[Role::Compliance, Role::Regulator])?;
    let (rows, after) = (page.rows()?, page.cursor::<CaseId>()?);
    let status = filter.status.as_deref().map(str::parse::<CaseStatus>).transpose();
    let status = status.map_err(|invalid| invalid.named("status"))?;
    let found =
        app.blocking(move |app| app.ask(|tx| Ok(store::cases::page(tx, status, after, rows)?))).await?;
    let views = found.iter().map(CaseView::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(views, rows, |it: &CaseView| it.id.clone())))
}

/// A case with all its evidence. Opening it is an event of the audit log: it is personal.
#[utoipa::path(context_path = "/v1", tag = "cases", security(("session" = [])), responses(
    (status = 200, description = "The evidence", body = EvidenceView),
    (status = 404, description = "No such case", body = Problem),
))]
#[get("/cases/{id}")]
async fn show_case(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<CaseId>()?;
    let command = command(&request, &caller, WriteQuery::default())?;
    let file = app.blocking(move |app| decide::case_file(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(EvidenceView::try_from(file)?))
}

/// Decide a case, with a reason. An approval tells the registry on chain.
#[utoipa::path(context_path = "/v1", tag = "cases", security(("session" = [])), params(WriteQuery),
    request_body = DecisionRequest, responses(
    (status = 200, description = "Decided", body = DecidedView),
    (status = 409, description = "Decided before, or the credential has expired", body = Problem),
    (status = 422, description = "No decision or no reason", body = Problem),
))]
#[post("/cases/{id}/decision")]
async fn decide_case(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<DecisionRequest>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<CaseId>()?;
    let command = write.command()?;
    let verdict = Verdict::read(&body.decision, &body.reason)?;
    let decided = app.blocking(move |app| decide::decide(app, &command, id, &verdict)).await?;
    let (id, status) = (decided.id.to_string(), decided.status.to_string());
    Ok(HttpResponse::Ok().json(DecidedView { id, status, valid_until: decided.valid_until }))
}

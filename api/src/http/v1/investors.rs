//! Investors: who applied, where they stand, and what is personal about them.

use crate::app::App;
use crate::error::AppError;
use crate::flows::onboard::{self, Profile, ProfileText, Standing};
use crate::flows::{decide, personal};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery, command};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::InvestorId;
use domain::party::{InvestorStatus, Role};
use serde::{Deserialize, Serialize};
use store::investors::Investor;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(apply, list_investors, show_own_standing, show_investor, read_personal, erase_personal, freeze, unfreeze))]
pub struct Api;

/// What an applicant says of themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileRequest {
    /// The name in official documents, 1 to 140 characters.
    #[serde(default)]
    legal_name: String,
    /// The date of birth, ISO 8601; of an institution the date of its incorporation.
    #[serde(default)]
    #[schema(example = "1980-02-29")]
    date_of_birth: String,
    /// The country of residence, ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(example = "DE")]
    country: String,
    /// retail, professional, accredited or institutional.
    #[serde(default)]
    #[schema(example = "professional")]
    investor_class: String,
    /// Where they live, at most 300 characters.
    address: Option<String>,
}

/// An investor without anything personal.
#[derive(Debug, Serialize, ToSchema)]
struct InvestorView {
    /// The investor's id.
    id: String,
    /// The opaque number on chain.
    identity_number: i64,
    /// The class.
    investor_class: String,
    /// The country of residence.
    country: String,
    /// applied, approved, rejected or frozen.
    status: String,
    /// The first moment at which the approval no longer holds.
    valid_until: Option<DateTime<Utc>>,
    /// The identifier that was shown to be theirs.
    did: Option<String>,
    /// When they applied.
    created_at: DateTime<Utc>,
}

impl From<&Investor> for InvestorView {
    fn from(investor: &Investor) -> Self {
        Self {
            id: investor.id.to_string(),
            identity_number: investor.identity_number,
            investor_class: investor.investor_class.to_string(),
            country: investor.country.to_string(),
            status: investor.status.to_string(),
            valid_until: investor.valid_until.map(|until| until.and_utc()),
            did: investor.did.clone(),
            created_at: investor.created_at.and_utc(),
        }
    }
}

/// Where an investor stands on the way to holding.
#[derive(Debug, Serialize, ToSchema)]
struct StandingView {
    /// The investor.
    #[serde(flatten)]
    investor: InvestorView,
    /// Their wallets.
    wallets: Vec<super::wallets::WalletView>,
    /// What those that are not managed signed to show whose they are.
    wallet_proofs: Vec<super::wallets::ProofView>,
    /// Whether a presentation was accepted.
    proven: bool,
    /// Whether the name was compared with the sanctions lists.
    screened: bool,
    /// Where the newest case stands.
    case_status: Option<String>,
    /// Whether a wallet is on the registry, so that units can be held.
    registered: bool,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        Self {
            investor: InvestorView::from(&standing.investor),
            proven: standing.is_proven(),
            screened: standing.screened,
            case_status: standing.cases.first().map(|case| case.status.to_string()),
            registered: standing.is_registered(),
            wallets: standing.wallets.iter().map(Into::into).collect(),
            wallet_proofs: standing.wallet_proofs.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is personal.
#[derive(Serialize, ToSchema)]
struct PersonalView {
    /// The name in official documents.
    legal_name: String,
    /// The date of birth.
    date_of_birth: NaiveDate,
    /// Where they live.
    address: Option<String>,
}

/// Why an officer acts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonRequest {
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// The id of something that was created.
#[derive(Serialize, ToSchema)]
struct Created {
    /// Its id.
    id: String,
}

/// Which investors a listing shows.
#[derive(Debug, Deserialize, IntoParams)]
struct Filter {
    /// Only those in this status.
    status: Option<String>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(apply)
        .service(list_investors)
        .service(show_own_standing)
        .service(show_investor)
        .service(read_personal)
        .service(erase_personal)
        .service(freeze)
        .service(unfreeze);
}

/// Apply as an investor.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), params(WriteQuery),
    request_body = ProfileRequest, responses(
    (status = 201, description = "Applied", body = Created),
    (status = 409, description = "The account has a profile", body = Problem),
    (status = 422, description = "Something in the profile is not accepted", body = Problem),
))]
#[post("/investors")]
async fn apply(
    app: web::Data<App>,
    write: Write,
    body: Json<ProfileRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let body = body.into_inner();
    let text = ProfileText {
        legal_name: &body.legal_name,
        date_of_birth: &body.date_of_birth,
        country: &body.country,
        investor_class: &body.investor_class,
        address: body.address.as_deref(),
    };
    let profile = Profile::read(text, app.clock.now().date_naive())?;
    let dry_run = command.dry_run;
    let id = app.blocking(move |app| onboard::apply(app, &command, &profile)).await?;
    Ok(super::created(dry_run).json(Created { id: id.to_string() }))
}

/// The investors, oldest first. Nothing personal is in it.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), params(PageQuery, Filter),
    responses((status = 200, description = "A page of investors", body = Page<InvestorView>)))]
#[get("/investors")]
async fn list_investors(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(&[Role::Compliance, Role::Regulator, Role::Operator])?;
    let (rows, after) = (page.rows()?, page.cursor::<InvestorId>()?);
    let status = filter.status.as_deref().map(str::parse::<InvestorStatus>).transpose();
    let status = status.map_err(|invalid| invalid.named("status"))?;
    let found =
        app.blocking(move |app| app.ask(|tx| Ok(store::investors::page(tx, status, after, rows)?))).await?;
    let views = found.iter().map(InvestorView::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(views, rows, |it: &InvestorView| it.id.clone())))
}

/// Where do I stand?
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), responses(
    (status = 200, description = "The caller's own standing", body = StandingView),
    (status = 404, description = "No profile yet", body = Problem),
))]
#[get("/investors/current")]
async fn show_own_standing(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    let actor = caller.signed_in.actor;
    let found = app.blocking(move |app| onboard::own_standing(app, &actor)).await?;
    let standing = found.ok_or_else(|| AppError::not_found("profile", "of yours"))?;
    Ok(HttpResponse::Ok().json(StandingView::from(standing)))
}

/// Where an investor stands.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), responses(
    (status = 200, description = "The standing", body = StandingView),
    (status = 404, description = "No such investor, or somebody else", body = Problem),
))]
#[get("/investors/{id}")]
async fn show_investor(app: web::Data<App>, caller: Caller, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let (id, actor) = (id.parse::<InvestorId>()?, caller.signed_in.actor);
    let standing = app.blocking(move |app| onboard::standing(app, &actor, id)).await?;
    Ok(HttpResponse::Ok().json(StandingView::from(standing)))
}

/// Read what is personal about an investor. An officer's reading is an event of the audit log.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), responses(
    (status = 200, description = "The personal data", body = PersonalView),
    (status = 404, description = "No such investor, or the data was erased", body = Problem),
))]
#[get("/investors/{id}/personal-data")]
async fn read_personal(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<InvestorId>()?;
    let command = command(&request, &caller, WriteQuery::default())?;
    let found = app.blocking(move |app| personal::read(app, &command, id)).await?;
    let data = found.ok_or_else(|| AppError::not_found("personal data", id))?;
    let personal::PersonalData { legal_name, date_of_birth, address } = data;
    Ok(HttpResponse::Ok().json(PersonalView { legal_name, date_of_birth, address }))
}

/// Erase what is personal: its key is destroyed, the opaque number stays.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), params(WriteQuery),
    responses((status = 200, description = "Erased, now or before", body = Erased)))]
#[delete("/investors/{id}/personal-data")]
async fn erase_personal(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<InvestorId>()?;
    let command = write.command()?;
    let erased_now = app.blocking(move |app| personal::erase(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(Erased { erased_now }))
}

/// What an erasure did.
#[derive(Serialize, ToSchema)]
struct Erased {
    /// `false` when the key had been destroyed before.
    erased_now: bool,
}

/// Freeze an identity in every token.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), params(WriteQuery),
    request_body = ReasonRequest, responses(
    (status = 200, description = "Frozen; the registry on chain is told", body = InvestorStatusView),
    (status = 409, description = "Not approved", body = Problem),
))]
#[post("/investors/{id}/freeze")]
async fn freeze(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<ReasonRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    set_frozen(&app, command, (id.parse()?, true), body.into_inner().reason).await
}

/// Let a frozen identity move again.
#[utoipa::path(context_path = "/v1", tag = "investors", security(("session" = [])), params(WriteQuery),
    request_body = ReasonRequest, responses(
    (status = 200, description = "No longer frozen; the registry on chain is told", body = InvestorStatusView),
    (status = 409, description = "Not frozen", body = Problem),
))]
#[post("/investors/{id}/unfreeze")]
async fn unfreeze(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<ReasonRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    set_frozen(&app, command, (id.parse()?, false), body.into_inner().reason).await
}

/// Where an investor stands now.
#[derive(Serialize, ToSchema)]
struct InvestorStatusView {
    /// approved or frozen.
    status: String,
}

async fn set_frozen(
    app: &App,
    command: crate::app::Command,
    to: (InvestorId, bool),
    reason: String,
) -> Result<HttpResponse, AppError> {
    let status = app.blocking(move |app| decide::set_frozen(app, &command, to, &reason)).await?;
    Ok(HttpResponse::Ok().json(InvestorStatusView { status: status.to_string() }))
}

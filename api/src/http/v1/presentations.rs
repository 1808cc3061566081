//! Presentations: a challenge is asked for, and a signed presentation of credentials answers it.

use crate::app::App;
use crate::error::AppError;
use crate::flows::present::{self, Asked, Origin, Reason};
use crate::flows::sandbox_credential::{self, DEFAULT_DAYS};
use crate::flows::openid4vp::{self, WalletRequest};
use crate::flows::{decide, onboard};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery, command};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalid;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(challenge_holder, request_presentation, hand_in, submit, list_presentations, demo_credential))]
pub struct Api;

/// A presentation in any format that is read here.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PresentationRequest {
    /// A JWT or SD-JWT as a text, or a document with a Data Integrity proof as an object.
    #[serde(default)]
    #[schema(value_type = String)]
    presentation: serde_json::Value,
}

/// The code that a wallet was given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResponseCode {
    /// The parameter `response_code` of the address to which the wallet sent the browser.
    response_code: String,
}

/// What became of a presentation.
#[derive(Serialize, ToSchema)]
struct PresentationView {
    /// The record of it.
    id: String,
    /// Whether everything held.
    accepted: bool,
    /// Everything that did not hold.
    reasons: Vec<Reason>,
    /// The first moment at which a credential in it no longer holds.
    valid_until: Option<DateTime<Utc>>,
}

impl From<present::Presented> for PresentationView {
    fn from(presented: present::Presented) -> Self {
        let present::Presented { id, accepted, reasons, valid_until } = presented;
        Self { id: id.to_string(), accepted, reasons, valid_until }
    }
}

/// The credential to be made in the sandbox.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DemoRequest {
    /// How many days it holds, 1 to 3,650; 365 when nothing is said.
    days: Option<i64>,
}

/// A demonstration credential and a presentation that answers the challenge.
#[derive(Serialize, ToSchema)]
struct DemoView {
    /// The credential, as the demonstration provider signed it.
    credential: String,
    /// The presentation to send to `POST /v1/presentations`.
    presentation: String,
    /// The challenge that it answers.
    nonce: String,
    /// For whom it is made.
    audience: String,
    /// The first moment at which the credential no longer holds.
    valid_until: DateTime<Utc>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(challenge_holder)
        .service(request_presentation)
        .service(hand_in)
        .service(submit)
        .service(list_presentations)
        .service(demo_credential);
}

/// Ask for a challenge. It counts for ten minutes and once, and takes the place of the one before.
#[utoipa::path(context_path = "/v1", tag = "presentations", security(("session" = [])), params(WriteQuery),
    responses(
    (status = 201, description = "The challenge", body = Asked),
    (status = 404, description = "No profile yet", body = Problem),
))]
#[post("/presentations/challenge")]
async fn challenge_holder(
    app: web::Data<App>,
    request: HttpRequest,
    write: Write,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let (scheme, host) = super::asked_at(&request);
    let dry_run = command.dry_run;
    let asked = app
        .blocking(move |app| {
            let origin = Origin::of(app, &scheme, &host)?;
            present::ask(app, &command, &origin)
        })
        .await?;
    Ok(super::created(dry_run).json(asked))
}

/// Ask for a presentation by a wallet of OpenID4VP 1.0. The request counts for ten minutes and once, and takes the place of
/// the challenge or request before. What the wallet proves counts once this session hands in the code that the wallet was
/// given.
#[utoipa::path(context_path = "/v1", tag = "presentations", security(("session" = [])), params(WriteQuery),
    responses(
    (status = 201, description = "Where the wallet finds the request", body = WalletRequest),
    (status = 404, description = "No profile yet", body = Problem),
    (status = 409, description = "The platform has no public address that is https", body = Problem),
))]
#[post("/presentations/requests")]
async fn request_presentation(app: web::Data<App>, write: Write) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let (dry_run, session) = (command.dry_run, write.caller.signed_in.session);
    let asked = app.blocking(move |app| openid4vp::ask(app, &command, &session)).await?;
    Ok(super::created(dry_run).json(asked))
}

/// Say yes to what a wallet sent: hand in the code with which it sent the browser back. It counts once, for five minutes, and
/// in the session that asked.
#[utoipa::path(context_path = "/v1", tag = "presentations", security(("session" = [])), params(WriteQuery),
    request_body = ResponseCode, responses(
    (status = 201, description = "Accepted, or refused with reasons", body = PresentationView),
    (status = 404, description = "No wallet was given this code", body = Problem),
    (status = 409, description = "The code was used, has expired, or is of another session", body = Problem),
))]
#[post("/presentations/responses")]
async fn hand_in(
    app: web::Data<App>,
    write: Write,
    body: Json<ResponseCode>,
) -> Result<HttpResponse, AppError> {
    let (command, code) = (write.command()?, body.into_inner().response_code);
    let (dry_run, session) = (command.dry_run, write.caller.signed_in.session);
    let presented = app.blocking(move |app| openid4vp::hand_in(app, &command, (&session, &code))).await?;
    Ok(super::created(dry_run).json(PresentationView::from(presented)))
}

/// Present credentials. A presentation that is refused is an answer with reasons, not an error.
#[utoipa::path(context_path = "/v1", tag = "presentations", security(("session" = [])), params(WriteQuery),
    request_body = PresentationRequest, responses(
    (status = 201, description = "Judged: accepted, or refused with reasons", body = PresentationView),
    (status = 409, description = "The investor was rejected, is frozen, or was erased", body = Problem),
    (status = 422, description = "There is no presentation in the request", body = Problem),
))]
#[post("/presentations")]
async fn submit(
    app: web::Data<App>,
    write: Write,
    body: Json<PresentationRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let presentation = match body.into_inner().presentation {
        serde_json::Value::String(text) if !text.trim().is_empty() => text,
        document @ serde_json::Value::Object(_) => document.to_string(),
        _ => return Err(Invalid::new("presentation", "", "a token as a text, or a document").into()),
    };
    let dry_run = command.dry_run;
    let presented = app.blocking(move |app| present::submit(app, &command, &presentation)).await?;
    Ok(super::created(dry_run).json(PresentationView::from(presented)))
}

/// The caller's presentations, newest first.
#[utoipa::path(context_path = "/v1", tag = "presentations", security(("session" = [])), responses(
    (status = 200, description = "At most 200 presentations", body = Vec<PresentationView>),
    (status = 404, description = "No profile yet", body = Problem),
))]
#[get("/presentations")]
async fn list_presentations(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    let actor = caller.signed_in.actor;
    let found = app.blocking(move |app| onboard::own_standing(app, &actor)).await?;
    let standing = found.ok_or_else(|| AppError::not_found("profile", "of yours"))?;
    let view = |presentation: &store::credentials::Presentation| {
        Ok(PresentationView {
            id: presentation.id.to_string(),
            accepted: presentation.accepted,
            reasons: decide::reasons(presentation)?,
            valid_until: presentation.valid_until.map(|until| until.and_utc()),
        })
    };
    let views = standing.presentations.iter().map(view).collect::<Result<Vec<_>, AppError>>()?;
    Ok(HttpResponse::Ok().json(views))
}

/// In the sandbox only: a demonstration provider vouches for the caller, and the answer to the challenge is made.
#[utoipa::path(context_path = "/v1", tag = "sandbox", security(("session" = [])), request_body = DemoRequest,
    responses(
    (status = 201, description = "The credential and the presentation", body = DemoView),
    (status = 404, description = "Not a sandbox, or no profile yet", body = Problem),
))]
#[post("/sandbox/credentials")]
async fn demo_credential(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    body: Json<DemoRequest>,
) -> Result<HttpResponse, AppError> {
    let command = command(&request, &caller, WriteQuery::default())?;
    let (scheme, host) = super::asked_at(&request);
    let days = body.days.unwrap_or(DEFAULT_DAYS);
    let made = app
        .blocking(move |app| {
            let origin = Origin::of(app, &scheme, &host)?;
            sandbox_credential::demo_credential(app, &command, &origin, days)
        })
        .await?;
    Ok(HttpResponse::Created().json(DemoView {
        credential: made.credential,
        presentation: made.presentation,
        nonce: made.asked.nonce,
        audience: made.asked.audience,
        valid_until: made.valid_until,
    }))
}

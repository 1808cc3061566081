//! Credentials: those that the platform issues itself, bound to a wallet, revocable and renewable.

use crate::app::App;
use crate::error::AppError;
use crate::flows::issue_credential;
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::ids::IssuedCredentialId;
use domain::party::WalletAddress;
use serde::{Deserialize, Serialize};
use store::issued_credentials::IssuedCredential;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_credentials, obtain, own_credential, renew_credential, revoke_credential, rotate_key))]
pub struct Api;

/// A credential without its text.
#[derive(Serialize, ToSchema)]
struct CredentialView {
    /// Its id.
    id: String,
    /// Whom it is about.
    investor_id: String,
    /// The wallet it is bound to.
    wallet: String,
    /// The number of the key that signed it.
    key_number: i64,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// The first moment at which it no longer holds.
    valid_until: DateTime<Utc>,
    /// The one whose place it took.
    renews: Option<String>,
    /// When it was taken back.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<&IssuedCredential> for CredentialView {
    fn from(credential: &IssuedCredential) -> Self {
        Self {
            id: credential.id.to_string(),
            investor_id: credential.investor_id.to_string(),
            wallet: credential.wallet.to_string(),
            key_number: credential.key_number,
            issued_at: credential.issued_at.and_utc(),
            valid_until: credential.valid_until.and_utc(),
            renews: credential.renews.clone(),
            revoked_at: credential.revoked_at.map(|at| at.and_utc()),
        }
    }
}

/// A credential with its text.
#[derive(Serialize, ToSchema)]
struct OwnCredentialView {
    /// What is known of it.
    #[serde(flatten)]
    about: CredentialView,
    /// The credential, a JWT of the W3C data model 2.0.
    credential: String,
}

/// For which wallet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CredentialRequest {
    /// Its address.
    #[serde(default)]
    wallet: String,
}

/// The id of a credential that was issued.
#[derive(Serialize, ToSchema)]
struct Issued {
    /// Its id.
    id: String,
}

/// The key that signs from now on.
#[derive(Serialize, ToSchema)]
struct KeyView {
    /// Its number.
    key_number: i64,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_credentials).service(obtain).service(own_credential);
    routes.service(renew_credential).service(revoke_credential).service(rotate_key);
}

/// Credentials, oldest first: the caller's own, or all for those who supervise.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), params(PageQuery), responses(
    (status = 200, description = "A page of credentials", body = Page<CredentialView>),
))]
#[get("/credentials")]
async fn list_credentials(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (rows, after, by) = (page.rows()?, page.cursor()?, caller.signed_in.actor);
    let found = app.blocking(move |app| issue_credential::issued(app, &by, (after, rows))).await?;
    let views = found.iter().map(CredentialView::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(views, rows, |it: &CredentialView| it.id.clone())))
}

/// Get a Verified Investor credential for a wallet that the registry knows.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), params(WriteQuery),
    request_body = CredentialRequest, responses(
    (status = 201, description = "It was issued", body = Issued),
    (status = 404, description = "No such wallet of the caller's", body = Problem),
    (status = 409, description = "Not approved, not registered, in force already, or no public address", body = Problem),
))]
#[post("/credentials")]
async fn obtain(
    app: web::Data<App>,
    write: Write,
    body: Json<CredentialRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let wallet: WalletAddress = body.wallet.parse().map_err(|invalid: Invalid| invalid.named("wallet"))?;
    let dry_run = command.dry_run;
    let id = app.blocking(move |app| issue_credential::obtain(app, &command, wallet)).await?;
    Ok(super::created(dry_run).json(Issued { id: id.to_string() }))
}

/// A credential of the caller's with its text.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), responses(
    (status = 200, description = "The credential", body = OwnCredentialView),
    (status = 404, description = "No such credential of the caller's", body = Problem),
))]
#[get("/credentials/{id}")]
async fn own_credential(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (id.parse::<IssuedCredentialId>()?, caller.signed_in.actor);
    let found = app.blocking(move |app| issue_credential::own(app, &by, id)).await?;
    let about = CredentialView::from(&found);
    Ok(HttpResponse::Ok().json(OwnCredentialView { about, credential: found.content }))
}

/// Renew a credential: a new one takes its place, and it is taken back.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), params(WriteQuery), responses(
    (status = 201, description = "The new one was issued", body = Issued),
    (status = 409, description = "Revoked or renewed before, or no longer approved", body = Problem),
))]
#[post("/credentials/{id}/renewal")]
async fn renew_credential(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<IssuedCredentialId>()?;
    let command = write.command()?;
    let dry_run = command.dry_run;
    let id = app.blocking(move |app| issue_credential::renew(app, &command, id)).await?;
    Ok(super::created(dry_run).json(Issued { id: id.to_string() }))
}

/// Take a credential back: its public status list says so at once.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), params(WriteQuery), responses(
    (status = 204, description = "It is revoked"),
    (status = 404, description = "No such credential", body = Problem),
    (status = 409, description = "Revoked before", body = Problem),
))]
#[post("/credentials/{id}/revocation")]
async fn revoke_credential(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<IssuedCredentialId>()?;
    let command = write.command()?;
    app.blocking(move |app| issue_credential::revoke(app, &command, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Let a new key sign from now on; what older keys signed still verifies.
#[utoipa::path(context_path = "/v1", tag = "credentials", security(("session" = [])), params(WriteQuery), responses(
    (status = 201, description = "The number of the new key", body = KeyView),
))]
#[post("/credential-keys")]
async fn rotate_key(
    app: web::Data<App>,
    write: Write,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let dry_run = command.dry_run;
    let key_number = app.blocking(move |app| issue_credential::rotate_key(app, &command)).await?;
    Ok(super::created(dry_run).json(KeyView { key_number }))
}

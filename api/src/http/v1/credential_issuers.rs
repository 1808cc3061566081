//! Credential issuers: the providers whose credentials are believed, from when and until when.

use crate::app::App;
use crate::error::AppError;
use crate::flows::credential_issuer::{self, NewIssuer};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::ids::CredentialIssuerId;
use serde::{Deserialize, Serialize};
use store::credentials::CredentialIssuer;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_credential_issuers, trust, end_trust))]
pub struct Api;

/// A provider that is or was believed.
#[derive(Serialize, ToSchema)]
struct IssuerView {
    /// Its id here.
    id: String,
    /// Its decentralised identifier.
    did: String,
    /// What people call it.
    name: String,
    /// The types of credential it may issue.
    credential_types: Vec<String>,
    /// The first moment of trust.
    trusted_from: DateTime<Utc>,
    /// The first moment at which trust has ended.
    trusted_until: Option<DateTime<Utc>>,
}

impl TryFrom<CredentialIssuer> for IssuerView {
    type Error = AppError;

    fn try_from(issuer: CredentialIssuer) -> Result<Self, AppError> {
        Ok(Self {
            id: issuer.id.to_string(),
            did: issuer.did,
            name: issuer.name,
            credential_types: serde_json::from_str(&issuer.credential_types).map_err(AppError::internal)?,
            trusted_from: issuer.trusted_from.and_utc(),
            trusted_until: issuer.trusted_until.map(|until| until.and_utc()),
        })
    }
}

/// A provider to be believed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IssuerRequest {
    /// Its decentralised identifier.
    #[serde(default)]
    did: String,
    /// What people call it, 1 to 140 characters.
    #[serde(default)]
    name: String,
    /// The types of credential it may issue, 1 to 20.
    #[serde(default)]
    #[schema(example = json!(["KycCredential"]))]
    credential_types: Vec<String>,
    /// The first moment of trust, RFC 3339; now when nothing is said.
    trusted_from: Option<String>,
    /// The first moment at which trust ends.
    trusted_until: Option<String>,
}

/// The id of something that was created.
#[derive(Serialize, ToSchema)]
struct Created {
    /// Its id.
    id: String,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_credential_issuers).service(trust).service(end_trust);
}

/// The providers that are or were believed.
#[utoipa::path(context_path = "/v1", tag = "credential-issuers", security(("session" = [])), responses(
    (status = 200, description = "All of them, by name", body = Vec<IssuerView>),
))]
#[get("/credential-issuers")]
async fn list_credential_issuers(app: web::Data<App>, _caller: Caller) -> Result<HttpResponse, AppError> {
    let found = app.blocking(credential_issuer::issuers).await?;
    let views = found.into_iter().map(IssuerView::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(views))
}

/// Believe a provider.
#[utoipa::path(context_path = "/v1", tag = "credential-issuers", security(("session" = [])), params(WriteQuery),
    request_body = IssuerRequest, responses(
    (status = 201, description = "Its credentials are believed", body = Created),
    (status = 422, description = "Not a DID, no types, or dates that do not fit", body = Problem),
))]
#[post("/credential-issuers")]
async fn trust(
    app: web::Data<App>,
    write: Write,
    body: Json<IssuerRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let new = NewIssuer::try_from(body.into_inner())?;
    let dry_run = command.dry_run;
    let id = app.blocking(move |app| credential_issuer::trust(app, &command, &new)).await?;
    Ok(super::created(dry_run).json(Created { id: id.to_string() }))
}

impl TryFrom<IssuerRequest> for NewIssuer {
    type Error = AppError;

    fn try_from(body: IssuerRequest) -> Result<Self, AppError> {
        let moment = |field: &str, text: Option<String>| {
            let parsed = text.as_deref().map(|text| text.trim().parse::<DateTime<Utc>>()).transpose();
            parsed.map_err(|_| {
                Invalid::new(field, text.unwrap_or_default(), "a moment such as 2026-11-21T09:00:00Z")
            })
        };
        let mut found = domain::Invalids::default();
        let trusted_from = found.check(moment("trusted_from", body.trusted_from));
        let trusted_until = found.check(moment("trusted_until", body.trusted_until));
        let (Some(trusted_from), Some(trusted_until)) = (trusted_from, trusted_until) else {
            return Err(found.into());
        };
        let IssuerRequest { did, name, credential_types, .. } = body;
        Ok(Self { did: did.trim().to_owned(), name, credential_types, trusted_from, trusted_until })
    }
}

/// End the trust in a provider, now.
#[utoipa::path(context_path = "/v1", tag = "credential-issuers", security(("session" = [])), params(WriteQuery),
    responses(
    (status = 204, description = "What it issued is refused from now on"),
    (status = 404, description = "No such provider", body = Problem),
))]
#[delete("/credential-issuers/{id}")]
async fn end_trust(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = id.parse::<CredentialIssuerId>()?;
    let command = write.command()?;
    app.blocking(move |app| credential_issuer::end_trust(app, &command, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

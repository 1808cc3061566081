//! Sessions: a program signs in here and gets a bearer token.

use crate::app::App;
use crate::error::AppError;
use crate::flows::session;
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use domain::party::Role;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(sign_in, who_am_i, sign_out))]
pub struct Api;

/// What one signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The e-mail address of the account.
    email: String,
    /// Its password.
    password: String,
}

/// An open session.
#[derive(Serialize, ToSchema)]
struct Session {
    /// Send it as `Authorization: Bearer …`. It is shown once.
    token: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// What the account may do.
    #[schema(value_type = String, example = "issuer")]
    role: Role,
}

/// The account behind a token.
#[derive(Serialize, ToSchema)]
struct Account {
    /// The account's id.
    user_id: String,
    /// What it signs in with.
    email: String,
    /// What it may do.
    #[schema(value_type = String, example = "issuer")]
    role: Role,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(sign_in).service(who_am_i).service(sign_out);
}

/// Sign in.
#[utoipa::path(context_path = "/v1", tag = "sessions", request_body = Credentials, responses(
    (status = 201, description = "Signed in", body = Session),
    (status = 401, description = "Wrong e-mail address or password", body = Problem),
))]
#[post("/sessions")]
async fn sign_in(app: web::Data<App>, body: Json<Credentials>) -> Result<HttpResponse, AppError> {
    let Credentials { email, password } = body.into_inner();
    let opened = app.blocking(move |app| session::sign_in(app, &email, &password)).await?;
    let session = Session { token: opened.secret, expires_at: opened.expires_at, role: opened.role };
    Ok(HttpResponse::Created().json(session))
}

/// Who am I?
#[utoipa::path(context_path = "/v1", tag = "sessions", security(("session" = [])), responses(
    (status = 200, description = "The account behind the token", body = Account),
    (status = 401, description = "Nobody is signed in", body = Problem),
))]
#[get("/sessions/current")]
async fn who_am_i(caller: Caller) -> HttpResponse {
    let signed_in = caller.signed_in;
    let user_id = signed_in.actor.name();
    HttpResponse::Ok().json(Account { user_id, email: signed_in.email, role: signed_in.role })
}

/// Sign out.
#[utoipa::path(context_path = "/v1", tag = "sessions", security(("session" = [])), responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "Nobody is signed in", body = Problem),
))]
#[delete("/sessions/current")]
async fn sign_out(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    app.blocking(move |app| session::sign_out(app, &caller.secret)).await?;
    Ok(HttpResponse::NoContent().finish())
}

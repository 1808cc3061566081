//! Accounts: an operator lets somebody in, and sees who may sign in.

use crate::app::App;
use crate::error::AppError;
use crate::flows::account::{self, NewAccount};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::party::Role;
use serde::{Deserialize, Serialize};
use store::access::{Issuer, User};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(add_account, list_accounts))]
pub struct Api;

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountBody {
    /// The e-mail address to sign in with.
    #[schema(example = "treasurer@company.example")]
    email: String,
    /// The first password, 12 to 256 characters.
    password: String,
    /// What the account may do.
    #[schema(example = "issuer")]
    role: String,
    /// The company that an issuer's person acts for, 1 to 140 characters; nobody else has one.
    #[serde(default)]
    company: String,
}

/// The account that was made.
#[derive(Serialize, ToSchema)]
struct AddedBody {
    /// Its id.
    user_id: String,
}

/// An account.
#[derive(Serialize, ToSchema)]
struct AccountBody {
    /// Its id.
    user_id: String,
    /// What it signs in with.
    email: String,
    /// What it may do.
    #[schema(value_type = String, example = "issuer")]
    role: Role,
    /// The company that it acts for.
    company: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<(User, Option<Issuer>)> for AccountBody {
    fn from((user, issuer): (User, Option<Issuer>)) -> Self {
        Self {
            user_id: user.id.to_string(),
            email: user.email,
            role: user.role,
            company: issuer.map(|issuer| issuer.name),
            created_at: user.created_at.and_utc(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(add_account).service(list_accounts);
}

/// Make an account.
#[utoipa::path(context_path = "/v1", tag = "accounts", params(WriteQuery), request_body = NewAccountBody,
    security(("session" = [])), responses(
    (status = 201, description = "They may sign in", body = AddedBody),
    (status = 403, description = "You are no operator", body = Problem),
    (status = 422, description = "Not an address, or it has an account; a role that needs a company", body = Problem),
))]
#[post("/accounts")]
async fn add_account(
    app: web::Data<App>,
    write: Write,
    body: Json<NewAccountBody>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    command.by.must_be(&[Role::Operator])?;
    let NewAccountBody { email, password, role, company } = body.into_inner();
    let new = NewAccount::read(&email, &password, &role, &company)?;
    let user_id = app.blocking(move |app| account::add(app, &command, &new)).await?;
    Ok(super::created(write.query.dry_run).json(AddedBody { user_id: user_id.to_string() }))
}

/// Who may sign in.
#[utoipa::path(context_path = "/v1", tag = "accounts", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of accounts, oldest first", body = Page<AccountBody>),
    (status = 403, description = "You are no operator", body = Problem),
))]
#[get("/accounts")]
async fn list_accounts(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let (after, rows) = (page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| account::list(app, &caller.signed_in.actor, (after, rows)));
    let items = found.await?.into_iter().map(AccountBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &AccountBody| one.user_id.clone())))
}

//! Accounts: the operator lets somebody in.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::app::App;
use crate::error::AppError;
use crate::flows::session::{self, NewUser};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::Role;
use domain::{Invalid, Invalids};
use serde::Deserialize;

/// The page on which an account is added.
#[derive(Template)]
#[template(path = "account_new.html")]
struct AccountNew {
    page: PageContext,
    form: Form,
    added: bool,
}

impl AccountNew {
    fn roles(&self) -> Vec<(&'static str, String)> {
        Role::ALL.iter().map(|role| (role.as_str(), self.page.say(role))).collect()
    }
}

/// Whether an account was just added.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    added: bool,
}

/// The form.
#[get("/accounts/new")]
async fn ask(page: PageContext, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    show(&AccountNew { form: page.form("account"), added: done.added, page })
}

/// Adds the account.
#[post("/accounts/new")]
async fn add(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    let command = page.command(&posted)?;
    let added = match new_user(&posted) {
        Ok(new) => {
            let add = move |app: &App| {
                check_issuer(app, &new)?;
                session::add_user(app, &command, &new)
            };
            page.blocking(add).await.map(|_| ())
        }
        Err(invalids) => Err(invalids.into()),
    };
    match added {
        Ok(()) => Ok(go_to("/accounts/new?added=true")),
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("account").refused(&posted, invalids);
            refuse(&AccountNew { form, added: false, page })
        }
        Err(error) => Err(error),
    }
}

/// The account that a form describes.
fn new_user(posted: &Posted) -> Result<NewUser, Invalids> {
    let mut found = Invalids::default();
    let email = found.check(session::parse_email(posted.text("email")));
    let role = found.check(posted.parse("role"));
    let issuer_id = found.check(posted.parse_optional("issuer_id"));
    let (Some(email), Some(role), Some(issuer_id)) = (email, role, issuer_id) else { return Err(found) };
    Ok(NewUser { email, password: posted.text("password").to_owned(), role, issuer_id })
}

/// An issuer's person acts for an issuer that is there, and nobody else does.
fn check_issuer(app: &App, new: &NewUser) -> Result<(), AppError> {
    let given = new.issuer_id.map_or(String::new(), |id| id.to_string());
    let there = match new.issuer_id {
        Some(id) => app.ask(|tx| Ok(store::access::issuer(tx, id)?))?.is_some(),
        None => false,
    };
    match (new.role, there) {
        (Role::Issuer, false) => {
            Err(Invalid::new("issuer_id", given, "the id of an issuer that is registered here").into())
        }
        (role, _) if role != Role::Issuer && !given.is_empty() => {
            Err(Invalid::new("issuer_id", given, "nothing, as only issuers' people act for an issuer").into())
        }
        _ => Ok(()),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(add);
}

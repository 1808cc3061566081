//! Accounts: the operator lets somebody in.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::account::{self, NewAccount};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::Role;
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
    let text = |name| posted.text(name);
    let new = NewAccount::read(text("email"), text("password"), text("role"), text("company"));
    let added = match new {
        Ok(new) => page.blocking(move |app| account::add(app, &command, &new)).await.map(drop),
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

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(add);
}

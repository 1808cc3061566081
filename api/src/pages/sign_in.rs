//! Signing in and out.

use super::address::local;
use super::answer::{go_to, show, with_status};
use super::context::{GUEST_COOKIE, PageContext};
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::session;
use crate::http::identity::{SESSION_COOKIE, session_cookie};
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use askama::Template;
use serde::Deserialize;

/// The page on which one signs in.
#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: PageContext,
    form: Form,
    wrong: bool,
}

/// Where to go after signing in.
#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

/// The form.
#[get("/sign-in")]
async fn ask(page: PageContext, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    let next = local(query.next.as_deref());
    if page.reader.is_some() {
        return Ok(go_to(&next));
    }
    let form = page.form("sign-in").with("next", next);
    show(&SignIn { form, page, wrong: false })
}

/// Signs in and goes on.
#[post("/sign-in")]
async fn sign_in(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let (email, password) = (posted.text("email").to_owned(), posted.text("password").to_owned());
    let opened = page.blocking(move |app| session::sign_in(app, &email, &password)).await;
    match opened {
        Ok(opened) => {
            let mut response = go_to(&local(Some(posted.text("next"))));
            let cookie = session_cookie(&opened.secret, page.secure);
            response.add_cookie(&cookie).map_err(AppError::internal)?;
            Ok(response)
        }
        Err(AppError::WrongCredentials) => {
            // Which of the two is wrong is not said, and the password is not sent back.
            let form = page.form("sign-in").with("next", local(Some(posted.text("next"))));
            let form = form.with("email", posted.text("email"));
            with_status(StatusCode::UNAUTHORIZED, &SignIn { form, page, wrong: true })
        }
        Err(error) => Err(error),
    }
}

/// Signs out.
#[post("/sign-out")]
async fn sign_out(
    page: PageContext,
    _posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, AppError> {
    if let Some(cookie) = request.cookie(SESSION_COOKIE) {
        let secret = cookie.value().to_owned();
        page.blocking(move |app| session::sign_out(app, &secret)).await?;
    }
    let mut response = go_to("/sign-in");
    for name in [SESSION_COOKIE, GUEST_COOKIE] {
        let mut gone = Cookie::build(name, "").path("/").finish();
        gone.make_removal();
        response.add_cookie(&gone).map_err(AppError::internal)?;
    }
    Ok(response)
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(sign_in).service(sign_out);
}

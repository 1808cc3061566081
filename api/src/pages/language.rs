//! Choosing the language.

use super::address::local;
use super::answer::go_to;
use super::context::{LANGUAGE_COOKIE, PageContext};
use super::texts::Locale;
use crate::error::AppError;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;

/// How long the choice is remembered.
const REMEMBERED: time::Duration = time::Duration::days(365);

/// Where to go back to.
#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

/// Remembers the language and goes back. It changes nothing but the reader's own cookie, so a link may do it.
#[get("/language/{tag}")]
async fn choose(
    page: PageContext,
    tag: web::Path<String>,
    query: web::Query<Next>,
) -> Result<HttpResponse, AppError> {
    let locale = Locale::from_tag(&tag).ok_or_else(|| AppError::not_found("language", &tag))?;
    let cookie = Cookie::build(LANGUAGE_COOKIE, locale.tag())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(page.secure)
        .max_age(REMEMBERED)
        .finish();
    let mut response = go_to(&local(query.next.as_deref()));
    response.add_cookie(&cookie).map_err(AppError::internal)?;
    Ok(response)
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(choose);
}

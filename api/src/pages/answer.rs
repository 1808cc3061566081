//! How a page answers: shown, shown again with what is wrong, or on to another page.

use crate::error::AppError;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

/// A page.
///
/// # Errors
/// When the template fails, which it does not for text in memory.
pub fn show(page: &impl Template) -> Result<HttpResponse, AppError> {
    with_status(StatusCode::OK, page)
}

/// The page of a form again, with what is wrong beside the fields.
///
/// # Errors
/// As [`show`].
pub fn refuse(page: &impl Template) -> Result<HttpResponse, AppError> {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A page with a status of its own.
///
/// # Errors
/// As [`show`].
pub fn with_status(status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
    let html = page.render().map_err(AppError::internal)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// On to another page, after a form was done: loading that one again does nothing twice.
#[must_use]
pub fn go_to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

//! What anybody may fetch to verify a credential of the platform: its public keys and its status lists.

use crate::app::App;
use crate::error::AppError;
use crate::flows::issue_credential;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, get, web};

/// How long an answer may be kept: a revocation is known everywhere five minutes later.
const KEPT: &str = "public, max-age=300";

/// The document of the platform's `did:web` name.
#[get("/.well-known/did.json")]
async fn did_document(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let document = app.blocking(issue_credential::did_document).await?;
    let mut answer = HttpResponse::Ok();
    Ok(answer
        .insert_header((CACHE_CONTROL, KEPT))
        .insert_header((CONTENT_TYPE, "application/did+json"))
        .body(document.to_string()))
}

/// A status list as a signed credential (W3C Bitstring Status List).
#[get("/credentials/status/{number}")]
async fn status_list(app: web::Data<App>, number: web::Path<String>) -> Result<HttpResponse, AppError> {
    let missing = |_| AppError::not_found("status list", &number);
    let parsed = number.parse::<i64>().map_err(missing)?;
    let list = app.blocking(move |app| issue_credential::status_list(app, parsed)).await?;
    let mut answer = HttpResponse::Ok();
    Ok(answer
        .insert_header((CACHE_CONTROL, KEPT))
        .insert_header((CONTENT_TYPE, "application/vc+jwt"))
        .body(list))
}

/// The routes of both.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(did_document).service(status_list);
}

//! Version 1 of the API, one file a noun.

pub mod sessions;

use actix_web::web;
use utoipa::OpenApi;

/// The routes under `/v1`.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.configure(sessions::configure);
}

/// The descriptions of the parts.
#[must_use]
pub fn documents() -> Vec<utoipa::openapi::OpenApi> {
    vec![sessions::Api::openapi()]
}

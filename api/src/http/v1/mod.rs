//! Version 1 of the API, one file a noun.

pub mod sessions;

pub mod documents;
pub mod imports;
pub mod invoices;
pub mod leases;
pub mod pools;
pub mod properties;

use actix_web::web;
use utoipa::OpenApi;

/// The routes under `/v1`.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.configure(sessions::configure);
    routes.configure(imports::configure).configure(invoices::configure).configure(properties::configure);
    routes.configure(leases::configure).configure(pools::configure).configure(documents::configure);
}

/// The descriptions of the parts.
#[must_use]
pub fn documents() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        sessions::Api::openapi(),
        imports::Api::openapi(),
        invoices::Api::openapi(),
        properties::Api::openapi(),
        leases::Api::openapi(),
        pools::Api::openapi(),
        documents::Api::openapi(),
    ]
}

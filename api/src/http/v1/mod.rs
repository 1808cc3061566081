//! Version 1 of the API, one file a noun.

pub mod allocations;
pub mod decisions;
pub mod partitions;
pub mod register;
pub mod sessions;
pub mod subscriptions;
pub mod transfers;

use actix_web::web;
use utoipa::OpenApi;

/// The routes under `/v1`.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .configure(sessions::configure)
        .configure(allocations::configure)
        .configure(decisions::configure)
        .configure(partitions::configure)
        .configure(register::configure)
        .configure(subscriptions::configure)
        .configure(transfers::configure);
}

/// The descriptions of the parts.
#[must_use]
pub fn documents() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        sessions::Api::openapi(),
        allocations::Api::openapi(),
        decisions::Api::openapi(),
        partitions::Api::openapi(),
        register::Api::openapi(),
        subscriptions::Api::openapi(),
        transfers::Api::openapi(),
    ]
}

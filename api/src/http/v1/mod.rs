//! Version 1 of the API, one file a noun. A noun is one line in the table below.
//! Version 1 of the API, one file a noun.

pub mod cases;
pub mod credential_issuers;
pub mod documents;
pub mod imports;
pub mod investors;
pub mod invoices;
pub mod leases;
pub mod pools;
pub mod presentations;
pub mod properties;
pub mod sanctions_lists;
pub mod sessions;
pub mod wallets;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use utoipa::OpenApi;

/// Makes a module, its routes and its part of the description of each noun.
macro_rules! nouns {
    ($($noun:ident,)*) => {
        $(pub mod $noun;)*

        /// The routes under `/v1`.
        pub fn configure(routes: &mut web::ServiceConfig) {
            $(routes.configure($noun::configure);)*
        }

        /// The descriptions of the parts.
        #[must_use]
        pub fn documents() -> Vec<utoipa::openapi::OpenApi> {
            vec![$($noun::Api::openapi()),*]
        }
    };
}

nouns! {
    sessions,
    investors,
    wallets,
    presentations,
    cases,
    sanctions_lists,
    credential_issuers,
    imports,
    invoices,
    properties,
    leases,
    pools,
    documents,
/// The routes under `/v1`.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .configure(sessions::configure)
        .configure(investors::configure)
        .configure(wallets::configure)
        .configure(presentations::configure)
        .configure(cases::configure)
        .configure(sanctions_lists::configure)
        .configure(credential_issuers::configure)
        .configure(imports::configure)
        .configure(invoices::configure)
        .configure(properties::configure)
        .configure(leases::configure)
        .configure(pools::configure)
        .configure(documents::configure);
}

/// The descriptions of the parts.
#[must_use]
pub fn documents() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        sessions::Api::openapi(),
        investors::Api::openapi(),
        wallets::Api::openapi(),
        presentations::Api::openapi(),
        cases::Api::openapi(),
        sanctions_lists::Api::openapi(),
        credential_issuers::Api::openapi(),
        imports::Api::openapi(),
        invoices::Api::openapi(),
        properties::Api::openapi(),
        leases::Api::openapi(),
        pools::Api::openapi(),
        documents::Api::openapi(),
    ]
}

/// 201 for what was created, 200 for what only would be.
fn created(dry_run: bool) -> HttpResponseBuilder {
    if dry_run { HttpResponse::Ok() } else { HttpResponse::Created() }
}

/// The scheme and the host at which a request came in.
fn asked_at(request: &HttpRequest) -> (String, String) {
    let info = request.connection_info();
    (info.scheme().to_owned(), info.host().to_owned())
}

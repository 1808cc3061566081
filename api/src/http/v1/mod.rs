//! Version 1 of the API, one file a noun. A noun is one line in the table below.

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
    accounts,
    investors,
    wallets,
    orders,
    recoveries,
    presentations,
    credentials,
    cases,
    sanctions_lists,
    credential_issuers,
    imports,
    invoices,
    properties,
    leases,
    pools,
    documents,
    partitions,
    rules,
    pool_rules,
    distress,
    subscriptions,
    allocations,
    transfers,
    cosignatures,
    holds,
    wallet_freezes,
    register,
    decisions,
    collections,
    coupons,
    redemptions,
    ledger,
    clock,
    jobs,
    chain,
    contract_roles,
}

/// 201 for what was created, 200 for what only would be.
fn created(dry_run: bool) -> HttpResponseBuilder {
    if dry_run { HttpResponse::Ok() } else { HttpResponse::Created() }
}

/// The scheme and the host at which a request came in.
pub(crate) fn asked_at(request: &HttpRequest) -> (String, String) {
    let info = request.connection_info();
    (info.scheme().to_owned(), info.host().to_owned())
}

//! Is it alive, and is it ready?

use crate::app::App;
use crate::error::AppError;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use std::sync::atomic::Ordering;
use store::SchemaState;
use utoipa::ToSchema;

/// The process runs.
#[utoipa::path(tag = "operations", responses((status = 200, description = "The process runs")))]
#[get("/healthz")]
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("alive\n")
}

/// What the program needs before it can serve.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Every migration has run.
    pub migrated: bool,
    /// The chain answers.
    pub chain: bool,
    /// The shared contracts are deployed, and the demo data is loaded where it was asked for.
    pub loaded: bool,
}

/// Ready to serve: migrated, chain reachable, demo loaded.
#[utoipa::path(tag = "operations", responses(
    (status = 200, description = "Ready", body = Readiness),
    (status = 503, description = "Not ready yet", body = Readiness),
))]
#[get("/readyz")]
pub(crate) async fn ready(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let migrated = app.blocking(|app| Ok(app.store.schema_state()? == SchemaState::Current)).await?;
    let chain = app.chain.head().await.is_ok();
    let loaded = app.loaded.load(Ordering::SeqCst);
    let readiness = Readiness { migrated, chain, loaded };
    let mut response =
        if migrated && chain && loaded { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    Ok(response.json(readiness))
}

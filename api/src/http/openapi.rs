//! The description of the API: OpenAPI 3.1 and a reference page that works offline.

use super::v1;
use actix_web::{HttpResponse, get, web};
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

/// Where the reference page is.
pub const DOCS_PATH: &str = "/docs";

/// The whole API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Muniment",
        description = "Receivables and rents as partitioned security tokens. Writes take an Idempotency-Key \
                       and dry_run=true; errors are problem details (RFC 9457) that name field, value and limit; \
                       who is not signed in gets 401 before anything of the request is read, a body of another \
                       type 415, one that is too large 413; money is in minor units."
    ),
    paths(super::health::alive, super::health::ready),
    components(schemas(super::problem::Problem)),
    modifiers(&BearerToken)
)]
struct Api;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        api.components.get_or_insert_default().add_security_scheme("session", scheme);
    }
}

/// The description with every part of the API in it.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    for part in v1::documents() {
        document.merge(part);
    }
    document
}

/// The description as a program reads it.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(document()).unwrap_or(Value::Null));

/// The methods of a path of the API, as the description has it; none when there is no such path.
#[must_use]
pub fn methods(path: &str) -> Vec<String> {
    let operations = DOCUMENT["paths"][path].as_object();
    operations.map(|all| all.keys().map(|method| method.to_uppercase()).collect()).unwrap_or_default()
}

/// Whether an operation needs a session; a method that a path does not have is for nobody without one.
#[must_use]
pub fn needs_session(method: &str, path: &str) -> bool {
    let operation = &DOCUMENT["paths"][path][method.to_lowercase()];
    operation.is_null() || !operation["security"].is_null()
}

/// The description as JSON.
#[get("/openapi.json")]
async fn json() -> HttpResponse {
    HttpResponse::Ok().json(document())
}

/// The routes of the description.
pub fn configure(routes: &mut web::ServiceConfig) {
    // The reference page reads the description that it was built with, so it needs no network.
    let docs = SwaggerUi::new(format!("{DOCS_PATH}/{{_:.*}}")).url("/docs/openapi.json", document());
    routes.service(json).service(docs);
}

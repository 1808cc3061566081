//! The server: routes, limits, headers, request ids, orderly shutdown.

use super::{MAX_BODY, MAX_UPLOAD, health, identity, openapi, openid4vp, public_credentials, v1};
use crate::app::App;
use crate::error::AppError;
use crate::metrics::Metrics;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Compress, DefaultHeaders, Next, NormalizePath, from_fn};
use actix_web::{HttpRequest, HttpResponse, HttpServer, ResponseError, web};
use domain::Invalid;
use std::net::{SocketAddr, TcpListener};
use tracing::Instrument;

/// The header that carries the id of a request, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Seconds that running requests get to finish when the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 10;
/// Nothing is loaded from elsewhere, nobody frames us; inline styles and scripts are not run.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
/// The reference page of the API brings inline styles and scripts of its own.
const DOCS_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
     style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/// Binds an address; port 0 takes a free one.
///
/// # Errors
/// When the address is taken or not ours.
pub fn bind(address: SocketAddr) -> Result<TcpListener, AppError> {
    let listener = TcpListener::bind(address);
    listener.map_err(|error| AppError::internal(format!("--listen {address} cannot be used: {error}")))
}

/// Starts the server on a bound address; the future it returns ends with it.
///
/// # Errors
/// When the listener cannot be used.
pub fn start(app: App, metrics: Metrics, listener: TcpListener) -> Result<Server, AppError> {
    let (app, metrics) = (web::Data::new(app), web::Data::new(metrics));
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(metrics.clone())
            .app_data(web::FormConfig::default().limit(MAX_BODY).error_handler(bad_form))
            .app_data(web::QueryConfig::default().error_handler(bad_query))
            .app_data(web::PathConfig::default().error_handler(bad_path))
            .app_data(web::PayloadConfig::new(MAX_UPLOAD))
            .wrap(Compress::default())
            .wrap(from_fn(identified))
            .wrap(headers())
            .wrap(NormalizePath::trim())
            .service(health::alive)
            .service(health::ready)
            .configure(openapi::configure)
            .configure(public_credentials::configure)
            .configure(openid4vp::configure)
            .service(crate::metrics::exposition)
            .service(
                web::scope("/v1")
                    .wrap(from_fn(identity::caller_first))
                    .configure(v1::configure)
                    .default_service(web::to(no_such_resource)),
            )
            .configure(crate::pages::configure)
    });
    let server = server.shutdown_timeout(SHUTDOWN_SECONDS).listen(listener).map_err(AppError::internal)?;
    Ok(server.run())
}

fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("x-content-type-options", "nosniff"))
        .add(("referrer-policy", "same-origin"))
        .add(("cross-origin-opener-policy", "same-origin"))
}

/// Gives a request its id, logs it without its query, counts it.
async fn identified(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let id = request_id(&request, app.as_ref().map(|app| &***app));
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let docs = path.starts_with(openapi::DOCS_PATH);
    // What stands behind this path is the secret of the request.
    let is_secret = path.starts_with(openid4vp::REQUESTS_PATH);
    let path = if is_secret { openid4vp::REQUESTS_PATH.to_owned() } else { path };
    let span = tracing::info_span!("request", %id, %method, path);
    async move {
        let mut response = next.call(request).await?;
        let status = response.status().as_u16();
        if let Some(metrics) = metrics {
            metrics.answered(method.as_str(), status);
        }
        tracing::info!(status, "answered");
        let policy = if docs { DOCS_SECURITY_POLICY } else { CONTENT_SECURITY_POLICY };
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(policy));
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(REQUEST_ID, value);
        }
        Ok(response)
    }
    .instrument(span)
    .await
}

/// The caller's id when it is a plain word, else a new one.
fn request_id(request: &ServiceRequest, app: Option<&App>) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    match (given.filter(plain), app) {
        (Some(given), _) => given.to_owned(),
        (None, Some(app)) => app.chance.id::<uuid::Uuid>(app.clock.now()).to_string(),
        (None, None) => String::new(),
    }
}

/// What no route takes: a path that is not there, or one that has other methods.
async fn no_such_resource(request: HttpRequest) -> Result<HttpResponse, AppError> {
    let allowed = openapi::methods(&request.match_pattern().unwrap_or_default()).join(", ");
    if allowed.is_empty() {
        return Err(AppError::not_found("resource", request.path()));
    }
    Err(AppError::WrongMethod { method: request.method().to_string(), allowed })
}

fn refuse(error: AppError) -> actix_web::Error {
    let response = error.error_response();
    actix_web::error::InternalError::from_response(error, response).into()
}

fn bad_form(error: actix_web::error::UrlencodedError, _: &HttpRequest) -> actix_web::Error {
    use actix_web::error::UrlencodedError as E;
    refuse(match error {
        E::Overflow { .. } => AppError::TooLarge { limit: MAX_BODY },
        error => Invalid::new("body", "", format!("a form: {error}")).into(),
    })
}

fn bad_query(error: actix_web::error::QueryPayloadError, request: &HttpRequest) -> actix_web::Error {
    refuse(Invalid::new("query", request.query_string(), error.to_string()).into())
}

fn bad_path(error: actix_web::error::PathError, request: &HttpRequest) -> actix_web::Error {
    refuse(Invalid::new("path", request.path(), error.to_string()).into())
}

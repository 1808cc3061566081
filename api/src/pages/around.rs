//! Around every page: errors become pages in the reader's language, and pages are not kept in shared caches.

use super::address::escaped;
use super::context::{NewGuest, PageContext, guest_cookie};
use super::{answer, limits, thing};
use crate::error::AppError;
use crate::http::identity::Caller;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, HeaderValue, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use domain::Invalid;

/// A page that says what went wrong.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: PageContext,
    status: u16,
    title: String,
    detail: String,
    sentences: Vec<String>,
}

/// Turns what went wrong into a page, sends the guest's cookie, and keeps pages out of shared caches.
pub(super) async fn page(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let response = next.call(request).await?;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let is_page =
        response.headers().get("content-type").is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    let mut response = if failed && !is_page {
        let answer = explain(response.request(), response.response().error(), response.status()).await;
        let request = response.request().clone();
        ServiceResponse::new(request, answer.map_into_right_body())
    } else {
        response.map_into_left_body()
    };
    finish(&mut response)?;
    Ok(response)
}

fn finish<B>(response: &mut ServiceResponse<B>) -> Result<(), actix_web::Error> {
    let request = response.request().clone();
    if response.headers().contains_key(CACHE_CONTROL) {
        return Ok(());
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language, hx-request"));
    let page = PageContext::of(&request, None)?;
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(page.locale.tag()));
    let guest = request.extensions().get::<NewGuest>().map(|guest| guest.0.clone());
    if let Some(secret) = guest {
        response.response_mut().add_cookie(&guest_cookie(&secret, page.secure))?;
    }
    Ok(())
}

/// The page about an error: signing in when nobody is signed in, else what went wrong.
async fn explain(
    request: &HttpRequest,
    error: Option<&actix_web::Error>,
    status: StatusCode,
) -> HttpResponse {
    let error = error.and_then(|error| error.as_error::<AppError>());
    if matches!(error, Some(AppError::SignedOut)) {
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        let back = if *request.method() == Method::GET { here } else { "/" };
        return answer::go_to(&format!("/sign-in?next={}", escaped(back)));
    }
    // Whoever reads the page is asked for once more; when that fails the page is shown without them.
    let caller = Caller::from_request(request, &mut Payload::None).await;
    let reader = caller.ok().map(|caller| caller.signed_in);
    let shown = PageContext::of(request, reader).and_then(|page| {
        let (title, detail) = words(&page, error, status);
        let found = match error {
            Some(AppError::Invalid(invalids)) => invalids.0.as_slice(),
            _ => &[],
        };
        let sentence = |invalid: &Invalid| {
            [invalid.field.clone(), page.t("colon"), limits::sentence(invalid, page.locale)].concat()
        };
        let sentences = found.iter().map(sentence).collect();
        answer::with_status(status, &ErrorPage { page, status: status.as_u16(), title, detail, sentences })
    });
    shown.unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

/// What stands against something, as a page says it in passing.
pub(super) fn sentence(page: &PageContext, error: &AppError) -> String {
    match error {
        AppError::Invalid(invalids) => {
            let sentences: Vec<_> = invalids.0.iter().map(|it| limits::sentence(it, page.locale)).collect();
            sentences.join(" ")
        }
        error => words(page, Some(error), StatusCode::CONFLICT).1,
    }
}

/// The title and the sentence of an error. What failed inside is in the log, not on the page.
fn words(page: &PageContext, error: Option<&AppError>, status: StatusCode) -> (String, String) {
    let locale = page.locale;
    let (key, detail) = match error {
        Some(AppError::NotFound { what, .. }) => {
            ("not-found", locale.text("error-not-found-detail", &[("thing", &thing(locale, what))]))
        }
        Some(AppError::Forbidden { needs }) => {
            let roles: Vec<String> =
                needs.split(" or ").map(|role| locale.t(&format!("role-{role}"))).collect();
            let roles = roles.join(&locale.t("or"));
            ("forbidden", locale.text("error-forbidden-detail", &[("roles", &roles)]))
        }
        Some(AppError::SamePerson) => ("same-person", locale.t("error-same-person-detail")),
        Some(AppError::ForgedForm) => ("forged-form", locale.t("error-forged-form-detail")),
        Some(AppError::WrongState { what, state, limit }) => {
            let named: [(&str, &dyn super::say::Say); 3] =
                [("thing", &thing(locale, what)), ("state", &super::state(locale, state)), ("limit", limit)];
            ("wrong-state", locale.text("error-wrong-state-detail", &named))
        }
        Some(AppError::KeyReused) => ("key-reused", locale.t("error-key-reused-detail")),
        Some(AppError::TooMany { seconds }) => {
            ("too-many", locale.text("error-too-many-detail", &[("seconds", seconds)]))
        }
        Some(AppError::TooLarge { limit }) => {
            let megabytes = limit / (1024 * 1024);
            ("too-large", locale.text("error-too-large-detail", &[("megabytes", &megabytes)]))
        }
        _ => match status {
            StatusCode::NOT_FOUND => ("not-found", locale.t("error-no-page-detail")),
            StatusCode::METHOD_NOT_ALLOWED => ("not-found", locale.t("error-no-page-detail")),
            StatusCode::SERVICE_UNAVAILABLE => ("busy", locale.t("error-busy-detail")),
            StatusCode::PAYLOAD_TOO_LARGE => {
                let megabytes = crate::http::MAX_BODY / (1024 * 1024);
                ("too-large", locale.text("error-too-large-detail", &[("megabytes", &megabytes)]))
            }
            status if status.is_client_error() => ("invalid", locale.t("error-invalid-detail")),
            _ => ("internal", locale.t("error-internal-detail")),
        },
    };
    (locale.t(&format!("error-{key}")), detail)
}

//! Who is asking: a bearer token for programs, a cookie with a form token for people.

use crate::app::App;
use crate::error::AppError;
use crate::flows::session::{self, SignedIn};
use crate::http::openapi;
use crate::secrets::mac;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::{Future, ready};
use std::pin::Pin;

/// The cookie that carries a session's secret.
pub const SESSION_COOKIE: &str = "muniment_session";
/// The header in which a script with a cookie repeats the form token.
pub const FORM_TOKEN_HEADER: &str = "x-form-token";
/// The purpose of the key behind form tokens.
const FORM_TOKEN_PURPOSE: &str = "form-token";

/// The person behind a request. Extracting it refuses everybody who is not signed in.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is.
    pub signed_in: SignedIn,
    /// The session's secret, for signing out and for form tokens.
    pub secret: String,
    /// Whether the secret came in a cookie, which a foreign page can make a browser send.
    pub by_cookie: bool,
}

/// The secret of the session that a request shows, and whether a cookie carried it.
fn secret_of(request: &HttpRequest) -> Option<(String, bool)> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = header.and_then(|value| value.strip_prefix("Bearer ")) {
        return Some((token.trim().to_owned(), false));
    }
    request.cookie(SESSION_COOKIE).map(|cookie| (cookie.value().to_owned(), true))
}

/// The token that a form of this session must carry.
#[must_use]
pub fn form_token(app: &App, secret: &str) -> String {
    hex::encode(mac(&app.secrets.key(FORM_TOKEN_PURPOSE), secret.as_bytes()))
}

/// Refuses a form that does not carry the session's token.
///
/// # Errors
/// [`AppError::ForgedForm`].
pub fn check_form_token(app: &App, secret: &str, token: &str) -> Result<(), AppError> {
    // Comparing hashes of both leaks nothing about how far they agree.
    let key = app.secrets.key(FORM_TOKEN_PURPOSE);
    let same = mac(&key, form_token(app, secret).as_bytes()) == mac(&key, token.as_bytes());
    if same { Ok(()) } else { Err(AppError::ForgedForm) }
}

/// The cookie of a session: not for scripts, not for foreign pages, only over TLS where there is TLS.
#[must_use]
pub fn session_cookie(secret: &str, secure: bool) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, secret.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(time::Duration::seconds(session::SESSION_LIFE.num_seconds()))
        .finish()
}

/// Knows who asks before anything of a request is read: a stranger is told to sign in, and not what is wrong with the
/// body.
///
/// # Errors
/// None: who may not ask is answered.
pub async fn caller_first(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // What is nowhere is not found, whoever asks.
    let asked = request.match_pattern();
    if asked.is_some_and(|path| openapi::needs_session(request.method().as_str(), &path)) {
        match request.extract::<Caller>().await {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(error) => return Ok(request.error_response(error)),
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl FromRequest for Caller {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(caller) = request.extensions().get::<Self>() {
            return Box::pin(ready(Ok(caller.clone())));
        }
        let app = request.app_data::<web::Data<App>>().cloned();
        let shown = secret_of(request);
        let writes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
        let token = request.headers().get(FORM_TOKEN_HEADER).and_then(|value| value.to_str().ok());
        let token = token.map(str::to_owned);
        let is_api = request.path().starts_with("/v1/");
        Box::pin(async move {
            let app = app.ok_or_else(|| AppError::internal("the server has no application state"))?;
            let (secret, by_cookie) = shown.ok_or(AppError::SignedOut)?;
            let shown = secret.clone();
            let found = app.blocking(move |app| session::signed_in(app, &shown)).await?;
            let signed_in = found.ok_or(AppError::SignedOut)?;
            if by_cookie && writes && is_api {
                check_form_token(&app, &secret, token.as_deref().unwrap_or_default())?;
            }
            Ok(Self { signed_in, secret, by_cookie })
        })
    }
}

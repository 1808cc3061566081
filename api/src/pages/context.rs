//! What every page knows: who reads it, in which language, when, and where in the portal.

use super::form::Form;
use super::nav::{NAVIGATION, Place};
use super::say::{Say, named_day};
use super::texts::Locale;
use super::{assets, posted::Posted};
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::session::SignedIn;
use crate::http::identity::{Caller, SESSION_COOKIE, form_token};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::party::Role;
use std::future::Future;
use std::pin::Pin;

/// The cookie that remembers the language.
pub const LANGUAGE_COOKIE: &str = "muniment_language";
/// The cookie that ties a form to a browser in which nobody is signed in.
pub const GUEST_COOKIE: &str = "muniment_guest";
/// The header with which htmx asks for a part of a page.
const PART_HEADER: &str = "hx-request";

/// What a page knows. Every template has it as `page`.
#[derive(Clone)]
pub struct PageContext {
    /// The running program.
    pub app: App,
    /// The reader's language.
    pub locale: Locale,
    /// Who reads it, when somebody is signed in.
    pub reader: Option<SignedIn>,
    /// The moment that the page shows.
    pub now: DateTime<Utc>,
    /// The token that every form of the page carries.
    pub form_token: String,
    /// Whether the portal is reached over TLS, so that cookies are sent over nothing else.
    pub secure: bool,
    /// Whether htmx asks for a part.
    pub part: bool,
    /// The path of the page.
    pub path: String,
    /// The path and the query, to come back to.
    pub here: String,
}

/// A new guest's secret, on its way from the context to the response.
pub(super) struct NewGuest(pub String);

/// The secret that forms of this browser are tied to: the session's, else the guest's.
pub(super) fn form_secret(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(SESSION_COOKIE).or_else(|| request.cookie(GUEST_COOKIE));
    cookie.map(|cookie| cookie.value().to_owned())
}

/// The guest's cookie: it ends with the browser's session.
pub(super) fn guest_cookie(secret: &str, secure: bool) -> Cookie<'static> {
    Cookie::build(GUEST_COOKIE, secret.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .finish()
}

/// The language that was chosen, else the one that the browser asks for.
fn locale_of(request: &HttpRequest) -> Locale {
    let chosen = request.cookie(LANGUAGE_COOKIE).and_then(|cookie| Locale::from_tag(cookie.value()));
    let asked = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.unwrap_or_else(|| Locale::accepted(asked.unwrap_or_default()))
}

impl PageContext {
    /// The context of a request by somebody who is signed in, or by nobody.
    pub(super) fn of(request: &HttpRequest, reader: Option<SignedIn>) -> Result<Self, AppError> {
        let app = request.app_data::<web::Data<App>>().map(|app| app.as_ref().clone());
        let app = app.ok_or_else(|| AppError::internal("the server has no application state"))?;
        let kept = form_secret(request).or_else(|| {
            let extensions = request.extensions();
            extensions.get::<NewGuest>().map(|guest| guest.0.clone())
        });
        let secret = kept.unwrap_or_else(|| {
            let secret = app.chance.secret();
            request.extensions_mut().insert(NewGuest(secret.clone()));
            secret
        });
        Ok(Self {
            locale: locale_of(request),
            reader,
            now: app.clock.now(),
            form_token: form_token(&app, &secret),
            secure: request.connection_info().scheme() == "https",
            part: request.headers().contains_key(PART_HEADER),
            path: request.path().to_owned(),
            here: request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned(),
            app,
        })
    }

    /// Who acts, when it is one of these roles; an empty list lets everybody in who is signed in.
    ///
    /// # Errors
    /// [`AppError::SignedOut`], which leads to signing in; [`AppError::Forbidden`].
    pub fn must_be(&self, roles: &[Role]) -> Result<&Actor, AppError> {
        let reader = self.reader.as_ref().ok_or(AppError::SignedOut)?;
        if !roles.is_empty() {
            reader.actor.must_be(roles)?;
        }
        Ok(&reader.actor)
    }

    /// The command that a form gives: in earnest once per rendered form, or a dry run for its review.
    ///
    /// # Errors
    /// [`AppError::SignedOut`].
    pub fn command(&self, posted: &Posted) -> Result<Command, AppError> {
        let by = self.must_be(&[])?.clone();
        let idempotency_key = posted.idempotency_key()?;
        Ok(Command { by, idempotency_key, dry_run: posted.step() == super::posted::Step::Review })
    }

    /// Runs blocking work, such as a flow or a question to the database, beside the asynchronous ones.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        self.app.blocking(work).await
    }

    /// An empty form; its name is the first part of the keys of its labels.
    #[must_use]
    pub fn form(&self, name: &'static str) -> Form {
        Form::empty(self, name)
    }

    /// The text of a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.locale.t(key)
    }

    /// The text of a key that names one value.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl Say) -> String {
        self.locale.text(key, &[(name, &value)])
    }

    /// The text of a key that names two values.
    #[must_use]
    pub fn t2(&self, key: &str, name: &str, value: impl Say, other_name: &str, other: impl Say) -> String {
        self.locale.text(key, &[(name, &value), (other_name, &other)])
    }

    /// The text of a key that names three values.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "templates lend plain arguments, not those inside tuples")]
    pub fn t3(
        &self,
        key: &str,
        name: &str,
        value: impl Say,
        second_name: &str,
        second: impl Say,
        third_name: &str,
        third: impl Say,
    ) -> String {
        self.locale.text(key, &[(name, &value), (second_name, &second), (third_name, &third)])
    }

    /// A value in the reader's language.
    #[must_use]
    pub fn say(&self, value: impl Say) -> String {
        value.say(self.locale)
    }

    /// The address of a file of the portal.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// Today with its names.
    #[must_use]
    pub fn today(&self) -> String {
        named_day(self.now.date_naive(), self.locale)
    }

    /// Whether the business clock is the sandbox's.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.app.clock.is_movable()
    }

    /// Whether the register runs on the embedded development chain.
    #[must_use]
    pub fn on_embedded_chain(&self) -> bool {
        self.app.embedded.is_some()
    }

    /// The version of the program.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The places that the reader may go to.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let Some(reader) = &self.reader else { return Vec::new() };
        let mine = NAVIGATION.iter().filter(|item| item.roles.contains(&reader.role));
        let there = mine.filter(|item| self.is_sandbox() || item.path != super::clock::PATH);
        there
            .map(|item| Place { path: item.path, text: self.t(item.key), current: item.holds(&self.path) })
            .collect()
    }

    /// The other languages: tag, own name, and the address that switches and comes back here.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        Locale::ALL.into_iter().map(|locale| Language::new(locale, self)).collect()
    }
}

/// A language in the switch.
pub struct Language {
    /// The tag of BCP 47.
    pub tag: &'static str,
    /// What it calls itself.
    pub own_name: &'static str,
    /// Where it is chosen.
    pub address: String,
    /// Whether it is the reader's.
    pub current: bool,
}

impl Language {
    fn new(locale: Locale, page: &PageContext) -> Self {
        let address = format!("/language/{}?next={}", locale.tag(), super::address::escaped(&page.here));
        Self { tag: locale.tag(), own_name: locale.own_name(), address, current: locale == page.locale }
    }
}

impl FromRequest for PageContext {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let reader = match caller.await {
                Ok(caller) => Some(caller.signed_in),
                Err(AppError::SignedOut) => None,
                Err(error) => return Err(error),
            };
            Self::of(&request, reader)
        })
    }
}

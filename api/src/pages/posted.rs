//! A form that was sent: its token is checked before anything is read from it.

use super::context::form_secret;
use crate::app::{App, MAX_IDEMPOTENCY_KEY};
use crate::error::AppError;
use crate::http::identity::check_form_token;
use crate::http::{MAX_BODY, MAX_UPLOAD};
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use domain::invalid::MAX_SHOWN_VALUE;
use domain::{Currency, Invalid, Money, Units, text};
use futures::StreamExt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

/// The field of the form token.
pub const FORM_TOKEN: &str = "form_token";
/// The field of the key that makes a form act once, however often it is sent.
pub const IDEMPOTENCY_KEY: &str = "idempotency_key";
/// The field of the button that was pressed, in forms with a review.
pub const STEP: &str = "step";
/// The most fields of a form: an allocation of a thousand lines with four fields each.
pub const MAX_FIELDS: usize = 4_096;

/// Where a form with a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Say what would happen.
    Review,
    /// Back to the fields.
    Change,
    /// Do it. Forms without a review are always here.
    Confirm,
}

/// A file that was sent with a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The field it was chosen in.
    pub field: String,
    /// The name it had on the sender's machine; only to show, never a path to open.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A form that carried the token of its page.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    fields: Vec<(String, String)>,
    files: Vec<UploadedFile>,
}

impl Posted {
    /// What was typed into a field; empty when there is no such field.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// What was typed into a field, when it is not blank.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }

    /// Every value of a field, for boxes that share a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// A field as a value of the business; what is wrong is said about this field.
    ///
    /// # Errors
    /// When the type does not accept the text.
    pub fn parse<T: FromStr<Err = Invalid>>(&self, name: &str) -> Result<T, Invalid> {
        self.text(name).trim().parse().map_err(|invalid: Invalid| invalid.named(name))
    }

    /// As [`Posted::parse`], where a blank field is an answer too.
    ///
    /// # Errors
    /// As [`Posted::parse`], for a field that is not blank.
    pub fn parse_optional<T: FromStr<Err = Invalid>>(&self, name: &str) -> Result<Option<T>, Invalid> {
        self.optional(name).map(|_| self.parse(name)).transpose()
    }

    /// A field as a number of units; commas between thousands are passed over.
    ///
    /// # Errors
    /// When it is no whole number, or out of range.
    pub fn units(&self, name: &str) -> Result<Units, Invalid> {
        let typed = self.text(name).trim();
        let units = typed.replace(',', "").parse::<Units>();
        units.map_err(|invalid| Invalid::new(name, typed, invalid.limit))
    }

    /// A field as an amount of money above zero; commas between thousands are passed over.
    ///
    /// # Errors
    /// When it is no number, has more decimals than the currency, or is not above zero.
    pub fn money(&self, name: &str, currency: Currency) -> Result<Money, Invalid> {
        let typed = self.text(name).trim();
        let money = Money::parse(&typed.replace(',', ""), currency)
            .map_err(|invalid| Invalid::new(name, typed, invalid.limit))?;
        if money.minor > 0 { Ok(money) } else { Err(Invalid::new(name, typed, "an amount above zero")) }
    }

    /// As [`Posted::money`], where a blank field is an answer too.
    ///
    /// # Errors
    /// As [`Posted::money`], for a field that is not blank.
    pub fn money_optional(&self, name: &str, currency: Currency) -> Result<Option<Money>, Invalid> {
        self.optional(name).map(|_| self.money(name, currency)).transpose()
    }

    /// The files that were chosen in a field.
    pub fn files<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a UploadedFile> + 'a {
        self.files.iter().filter(move |file| file.field == field)
    }

    /// Which button was pressed.
    #[must_use]
    pub fn step(&self) -> Step {
        match self.text(STEP) {
            "review" => Step::Review,
            "change" => Step::Change,
            _ => Step::Confirm,
        }
    }

    /// The key under which this form acts once.
    ///
    /// # Errors
    /// When it is too long to be ours.
    pub fn idempotency_key(&self) -> Result<Option<String>, Invalid> {
        text::optional(IDEMPOTENCY_KEY, Some(self.text(IDEMPOTENCY_KEY)), MAX_IDEMPOTENCY_KEY)
    }

    /// The fields that a person filled in, without those that the page put there.
    pub(super) fn typed(&self) -> impl Iterator<Item = &(String, String)> {
        let ours = [FORM_TOKEN, IDEMPOTENCY_KEY, STEP];
        self.fields.iter().filter(move |(name, _)| !ours.contains(&name.as_str()))
    }
}

/// Reads a form with files. They are held in memory, within the limit of an upload.
pub(crate) async fn read_parts(mut parts: Multipart) -> Result<Posted, AppError> {
    let mut posted = Posted::default();
    let mut total = 0_usize;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(not_a_form)?;
        let disposition = part.content_disposition();
        let field = disposition.and_then(|it| it.get_name()).unwrap_or_default().to_owned();
        let file = disposition.and_then(|it| it.get_filename()).map(str::to_owned);
        let mut content = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(not_a_form)?;
            total = total.saturating_add(chunk.len());
            if total > MAX_UPLOAD {
                return Err(AppError::TooLarge { limit: MAX_UPLOAD });
            }
            content.extend_from_slice(&chunk);
        }
        match file {
            // A browser sends an empty part without a name for a field in which no file was chosen.
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => posted.files.push(UploadedFile { field, name, content }),
            None if content.len() > MAX_BODY => return Err(AppError::TooLarge { limit: MAX_BODY }),
            None => match String::from_utf8(content) {
                Ok(text) => posted.fields.push((field, text)),
                Err(_) => {
                    let field: String = field.chars().take(MAX_SHOWN_VALUE).collect();
                    return Err(Invalid::new(field, "", "text in UTF-8").into());
                }
            },
        }
        if posted.fields.len() + posted.files.len() > MAX_FIELDS {
            return Err(Invalid::new("form", "", format!("at most {MAX_FIELDS} fields")).into());
        }
    }
    Ok(posted)
}

fn not_a_form(error: impl std::fmt::Display) -> AppError {
    Invalid::new("form", "", format!("a form that can be read: {error}")).into()
}

fn check(request: &HttpRequest, posted: &Posted) -> Result<(), AppError> {
    if posted.fields.len() > MAX_FIELDS {
        return Err(Invalid::new("form", "", format!("at most {MAX_FIELDS} fields")).into());
    }
    let app = request.app_data::<web::Data<App>>();
    let app = app.ok_or_else(|| AppError::internal("the server has no application state"))?;
    let secret = form_secret(request).ok_or(AppError::ForgedForm)?;
    check_form_token(app, &secret, posted.text(FORM_TOKEN))
}

impl FromRequest for Posted {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|value| value.starts_with("multipart/form-data")) {
            let parts = Multipart::new(request.headers(), payload.take());
            return Box::pin(async move {
                let posted = read_parts(parts).await?;
                check(&request, &posted)?;
                Ok(posted)
            });
        }
        let fields = web::Form::<Vec<(String, String)>>::from_request(&request, payload);
        Box::pin(async move {
            let posted = Self { fields: fields.await?.into_inner(), files: Vec::new() };
            check(&request, &posted)?;
            Ok(posted)
        })
    }
}

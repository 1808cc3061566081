//! Files that a program sends, as multipart/form-data.

use crate::error::AppError;
use crate::flows::import::Source;
use crate::pages::posted::{Posted, read_parts};
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use domain::Invalid;
use std::future::Future;
use std::pin::Pin;

/// Fields and files of a request, within the limit of an upload.
pub struct Upload(pub Posted);

impl Upload {
    /// The files of a field, to import.
    #[must_use]
    pub fn sources(&self, field: &str) -> Vec<Source> {
        sources(&self.0, field)
    }
}

/// The files of a field, to import.
#[must_use]
pub fn sources(posted: &Posted, field: &str) -> Vec<Source> {
    posted.files(field).map(|file| Source::from_bytes(&file.name, file.content.clone())).collect()
}

impl FromRequest for Upload {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = content_type.is_some_and(|value| value.starts_with("multipart/form-data"));
        if !is_form {
            let found = Invalid::new("Content-Type", content_type.unwrap_or_default(), "multipart/form-data");
            return Box::pin(std::future::ready(Err(found.into())));
        }
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move { Ok(Self(read_parts(parts).await?)) })
    }
}

//! Files that a program sends, as multipart/form-data.

use crate::error::AppError;
use crate::flows::import::Source;
use crate::pages::posted::{Posted, read_parts};
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Future, ready};
use std::pin::Pin;

/// The media type of a form with files.
const FORM: &str = "multipart/form-data";

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
        if !content_type.is_some_and(|value| value.starts_with(FORM)) {
            let given = content_type.unwrap_or_default().to_owned();
            return Box::pin(ready(Err(AppError::MediaType { given, wanted: FORM })));
        }
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move { Ok(Self(read_parts(parts).await?)) })
    }
}

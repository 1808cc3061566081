//! Errors as problem details (RFC 9457), with every finding and the id of the request.

use crate::error::AppError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use domain::Invalid;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// A problem detail of RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[schema(example = "/problems/invalid")]
    pub r#type: &'static str,
    /// What kind of problem it is, in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Everything that is wrong with the input: field, value, limit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// One value that is not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field as it is named in the request.
    pub field: String,
    /// The value that was given, cut to a readable length.
    pub value: String,
    /// What would have been accepted.
    pub limit: String,
}

impl From<&Invalid> for FieldProblem {
    fn from(invalid: &Invalid) -> Self {
        let Invalid { field, value, limit } = invalid.clone();
        Self { field, value, limit }
    }
}

impl From<&AppError> for Problem {
    fn from(error: &AppError) -> Self {
        let (status, r#type, title) = classify(error);
        let inside = status.is_server_error();
        let detail = if inside { title.to_owned() } else { error.to_string() };
        let errors = match error {
            AppError::Invalid(invalids) => invalids.0.iter().map(FieldProblem::from).collect(),
            AppError::MediaType { given, wanted } => {
                vec![FieldProblem::from(&Invalid::new("Content-Type", given, *wanted))]
            }
            AppError::TooLarge { limit } => {
                vec![FieldProblem::from(&Invalid::new("body", "", format!("at most {limit} bytes")))]
            }
            _ => Vec::new(),
        };
        Self { r#type, title, status: status.as_u16(), detail, errors }
    }
}

fn classify(error: &AppError) -> (StatusCode, &'static str, &'static str) {
    match error {
        AppError::Invalid(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "/problems/invalid", "The input is not accepted")
        }
        AppError::SignedOut => (StatusCode::UNAUTHORIZED, "/problems/signed-out", "Nobody is signed in"),
        AppError::WrongCredentials => {
            (StatusCode::UNAUTHORIZED, "/problems/wrong-credentials", "The credentials are not right")
        }
        AppError::Forbidden { .. } => {
            (StatusCode::FORBIDDEN, "/problems/forbidden", "The role does not allow this")
        }
        AppError::SamePerson => {
            (StatusCode::FORBIDDEN, "/problems/same-person", "Another person must do this")
        }
        AppError::ForgedForm => (StatusCode::FORBIDDEN, "/problems/forged-form", "The form is not ours"),
        AppError::NotFound { .. } => (StatusCode::NOT_FOUND, "/problems/not-found", "There is no such thing"),
        AppError::WrongState { .. } => (StatusCode::CONFLICT, "/problems/wrong-state", "Not in this state"),
        AppError::KeyReused => (StatusCode::CONFLICT, "/problems/key-reused", "The key was used before"),
        AppError::TooLarge { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", "The request is too large")
        }
        AppError::MediaType { .. } => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/media-type", "The body is of another kind")
        }
        AppError::WrongMethod { .. } => {
            (StatusCode::METHOD_NOT_ALLOWED, "/problems/wrong-method", "Not by this method")
        }
        AppError::TooMany { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, "/problems/too-many", "Too many attempts")
        }
        AppError::Store(StoreError::Unavailable(_) | StoreError::Serialization) => {
            (StatusCode::SERVICE_UNAVAILABLE, "/problems/busy", "The database is busy: try again")
        }
        AppError::Chain(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "/problems/chain", "The chain cannot be used now")
        }
        AppError::Store(_) | AppError::Internal(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "/problems/internal", "Something went wrong here")
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        classify(self).0
    }

    fn error_response(&self) -> HttpResponse {
        let problem = Problem::from(self);
        if self.status_code().is_server_error() {
            tracing::error!(error = ?self, "the request failed");
        }
        let mut response = HttpResponse::build(self.status_code()).json(problem);
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        if let Self::WrongMethod { allowed, .. } = self
            && let Ok(allowed) = HeaderValue::from_str(allowed)
        {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outside_is_not_told_what_the_database_said() {
        let error = AppError::Store(StoreError::Corrupt("user 17 holds secret".to_owned()));
        let problem = Problem::from(&error);
        assert_eq!((problem.status, problem.detail.as_str()), (500, "Something went wrong here"));
    }

    #[test]
    fn every_finding_names_field_value_and_limit() {
        let error = AppError::from(Invalid::new("units", -1, "a whole number from 0 to 100000000000"));
        let problem = Problem::from(&error);
        assert_eq!(problem.status, 422);
        assert_eq!((problem.errors[0].field.as_str(), problem.errors[0].value.as_str()), ("units", "-1"));
    }
}

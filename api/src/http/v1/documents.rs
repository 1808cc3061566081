//! Documents of pools: brought in versions, listed, read.

use crate::app::App;
use crate::error::AppError;
use crate::flows::document::{self, Brought};
use crate::flows::pool;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{self, Write, WriteQuery};
use crate::http::upload::Upload;
use crate::pages::posted::Posted;
use actix_web::http::header::{CONTENT_TYPE, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::{DocumentId, PoolId};
use domain::{Invalid, Invalids};
use serde::Serialize;
use store::documents::Document;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(bring_document, list_documents, read_document))]
pub struct Api;

/// The field of the file.
const FILE: &str = "file";

/// A document to keep.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes the request; the parts are read one by one")]
struct NewDocument {
    /// Its name, the same for all versions: 1 to 31 lower-case letters, digits and hyphens.
    name: String,
    /// From when it is in force; at once when it is left out.
    valid_from: Option<DateTime<Utc>>,
    /// The file: pdf, txt, md, csv, json, xml, docx or xlsx, at most 10 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A version of a document.
#[derive(Serialize, ToSchema)]
pub(crate) struct DocumentBody {
    /// Its id.
    id: String,
    /// Its name, the same for all versions.
    name: String,
    /// Counted from 1.
    version: i64,
    /// SHA-256 of the content, in hexadecimal; the same stands on chain.
    sha256: String,
    /// What the content is.
    media_type: String,
    /// From when it is in force, until the next version is.
    valid_from: DateTime<Utc>,
}

impl From<Document> for DocumentBody {
    fn from(document: Document) -> Self {
        Self {
            id: document.id.to_string(),
            name: document.name.to_string(),
            version: document.version,
            sha256: document.sha256,
            media_type: document.media_type,
            valid_from: document.valid_from.and_utc(),
        }
    }
}

/// A version that was kept.
#[derive(Serialize, ToSchema)]
struct KeptBody {
    /// Its id.
    id: String,
    /// Counted from 1.
    version: i64,
    /// SHA-256 of the content, in hexadecimal.
    sha256: String,
    /// From when it is in force.
    valid_from: DateTime<Utc>,
}

/// The document that a form or a program sends.
pub(crate) fn brought(pool_id: PoolId, posted: &Posted) -> Result<Brought, Invalids> {
    let mut found = Invalids::default();
    let name = found.check(posted.parse("name"));
    let valid_from = found.check(posted.optional("valid_from").map(moment).transpose());
    let file = posted.files(FILE).next();
    if file.is_none() {
        found.push(Invalid::new(FILE, "", "a file"));
    }
    let parsed = (|| {
        let file = file?;
        let (file, content) = (file.name.clone(), file.content.clone());
        Some(Brought { pool_id, name: name?, file, content, valid_from: valid_from? })
    })();
    found.into_result()?;
    parsed.ok_or_else(|| Invalid::new("form", "", "a document").into())
}

/// A moment with its zone, or a day: then its first moment in UTC.
fn moment(text: &str) -> Result<DateTime<Utc>, Invalid> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let limit =
        || Invalid::new("valid_from", text, "a day as YYYY-MM-DD, or a moment as 2026-03-01T12:00:00Z");
    let day = request::day("valid_from", text).map_err(|_| limit())?;
    day.and_hms_opt(0, 0, 0).map(|at| at.and_utc()).ok_or_else(limit)
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(bring_document).service(list_documents).service(read_document);
}

/// Keep the next version of a document of a pool. It goes on chain with the token, or when it comes into force.
#[utoipa::path(context_path = "/v1", tag = "documents", params(WriteQuery), security(("session" = [])),
    request_body(content = NewDocument, content_type = "multipart/form-data"), responses(
    (status = 201, description = "The version was kept", body = KeptBody),
    (status = 200, description = "A dry run: it would be kept", body = KeptBody),
    (status = 422, description = "Something is not accepted", body = Problem),
))]
#[post("/pools/{id}/documents")]
async fn bring_document(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    upload: Upload,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let pool_id = super::pools::parse_id(&id)?;
    let (command, brought) = (write.command()?, brought(pool_id, &upload.0)?);
    let kept = app.blocking(move |app| document::bring(app, &command, &brought)).await?;
    Ok(super::created(write.query.dry_run).json(KeptBody {
        id: kept.document_id.to_string(),
        version: kept.version,
        sha256: kept.sha256,
        valid_from: kept.valid_from,
    }))
}

/// All versions of all documents of a pool, by name, the newest version first.
#[utoipa::path(context_path = "/v1", tag = "documents", security(("session" = [])), responses(
    (status = 200, description = "The versions", body = Vec<DocumentBody>),
    (status = 404, description = "There is no such pool for you", body = Problem),
))]
#[get("/pools/{id}/documents")]
async fn list_documents(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = super::pools::parse_id(&id)?;
    let found = app.blocking(move |app| {
        app.ask(|tx| {
            let pool = pool::visible(tx, &caller.signed_in.actor, id)?;
            Ok(store::documents::of_pool(tx, pool.id)?)
        })
    });
    let bodies: Vec<DocumentBody> = found.await?.into_iter().map(DocumentBody::from).collect();
    Ok(HttpResponse::Ok().json(bodies))
}

/// The content of a version.
#[utoipa::path(context_path = "/v1", tag = "documents", security(("session" = [])), responses(
    (status = 200, description = "The content, as it was brought", content_type = "application/octet-stream"),
    (status = 404, description = "There is no such document for you", body = Problem),
))]
#[get("/documents/{id}")]
async fn read_document(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: DocumentId = id.parse().map_err(|_| AppError::not_found("document", &*id))?;
    let found = app.blocking(move |app| app.ask(|tx| document::read(tx, &caller.signed_in.actor, id)));
    let (document, content) = found.await?;
    let ending = document::ending(&document.media_type);
    let name = format!("{}-v{}.{ending}", document.name, document.version);
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, document.media_type))
        .insert_header(disposition)
        .body(content))
}

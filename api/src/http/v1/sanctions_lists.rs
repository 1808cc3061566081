//! Sanctions lists: put in force in one step, in every format that is read here.

use crate::app::App;
use crate::error::AppError;
use crate::flows::screen::{self, ListFiles, ListFormat, LoadedList};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery, command};
use crate::http::upload::Upload;
use crate::pages::posted::Posted;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::screening::ListVersion;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_sanctions_lists, load_sanctions_list))]
pub struct Api;

/// A list in force.
#[derive(Serialize, ToSchema)]
struct ListView {
    /// What the list is called.
    name: String,
    /// The version its publisher gives.
    version: String,
    /// SHA-256 of its files.
    sha256: String,
    /// The format it came in.
    format: String,
    /// How many entries it has.
    entries: i64,
    /// When it was loaded.
    loaded_at: DateTime<Utc>,
}

impl From<ListVersion> for ListView {
    fn from(version_in_force: ListVersion) -> Self {
        let ListVersion { name, version, sha256, format, entries, loaded_at, .. } = version_in_force;
        Self { name, version, sha256, format, entries, loaded_at: loaded_at.and_utc() }
    }
}

/// The form of an upload, for the description.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
struct UploadForm {
    /// What the list is called.
    name: String,
    /// ofac-sdn, un-xml, eu-xml, uk-xml, uk-csv or csv.
    format: String,
    /// The version its publisher gives; today when nothing is said and the file says nothing.
    version: Option<String>,
    /// The files. OFAC's are told apart by their names: sdn.csv, alt.csv, add.csv, sdn_comments.csv.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<String>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_sanctions_lists).service(load_sanctions_list);
}

/// The lists in force.
#[utoipa::path(context_path = "/v1", tag = "sanctions-lists", security(("session" = [])), responses(
    (status = 200, description = "One version of each list", body = Vec<ListView>),
))]
#[get("/sanctions-lists")]
async fn list_sanctions_lists(app: web::Data<App>, request: HttpRequest, caller: Caller) -> Result<HttpResponse, AppError> {
    let command = command(&request, &caller, WriteQuery::default())?;
    let found = app.blocking(move |app| screen::lists_in_force(app, &command)).await?;
    Ok(HttpResponse::Ok().json(found.into_iter().map(ListView::from).collect::<Vec<_>>()))
}

/// The list that a program sends.
fn list_files(posted: &Posted) -> Result<ListFiles, AppError> {
    let files = posted.files("file").map(|file| (file.name.clone(), file.content.clone()));
    Ok(ListFiles {
        name: posted.text("name").to_owned(),
        format: posted.parse::<ListFormat>("format")?,
        version: posted.optional("version").map(str::to_owned),
        files: files.collect(),
    })
}

/// Put a list in force. Everybody is screened again afterwards, as a job.
#[utoipa::path(context_path = "/v1", tag = "sanctions-lists", security(("session" = [])), params(WriteQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "In force", body = LoadedList),
    (status = 422, description = "The files cannot be read; the list before stays in force", body = Problem),
))]
#[post("/sanctions-lists")]
async fn load_sanctions_list(
    app: web::Data<App>,
    write: Write,
    upload: Upload,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let from = list_files(&upload.0)?;
    let dry_run = command.dry_run;
    let loaded = app.blocking(move |app| screen::load_list(app, &command, &from)).await?;
    Ok(super::created(dry_run || !loaded.changed).json(loaded))
}

//! Imports: invoices and rent rolls, with every finding by file, row and column.

use crate::app::App;
use crate::error::AppError;
use crate::flows::import::{Finding, Report};
use crate::flows::{import_invoices, import_rent_roll};
use crate::http::body::MoneyBody;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use crate::http::upload::Upload;
use actix_web::http::header::{ContentDisposition, ContentType, DispositionParam, DispositionType};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::ImportId;
use serde::Serialize;
use store::imports::Import;
use tokenizer::intake::{invoice_csv, rent_roll};
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(
    bring_invoices,
    bring_rent_roll,
    invoices_template,
    rent_roll_template,
    list_imports,
    show_import
))]
pub struct Api;

/// The field of the files.
const FILES: &str = "files";

/// Files to import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes the request; the parts are read one by one")]
struct Files {
    /// One or more files.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

/// Something about one value of one row of one file.
#[derive(Serialize, ToSchema)]
struct FindingBody {
    /// The file.
    file: String,
    /// The line in it, the header is 1; none for a file that is one invoice.
    row: Option<u64>,
    /// The column of a table, or the broken rule of a document.
    #[schema(example = "due_date")]
    column: String,
    /// The value that was given, where it may be repeated.
    value: String,
    /// `repeated`, `invalid`, `rule`, `pledged-already` or `conflict`.
    #[schema(example = "invalid")]
    kind: &'static str,
    /// What would have been accepted, or what speaks against it.
    reason: String,
}

/// How an import ended, or would end.
#[derive(Serialize, ToSchema)]
struct ReportBody {
    /// The import; none in a dry run.
    import_id: Option<String>,
    /// `invoices` or `rent-roll`.
    kind: &'static str,
    /// Rows that were taken.
    accepted: i64,
    /// Rows that had been taken before, under the same external id.
    repeated: i64,
    /// Rows that were not taken.
    rejected: i64,
    /// What the rows that were taken add up to, in each currency.
    accepted_amounts: Vec<MoneyBody>,
    /// What was found, in the order of files and rows; at most 10,000.
    findings: Vec<FindingBody>,
    /// Findings beyond those.
    findings_left_out: i64,
}

/// An import of before.
#[derive(Serialize, ToSchema)]
struct ImportBody {
    /// Its id.
    id: String,
    /// `invoices` or `rent-roll`.
    kind: &'static str,
    /// Rows that were taken.
    accepted: i64,
    /// Rows that had been taken before.
    repeated: i64,
    /// Rows that were not taken.
    rejected: i64,
    /// When.
    created_at: DateTime<Utc>,
    /// What was found; only where one import is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingBody>,
}

impl From<Finding> for FindingBody {
    fn from(finding: Finding) -> Self {
        let Finding { file, row, column, value, kind, reason } = finding;
        Self { file, row, column, value, kind: kind.as_str(), reason }
    }
}

impl From<Report> for ReportBody {
    fn from(report: Report) -> Self {
        Self {
            import_id: report.import_id.map(|id| id.to_string()),
            kind: report.kind.as_str(),
            accepted: report.accepted,
            repeated: report.repeated,
            rejected: report.rejected,
            accepted_amounts: report.accepted_amounts.into_iter().map(MoneyBody::from).collect(),
            findings: report.findings.into_iter().map(FindingBody::from).collect(),
            findings_left_out: report.findings_left_out,
        }
    }
}

impl From<&Import> for ImportBody {
    fn from(import: &Import) -> Self {
        Self {
            id: import.id.to_string(),
            kind: import.kind.as_str(),
            accepted: import.accepted,
            repeated: import.repeated,
            rejected: import.rejected,
            created_at: import.created_at.and_utc(),
            findings: Vec::new(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(invoices_template).service(rent_roll_template);
    routes.service(bring_invoices).service(bring_rent_roll).service(list_imports).service(show_import);
}

fn answer(report: Report) -> HttpResponse {
    let mut response = match report.import_id {
        Some(_) => HttpResponse::Created(),
        None => HttpResponse::Ok(),
    };
    response.json(ReportBody::from(report))
}

/// Import invoices: UBL 2.1 and CII as XML, and CSV, any number of files together. Good rows are taken, bad ones
/// are named.
#[utoipa::path(context_path = "/v1", tag = "imports", params(WriteQuery), security(("session" = [])),
    request_body(content = Files, content_type = "multipart/form-data"), responses(
    (status = 201, description = "The good rows were taken", body = ReportBody),
    (status = 200, description = "A dry run: what would be taken", body = ReportBody),
    (status = 413, description = "More than 64 MB", body = Problem),
    (status = 422, description = "No files, too many files or too many rows", body = Problem),
))]
#[post("/imports/invoices")]
async fn bring_invoices(
    app: web::Data<App>,
    write: Write,
    upload: Upload,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let (command, sources) = (write.command()?, upload.sources(FILES));
    drop(upload);
    let report = app.blocking(move |app| import_invoices::import_invoices(app, &command, &sources)).await?;
    Ok(answer(report))
}

/// Import rent rolls as CSV: units of properties that are there, and the leases of those that are let.
#[utoipa::path(context_path = "/v1", tag = "imports", params(WriteQuery), security(("session" = [])),
    request_body(content = Files, content_type = "multipart/form-data"), responses(
    (status = 201, description = "The good rows were taken", body = ReportBody),
    (status = 200, description = "A dry run: what would be taken", body = ReportBody),
    (status = 413, description = "More than 64 MB", body = Problem),
    (status = 422, description = "No files, too many files or too many rows", body = Problem),
))]
#[post("/imports/rent-roll")]
async fn bring_rent_roll(
    app: web::Data<App>,
    write: Write,
    upload: Upload,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let (command, sources) = (write.command()?, upload.sources(FILES));
    drop(upload);
    let report = app.blocking(move |app| import_rent_roll::import_rent_roll(app, &command, &sources)).await?;
    Ok(answer(report))
}

/// A CSV file as an attachment.
pub(crate) fn attachment(name: &str, text: &'static str) -> HttpResponse {
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name.to_owned())],
    };
    HttpResponse::Ok()
        .insert_header(ContentType("text/csv; charset=utf-8".parse().unwrap_or(mime::TEXT_PLAIN_UTF_8)))
        .insert_header(disposition)
        .body(text)
}

/// The template of an import of invoices.
#[utoipa::path(context_path = "/v1", tag = "imports",
    responses((status = 200, description = "The columns and two rows that show the forms", content_type = "text/csv")))]
#[get("/imports/invoices/template.csv")]
async fn invoices_template() -> HttpResponse {
    attachment("invoices.csv", invoice_csv::TEMPLATE)
}

/// The template of an import of a rent roll.
#[utoipa::path(context_path = "/v1", tag = "imports",
    responses((status = 200, description = "The columns and rows that show the forms", content_type = "text/csv")))]
#[get("/imports/rent-roll/template.csv")]
async fn rent_roll_template() -> HttpResponse {
    attachment("rent-roll.csv", rent_roll::TEMPLATE)
}

/// My imports, the newest first.
#[utoipa::path(context_path = "/v1", tag = "imports", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of imports", body = Page<ImportBody>),
))]
#[get("/imports")]
async fn list_imports(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let issuer = caller.signed_in.actor.issuer()?;
    let (before, rows) = (query.cursor()?, query.rows()?);
    let found = app.blocking(move |app| app.ask(|tx| Ok(store::imports::page(tx, issuer, before, rows)?)));
    let items = found.await?.iter().map(ImportBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |import: &ImportBody| import.id.clone())))
}

/// An import with its findings.
#[utoipa::path(context_path = "/v1", tag = "imports", security(("session" = [])), responses(
    (status = 200, description = "The import", body = ImportBody),
    (status = 404, description = "There is no such import of yours", body = Problem),
))]
#[get("/imports/{id}")]
async fn show_import(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let issuer = caller.signed_in.actor.issuer()?;
    let id: ImportId = id.parse().map_err(|_| AppError::not_found("import", &*id))?;
    let found = app.blocking(move |app| app.ask(|tx| Ok(store::imports::find(tx, id)?))).await?;
    let import = found.filter(|import| import.issuer_id == issuer);
    let import = import.ok_or_else(|| AppError::not_found("import", id))?;
    let findings: Vec<Finding> = serde_json::from_str(&import.findings).map_err(AppError::internal)?;
    let findings = findings.into_iter().map(FindingBody::from).collect();
    Ok(HttpResponse::Ok().json(ImportBody { findings, ..ImportBody::from(&import) }))
}

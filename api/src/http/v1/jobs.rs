//! Jobs: what runs, how far it is, and another start for what was given up.

use crate::app::App;
use crate::error::AppError;
use crate::flows::operate;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::party::Role;
use serde::Serialize;
use store::jobs::Job;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_jobs, restart))]
pub struct Api;

/// A job.
#[derive(Serialize, ToSchema)]
struct JobBody {
    /// Its id.
    id: String,
    /// What is done.
    #[schema(example = "coupon.pay")]
    kind: String,
    /// To which thing.
    subject: String,
    /// `ready`, `running`, `done` or `failed`.
    #[schema(example = "running")]
    status: &'static str,
    /// Not before this moment.
    run_at: DateTime<Utc>,
    /// How often it was tried.
    attempts: i64,
    /// Steps done.
    progress_done: i64,
    /// Steps in all; 0 while it is not known.
    progress_total: i64,
    /// Why the last attempt failed.
    last_error: Option<String>,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            subject: job.subject,
            status: job.status.as_str(),
            run_at: job.run_at.and_utc(),
            attempts: job.attempts,
            progress_done: job.progress_done,
            progress_total: job.progress_total,
            last_error: job.last_error,
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_jobs).service(restart);
}

/// Jobs, newest first.
#[utoipa::path(context_path = "/v1", tag = "jobs", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of jobs", body = Page<JobBody>),
    (status = 403, description = "You are not the operator", body = Problem),
))]
#[get("/jobs")]
async fn list_jobs(
    app: web::Data<App>,
    caller: Caller,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(&[Role::Operator])?;
    let (before, rows) = (page.cursor()?, page.rows()?);
    let found = app.blocking(move |app| app.ask(|tx| Ok(store::jobs::page(tx, before, rows)?)));
    let items = found.await?.into_iter().map(JobBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &JobBody| one.id.clone())))
}

/// Start a job again that was given up.
#[utoipa::path(context_path = "/v1", tag = "jobs", params(WriteQuery), security(("session" = [])), responses(
    (status = 200, description = "It is ready again"),
    (status = 409, description = "It has not failed", body = Problem),
))]
#[post("/jobs/{id}/restart")]
async fn restart(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let id: JobId = id.parse().map_err(|_| AppError::not_found("job", &*id))?;
    app.blocking(move |app| operate::restart_job(app, &command, id)).await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "id": id.to_string(), "status": "ready" })))
}

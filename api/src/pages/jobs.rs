//! Jobs: the operator's list, and the progress of one for everybody who waits for it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::home::Card;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::operate;
use crate::http::request::{Page, PageQuery};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::JobId;
use domain::party::Role;
use domain::status::JobStatus;
use store::jobs::Job;

/// The operator's list.
#[derive(Template)]
#[template(path = "jobs.html")]
struct Jobs {
    page: PageContext,
    jobs: Page<Job>,
}

impl Jobs {
    /// What a job does, in words; a kind without words keeps its name.
    fn kind(&self, job: &Job) -> String {
        let key = format!("job-{}", job.kind.replace('.', "-"));
        self.page.locale.find(&key, &[]).unwrap_or_else(|| job.kind.clone())
    }
}

/// The colour of a job's status.
fn tone(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Ready => "",
        JobStatus::Running => "info",
        JobStatus::Done => "good",
        JobStatus::Failed => "bad",
    }
}

/// The newest jobs first.
#[get("/jobs")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    let (before, rows) = (query.cursor()?, query.rows()?);
    let jobs = page.blocking(move |app| app.ask(|tx| Ok(store::jobs::page(tx, before, rows)?))).await?;
    let jobs = Page::of(jobs, rows, |job| job.id.to_string());
    show(&Jobs { page, jobs })
}

/// Starts a job again that was given up.
#[post("/jobs/{id}/restart")]
async fn restart(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    let command = page.command(&posted)?;
    let id: JobId = id.parse().map_err(|_| AppError::not_found("job", &*id))?;
    page.blocking(move |app| operate::restart_job(app, &command, id)).await?;
    Ok(go_to("/jobs"))
}

/// How far a job has come, to show on any page: `{% include "parts/progress.html" %}` with it as `progress`.
#[derive(Clone)]
pub struct Progress {
    /// What the job is about, such as the id of a pool.
    pub subject: String,
    /// Where it stands.
    pub status: JobStatus,
    /// Steps done.
    pub done: i64,
    /// Steps in all; zero when it is not yet known.
    pub total: i64,
}

impl Progress {
    /// Whether there is more to come.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        matches!(self.status, JobStatus::Ready | JobStatus::Running)
    }

    /// Whether it was given up.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status == JobStatus::Failed
    }

    /// The progress of the newest job about a thing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(app: &App, subject: &str) -> Result<Option<Self>, AppError> {
        Ok(app.ask(|tx| Ok(store::jobs::latest_for(tx, subject)?))?.map(Self::from))
    }
}

impl From<Job> for Progress {
    fn from(job: Job) -> Self {
        Self { subject: job.subject, status: job.status, done: job.progress_done, total: job.progress_total }
    }
}

/// A page of its own about a job's progress, for browsers without scripts.
#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressPage {
    page: PageContext,
    progress: Progress,
}

/// The part of a page that shows a job's progress.
#[derive(Template)]
#[template(path = "parts/progress.html")]
struct ProgressPart {
    page: PageContext,
    progress: Progress,
}

/// The progress of the newest job about a thing: the part for htmx, else the whole page.
#[get("/progress/{subject}")]
async fn progress(page: PageContext, subject: web::Path<String>) -> Result<HttpResponse, AppError> {
    page.must_be(&[])?;
    let wanted = subject.into_inner();
    let found = page.blocking({
        let wanted = wanted.clone();
        move |app| Progress::of(app, &wanted)
    });
    let progress = found.await?.ok_or_else(|| AppError::not_found("job", wanted))?;
    if page.part {
        let ended = !progress.goes_on();
        let mut response = show(&ProgressPart { page, progress })?;
        if ended {
            // The page around it has changed as well: htmx loads it again.
            let (name, value) = ("hx-refresh", "true");
            response.headers_mut().insert(
                actix_web::http::header::HeaderName::from_static(name),
                actix_web::http::header::HeaderValue::from_static(value),
            );
        }
        return Ok(response);
    }
    show(&ProgressPage { page, progress })
}

/// The operator hears of jobs that were given up.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(&[Role::Operator]).is_err() {
        return Ok(Vec::new());
    }
    let failed = app.ask(|tx| Ok(store::jobs::count(tx, JobStatus::Failed)?))?;
    if failed == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Card {
        title: locale.t("card-failed-jobs"),
        figure: super::say::Say::say(&failed, locale),
        text: locale.text("card-failed-jobs-text", &[("count", &failed)]),
        path: "/jobs",
        waits: true,
    }])
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(restart).service(progress);
}

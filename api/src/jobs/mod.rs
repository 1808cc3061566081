//! Jobs: claimed with a lease, retried when they fail, harmless when they run twice.

pub mod kinds;
mod schedule;
mod test_clock;

pub(crate) use test_clock::OFFSET;

use crate::app::App;
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use store::Store;
use store::jobs::{Claim, Ended, Job};
use tokio::sync::watch;

pub(crate) use test_clock::move_node_clock;
pub(crate) use test_clock::{FROM as CLOCK_FROM, TARGET as CLOCK_TARGET};

/// How long a process may be silent before its job is given to another one.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a job is tried before an operator has to look.
pub const MAX_ATTEMPTS: i64 = 8;
/// How long the runner sleeps when nothing is due and nobody rings.
const IDLE: Duration = Duration::from_millis(300);
/// The first wait after a failure; it doubles with each one.
const FIRST_BACKOFF_SECONDS: i64 = 2;

/// How far ahead of the wall clock the stored test clock is, in seconds; a new one begins at `first`.
///
/// # Errors
/// When the database fails.
pub fn stored_offset(store: &Store, first: i64) -> Result<i64, AppError> {
    store.write(|tx| match store::settings::get(tx, test_clock::OFFSET)? {
        Some(offset) => offset.parse().map_err(AppError::internal),
        None => {
            store::settings::set(tx, test_clock::OFFSET, &first.to_string())?;
            Ok(first)
        }
    })
}

/// A process that runs jobs.
#[derive(Clone)]
pub struct Runner {
    app: App,
    owner: String,
}

/// What a running job is given: the program, its own row, and a way to report progress.
pub struct Running<'a> {
    /// The program.
    pub app: &'a App,
    /// The row.
    pub job: &'a Job,
    owner: &'a str,
}

impl Running<'_> {
    /// Reports steps done and steps in all, and keeps the lease.
    ///
    /// # Errors
    /// When the lease was lost: the job must stop, somebody else runs it.
    pub fn progress(&self, done: i64, total: i64) -> Result<(), AppError> {
        let mine = self.app.store.write(|tx| {
            store::jobs::progress(
                tx,
                (self.job.id, self.owner),
                (done, total),
                self.app.clock.wall_now() + LEASE,
            )
        })?;
        if mine { Ok(()) } else { Err(AppError::internal("the lease of the job was lost")) }
    }
}

impl Runner {
    /// A runner with a name of its own.
    #[must_use]
    pub fn new(app: App) -> Self {
        let owner = app.chance.secret();
        Self { app, owner }
    }

    /// Runs jobs until `stop` turns true; the job that is running is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(?error, "the job runner could not go on"),
            }
            tokio::select! {
                () = self.app.bell.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
                _ = stop.changed() => {}
            }
        }
        let released = self.app.blocking(move |app| test_clock::give_up(app, &self.owner)).await;
        if let Err(error) = released {
            tracing::warn!(?error, "the clock was not given back");
        }
    }

    /// Does the next thing: a job that is due, else a step of the test clock. `false` when there is nothing.
    ///
    /// # Errors
    /// When the database fails; a failed job is not an error here.
    pub async fn step(&self) -> Result<bool, AppError> {
        let runner = self.clone();
        let worked = self.app.blocking(move |_| runner.next_job()).await?;
        if worked {
            return Ok(true);
        }
        test_clock::step(&self.app, &self.owner).await
    }

    fn next_job(&self) -> Result<bool, AppError> {
        test_clock::follow(&self.app)?;
        schedule::enqueue_due(&self.app)?;
        let (now, wall_now) = (self.app.clock.now(), self.app.clock.wall_now());
        let claim = Claim { owner: &self.owner, now, wall_now, lease_until: wall_now + LEASE };
        let Some(job) = self.app.store.write(|tx| store::jobs::claim(tx, claim))? else { return Ok(false) };
        let running = Running { app: &self.app, job: &job, owner: &self.owner };
        let ended = kinds::run(&running).unwrap_or_else(|error| after_failure(&job, &error, now));
        tracing::debug!(job = %job.id, kind = job.kind, ?ended, "the job was worked on");
        let now = self.app.clock.now();
        self.app.store.write(|tx| store::jobs::end(tx, &job, ended.clone(), now))?;
        Ok(true)
    }
}

/// A failed job waits longer each time, and is given up after [`MAX_ATTEMPTS`].
fn after_failure(job: &Job, error: &AppError, now: DateTime<Utc>) -> Ended {
    tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, %error, "the job failed");
    let error = error.to_string();
    if job.attempts >= MAX_ATTEMPTS {
        return Ended::Failed { error };
    }
    let wait = FIRST_BACKOFF_SECONDS << job.attempts.clamp(1, MAX_ATTEMPTS);
    Ended::Retry { error, run_at: now + TimeDelta::seconds(wait) }
}

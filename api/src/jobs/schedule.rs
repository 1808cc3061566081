//! Schedules in cron's words become jobs, one for each due time, whoever looks first.

use crate::app::App;
use crate::error::AppError;
use chrono::{DateTime, Utc};
use cron::Schedule;
use domain::Invalid;
use std::str::FromStr;
use store::jobs::NewJob;

/// Due times that one look turns into jobs; the rest follows at the next look.
const MAX_DUE_AT_ONCE: usize = 50;

/// Reads a cron expression: seconds first, Sunday is 1.
///
/// # Errors
/// When it is none.
pub(super) fn parse(cron: &str) -> Result<Schedule, Invalid> {
    Schedule::from_str(cron).map_err(|error| Invalid::new("cron", cron, error.to_string()))
}

/// Turns every due time that has passed into a job.
///
/// # Errors
/// When the database fails or a stored expression cannot be read.
pub(super) fn enqueue_due(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let due = app.ask(|tx| Ok(store::jobs::schedules(tx)?))?;
    for schedule in due {
        let times: Vec<DateTime<Utc>> = parse(&schedule.cron)?
            .after(&schedule.last_due.and_utc())
            .take_while(|time| *time <= now)
            .take(MAX_DUE_AT_ONCE)
            .collect();
        let Some(last) = times.last().copied() else { continue };
        app.store.write(|tx| {
            for time in &times {
                let run_key = format!("{}@{}", schedule.kind, time.timestamp());
                let id = app.chance.id(now);
                let job = NewJob { id, kind: &schedule.kind, subject: "", run_key: &run_key, run_at: *time };
                store::jobs::enqueue(tx, job, now)?;
            }
            store::jobs::scheduled_up_to(tx, &schedule.kind, last)
        })?;
    }
    Ok(())
}

/// The next due time of any schedule.
///
/// # Errors
/// When the database fails or a stored expression cannot be read.
pub(super) fn next_due(app: &App) -> Result<Option<DateTime<Utc>>, AppError> {
    let mut next = None;
    for schedule in app.ask(|tx| Ok(store::jobs::schedules(tx)?))? {
        let time = parse(&schedule.cron)?.after(&schedule.last_due.and_utc()).next();
        next = [next, time].into_iter().flatten().min();
    }
    Ok(next)
}

//! The test clock of the sandbox: where it stands, where it is going. Production has none.

use crate::app::{App, Command};
use crate::error::AppError;
use crate::jobs;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Invalid;
use domain::party::Role;
use serde::{Deserialize, Serialize};

/// The farthest that the clock is moved at once, in days: ten years.
pub const MAX_DAYS: i64 = 3_653;

/// Where the clock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// What it shows.
    pub now: DateTime<Utc>,
    /// Whether it can be moved.
    pub movable: bool,
    /// Where it is going; none when it has arrived.
    pub target: Option<DateTime<Utc>>,
    /// Where it came from when it last started to move.
    pub from: Option<DateTime<Utc>>,
}

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advance {
    /// So many days.
    Days(i64),
    /// To a moment.
    To(DateTime<Utc>),
}

/// Where the clock stands.
///
/// # Errors
/// When the database fails.
pub fn state(app: &App) -> Result<ClockState, AppError> {
    let now = app.clock.now();
    let (target, from) = app.ask(|tx| {
        let target = store::settings::get(tx, jobs::CLOCK_TARGET)?;
        Ok((target, store::settings::get(tx, jobs::CLOCK_FROM)?))
    })?;
    let moment = |text: Option<String>| -> Result<Option<DateTime<Utc>>, AppError> {
        let parsed = text.map(|text| DateTime::parse_from_rfc3339(&text)).transpose();
        Ok(parsed.map_err(AppError::internal)?.map(|at| at.with_timezone(&Utc)))
    };
    let target = moment(target)?.filter(|target| *target > now);
    let from = moment(from)?.filter(|_| target.is_some());
    Ok(ClockState { now, movable: app.clock.is_movable(), target, from })
}

/// Sets where the test clock is going; the jobs take it there, from due time to due time.
///
/// # Errors
/// [`AppError::WrongState`] where there is no test clock, [`AppError::Invalid`] for what is not ahead or too far.
pub fn advance(app: &App, command: &Command, by: Advance) -> Result<ClockState, AppError> {
    command.by.must_be(&[Role::Operator])?;
    if !app.clock.is_movable() {
        let limit = "only the sandbox has a clock that can be moved".to_owned();
        return Err(AppError::WrongState { what: "the clock", state: "the wall clock".to_owned(), limit });
    }
    app.execute(command, &by, |act| {
        let target = target(act.now, by)?;
        store::settings::set(act.tx, jobs::CLOCK_TARGET, &target.to_rfc3339())?;
        store::settings::set(act.tx, jobs::CLOCK_FROM, &act.now.to_rfc3339())?;
        act.audit("clock.advanced", "clock", &serde_json::json!({ "target": target }))?;
        Ok(ClockState { now: act.now, movable: true, target: Some(target), from: Some(act.now) })
    })
}

fn target(now: DateTime<Utc>, by: Advance) -> Result<DateTime<Utc>, Invalid> {
    match by {
        Advance::Days(days) if !(1..=MAX_DAYS).contains(&days) => {
            Err(Invalid::new("days", days, format!("from 1 to {MAX_DAYS}")))
        }
        Advance::Days(days) => Ok(now + TimeDelta::days(days)),
        Advance::To(to) if to <= now => {
            Err(Invalid::new("to", to, format!("after {now}: a clock never goes back")))
        }
        Advance::To(to) if to - now > TimeDelta::days(MAX_DAYS) => {
            Err(Invalid::new("to", to, format!("at most {MAX_DAYS} days ahead")))
        }
        Advance::To(to) => Ok(to),
    }
}

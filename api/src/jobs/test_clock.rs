//! The test clock of the sandbox moves from due time to due time, so that everything happens in its order.

use crate::app::App;
use crate::clock::Clock;
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::status::JobStatus;
use tokenizer::chain::ChainClient;

/// How far ahead of the wall clock the test clock is, in seconds.
pub(crate) const OFFSET: &str = "clock.offset_seconds";
/// Where the test clock is moving to.
pub(crate) const TARGET: &str = "clock.target";
/// Where the test clock started to move to its target, to show how far it has come.
pub(crate) const FROM: &str = "clock.from";

/// The duty of moving the clock: two processes that did it at once would each move it.
const DUTY: &str = "test-clock";
/// How long a silent process keeps that duty.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// Moves the test clock to the next due time on the way to its target, once nothing is left to do now, in this process
/// or another.
///
/// # Errors
/// When the database or the chain fails.
pub(super) async fn step(app: &App, owner: &str) -> Result<bool, AppError> {
    if !app.clock.is_movable() || app.blocking(target).await?.is_none() {
        return Ok(false);
    }
    let owner = owner.to_owned();
    if !app.blocking(move |app| hold(app, &owner)).await? || !app.chain_is_quiet().await? {
        return Ok(false);
    }
    let Some(offset) = app.blocking(move_on).await? else { return Ok(false) };
    let clock = Clock::test(offset);
    if app.embedded.is_none() {
        move_node_clock(&app.chain, &clock).await?;
    }
    app.clock.follow(offset);
    Ok(true)
}

/// Lets the clock of a development node follow the test clock.
///
/// # Errors
/// When the chain cannot be asked.
pub(crate) async fn move_node_clock(chain: &ChainClient, clock: &Clock) -> Result<(), AppError> {
    let to = u64::try_from(clock.now().timestamp()).map_err(AppError::internal)?;
    if !chain.move_clock(to).await? {
        tracing::warn!(
            "the network keeps its own time: what its contracts do by the date does not follow the test clock"
        );
    }
    Ok(())
}

fn hold(app: &App, owner: &str) -> Result<bool, AppError> {
    let now = app.clock.wall_now();
    Ok(app.store.write(|tx| store::duties::hold(tx, (DUTY, owner), (now, now + LEASE)))?)
}

/// Gives the duty back, so that another process need not wait for the end of its lease.
pub(super) fn give_up(app: &App, owner: &str) -> Result<(), AppError> {
    Ok(app.store.write(|tx| store::duties::release(tx, DUTY, owner))?)
}

/// Follows where another process has moved the clock to.
pub(super) fn follow(app: &App) -> Result<(), AppError> {
    if app.clock.is_movable()
        && let Some(offset) = app.ask(|tx| Ok(store::settings::get(tx, OFFSET)?))?
    {
        app.clock.follow(offset.parse().map_err(AppError::internal)?);
    }
    Ok(())
}

/// Where the clock is moving to, when it has not arrived.
fn target(app: &App) -> Result<Option<DateTime<Utc>>, AppError> {
    follow(app)?;
    let target = app.ask(|tx| Ok(store::settings::get(tx, TARGET)?))?;
    let target =
        target.map(|text| DateTime::parse_from_rfc3339(&text)).transpose().map_err(AppError::internal)?;
    Ok(target.map(|target| target.with_timezone(&Utc)).filter(|target| *target > app.clock.now()))
}

/// Stores the offset of the next due time, unless a job is due or runs: that one is of an earlier hour.
fn move_on(app: &App) -> Result<Option<i64>, AppError> {
    let Some(target) = target(app)? else { return Ok(None) };
    let schedule = super::schedule::next_due(app)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let job = store::jobs::next_due(tx)?;
        if store::jobs::count(tx, JobStatus::Running)? > 0 || job.is_some_and(|job| job <= now) {
            return Ok(None);
        }
        let stop = [Some(target), job, schedule].into_iter().flatten().min().unwrap_or(target);
        // Offsets are whole seconds: one more makes sure that the due time is reached.
        let ahead = (stop - now).max(TimeDelta::zero()).num_seconds() + 1;
        let offset = app.clock.offset_seconds() + ahead;
        store::settings::set(tx, OFFSET, &offset.to_string())?;
        Ok(Some(offset))
    })
}

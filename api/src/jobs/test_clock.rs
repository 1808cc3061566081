//! The test clock of the sandbox moves from due time to due time, so that everything happens in its order.

use crate::app::App;
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};

/// How far ahead of the wall clock the test clock is, in seconds.
pub(crate) const OFFSET: &str = "clock.offset_seconds";
/// Where the test clock is moving to.
pub(crate) const TARGET: &str = "clock.target";
/// Where the test clock started to move to its target, to show how far it has come.
pub(crate) const FROM: &str = "clock.from";

/// Moves the test clock to the next due time on the way to its target, once nothing is left to do now.
///
/// # Errors
/// When the database fails.
pub(super) async fn step(app: &App) -> Result<bool, AppError> {
    if !app.clock.is_movable() {
        return Ok(false);
    }
    let Some(target) = app.blocking(target).await? else { return Ok(false) };
    if !app.chain_is_quiet().await? {
        return Ok(false);
    }
    app.blocking(move |app| move_towards(app, target)).await
}

/// Where the clock is moving to, when it has not arrived; also follows what another process stored.
fn target(app: &App) -> Result<Option<DateTime<Utc>>, AppError> {
    let (offset, target) =
        app.ask(|tx| Ok((store::settings::get(tx, OFFSET)?, store::settings::get(tx, TARGET)?)))?;
    if let Some(offset) = offset {
        app.clock.follow(offset.parse().map_err(AppError::internal)?);
    }
    let target =
        target.map(|text| DateTime::parse_from_rfc3339(&text)).transpose().map_err(AppError::internal)?;
    Ok(target.map(|target| target.with_timezone(&Utc)).filter(|target| *target > app.clock.now()))
}

fn move_towards(app: &App, target: DateTime<Utc>) -> Result<bool, AppError> {
    let job = app.ask(|tx| Ok(store::jobs::next_due(tx)?))?;
    let schedule = super::schedule::next_due(app)?;
    let stop = [Some(target), job, schedule].into_iter().flatten().min().unwrap_or(target);
    let now = app.clock.now();
    // Offsets are whole seconds: one more makes sure that the due time is reached.
    let ahead = (stop - now).max(TimeDelta::zero()).num_seconds() + 1;
    let offset = app.clock.offset_seconds() + ahead;
    app.store.write(|tx| store::settings::set(tx, OFFSET, &offset.to_string()))?;
    app.clock.follow(offset);
    Ok(true)
}

//! The living demo: a house with people, papers and a history, made through the same flows that people use.

pub mod people;
pub mod papers;
pub mod pools;
pub mod life;

use crate::app::App;
use crate::error::AppError;
use crate::flows::present::Origin;
use chrono::{DateTime, Utc};
use people::{Holder, Staff};
use std::time::{Duration, Instant};

/// Days of history: three monthly coupons of two partitions have been paid by today.
pub const HISTORY_DAYS: i64 = 120;
/// Days from the beginning to the close of the primary sale.
pub const DAYS_TO_CLOSE: i64 = 4;
/// The setting that says how the loading stands.
const STATE: &str = "demo.state";
/// Everything is there.
const LOADED: &str = "loaded";
/// How long one step may take before something must be wrong.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a wait looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How the demo data of a folder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There is none.
    New,
    /// The loading was interrupted.
    Half,
    /// It is there.
    Loaded,
}

/// How the demo data stands.
///
/// # Errors
/// When the database fails.
pub fn state(app: &App) -> Result<State, AppError> {
    let state = app.ask(|tx| Ok(store::settings::get(tx, STATE)?))?;
    Ok(match state.as_deref() {
        None => State::New,
        Some(LOADED) => State::Loaded,
        Some(_) => State::Half,
    })
}

fn note(app: &App, state: &str) -> Result<(), AppError> {
    app.store.write(|tx| Ok::<_, AppError>(store::settings::set(tx, STATE, state)?))
}

/// Loads the demo and says on the way how far it is.
///
/// # Errors
/// Those of the flows; a step that takes too long.
pub async fn load(app: &App, url: &str, say: impl Fn(&str)) -> Result<(), AppError> {
    let domain = url.split_once("://").map_or(url, |(_, domain)| domain).to_owned();
    let origin = Origin { url: url.to_owned(), domain };
    app.blocking(|app| note(app, "loading")).await?;
    say("people: six logins, a sanctions list, a provider of credentials");
    let staff = app.blocking(people::staff).await?;
    say("papers: 200 invoices, a building with 12 units, two pools tokenised");
    let (staff, pools) = app
        .blocking(move |app| {
            let pools = [pools::receivables(app, &staff)?, pools::rental(app, &staff)?];
            Ok((staff, pools))
        })
        .await?;
    say("investors: 40 apply, prove who they are, are screened and decided");
    let (staff, holders) = app.blocking(move |app| investors(app, staff, &origin)).await?;
    quiet(app).await?;
    say("life: both pools are sold, four months pass, six coupons are paid");
    life::live(app, staff, holders, pools).await?;
    app.blocking(|app| note(app, LOADED)).await
}

fn investors(app: &App, staff: Staff, origin: &Origin) -> Result<(Staff, Vec<Holder>), AppError> {
    let investors = (0..people::INVESTORS).map(|number| people::investor(app, &staff, origin, number));
    let holders = investors.collect::<Result<_, _>>()?;
    Ok((staff, holders))
}

/// Waits until nothing is on its way to the chain.
async fn quiet(app: &App) -> Result<(), AppError> {
    let begin = Instant::now();
    while !app.chain_is_quiet().await? {
        if begin.elapsed() > PATIENCE {
            return Err(AppError::internal("the chain did not come to rest"));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Lets the test clock run to a moment, and everything happen that falls due on the way.
///
/// # Errors
/// When the database or the chain fails, or it takes too long.
async fn live_until(app: &App, moment: DateTime<Utc>) -> Result<(), AppError> {
    let text = moment.to_rfc3339();
    app.blocking(move |app| {
        app.store.write(|tx| Ok::<_, AppError>(store::settings::set(tx, crate::jobs::CLOCK_TARGET, &text)?))
    })
    .await?;
    app.bell.notify_one();
    let begin = Instant::now();
    while app.clock.now() < moment {
        if begin.elapsed() > PATIENCE {
            return Err(AppError::internal(format!("the test clock did not reach {moment}")));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    quiet(app).await
}

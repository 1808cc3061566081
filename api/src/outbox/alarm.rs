//! The alarm: after a reorganisation that was deeper than its confirmations nothing is sent until an operator says so.

use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::party::Role;
use serde::{Deserialize, Serialize};
use store::{Tx, breaks, settings};

/// Where the alarm is kept while it lasts.
const SETTING: &str = "chain.alarm";
/// The kind of break that stands open meanwhile.
const REORGANISED: &str = "chain.reorganised";
/// What the break is about.
const CHAIN: &str = "chain";

/// What the network took back although it counted as final.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alarm {
    /// The newest block that still stands.
    pub common_block: i64,
    /// The newest block that was read before.
    pub lost_head: i64,
    /// When it was noticed.
    pub since: DateTime<Utc>,
}

/// The alarm, while there is one.
///
/// # Errors
/// When the database fails.
pub fn standing(tx: &mut Tx<'_>) -> Result<Option<Alarm>, AppError> {
    let stored = settings::get(tx, SETTING)?;
    stored.map(|json| serde_json::from_str(&json)).transpose().map_err(AppError::internal)
}

/// Raises the alarm, in the transaction that takes back what the network took back.
pub(super) fn raise(
    act: &mut Act<'_, '_>,
    (common_block, lost_head): (i64, i64),
    confirmations: i64,
) -> Result<(), AppError> {
    let alarm = Alarm { common_block, lost_head, since: act.now };
    let detail = format!(
        "the network took back the blocks from {} to {lost_head}, and {confirmations} upon a block made it final: \
         nothing is sent until an operator lets it go on",
        common_block + 1
    );
    tracing::error!(detail, "the chain was reorganised deeper than its confirmations");
    settings::set(act.tx, SETTING, &serde_json::to_string(&alarm).map_err(AppError::internal)?)?;
    let id = act.id();
    breaks::record(act.tx, id, (REORGANISED, CHAIN, &detail), act.now)?;
    act.audit("chain.alarm-raised", CHAIN, &alarm)
}

/// Ends the alarm: what was taken back flies again, and payments go on.
///
/// # Errors
/// [`AppError::WrongState`] when there is none.
pub fn end(app: &App, command: &Command) -> Result<Alarm, AppError> {
    command.by.must_be(&[Role::Operator])?;
    app.execute(command, &(), |act| {
        let Some(alarm) = standing(act.tx)? else {
            let (state, limit) = ("in order".to_owned(), "there is no alarm to end".to_owned());
            return Err(AppError::WrongState { what: "the chain", state, limit });
        };
        settings::remove(act.tx, SETTING)?;
        breaks::resolve(act.tx, (REORGANISED, CHAIN), act.now)?;
        act.audit("chain.alarm-ended", CHAIN, &alarm)?;
        Ok(alarm)
    })
}

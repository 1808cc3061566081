//! How far the chain has come with what an officer ordered: its calls tell, nothing else keeps it.

use crate::error::AppError;
use domain::status::{ActionStatus, CallStatus};
use store::Tx;

/// Where the calls about a thing stand together.
///
/// # Errors
/// When the database fails.
pub fn standing(tx: &mut Tx<'_>, subject: &str) -> Result<ActionStatus, AppError> {
    if !store::outbox::refused_about(tx, subject)?.is_empty() {
        return Ok(ActionStatus::Refused);
    }
    let calls = store::outbox::about(tx, subject)?;
    let on_its_way = |status| matches!(status, CallStatus::Queued | CallStatus::Submitted);
    let waits = calls.iter().any(|call| on_its_way(call.status));
    Ok(if waits { ActionStatus::UnderWay } else { ActionStatus::Done })
}

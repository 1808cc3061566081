//! How far the chain has come with what an officer ordered: its calls tell, nothing else keeps it.

use crate::error::AppError;
use domain::status::{ActionStatus, CallStatus};
use store::Tx;

/// Where the calls about a thing stand together: under way while one of them is, whatever became of the others.
///
/// # Errors
/// When the database fails.
pub fn standing(tx: &mut Tx<'_>, subject: &str) -> Result<ActionStatus, AppError> {
    if store::outbox::is_under_way(tx, subject)? {
        return Ok(ActionStatus::UnderWay);
    }
    let refused = !store::outbox::refused_about(tx, subject)?.is_empty();
    Ok(if refused { ActionStatus::Refused } else { ActionStatus::Done })
}

/// Where the newest call about a thing stands that is changed again and again, each time as a whole: what was refused
/// before is over.
///
/// # Errors
/// When the database fails.
pub fn newest(tx: &mut Tx<'_>, subject: &str) -> Result<ActionStatus, AppError> {
    if store::outbox::is_under_way(tx, subject)? {
        return Ok(ActionStatus::UnderWay);
    }
    let newest = store::outbox::newest_about(tx, subject)?;
    let refused = newest.is_some_and(|call| call.status == CallStatus::Refused);
    Ok(if refused { ActionStatus::Refused } else { ActionStatus::Done })
}

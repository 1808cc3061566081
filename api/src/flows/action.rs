//! How far the chain has come with what an officer ordered: its calls tell, nothing else keeps it.

use crate::error::AppError;
use domain::status::ActionStatus;
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

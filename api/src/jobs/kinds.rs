//! What each kind of job does: one line a kind, the work is in the flows.

use super::Running;
use crate::error::AppError;
use store::jobs::Ended;

/// Removes sessions that have ended.
pub const SWEEP_SESSIONS: &str = "sessions.sweep";
/// Screens everybody again after a sanctions list has changed.
pub const RESCREEN: &str = "screening.rescreen";
/// Puts those whose approval ends soon on record.
pub const EXPIRING: &str = "identities.expiring";

/// Puts a document on chain when it comes into force.
pub const PUBLISH_DOCUMENT: &str = "documents.publish";

/// The schedules of a new installation: kind and cron expression (seconds first, UTC).
pub const SCHEDULES: &[(&str, &str)] = &[(SWEEP_SESSIONS, "0 30 3 * * *"), (EXPIRING, "0 0 6 * * *")];

/// Runs a job.
///
/// # Errors
/// Those of the flow, and an unknown kind.
pub(super) fn run(running: &Running<'_>) -> Result<Ended, AppError> {
    match running.job.kind.as_str() {
        PUBLISH_DOCUMENT => crate::flows::document::publish(running),
        SWEEP_SESSIONS => crate::flows::session::sweep(running),
        RESCREEN => crate::flows::screen::rescreen(running),
        EXPIRING => crate::flows::decide::list_expiring(running),
        unknown => Err(AppError::internal(format!("there is no job of the kind {unknown}"))),
    }
}

//! What each kind of job does: one line a kind, the work is in the flows.

use super::Running;
use crate::error::AppError;
use store::jobs::Ended;

/// Removes sessions that have ended.
pub const SWEEP_SESSIONS: &str = "sessions.sweep";

/// The schedules of a new installation: kind and cron expression (seconds first, UTC).
pub const SCHEDULES: &[(&str, &str)] = &[(SWEEP_SESSIONS, "0 30 3 * * *")];

/// Runs a job.
///
/// # Errors
/// Those of the flow, and an unknown kind.
pub(super) fn run(running: &Running<'_>) -> Result<Ended, AppError> {
    match running.job.kind.as_str() {
        SWEEP_SESSIONS => crate::flows::session::sweep(running),
        crate::flows::mint::MINT => crate::flows::mint::run(running),
        unknown => Err(AppError::internal(format!("there is no job of the kind {unknown}"))),
    }
}

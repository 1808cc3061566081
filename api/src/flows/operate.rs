//! What an operator does with jobs.

use crate::app::{App, Command};
use crate::error::AppError;
use domain::ids::JobId;
use domain::party::Role;

/// Starts a job again that was given up.
///
/// # Errors
/// [`AppError::WrongState`] when it has not failed, or is not there.
pub fn restart_job(app: &App, command: &Command, id: JobId) -> Result<(), AppError> {
    command.by.must_be(&[Role::Operator])?;
    app.execute(command, &id, |act| {
        if store::jobs::restart(act.tx, id, act.now)? {
            return act.audit("job.restarted", id, &serde_json::json!({}));
        }
        let limit = "only a job that was given up is started again".to_owned();
        Err(AppError::WrongState { what: "the job", state: "not given up".to_owned(), limit })
    })
}

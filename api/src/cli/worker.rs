//! `muniment worker`: outbox and jobs without portal and API, beside other processes of the same installation.

use crate::config::Place;
use crate::error::AppError;
use crate::run::{self, Mode};

/// Works until it is told to stop; the job that runs is finished first.
pub(super) fn worker(place: &Place, mode: Mode) -> Result<u8, AppError> {
    if place.rpc_url.is_none() {
        return Err(AppError::internal(
            "a worker needs --rpc-url: the embedded chain lives in the one process that has it, and that one does \
             the jobs itself",
        ));
    }
    let runtime = super::runtime()?;
    runtime.block_on(async {
        let app = run::open(place, mode).await?;
        run::work(&app, || println!("Muniment works on outbox and jobs")).await
    })?;
    Ok(super::EXIT_DONE)
}

//! `muniment serve`: everything in one process.

use crate::config::{Listen, Place};
use crate::error::AppError;
use crate::flows::present;
use crate::run::{self, Mode};

/// Serves until it is told to stop; the job that runs and the requests that run are finished first.
pub(super) fn serve(
    place: &Place,
    mode: Mode,
    listen: &Listen,
    public_url: Option<&str>,
) -> Result<u8, AppError> {
    actix_web::rt::System::new().block_on(async {
        let app = run::open(place, mode).await?;
        present::set_public_url(&app, public_url)?;
        run::serve(app, listen, async |_, url| {
            println!("Muniment serves on {url}");
            Ok(())
        })
        .await
    })?;
    Ok(super::EXIT_DONE)
}

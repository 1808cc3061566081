//! `muniment chain resume`: an operator ends the alarm.

use crate::app::Command;
use crate::config::Place;
use crate::error::AppError;
use crate::outbox::alarm;
use crate::run::{self, Mode};

/// Ends the alarm and says what it was about; the servers go on by themselves.
pub(super) fn resume(place: &Place) -> Result<u8, AppError> {
    let runtime = super::runtime()?;
    let app = runtime.block_on(run::open(place, Mode::Production))?;
    let alarm = alarm::end(&app, &Command::from_system())?;
    println!(
        "The alarm of {} is ended: the blocks from {} to {} were lost, and what was in them is sent again.",
        alarm.since,
        alarm.common_block + 1,
        alarm.lost_head
    );
    Ok(super::EXIT_DONE)
}

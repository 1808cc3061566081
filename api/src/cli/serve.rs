//! `muniment serve`: everything in one process.

use crate::app::App;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Listen, Place};
use crate::error::AppError;
use crate::http::server;
use crate::jobs::{self, Runner};
use crate::metrics::Metrics;
use crate::secrets::Secrets;
use std::sync::Arc;
use store::Store;
use tokio::sync::{Notify, watch};

/// Opens the installation: data folder, secret, migrated database.
pub(super) fn open(place: &Place, clock: Clock) -> Result<App, AppError> {
    place.prepare()?;
    let chance = Chance::from_system();
    let secrets = Secrets::load_or_create(&place.secret_file(), &chance)?;
    let store = Store::open(&place.database())?;
    store.migrate()?;
    Ok(App { store, clock, chance, secrets, bell: Arc::new(Notify::new()) })
}

/// Serves until it is told to stop; the job that runs and the requests that run are finished first.
pub(super) fn serve(place: &Place, listen: &Listen) -> Result<u8, AppError> {
    let app = open(place, Clock::wall())?;
    set_schedules(&app)?;
    let listener = server::bind(listen.listen)?;
    let address = listener.local_addr().map_err(AppError::internal)?;
    actix_web::rt::System::new().block_on(async move {
        let (stop, stopped) = watch::channel(false);
        let runner = tokio::spawn(Runner::new(app.clone()).run(stopped));
        let server = server::start(app, Metrics::new()?, listener)?;
        println!("Muniment serves on http://{address}");
        server.await.map_err(AppError::internal)?;
        let _ = stop.send(true);
        runner.await.map_err(AppError::internal)
    })?;
    Ok(super::EXIT_DONE)
}

fn set_schedules(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    for (kind, cron) in jobs::kinds::SCHEDULES {
        app.store.write(|tx| Ok::<_, AppError>(store::jobs::set_schedule(tx, kind, cron, now)?))?;
    }
    Ok(())
}

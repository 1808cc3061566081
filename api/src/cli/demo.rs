//! `muniment demo`: everything in one process, with living demo data and a test clock.

use crate::config::{Listen, Place};
use crate::demo::{self, State, people};
use crate::error::AppError;
use crate::run::{self, Mode};
use std::path::Path;

/// What the demo keeps in its data folder; `--reset` removes exactly these.
const FILES: [&str; 3] = ["muniment.db", "chain.db", "secret"];

/// Serves the demo until it is told to stop. A half-loaded one begins anew.
pub(super) fn demo(place: &Place, listen: &Listen, reset: bool) -> Result<u8, AppError> {
    if reset {
        remove(&place.data_dir)?;
    }
    actix_web::rt::System::new().block_on(async {
        let app = run::open(place, Mode::Sandbox { begins_days_ago: demo::HISTORY_DAYS }).await?;
        if app.blocking(demo::state).await? == State::Half {
            let folder = place.data_dir.display();
            return Err(AppError::internal(format!(
                "the demo data in {folder} was loaded only in part: start once with --reset"
            )));
        }
        run::serve(app, listen, async |app, url| {
            if app.blocking(demo::state).await? == State::New {
                println!("Muniment loads its demo data:");
                demo::load(&app, &url, |step| println!("  {step}")).await?;
            }
            announce(&url);
            Ok(())
        })
        .await
    })?;
    Ok(super::EXIT_DONE)
}

fn announce(url: &str) {
    println!("\nMuniment serves on {url}\n\nLogins, all with the password {}:", people::PASSWORD);
    for who in ["issuer", "investor", "compliance", "compliance2", "regulator", "operator"] {
        println!("  {who}@demo.example");
    }
}

fn remove(folder: &Path) -> Result<(), AppError> {
    for name in FILES {
        for ending in ["", "-wal", "-shm"] {
            let file = folder.join(format!("{name}{ending}"));
            if file.exists() {
                std::fs::remove_file(&file).map_err(AppError::internal)?;
            }
        }
    }
    Ok(())
}

//! An installation in operation: opened from its place, with its outbox, its jobs and its servers.

use crate::app::App;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Listen, Place};
use crate::error::AppError;
use crate::flows::install;
use crate::http::{chain_rpc, server};
use crate::jobs::{self, Runner};
use crate::metrics::Metrics;
use crate::outbox;
use crate::secrets::Secrets;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Store;
use tokenizer::chain::embedded::{EMBEDDED_CHAIN_ID, EmbeddedChain, Genesis};
use tokenizer::chain::{ChainClient, Signer};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How long a process that is told to stop may take.
const STOP_PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// Native currency of the platform on a new embedded chain: a million, for fees.
const PLATFORM_FUNDS_WEI: u128 = 1_000_000 * 1_000_000_000_000_000_000;
/// Blocks that make a block final on a network that others run.
const NETWORK_CONFIRMATIONS: i64 = 12;
const SECONDS_PER_DAY: i64 = 86_400;
/// How often a wait for the outbox looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What kind of installation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real time.
    Production,
    /// A test clock that can be moved on. On a new installation it begins so many days ago.
    Sandbox {
        /// Days before today.
        begins_days_ago: i64,
    },
}

/// Opens the installation: data folder, secret, migrated database, chain.
///
/// # Errors
/// When one of them cannot be had.
pub async fn open(place: &Place, mode: Mode) -> Result<App, AppError> {
    place.prepare()?;
    let chance = Chance::from_system();
    let secrets = Secrets::load_or_create(&place.secret_file(), &chance)?;
    let store = Store::open(&place.database())?;
    store.migrate()?;
    store.write(|tx| secrets.must_be_of(tx))?;
    let clock = match mode {
        Mode::Production => Clock::wall(),
        Mode::Sandbox { begins_days_ago } => {
            Clock::test(jobs::stored_offset(&store, -begins_days_ago * SECONDS_PER_DAY)?)
        }
    };
    let embedded = match place.rpc_url {
        Some(_) => None,
        None => Some(Arc::new(open_embedded(place, &secrets, &clock)?)),
    };
    let chain = match (&embedded, &place.rpc_url) {
        (Some(embedded), _) => ChainClient::connect_embedded(Arc::clone(embedded)).await?,
        (None, url) => ChainClient::connect_http(url.as_deref().unwrap_or_default()).await?,
    };
    if clock.is_movable() && embedded.is_none() {
        jobs::move_node_clock(&chain, &clock).await?;
    }
    let confirmations =
        if embedded.is_some() { 0 } else { place.confirmations.unwrap_or(NETWORK_CONFIRMATIONS) };
    Ok(App {
        store,
        clock,
        chance,
        secrets,
        chain,
        embedded,
        confirmations,
        loaded: Arc::new(AtomicBool::new(false)),
        bell: Arc::new(Notify::new()),
        outbox_bell: Arc::new(Notify::new()),
    })
}

/// Opens the embedded chain of an installation; one process at a time can.
///
/// # Errors
/// When another process has it open, or its file cannot be read.
pub fn open_embedded(place: &Place, secrets: &Secrets, clock: &Clock) -> Result<EmbeddedChain, AppError> {
    let platform = Signer::from_key(&secrets.key(outbox::PLATFORM))?.address();
    let seconds = |clock: &Clock| u64::try_from(clock.now().timestamp()).unwrap_or(0);
    let genesis = Genesis {
        chain_id: EMBEDDED_CHAIN_ID,
        timestamp: seconds(clock),
        funded: vec![(platform, PLATFORM_FUNDS_WEI)],
    };
    let block_clock = clock.clone();
    let block_time = Box::new(move || seconds(&block_clock));
    let opened = EmbeddedChain::open(&place.chain_file(), &genesis, block_time);
    opened.map_err(|error| AppError::Chain(error.to_string()))
}

/// Outbox and jobs at work beside whatever else this process does.
pub struct AtWork {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl AtWork {
    /// Starts the outbox and the jobs.
    ///
    /// # Errors
    /// When the schedules cannot be set.
    pub fn start(app: &App) -> Result<Self, AppError> {
        let now = app.clock.now();
        for (kind, cron) in jobs::kinds::SCHEDULES {
            app.store.write(|tx| Ok::<_, AppError>(store::jobs::set_schedule(tx, kind, cron, now)?))?;
        }
        if app.embedded.is_some() {
            // One process at a time has the embedded chain: whoever held a lease was killed, and nobody waits for it.
            let wall_now = app.clock.wall_now();
            app.store.write(|tx| {
                store::duties::end_all(tx)?;
                Ok::<_, AppError>(store::jobs::end_leases(tx, wall_now)?)
            })?;
        }
        let (stop, stopped) = watch::channel(false);
        let outbox = tokio::spawn(outbox::run(app.clone(), stopped.clone()));
        let jobs = tokio::spawn(Runner::new(app.clone()).run(stopped));
        Ok(Self { stop, tasks: vec![outbox, jobs] })
    }

    /// Lets both finish what they are doing, and ends them.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(?error, "a task of the background broke");
            }
        }
    }
}

/// Writes the shared contracts' deployment and waits until they are on the chain with their roles. It does not wait for
/// anything else: a replica that starts beside busy ones would never be ready.
///
/// # Errors
/// When the database or the chain fails.
pub async fn install(app: &App) -> Result<(), AppError> {
    app.blocking(install::install).await?;
    while !app.blocking(|app| app.ask(install::is_complete)).await? {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Works on the outbox and the jobs, without portal and API, until the process is told to stop. `ready` is told once
/// the installation is complete.
///
/// # Errors
/// When the database or the chain fails at the start, or no signal can be received.
pub async fn work(app: &App, ready: impl FnOnce()) -> Result<(), AppError> {
    let at_work = AtWork::start(app)?;
    let installed = async {
        let installed = install(app).await;
        if installed.is_ok() {
            ready();
            std::future::pending::<()>().await;
        }
        installed
    };
    let ended = tokio::select! {
        failed = installed => failed,
        told = told_to_stop() => told,
    };
    at_work.stop().await;
    ended
}

/// Waits for the signals that end a process in an orderly way.
async fn told_to_stop() -> Result<(), AppError> {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let mut terminate = terminate.map_err(AppError::internal)?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told.map_err(AppError::internal),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(AppError::internal)
}

/// Ends a process that was told to stop and has not in time: whatever waits for it would wait for ever, and nothing is lost
/// by it, for all that counts is written when it is done.
async fn end_in_time() {
    if told_to_stop().await.is_ok() {
        tokio::time::sleep(STOP_PATIENCE).await;
        tracing::error!("not everything stopped within {} s", STOP_PATIENCE.as_secs());
        std::process::exit(1);
    }
}

/// Serves until it is told to stop. `prepare` runs once everything listens and works, such as loading the demo.
///
/// # Errors
/// When an address cannot be used, or `prepare` fails.
pub async fn serve(
    app: App,
    listen: &Listen,
    prepare: impl AsyncFnOnce(App, String) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let listener = server::bind(listen.listen)?;
    let address = listener.local_addr().map_err(AppError::internal)?;
    let at_work = AtWork::start(&app)?;
    let rpc = match &app.embedded {
        Some(embedded) => Some(chain_rpc::start(Arc::clone(embedded), listen.chain_listen)?),
        None => None,
    };
    tokio::task::spawn_local(end_in_time());
    let server = server::start(app.clone(), Metrics::new()?, listener)?;
    let handle = server.handle();
    let serving = tokio::task::spawn_local(server);
    if let Some((rpc_address, _)) = &rpc {
        println!("The embedded development chain answers JSON-RPC on http://{rpc_address}");
    }
    install(&app).await?;
    let prepared = prepare(app.clone(), format!("http://{address}")).await;
    if let Err(error) = prepared {
        handle.stop(false).await;
        at_work.stop().await;
        return Err(error);
    }
    app.loaded.store(true, Ordering::SeqCst);
    let served = serving.await.map_err(AppError::internal)?;
    if let Some((_, rpc)) = rpc {
        rpc.stop(true).await;
    }
    at_work.stop().await;
    served.map_err(AppError::internal)
}

//! What leaves for the chain and what comes back: send, settle, project, over and over, in one process at a time.

pub mod alarm;
mod fees;
mod project;
mod send;
mod settle;

use crate::app::{Act, App};
use crate::error::AppError;
use chrono::TimeDelta;
use domain::party::WalletAddress;
use std::time::Duration;
use store::outbox::Call;
use tokenizer::chain::{CallRefusal, ChainCall, Signer};
use tokio::sync::watch;

/// The duty that only one process has at a time.
const DUTY: &str = "outbox";
/// How long a silent process keeps the duty.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long to sleep when nothing moves and nobody rings.
const IDLE: Duration = Duration::from_millis(300);
/// The purpose of the platform's own key.
pub const PLATFORM: &str = "signer/platform";

/// A call to the chain, to be written with its cause.
#[derive(Debug)]
pub struct Intent<'a> {
    /// One cause, one call.
    pub operation_key: String,
    /// What it does, as `token.deploy`; [`crate::flows::landing`] goes by it.
    pub kind: &'a str,
    /// The id of the thing it is about.
    pub subject: String,
    /// Whose key signs.
    pub signer: WalletAddress,
    /// The call.
    pub call: ChainCall,
}

/// How a call ended.
#[derive(Debug, Clone)]
pub enum Landed {
    /// It is in a block and did what it should.
    Mined {
        /// What it deployed.
        contract: Option<WalletAddress>,
        /// The block.
        block: i64,
        /// The transaction, in hexadecimal.
        transaction_hash: String,
    },
    /// The contract said no.
    Refused(CallRefusal),
}

impl Act<'_, '_> {
    /// Writes a call into the outbox, in the transaction of its cause; `false` when it stands there already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn call_chain(&mut self, intent: &Intent<'_>) -> Result<bool, AppError> {
        let new = store::outbox::NewCall {
            id: self.id(),
            operation_key: &intent.operation_key,
            kind: intent.kind,
            subject: &intent.subject,
            signer: intent.signer,
            to: intent.call.to,
            data: &intent.call.data,
            value_wei: intent.call.value_wei,
        };
        Ok(store::outbox::enqueue(self.tx, new, self.now)?)
    }

    /// Sends a refused call again, once its cause has been put right; `false` when it is not refused or was sent
    /// again before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn call_chain_again(&mut self, refused: &Call) -> Result<bool, AppError> {
        let id = self.id();
        Ok(store::outbox::queue_again(self.tx, refused, id, self.now)?)
    }
}

impl App {
    /// The signer of a purpose; its key is derived from the master secret.
    ///
    /// # Errors
    /// When the derived bytes are no key, which has a chance of one in 2^127.
    pub fn signer(&self, purpose: &str) -> Result<Signer, AppError> {
        Ok(Signer::from_key(&self.secrets.key(purpose))?)
    }

    /// The address of the platform: admin, issuer, transfer agent and payer of the contracts.
    ///
    /// # Errors
    /// As [`App::signer`].
    pub fn platform(&self) -> Result<WalletAddress, AppError> {
        Ok(self.signer(PLATFORM)?.address())
    }
}

/// Sends, settles and projects until `stop` turns true.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let owner = app.chance.secret();
    while !*stop.borrow() {
        match turn(&app, &owner).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(?error, "the outbox could not go on"),
        }
        tokio::select! {
            () = app.outbox_bell.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
            _ = stop.changed() => {}
        }
    }
    let released =
        app.blocking(move |app| Ok(app.store.write(|tx| store::duties::release(tx, DUTY, &owner))?)).await;
    if let Err(error) = released {
        tracing::warn!(?error, "the duty was not given back");
    }
}

/// One turn, when the duty is ours; says whether anything moved.
async fn turn(app: &App, owner: &str) -> Result<bool, AppError> {
    let name = owner.to_owned();
    let held = app.blocking(move |app| {
        let now = app.clock.wall_now();
        Ok(app.store.write(|tx| store::duties::hold(tx, (DUTY, &name), (now, now + LEASE)))?)
    });
    if !held.await? {
        return Ok(false);
    }
    let may_send = app.blocking(|app| app.ask(alarm::standing)).await?.is_none();
    let settled = settle::settle(app, may_send).await?;
    let projected = project::project(app).await?;
    // The blocks that were just read may have raised the alarm.
    let may_send = may_send && app.blocking(|app| app.ask(alarm::standing)).await?.is_none();
    let sent = may_send && send::send(app).await?;
    let moved = settled || projected || sent;
    if moved {
        app.bell.notify_one();
    }
    Ok(moved)
}

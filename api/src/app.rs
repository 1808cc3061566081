//! What every flow is given: the database, the clock, chance, secrets, settings.

use crate::actor::Actor;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::error::AppError;
use crate::secrets::{Secrets, mac};
use chrono::{DateTime, Utc};
use domain::status::CallStatus;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use store::idempotency::Answer;
use store::{Store, Tx};
use tokenizer::chain::ChainClient;
use tokenizer::chain::embedded::EmbeddedChain;
use tokio::sync::Notify;

/// The most characters of an idempotency key: two UUIDs and a word fit.
pub const MAX_IDEMPOTENCY_KEY: usize = 100;

/// The purpose of the key by which requests are known again.
const REQUESTS: &str = "idempotency";

/// The running program. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The business clock.
    pub clock: Clock,
    /// Ids, nonces, secrets.
    pub chance: Chance,
    /// Keys by purpose.
    pub secrets: Secrets,
    /// The chain.
    pub chain: ChainClient,
    /// The embedded chain, when the chain is that one.
    pub embedded: Option<Arc<EmbeddedChain>>,
    /// Blocks that must stand upon a block before it is final.
    pub confirmations: i64,
    /// Whether the data that was asked for is loaded.
    pub loaded: Arc<AtomicBool>,
    /// Rung when there may be work for the jobs.
    pub bell: Arc<Notify>,
    /// Rung when there may be a call to send.
    pub outbox_bell: Arc<Notify>,
}

/// How a command arrived: from whom, under which key, in earnest or as a question.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who gives it.
    pub by: Actor,
    /// The same key twice gives the same answer once.
    pub idempotency_key: Option<String>,
    /// Only ask what would happen.
    pub dry_run: bool,
}

impl Command {
    /// A command in earnest without a key, for jobs and the command line.
    #[must_use]
    pub const fn from_system() -> Self {
        Self { by: Actor::System, idempotency_key: None, dry_run: false }
    }
}

/// A transaction with the moment it happens at and the one who caused it.
pub struct Act<'a, 't> {
    /// The open transaction.
    pub tx: &'a mut Tx<'t>,
    /// The moment that every row of it carries.
    pub now: DateTime<Utc>,
    /// Who acts.
    pub by: &'a Actor,
    /// Where ids come from.
    pub chance: &'a Chance,
}

impl Act<'_, '_> {
    /// Writes what happened into the audit log of the same transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit(
        &mut self,
        action: &str,
        subject: impl ToString,
        detail: &impl Serialize,
    ) -> Result<(), AppError> {
        let detail = serde_json::to_string(detail).map_err(AppError::internal)?;
        let (actor, subject) = (self.by.name(), subject.to_string());
        let event = store::audit::Event { actor: &actor, action, subject: &subject, detail: &detail };
        Ok(store::audit::append(self.tx, event, self.now)?)
    }

    /// Does something and takes it back: what would happen, and what speaks against it?
    ///
    /// # Errors
    /// Those of `work`, and when the database fails.
    pub fn rehearse<T>(
        &mut self,
        work: impl FnOnce(&mut Act<'_, '_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let (now, by, chance) = (self.now, self.by, self.chance);
        self.tx.rehearse(|tx| work(&mut Act { tx, now, by, chance }))
    }

    /// A new id, sorted by time.
    #[must_use]
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.chance.id(self.now)
    }
}

impl App {
    /// Runs a command as one transaction: the same key gives the stored answer, a dry run leaves nothing behind.
    ///
    /// `request` is what the key stands for; the same key with another request is refused.
    ///
    /// # Errors
    /// Those of `work`; [`AppError::KeyReused`]; [`AppError::Store`].
    pub fn execute<T: Serialize + DeserializeOwned>(
        &self,
        command: &Command,
        request: &impl Serialize,
        mut work: impl FnMut(&mut Act<'_, '_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let now = self.clock.now();
        let mut act_on = |tx: &mut Tx<'_>| work(&mut Act { tx, now, by: &command.by, chance: &self.chance });
        if command.dry_run {
            return self.store.rehearse(act_on);
        }
        let outcome = match (command.by.user_id(), &command.idempotency_key) {
            (Some(user), Some(key)) => {
                let request_hash = self.request_hash(request)?;
                self.store.write(|tx| {
                    if let Some(answer) = store::idempotency::answer(tx, user, key)? {
                        return replay(&answer, &request_hash);
                    }
                    let outcome = act_on(tx)?;
                    let body = serde_json::to_string(&outcome).map_err(AppError::internal)?;
                    let answer = Answer { request_hash: request_hash.clone(), status: 200, body };
                    store::idempotency::keep(tx, (user, key), &answer, now)?;
                    Ok(outcome)
                })
            }
            _ => self.store.write(act_on),
        };
        self.bell.notify_one();
        self.outbox_bell.notify_one();
        outcome
    }

    /// What a request is known by. It is keyed: nobody finds out by trying names what somebody asked for.
    fn request_hash(&self, request: &impl Serialize) -> Result<String, AppError> {
        let json = serde_json::to_vec(request).map_err(AppError::internal)?;
        Ok(hex::encode(mac(&self.secrets.key(REQUESTS), &json)))
    }

    /// Asks the database a question.
    ///
    /// # Errors
    /// Those of `question`, and [`AppError::Store`].
    pub fn ask<T>(&self, question: impl FnMut(&mut Tx<'_>) -> Result<T, AppError>) -> Result<T, AppError> {
        self.store.read(question)
    }

    /// Whether nothing is on its way to the chain and everything it said was read.
    ///
    /// # Errors
    /// When the database or the chain fails.
    pub async fn chain_is_quiet(&self) -> Result<bool, AppError> {
        let (waiting, read) = self
            .blocking(|app| {
                app.ask(|tx| {
                    let queued = store::outbox::count(tx, CallStatus::Queued)?;
                    let submitted = store::outbox::count(tx, CallStatus::Submitted)?;
                    Ok((queued + submitted, store::projection::head(tx)?.map(|block| block.number)))
                })
            })
            .await?;
        let head = self.chain.head().await?.number;
        Ok(waiting == 0 && read == i64::try_from(head).ok())
    }

    /// Runs blocking work, such as a flow, beside the asynchronous ones.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(AppError::internal)?
    }
}

fn replay<T: DeserializeOwned>(answer: &Answer, request_hash: &str) -> Result<T, AppError> {
    if answer.request_hash != request_hash {
        return Err(AppError::KeyReused);
    }
    serde_json::from_str(&answer.body).map_err(AppError::internal)
}

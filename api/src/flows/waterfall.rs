//! A pool's token asks a contract before each write-down whether the partition bears a loss yet: the junior ones first.
//!
//! The platform refuses a write-down out of order by itself; with the waterfall in force nobody else can make one either.

use super::action;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::{Intent, Landed};
use domain::ids::PoolId;
use domain::party::{Role, WalletAddress};
use domain::pool::PartitionName;
use domain::status::ActionStatus;
use domain::text;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::Call;
use tokenizer::chain::{ChainEvent, calls};

/// The kind of the call that deploys the waterfall of a pool.
pub const DEPLOY: &str = "waterfall.deploy";
/// The kind of the call that has the token ask it.
const SET: &str = "waterfall.set";

/// What is ordered.
#[derive(Debug, Clone, Serialize)]
pub struct NewWaterfall {
    /// The pool.
    pub pool_id: PoolId,
    /// Why, in the officer's words.
    pub reason: String,
}

/// What is put in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bound {
    /// The pool.
    pub pool_id: PoolId,
    /// The partitions from the first to bear a loss to the last.
    pub order: Vec<PartitionName>,
}

/// Has a pool's token refuse every write-down out of order.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] without a reason; [`AppError::WrongState`]
/// for a pool without a token or with one partition alone, and when it is so already or on its way.
pub fn bind(app: &App, command: &Command, new: &NewWaterfall) -> Result<Bound, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let (pool_id, reason) = (new.pool_id, text::bounded("reason", &new.reason, text::MAX_NOTE)?);
    app.execute(command, new, |act| {
        let pool =
            store::pools::find(act.tx, pool_id)?.ok_or_else(|| AppError::not_found("pool", pool_id))?;
        let wrong = |state: &str, limit: &str| AppError::WrongState {
            what: "the pool",
            state: state.to_owned(),
            limit: limit.to_owned(),
        };
        let needs_token = || wrong(pool.status.as_str(), "it needs a token on the chain");
        let token = pool.token_address.clone().ok_or_else(needs_token)?;
        let subject = subject(pool_id);
        if of(act.tx, &token)?.is_some() {
            return Err(wrong("so already", "the chain keeps the order of losses once"));
        }
        if action::standing(act.tx, &subject)? == ActionStatus::UnderWay {
            return Err(wrong("ordered", "wait until the chain has what was ordered before"));
        }
        let mut partitions = store::pools::partitions_of(act.tx, pool_id)?;
        partitions.sort_by_key(|partition| std::cmp::Reverse(partition.seniority));
        let order: Vec<PartitionName> = partitions.into_iter().map(|partition| partition.name).collect();
        if order.len() < 2 {
            return Err(wrong(pool.status.as_str(), "it needs two partitions, one below the other"));
        }
        let before = store::outbox::count_all_about(act.tx, &subject)?;
        let (operation_key, signer) = (format!("{subject}/{before}"), app.platform()?);
        let call = calls::deploy_junior_first(&order);
        act.call_chain(&Intent { operation_key, kind: DEPLOY, subject, signer, call })?;
        act.audit("waterfall.ordered", pool_id, &serde_json::json!({ "order": order, "reason": reason }))?;
        Ok(Bound { pool_id, order })
    })
}

/// What the calls about this matter are about.
fn subject(pool: PoolId) -> String {
    format!("waterfall/{pool}")
}

/// The waterfall stands: the token is told to ask it.
///
/// # Errors
/// When the database fails, or the deployment left no contract.
pub fn deployed(app: &App, act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let Landed::Mined { contract, .. } = landed else { return Ok(()) };
    let waterfall = contract.ok_or_else(|| AppError::internal("a waterfall that left no contract"))?;
    let pool: PoolId = call.subject.trim_start_matches("waterfall/").parse()?;
    let token = store::pools::find(act.tx, pool)?.and_then(|pool| pool.token_address);
    let token: WalletAddress = token.ok_or_else(|| AppError::internal("a waterfall of no token"))?.parse()?;
    let (operation_key, subject) = (format!("waterfall/{pool}/{waterfall}"), call.subject.clone());
    let call = calls::set_waterfall(token, waterfall);
    act.call_chain(&Intent { operation_key, kind: SET, subject, signer: app.platform()?, call })?;
    Ok(())
}

/// Whom a token asks before each write-down, as its events say.
///
/// # Errors
/// When the database fails.
pub fn of(tx: &mut Tx<'_>, token: &str) -> Result<Option<WalletAddress>, AppError> {
    let set = store::projection::latest_event(tx, (token, "waterfall_set"), None)?;
    let set = set.map(|row| serde_json::from_str(&row.payload).map_err(AppError::internal)).transpose()?;
    Ok(match set {
        Some(ChainEvent::WaterfallSet { waterfall }) => waterfall,
        _ => None,
    })
}

//! Submitted calls are looked up by every hash they were sent under; the silent ones are sent again.

use super::send::{bump, chain_call, fees_of, most_it_can_cost, number};
use super::{Landed, fees};
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::landing;
use chrono::TimeDelta;
use domain::status::CallStatus;
use store::outbox::{Call, Landing, Submission};
use tokenizer::chain::{Broadcast, CallRefusal, Outcome};

/// Calls that one question to the database brings.
const MAX_AT_ONCE: i64 = 64;
/// The same bytes are sent again when nothing was heard for this long.
const RESEND_AFTER: TimeDelta = TimeDelta::seconds(2);
/// The fee is raised when nothing was heard for this long.
const BUMP_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Looks at what is on its way; says whether anything landed. Under an alarm nothing is sent again.
pub(super) async fn settle(app: &App, may_send: bool) -> Result<bool, AppError> {
    let (mut moved, mut behind) = (false, 0);
    loop {
        let flying = app.blocking(move |app| flying(app, behind)).await?;
        let Some((last, _)) = flying.last() else { return Ok(moved) };
        behind = last.position;
        for (call, submissions) in flying {
            match outcome(app, &submissions).await? {
                Some((hash, outcome)) => moved |= land(app, call, hash, outcome).await?,
                None if may_send => nudge(app, call, submissions).await?,
                None => {}
            }
        }
    }
}

/// Calls that are on their way behind a position, with what was signed for them, the newest first.
fn flying(app: &App, behind: i64) -> Result<Vec<(Call, Vec<Submission>)>, AppError> {
    app.ask(|tx| {
        let mut flying = Vec::new();
        for call in store::outbox::in_status(tx, CallStatus::Submitted, behind, MAX_AT_ONCE)? {
            let submissions = store::outbox::submissions(tx, call.id)?;
            flying.push((call, submissions));
        }
        Ok(flying)
    })
}

async fn outcome(app: &App, submissions: &[Submission]) -> Result<Option<(String, Outcome)>, AppError> {
    for submission in submissions {
        let mut hash = [0; 32];
        hex::decode_to_slice(&submission.hash, &mut hash).map_err(AppError::internal)?;
        if let Some(outcome) = app.chain.outcome(hash).await? {
            return Ok(Some((submission.hash.clone(), outcome)));
        }
    }
    Ok(None)
}

/// Notes where a call is; says whether its story went on.
async fn land(app: &App, call: Call, transaction_hash: String, outcome: Outcome) -> Result<bool, AppError> {
    let block = number(outcome.block)?;
    let landed = if outcome.succeeded {
        Landed::Mined { contract: outcome.contract, block, transaction_hash }
    } else if is_final(app, block).await? {
        Landed::Refused(why_reverted(app, &call, outcome.block).await?)
    } else {
        // In another branch of the chain it may still do its work: a no that can be taken back is none yet.
        return Ok(false);
    };
    let refusal = match &landed {
        Landed::Refused(refusal) => Some(serde_json::to_string(refusal).map_err(AppError::internal)?),
        Landed::Mined { .. } => None,
    };
    let landing = Landing {
        block,
        block_hash: hex::encode(outcome.block_hash),
        gas_used: number(outcome.gas_used)?,
        contract_address: outcome.contract.map(|contract| contract.to_string()),
        refusal,
    };
    app.blocking(move |app| {
        let now = app.clock.now();
        app.store.write(|tx| {
            if store::outbox::landed(tx, call.id, &landing, now)? {
                let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
                landing::landed(app, &mut act, &call, &landed)?;
            }
            Ok(true)
        })
    })
    .await
}

/// Whether no reorganisation that we live with takes a block back.
async fn is_final(app: &App, block: i64) -> Result<bool, AppError> {
    Ok(block <= number(app.chain.head().await?.number)? - app.confirmations)
}

/// Why a call that is in a block did nothing: what it would meet after that block, or before it. After it first, since
/// what its signer sent earlier is often in the same block.
async fn why_reverted(app: &App, call: &Call, block: u64) -> Result<CallRefusal, AppError> {
    let (from, call) = (call.signer.parse()?, chain_call(call)?);
    for state in [block, block.saturating_sub(1)] {
        // A node that has forgotten the state leaves us without the reason, not without the outcome.
        if let Ok(Some(refusal)) = app.chain.why_reverted(from, &call, state).await {
            return Ok(refusal);
        }
    }
    Ok(CallRefusal::Other("the call reverted".to_owned()))
}

/// Sends the same bytes again, and better paid ones when those are too cheap or nothing was heard for long.
async fn nudge(app: &App, call: Call, submissions: Vec<Submission>) -> Result<(), AppError> {
    let Some(last) = submissions.into_iter().next() else {
        return Err(AppError::internal(format!("the submitted call {} has no bytes", call.id)));
    };
    // Counted from when it was lost, for what a reorganisation took back: it is not too cheap for that.
    let silent = app.clock.now() - last.sent_at.max(call.updated_at).and_utc();
    if silent < RESEND_AFTER {
        return Ok(());
    }
    match app.chain.broadcast(&last.raw).await? {
        Broadcast::Underpriced => better_paid(app, &call, last).await,
        Broadcast::AlreadyKnown if silent > BUMP_AFTER => better_paid(app, &call, last).await,
        Broadcast::Accepted | Broadcast::AlreadyKnown => Ok(()),
        Broadcast::InsufficientFunds => {
            let gas = u64::try_from(last.gas).map_err(AppError::internal)?;
            let costs = most_it_can_cost(gas, fees_of(&last)?, chain_call(&call)?.value_wei);
            fees::run_out(app, &call, costs).await
        }
        Broadcast::NonceTooLow => lost_nonce(app, call).await,
        Broadcast::Refused(words) => {
            tracing::error!(call = %call.id, nonce = call.nonce, words, "the node does not take the call");
            Ok(())
        }
    }
}

async fn better_paid(app: &App, call: &Call, last: Submission) -> Result<(), AppError> {
    let (owned, asked) = (call.clone(), app.chain.suggest_fees().await?);
    match app.blocking(move |app| bump(app, &owned, &last, asked)).await? {
        Some(signed) => {
            let answer = app.chain.broadcast(&signed.raw).await?;
            tracing::info!(call = %call.id, nonce = signed.nonce, ?answer, "sent with a higher fee");
        }
        None => tracing::error!(call = %call.id, "the call waits: its fee has reached the limit"),
    }
    Ok(())
}

/// The nonce is used. When none of our bytes used it and no reorganisation gives it back, the call is sent under
/// another one; what the chain did already, it refuses to do twice.
async fn lost_nonce(app: &App, call: Call) -> Result<(), AppError> {
    let id = call.id;
    let submissions = app.blocking(move |app| app.ask(|tx| Ok(store::outbox::submissions(tx, id)?))).await?;
    if outcome(app, &submissions).await?.is_some() {
        return Ok(());
    }
    let final_block = number(app.chain.head().await?.number)? - app.confirmations;
    let Ok(final_block) = u64::try_from(final_block) else { return Ok(()) };
    let used = number(app.chain.transaction_count_at(call.signer.parse()?, final_block).await?)?;
    if call.nonce.is_none_or(|nonce| nonce >= used) {
        return Ok(());
    }
    tracing::error!(call = %call.id, nonce = call.nonce, "another program used the nonce of this call");
    app.blocking(move |app| {
        let now = app.clock.now();
        let why = CallRefusal::Other("another program used its nonce".to_owned());
        let why = serde_json::to_string(&why).map_err(AppError::internal)?;
        app.store.write(|tx| {
            store::outbox::refused(tx, call.id, &why, now)?;
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            let new = act.id();
            store::outbox::queue_again(act.tx, &call, new, now)?;
            act.audit("chain.nonce-lost", &call.subject, &serde_json::json!({ "nonce": call.nonce }))
        })
    })
    .await
}

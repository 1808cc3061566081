//! Submitted calls are looked up by every hash they were sent under; the silent ones are sent again.

use super::Landed;
use super::send::{bump, chain_call, number};
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::landing;
use chrono::TimeDelta;
use domain::status::CallStatus;
use store::outbox::{Call, Landing, Submission};
use tokenizer::chain::{Broadcast, CallRefusal, Outcome};

/// Calls looked at in one turn.
const MAX_PER_TURN: i64 = 64;
/// The same bytes are sent again when nothing was heard for this long.
const RESEND_AFTER: TimeDelta = TimeDelta::seconds(2);
/// The fee is raised when nothing was heard for this long.
const BUMP_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Looks at what is on its way; says whether anything landed.
pub(super) async fn settle(app: &App) -> Result<bool, AppError> {
    let submitted = app.blocking(|app| {
        app.ask(|tx| {
            let mut flying = Vec::new();
            for call in store::outbox::in_status(tx, CallStatus::Submitted, MAX_PER_TURN)? {
                let submissions = store::outbox::submissions(tx, call.id)?;
                flying.push((call, submissions));
            }
            Ok(flying)
        })
    });
    let mut moved = false;
    for (call, submissions) in submitted.await? {
        match outcome(app, &submissions).await? {
            Some((hash, outcome)) => {
                land(app, &call, hash, outcome).await?;
                moved = true;
            }
            None => nudge(app, call, submissions).await?,
        }
    }
    Ok(moved)
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

async fn land(app: &App, call: &Call, transaction_hash: String, outcome: Outcome) -> Result<(), AppError> {
    let block = number(outcome.block)?;
    let landed = if outcome.succeeded {
        Landed::Mined { contract: outcome.contract, block, transaction_hash }
    } else {
        // Asked against the block before: what the call met is not what it left behind.
        let before = outcome.block.saturating_sub(1);
        let why = app.chain.why_reverted(call.signer.parse()?, &chain_call(call)?, before).await;
        let unknown = || CallRefusal::Other("the call reverted".to_owned());
        Landed::Refused(why.ok().flatten().unwrap_or_else(unknown))
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
    let call = call.clone();
    app.blocking(move |app| {
        let now = app.clock.now();
        app.store.write(|tx| {
            store::outbox::landed(tx, call.id, &landing, now)?;
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            landing::landed(app, &mut act, &call, &landed)
        })
    })
    .await
}

/// Sends the same bytes again, and after a while better paid ones.
async fn nudge(app: &App, call: Call, submissions: Vec<Submission>) -> Result<(), AppError> {
    let Some(last) = submissions.into_iter().next() else {
        return Err(AppError::internal(format!("the submitted call {} has no bytes", call.id)));
    };
    let silent = app.clock.now() - last.sent_at.and_utc();
    if silent < RESEND_AFTER {
        return Ok(());
    }
    let mut raw = last.raw.clone();
    if silent > BUMP_AFTER {
        let (owned, id) = (call.clone(), call.id);
        let bumped = app.blocking(move |app| bump(app, &owned, &last)).await?;
        match bumped {
            Some(signed) => raw = signed.raw,
            None => tracing::error!(call = %id, "the call waits: its fee has reached the limit"),
        }
    }
    let answer = app.chain.broadcast(&raw).await?;
    if answer == Broadcast::NonceTooLow && outcome_is_lost(app, &call).await? {
        tracing::error!(call = %call.id, nonce = call.nonce, "another program used the nonce of this call");
    }
    Ok(())
}

/// Whether the nonce is used and none of our hashes is in a block.
async fn outcome_is_lost(app: &App, call: &Call) -> Result<bool, AppError> {
    let id = call.id;
    let submissions = app.blocking(move |app| app.ask(|tx| Ok(store::outbox::submissions(tx, id)?))).await?;
    Ok(outcome(app, &submissions).await?.is_none())
}

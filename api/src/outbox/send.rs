//! Queued calls get a nonce and signed bytes, are stored, and only then are sent. Each signer has a queue of its own.

use super::{Landed, fees};
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::landing;
use store::outbox::{Call, Submission};
use tokenizer::chain::{CallRefusal, ChainCall, ChainError, Fees, Signed, Signer, gas_limit};

/// Calls of one signer signed in one turn; the rest follows in the next.
const MAX_PER_TURN: usize = 32;
/// Calls of one signer that fly at a time: geth keeps no more of an account that it does not know.
const MAX_IN_FLIGHT: i64 = 64;

/// How far a call came.
enum Step {
    /// It is sent, or refused for good.
    Done,
    /// It may depend on what is still on its way.
    Waits,
    /// Its signer cannot pay for it.
    Unpaid,
}

/// Sends what is queued, signer by signer; says whether anything moved.
pub(super) async fn send(app: &App) -> Result<bool, AppError> {
    let signers = app.blocking(|app| app.ask(|tx| Ok(store::outbox::queued_signers(tx)?))).await?;
    let (mut moved, mut unpaid) = (false, Vec::new());
    for signer in signers {
        moved |= send_queue(app, signer, &mut unpaid).await?;
    }
    Ok(moved)
}

/// Sends what a signer has queued, in order, up to the first call that has to wait.
async fn send_queue(app: &App, signer: String, unpaid: &mut Vec<String>) -> Result<bool, AppError> {
    let of = signer.clone();
    let queued =
        app.blocking(move |app| app.ask(|tx| Ok(store::outbox::queued_of(tx, &of, MAX_IN_FLIGHT)?))).await?;
    let mut moved = false;
    for call in queued.into_iter().take(MAX_PER_TURN) {
        match send_one(app, &call, unpaid).await? {
            Step::Done => moved = true,
            Step::Waits => break,
            Step::Unpaid => {
                unpaid.push(signer);
                break;
            }
        }
    }
    Ok(moved)
}

/// Tries a call, signs it, stores it, sends it.
async fn send_one(app: &App, call: &Call, unpaid: &[String]) -> Result<Step, AppError> {
    let (from, to_send) = (call.signer.parse()?, chain_call(call)?);
    let gas = match app.chain.simulate(from, &to_send).await {
        Ok(Ok(gas)) => gas_limit(gas),
        Ok(Err(refusal)) => return refuse_or_wait(app, call, refusal, unpaid).await,
        Err(ChainError::NoFunds(_)) => {
            fees::run_out(app, call, to_send.value_wei).await?;
            return Ok(Step::Unpaid);
        }
        Err(ChainError::Answer(words)) => {
            // The node has something against this call, not against those of other signers.
            tracing::error!(call = %call.id, kind = call.kind, words, "the node does not try the call");
            return Ok(Step::Waits);
        }
        Err(error) => return Err(error.into()),
    };
    let fees = app.chain.suggest_fees().await?;
    let costs = most_it_can_cost(gas, fees, to_send.value_wei);
    if app.chain.funds(from).await? < costs {
        fees::run_out(app, call, costs).await?;
        return Ok(Step::Unpaid);
    }
    let chain_nonce = number(app.chain.transaction_count(from).await?)?;
    let envelope = Envelope { gas, fees, chain_nonce };
    let owned = call.clone();
    let signed = app.blocking(move |app| sign_and_store(app, &owned, envelope)).await?;
    let answer = app.chain.broadcast(&signed.raw).await?;
    tracing::info!(call = %call.id, kind = call.kind, nonce = signed.nonce, ?answer, "sent to the chain");
    Ok(Step::Done)
}

/// A refusal may depend on a call that is still on its way; only with nothing before it is a no final. A signer who
/// cannot pay holds up nobody else.
async fn refuse_or_wait(
    app: &App,
    call: &Call,
    refusal: CallRefusal,
    unpaid: &[String],
) -> Result<Step, AppError> {
    let (call, unpaid) = (call.clone(), unpaid.to_vec());
    app.blocking(move |app| {
        let now = app.clock.now();
        let json = serde_json::to_string(&refusal).map_err(AppError::internal)?;
        app.store.write(|tx| {
            if store::outbox::unlanded_before(tx, call.position, &unpaid)? > 0 {
                return Ok(Step::Waits);
            }
            store::outbox::refused(tx, call.id, &json, now)?;
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            landing::landed(app, &mut act, &call, &Landed::Refused(refusal.clone()))?;
            Ok(Step::Done)
        })
    })
    .await
}

/// The most that a call may take from its signer, in wei.
pub(super) fn most_it_can_cost(gas: u64, fees: Fees, value_wei: u128) -> u128 {
    u128::from(gas).saturating_mul(fees.max_fee_per_gas).saturating_add(value_wei)
}

/// What a signature needs besides the call.
#[derive(Debug, Clone, Copy)]
struct Envelope {
    gas: u64,
    fees: Fees,
    chain_nonce: i64,
}

/// Takes the next nonce, signs and stores the bytes, all in one transaction: after a crash the same bytes are sent.
fn sign_and_store(app: &App, call: &Call, envelope: Envelope) -> Result<Signed, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let (purpose, next_nonce) = store::outbox::signer(tx, &call.signer)?;
        // The chain is ahead when a backup was restored: a nonce that is used up would never land.
        let nonce = next_nonce.map_or(envelope.chain_nonce, |next| next.max(envelope.chain_nonce));
        let signed = sign(app, &app.signer(&purpose)?, call, (nonce, envelope))?;
        let submission = submission((call, 1), &signed, envelope, now)?;
        store::outbox::submitted(tx, call, nonce, submission)?;
        fees::paid(&mut Act { tx, now, by: &Actor::System, chance: &app.chance }, call)?;
        Ok(signed)
    })
}

fn sign(
    app: &App,
    signer: &Signer,
    call: &Call,
    (nonce, envelope): (i64, Envelope),
) -> Result<Signed, AppError> {
    let nonce = u64::try_from(nonce).map_err(AppError::internal)?;
    Ok(app.chain.sign(signer, &chain_call(call)?, nonce, envelope.gas, envelope.fees)?)
}

fn submission(
    (call, attempt): (&Call, i64),
    signed: &Signed,
    envelope: Envelope,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Submission, AppError> {
    Ok(Submission {
        hash: hex::encode(signed.hash),
        call_id: call.id,
        attempt,
        raw: signed.raw.clone(),
        gas: number(envelope.gas)?,
        max_fee_per_gas: envelope.fees.max_fee_per_gas.to_string(),
        max_priority_fee_per_gas: envelope.fees.max_priority_fee_per_gas.to_string(),
        sent_at: now.naive_utc(),
    })
}

/// The fees that a submission offers.
pub(super) fn fees_of(submission: &Submission) -> Result<Fees, AppError> {
    Ok(Fees {
        max_fee_per_gas: submission.max_fee_per_gas.parse().map_err(AppError::internal)?,
        max_priority_fee_per_gas: submission.max_priority_fee_per_gas.parse().map_err(AppError::internal)?,
    })
}

/// Signs a call again under its nonce with a higher fee, at least what is asked now, and stores the bytes; none when
/// the fee has reached its limit.
pub(super) fn bump(
    app: &App,
    call: &Call,
    last: &Submission,
    asked: Fees,
) -> Result<Option<Signed>, AppError> {
    let (Some(fees), Some(nonce)) = (fees_of(last)?.bumped(), call.nonce) else { return Ok(None) };
    let gas = u64::try_from(last.gas).map_err(AppError::internal)?;
    let envelope = Envelope { gas, fees: fees.at_least(asked), chain_nonce: nonce };
    let now = app.clock.now();
    app.store.write(|tx| {
        let (purpose, _) = store::outbox::signer(tx, &call.signer)?;
        let signed = sign(app, &app.signer(&purpose)?, call, (nonce, envelope))?;
        store::outbox::add_submission(tx, submission((call, last.attempt + 1), &signed, envelope, now)?)?;
        Ok(Some(signed))
    })
}

/// The stored call as the chain takes it.
pub(super) fn chain_call(call: &Call) -> Result<ChainCall, AppError> {
    Ok(ChainCall {
        to: call.to_address.as_deref().map(str::parse).transpose()?,
        data: call.data.clone(),
        value_wei: call.value_wei.parse().map_err(AppError::internal)?,
    })
}

/// A number of the chain as both databases keep it.
pub(super) fn number(number: u64) -> Result<i64, AppError> {
    i64::try_from(number).map_err(AppError::internal)
}

//! Queued calls get a nonce and signed bytes, are stored, and only then are sent.

use super::Landed;
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::landing;
use domain::status::CallStatus;
use store::outbox::{Call, Submission};
use tokenizer::chain::{ChainCall, Fees, Signed, Signer, gas_limit};

/// Calls signed in one turn; the rest follows in the next.
const MAX_PER_TURN: i64 = 32;

/// Sends what is queued, in order; says whether anything moved.
pub(super) async fn send(app: &App) -> Result<bool, AppError> {
    let queued =
        app.blocking(|app| app.ask(|tx| Ok(store::outbox::in_status(tx, CallStatus::Queued, MAX_PER_TURN)?)));
    let mut moved = false;
    for call in queued.await? {
        if !send_one(app, &call).await? {
            break;
        }
        moved = true;
    }
    Ok(moved)
}

/// Tries a call, signs it, stores it, sends it. `false` when it has to wait for those before it.
async fn send_one(app: &App, call: &Call) -> Result<bool, AppError> {
    let (from, to_send) = (call.signer.parse()?, chain_call(call)?);
    let gas = match app.chain.simulate(from, &to_send).await? {
        Ok(gas) => gas,
        Err(refusal) => {
            // It may depend on a call that is still on its way; only with nothing before it is a no final.
            let (position, refused) = (call.position, call.clone());
            let waits =
                app.blocking(move |app| app.ask(|tx| Ok(store::outbox::unlanded_before(tx, position)?)));
            if waits.await? > 0 {
                return Ok(false);
            }
            app.blocking(move |app| refuse(app, &refused, &Landed::Refused(refusal.clone()))).await?;
            return Ok(true);
        }
    };
    let chain_nonce = number(app.chain.transaction_count(from).await?)?;
    let fees = app.chain.suggest_fees().await?;
    let envelope = Envelope { gas: gas_limit(gas), fees, chain_nonce };
    let owned = call.clone();
    let signed = app.blocking(move |app| sign_and_store(app, &owned, envelope)).await?;
    let answer = app.chain.broadcast(&signed.raw).await?;
    tracing::info!(call = %call.id, kind = call.kind, nonce = signed.nonce, ?answer, "sent to the chain");
    Ok(true)
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
        let nonce = next_nonce.unwrap_or(envelope.chain_nonce);
        let signed = sign(app, &app.signer(&purpose)?, call, (nonce, envelope))?;
        let submission = submission((call, 1), &signed, envelope, now)?;
        store::outbox::submitted(tx, call, nonce, submission)?;
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

/// Signs a call again under its nonce with a higher fee and stores the bytes; none when the fee has reached its limit.
pub(super) fn bump(app: &App, call: &Call, last: &Submission) -> Result<Option<Signed>, AppError> {
    let fees = Fees {
        max_fee_per_gas: last.max_fee_per_gas.parse().map_err(AppError::internal)?,
        max_priority_fee_per_gas: last.max_priority_fee_per_gas.parse().map_err(AppError::internal)?,
    };
    let (Some(fees), Some(nonce)) = (fees.bumped(), call.nonce) else { return Ok(None) };
    let gas = u64::try_from(last.gas).map_err(AppError::internal)?;
    let envelope = Envelope { gas, fees, chain_nonce: nonce };
    let now = app.clock.now();
    app.store.write(|tx| {
        let (purpose, _) = store::outbox::signer(tx, &call.signer)?;
        let signed = sign(app, &app.signer(&purpose)?, call, (nonce, envelope))?;
        store::outbox::add_submission(tx, submission((call, last.attempt + 1), &signed, envelope, now)?)?;
        Ok(Some(signed))
    })
}

fn refuse(app: &App, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let Landed::Refused(refusal) = landed else { return Ok(()) };
        let json = serde_json::to_string(refusal).map_err(AppError::internal)?;
        store::outbox::refused(tx, call.id, &json, now)?;
        landing::landed(app, &mut Act { tx, now, by: &Actor::System, chance: &app.chance }, call, landed)
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

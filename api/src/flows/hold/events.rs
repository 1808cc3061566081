//! What a token says of holds becomes their state, and is taken back with it.

use crate::app::Act;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use chrono::DateTime;
use domain::Units;
use domain::ids::PartitionId;
use store::holds::Hold;
use store::projection::ChainEventRow;
use tokenizer::chain::ChainEvent;
use tokenizer::chain::calls;

/// The hold as the chain takes it.
///
/// # Errors
/// When a stored word is none.
pub(super) fn chain_hold(tranche: &Tranche, hold: &Hold) -> Result<calls::Hold, AppError> {
    let wallet = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
    Ok(calls::Hold {
        partition: tranche.partition.name.clone(),
        holder: hold.holder_wallet,
        recipient: wallet(&hold.recipient_wallet)?,
        notary: wallet(&hold.notary_wallet)?,
        units: Units::try_from(hold.units)?,
        expiry: hold.expires_at.and_utc(),
        secret_hash: hold.secret_hash.as_deref().map(word).transpose()?,
        salt: word(&hold.salt)?,
    })
}

fn word(hexadecimal: &str) -> Result<[u8; 32], AppError> {
    let mut word = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut word).map_err(AppError::internal)?;
    Ok(word)
}

/// Lets a hold follow an event of its token; one that nobody ordered here becomes known by it.
///
/// # Errors
/// When the database fails or the event cannot be: nothing is skipped.
pub(in crate::flows) fn heard(
    act: &mut Act<'_, '_>,
    partition: Option<PartitionId>,
    event: &ChainEvent,
) -> Result<(), AppError> {
    let Some(told) = Told::of(event) else { return Ok(()) };
    let known = store::holds::by_chain_key(act.tx, &told.key)?;
    let (mut hold, action) = match (known, partition) {
        (Some(hold), _) => (hold, told.action),
        (None, Some(partition)) => (from_the_chain(act, partition, event)?, told.action),
        (None, None) => return Err(AppError::internal(format!("nobody knows the hold {}", told.key))),
    };
    told.apply(&mut hold, 1);
    store::holds::set_state(act.tx, &hold)?;
    act.audit(action, hold.id, &serde_json::json!({ "units": told.units }))
}

/// Takes back what [`heard`] changed.
///
/// # Errors
/// When the database fails.
pub(in crate::flows) fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    if !row.kind.starts_with("hold_") {
        return Ok(());
    }
    let event: ChainEvent = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    let Some(told) = Told::of(&event) else { return Ok(()) };
    let Some(mut hold) = store::holds::by_chain_key(act.tx, &told.key)? else { return Ok(()) };
    told.apply(&mut hold, -1);
    Ok(store::holds::set_state(act.tx, &hold)?)
}

/// What an event says of a hold.
struct Told {
    key: String,
    action: &'static str,
    units: i64,
}

impl Told {
    fn of(event: &ChainEvent) -> Option<Self> {
        let told = |key: &[u8; 32], action, units| Some(Self { key: hex::encode(key), action, units });
        match event {
            ChainEvent::HoldCreated { hold_id, units, .. } => told(hold_id, "hold.placed", *units),
            ChainEvent::HoldExecuted { hold_id, units, .. } => told(hold_id, "hold.executed", *units),
            ChainEvent::HoldReleased { hold_id, units, .. } => told(hold_id, "hold.released", *units),
            _ => None,
        }
    }

    /// Lets the hold follow; backwards when `sign` is below zero.
    fn apply(&self, hold: &mut Hold, sign: i64) {
        match self.action {
            "hold.placed" => hold.placed = sign > 0,
            "hold.executed" => hold.executed_units += sign * self.units,
            _ => hold.released_units += sign * self.units,
        }
    }
}

/// A hold that somebody made past this house.
fn from_the_chain(
    act: &mut Act<'_, '_>,
    partition_id: PartitionId,
    event: &ChainEvent,
) -> Result<Hold, AppError> {
    let ChainEvent::HoldCreated {
        hold_id, holder, recipient, notary, units, expiry, secret_hash, salt, ..
    } = event
    else {
        return Err(AppError::internal("a hold that was never made"));
    };
    let expiry = i64::try_from(*expiry).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let expires_at = expiry.ok_or_else(|| AppError::internal("a hold beyond the calendar"))?;
    let hold = Hold {
        id: act.id(),
        chain_key: hex::encode(hold_id),
        partition_id,
        holder_wallet: *holder,
        recipient_wallet: recipient.map(|wallet| wallet.to_string()),
        notary_wallet: notary.map(|wallet| wallet.to_string()),
        units: *units,
        executed_units: 0,
        released_units: 0,
        placed: false,
        expires_at: expires_at.naive_utc(),
        secret_hash: (*secret_hash != [0; 32]).then(|| hex::encode(secret_hash)),
        salt: hex::encode(salt),
        purpose: None,
        requested_by: None,
        created_at: store::screening::at(act.now),
    };
    store::holds::add(act.tx, hold.clone())?;
    Ok(hold)
}

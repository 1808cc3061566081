//! Blocks are read in order; their events become the register. A reorganisation takes back what it took back.

use super::alarm;
use super::send::number;
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::hearing;
use chrono::{DateTime, Utc};
use domain::ids::CallId;
use domain::status::CallStatus;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Tx;
use store::projection::{Block, ChainEventRow, WatchedContract};
use tokenizer::chain::{BlockRef, LoggedEvent};

/// Blocks that one question to the chain covers.
const MAX_BLOCKS: u64 = 500;
/// Stored blocks that are compared with the chain when it was reorganised.
const MAX_REORGANISATION: i64 = 256;

/// Reads what is new; says whether there was anything.
pub(super) async fn project(app: &App) -> Result<bool, AppError> {
    let head = app.chain.head().await?;
    let (known, watched) = app
        .blocking(|app| app.ask(|tx| Ok((store::projection::head(tx)?, store::projection::watched(tx)?))))
        .await?;
    if let Some(known) = &known
        && !stands(app, (known.number, &known.hash)).await?
    {
        roll_back(app, known.clone()).await?;
        return Ok(true);
    }
    let read = known.map_or(-1, |block| block.number);
    let from = u64::try_from(read + 1).map_err(AppError::internal)?;
    if from > head.number {
        let unlanded = unland_gone(app, read).await?;
        return Ok(finalise_late(app, read).await? || unlanded);
    }
    let to = head.number.min(from + MAX_BLOCKS - 1);
    read_blocks(app, (from, to), watched).await?;
    Ok(true)
}

async fn stands(app: &App, (number, hash): (i64, &str)) -> Result<bool, AppError> {
    let found = app.chain.block_hash(number.unsigned_abs()).await?;
    Ok(found.is_some_and(|found| hex::encode(found) == hash))
}

/// Calls in blocks above one that are no longer there.
async fn gone(app: &App, above: i64) -> Result<Vec<CallId>, AppError> {
    let landed = app.blocking(move |app| app.ask(|tx| Ok(store::outbox::landed_above(tx, above)?))).await?;
    let mut gone = Vec::new();
    for call in landed {
        if !stands(app, (call.block, &call.block_hash)).await? {
            gone.push(call.call_id);
        }
    }
    Ok(gone)
}

/// Lets calls fly again whose block went before it was read.
async fn unland_gone(app: &App, above: i64) -> Result<bool, AppError> {
    let gone = gone(app, above).await?;
    if gone.is_empty() {
        return Ok(false);
    }
    app.blocking(move |app| {
        let now = app.clock.now();
        app.store.write(|tx| unland(tx, &gone, now))?;
        Ok(true)
    })
    .await
}

/// Makes final what was noted as mined after its block had been read: no other block need come for it.
async fn finalise_late(app: &App, read: i64) -> Result<bool, AppError> {
    app.blocking(move |app| {
        if app.ask(|tx| Ok(store::outbox::count(tx, CallStatus::Mined)?))? == 0 {
            return Ok(false);
        }
        let (buried, now) = (read - app.confirmations, app.clock.now());
        Ok(app.store.write(|tx| store::outbox::finalise(tx, buried, now))? > 0)
    })
    .await
}

fn unland(tx: &mut Tx<'_>, gone: &[CallId], now: DateTime<Utc>) -> Result<(), AppError> {
    for call in gone {
        store::outbox::unland(tx, *call, now)?;
    }
    Ok(())
}

/// Finds the newest block that still stands and takes back everything above it. A block that was final when it was
/// read and is gone raises the alarm.
async fn roll_back(app: &App, top: Block) -> Result<(), AppError> {
    let number = top.number;
    let below = app
        .blocking(move |app| {
            app.ask(|tx| Ok(store::projection::blocks_below(tx, number, MAX_REORGANISATION)?))
        })
        .await?;
    let (mut common, mut lowest_lost) = (-1, number);
    for block in &below {
        if stands(app, (block.number, &block.hash)).await? {
            common = block.number;
            break;
        }
        lowest_lost = block.number;
    }
    let too_deep = lowest_lost <= number - app.confirmations;
    let gone = gone(app, common).await?;
    app.blocking(move |app| {
        let now = app.clock.now();
        app.store.write(|tx| {
            let lost = store::projection::events_above(tx, common)?;
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            for event in &lost {
                hearing::unheard(&mut act, event)?;
            }
            store::projection::roll_back_above(act.tx, common)?;
            unland(act.tx, &gone, now)?;
            if too_deep {
                alarm::raise(&mut act, (common, number), app.confirmations)?;
            }
            act.audit("chain.reorganised", common, &serde_json::json!({ "from": number }))
        })
    })
    .await
}

async fn read_blocks(
    app: &App,
    (from, to): (u64, u64),
    watched: Vec<WatchedContract>,
) -> Result<(), AppError> {
    let addresses = watched.iter().map(|contract| contract.address.parse()).collect::<Result<Vec<_>, _>>()?;
    let events = app.chain.events(from, to, &addresses).await?;
    // With the block that has just become final, so that a reorganisation that takes it is known for what it is.
    let buried = to.checked_sub(app.confirmations.unsigned_abs());
    let mut blocks = BTreeMap::new();
    for number in events.iter().map(|event| event.block).chain(buried).chain([to]) {
        if let Entry::Vacant(place) = blocks.entry(number) {
            let block = app.chain.block_at(number).await?;
            place.insert(block.ok_or_else(|| AppError::Chain(format!("block {number} is gone")))?);
        }
    }
    if events.iter().any(|event| blocks.get(&event.block).is_none_or(|block| block.hash != event.block_hash))
    {
        // The chain changed between the two questions: the next turn sees it as it is then.
        return Ok(());
    }
    // Asked after the blocks: a reorganisation before this shows here, a later one in the blocks that were read.
    let gone = gone(app, number(from)? - 1).await?;
    app.blocking(move |app| {
        let now = app.clock.now();
        app.store.write(|tx| {
            unland(tx, &gone, now)?;
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            for block in blocks.values() {
                store::projection::add_block(
                    act.tx,
                    number(block.number)?,
                    &hex::encode(block.hash),
                    time(block)?,
                )?;
            }
            for event in &events {
                let at = blocks.get(&event.block).map_or(Ok(now), time)?;
                hear(app, &mut act, &watched, (event, at))?;
            }
            store::outbox::finalise(act.tx, number(to)? - app.confirmations, now)?;
            Ok(())
        })
    })
    .await
}

fn hear(
    app: &App,
    act: &mut Act<'_, '_>,
    watched: &[WatchedContract],
    (event, at): (&LoggedEvent, DateTime<Utc>),
) -> Result<(), AppError> {
    let emitter = event.emitter.to_string();
    let row = ChainEventRow {
        block: number(event.block)?,
        log_index: number(event.log_index)?,
        transaction_hash: hex::encode(event.transaction_hash),
        emitter: emitter.clone(),
        kind: event.event.kind(),
        wallet: event.event.wallet().map(|wallet| wallet.to_string()),
        payload: serde_json::to_string(&event.event).map_err(AppError::internal)?,
    };
    store::projection::add_event(act.tx, row.clone())?;
    let contract = watched.iter().find(|contract| contract.address == emitter);
    let contract = contract.ok_or_else(|| AppError::internal(format!("{emitter} is not watched")))?;
    hearing::heard(app, act, contract, &hearing::Heard { row: &row, event: &event.event, at })
}

fn time(block: &BlockRef) -> Result<DateTime<Utc>, AppError> {
    let seconds = number(block.timestamp)?;
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| AppError::internal("a block time beyond the calendar"))
}

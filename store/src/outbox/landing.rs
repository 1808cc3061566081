//! How calls end: in a block, refused, lost with a block, final; and how one that was refused is sent again.

use super::{Call, NewCall, enqueue};
use crate::row::stamp;
use crate::schema::{chain_calls, chain_replacements};
use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ids::CallId;
use domain::status::CallStatus;

/// Stands between the cause and the number of a call that was sent in another one's place.
const AGAIN: &str = "/again/";

/// Where a call landed.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The block.
    pub block: i64,
    /// Its hash.
    pub block_hash: String,
    /// Gas that was used.
    pub gas_used: i64,
    /// What was deployed.
    pub contract_address: Option<String>,
    /// Why it reverted, as JSON; none when it succeeded.
    pub refusal: Option<String>,
}

/// Notes that a submitted call is in a block; `false`, with nothing changed, when somebody noted it before.
///
/// # Errors
/// When the database fails.
pub fn landed(
    tx: &mut Tx<'_>,
    call: CallId,
    landing: &Landing,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let status = if landing.refusal.is_some() { CallStatus::Refused } else { CallStatus::Mined };
    let submitted = chain_calls::table
        .find(call.to_string())
        .filter(chain_calls::status.eq(CallStatus::Submitted.as_str()));
    let changed = diesel::update(submitted)
        .set((
            chain_calls::status.eq(status.as_str()),
            chain_calls::block.eq(landing.block),
            chain_calls::block_hash.eq(&landing.block_hash),
            chain_calls::gas_used.eq(landing.gas_used),
            chain_calls::contract_address.eq(&landing.contract_address),
            chain_calls::refusal.eq(&landing.refusal),
            chain_calls::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Notes that a call came to nothing outside any block: the contract said no to the trial, or the nonce went elsewhere.
///
/// # Errors
/// When the database fails.
pub fn refused(tx: &mut Tx<'_>, call: CallId, refusal: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(chain_calls::table.find(call.to_string()))
        .set((
            chain_calls::status.eq(CallStatus::Refused.as_str()),
            chain_calls::refusal.eq(refusal),
            chain_calls::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Sends a refused call again, when its cause has been put right; `false` when it is not refused or was replaced.
/// One without a nonce is queued again. One whose nonce is spent stays on record, and another one, with this id,
/// is queued in its place.
///
/// # Errors
/// When the database fails.
pub fn queue_again(tx: &mut Tx<'_>, call: &Call, id: CallId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let refused = || {
        chain_calls::table
            .find(call.id.to_string())
            .filter(chain_calls::status.eq(CallStatus::Refused.as_str()))
    };
    let unsent = refused().filter(chain_calls::nonce.is_null());
    let changed = diesel::update(unsent)
        .set((
            chain_calls::status.eq(CallStatus::Queued.as_str()),
            chain_calls::refusal.eq(None::<String>),
            chain_calls::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    let spent: i64 = refused().count().get_result(tx.conn)?;
    if spent > 0 { replace(tx, call, id, now) } else { Ok(changed == 1) }
}

fn replace(tx: &mut Tx<'_>, spent: &Call, id: CallId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let spent_id = spent.id.to_string();
    let replaced: i64 = chain_replacements::table.find(&spent_id).count().get_result(tx.conn)?;
    if replaced > 0 {
        return Ok(false);
    }
    let operation_key = format!("{}{AGAIN}{}", spent.cause(), spent.position);
    let new = NewCall {
        id,
        operation_key: &operation_key,
        kind: &spent.kind,
        subject: &spent.subject,
        signer: spent.signer.parse().map_err(corrupt)?,
        to: spent.to_address.as_deref().map(str::parse).transpose().map_err(corrupt)?,
        data: &spent.data,
        value_wei: spent.value_wei.parse().map_err(corrupt)?,
    };
    enqueue(tx, new, now)?;
    let link =
        (chain_replacements::call_id.eq(&spent_id), chain_replacements::replaced_by.eq(id.to_string()));
    diesel::insert_into(chain_replacements::table).values(link).execute(tx.conn)?;
    Ok(true)
}

fn corrupt(error: impl ToString) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

impl Call {
    /// The operation key of its cause, which it shares with the calls that it was sent in place of.
    #[must_use]
    pub fn cause(&self) -> &str {
        self.operation_key.split_once(AGAIN).map_or(&self.operation_key, |(cause, _)| cause)
    }
}

/// Makes final what was mined at or below a block.
///
/// # Errors
/// When the database fails.
pub fn finalise(tx: &mut Tx<'_>, block: i64, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let buried = chain_calls::table
        .filter(chain_calls::status.eq(CallStatus::Mined.as_str()))
        .filter(chain_calls::block.le(block));
    Ok(diesel::update(buried)
        .set((chain_calls::status.eq(CallStatus::Final.as_str()), chain_calls::updated_at.eq(stamp(now))))
        .execute(tx.conn)?)
}

/// A call in a block, and which block of that number it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The call.
    pub call_id: CallId,
    /// The block.
    pub block: i64,
    /// Its hash.
    pub block_hash: String,
}

/// The calls that are in blocks above one, in the order of the blocks.
///
/// # Errors
/// When the database fails.
pub fn landed_above(tx: &mut Tx<'_>, block: i64) -> Result<Vec<Landed>, StoreError> {
    let rows: Vec<(String, Option<i64>, Option<String>)> = chain_calls::table
        .filter(chain_calls::block.gt(block))
        .order((chain_calls::block, chain_calls::position))
        .select((chain_calls::id, chain_calls::block, chain_calls::block_hash))
        .load(tx.conn)?;
    rows.into_iter()
        .map(|(id, block, hash)| {
            let call_id = id.parse().map_err(corrupt)?;
            Ok(Landed { call_id, block: block.unwrap_or_default(), block_hash: hash.unwrap_or_default() })
        })
        .collect()
}

/// After a reorganisation: a call whose block is gone flies again. Its bytes are kept and sent again.
///
/// # Errors
/// When the database fails.
pub fn unland(tx: &mut Tx<'_>, call: CallId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let lost = chain_calls::table.find(call.to_string()).filter(chain_calls::nonce.is_not_null());
    diesel::update(lost)
        .set((
            chain_calls::status.eq(CallStatus::Submitted.as_str()),
            chain_calls::block.eq(None::<i64>),
            chain_calls::block_hash.eq(None::<String>),
            chain_calls::contract_address.eq(None::<String>),
            chain_calls::gas_used.eq(None::<i64>),
            chain_calls::refusal.eq(None::<String>),
            chain_calls::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

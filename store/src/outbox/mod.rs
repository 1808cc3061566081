//! The outbox: calls to the chain, each written in the transaction of its cause and sent afterwards.

mod landing;

pub use landing::{Landed, Landing, finalise, landed, landed_above, queue_again, refused, unland};

use crate::row::stamp;
use crate::schema::{chain_calls, chain_replacements, chain_submissions, signers};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::CallId;
use domain::party::WalletAddress;
use domain::status::CallStatus;
use std::collections::BTreeSet;

/// A call to the chain.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chain_calls)]
pub struct Call {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: CallId,
    /// The order in which calls are sent.
    pub position: i64,
    /// Unique: one cause, one call.
    pub operation_key: String,
    /// What it does, as `token.issue`.
    pub kind: String,
    /// The id of the thing that it is about.
    pub subject: String,
    /// Whose key signs it.
    pub signer: String,
    /// The contract; none deploys one.
    pub to_address: Option<String>,
    /// The call data, or the code that deploys.
    pub data: Vec<u8>,
    /// Native currency sent along, in wei, as decimal text.
    pub value_wei: String,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: CallStatus,
    /// The nonce, once signed.
    pub nonce: Option<i64>,
    /// The block it is in.
    pub block: Option<i64>,
    /// The hash of that block.
    pub block_hash: Option<String>,
    /// What it deployed.
    pub contract_address: Option<String>,
    /// The gas it used.
    pub gas_used: Option<i64>,
    /// Why the contract said no, as JSON.
    pub refusal: Option<String>,
    /// When the cause was committed.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
}

/// A call to be written with its cause.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// Its id.
    pub id: CallId,
    /// Unique: one cause, one call.
    pub operation_key: &'a str,
    /// What it does.
    pub kind: &'a str,
    /// The id of the thing that it is about.
    pub subject: &'a str,
    /// Whose key signs it.
    pub signer: WalletAddress,
    /// The contract; none deploys one.
    pub to: Option<WalletAddress>,
    /// The call data.
    pub data: &'a [u8],
    /// Native currency sent along, in wei.
    pub value_wei: u128,
}

/// Signed bytes of a call.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chain_submissions)]
pub struct Submission {
    /// The transaction hash.
    pub hash: String,
    /// The call.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub call_id: CallId,
    /// Counted from 1; a fee bump is the next.
    pub attempt: i64,
    /// The bytes to send, always the same.
    pub raw: Vec<u8>,
    /// The gas limit.
    pub gas: i64,
    /// In wei, as decimal text.
    pub max_fee_per_gas: String,
    /// In wei, as decimal text.
    pub max_priority_fee_per_gas: String,
    /// When it was signed.
    pub sent_at: NaiveDateTime,
}

/// Writes a call unless its operation key stands there already; says whether it is new.
///
/// # Errors
/// When the database fails.
pub fn enqueue(tx: &mut Tx<'_>, new: NewCall<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let key = chain_calls::operation_key.eq(new.operation_key);
    let known: i64 = chain_calls::table.filter(key).count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(false);
    }
    let last: Option<i64> =
        chain_calls::table.select(diesel::dsl::max(chain_calls::position)).first(tx.conn)?;
    let call = Call {
        id: new.id,
        position: last.unwrap_or(0) + 1,
        operation_key: new.operation_key.to_owned(),
        kind: new.kind.to_owned(),
        subject: new.subject.to_owned(),
        signer: new.signer.to_string(),
        to_address: new.to.map(|to| to.to_string()),
        data: new.data.to_vec(),
        value_wei: new.value_wei.to_string(),
        status: CallStatus::Queued,
        nonce: None,
        block: None,
        block_hash: None,
        contract_address: None,
        gas_used: None,
        refusal: None,
        created_at: stamp(now),
        updated_at: stamp(now),
    };
    diesel::insert_into(chain_calls::table).values(call).execute(tx.conn)?;
    Ok(true)
}

/// Calls in a status behind a position, in the order of sending, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn in_status(
    tx: &mut Tx<'_>,
    status: CallStatus,
    behind: i64,
    most: i64,
) -> Result<Vec<Call>, StoreError> {
    Ok(chain_calls::table
        .filter(chain_calls::status.eq(status.as_str()))
        .filter(chain_calls::position.gt(behind))
        .order(chain_calls::position)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Call::as_select())
        .load(tx.conn)?)
}

/// The signers for whom something is queued, in the order of what is first.
///
/// # Errors
/// When the database fails.
pub fn queued_signers(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let first = diesel::dsl::min(chain_calls::position);
    let rows: Vec<(String, Option<i64>)> = chain_calls::table
        .filter(chain_calls::status.eq(CallStatus::Queued.as_str()))
        .group_by(chain_calls::signer)
        .order(first)
        .select((chain_calls::signer, first))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(signer, _)| signer).collect())
}

/// What is queued for a signer, in the order of sending; no more than may fly at a time beside what flies already.
///
/// # Errors
/// When the database fails.
pub fn queued_of(tx: &mut Tx<'_>, signer: &str, may_fly: i64) -> Result<Vec<Call>, StoreError> {
    let of_signer = |status: CallStatus| {
        chain_calls::table
            .filter(chain_calls::signer.eq(signer.to_owned()))
            .filter(chain_calls::status.eq(status.as_str()))
    };
    let flying: i64 = of_signer(CallStatus::Submitted).count().get_result(tx.conn)?;
    Ok(of_signer(CallStatus::Queued)
        .order(chain_calls::position)
        .limit((may_fly - flying).max(0))
        .select(Call::as_select())
        .load(tx.conn)?)
}

/// How many calls are waiting or flying before a position, those of some signers left out: what a later call may
/// depend on.
///
/// # Errors
/// When the database fails.
pub fn unlanded_before(tx: &mut Tx<'_>, position: i64, left_out: &[String]) -> Result<i64, StoreError> {
    let unlanded = [CallStatus::Queued.as_str(), CallStatus::Submitted.as_str()];
    Ok(chain_calls::table
        .filter(chain_calls::position.lt(position))
        .filter(chain_calls::status.eq_any(unlanded))
        .filter(chain_calls::signer.ne_all(left_out))
        .count()
        .get_result(tx.conn)?)
}

/// How many calls stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, status: CallStatus) -> Result<i64, StoreError> {
    Ok(chain_calls::table.filter(chain_calls::status.eq(status.as_str())).count().get_result(tx.conn)?)
}

/// The calls about a thing, oldest first.
///
/// # Errors
/// When the database fails.
pub fn about(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Call>, StoreError> {
    Ok(chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .order(chain_calls::position)
        .limit(MAX_PAGE)
        .select(Call::as_select())
        .load(tx.conn)?)
}

/// The newest call about a thing.
///
/// # Errors
/// When the database fails.
pub fn newest_about(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Call>, StoreError> {
    Ok(chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .order(chain_calls::position.desc())
        .select(Call::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The call of a cause; the newest, when others were sent before it and stay on record.
///
/// # Errors
/// When the database fails.
pub fn by_operation_key(tx: &mut Tx<'_>, operation_key: &str) -> Result<Option<Call>, StoreError> {
    let first = chain_calls::table.filter(chain_calls::operation_key.eq(operation_key));
    let mut found = first.select(Call::as_select()).first(tx.conn).optional()?;
    while let Some(call) = &found {
        let next =
            chain_replacements::table.find(call.id.to_string()).select(chain_replacements::replaced_by);
        let next: Option<String> = next.first(tx.conn).optional()?;
        let Some(next) = next else { break };
        found = chain_calls::table.find(next).select(Call::as_select()).first(tx.conn).optional()?;
    }
    Ok(found)
}

/// The call that a transaction carries, by the hash in hexadecimal.
///
/// # Errors
/// When the database fails.
pub fn of_transaction(tx: &mut Tx<'_>, transaction_hash: &str) -> Result<Option<Call>, StoreError> {
    let submission = chain_submissions::table.find(transaction_hash).select(chain_submissions::call_id);
    let id: Option<String> = submission.first(tx.conn).optional()?;
    let Some(id) = id else { return Ok(None) };
    Ok(chain_calls::table.find(id).select(Call::as_select()).first(tx.conn).optional()?)
}

/// Adds a signer whose key is derived by a purpose; one that is known stays as it is.
///
/// # Errors
/// When the database fails.
pub fn add_signer(tx: &mut Tx<'_>, address: WalletAddress, purpose: &str) -> Result<(), StoreError> {
    let address = address.to_string();
    let known: i64 = signers::table.find(&address).count().get_result(tx.conn)?;
    if known == 0 {
        let row = (signers::address.eq(&address), signers::purpose.eq(purpose));
        diesel::insert_into(signers::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

/// The purpose that a signer's key is derived by, and its next nonce once it has sent something.
///
/// # Errors
/// [`StoreError::NotFound`] for an address whose key is not ours.
pub fn signer(tx: &mut Tx<'_>, address: &str) -> Result<(String, Option<i64>), StoreError> {
    Ok(signers::table.find(address).select((signers::purpose, signers::next_nonce)).first(tx.conn)?)
}

/// Gives a queued call its nonce and its first signed bytes, and takes the nonce from the signer.
///
/// # Errors
/// [`StoreError::Duplicate`] when the nonce is taken, [`StoreError::NotFound`] when the call is no longer
/// queued: another process was first, and its bytes are the ones to send.
pub fn submitted(tx: &mut Tx<'_>, call: &Call, nonce: i64, submission: Submission) -> Result<(), StoreError> {
    let queued = chain_calls::table
        .find(call.id.to_string())
        .filter(chain_calls::status.eq(CallStatus::Queued.as_str()));
    let changed = diesel::update(queued)
        .set((
            chain_calls::status.eq(CallStatus::Submitted.as_str()),
            chain_calls::nonce.eq(nonce),
            chain_calls::updated_at.eq(submission.sent_at),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        return Err(StoreError::NotFound);
    }
    diesel::update(signers::table.find(&call.signer))
        .set(signers::next_nonce.eq(nonce + 1))
        .execute(tx.conn)?;
    add_submission(tx, submission)
}

/// Adds signed bytes with a higher fee under the same nonce.
///
/// # Errors
/// When the database fails.
pub fn add_submission(tx: &mut Tx<'_>, submission: Submission) -> Result<(), StoreError> {
    diesel::insert_into(chain_submissions::table).values(submission).execute(tx.conn)?;
    Ok(())
}

/// The signed bytes of a call, newest first.
///
/// # Errors
/// When the database fails.
pub fn submissions(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<Submission>, StoreError> {
    Ok(chain_submissions::table
        .filter(chain_submissions::call_id.eq(call.to_string()))
        .order(chain_submissions::attempt.desc())
        .select(Submission::as_select())
        .load(tx.conn)?)
}

/// How many calls of a kind there are about a thing; one that was sent again counts once.
///
/// # Errors
/// When the database fails.
pub fn count_about(tx: &mut Tx<'_>, subject: &str, kind: &str) -> Result<i64, StoreError> {
    Ok(chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .filter(chain_calls::kind.eq(kind))
        .filter(chain_calls::id.ne_all(replaced()))
        .count()
        .get_result(tx.conn)?)
}

/// The causes of the calls of a kind about a thing, as they were first written.
///
/// # Errors
/// When the database fails.
pub fn operation_keys_about(
    tx: &mut Tx<'_>,
    subject: &str,
    kind: &str,
) -> Result<BTreeSet<String>, StoreError> {
    let calls =
        chain_calls::table.filter(chain_calls::subject.eq(subject)).filter(chain_calls::kind.eq(kind));
    let keys: Vec<String> = calls.select(chain_calls::operation_key).load(tx.conn)?;
    Ok(keys.into_iter().collect())
}

/// How many calls about a thing there are and were, refused ones among them.
///
/// # Errors
/// When the database fails.
pub fn count_all_about(tx: &mut Tx<'_>, subject: &str) -> Result<i64, StoreError> {
    Ok(chain_calls::table.filter(chain_calls::subject.eq(subject)).count().get_result(tx.conn)?)
}

/// Whether a call about a thing waits for the chain.
///
/// # Errors
/// When the database fails.
pub fn is_under_way(tx: &mut Tx<'_>, subject: &str) -> Result<bool, StoreError> {
    let waiting = [CallStatus::Queued.as_str(), CallStatus::Submitted.as_str()];
    let calls: i64 = chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .filter(chain_calls::status.eq_any(waiting))
        .count()
        .get_result(tx.conn)?;
    Ok(calls > 0)
}

/// Whether nothing about a thing is on its way, or in a block that may still be taken back.
///
/// # Errors
/// When the database fails.
pub fn is_settled(tx: &mut Tx<'_>, subject: &str) -> Result<bool, StoreError> {
    let settled = [CallStatus::Final.as_str(), CallStatus::Refused.as_str()];
    let calls: i64 = chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .filter(chain_calls::status.ne_all(settled))
        .count()
        .get_result(tx.conn)?;
    Ok(calls == 0)
}

/// The refused calls about a thing in whose place nothing was sent, oldest first.
///
/// # Errors
/// When the database fails.
pub fn refused_about(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Call>, StoreError> {
    Ok(chain_calls::table
        .filter(chain_calls::subject.eq(subject))
        .filter(chain_calls::status.eq(CallStatus::Refused.as_str()))
        .filter(chain_calls::id.ne_all(replaced()))
        .order(chain_calls::position)
        .limit(MAX_PAGE)
        .select(Call::as_select())
        .load(tx.conn)?)
}

/// The ids of the calls in whose place another one was sent.
fn replaced() -> diesel::helper_types::Select<chain_replacements::table, chain_replacements::call_id> {
    chain_replacements::table.select(chain_replacements::call_id)
}

//! Requests that a wallet answers, each tied to the session that asked, and what waits for that session to come back.

use crate::credentials::Challenge;
use crate::row::stamp;
use crate::schema::{challenges, wallet_requests};
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::InvestorId;

/// A request; its challenge says to whom it was given out and until when.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = wallet_requests)]
pub struct WalletRequest {
    /// The nonce of its challenge.
    pub nonce: String,
    /// The session that asked, as `sessions` has it.
    pub session: String,
    /// The hash of the code that the wallet was given.
    pub code_hash: Option<String>,
    /// What was proven, sealed under the person's key; nothing once it was taken or a newer request took its place.
    pub sealed_claims: Option<Vec<u8>>,
    /// When the wallet answered with something that proves.
    pub answered_at: Option<NaiveDateTime>,
    /// When the session came back with the code.
    pub returned_at: Option<NaiveDateTime>,
}

/// Keeps a request that is given out.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, nonce: &str, session: &str) -> Result<(), StoreError> {
    diesel::insert_into(wallet_requests::table)
        .values((wallet_requests::nonce.eq(nonce), wallet_requests::session.eq(session)))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps what a wallet's answer proves until its session comes back.
///
/// # Errors
/// When the database fails.
pub fn answer(
    tx: &mut Tx<'_>,
    nonce: &str,
    (code_hash, sealed_claims): (&str, Vec<u8>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(wallet_requests::table.find(nonce))
        .set((
            wallet_requests::code_hash.eq(code_hash),
            wallet_requests::sealed_claims.eq(sealed_claims),
            wallet_requests::answered_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The request whose wallet was given the code of this hash, and its challenge.
///
/// # Errors
/// When the database fails.
pub fn by_code(tx: &mut Tx<'_>, code_hash: &str) -> Result<Option<(WalletRequest, Challenge)>, StoreError> {
    Ok(wallet_requests::table
        .inner_join(challenges::table)
        .filter(wallet_requests::code_hash.eq(code_hash))
        .select((WalletRequest::as_select(), Challenge::as_select()))
        .first(tx.conn)
        .optional()?)
}

/// Notes that the session came back, and takes what waited for it; `false` when it had come back before.
///
/// # Errors
/// When the database fails.
pub fn take(tx: &mut Tx<'_>, nonce: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let waiting = wallet_requests::table.find(nonce).filter(wallet_requests::returned_at.is_null());
    let taken = diesel::update(waiting).set((
        wallet_requests::returned_at.eq(stamp(now)),
        wallet_requests::sealed_claims.eq(None::<Vec<u8>>),
    ));
    Ok(taken.execute(tx.conn)? == 1)
}

/// Forgets what waits for an investor: a newer request takes its place.
///
/// # Errors
/// When the database fails.
pub fn forget(tx: &mut Tx<'_>, investor: InvestorId) -> Result<(), StoreError> {
    let theirs =
        challenges::table.filter(challenges::investor_id.eq(investor.to_string())).select(challenges::nonce);
    let waiting = wallet_requests::table
        .filter(wallet_requests::nonce.eq_any(theirs))
        .filter(wallet_requests::sealed_claims.is_not_null());
    diesel::update(waiting).set(wallet_requests::sealed_claims.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    Ok(())
}

//! Wallets that were frozen or freed together in one token, and those that are frozen now.

use crate::schema::{chain_events, wallet_freezes};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ids::{FreezeId, PoolId};

/// A freeze that was ordered.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = wallet_freezes)]
pub struct WalletFreeze {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: FreezeId,
    /// In the token of which pool.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub pool_id: PoolId,
    /// Whether they are frozen, or freed.
    pub frozen: bool,
    /// Why, in the officer's words.
    pub reason: String,
    /// The wallets, as a JSON list.
    pub wallets: String,
    /// What of the list was left out, as a JSON list.
    pub left_out: String,
    /// The account that ordered it.
    pub requested_by: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

/// Adds a freeze.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, freeze: WalletFreeze) -> Result<(), StoreError> {
    diesel::insert_into(wallet_freezes::table).values(freeze).execute(tx.conn)?;
    Ok(())
}

/// A page of the freezes in a pool, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    pool: PoolId,
    before: Option<FreezeId>,
    most: i64,
) -> Result<Vec<WalletFreeze>, StoreError> {
    let mut query = wallet_freezes::table
        .filter(wallet_freezes::pool_id.eq(pool.to_string()))
        .order(wallet_freezes::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(WalletFreeze::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(wallet_freezes::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Every change of a wallet's freeze in a token, oldest first, as it was read: wallet and payload.
///
/// # Errors
/// When the database fails.
pub fn changes(tx: &mut Tx<'_>, token: &str) -> Result<Vec<(Option<String>, String)>, StoreError> {
    Ok(chain_events::table
        .filter(chain_events::emitter.eq(token))
        .filter(chain_events::kind.eq("wallet_frozen_set"))
        .order((chain_events::block, chain_events::log_index))
        .select((chain_events::wallet, chain_events::payload))
        .load(tx.conn)?)
}

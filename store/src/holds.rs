//! Units that are kept for somebody and stay their holder's on the register.

use crate::row::stamp;
use crate::schema::{holds, partitions, pools};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{HoldId, IssuerId, PartitionId};
use domain::party::WalletAddress;

/// A hold with what the chain has said of it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = holds)]
pub struct Hold {
    /// Its id here.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: HoldId,
    /// Its id on chain, in hexadecimal.
    pub chain_key: String,
    /// The partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Whose units they are, as the hold says; a wallet that was lost since is replaced.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub holder_wallet: WalletAddress,
    /// Who gets them; the notary names it when nobody is.
    pub recipient_wallet: Option<String>,
    /// Who decides.
    pub notary_wallet: Option<String>,
    /// How many.
    pub units: i64,
    /// How many were delivered.
    pub executed_units: i64,
    /// How many were freed.
    pub released_units: i64,
    /// Whether the chain has it.
    pub placed: bool,
    /// The first moment at which it is never executed any more.
    pub expires_at: NaiveDateTime,
    /// The SHA-256 of the secret that executes it, in hexadecimal.
    pub secret_hash: Option<String>,
    /// What tells it apart from others that are alike, in hexadecimal.
    pub salt: String,
    /// What it is for, as a pledge; none for a hold that nobody ordered here.
    pub purpose: Option<String>,
    /// The account that ordered it.
    pub requested_by: Option<String>,
    /// When it was ordered, or read.
    pub created_at: NaiveDateTime,
}

impl Hold {
    /// Units that it keeps now.
    #[must_use]
    pub const fn kept(&self) -> i64 {
        if self.placed { self.units - self.executed_units - self.released_units } else { 0 }
    }
}

/// Adds a hold.
///
/// # Errors
/// [`StoreError::Duplicate`] when it stands there already.
pub fn add(tx: &mut Tx<'_>, hold: Hold) -> Result<(), StoreError> {
    diesel::insert_into(holds::table).values(hold).execute(tx.conn)?;
    Ok(())
}

/// The hold with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: HoldId) -> Result<Option<Hold>, StoreError> {
    Ok(holds::table.find(id.to_string()).select(Hold::as_select()).first(tx.conn).optional()?)
}

/// The hold that the chain knows under a key.
///
/// # Errors
/// When the database fails.
pub fn by_chain_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Hold>, StoreError> {
    let found = holds::table.filter(holds::chain_key.eq(key));
    Ok(found.select(Hold::as_select()).first(tx.conn).optional()?)
}

/// Sets what the chain has said of a hold.
///
/// # Errors
/// When the database fails.
pub fn set_state(tx: &mut Tx<'_>, hold: &Hold) -> Result<(), StoreError> {
    diesel::update(holds::table.find(hold.id.to_string()))
        .set((
            holds::placed.eq(hold.placed),
            holds::executed_units.eq(hold.executed_units),
            holds::released_units.eq(hold.released_units),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Units that holds of some wallets keep in a partition.
///
/// # Errors
/// When the database fails.
pub fn kept(tx: &mut Tx<'_>, partition: PartitionId, of: &[String]) -> Result<i64, StoreError> {
    let rows: Vec<Hold> = holds::table
        .filter(holds::partition_id.eq(partition.to_string()))
        .filter(holds::holder_wallet.eq_any(of.to_vec()))
        .filter(holds::placed)
        .select(Hold::as_select())
        .load(tx.conn)?;
    Ok(rows.iter().map(Hold::kept).sum())
}

/// Holds whose time is over and which still keep units, the first to expire first; at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn expired(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Vec<Hold>, StoreError> {
    let mut over: Vec<Hold> = holds::table
        .filter(holds::expires_at.le(stamp(now)))
        .filter(holds::placed)
        .filter(holds::units.gt(holds::executed_units + holds::released_units))
        .order((holds::expires_at, holds::id))
        .limit(MAX_PAGE)
        .select(Hold::as_select())
        .load(tx.conn)?;
    // Years of five digits, which the chain allows, sort before all others as SQLite's texts.
    over.retain(|hold| hold.expires_at <= stamp(now));
    Ok(over)
}

/// Which holds a listing shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those in which one of these wallets is holder, recipient or notary.
    pub wallets: Option<Vec<String>>,
    /// Only those of an issuer's pools.
    pub issuer: Option<IssuerId>,
}

/// A page of holds, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<HoldId>,
    most: i64,
) -> Result<Vec<Hold>, StoreError> {
    let mut query = holds::table
        .inner_join(partitions::table.inner_join(pools::table))
        .order(holds::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Hold::as_select())
        .into_boxed();
    if let Some(wallets) = &filter.wallets {
        let own = holds::holder_wallet
            .eq_any(wallets.clone())
            .or(holds::recipient_wallet.assume_not_null().eq_any(wallets.clone()))
            .or(holds::notary_wallet.assume_not_null().eq_any(wallets.clone()));
        query = query.filter(own);
    }
    if let Some(issuer) = filter.issuer {
        query = query.filter(pools::issuer_id.eq(issuer.to_string()));
    }
    if let Some(before) = before {
        query = query.filter(holds::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

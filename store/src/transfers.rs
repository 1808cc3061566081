//! Transfers that were asked for, and what became of them.

use crate::row::stamp;
use crate::schema::{partitions, pools, transfers, wallets};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{InvestorId, IssuerId, PartitionId, TransferId, UserId};
use domain::party::WalletAddress;
use domain::status::TransferStatus;

/// A transfer.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = transfers)]
pub struct Transfer {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: TransferId,
    /// Units of which partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Who gives.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub from_wallet: WalletAddress,
    /// Who gets.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub to_wallet: WalletAddress,
    /// How many.
    pub units: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: TransferStatus,
    /// Why not, as a JSON list; empty when accepted.
    pub refusals: String,
    /// Who asked.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub requested_by: UserId,
    /// The transaction that moved the units.
    pub transaction_hash: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

/// Adds a transfer.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, transfer: Transfer) -> Result<(), StoreError> {
    diesel::insert_into(transfers::table).values(transfer).execute(tx.conn)?;
    Ok(())
}

/// The transfer with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: TransferId) -> Result<Option<Transfer>, StoreError> {
    Ok(transfers::table.find(id.to_string()).select(Transfer::as_select()).first(tx.conn).optional()?)
}

/// Transfers in the pools of an issuer that were refused since a moment for want of a co-signature, perhaps among other
/// reasons, newest first.
///
/// # Errors
/// When the database fails.
pub fn refused_since(
    tx: &mut Tx<'_>,
    issuer: IssuerId,
    since: DateTime<Utc>,
) -> Result<Vec<Transfer>, StoreError> {
    Ok(transfers::table
        .inner_join(partitions::table.inner_join(pools::table))
        .filter(pools::issuer_id.eq(issuer.to_string()))
        .filter(transfers::status.eq(TransferStatus::Refused.as_str()))
        .filter(transfers::created_at.ge(stamp(since)))
        .filter(transfers::refusals.like("%\"COSIGNATURE\"%"))
        .order(transfers::id.desc())
        .limit(MAX_PAGE)
        .select(Transfer::as_select())
        .load(tx.conn)?)
}

/// Refuses a transfer that was accepted: the chain said no.
///
/// # Errors
/// When the database fails.
pub fn refuse(tx: &mut Tx<'_>, id: TransferId, refusals: &str) -> Result<(), StoreError> {
    diesel::update(transfers::table.find(id.to_string()))
        .set((transfers::status.eq(TransferStatus::Refused.as_str()), transfers::refusals.eq(refusals)))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes the transaction that moved the units of a transfer.
///
/// # Errors
/// When the database fails.
pub fn settle(tx: &mut Tx<'_>, id: TransferId, transaction_hash: &str) -> Result<(), StoreError> {
    diesel::update(transfers::table.find(id.to_string()))
        .set((
            transfers::status.eq(TransferStatus::Settled.as_str()),
            transfers::transaction_hash.eq(transaction_hash),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes back [`settle`], when the block of the transaction was reorganised away.
///
/// # Errors
/// When the database fails.
pub fn unsettle(tx: &mut Tx<'_>, transaction_hash: &str) -> Result<(), StoreError> {
    diesel::update(transfers::table.filter(transfers::transaction_hash.eq(transaction_hash)))
        .set((
            transfers::status.eq(TransferStatus::Accepted.as_str()),
            transfers::transaction_hash.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A movement of units as an accepted transfer describes it.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// The partition.
    pub partition: PartitionId,
    /// Who gives.
    pub from: &'a str,
    /// Who gets.
    pub to: &'a str,
    /// How many.
    pub units: i64,
}

/// The oldest accepted transfer that a movement fulfils.
///
/// # Errors
/// When the database fails.
pub fn fulfilled_by(tx: &mut Tx<'_>, moved: Described<'_>) -> Result<Option<Transfer>, StoreError> {
    Ok(transfers::table
        .filter(transfers::partition_id.eq(moved.partition.to_string()))
        .filter(transfers::from_wallet.eq(moved.from))
        .filter(transfers::to_wallet.eq(moved.to))
        .filter(transfers::units.eq(moved.units))
        .filter(transfers::status.eq(TransferStatus::Accepted.as_str()))
        .order(transfers::id)
        .select(Transfer::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Units that accepted transfers are about to take from a wallet whose key is ours: promised, not yet on the chain.
/// What the owner of another wallet has yet to sign is no promise.
///
/// # Errors
/// When the database fails.
pub fn promised(tx: &mut Tx<'_>, partition: PartitionId, wallet: WalletAddress) -> Result<i64, StoreError> {
    let units: Vec<i64> = transfers::table
        .inner_join(wallets::table.on(wallets::address.eq(transfers::from_wallet)))
        .filter(wallets::managed)
        .filter(transfers::partition_id.eq(partition.to_string()))
        .filter(transfers::from_wallet.eq(wallet.to_string()))
        .filter(transfers::status.eq(TransferStatus::Accepted.as_str()))
        .select(transfers::units)
        .load(tx.conn)?;
    Ok(units.iter().sum())
}

/// Units that accepted transfers from wallets whose keys are ours are about to bring to an investor or take away,
/// over all wallets of the investor.
///
/// # Errors
/// When the database fails.
pub fn in_flight(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    investor: InvestorId,
) -> Result<InFlight, StoreError> {
    let own: Vec<String> = wallets::table
        .filter(wallets::investor_id.eq(investor.to_string()))
        .select(wallets::address)
        .load(tx.conn)?;
    let rows: Vec<(String, String, i64)> = transfers::table
        .inner_join(wallets::table.on(wallets::address.eq(transfers::from_wallet)))
        .filter(wallets::managed)
        .filter(transfers::partition_id.eq(partition.to_string()))
        .filter(transfers::status.eq(TransferStatus::Accepted.as_str()))
        .filter(transfers::from_wallet.eq_any(own.clone()).or(transfers::to_wallet.eq_any(own.clone())))
        .select((transfers::from_wallet, transfers::to_wallet, transfers::units))
        .load(tx.conn)?;
    let mut flight = InFlight::default();
    for (from, to, units) in rows {
        flight.leaving += if own.contains(&from) { units } else { 0 };
        flight.coming += if own.contains(&to) { units } else { 0 };
    }
    Ok(flight)
}

/// Units that are on their way to an investor and away from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InFlight {
    /// On their way here.
    pub coming: i64,
    /// On their way elsewhere.
    pub leaving: i64,
}

/// Which transfers a listing shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of a partition.
    pub partition: Option<PartitionId>,
    /// Only those from or to one of these wallets.
    pub wallets: Option<Vec<String>>,
}

/// A page of transfers, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<TransferId>,
    most: i64,
) -> Result<Vec<Transfer>, StoreError> {
    let mut query = transfers::table
        .order(transfers::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Transfer::as_select())
        .into_boxed();
    if let Some(partition) = filter.partition {
        query = query.filter(transfers::partition_id.eq(partition.to_string()));
    }
    if let Some(wallets) = &filter.wallets {
        let from = transfers::from_wallet.eq_any(wallets.clone());
        query = query.filter(from.or(transfers::to_wallet.eq_any(wallets.clone())));
    }
    if let Some(before) = before {
        query = query.filter(transfers::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

//! Transfers that were asked for, and what became of them.

use crate::schema::transfers;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ids::{PartitionId, TransferId, UserId};
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

/// Notes what became of a transfer.
///
/// # Errors
/// When the database fails.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: TransferId,
    status: TransferStatus,
    refusals: &str,
) -> Result<(), StoreError> {
    diesel::update(transfers::table.find(id.to_string()))
        .set((transfers::status.eq(status.as_str()), transfers::refusals.eq(refusals)))
        .execute(tx.conn)?;
    Ok(())
}

/// Units that accepted transfers of a wallet are about to take away: promised, not yet on the chain.
///
/// # Errors
/// When the database fails.
pub fn promised(tx: &mut Tx<'_>, partition: PartitionId, wallet: WalletAddress) -> Result<i64, StoreError> {
    let units: Vec<i64> = transfers::table
        .filter(transfers::partition_id.eq(partition.to_string()))
        .filter(transfers::from_wallet.eq(wallet.to_string()))
        .filter(transfers::status.eq(TransferStatus::Accepted.as_str()))
        .select(transfers::units)
        .load(tx.conn)?;
    Ok(units.iter().sum())
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

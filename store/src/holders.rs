//! What a beneficial owner holds over all wallets, and how many owners there are.

use crate::schema::{holdings, wallets};
use crate::{StoreError, Tx};
use diesel::prelude::*;
use domain::ids::{InvestorId, PartitionId};

/// Units of a partition over all wallets of one investor.
///
/// # Errors
/// When the database fails.
pub fn units_of_investor(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    investor: InvestorId,
) -> Result<i64, StoreError> {
    let units: Vec<i64> = wallets::table
        .inner_join(holdings::table.on(holdings::wallet.eq(wallets::address)))
        .filter(wallets::investor_id.eq(investor.to_string()))
        .filter(holdings::partition_id.eq(partition.to_string()))
        .select(holdings::units)
        .load(tx.conn)?;
    Ok(units.iter().sum())
}

/// Investors who hold at least one unit of a partition.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, partition: PartitionId) -> Result<i64, StoreError> {
    Ok(wallets::table
        .inner_join(holdings::table.on(holdings::wallet.eq(wallets::address)))
        .filter(holdings::partition_id.eq(partition.to_string()))
        .filter(holdings::units.gt(0))
        .select(diesel::dsl::count(wallets::investor_id).aggregate_distinct())
        .first(tx.conn)?)
}

/// Units of all partitions of a token in one wallet.
///
/// # Errors
/// When the database fails.
pub fn units_in_wallet(tx: &mut Tx<'_>, partitions: &[PartitionId], wallet: &str) -> Result<i64, StoreError> {
    let mut total = 0;
    for partition in partitions {
        total += crate::projection::units_of(tx, *partition, wallet)?;
    }
    Ok(total)
}

/// What an investor holds of each partition, over all wallets, above zero.
///
/// # Errors
/// When the database fails.
pub fn portfolio(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(wallets::table
        .inner_join(holdings::table.on(holdings::wallet.eq(wallets::address)))
        .filter(wallets::investor_id.eq(investor.to_string()))
        .filter(holdings::units.gt(0))
        .order((holdings::partition_id, holdings::wallet))
        .select((holdings::partition_id, holdings::wallet, holdings::units))
        .load(tx.conn)?)
}

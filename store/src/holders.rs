//! What a beneficial owner holds over all wallets, and how many owners there are.

use crate::investors::Investor;
use crate::row::stamp;
use crate::schema::{holdings, investors, movements, wallets};
use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::Country;
use domain::ids::{InvestorId, PartitionId};
use domain::party::InvestorClass;
use std::collections::BTreeMap;

/// Values bound in one statement: both databases take some tens of thousands.
const MAX_BOUND: usize = 1_000;

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

/// Investors of a country who hold at least one unit of a partition, and those of a class.
///
/// # Errors
/// When the database fails.
pub fn count_alike(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    (country, class): (Country, InvestorClass),
) -> Result<(i64, i64), StoreError> {
    let of_country = count_group(tx, partition, (Some(country), None))?;
    Ok((of_country, count_group(tx, partition, (None, Some(class)))?))
}

/// Investors of a group, by country or by class, who hold at least one unit of a partition.
///
/// # Errors
/// When the database fails.
pub fn count_group(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    (country, class): (Option<Country>, Option<InvestorClass>),
) -> Result<i64, StoreError> {
    let mut query = wallets::table
        .inner_join(holdings::table.on(holdings::wallet.eq(wallets::address)))
        .inner_join(investors::table)
        .filter(holdings::partition_id.eq(partition.to_string()))
        .filter(holdings::units.gt(0))
        .select(diesel::dsl::count(wallets::investor_id).aggregate_distinct())
        .into_boxed();
    if let Some(country) = country {
        query = query.filter(investors::country.eq(country.to_string()));
    }
    if let Some(class) = class {
        query = query.filter(investors::investor_class.eq(class.to_string()));
    }
    Ok(query.first(tx.conn)?)
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

/// What a wallet holds of a partition.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Position {
    /// The partition's id.
    pub partition_id: String,
    /// The wallet.
    pub wallet: String,
    /// Units, above zero.
    pub units: i64,
}

/// What an investor holds of each partition in each wallet.
///
/// # Errors
/// When the database fails.
pub fn portfolio(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Position>, StoreError> {
    Ok(wallets::table
        .inner_join(holdings::table.on(holdings::wallet.eq(wallets::address)))
        .filter(wallets::investor_id.eq(investor.to_string()))
        .filter(holdings::units.gt(0))
        .order((holdings::partition_id, holdings::wallet))
        .select((holdings::partition_id, holdings::wallet, holdings::units))
        .load(tx.conn)?)
}

/// The investors behind wallets, by wallet; a wallet of nobody we know is left out.
///
/// # Errors
/// When the database fails.
pub fn behind(tx: &mut Tx<'_>, addresses: &[String]) -> Result<BTreeMap<String, Investor>, StoreError> {
    let mut behind = BTreeMap::new();
    for some in addresses.chunks(MAX_BOUND) {
        let rows: Vec<(String, Investor)> = wallets::table
            .inner_join(investors::table)
            .filter(wallets::address.eq_any(some.to_vec()))
            .select((wallets::address, Investor::as_select()))
            .load(tx.conn)?;
        behind.extend(rows);
    }
    Ok(behind)
}

/// The units of a partition that there were before a moment: issued less redeemed.
///
/// # Errors
/// When the database fails.
pub fn outstanding_before(
    tx: &mut Tx<'_>,
    partition: PartitionId,
    moment: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let rows: Vec<(Option<String>, Option<String>, i64)> = movements::table
        .filter(movements::partition_id.eq(partition.to_string()))
        .filter(movements::at.lt(stamp(moment)))
        .filter(movements::from_wallet.is_null().or(movements::to_wallet.is_null()))
        .select((movements::from_wallet, movements::to_wallet, movements::units))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(from, _, units)| if from.is_none() { units } else { -units }).sum())
}

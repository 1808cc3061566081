//! Pools and their partitions.

use crate::row::stamp;
use crate::schema::{partitions, pools};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::asset::AssetKind;
use domain::ids::{IssuerId, PartitionId, PoolId, PropertyId};
use domain::pool::{PartitionName, PoolStatus, Symbol};
use domain::{Currency, party::WalletAddress};

/// A pool of assets behind one token.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = pools)]
pub struct Pool {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: PoolId,
    /// Whose it is.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub issuer_id: IssuerId,
    /// What it holds.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub asset_kind: AssetKind,
    /// The building, for rent.
    pub property_id: Option<String>,
    /// Its name, also the token's.
    pub name: String,
    /// The token's short name.
    pub symbol: String,
    /// The currency of everything it earns and pays.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: PoolStatus,
    /// Its token on chain, with checksum.
    pub token_address: Option<String>,
    /// When it was drafted.
    pub created_at: NaiveDateTime,
}

/// A tranche of a pool.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = partitions)]
pub struct Partition {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: PartitionId,
    /// Its pool.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub pool_id: PoolId,
    /// Its name, also on chain.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub name: PartitionName,
    /// The order of payment: 1 is paid first.
    pub seniority: i64,
    /// The most units there may be.
    pub authorised_units: i64,
    /// What a unit costs in the primary sale, in minor units of the pool's currency.
    pub unit_price_minor: i64,
    /// The cap per beneficial owner in basis points.
    pub cap_bps: i64,
    /// The yearly coupon rate as a decimal fraction.
    pub coupon_rate: String,
    /// Months between coupons: 1, 3, 6 or 12.
    pub coupon_months: i64,
    /// How days are counted, as `ACT_360`.
    pub day_count: String,
    /// The first day that earns.
    pub first_period_start: NaiveDate,
    /// The most beneficial owners.
    pub holder_limit: Option<i64>,
    /// Nobody transfers before.
    pub locked_until: Option<NaiveDateTime>,
    /// Country codes as a JSON list.
    pub allowed_countries: String,
    /// Classes of investors as a JSON list.
    pub allowed_classes: String,
    /// Whether the primary sale is over.
    pub primary_closed: bool,
}

/// Adds a pool.
///
/// # Errors
/// [`StoreError::Duplicate`] when the symbol is taken.
pub fn add(tx: &mut Tx<'_>, pool: Pool) -> Result<(), StoreError> {
    diesel::insert_into(pools::table).values(pool).execute(tx.conn)?;
    Ok(())
}

/// Adds a partition to a pool.
///
/// # Errors
/// [`StoreError::Duplicate`] when the pool has one of that name or seniority.
pub fn add_partition(tx: &mut Tx<'_>, partition: Partition) -> Result<(), StoreError> {
    diesel::insert_into(partitions::table).values(partition).execute(tx.conn)?;
    Ok(())
}

/// The pool with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: PoolId) -> Result<Option<Pool>, StoreError> {
    Ok(pools::table.find(id.to_string()).select(Pool::as_select()).first(tx.conn).optional()?)
}

/// Whether a token's short name is taken by another pool.
///
/// # Errors
/// When the database fails.
pub fn symbol_is_taken(tx: &mut Tx<'_>, symbol: &Symbol, but: Option<PoolId>) -> Result<bool, StoreError> {
    let found: Option<String> =
        pools::table.filter(pools::symbol.eq(symbol.as_str())).select(pools::id).first(tx.conn).optional()?;
    Ok(found.is_some_and(|id| Some(id) != but.map(|but| but.to_string())))
}

/// The pool of a property.
///
/// # Errors
/// When the database fails.
pub fn of_property(tx: &mut Tx<'_>, property: PropertyId) -> Result<Option<Pool>, StoreError> {
    let of_it = pools::property_id.eq(property.to_string());
    Ok(pools::table.filter(of_it).select(Pool::as_select()).first(tx.conn).optional()?)
}

/// Gives a pool another name and symbol.
///
/// # Errors
/// [`StoreError::Duplicate`] when the symbol is taken.
pub fn rename(tx: &mut Tx<'_>, id: PoolId, name: &str, symbol: &Symbol) -> Result<(), StoreError> {
    diesel::update(pools::table.find(id.to_string()))
        .set((pools::name.eq(name), pools::symbol.eq(symbol.as_str())))
        .execute(tx.conn)?;
    Ok(())
}

/// Removes a pool that never came to be.
///
/// # Errors
/// [`StoreError::Constraint`] when something depends on it.
pub fn remove(tx: &mut Tx<'_>, id: PoolId) -> Result<(), StoreError> {
    diesel::delete(pools::table.find(id.to_string())).execute(tx.conn)?;
    Ok(())
}

/// Removes the partitions of a pool whose token never came to be.
///
/// # Errors
/// [`StoreError::Constraint`] when something depends on them.
pub fn remove_partitions(tx: &mut Tx<'_>, pool: PoolId) -> Result<(), StoreError> {
    diesel::delete(partitions::table.filter(partitions::pool_id.eq(pool.to_string()))).execute(tx.conn)?;
    Ok(())
}

/// The partition with an id.
///
/// # Errors
/// When the database fails.
pub fn partition(tx: &mut Tx<'_>, id: PartitionId) -> Result<Option<Partition>, StoreError> {
    Ok(partitions::table.find(id.to_string()).select(Partition::as_select()).first(tx.conn).optional()?)
}

/// The partition of a pool with a name.
///
/// # Errors
/// When the database fails.
pub fn partition_by_name(
    tx: &mut Tx<'_>,
    pool: PoolId,
    name: &PartitionName,
) -> Result<Option<Partition>, StoreError> {
    Ok(partitions::table
        .filter(partitions::pool_id.eq(pool.to_string()))
        .filter(partitions::name.eq(name.as_str()))
        .select(Partition::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The partitions of a pool, the senior one first.
///
/// # Errors
/// When the database fails.
pub fn partitions_of(tx: &mut Tx<'_>, pool: PoolId) -> Result<Vec<Partition>, StoreError> {
    Ok(partitions::table
        .filter(partitions::pool_id.eq(pool.to_string()))
        .order(partitions::seniority)
        .select(Partition::as_select())
        .load(tx.conn)?)
}

/// Which pools a listing shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only those of an issuer.
    pub issuer: Option<IssuerId>,
    /// Only those in a status.
    pub status: Option<PoolStatus>,
}

/// A page of pools, oldest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    filter: Filter,
    after: Option<PoolId>,
    most: i64,
) -> Result<Vec<Pool>, StoreError> {
    let mut query =
        pools::table.order(pools::id).limit(most.clamp(1, MAX_PAGE)).select(Pool::as_select()).into_boxed();
    if let Some(issuer) = filter.issuer {
        query = query.filter(pools::issuer_id.eq(issuer.to_string()));
    }
    if let Some(status) = filter.status {
        query = query.filter(pools::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(pools::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Moves a pool on to a status.
///
/// # Errors
/// When the database fails.
pub fn set_status(tx: &mut Tx<'_>, id: PoolId, status: PoolStatus) -> Result<(), StoreError> {
    diesel::update(pools::table.find(id.to_string()))
        .set(pools::status.eq(status.as_str()))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes where the token of a pool is.
///
/// # Errors
/// When the database fails.
pub fn set_token(tx: &mut Tx<'_>, id: PoolId, token: WalletAddress) -> Result<(), StoreError> {
    diesel::update(pools::table.find(id.to_string()))
        .set(pools::token_address.eq(token.to_string()))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes that the primary sale of a pool is over, for all its partitions.
///
/// # Errors
/// When the database fails.
pub fn close_primary(tx: &mut Tx<'_>, id: PoolId) -> Result<(), StoreError> {
    diesel::update(partitions::table.filter(partitions::pool_id.eq(id.to_string())))
        .set(partitions::primary_closed.eq(true))
        .execute(tx.conn)?;
    Ok(())
}

impl Partition {
    /// The moment before which nobody transfers.
    #[must_use]
    pub fn locked_until_utc(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.locked_until.map(|at| at.and_utc())
    }

    /// The lock-up as the row keeps it.
    #[must_use]
    pub fn lock(until: Option<chrono::DateTime<chrono::Utc>>) -> Option<NaiveDateTime> {
        until.map(stamp)
    }
}

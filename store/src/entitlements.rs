//! Entitlements: what each holder gets of a coupon, and what has become of it.

use crate::schema::{coupons, entitlements, investors, wallets};
use crate::{MAX_PAGE, StoreError, Tx};
use diesel::prelude::*;
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, EntitlementId, InvestorId};
use std::collections::BTreeMap;

/// Wallets that one question about their owners names: both databases take more.
const WALLETS_AT_ONCE: usize = 400;

/// What one wallet gets of one coupon.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = entitlements)]
pub struct Entitlement {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: EntitlementId,
    /// The coupon.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub coupon_id: CouponId,
    /// Its place in the published tree; none when there is nothing to pay.
    pub leaf_index: Option<i64>,
    /// The beneficial owner.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The wallet that is paid.
    pub wallet: String,
    /// What it held when the books closed.
    pub units: i64,
    /// What it gets, in minor units.
    pub amount_minor: i64,
    /// What has become of it.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: EntitlementStatus,
    /// The transaction that paid it or noted it as owed.
    pub transaction_hash: Option<String>,
}

/// Adds an entitlement.
///
/// # Errors
/// [`StoreError::Duplicate`] when the wallet has one of that coupon.
pub fn add(tx: &mut Tx<'_>, entitlement: Entitlement) -> Result<(), StoreError> {
    diesel::insert_into(entitlements::table).values(entitlement).execute(tx.conn)?;
    Ok(())
}

/// The beneficial owners of wallets: identity number and investor.
///
/// # Errors
/// When the database fails.
pub fn owners(tx: &mut Tx<'_>, of: &[String]) -> Result<BTreeMap<String, (i64, InvestorId)>, StoreError> {
    let mut found = BTreeMap::new();
    for some in of.chunks(WALLETS_AT_ONCE) {
        let rows: Vec<(String, i64, String)> = wallets::table
            .inner_join(investors::table)
            .filter(wallets::address.eq_any(some.to_vec()))
            .select((wallets::address, investors::identity_number, investors::id))
            .load(tx.conn)?;
        for (wallet, identity, investor) in rows {
            let investor = investor.parse::<InvestorId>();
            let investor = investor.map_err(|invalid| StoreError::Corrupt(invalid.to_string()))?;
            found.insert(wallet, (identity, investor));
        }
    }
    Ok(found)
}

/// The entitlement with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: EntitlementId) -> Result<Option<Entitlement>, StoreError> {
    Ok(entitlements::table.find(id.to_string()).select(Entitlement::as_select()).first(tx.conn).optional()?)
}

/// The entitlement at a place of the published tree.
///
/// # Errors
/// When the database fails.
pub fn at_leaf(tx: &mut Tx<'_>, coupon: CouponId, leaf: i64) -> Result<Option<Entitlement>, StoreError> {
    Ok(entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::leaf_index.eq(leaf))
        .select(Entitlement::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The entitlement of a wallet.
///
/// # Errors
/// When the database fails.
pub fn of_wallet(tx: &mut Tx<'_>, coupon: CouponId, wallet: &str) -> Result<Option<Entitlement>, StoreError> {
    Ok(entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::wallet.eq(wallet))
        .select(Entitlement::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The leaves of the published tree in their order: wallet and amount in minor units.
///
/// # Errors
/// When the database fails.
pub fn leaves(tx: &mut Tx<'_>, coupon: CouponId) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::leaf_index.is_not_null())
        .order(entitlements::leaf_index)
        .select((entitlements::wallet, entitlements::amount_minor))
        .load(tx.conn)?)
}

/// A page of the entitlements of a coupon, in the order in which they were fixed.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    coupon: CouponId,
    after: Option<EntitlementId>,
    most: i64,
) -> Result<Vec<Entitlement>, StoreError> {
    let mut query = entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .order(entitlements::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Entitlement::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(entitlements::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The entitlements of a coupon in a status, in the order in which they were fixed.
///
/// # Errors
/// When the database fails.
pub fn in_status(
    tx: &mut Tx<'_>,
    coupon: CouponId,
    status: EntitlementStatus,
    most: i64,
) -> Result<Vec<Entitlement>, StoreError> {
    Ok(entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::status.eq(status.as_str()))
        .order(entitlements::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Entitlement::as_select())
        .load(tx.conn)?)
}

/// A page of what an investor gets, newest first, each with its coupon.
///
/// # Errors
/// When the database fails.
pub fn of_investor(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    before: Option<EntitlementId>,
    most: i64,
) -> Result<Vec<(Entitlement, crate::coupons::Coupon)>, StoreError> {
    let mut query = entitlements::table
        .inner_join(coupons::table)
        .filter(entitlements::investor_id.eq(investor.to_string()))
        .order(entitlements::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select((Entitlement::as_select(), crate::coupons::Coupon::as_select()))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(entitlements::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Sets what has become of an entitlement, and in which transaction.
///
/// # Errors
/// When the database fails.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: EntitlementId,
    status: EntitlementStatus,
    transaction_hash: Option<&str>,
) -> Result<(), StoreError> {
    diesel::update(entitlements::table.find(id.to_string()))
        .set((entitlements::status.eq(status.as_str()), entitlements::transaction_hash.eq(transaction_hash)))
        .execute(tx.conn)?;
    Ok(())
}

/// What a wallet was to get and did not get yet, oldest first, each with its coupon; at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn unpaid_of_wallet(
    tx: &mut Tx<'_>,
    wallet: &str,
) -> Result<Vec<(Entitlement, crate::coupons::Coupon)>, StoreError> {
    let unpaid = [EntitlementStatus::Open.as_str(), EntitlementStatus::Owed.as_str()];
    Ok(entitlements::table
        .inner_join(coupons::table)
        .filter(entitlements::wallet.eq(wallet))
        .filter(entitlements::status.eq_any(unpaid))
        .order(entitlements::id)
        .limit(MAX_PAGE)
        .select((Entitlement::as_select(), crate::coupons::Coupon::as_select()))
        .load(tx.conn)?)
}

/// How many entitlements of a coupon stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, coupon: CouponId, status: EntitlementStatus) -> Result<i64, StoreError> {
    Ok(entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::status.eq(status.as_str()))
        .count()
        .get_result(tx.conn)?)
}

/// What all entitlements of a coupon in a status add up to, in minor units.
///
/// # Errors
/// When the database fails.
pub fn total(tx: &mut Tx<'_>, coupon: CouponId, status: EntitlementStatus) -> Result<i64, StoreError> {
    let amounts: Vec<i64> = entitlements::table
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::status.eq(status.as_str()))
        .select(entitlements::amount_minor)
        .load(tx.conn)?;
    Ok(amounts.iter().sum())
}

/// How many entitlements of all coupons stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count_all(tx: &mut Tx<'_>, status: EntitlementStatus) -> Result<i64, StoreError> {
    Ok(entitlements::table.filter(entitlements::status.eq(status.as_str())).count().get_result(tx.conn)?)
}

/// What all entitlements of an investor in a status add up to, in minor units of each currency.
///
/// # Errors
/// When the database fails.
pub fn totals_of_investor(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    status: EntitlementStatus,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let amounts: Vec<(String, i64)> = entitlements::table
        .inner_join(coupons::table)
        .filter(entitlements::investor_id.eq(investor.to_string()))
        .filter(entitlements::status.eq(status.as_str()))
        .select((coupons::currency, entitlements::amount_minor))
        .load(tx.conn)?;
    let mut totals = BTreeMap::new();
    for (currency, amount_minor) in amounts {
        *totals.entry(currency).or_default() += amount_minor;
    }
    Ok(totals)
}

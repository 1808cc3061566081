//! Lost wallets, and the wallets in whose place they came.

use crate::schema::{chain_contracts, chain_events, entitlements, holdings, partitions, recoveries, wallets};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, InvestorId, RecoveryId};
use domain::party::WalletAddress;
use std::collections::BTreeSet;

/// A lost wallet is replaced by another one, which may be lost too: no owner has more wallets than this.
const MOST_IN_A_ROW: usize = 16;

/// A recovery that was ordered.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = recoveries)]
pub struct Recovery {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: RecoveryId,
    /// Whose wallets they are.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The wallet that never acts again.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub lost_wallet: WalletAddress,
    /// The wallet that has everything now.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub replacement_wallet: WalletAddress,
    /// Why, in the officer's words.
    pub reason: String,
    /// The account that ordered it.
    pub requested_by: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

/// Adds a recovery.
///
/// # Errors
/// [`StoreError::Duplicate`] when the wallet was lost before.
pub fn add(tx: &mut Tx<'_>, recovery: Recovery) -> Result<(), StoreError> {
    diesel::insert_into(recoveries::table).values(recovery).execute(tx.conn)?;
    Ok(())
}

/// The recovery with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: RecoveryId) -> Result<Option<Recovery>, StoreError> {
    Ok(recoveries::table.find(id.to_string()).select(Recovery::as_select()).first(tx.conn).optional()?)
}

/// The recovery of a lost wallet.
///
/// # Errors
/// When the database fails.
pub fn of_lost(tx: &mut Tx<'_>, wallet: &str) -> Result<Option<Recovery>, StoreError> {
    Ok(recoveries::table
        .filter(recoveries::lost_wallet.eq(wallet))
        .select(Recovery::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The recoveries of an investor, oldest first: no more than there are wallets.
///
/// # Errors
/// When the database fails.
pub fn of_investor(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Recovery>, StoreError> {
    Ok(recoveries::table
        .filter(recoveries::investor_id.eq(investor.to_string()))
        .order(recoveries::id)
        .limit(MAX_PAGE)
        .select(Recovery::as_select())
        .load(tx.conn)?)
}

/// A page of recoveries, newest first: those of an investor, or all.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    investor: Option<InvestorId>,
    before: Option<RecoveryId>,
    most: i64,
) -> Result<Vec<Recovery>, StoreError> {
    let mut query = recoveries::table
        .order(recoveries::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Recovery::as_select())
        .into_boxed();
    if let Some(investor) = investor {
        query = query.filter(recoveries::investor_id.eq(investor.to_string()));
    }
    if let Some(before) = before {
        query = query.filter(recoveries::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The wallet that has now what a lost one had; none for a wallet that is not lost.
///
/// # Errors
/// [`StoreError::Corrupt`] when wallets replace one another in a circle.
pub fn replacement_of(tx: &mut Tx<'_>, wallet: &str) -> Result<Option<WalletAddress>, StoreError> {
    let mut replacement = None;
    let mut lost = wallet.to_owned();
    for _ in 0..=MOST_IN_A_ROW {
        let Some(next) = of_lost(tx, &lost)? else { return Ok(replacement) };
        lost = next.replacement_wallet.to_string();
        replacement = Some(next.replacement_wallet);
    }
    Err(StoreError::Corrupt(format!("the wallet {wallet} is replaced without end")))
}

/// A wallet with all those whose place it took, itself first.
///
/// # Errors
/// When the database fails.
pub fn with_lost_before(tx: &mut Tx<'_>, wallet: &str) -> Result<Vec<String>, StoreError> {
    let mut all = vec![wallet.to_owned()];
    let mut place = 0;
    while let Some(next) = all.get(place).cloned() {
        let lost: Vec<String> = recoveries::table
            .filter(recoveries::replacement_wallet.eq(next))
            .select(recoveries::lost_wallet)
            .load(tx.conn)?;
        all.extend(lost);
        place += 1;
    }
    Ok(all)
}

/// The wallets of an investor that are not lost, oldest first.
///
/// # Errors
/// When the database fails.
pub fn wallets_in_use(
    tx: &mut Tx<'_>,
    investor: InvestorId,
) -> Result<Vec<crate::investors::Wallet>, StoreError> {
    let lost = recoveries::table.select(recoveries::lost_wallet);
    Ok(wallets::table
        .filter(wallets::investor_id.eq(investor.to_string()))
        .filter(wallets::address.ne_all(lost))
        .order((wallets::created_at, wallets::address))
        .select(crate::investors::Wallet::as_select())
        .load(tx.conn)?)
}

/// The pools, by id, in whose token a wallet ever had a unit or a state of its own.
///
/// # Errors
/// When the database fails.
pub fn pools_of_wallet(tx: &mut Tx<'_>, wallet: &str) -> Result<BTreeSet<String>, StoreError> {
    let held: Vec<String> = holdings::table
        .inner_join(partitions::table)
        .filter(holdings::wallet.eq(wallet))
        .select(partitions::pool_id)
        .distinct()
        .load(tx.conn)?;
    let marked: Vec<String> = chain_events::table
        .inner_join(chain_contracts::table.on(chain_contracts::address.eq(chain_events::emitter)))
        .filter(chain_contracts::kind.eq("security-token"))
        .filter(chain_events::wallet.eq(wallet))
        .select(chain_contracts::subject)
        .distinct()
        .load(tx.conn)?;
    Ok(held.into_iter().chain(marked).collect())
}

/// A payee of a coupon whose wallet is lost and who was not paid yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct LostPayee {
    /// The place in the published tree.
    pub leaf_index: Option<i64>,
    /// The wallet in the published tree.
    pub wallet: String,
}

/// The open payees of a coupon whose wallets are lost, in the order of the tree.
///
/// # Errors
/// When the database fails.
pub fn open_payees(tx: &mut Tx<'_>, coupon: CouponId) -> Result<Vec<LostPayee>, StoreError> {
    Ok(entitlements::table
        .inner_join(recoveries::table.on(recoveries::lost_wallet.eq(entitlements::wallet)))
        .filter(entitlements::coupon_id.eq(coupon.to_string()))
        .filter(entitlements::status.eq(EntitlementStatus::Open.as_str()))
        .order(entitlements::leaf_index)
        .select((entitlements::leaf_index, entitlements::wallet))
        .load(tx.conn)?)
}

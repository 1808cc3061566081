//! Investors and their wallets. What is personal about them is sealed elsewhere.

use crate::row::stamp;
use crate::schema::{investors, wallets};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::Country;
use domain::ids::{InvestorId, UserId};
use domain::party::{InvestorClass, InvestorStatus, WalletAddress};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of one question: far below what either database takes.
const IDS_AT_ONCE: usize = 500;

/// One beneficial owner.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = investors)]
pub struct Investor {
    /// Their id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: InvestorId,
    /// The account they sign in with.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub user_id: UserId,
    /// Their opaque number on chain.
    pub identity_number: i64,
    /// Their class.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_class: InvestorClass,
    /// Where they live.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub country: Country,
    /// Where they stand.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: InvestorStatus,
    /// The first moment at which their approval no longer holds.
    pub valid_until: Option<NaiveDateTime>,
    /// Their decentralised identifier.
    pub did: Option<String>,
    /// When they applied.
    pub created_at: NaiveDateTime,
}

/// A wallet of an investor.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = wallets)]
pub struct Wallet {
    /// Its address.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub address: WalletAddress,
    /// Whose it is.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// Whether the platform keeps its key.
    pub managed: bool,
    /// Whether the registry on chain knows it.
    pub registered: bool,
    /// When it was brought.
    pub created_at: NaiveDateTime,
}

/// Adds an investor.
///
/// # Errors
/// [`StoreError::Duplicate`] when the account has one.
pub fn add(tx: &mut Tx<'_>, investor: Investor) -> Result<(), StoreError> {
    diesel::insert_into(investors::table).values(investor).execute(tx.conn)?;
    Ok(())
}

/// The next free identity number, from 1.
///
/// # Errors
/// When the database fails.
pub fn next_identity_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let last: Option<i64> =
        investors::table.select(diesel::dsl::max(investors::identity_number)).first(tx.conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// The investor with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: InvestorId) -> Result<Option<Investor>, StoreError> {
    Ok(investors::table.find(id.to_string()).select(Investor::as_select()).first(tx.conn).optional()?)
}

/// The investor of an account.
///
/// # Errors
/// When the database fails.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Investor>, StoreError> {
    Ok(investors::table
        .filter(investors::user_id.eq(user.to_string()))
        .select(Investor::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of investors, oldest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    status: Option<InvestorStatus>,
    after: Option<InvestorId>,
    most: i64,
) -> Result<Vec<Investor>, StoreError> {
    let mut query = investors::table
        .order(investors::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(Investor::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(investors::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(investors::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Sets where an investor stands.
///
/// # Errors
/// When the database fails.
pub fn set_status(tx: &mut Tx<'_>, id: InvestorId, status: InvestorStatus) -> Result<(), StoreError> {
    diesel::update(investors::table.find(id.to_string()))
        .set(investors::status.eq(status.as_str()))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes the decentralised identifier that an investor has shown to control.
///
/// # Errors
/// [`StoreError::Duplicate`] when somebody else has shown it.
pub fn set_did(tx: &mut Tx<'_>, id: InvestorId, did: &str) -> Result<(), StoreError> {
    diesel::update(investors::table.find(id.to_string())).set(investors::did.eq(did)).execute(tx.conn)?;
    Ok(())
}

/// The investor who has shown to control a decentralised identifier.
///
/// # Errors
/// When the database fails.
pub fn by_did(tx: &mut Tx<'_>, did: &str) -> Result<Option<Investor>, StoreError> {
    Ok(investors::table
        .filter(investors::did.eq(did))
        .select(Investor::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The investor with an identity number.
///
/// # Errors
/// When the database fails.
pub fn by_identity_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Investor>, StoreError> {
    Ok(investors::table
        .filter(investors::identity_number.eq(number))
        .select(Investor::as_select())
        .first(tx.conn)
        .optional()?)
}

/// How many investors stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, status: InvestorStatus) -> Result<i64, StoreError> {
    Ok(investors::table.filter(investors::status.eq(status.as_str())).count().get_result(tx.conn)?)
}

/// Approved investors whose approval ends before a moment, the first to end first, at most [`MAX_PAGE`].
///
/// # Errors
/// When the database fails.
pub fn expiring(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<Vec<Investor>, StoreError> {
    Ok(investors::table
        .filter(investors::status.eq(InvestorStatus::Approved.as_str()))
        .filter(investors::valid_until.lt(stamp(before)))
        .order((investors::valid_until, investors::id))
        .limit(MAX_PAGE)
        .select(Investor::as_select())
        .load(tx.conn)?)
}

/// Sets until when an approval holds.
///
/// # Errors
/// When the database fails.
pub fn set_valid_until(tx: &mut Tx<'_>, id: InvestorId, until: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(investors::table.find(id.to_string()))
        .set(investors::valid_until.eq(stamp(until)))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a wallet.
///
/// # Errors
/// [`StoreError::Duplicate`] when somebody has brought it.
pub fn add_wallet(tx: &mut Tx<'_>, wallet: Wallet) -> Result<(), StoreError> {
    diesel::insert_into(wallets::table).values(wallet).execute(tx.conn)?;
    Ok(())
}

/// The wallet with an address.
///
/// # Errors
/// When the database fails.
pub fn wallet(tx: &mut Tx<'_>, address: WalletAddress) -> Result<Option<Wallet>, StoreError> {
    Ok(wallets::table.find(address.to_string()).select(Wallet::as_select()).first(tx.conn).optional()?)
}

/// The wallets of an investor, oldest first.
///
/// # Errors
/// When the database fails.
pub fn wallets_of(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Wallet>, StoreError> {
    Ok(wallets::table
        .filter(wallets::investor_id.eq(investor.to_string()))
        .order((wallets::created_at, wallets::address))
        .select(Wallet::as_select())
        .load(tx.conn)?)
}

/// Notes whether the registry on chain knows a wallet.
///
/// # Errors
/// When the database fails.
pub fn set_registered(tx: &mut Tx<'_>, address: WalletAddress, registered: bool) -> Result<(), StoreError> {
    diesel::update(wallets::table.find(address.to_string()))
        .set(wallets::registered.eq(registered))
        .execute(tx.conn)?;
    Ok(())
}

/// The investor behind a wallet, if it is one of ours.
///
/// # Errors
/// When the database fails.
pub fn of_wallet(tx: &mut Tx<'_>, address: &str) -> Result<Option<Investor>, StoreError> {
    Ok(wallets::table
        .inner_join(investors::table)
        .filter(wallets::address.eq(address))
        .select(Investor::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The identity numbers of investors, by their ids.
///
/// # Errors
/// When the database fails.
pub fn numbers(
    tx: &mut Tx<'_>,
    of: impl IntoIterator<Item = InvestorId>,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let ids: BTreeSet<String> = of.into_iter().map(|id| id.to_string()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut numbers = BTreeMap::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let rows: Vec<(String, i64)> = investors::table
            .filter(investors::id.eq_any(some.to_vec()))
            .select((investors::id, investors::identity_number))
            .load(tx.conn)?;
        numbers.extend(rows);
    }
    Ok(numbers)
}

//! Credentials that the platform issued, the keys it signed them with, and their places on the status lists.

use crate::row::stamp;
use crate::schema::{issued_credentials, issuing_keys};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{InvestorId, IssuedCredentialId};
use domain::party::WalletAddress;

/// A credential that the platform issued.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = issued_credentials)]
pub struct IssuedCredential {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: IssuedCredentialId,
    /// Whom it is about.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The wallet it is bound to.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub wallet: WalletAddress,
    /// The number of the key that signed it.
    pub key_number: i64,
    /// The number of the list on which its status stands.
    pub status_list: i64,
    /// Its place on that list.
    pub status_index: i64,
    /// The credential as its holder has it.
    pub content: String,
    /// When it was issued.
    pub issued_at: NaiveDateTime,
    /// The first moment at which it no longer holds.
    pub valid_until: NaiveDateTime,
    /// The one whose place it took, as text.
    pub renews: Option<String>,
    /// When it was taken back.
    pub revoked_at: Option<NaiveDateTime>,
}

/// The numbers of the keys that sign or have signed, newest first; there are as many as an operator rotates by hand.
///
/// # Errors
/// When the database fails.
pub fn keys(tx: &mut Tx<'_>) -> Result<Vec<i64>, StoreError> {
    let newest_first = issuing_keys::table.order(issuing_keys::number.desc());
    Ok(newest_first.select(issuing_keys::number).load(tx.conn)?)
}

/// Adds the key that signs from now on.
///
/// # Errors
/// [`StoreError::Duplicate`] when another process added it first.
pub fn add_key(tx: &mut Tx<'_>, number: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (issuing_keys::number.eq(number), issuing_keys::created_at.eq(stamp(now)));
    diesel::insert_into(issuing_keys::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Adds a credential.
///
/// # Errors
/// [`StoreError::Duplicate`] when its place on the list is taken, or when the one that it renews was renewed before.
pub fn add(tx: &mut Tx<'_>, credential: IssuedCredential) -> Result<(), StoreError> {
    diesel::insert_into(issued_credentials::table).values(credential).execute(tx.conn)?;
    Ok(())
}

/// One credential.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: IssuedCredentialId) -> Result<Option<IssuedCredential>, StoreError> {
    let found = issued_credentials::table.find(id.to_string());
    Ok(found.select(IssuedCredential::as_select()).first(tx.conn).optional()?)
}

/// A page of credentials, oldest first: those of an investor, or all.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    investor: Option<InvestorId>,
    after: Option<IssuedCredentialId>,
    most: i64,
) -> Result<Vec<IssuedCredential>, StoreError> {
    let mut query = issued_credentials::table
        .order(issued_credentials::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(IssuedCredential::as_select())
        .into_boxed();
    if let Some(investor) = investor {
        query = query.filter(issued_credentials::investor_id.eq(investor.to_string()));
    }
    if let Some(after) = after {
        query = query.filter(issued_credentials::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The credential of a wallet that holds now, if there is one.
///
/// # Errors
/// When the database fails.
pub fn in_force(
    tx: &mut Tx<'_>,
    wallet: WalletAddress,
    now: DateTime<Utc>,
) -> Result<Option<IssuedCredential>, StoreError> {
    Ok(issued_credentials::table
        .filter(issued_credentials::wallet.eq(wallet.to_string()))
        .filter(issued_credentials::revoked_at.is_null())
        .filter(issued_credentials::valid_until.gt(stamp(now)))
        .order(issued_credentials::id.desc())
        .select(IssuedCredential::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Takes a credential back; `false` when it is taken back already.
///
/// # Errors
/// When the database fails.
pub fn revoke(tx: &mut Tx<'_>, id: IssuedCredentialId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let good =
        issued_credentials::table.find(id.to_string()).filter(issued_credentials::revoked_at.is_null());
    let revoked = diesel::update(good).set(issued_credentials::revoked_at.eq(stamp(now)));
    Ok(revoked.execute(tx.conn)? == 1)
}

/// Takes back everything that an investor has, and says how many credentials that were.
///
/// # Errors
/// When the database fails.
pub fn revoke_all(tx: &mut Tx<'_>, investor: InvestorId, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let theirs = issued_credentials::table
        .filter(issued_credentials::investor_id.eq(investor.to_string()))
        .filter(issued_credentials::revoked_at.is_null());
    Ok(diesel::update(theirs).set(issued_credentials::revoked_at.eq(stamp(now))).execute(tx.conn)?)
}

/// How many credentials were issued, which says what list the next one stands on.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(issued_credentials::table.count().get_result(tx.conn)?)
}

/// Whether a place on a list is taken.
///
/// # Errors
/// When the database fails.
pub fn is_taken(tx: &mut Tx<'_>, (list, index): (i64, i64)) -> Result<bool, StoreError> {
    let there = issued_credentials::table
        .filter(issued_credentials::status_list.eq(list))
        .filter(issued_credentials::status_index.eq(index));
    Ok(there.count().get_result::<i64>(tx.conn)? > 0)
}

/// The places on a list whose credentials were taken back.
///
/// # Errors
/// When the database fails.
pub fn revoked_on(tx: &mut Tx<'_>, list: i64) -> Result<Vec<i64>, StoreError> {
    Ok(issued_credentials::table
        .filter(issued_credentials::status_list.eq(list))
        .filter(issued_credentials::revoked_at.is_not_null())
        .select(issued_credentials::status_index)
        .load(tx.conn)?)
}

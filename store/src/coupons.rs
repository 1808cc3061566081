//! Coupons: what a partition pays, for which period, and where the payment stands.

use crate::schema::coupons;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::coupon::CouponStatus;
use domain::ids::{CouponId, PartitionId};
use domain::{Currency, Money};

/// One payment of what a partition earned.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = coupons)]
pub struct Coupon {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: CouponId,
    /// The partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Its number, from 1.
    pub number: i64,
    /// First day that earns.
    pub period_start: NaiveDate,
    /// First day that no longer earns.
    pub period_end: NaiveDate,
    /// The day at whose end the holders are fixed.
    pub record_date: NaiveDate,
    /// The day on which the money goes out.
    pub payment_date: NaiveDate,
    /// The currency.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// What the terms ask for, arrears included, in minor units.
    pub due_minor: i64,
    /// What is paid, in minor units, above zero.
    pub amount_minor: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: CouponStatus,
    /// The last block that counted when the books closed.
    pub record_block: Option<i64>,
    /// The root of the published entitlements, in hexadecimal.
    pub merkle_root: Option<String>,
    /// When it was declared.
    pub created_at: NaiveDateTime,
}

impl Coupon {
    /// What is paid.
    #[must_use]
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// What the terms ask for beyond what is paid: the next coupon owes it.
    #[must_use]
    pub fn arrears(&self) -> Money {
        Money::new((self.due_minor - self.amount_minor).max(0), self.currency)
    }
}

/// Adds a coupon.
///
/// # Errors
/// [`StoreError::Duplicate`] when the partition has one of that number.
pub fn add(tx: &mut Tx<'_>, coupon: Coupon) -> Result<(), StoreError> {
    diesel::insert_into(coupons::table).values(coupon).execute(tx.conn)?;
    Ok(())
}

/// The coupon with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: CouponId) -> Result<Option<Coupon>, StoreError> {
    Ok(coupons::table.find(id.to_string()).select(Coupon::as_select()).first(tx.conn).optional()?)
}

/// The newest coupon of a partition.
///
/// # Errors
/// When the database fails.
pub fn last_of(tx: &mut Tx<'_>, partition: PartitionId) -> Result<Option<Coupon>, StoreError> {
    Ok(coupons::table
        .filter(coupons::partition_id.eq(partition.to_string()))
        .order(coupons::number.desc())
        .select(Coupon::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of coupons, newest first; only those of some partitions, when they are named.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    of: Option<&[PartitionId]>,
    before: Option<CouponId>,
    most: i64,
) -> Result<Vec<Coupon>, StoreError> {
    let mut query = coupons::table
        .order(coupons::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Coupon::as_select())
        .into_boxed();
    if let Some(partitions) = of {
        let ids: Vec<String> = partitions.iter().map(ToString::to_string).collect();
        query = query.filter(coupons::partition_id.eq_any(ids));
    }
    if let Some(before) = before {
        query = query.filter(coupons::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The coupons whose books close: declared, and the record date is over by a day.
///
/// # Errors
/// When the database fails.
pub fn to_close(tx: &mut Tx<'_>, today: NaiveDate) -> Result<Vec<Coupon>, StoreError> {
    Ok(coupons::table
        .filter(coupons::status.eq(CouponStatus::Declared.as_str()))
        .filter(coupons::record_date.lt(today))
        .order((coupons::record_date, coupons::id))
        .limit(MAX_PAGE)
        .select(Coupon::as_select())
        .load(tx.conn)?)
}

/// The coupons whose money goes out by a day and has not all gone.
///
/// # Errors
/// When the database fails.
pub fn to_pay(tx: &mut Tx<'_>, today: NaiveDate) -> Result<Vec<Coupon>, StoreError> {
    let open = [CouponStatus::BooksClosed.as_str(), CouponStatus::Paying.as_str()];
    Ok(coupons::table
        .filter(coupons::status.eq_any(open))
        .filter(coupons::payment_date.le(today))
        .order((coupons::payment_date, coupons::id))
        .limit(MAX_PAGE)
        .select(Coupon::as_select())
        .load(tx.conn)?)
}

/// Moves a coupon from one status to the next; `false` when it is no longer there.
///
/// # Errors
/// When the database fails.
pub fn move_on(
    tx: &mut Tx<'_>,
    id: CouponId,
    (from, to): (CouponStatus, CouponStatus),
) -> Result<bool, StoreError> {
    let there = coupons::table.find(id.to_string()).filter(coupons::status.eq(from.as_str()));
    Ok(diesel::update(there).set(coupons::status.eq(to.as_str())).execute(tx.conn)? == 1)
}

/// Notes the register that the books closed with.
///
/// # Errors
/// When the database fails.
pub fn set_books(
    tx: &mut Tx<'_>,
    id: CouponId,
    record_block: Option<i64>,
    merkle_root: Option<&str>,
) -> Result<(), StoreError> {
    diesel::update(coupons::table.find(id.to_string()))
        .set((coupons::record_block.eq(record_block), coupons::merkle_root.eq(merkle_root)))
        .execute(tx.conn)?;
    Ok(())
}

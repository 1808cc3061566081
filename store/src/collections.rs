//! Cash that came in on the assets of a pool, and the assets as far as cash can come in on them.

use crate::schema::{collections, invoices, leases, pools, rental_units};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::asset::InvoiceStatus;
use domain::ids::{CollectionId, InvoiceId, LeaseId, PoolId};
use domain::{Currency, Money};

/// Assets that one look finds due; the rest is found by the next one.
pub const MAX_DUE: i64 = 500;

/// Cash that came in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = collections)]
pub struct Collection {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: CollectionId,
    /// The pool.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub pool_id: PoolId,
    /// The invoice that was paid, if it was one.
    pub invoice_id: Option<String>,
    /// The lease whose rent it is, if it is rent.
    pub lease_id: Option<String>,
    /// The bank's or the issuer's own key: once per pool.
    pub external_id: String,
    /// The currency.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// Minor units, above zero.
    pub amount_minor: i64,
    /// The day it came in.
    pub received_on: NaiveDate,
    /// When it was booked.
    pub created_at: NaiveDateTime,
}

impl Collection {
    /// The amount.
    #[must_use]
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// An invoice as far as cash comes in on it.
#[derive(Debug, Clone, Queryable)]
pub struct Payable {
    /// Its id.
    #[diesel(deserialize_as = String)]
    pub id: InvoiceId,
    /// Its pool.
    pub pool_id: Option<String>,
    /// Its amount.
    pub amount_minor: i64,
    /// What has come in.
    pub collected_minor: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub status: InvoiceStatus,
    /// When it falls due.
    pub due_date: NaiveDate,
}

/// A lease as far as rent comes in on it.
#[derive(Debug, Clone, Queryable)]
pub struct Rented {
    /// Its id.
    #[diesel(deserialize_as = String)]
    pub id: LeaseId,
    /// The property, as the pool names it.
    pub property_id: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, if there is one.
    pub ends_on: Option<NaiveDate>,
    /// The rent of one period in minor units.
    pub rent_minor: i64,
    /// All terms, as JSON.
    pub terms: String,
}

/// Books a collection.
///
/// # Errors
/// [`StoreError::Duplicate`] when the pool has one under the same external id.
pub fn add(tx: &mut Tx<'_>, collection: Collection) -> Result<(), StoreError> {
    diesel::insert_into(collections::table).values(collection).execute(tx.conn)?;
    Ok(())
}

/// The collection of a pool under an external id.
///
/// # Errors
/// When the database fails.
pub fn by_external_id(
    tx: &mut Tx<'_>,
    pool: PoolId,
    external_id: &str,
) -> Result<Option<Collection>, StoreError> {
    Ok(collections::table
        .filter(collections::pool_id.eq(pool.to_string()))
        .filter(collections::external_id.eq(external_id))
        .select(Collection::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of the collections of a pool, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    pool: PoolId,
    before: Option<CollectionId>,
    most: i64,
) -> Result<Vec<Collection>, StoreError> {
    let mut query = collections::table
        .filter(collections::pool_id.eq(pool.to_string()))
        .order(collections::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Collection::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(collections::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The invoice with an id.
///
/// # Errors
/// When the database fails.
pub fn invoice(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Option<Payable>, StoreError> {
    Ok(invoices::table.find(id.to_string()).select(payable()).first(tx.conn).optional()?)
}

type PayableColumns = (
    invoices::id,
    invoices::pool_id,
    invoices::amount_minor,
    invoices::collected_minor,
    invoices::status,
    invoices::due_date,
);

const fn payable() -> PayableColumns {
    (
        invoices::id,
        invoices::pool_id,
        invoices::amount_minor,
        invoices::collected_minor,
        invoices::status,
        invoices::due_date,
    )
}

/// Notes what has come in on an invoice, and where it stands now.
///
/// # Errors
/// [`StoreError::Constraint`] when more came in than the invoice is worth.
pub fn set_collected(
    tx: &mut Tx<'_>,
    id: InvoiceId,
    collected_minor: i64,
    status: InvoiceStatus,
) -> Result<(), StoreError> {
    diesel::update(invoices::table.find(id.to_string()))
        .set((invoices::collected_minor.eq(collected_minor), invoices::status.eq(status.as_str())))
        .execute(tx.conn)?;
    Ok(())
}

/// Pledged invoices of live pools that are due by a day and not paid in full, oldest first.
///
/// # Errors
/// When the database fails.
pub fn invoices_due(tx: &mut Tx<'_>, by: NaiveDate) -> Result<Vec<Payable>, StoreError> {
    Ok(invoices::table
        .inner_join(pools::table)
        .filter(pools::status.eq("live"))
        .filter(invoices::status.eq(InvoiceStatus::Pledged.as_str()))
        .filter(invoices::due_date.le(by))
        .order((invoices::due_date, invoices::id))
        .limit(MAX_DUE)
        .select(payable())
        .load(tx.conn)?)
}

/// The lease with an id.
///
/// # Errors
/// When the database fails.
pub fn lease(tx: &mut Tx<'_>, id: LeaseId) -> Result<Option<Rented>, StoreError> {
    Ok(leases::table
        .inner_join(rental_units::table)
        .filter(leases::id.eq(id.to_string()))
        .select((
            leases::id,
            rental_units::property_id,
            leases::starts_on,
            leases::ends_on,
            leases::rent_minor,
            leases::terms,
        ))
        .first(tx.conn)
        .optional()?)
}

/// The leases of a property that run on a day.
///
/// # Errors
/// When the database fails.
pub fn leases_on(tx: &mut Tx<'_>, property: &str, day: NaiveDate) -> Result<Vec<Rented>, StoreError> {
    let running: Vec<Rented> = leases::table
        .inner_join(rental_units::table)
        .filter(rental_units::property_id.eq(property))
        .filter(leases::starts_on.le(day))
        .order(leases::id)
        .select((
            leases::id,
            rental_units::property_id,
            leases::starts_on,
            leases::ends_on,
            leases::rent_minor,
            leases::terms,
        ))
        .load(tx.conn)?;
    Ok(running.into_iter().filter(|lease| lease.ends_on.is_none_or(|last| last >= day)).collect())
}

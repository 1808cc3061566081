//! Invoices as assets, and the fingerprints that find one again.

use crate::schema::{invoice_fingerprints, invoices};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::asset::InvoiceStatus;
use domain::ids::{ImportId, InvoiceId, IssuerId, PoolId};
use domain::{Country, Currency, Money};

/// The most invoices of one pool: their facts are read together when the pool is judged.
pub const MAX_POOL_INVOICES: i64 = 10_000;

/// Ids of one question: far below what either database takes.
const IDS_AT_ONCE: usize = 500;

/// An invoice.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoices)]
pub struct Invoice {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: InvoiceId,
    /// Who brought it.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub issuer_id: IssuerId,
    /// With which import.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub import_id: ImportId,
    /// The issuer's own key.
    pub external_id: String,
    /// The number as printed.
    pub invoice_number: String,
    /// The day of issue.
    pub issue_date: NaiveDate,
    /// The day it is due.
    pub due_date: NaiveDate,
    /// The currency of its amounts.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// What was to be paid when it was brought, in minor units.
    pub amount_minor: i64,
    /// What has been paid since, in minor units.
    pub collected_minor: i64,
    /// The seller.
    pub seller_name: String,
    /// The seller's VAT id.
    pub seller_vat_id: Option<String>,
    /// The buyer, who owes.
    pub buyer_name: String,
    /// The buyer's VAT id.
    pub buyer_vat_id: Option<String>,
    /// The buyer's country.
    pub buyer_country: Option<String>,
    /// The file and row it came from.
    pub source: String,
    /// SHA-256 of that file, in hexadecimal.
    pub source_sha256: String,
    /// Everything that makes it this invoice, as JSON; compared with those that are brought later.
    pub claim: String,
    /// The amount-tolerant fingerprint, unique over all issuers.
    pub fingerprint: String,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: InvoiceStatus,
    /// The pool it was chosen for.
    pub pool_id: Option<String>,
    /// When it was brought.
    pub created_at: NaiveDateTime,
}

impl Invoice {
    /// What is still to be paid.
    #[must_use]
    pub const fn outstanding(&self) -> Money {
        Money::new(self.amount_minor - self.collected_minor, self.currency)
    }

    /// What was to be paid when it was brought.
    #[must_use]
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// Adds an invoice with the fingerprints under which it is looked up.
///
/// # Errors
/// [`StoreError::Duplicate`] when the external id or the fingerprint is taken.
pub fn add(tx: &mut Tx<'_>, invoice: Invoice, lookups: &[String]) -> Result<(), StoreError> {
    let id = invoice.id.to_string();
    diesel::insert_into(invoices::table).values(invoice).execute(tx.conn)?;
    for fingerprint in lookups {
        diesel::insert_into(invoice_fingerprints::table)
            .values((
                invoice_fingerprints::fingerprint.eq(fingerprint),
                invoice_fingerprints::invoice_id.eq(&id),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The invoice with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
    Ok(invoices::table.find(id.to_string()).select(Invoice::as_select()).first(tx.conn).optional()?)
}

/// An issuer's invoice by the issuer's own key.
///
/// # Errors
/// When the database fails.
pub fn by_external_id(
    tx: &mut Tx<'_>,
    issuer: IssuerId,
    external_id: &str,
) -> Result<Option<Invoice>, StoreError> {
    Ok(invoices::table
        .filter(invoices::issuer_id.eq(issuer.to_string()))
        .filter(invoices::external_id.eq(external_id))
        .select(Invoice::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The invoices with these ids that are there, oldest first.
///
/// # Errors
/// When the database fails.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<Vec<Invoice>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(IDS_AT_ONCE) {
        let some: Vec<String> = some.iter().map(ToString::to_string).collect();
        let query = invoices::table.filter(invoices::id.eq_any(some)).order(invoices::id);
        found.extend(query.select(Invoice::as_select()).load(tx.conn)?);
    }
    Ok(found)
}

/// The claim of an issuer's invoice under the issuer's own key, as JSON.
///
/// # Errors
/// When the database fails.
pub fn claim_of(tx: &mut Tx<'_>, issuer: IssuerId, external_id: &str) -> Result<Option<String>, StoreError> {
    Ok(invoices::table
        .filter(invoices::issuer_id.eq(issuer.to_string()))
        .filter(invoices::external_id.eq(external_id))
        .select(invoices::claim)
        .first(tx.conn)
        .optional()?)
}

/// What is known of an invoice that shares a fingerprint with a new one.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invoices)]
pub struct Similar {
    /// Who brought it.
    #[diesel(deserialize_as = String)]
    pub issuer_id: IssuerId,
    /// That issuer's own key.
    pub external_id: String,
    /// Its amount-tolerant fingerprint.
    pub fingerprint: String,
    /// Everything that makes it this invoice, as JSON.
    pub claim: String,
}

/// All invoices, of whomever, that share a fingerprint with a new one: those it is compared with.
///
/// # Errors
/// When the database fails.
pub fn candidates(
    tx: &mut Tx<'_>,
    fingerprint: &str,
    lookups: &[String],
) -> Result<Vec<Similar>, StoreError> {
    let mut sharing: Vec<String> = invoice_fingerprints::table
        .filter(invoice_fingerprints::fingerprint.eq_any(lookups))
        .select(invoice_fingerprints::invoice_id)
        .distinct()
        .load(tx.conn)?;
    // A question of its own: joined to the ids with OR, and with no ids, SQLite would read every invoice.
    let equal = invoices::table.filter(invoices::fingerprint.eq(fingerprint)).select(invoices::id);
    sharing.extend(equal.first::<String>(tx.conn).optional()?);
    let mut found = Vec::new();
    for some in sharing.chunks(IDS_AT_ONCE) {
        let query = invoices::table.filter(invoices::id.eq_any(some)).order(invoices::id);
        found.extend(query.select(Similar::as_select()).load(tx.conn)?);
    }
    Ok(found)
}

/// Which invoices a listing shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of an issuer.
    pub issuer: Option<IssuerId>,
    /// Only those in a status.
    pub status: Option<InvoiceStatus>,
    /// Only those of a pool.
    pub pool: Option<PoolId>,
    /// Only those of an import.
    pub import: Option<ImportId>,
    /// Only those in a currency.
    pub currency: Option<Currency>,
    /// Only those due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Only those due on this day or earlier.
    pub due_to: Option<NaiveDate>,
    /// Only those of at least this amount, in minor units.
    pub amount_from_minor: Option<i64>,
    /// Only those of at most this amount, in minor units.
    pub amount_to_minor: Option<i64>,
    /// Only those owed from a country.
    pub buyer_country: Option<Country>,
}

type Query<'a> = invoices::BoxedQuery<'a, <crate::dialect::Conn as diesel::Connection>::Backend>;

fn filtered(filter: &Filter) -> Query<'static> {
    let mut query = invoices::table.into_boxed();
    if let Some(issuer) = filter.issuer {
        query = query.filter(invoices::issuer_id.eq(issuer.to_string()));
    }
    if let Some(status) = filter.status {
        query = query.filter(invoices::status.eq(status.as_str()));
    }
    if let Some(pool) = filter.pool {
        query = query.filter(invoices::pool_id.eq(pool.to_string()));
    }
    if let Some(import) = filter.import {
        query = query.filter(invoices::import_id.eq(import.to_string()));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(invoices::currency.eq(currency.code()));
    }
    if let Some(day) = filter.due_from {
        query = query.filter(invoices::due_date.ge(day));
    }
    if let Some(day) = filter.due_to {
        query = query.filter(invoices::due_date.le(day));
    }
    if let Some(minor) = filter.amount_from_minor {
        query = query.filter(invoices::amount_minor.ge(minor));
    }
    if let Some(minor) = filter.amount_to_minor {
        query = query.filter(invoices::amount_minor.le(minor));
    }
    if let Some(country) = filter.buyer_country {
        query = query.filter(invoices::buyer_country.eq(country.code()));
    }
    query
}

/// A page of invoices, oldest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<InvoiceId>,
    most: i64,
) -> Result<Vec<Invoice>, StoreError> {
    let mut query = filtered(filter).order(invoices::id).limit(most.clamp(1, MAX_PAGE));
    if let Some(after) = after {
        query = query.filter(invoices::id.gt(after.to_string()));
    }
    Ok(query.select(Invoice::as_select()).load(tx.conn)?)
}

/// Every invoice of a filter, oldest first, up to one more than a pool may have: who gets that one knows that there
/// are too many.
///
/// # Errors
/// When the database fails.
pub fn for_pool(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<Invoice>, StoreError> {
    let query = filtered(filter).order(invoices::id).limit(MAX_POOL_INVOICES + 1);
    Ok(query.select(Invoice::as_select()).load(tx.conn)?)
}

/// How many invoices an issuer has in each status.
///
/// # Errors
/// When the database fails.
pub fn counts(tx: &mut Tx<'_>, issuer: IssuerId) -> Result<Vec<(InvoiceStatus, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = invoices::table
        .filter(invoices::issuer_id.eq(issuer.to_string()))
        .group_by(invoices::status)
        .select((invoices::status, diesel::dsl::count_star()))
        .load(tx.conn)?;
    let parsed = rows.into_iter().map(|(status, count)| Ok((status.parse()?, count)));
    parsed.collect::<Result<_, domain::Invalid>>().map_err(|invalid| StoreError::Corrupt(invalid.to_string()))
}

/// Puts an invoice into a pool's choice, or takes it out.
///
/// # Errors
/// When the database fails.
pub fn choose(tx: &mut Tx<'_>, id: InvoiceId, pool: Option<PoolId>) -> Result<(), StoreError> {
    diesel::update(invoices::table.find(id.to_string()))
        .set(invoices::pool_id.eq(pool.map(|pool| pool.to_string())))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes everything out of a pool's choice.
///
/// # Errors
/// When the database fails.
pub fn release(tx: &mut Tx<'_>, pool: PoolId) -> Result<(), StoreError> {
    diesel::update(invoices::table.filter(invoices::pool_id.eq(pool.to_string())))
        .set(invoices::pool_id.eq(None::<String>))
        .execute(tx.conn)?;
    Ok(())
}

/// Moves an invoice on to a status.
///
/// # Errors
/// When the database fails.
pub fn set_status(tx: &mut Tx<'_>, id: InvoiceId, status: InvoiceStatus) -> Result<(), StoreError> {
    diesel::update(invoices::table.find(id.to_string()))
        .set(invoices::status.eq(status.as_str()))
        .execute(tx.conn)?;
    Ok(())
}

/// Moves the invoices of a pool from one status to another.
///
/// # Errors
/// When the database fails.
pub fn move_pool(
    tx: &mut Tx<'_>,
    pool: PoolId,
    (from, to): (InvoiceStatus, InvoiceStatus),
) -> Result<(), StoreError> {
    let in_pool = invoices::pool_id.eq(pool.to_string());
    diesel::update(invoices::table.filter(in_pool).filter(invoices::status.eq(from.as_str())))
        .set(invoices::status.eq(to.as_str()))
        .execute(tx.conn)?;
    Ok(())
}

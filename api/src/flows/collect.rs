//! Cash comes in on a pool: an invoice is paid, a rent arrives.

use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::Invalid;
use domain::asset::InvoiceStatus;
use domain::ids::{CollectionId, InvoiceId, LeaseId, PoolId};
use domain::party::Role;
use domain::pool::PoolStatus;
use serde::{Deserialize, Serialize};
use store::collections::Collection;
use store::ledger::{Account, NewTransaction, Posting};
use store::pools::Pool;
use store::{Tx, collections, ledger};

/// What was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An invoice, in part or in full.
    Invoice(InvoiceId),
    /// The rent of a lease.
    Lease(LeaseId),
}

/// Cash to be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCollection {
    /// The pool.
    pub pool_id: PoolId,
    /// The bank's or the issuer's own key: once per pool.
    pub external_id: String,
    /// What was paid.
    pub source: Source,
    /// Minor units of the pool's currency, above zero.
    pub amount_minor: i64,
    /// The day it came in.
    pub received_on: NaiveDate,
}

/// What was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collected {
    /// Its id.
    pub id: CollectionId,
    /// Whether this call booked it; otherwise it was booked before, under the same external id.
    pub new: bool,
    /// What is still open on the invoice.
    pub open_minor: Option<i64>,
}

/// Books a collection: once per external id, and never more than is open on an invoice.
///
/// # Errors
/// [`AppError::Invalid`] with the numbers; [`AppError::NotFound`] for another issuer's pool.
pub fn collect(app: &App, command: &Command, new: &NewCollection) -> Result<Collected, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    app.execute(command, new, |act| {
        let pool = open_pool(act, new.pool_id)?;
        book(act, &pool, new)
    })
}

/// The pool, when the actor may act for it; everybody else's is not there.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn own_pool(tx: &mut Tx<'_>, by: &Actor, id: PoolId) -> Result<Pool, AppError> {
    let pool = store::pools::find(tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
    match by {
        Actor::Person { role: Role::Issuer, issuer_id, .. } if *issuer_id != Some(pool.issuer_id) => {
            Err(AppError::not_found("pool", id))
        }
        _ => Ok(pool),
    }
}

fn open_pool(act: &mut Act<'_, '_>, id: PoolId) -> Result<Pool, AppError> {
    let pool = own_pool(act.tx, act.by, id)?;
    if matches!(pool.status, PoolStatus::Offered | PoolStatus::Live) {
        return Ok(pool);
    }
    let limit = "cash is booked on a pool that is offered or live".to_owned();
    Err(AppError::WrongState { what: "the pool", state: pool.status.to_string(), limit })
}

/// Books a collection in the transaction of its caller.
///
/// # Errors
/// As [`collect`].
pub(super) fn book(act: &mut Act<'_, '_>, pool: &Pool, new: &NewCollection) -> Result<Collected, AppError> {
    let today = act.now.date_naive();
    if new.received_on > today {
        return Err(
            Invalid::new("received_on", new.received_on, format!("at the latest today, {today}")).into()
        );
    }
    if let Some(known) = collections::by_external_id(act.tx, pool.id, &new.external_id)? {
        return repeated(act, &known, new);
    }
    let open_minor = match new.source {
        Source::Invoice(id) => Some(pay_invoice(act, pool, (id, new.amount_minor))?),
        Source::Lease(id) => check_lease(act, pool, id).map(|()| None)?,
    };
    let collection = Collection {
        id: act.id(),
        pool_id: pool.id,
        invoice_id: new.source.invoice(),
        lease_id: new.source.lease(),
        external_id: new.external_id.clone(),
        currency: pool.currency,
        amount_minor: new.amount_minor,
        received_on: new.received_on,
        created_at: act.now.naive_utc(),
    };
    collections::add(act.tx, collection.clone())?;
    let from = match new.source {
        Source::Invoice(_) => Account::Receivable(pool.id),
        Source::Lease(_) => Account::Rent(pool.id),
    };
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("collection/{}", collection.id),
        kind: "collection.received",
        subject: collection.id.to_string(),
        postings: vec![
            Posting::debit(Account::Cash(pool.id), new.amount_minor, pool.currency),
            Posting::credit(from, new.amount_minor, pool.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    let detail =
        serde_json::json!({ "pool_id": pool.id, "amount_minor": new.amount_minor, "source": new.source });
    act.audit("collection.booked", collection.id, &detail)?;
    Ok(Collected { id: collection.id, new: true, open_minor })
}

/// The same collection again is the one that stands there; another one under its key is a mistake.
fn repeated(act: &mut Act<'_, '_>, known: &Collection, new: &NewCollection) -> Result<Collected, AppError> {
    let same = known.invoice_id == new.source.invoice()
        && known.lease_id == new.source.lease()
        && known.amount_minor == new.amount_minor
        && known.received_on == new.received_on;
    if !same {
        let limit =
            format!("a key of its own: {} of {} is booked under it", known.amount(), known.received_on);
        return Err(Invalid::new("external_id", &new.external_id, limit).into());
    }
    let open_minor = match new.source {
        Source::Invoice(id) => {
            collections::invoice(act.tx, id)?.map(|invoice| invoice.amount_minor - invoice.collected_minor)
        }
        Source::Lease(_) => None,
    };
    Ok(Collected { id: known.id, new: false, open_minor })
}

/// Notes what came in on an invoice; says what is left open.
fn pay_invoice(
    act: &mut Act<'_, '_>,
    pool: &Pool,
    (id, amount_minor): (InvoiceId, i64),
) -> Result<i64, AppError> {
    let found = collections::invoice(act.tx, id)?;
    let invoice = found.filter(|invoice| invoice.pool_id == Some(pool.id.to_string()));
    let limit = || format!("an invoice of the pool {}", pool.id);
    let invoice = invoice.ok_or_else(|| AppError::from(Invalid::new("invoice_id", id, limit())))?;
    let open = invoice.amount_minor - invoice.collected_minor;
    if amount_minor > open {
        let (collected, whole) = (invoice.collected_minor, invoice.amount_minor);
        let limit = format!("at most {open}: {collected} of {whole} has come in on this invoice");
        return Err(Invalid::new("amount_minor", amount_minor, limit).into());
    }
    let status = if amount_minor == open { InvoiceStatus::Paid } else { invoice.status };
    collections::set_collected(act.tx, id, invoice.collected_minor + amount_minor, status)?;
    Ok(open - amount_minor)
}

fn check_lease(act: &mut Act<'_, '_>, pool: &Pool, id: LeaseId) -> Result<(), AppError> {
    let lease = collections::lease(act.tx, id)?;
    if lease.is_some_and(|lease| pool.property_id == Some(lease.property_id)) {
        return Ok(());
    }
    Err(Invalid::new("lease_id", id, format!("a lease of the property of the pool {}", pool.id)).into())
}

impl Source {
    fn invoice(self) -> Option<String> {
        match self {
            Self::Invoice(id) => Some(id.to_string()),
            Self::Lease(_) => None,
        }
    }

    fn lease(self) -> Option<String> {
        match self {
            Self::Lease(id) => Some(id.to_string()),
            Self::Invoice(_) => None,
        }
    }
}

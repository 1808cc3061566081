//! The sandbox lives: what falls due comes in by itself, so that a year of coupons has something to pay.

use super::collect::{NewCollection, Source, book};
use crate::app::{App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::asset::AssetKind;
use domain::pool::PoolStatus;
use sha2::{Digest, Sha256};
use store::collections::{self, Payable};

use store::jobs::Ended;
use store::pools::{self, Filter, Pool};

/// One debtor in so many pays late.
const ONE_LATE_IN: u8 = 12;
/// Days by which a late debtor pays late.
const DAYS_LATE: i64 = 25;
/// Pools that one look reads.
const POOLS_AT_ONCE: i64 = 100;

/// The job that books invoices on their due date and rents on the first of the month; only where the clock moves.
///
/// # Errors
/// When the database fails.
pub fn collect_due(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    if !app.clock.is_movable() {
        return Ok(Ended::Done);
    }
    let today = app.clock.now().date_naive();
    invoices(app, today)?;
    if today.day() == 1 {
        rents(app, today)?;
    }
    Ok(Ended::Done)
}

fn invoices(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let due = app.ask(|tx| Ok(collections::invoices_due(tx, today)?))?;
    for invoice in due.into_iter().filter(|invoice| pays_on(invoice) <= today) {
        let Some(pool_id) = invoice.pool_id.as_deref().map(str::parse).transpose()? else { continue };
        let new = NewCollection {
            pool_id,
            external_id: format!("sandbox/{}", invoice.id),
            source: Source::Invoice(invoice.id),
            amount_minor: invoice.amount_minor - invoice.collected_minor,
            received_on: today,
        };
        book_one(app, &new)?;
    }
    Ok(())
}

/// Most debtors pay on the due date; one in [`ONE_LATE_IN`] pays [`DAYS_LATE`] days later, always the same ones.
fn pays_on(invoice: &Payable) -> NaiveDate {
    let is_late = Sha256::digest(invoice.id.to_string().as_bytes())[0] % ONE_LATE_IN == 0;
    invoice.due_date + TimeDelta::days(if is_late { DAYS_LATE } else { 0 })
}

fn rents(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let mut after = None;
    loop {
        let filter = Filter { issuer: None, status: Some(PoolStatus::Live) };
        let live = app.ask(|tx| Ok(pools::page(tx, filter, after, POOLS_AT_ONCE)?))?;
        let Some(last) = live.last() else { return Ok(()) };
        after = Some(last.id);
        for pool in live.iter().filter(|pool| pool.asset_kind == AssetKind::Rental) {
            pool_rents(app, pool, today)?;
        }
    }
}

fn pool_rents(app: &App, pool: &Pool, today: NaiveDate) -> Result<(), AppError> {
    let Some(property) = &pool.property_id else { return Ok(()) };
    for lease in app.ask(|tx| Ok(collections::leases_on(tx, property, today)?))? {
        let new = NewCollection {
            pool_id: pool.id,
            external_id: format!("sandbox/{}/{}", lease.id, today.format("%Y-%m")),
            source: Source::Lease(lease.id),
            amount_minor: lease.rent_minor,
            received_on: today,
        };
        book_one(app, &new)?;
    }
    Ok(())
}

fn book_one(app: &App, new: &NewCollection) -> Result<(), AppError> {
    app.execute(&Command::from_system(), new, |act| {
        let pool =
            pools::find(act.tx, new.pool_id)?.ok_or_else(|| AppError::not_found("pool", new.pool_id))?;
        book(act, &pool, new).map(|_| ())
    })
}

//! The sandbox lives: what falls due comes in by itself, so that a year of coupons has something to pay.

use super::collect::{NewCollection, Source, book};
use crate::app::{App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use chrono::{NaiveDate, TimeDelta};
use domain::asset::AssetKind;
use domain::pool::PoolStatus;
use sha2::{Digest, Sha256};
use store::collections::{self, Payable};
use store::jobs::Ended;
use store::pools::{self, Filter, Pool};
use tokenizer::intake::lease::Lease;

/// The setting that lets one debtor in so many pay late; without it everybody pays on the due date.
pub const ONE_LATE_IN: &str = "sandbox.one_late_in";
/// Days by which a late debtor pays late.
const DAYS_LATE: i64 = 25;
/// Pools that one look reads.
const POOLS_AT_ONCE: i64 = 100;

/// The job that books invoices and rents on the day they fall due; only where the clock moves.
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
    rents(app, today)?;
    Ok(Ended::Done)
}

fn invoices(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let due = app.ask(|tx| Ok(collections::invoices_due(tx, today)?))?;
    let late = app.ask(|tx| Ok(store::settings::get(tx, ONE_LATE_IN)?))?;
    let one_late_in = late.map(|number| number.parse()).transpose().map_err(AppError::internal)?;
    for invoice in due.into_iter().filter(|invoice| pays_on(invoice, one_late_in) <= today) {
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

/// Most debtors pay on the due date; where one in so many is late, it pays [`DAYS_LATE`] days later.
fn pays_on(invoice: &Payable, one_late_in: Option<u8>) -> NaiveDate {
    let drawn = Sha256::digest(invoice.id.to_string().as_bytes())[0];
    let is_late = one_late_in.is_some_and(|many| many > 0 && drawn.is_multiple_of(many));
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
    for rented in app.ask(|tx| Ok(collections::leases_on(tx, property, today)?))? {
        // What the terms say: free months, part periods, the rise of each year.
        let lease: Lease = serde_json::from_str(&rented.terms).map_err(AppError::internal)?;
        for due in lease.rent_due(today, today)? {
            let new = NewCollection {
                pool_id: pool.id,
                external_id: format!("sandbox/{}/{}", rented.id, due.from),
                source: Source::Lease(rented.id),
                amount_minor: due.amount.minor,
                received_on: today,
            };
            book_one(app, &new)?;
        }
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

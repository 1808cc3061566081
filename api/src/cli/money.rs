//! `muniment coupon`, `muniment clock` and `muniment reconcile`: the operator's hands on the money.

use crate::actor::Actor;
use crate::app::{App, Command};
use crate::config::Place;
use crate::error::AppError;
use crate::flows::clock::Advance;
use crate::flows::declare_coupon::{self, NewCoupon};
use crate::flows::{clock, pay_coupon, pay_owed, reconcile};
use crate::jobs::Runner;
use crate::outbox;
use crate::run::{self, Mode};
use clap::{Args, Subcommand};
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::{CouponId, EntitlementId, PartitionId};
use serde_json::json;
use std::time::Duration;
use tokio::sync::watch;

/// How long to wait before looking again.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What can be done with coupons. The server of an embedded chain must be stopped: it holds the chain.
#[derive(Debug, Subcommand)]
pub(super) enum Coupon {
    /// What the next coupon of a partition would pay, line by line; nothing is kept.
    Plan {
        /// The partition.
        partition_id: String,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Pay a coupon whose payment date has come, and wait until everybody is paid or owed.
    Run(Pay),
    /// Go on with a payment that was interrupted: the same as run, which never pays twice.
    Resume(Pay),
    /// Try again to pay what a holder is owed, and wait for what comes of it; ends with 2 when it is owed still.
    Retry {
        /// The coupon.
        coupon_id: String,
        /// The entitlement of the holder.
        entitlement_id: String,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

/// A coupon to pay.
#[derive(Debug, Args)]
pub(super) struct Pay {
    /// The coupon.
    coupon_id: String,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// What can be done with the clock.
#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Move the test clock of a stopped sandbox on; everything that is due happens on the way.
    Advance {
        /// So many days.
        #[arg(long)]
        days: i64,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

/// Opens the installation with its outbox and jobs at work, and ends them when the work is done.
pub(super) fn at_work<T>(
    place: &Place,
    mode: Mode,
    work: impl AsyncFnOnce(&App) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let runtime = super::runtime()?;
    runtime.block_on(async {
        let app = run::open(place, mode).await?;
        let (stop, stopped) = watch::channel(false);
        let outbox = tokio::spawn(outbox::run(app.clone(), stopped.clone()));
        let jobs = tokio::spawn(Runner::new(app.clone()).run(stopped));
        let outcome = work(&app).await;
        let _ = stop.send(true);
        for task in [outbox, jobs] {
            task.await.map_err(AppError::internal)?;
        }
        outcome
    })
}

/// The kind of installation that the data folder holds: a sandbox has a test clock.
pub(super) fn mode(place: &Place) -> Result<Mode, AppError> {
    let store = store::Store::open(&place.database())?;
    store.migrate()?;
    let offset = store.read(|tx| Ok::<_, AppError>(store::settings::get(tx, crate::jobs::OFFSET)?))?;
    Ok(if offset.is_some() { Mode::Sandbox { begins_days_ago: 0 } } else { Mode::Production })
}

/// Runs a command about coupons.
///
/// # Errors
/// When it cannot be done.
pub(super) fn coupon(place: &Place, command: Coupon) -> Result<u8, AppError> {
    match command {
        Coupon::Plan { partition_id, json } => plan(place, &partition_id, json),
        Coupon::Run(pay) | Coupon::Resume(pay) => pay_one(place, &pay),
        Coupon::Retry { coupon_id, entitlement_id, json } => {
            retry(place, (coupon_id.parse()?, entitlement_id.parse()?), json)
        }
    }
}

fn plan(place: &Place, partition_id: &str, json: bool) -> Result<u8, AppError> {
    let partition_id: PartitionId = partition_id.parse()?;
    let mode = mode(place)?;
    let new = NewCoupon { partition_id, number: None, dates: None, amount_minor: None };
    let planned = at_work(place, mode, async |app| {
        app.blocking(move |app| {
            let command = Command { dry_run: true, ..Command::from_system() };
            declare_coupon::declare(app, &command, &new)
        })
        .await
    })?;
    if json {
        println!("{}", serde_json::to_string(&planned).map_err(AppError::internal)?);
        return Ok(super::EXIT_DONE);
    }
    let money = |minor| domain::Money::new(minor, planned.currency).to_string();
    println!("coupon {} for {} to {}", planned.number, planned.period_start, planned.period_end);
    println!("books close at the end of {}, paid on {}", planned.record_date, planned.payment_date);
    println!("{:>22}  nominal of {} units", money(planned.nominal_minor), planned.units);
    println!("{:>22}  interest of the period", money(planned.interest_minor));
    println!("{:>22}  arrears", money(planned.arrears_minor));
    println!("{:>22}  cash of the pool", money(planned.cash_minor));
    for kept in &planned.kept {
        println!("{:>22}  kept for {}", money(kept.kept_minor), kept.partition);
    }
    println!("{:>22}  carried", money(planned.carried_minor));
    println!("{:>22}  paid", money(planned.amount_minor));
    println!("{:>22}  short, owed by the next coupon", money(planned.shortfall_minor));
    Ok(super::EXIT_DONE)
}

fn pay_one(place: &Place, pay: &Pay) -> Result<u8, AppError> {
    let id: CouponId = pay.coupon_id.parse()?;
    let mode = mode(place)?;
    let (paid, owed) = at_work(place, mode, async |app| {
        app.blocking(move |app| pay_coupon::start(app, &Command::from_system(), id)).await?;
        loop {
            let standing = app.blocking(move |app| pay_coupon::standing(app, id)).await?;
            if let Some(error) = standing.failed {
                return Err(AppError::internal(error));
            }
            if standing.status == CouponStatus::Paid {
                return Ok((standing.paid_minor, standing.owed_minor));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })?;
    if pay.json {
        println!("{}", json!({ "coupon_id": id, "paid_minor": paid, "owed_minor": owed }));
    } else {
        println!("the coupon {id} is paid: {paid} minor units went out, {owed} are owed");
    }
    Ok(super::EXIT_DONE)
}

fn retry(place: &Place, ids: (CouponId, EntitlementId), json: bool) -> Result<u8, AppError> {
    let mode = mode(place)?;
    let status = at_work(place, mode, async |app| {
        app.blocking(move |app| pay_owed::retry(app, &Command::from_system(), ids)).await?;
        while !app.chain_is_quiet().await? {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let found = app.blocking(move |app| app.ask(|tx| Ok(store::entitlements::find(tx, ids.1)?))).await?;
        Ok(found.ok_or_else(|| AppError::not_found("entitlement", ids.1))?.status)
    })?;
    if json {
        println!("{}", json!({ "entitlement_id": ids.1, "status": status.as_str() }));
    } else {
        println!("the entitlement {} is {status}", ids.1);
    }
    Ok(if status == EntitlementStatus::Owed { super::EXIT_REFUSED } else { super::EXIT_DONE })
}

/// Moves the clock of a stopped sandbox.
///
/// # Errors
/// When it is no sandbox, or the days are too many.
pub(super) fn clock(place: &Place, command: Clock) -> Result<u8, AppError> {
    let Clock::Advance { days, json } = command;
    let mode = mode(place)?;
    let now = at_work(place, mode, async |app| {
        let by = Advance::Days(days);
        app.blocking(move |app| clock::advance(app, &Command::from_system(), by)).await?;
        loop {
            let state = app.blocking(clock::state).await?;
            if state.target.is_none() {
                return Ok(state.now);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })?;
    if json {
        println!("{}", json!({ "now": now }));
    } else {
        println!("it is {} now", now.format("%Y-%m-%d %H:%M UTC"));
    }
    Ok(super::EXIT_DONE)
}

/// Compares register, chain and ledger.
///
/// # Errors
/// When something cannot be read.
pub(super) fn reconcile(place: &Place, json: bool) -> Result<u8, AppError> {
    let mode = mode(place)?;
    let found = at_work(place, mode, async |app| reconcile::reconcile(app, &Actor::System).await)?;
    if json {
        println!("{}", serde_json::to_string(&found).map_err(AppError::internal)?);
    } else {
        println!(
            "at block {}: {} holdings and {} coupons compared",
            found.block, found.holdings, found.coupons
        );
        for one in &found.breaks {
            println!("break {} {}: {}", one.kind, one.subject, one.detail);
        }
        println!("{} breaks", found.breaks.len());
    }
    Ok(if found.breaks.is_empty() { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

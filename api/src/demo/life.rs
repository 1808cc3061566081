//! What has happened in the demo by today: a sale, transfers, a dispute, a default, six coupons, one payee who is owed.

use super::people::{self, Holder, Staff};
use super::{DAYS_TO_CLOSE, HISTORY_DAYS, live_until, papers, quiet};
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::hold::{self, NewHold};
use crate::flows::invoice::{self, Mark};
use crate::flows::subscribe::{self, Order};
use crate::flows::transfer::{self, Request};
use crate::flows::{allocate, close_primary, install};
use crate::outbox::Intent;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Units;
use domain::ids::{PartitionId, PoolId};
use domain::party::WalletAddress;
use store::pools::Partition;
use tokenizer::chain::calls;

/// The investor who holds just under the cap: 4.99%.
pub const NEAR_THE_CAP: usize = 20;
/// The investor whose wallet the currency blocks.
pub const BLOCKED: usize = 12;
/// What the investor near the cap orders, in hundredths of a percent.
const NEAR_THE_CAP_BPS: i64 = 499;
/// The kind of the call that blocks a wallet in the demonstration currency.
const BLOCK: &str = "demo.block-wallet";
/// A wallet that nobody of the house knows.
const STRANGER: &str = "0x000000000000000000000000000000000000dEaD";

/// Days from the beginning on which things happen.
const DAY_OF_DISPUTE: i64 = 10;
const DAY_OF_TRANSFERS: i64 = 40;
const DAY_OF_BLOCK: i64 = 75;
const DAY_OF_DEFAULT: i64 = 100;
/// How long the pledge of the demo holds.
const PLEDGE: TimeDelta = TimeDelta::days(180);

/// Sells both pools, then lives until today.
///
/// # Errors
/// Those of the flows.
pub async fn live(app: &App, staff: Staff, holders: Vec<Holder>, pools: [PoolId; 2]) -> Result<(), AppError> {
    let begin = app.clock.now();
    let day = |days| begin + TimeDelta::days(days);
    let (staff, holders) = sell(app, staff, holders, pools).await?;
    live_until(app, day(DAYS_TO_CLOSE - 1)).await?;
    let issuer = people::by(&staff.issuer);
    app.blocking(move |app| {
        pools.into_iter().try_for_each(|pool| close_primary::close(app, &issuer, pool).map(drop))
    })
    .await?;
    live_until(app, day(DAY_OF_DISPUTE)).await?;
    let issuer = people::by(&staff.issuer);
    app.blocking(move |app| {
        mark(app, &issuer, papers::DISPUTED, Mark::Disputed)?;
        mark(app, &issuer, papers::DEFAULTED, Mark::Disputed)
    })
    .await?;
    live_until(app, day(DAY_OF_TRANSFERS)).await?;
    let (first, second) = (holders[people::FIRST_INVESTOR].clone(), holders[1].clone());
    app.blocking(move |app| transfers(app, pools[0], (&first, &second))).await?;
    live_until(app, day(DAY_OF_BLOCK)).await?;
    let blocked = holders[BLOCKED].clone();
    app.blocking(move |app| block(app, &blocked)).await?;
    live_until(app, day(DAY_OF_DEFAULT)).await?;
    let issuer = people::by(&staff.issuer);
    app.blocking(move |app| mark(app, &issuer, papers::DEFAULTED, Mark::Defaulted)).await?;
    live_until(app, today(begin)).await?;
    let (holder, lender) = (holders[2].clone(), holders[3].clone());
    app.blocking(move |app| pledge(app, &staff.compliance, pools[0], (&holder, &lender))).await
}

/// The wall clock's today, where the demo goes on from.
fn today(begin: DateTime<Utc>) -> DateTime<Utc> {
    Utc::now().max(begin + TimeDelta::days(HISTORY_DAYS))
}

async fn sell(
    app: &App,
    staff: Staff,
    holders: Vec<Holder>,
    pools: [PoolId; 2],
) -> Result<(Staff, Vec<Holder>), AppError> {
    let sold = app
        .blocking(move |app| {
            for pool in pools {
                for partition in app.ask(|tx| Ok(store::pools::partitions_of(tx, pool)?))? {
                    order(app, &holders, &partition)?;
                    allocate::allocate(app, &people::by(&staff.issuer), partition.id)?;
                }
            }
            Ok((staff, holders))
        })
        .await?;
    app.bell.notify_one();
    quiet(app).await?;
    Ok(sold)
}

/// Everybody who may hold orders; together they take exactly what is offered.
fn order(app: &App, holders: &[Holder], partition: &Partition) -> Result<(), AppError> {
    let buyers: Vec<usize> = (0..holders.len()).filter(|number| *number != people::WAITING).collect();
    let near = (partition.authorised_units * NEAR_THE_CAP_BPS).div_euclid(10_000);
    let weight = |number: &usize| if *number == NEAR_THE_CAP { 0 } else { 100 + *number as i64 };
    let weights: Vec<i64> = buyers.iter().map(weight).collect();
    let shares = domain::split(partition.authorised_units - near, &weights).map_err(AppError::internal)?;
    for (number, share) in buyers.into_iter().zip(shares) {
        let units = if number == NEAR_THE_CAP { near } else { share };
        let holder = &holders[number];
        let wallet = wallet(app, holder)?;
        let order = Order { partition_id: partition.id, wallet, units: Units::try_from(units)? };
        let placed = subscribe::place(app, &people::by(&holder.actor), &order)?;
        if !placed.refusals.is_empty() {
            return Err(AppError::internal(format!(
                "an order of the demo was refused: {:?}",
                placed.refusals
            )));
        }
    }
    Ok(())
}

fn wallet(app: &App, holder: &Holder) -> Result<WalletAddress, AppError> {
    let wallets = app.ask(|tx| Ok(store::investors::wallets_of(tx, holder.investor_id)?))?;
    let first = wallets.first().ok_or_else(|| AppError::internal("an investor of the demo has no wallet"))?;
    Ok(first.address)
}

fn senior(app: &App, pool: PoolId) -> Result<PartitionId, AppError> {
    let partitions = app.ask(|tx| Ok(store::pools::partitions_of(tx, pool)?))?;
    Ok(partitions.first().ok_or_else(|| AppError::internal("a pool of the demo has no partition"))?.id)
}

/// One transfer that settles, one to a stranger that is refused.
fn transfers(app: &App, pool: PoolId, (from, to): (&Holder, &Holder)) -> Result<(), AppError> {
    let (partition_id, from_wallet) = (senior(app, pool)?, wallet(app, from)?);
    for to_wallet in [wallet(app, to)?, STRANGER.parse()?] {
        let request = Request { partition_id, from_wallet, to_wallet, units: Units::try_from(500)? };
        transfer::ask(app, &people::by(&from.actor), &request)?;
    }
    Ok(())
}

/// What the second officer finds to confirm.
fn pledge(
    app: &App,
    officer: &Actor,
    pool: PoolId,
    (holder, lender): (&Holder, &Holder),
) -> Result<(), AppError> {
    let new = NewHold {
        partition_id: senior(app, pool)?,
        holder_wallet: wallet(app, holder)?,
        units: Units::try_from(1_000)?,
        expires_on: (app.clock.now() + PLEDGE).date_naive(),
        recipient_wallet: Some(wallet(app, lender)?),
        notary_wallet: None,
        purpose: "pledge for loan 17".to_owned(),
    };
    hold::place(app, &people::by(officer), &new).map(drop)
}

fn mark(app: &App, issuer: &Command, external_id: &str, mark: Mark) -> Result<(), AppError> {
    let issuer_id = issuer.by.issuer()?;
    let invoice = app.ask(|tx| Ok(store::invoices::by_external_id(tx, issuer_id, external_id)?))?;
    let invoice = invoice.ok_or_else(|| AppError::not_found("invoice", external_id))?;
    invoice::mark(app, issuer, invoice.id, mark)?;
    Ok(())
}

/// The issuer of the currency blocks a wallet, as issuers of large stablecoins do: its coupons are owed from now on.
fn block(app: &App, holder: &Holder) -> Result<(), AppError> {
    let (wallet, signer) = (wallet(app, holder)?, app.platform()?);
    app.execute(&Command::from_system(), &(), |act| {
        let currency = install::installed(act.tx)?.payment_token;
        act.call_chain(&Intent {
            operation_key: format!("demo/block/{wallet}"),
            kind: BLOCK,
            subject: wallet.to_string(),
            signer,
            call: calls::set_blocked(currency, wallet, true),
        })?;
        Ok(())
    })
}

//! A coupon is declared: the period, what the terms ask for, and what the cash allows after the senior partitions.

use super::collect::own_pool;
use super::distress;
use super::facts::Tranche;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use chrono::{NaiveDate, TimeDelta};
use domain::coupon::{CouponDates, CouponStatus, RawCouponDates};
use domain::ids::{CouponId, PartitionId, PoolId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::{Currency, Invalid, Rate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::coupons::Coupon;
use store::jobs::Ended;
use store::ledger::{Account, NewTransaction, Posting};
use store::pools::{self, Partition};
use store::{Tx, coupons, ledger, projection};
use tokenizer::calendar::{Calendar, Calendars};
use tokenizer::day_count::DayCount;
use tokenizer::entitlement::{Claim, Earning, PeriodError, Schedule, plan};

/// How long before the record date a coupon declares itself.
const NOTICE: TimeDelta = TimeDelta::days(1);
/// Periods of one partition that one run of the job declares: a year of months.
const MAX_AT_ONCE: usize = 12;
/// Pools that one look reads.
const POOLS_AT_ONCE: i64 = 100;

/// A coupon to declare; what is not said follows from the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCoupon {
    /// The partition.
    pub partition_id: PartitionId,
    /// The number it must get, for those who count themselves.
    pub number: Option<i64>,
    /// Its dates, else those of the next period.
    pub dates: Option<CouponDates>,
    /// What is paid in minor units, else what is due and there.
    pub amount_minor: Option<i64>,
}

/// What a partition before this one is due, and how much cash is kept for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its name.
    pub partition: String,
    /// What is kept in minor units.
    pub kept_minor: i64,
}

/// The plan of a coupon, line by line, in minor units; what happened when it was in earnest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponPlan {
    /// The coupon; none when there is nothing to pay.
    pub coupon_id: Option<CouponId>,
    /// Its number.
    pub number: i64,
    /// First day that earns.
    pub period_start: NaiveDate,
    /// First day that no longer earns.
    pub period_end: NaiveDate,
    /// The day at whose end the holders are fixed.
    pub record_date: NaiveDate,
    /// The day on which the money goes out.
    pub payment_date: NaiveDate,
    /// The currency of every amount.
    pub currency: Currency,
    /// Units outstanding.
    pub units: i64,
    /// What they cost in the primary sale, less what was written off.
    pub nominal_minor: i64,
    /// The interest of the period.
    pub interest_minor: i64,
    /// What earlier coupons left open.
    pub arrears_minor: i64,
    /// Interest and arrears.
    pub due_minor: i64,
    /// Cash of the pool that no coupon was declared from.
    pub cash_minor: i64,
    /// What of it is kept for partitions that come first.
    pub kept: Vec<Kept>,
    /// What an earlier coupon could not pay because nobody held a unit.
    pub carried_minor: i64,
    /// What this partition can be paid at most.
    pub available_minor: i64,
    /// What is paid.
    pub amount_minor: i64,
    /// What is due and is not paid: the next coupon owes it.
    pub shortfall_minor: i64,
}

/// Declares a coupon within the cash that is there; declares nothing when there is none.
///
/// # Errors
/// [`AppError::Invalid`] with the numbers, [`AppError::WrongState`], [`AppError::NotFound`].
pub fn declare(app: &App, command: &Command, new: &NewCoupon) -> Result<CouponPlan, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    app.execute(command, new, |act| declare_in(act, new))
}

fn declare_in(act: &mut Act<'_, '_>, new: &NewCoupon) -> Result<CouponPlan, AppError> {
    let tranche = Tranche::find(act.tx, new.partition_id)?;
    own_pool(act.tx, act.by, tranche.pool.id)?;
    if tranche.pool.status != PoolStatus::Live {
        let limit = "coupons are declared for a live pool".to_owned();
        return Err(AppError::WrongState { what: "the pool", state: tranche.pool.status.to_string(), limit });
    }
    let mut planned = draft(act, &tranche, new)?;
    if planned.amount_minor > 0 {
        planned.coupon_id = Some(write(act, &tranche, &planned)?);
    }
    Ok(planned)
}

fn draft(act: &mut Act<'_, '_>, tranche: &Tranche, new: &NewCoupon) -> Result<CouponPlan, AppError> {
    let (partition, pool, today) = (&tranche.partition, &tranche.pool, act.now.date_naive());
    let last = coupons::last_of(act.tx, partition.id)?;
    let number = last.as_ref().map_or(1, |last| last.number + 1);
    if let Some(wanted) = new.number.filter(|wanted| *wanted != number) {
        return Err(Invalid::new("number", wanted, format!("the next number is {number}")).into());
    }
    let terms = Terms::of(partition, pool.currency)?;
    let dates = match new.dates {
        Some(dates) => checked(dates, last.as_ref(), today)?,
        None => terms.next(last.as_ref(), today)?,
    };
    let period = (dates.period_start(), dates.period_end());
    let units = projection::outstanding(act.tx, partition.id)?;
    let nominal = distress::nominal(act.tx, partition)?;
    let interest_minor = terms.interest(nominal, period)?;
    let arrears_minor = last.as_ref().map_or(0, |last| last.arrears().minor);
    let due_minor = interest_minor.saturating_add(arrears_minor);
    let cash_minor = cash(act.tx, pool.id, pool.currency)?;
    let carried_minor = -ledger::balance(act.tx, Account::Residual(partition.id), pool.currency)?;
    let senior = claims_before(act.tx, tranche, period.1)?;
    let plan = plan(cash_minor, carried_minor, &senior, due_minor);
    let amount_minor = match new.amount_minor {
        None => plan.payable_minor,
        Some(amount) if amount <= plan.available_minor => amount,
        Some(amount) => {
            let kept: i64 = plan.kept.iter().map(|claim| claim.due_minor).sum();
            let limit = format!(
                "at most {}: {cash_minor} in cash, less {kept} for partitions that come first, and {carried_minor} carried",
                plan.available_minor
            );
            return Err(Invalid::new("amount_minor", amount, limit).into());
        }
    };
    let kept = plan.kept.into_iter();
    Ok(CouponPlan {
        coupon_id: None,
        number,
        period_start: period.0,
        period_end: period.1,
        record_date: dates.record_date(),
        payment_date: dates.payment_date(),
        currency: pool.currency,
        units,
        nominal_minor: i64::try_from(nominal).map_err(AppError::internal)?,
        interest_minor,
        arrears_minor,
        due_minor,
        cash_minor,
        kept: kept.map(|claim| Kept { partition: claim.partition, kept_minor: claim.due_minor }).collect(),
        carried_minor,
        available_minor: plan.available_minor,
        amount_minor,
        shortfall_minor: (due_minor - amount_minor).max(0),
    })
}

fn write(act: &mut Act<'_, '_>, tranche: &Tranche, planned: &CouponPlan) -> Result<CouponId, AppError> {
    let coupon = Coupon {
        id: act.id(),
        partition_id: tranche.partition.id,
        number: planned.number,
        period_start: planned.period_start,
        period_end: planned.period_end,
        record_date: planned.record_date,
        payment_date: planned.payment_date,
        currency: planned.currency,
        due_minor: planned.due_minor,
        amount_minor: planned.amount_minor,
        status: CouponStatus::Declared,
        record_block: None,
        merkle_root: None,
        created_at: act.now.naive_utc(),
    };
    let (id, amount, currency) = (coupon.id, coupon.amount_minor, coupon.currency);
    let carried = planned.carried_minor.clamp(0, amount);
    coupons::add(act.tx, coupon)?;
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("coupon/{id}/declared"),
        kind: "coupon.declared",
        subject: id.to_string(),
        postings: vec![
            Posting::debit(Account::Residual(tranche.partition.id), carried, currency),
            Posting::debit(Account::Distributed(tranche.pool.id), amount - carried, currency),
            Posting::credit(Account::CouponPayable(id), amount, currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    act.audit("coupon.declared", id, planned)?;
    Ok(id)
}

/// Dates that somebody chose: after what was paid, and no books that are closed already.
fn checked(dates: CouponDates, last: Option<&Coupon>, today: NaiveDate) -> Result<CouponDates, AppError> {
    if let Some(last) = last.filter(|last| dates.period_start() < last.period_end) {
        let limit = format!("not before {}, where the last coupon's period ended", last.period_end);
        return Err(Invalid::new("period_start", dates.period_start(), limit).into());
    }
    if dates.record_date() < today {
        return Err(
            Invalid::new("record_date", dates.record_date(), format!("today, {today}, or later")).into()
        );
    }
    Ok(dates)
}

/// The cash of a pool that no coupon was declared from.
///
/// # Errors
/// When the database fails.
pub fn cash(tx: &mut Tx<'_>, pool: PoolId, currency: Currency) -> Result<i64, AppError> {
    let (came_in, declared) = (
        ledger::balance(tx, Account::Cash(pool), currency)?,
        ledger::balance(tx, Account::Distributed(pool), currency)?,
    );
    Ok(came_in - declared)
}

/// What of the cash no principal of a partition is paid from: interest that is due until a day and not declared, its own
/// and that of the partitions before it, and the face value of these.
///
/// # Errors
/// When the database fails or terms cannot be read.
pub(super) fn kept_from_principal(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    until: NaiveDate,
) -> Result<Vec<Kept>, AppError> {
    let own = tranche.partition.seniority;
    let mut kept = Vec::new();
    for partition in pools::partitions_of(tx, tranche.pool.id)?.into_iter().filter(|it| it.seniority <= own) {
        let claim = claim(tx, &partition, (tranche.pool.currency, until))?;
        let face = if partition.seniority < own { distress::nominal(tx, &partition)? } else { 0 };
        let face = i64::try_from(face).map_err(AppError::internal)?;
        kept.push(Kept { partition: claim.partition, kept_minor: claim.due_minor.saturating_add(face) });
    }
    Ok(kept)
}

/// The last day at whose end it is fixed who gets interest that is due until a day: of a declared coupon with open books,
/// or of a period that ends until then and is not declared yet.
///
/// # Errors
/// When the database fails or terms cannot be read.
pub(super) fn last_record_date(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    (today, until): (NaiveDate, NaiveDate),
) -> Result<Option<NaiveDate>, AppError> {
    let terms = Terms::of(&tranche.partition, tranche.pool.currency)?;
    let last = coupons::last_of(tx, tranche.partition.id)?;
    let open = last.as_ref().filter(|last| last.status == CouponStatus::Declared);
    let mut latest = open.map(|coupon| coupon.record_date);
    let mut ended = last.map(|last| last.period_end);
    loop {
        let period = terms.schedule.after(ended).map_err(period_error)?;
        if period.1 > until {
            return Ok(latest);
        }
        let dates = Schedule::dates(period, today, &terms.calendar).map_err(period_error)?;
        latest = latest.max(Some(dates.record_date()));
        ended = Some(period.1);
    }
}

/// What the partitions before this one are due for periods that end by a day and are not declared.
fn claims_before(tx: &mut Tx<'_>, tranche: &Tranche, until: NaiveDate) -> Result<Vec<Claim>, AppError> {
    let partitions = pools::partitions_of(tx, tranche.pool.id)?;
    let before = partitions.into_iter().filter(|other| other.seniority < tranche.partition.seniority);
    before.map(|partition| claim(tx, &partition, (tranche.pool.currency, until))).collect()
}

fn claim(
    tx: &mut Tx<'_>,
    partition: &Partition,
    (currency, until): (Currency, NaiveDate),
) -> Result<Claim, AppError> {
    let terms = Terms::of(partition, currency)?;
    let last = coupons::last_of(tx, partition.id)?;
    let nominal = distress::nominal(tx, partition)?;
    let mut due_minor = last.as_ref().map_or(0, |last| last.arrears().minor);
    let mut paid_until = last.map(|last| last.period_end);
    loop {
        let period = terms.schedule.after(paid_until).map_err(period_error)?;
        if period.1 > until {
            break;
        }
        due_minor = due_minor.saturating_add(terms.interest(nominal, period)?);
        paid_until = Some(period.1);
    }
    Ok(Claim { partition: partition.name.to_string(), due_minor })
}

/// The terms of a partition, ready to compute with.
struct Terms {
    schedule: Schedule,
    earning: Earning,
    calendar: Calendar,
}

impl Terms {
    fn of(partition: &Partition, currency: Currency) -> Result<Self, AppError> {
        let rate: Decimal = partition.coupon_rate.parse().map_err(AppError::internal)?;
        let day_count = DayCount::named(&partition.day_count);
        let unknown = || AppError::internal(format!("there is no day count {}", partition.day_count));
        let calendar = if currency == Currency::EUR { "TARGET" } else { "WEEKENDS" };
        Ok(Self {
            schedule: Schedule {
                first: partition.first_period_start,
                months: u32::try_from(partition.coupon_months).map_err(AppError::internal)?,
            },
            earning: Earning { rate: Rate::try_from(rate)?, day_count: day_count.ok_or_else(unknown)? },
            calendar: Calendars::built_in().get(calendar).map_err(AppError::internal)?,
        })
    }

    fn next(&self, last: Option<&Coupon>, today: NaiveDate) -> Result<CouponDates, AppError> {
        let period = self.schedule.after(last.map(|last| last.period_end)).map_err(period_error)?;
        Schedule::dates(period, today, &self.calendar).map_err(period_error)
    }

    fn interest(&self, nominal: i128, period: (NaiveDate, NaiveDate)) -> Result<i64, AppError> {
        self.earning.interest(nominal, period, (self.schedule.months, &self.calendar)).map_err(period_error)
    }
}

fn period_error(error: PeriodError) -> AppError {
    AppError::internal(error)
}

/// The job that declares what falls due, the senior partitions first.
///
/// # Errors
/// When the database fails or terms cannot be read.
pub fn declare_due(running: &Running<'_>) -> Result<Ended, AppError> {
    let mut after = None;
    loop {
        let filter = pools::Filter { issuer: None, status: Some(PoolStatus::Live) };
        let live = running.app.ask(|tx| Ok(pools::page(tx, filter, after, POOLS_AT_ONCE)?))?;
        let Some(last) = live.last() else { return Ok(Ended::Done) };
        after = Some(last.id);
        for pool in &live {
            for partition in running.app.ask(|tx| Ok(pools::partitions_of(tx, pool.id)?))? {
                declare_partition(running.app, &partition, pool.currency)?;
            }
        }
    }
}

fn declare_partition(app: &App, partition: &Partition, currency: Currency) -> Result<(), AppError> {
    for _ in 0..MAX_AT_ONCE {
        let today = app.clock.now().date_naive();
        let last = app.ask(|tx| Ok(coupons::last_of(tx, partition.id)?))?;
        let dates = Terms::of(partition, currency)?.next(last.as_ref(), today)?;
        if dates.record_date() - today > NOTICE {
            break;
        }
        let new =
            NewCoupon { partition_id: partition.id, number: None, dates: Some(dates), amount_minor: None };
        if declare(app, &Command::from_system(), &new)?.coupon_id.is_none() {
            break;
        }
    }
    Ok(())
}

impl CouponPlan {
    /// The dates in the form in which they are given.
    #[must_use]
    pub const fn dates(&self) -> RawCouponDates {
        RawCouponDates {
            period_start: self.period_start,
            period_end: self.period_end,
            record_date: self.record_date,
            payment_date: self.payment_date,
        }
    }
}

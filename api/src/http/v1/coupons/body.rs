//! Coupons, plans and entitlements as they are answered.

use crate::app::App;
use crate::error::AppError;
use crate::flows::declare_coupon::{CouponPlan, Kept};
use crate::flows::pay_owed::Retried;
use chrono::NaiveDate;
use domain::coupon::EntitlementStatus;
use serde::Serialize;
use store::coupons::Coupon;
use store::entitlements::{self, Entitlement};
use utoipa::ToSchema;

/// A coupon.
#[derive(Serialize, ToSchema)]
pub(super) struct CouponBody {
    /// Its id.
    pub(super) id: String,
    /// The partition.
    partition_id: String,
    /// Its number.
    number: i64,
    /// First day that earns.
    period_start: NaiveDate,
    /// First day that no longer earns.
    period_end: NaiveDate,
    /// The day at whose end the holders are fixed.
    record_date: NaiveDate,
    /// The day on which the money goes out.
    payment_date: NaiveDate,
    /// The currency.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// What the terms ask for, in minor units.
    due_minor: i64,
    /// What is paid, in minor units.
    amount_minor: i64,
    /// What the next coupon owes, in minor units.
    arrears_minor: i64,
    /// `declared`, `books-closed`, `paying` or `paid`.
    #[schema(example = "declared")]
    status: &'static str,
    /// The last block that counted when the books closed.
    record_block: Option<i64>,
    /// The root of the published entitlements, in hexadecimal.
    merkle_root: Option<String>,
    /// How many holders stand where; only when one coupon is asked for.
    progress: Option<Progress>,
}

/// How many holders stand where, and with how much.
#[derive(Serialize, ToSchema)]
pub(super) struct Progress {
    /// Holders who wait.
    open: i64,
    /// Holders who are paid.
    paid: i64,
    /// Holders whose wallets could not take it.
    owed: i64,
    /// Holders who get nothing after rounding.
    nil: i64,
    /// What is paid, in minor units.
    paid_minor: i64,
    /// What is kept for those who could not take it, in minor units.
    owed_minor: i64,
}

impl CouponBody {
    pub(super) fn with_progress(app: &App, coupon: Coupon) -> Result<Self, AppError> {
        let id = coupon.id;
        let progress = app.ask(|tx| {
            let mut count = |status| entitlements::count(tx, id, status);
            let (open, paid) = (count(EntitlementStatus::Open)?, count(EntitlementStatus::Paid)?);
            let (owed, nil) = (count(EntitlementStatus::Owed)?, count(EntitlementStatus::Nil)?);
            let paid_minor = entitlements::total(tx, id, EntitlementStatus::Paid)?;
            let owed_minor = entitlements::total(tx, id, EntitlementStatus::Owed)?;
            Ok(Progress { open, paid, owed, nil, paid_minor, owed_minor })
        })?;
        Ok(Self { progress: Some(progress), ..Self::from(coupon) })
    }
}

impl From<Coupon> for CouponBody {
    fn from(coupon: Coupon) -> Self {
        Self {
            id: coupon.id.to_string(),
            partition_id: coupon.partition_id.to_string(),
            number: coupon.number,
            period_start: coupon.period_start,
            period_end: coupon.period_end,
            record_date: coupon.record_date,
            payment_date: coupon.payment_date,
            currency: coupon.currency.code(),
            due_minor: coupon.due_minor,
            amount_minor: coupon.amount_minor,
            arrears_minor: coupon.arrears().minor,
            status: coupon.status.as_str(),
            record_block: coupon.record_block,
            merkle_root: coupon.merkle_root,
            progress: None,
        }
    }
}

/// What a holder gets.
#[derive(Serialize, ToSchema)]
pub(super) struct EntitlementBody {
    /// Its id.
    pub(super) id: String,
    /// The coupon.
    coupon_id: String,
    /// Its place in the published tree; none when there is nothing to pay.
    leaf_index: Option<i64>,
    /// The investor.
    investor_id: String,
    /// The wallet.
    wallet: String,
    /// What it held when the books closed.
    units: i64,
    /// What it gets, in minor units.
    amount_minor: i64,
    /// `open`, `paid`, `owed` or `nil`.
    #[schema(example = "paid")]
    status: &'static str,
    /// The transaction on chain.
    transaction_hash: Option<String>,
}

impl From<Entitlement> for EntitlementBody {
    fn from(found: Entitlement) -> Self {
        Self {
            id: found.id.to_string(),
            coupon_id: found.coupon_id.to_string(),
            leaf_index: found.leaf_index,
            investor_id: found.investor_id.to_string(),
            wallet: found.wallet,
            units: found.units,
            amount_minor: found.amount_minor,
            status: found.status.as_str(),
            transaction_hash: found.transaction_hash,
        }
    }
}

/// What you get of a coupon.
#[derive(Serialize, ToSchema)]
pub(super) struct Payment {
    /// Your part.
    pub(super) entitlement: EntitlementBody,
    /// The coupon.
    coupon: CouponBody,
}

impl From<(Entitlement, Coupon)> for Payment {
    fn from((entitlement, coupon): (Entitlement, Coupon)) -> Self {
        Self { entitlement: entitlement.into(), coupon: coupon.into() }
    }
}

/// Another try.
#[derive(Serialize, ToSchema)]
pub(super) struct RetriedBody {
    /// The entitlement.
    pub(super) entitlement_id: String,
    /// Whether a call is on its way because of this; otherwise one was already.
    pub(super) new: bool,
}

impl From<Retried> for RetriedBody {
    fn from(retried: Retried) -> Self {
        Self { entitlement_id: retried.entitlement_id.to_string(), new: retried.new }
    }
}

/// The plan of a coupon, line by line, in minor units.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanBody {
    /// The coupon; none when there is nothing to pay, or in a dry run.
    coupon_id: Option<String>,
    /// Its number.
    number: i64,
    /// First day that earns.
    period_start: NaiveDate,
    /// First day that no longer earns.
    period_end: NaiveDate,
    /// The day at whose end the holders are fixed.
    record_date: NaiveDate,
    /// The day on which the money goes out.
    payment_date: NaiveDate,
    /// The currency.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Units outstanding.
    units: i64,
    /// What they cost in the primary sale.
    nominal_minor: i64,
    /// The interest of the period.
    interest_minor: i64,
    /// What earlier coupons left open.
    arrears_minor: i64,
    /// Interest and arrears.
    due_minor: i64,
    /// Cash of the pool that no coupon was declared from.
    cash_minor: i64,
    /// What of it is kept for partitions that come first.
    kept: Vec<KeptBody>,
    /// What an earlier coupon could not pay because nobody held a unit.
    carried_minor: i64,
    /// What this partition can be paid at most.
    available_minor: i64,
    /// What is paid.
    amount_minor: i64,
    /// What is due and is not paid: the next coupon owes it.
    shortfall_minor: i64,
}

/// What is kept for a partition that comes first.
#[derive(Serialize, ToSchema)]
struct KeptBody {
    /// Its name.
    partition: String,
    /// Minor units.
    kept_minor: i64,
}

impl PlanBody {
    pub(super) fn of(plan: CouponPlan, dry_run: bool) -> Self {
        let kept = |kept: Kept| KeptBody { partition: kept.partition, kept_minor: kept.kept_minor };
        Self {
            coupon_id: plan.coupon_id.filter(|_| !dry_run).map(|id| id.to_string()),
            number: plan.number,
            period_start: plan.period_start,
            period_end: plan.period_end,
            record_date: plan.record_date,
            payment_date: plan.payment_date,
            currency: plan.currency.code(),
            units: plan.units,
            nominal_minor: plan.nominal_minor,
            interest_minor: plan.interest_minor,
            arrears_minor: plan.arrears_minor,
            due_minor: plan.due_minor,
            cash_minor: plan.cash_minor,
            kept: plan.kept.into_iter().map(kept).collect(),
            carried_minor: plan.carried_minor,
            available_minor: plan.available_minor,
            amount_minor: plan.amount_minor,
            shortfall_minor: plan.shortfall_minor,
        }
    }
}

//! Principal is paid back: an order that fixes terms and money, the register of its record date, and each holder's units
//! that end in the transaction that pays for them.
//!
//! The order takes the money out of the pool's cash at once. On the payment date a job fixes the register as it stood when
//! the day began ([`fix`]) and sends batches ([`pay`]); what became of each holder is heard from the chain ([`events`]).

mod books;
mod events;
mod fix;
mod pay;
mod preview;
mod terms;

pub use pay::{REDEEM, Retried, retry, run};
pub use preview::{Breach, PlannedLine};
pub use terms::{NewRedemption, Terms};

pub(super) use books::{REDEMPTION_TOTAL, disagreement};
pub(super) use events::{heard, unheard};

use super::collect::own_pool;
use super::declare_coupon::Kept;
use super::facts::Tranche;
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::ids::{PoolId, RedemptionId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::redemption::{RedemptionDivision, RedemptionLineStatus, RedemptionStatus};
use domain::status::{CallStatus, JobStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::jobs::NewJob;
use store::redemptions::{self, Redemption};
use store::{Tx, outbox};
use tokenizer::chain::{ChainEvent, calls};

/// Who reads redemptions: an issuer its own, officials all.
pub const READERS: &[Role] = &[Role::Issuer, Role::Operator, Role::Regulator, Role::Compliance];
/// The kind of the call that schedules the record date.
const RECORD: &str = "redemption.record";

/// What a redemption does, or would do. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionPlan {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// What is ordered, with everything that was left out filled in.
    pub terms: Terms,
    /// Units outstanding now.
    pub outstanding_units: i64,
    /// Units outstanding afterwards.
    pub left_units: i64,
    /// The face value of these.
    pub left_face_minor: i64,
    /// Cash of the pool that nothing was declared from.
    pub cash_minor: i64,
    /// What of it is kept for partitions that come first.
    pub kept: Vec<Kept>,
    /// What there is to pay with, the issuer's own money included.
    pub available_minor: i64,
    /// Wallets on the register now.
    pub holders: usize,
    /// What each of them would give and get by the register of now, at most [`preview::MAX_LINES`].
    pub lines: Vec<PlannedLine>,
    /// How many of all could not be paid as things stand.
    pub refused: usize,
    /// Who would be above the cap afterwards, without having bought.
    pub breaches: Vec<Breach>,
}

/// Orders a redemption within the money that is there.
///
/// # Errors
/// [`AppError::Invalid`] with the numbers, [`AppError::WrongState`], [`AppError::NotFound`] for another issuer's pool.
pub fn order(app: &App, command: &Command, new: &NewRedemption) -> Result<RedemptionPlan, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    app.execute(command, new, |act| {
        let tranche = Tranche::find(act.tx, new.partition_id)?;
        own_pool(act.tx, act.by, tranche.pool.id)?;
        may_order(act.tx, &tranche)?;
        let terms = terms::settled(act, &tranche, new)?;
        let plan = preview::plan(act, &tranche, terms)?;
        terms::check_funds(&plan)?;
        write(app, act, &tranche, &plan)?;
        Ok(plan)
    })
}

/// Whether units of a partition can be redeemed at all, and nothing of the kind is under way.
fn may_order(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<(), AppError> {
    let wrong = |what: &'static str, state: String, limit: &str| {
        Err(AppError::WrongState { what, state, limit: limit.to_owned() })
    };
    if tranche.pool.status != PoolStatus::Live {
        let state = tranche.pool.status.to_string();
        return wrong("the pool", state, "principal of a live pool is paid back");
    }
    let token = tranche.token()?.to_string();
    if store::projection::latest_event(tx, (&token, "control_renounced"), None)?.is_some() {
        let limit = "its units end by their holders alone";
        return wrong("the pool", "without control".to_owned(), limit);
    }
    if let Some(other) = redemptions::under_way(tx, tranche.partition.id)? {
        let limit = "wait until the redemption before it has ended, or call it off";
        return wrong("the redemption", other.status.to_string(), limit);
    }
    if store::projection::outstanding(tx, tranche.partition.id)? == 0 {
        return wrong("the partition", "without units".to_owned(), "somebody must hold a unit");
    }
    Ok(())
}

fn write(app: &App, act: &mut Act<'_, '_>, tranche: &Tranche, plan: &RedemptionPlan) -> Result<(), AppError> {
    let (id, terms) = (plan.redemption_id, &plan.terms);
    let redemption = Redemption {
        id,
        partition_id: tranche.partition.id,
        kind: terms.kind,
        division: terms.division,
        units: terms.units,
        price_minor: terms.price_minor,
        amount_minor: terms.amount_minor,
        contributed_minor: terms.contributed_minor,
        currency: tranche.pool.currency,
        record_date: terms.record_date,
        payment_date: terms.payment_date,
        notice_sha256: terms.notice_sha256.clone(),
        seed: terms.seed.clone(),
        status: RedemptionStatus::Ordered,
        record_number: None,
        record_block: None,
        record_block_hash: None,
        document_hash: None,
        requested_by: act.by.user_id().map(|user| user.to_string()),
        created_at: act.now.naive_utc(),
    };
    redemptions::add(act.tx, redemption.clone())?;
    books::post_order(act, tranche.pool.id, &redemption)?;
    if terms.division != RedemptionDivision::Whole {
        schedule_record(app, act, tranche, &redemption)?;
    }
    enqueue(act, id, (&format!("{REDEEM}/{id}"), opens_at(terms.payment_date)))?;
    act.audit("redemption.ordered", id, &json!({ "partition_id": tranche.partition.id, "terms": terms }))
}

/// Has the chain keep the register as it stands when the payment date begins: by it each share is proved.
fn schedule_record(
    app: &App,
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    redemption: &Redemption,
) -> Result<(), AppError> {
    let operation_key = record_key(tranche.pool.id, redemption.payment_date);
    let before = outbox::by_operation_key(act.tx, &operation_key)?;
    if let Some(refused) = before.filter(|call| call.status == CallStatus::Refused) {
        act.call_chain_again(&refused)?;
        return Ok(());
    }
    act.call_chain(&Intent {
        operation_key,
        kind: RECORD,
        subject: redemption.id.to_string(),
        signer: app.platform()?,
        call: calls::schedule_record_date(tranche.token()?, opens_at(redemption.payment_date)),
    })?;
    Ok(())
}

/// One record date of a token serves every redemption of that day.
fn record_key(pool: PoolId, payment_date: NaiveDate) -> String {
    format!("record/{pool}/{payment_date}")
}

/// The record dates of a token that the chain told: number and time.
fn records(tx: &mut Tx<'_>, token: &str) -> Result<Vec<(u16, DateTime<Utc>)>, AppError> {
    let mut records = Vec::new();
    for row in store::projection::events_of(tx, (token, "record_date_scheduled"), None)? {
        let event = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
        if let ChainEvent::RecordDateScheduled { record, date } = event {
            let date = i64::try_from(date).ok().and_then(|date| DateTime::from_timestamp(date, 0));
            records
                .push((record, date.ok_or_else(|| AppError::internal("a record date beyond the calendar"))?));
        }
    }
    Ok(records)
}

/// The moment from which units and money change hands: before it the register is fixed.
fn opens_at(payment_date: NaiveDate) -> DateTime<Utc> {
    payment_date.and_time(NaiveTime::MIN).and_utc()
}

/// The key of a redemption on chain: the bytes of its id, then zeros.
#[must_use]
pub fn chain_key(id: RedemptionId) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(id.0.as_bytes());
    key
}

fn enqueue(
    act: &mut Act<'_, '_>,
    id: RedemptionId,
    (run_key, run_at): (&str, DateTime<Utc>),
) -> Result<(), AppError> {
    let subject = id.to_string();
    let job = NewJob { id: act.id(), kind: REDEEM, subject: &subject, run_key, run_at };
    store::jobs::enqueue(act.tx, job, act.now)?;
    Ok(())
}

/// Calls off a redemption that has not begun, or what of it nobody could be paid: that money is the pool's again.
///
/// # Errors
/// [`AppError::WrongState`] while units and money change hands, or when nothing is left to call off.
pub fn cancel(app: &App, command: &Command, id: RedemptionId) -> Result<RedemptionStatus, AppError> {
    command.by.must_be(&[Role::Issuer])?;
    app.execute(command, &id, |act| {
        let redemption = find_own(act.tx, act.by, id)?;
        let to = RedemptionStatus::Cancelled;
        let from = redemption.status;
        let may = match from {
            // From the payment date on whose turn it is can be known: nobody calls a draw off that they have seen.
            RedemptionStatus::Ordered => {
                act.now < opens_at(redemption.payment_date) || failed(act.tx, id)?.is_some()
            }
            RedemptionStatus::PartlyPaid => outbox::is_settled(act.tx, &id.to_string())?,
            _ => false,
        };
        if !may || !redemptions::move_on(act.tx, id, (from, to))? {
            let limit = "only what has not begun, or could not be paid, is called off".to_owned();
            return Err(AppError::WrongState { what: "the redemption", state: from.to_string(), limit });
        }
        let pool = Tranche::find(act.tx, redemption.partition_id)?.pool.id;
        let released = match from {
            RedemptionStatus::Ordered => redemption.amount_minor,
            _ => cancel_lines(act.tx, id)?,
        };
        books::post_release(act, pool, &redemption, (released, "cancelled"))?;
        if from == RedemptionStatus::Ordered {
            books::post_return(act, pool, &redemption)?;
        }
        act.audit("redemption.cancelled", id, &json!({ "released_minor": released }))?;
        Ok(to)
    })
}

/// Ends the lines that could not be paid; what they add up to.
fn cancel_lines(tx: &mut Tx<'_>, id: RedemptionId) -> Result<i64, AppError> {
    let mut released = 0;
    loop {
        let refused =
            redemptions::lines(tx, (id, Some(RedemptionLineStatus::Refused)), None, store::MAX_PAGE)?;
        if refused.is_empty() {
            return Ok(released);
        }
        for line in refused {
            released += line.amount_minor;
            let why = (None, line.refusal.as_deref());
            redemptions::set_status(tx, line.id, RedemptionLineStatus::Cancelled, why)?;
        }
    }
}

/// A redemption that somebody may read.
///
/// # Errors
/// [`AppError::Forbidden`] for investors; [`AppError::NotFound`], also for another issuer's.
pub fn find_own(tx: &mut Tx<'_>, by: &Actor, id: RedemptionId) -> Result<Redemption, AppError> {
    by.must_be(READERS)?;
    let missing = || AppError::not_found("redemption", id);
    let found = redemptions::find(tx, id)?.ok_or_else(missing)?;
    let tranche = Tranche::find(tx, found.partition_id)?;
    own_pool(tx, by, tranche.pool.id).map_err(|_| missing())?;
    Ok(found)
}

/// Why the job of a redemption was given up, if it was.
///
/// # Errors
/// When the database fails.
pub fn failed(tx: &mut Tx<'_>, id: RedemptionId) -> Result<Option<String>, AppError> {
    let job = store::jobs::latest_for(tx, &id.to_string())?;
    Ok(job.filter(|job| job.status == JobStatus::Failed).map(|job| job.last_error.unwrap_or_default()))
}

//! What is owed to a holder whose wallet could not take it is tried again.

use super::install;
use super::pay_coupon::chain_key;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use chrono::{DateTime, TimeDelta, Utc};
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, EntitlementId};
use domain::party::Role;
use domain::status::CallStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::entitlements::Entitlement;
use store::outbox::Call;
use store::{entitlements, outbox};
use tokenizer::chain::calls;

/// Tries a day for one entitlement: each costs the platform a fee, and a wallet that is blocked stays so for longer.
pub const MAX_TRIES_A_DAY: usize = 3;
/// Tries in all for one entitlement at the cost of the platform; the contract pays whoever is owed when anybody asks it.
pub const MAX_TRIES: usize = 100;

/// The kind of a call that tries again to pay what is owed.
const RETRY: &str = "coupon.retry";

/// What a retry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// The entitlement.
    pub entitlement_id: EntitlementId,
    /// Whether a call is on its way because of this; otherwise one was on its way already.
    pub new: bool,
}

/// Tries again to pay what is owed.
///
/// # Errors
/// [`AppError::WrongState`] when nothing is owed, [`AppError::NotFound`], [`AppError::TooMany`] for more than
/// [`MAX_TRIES_A_DAY`].
pub fn retry(
    app: &App,
    command: &Command,
    (coupon, id): (CouponId, EntitlementId),
) -> Result<Retried, AppError> {
    command.by.must_be(&[Role::Operator])?;
    try_again(app, command, id, |_, found| Ok(found.coupon_id == coupon))
}

/// The holder asks for what is owed, once their wallet can take it: it goes to that wallet and to no other.
///
/// # Errors
/// As [`retry`]; what is somebody else's is not found.
pub fn claim(app: &App, command: &Command, id: EntitlementId) -> Result<Retried, AppError> {
    let user = command.by.must_be(&[Role::Investor])?;
    try_again(app, command, id, |act, found| {
        let investor = user.map(|user| store::investors::of_user(act.tx, user)).transpose()?.flatten();
        Ok(investor.is_some_and(|investor| investor.id == found.investor_id))
    })
}

/// Another try for an entitlement of those who may ask for it.
fn try_again(
    app: &App,
    command: &Command,
    id: EntitlementId,
    is_theirs: impl Fn(&mut Act<'_, '_>, &Entitlement) -> Result<bool, AppError>,
) -> Result<Retried, AppError> {
    app.execute(command, &id, |act| {
        let found = entitlements::find(act.tx, id)?.ok_or_else(|| AppError::not_found("entitlement", id))?;
        if !is_theirs(act, &found)? {
            return Err(AppError::not_found("entitlement", id));
        }
        let coupon = found.coupon_id;
        if found.status != EntitlementStatus::Owed {
            let limit = "only what is owed is paid again".to_owned();
            return Err(AppError::WrongState {
                what: "the entitlement",
                state: found.status.to_string(),
                limit,
            });
        }
        let tried = outbox::about(act.tx, &id.to_string())?;
        let flying = |status| matches!(status, CallStatus::Queued | CallStatus::Submitted);
        if tried.iter().any(|call| flying(call.status)) {
            return Ok(Retried { entitlement_id: id, new: false });
        }
        may_try_again(&tried, act.now)?;
        write_call(app, act, &found)?;
        act.audit("entitlement.retried", id, &json!({ "coupon_id": coupon }))?;
        Ok(Retried { entitlement_id: id, new: true })
    })
}

/// Writes the call that pays what is owed: to the wallet that was entitled, or to the one in its place when it is lost.
///
/// # Errors
/// When the installation is not finished or the database fails.
pub(super) fn write_call(app: &App, act: &mut Act<'_, '_>, owed: &Entitlement) -> Result<(), AppError> {
    let (payer, key) = (install::installed(act.tx)?.coupon_payer, chain_key(owed.coupon_id));
    let wallet = owed.wallet.parse()?;
    let call = match store::recoveries::replacement_of(act.tx, &owed.wallet)? {
        Some(replacement) => calls::pay_owed_for_lost(payer, key, wallet, replacement),
        None => calls::pay_owed(payer, key, wallet),
    };
    let subject = owed.id.to_string();
    let tried = outbox::about(act.tx, &subject)?.len();
    let operation_key = format!("entitlement/{subject}/retry/{tried}");
    act.call_chain(&Intent { operation_key, kind: RETRY, subject, signer: app.platform()?, call })?;
    Ok(())
}

/// Refuses a try that comes too soon after others, or after too many.
fn may_try_again(tried: &[Call], now: DateTime<Utc>) -> Result<(), AppError> {
    let retries: Vec<_> = tried.iter().filter(|call| call.kind == RETRY).collect();
    if retries.len() >= MAX_TRIES {
        return Err(AppError::WrongState {
            what: "the entitlement",
            state: format!("tried {MAX_TRIES} times"),
            limit: "anybody may still call payOwed of the contract".to_owned(),
        });
    }
    let a_day_ago = (now - TimeDelta::days(1)).naive_utc();
    let recent: Vec<_> = retries.iter().filter(|call| call.created_at > a_day_ago).collect();
    match recent.first() {
        Some(oldest) if recent.len() >= MAX_TRIES_A_DAY => {
            Err(AppError::TooMany { seconds: (oldest.created_at - a_day_ago).num_seconds().max(1) })
        }
        _ => Ok(()),
    }
}

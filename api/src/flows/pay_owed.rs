//! What is owed to a holder whose wallet could not take it is tried again.

use super::install;
use super::pay_coupon::chain_key;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, EntitlementId};
use domain::party::Role;
use domain::status::CallStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::entitlements::Entitlement;
use store::{entitlements, outbox};
use tokenizer::chain::calls;

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
/// [`AppError::WrongState`] when nothing is owed, [`AppError::NotFound`].
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
/// [`AppError::WrongState`] when nothing is owed, [`AppError::NotFound`] for somebody else's.
pub fn claim(app: &App, command: &Command, id: EntitlementId) -> Result<Retried, AppError> {
    let user = command.by.must_be(&[Role::Investor])?;
    try_again(app, command, id, |act, found| {
        let investor = user.map(|user| store::investors::of_user(act.tx, user)).transpose()?.flatten();
        Ok(investor.is_some_and(|investor| investor.id == found.investor_id))
    })
}

fn try_again(
    app: &App,
    command: &Command,
    id: EntitlementId,
    is_theirs: impl Fn(&mut Act<'_, '_>, &Entitlement) -> Result<bool, AppError>,
) -> Result<Retried, AppError> {
    let platform = app.platform()?;
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
        let contracts = install::installed(act.tx)?;
        let tried = outbox::about(act.tx, &id.to_string())?;
        let flying = |status| matches!(status, CallStatus::Queued | CallStatus::Submitted);
        if tried.iter().any(|call| flying(call.status)) {
            return Ok(Retried { entitlement_id: id, new: false });
        }
        let call = calls::pay_owed(contracts.coupon_payer, chain_key(coupon), found.wallet.parse()?);
        act.call_chain(&Intent {
            operation_key: format!("entitlement/{id}/retry/{}", tried.len()),
            kind: RETRY,
            subject: id.to_string(),
            signer: platform,
            call,
        })?;
        act.audit("entitlement.retried", id, &json!({ "coupon_id": coupon }))?;
        Ok(Retried { entitlement_id: id, new: true })
    })
}

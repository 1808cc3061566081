//! What is owed to a holder whose wallet could not take it is tried again.

use super::install;
use super::pay_coupon::chain_key;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, EntitlementId};
use domain::party::Role;
use domain::status::CallStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;
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
    let platform = app.platform()?;
    app.execute(command, &(coupon, id), |act| {
        let found = entitlements::find(act.tx, id)?.filter(|found| found.coupon_id == coupon);
        let found = found.ok_or_else(|| AppError::not_found("entitlement", id))?;
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

//! What follows when a call to the chain has ended: one line a kind of call, the story is in its flow.

use super::{close_primary, install, mint, tokenise, transfer, waterfall};
use crate::app::{Act, App};
use crate::error::AppError;
use crate::outbox::Landed;
use store::outbox::Call;

/// Lets the story of a call go on, in the transaction that notes how the call ended.
///
/// # Errors
/// Those of the flow.
pub fn landed(app: &App, act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    if let Landed::Refused(refusal) = landed {
        let detail = serde_json::json!({ "kind": call.kind, "code": refusal.code() });
        act.audit("chain.refused", &call.subject, &detail)?;
    }
    match call.kind.as_str() {
        install::DEPLOY => install::deployed(app, act, call, landed),
        tokenise::DEPLOY => tokenise::deployed(app, act, call, landed),
        close_primary::CLOSE => close_primary::landed(act, call, landed),
        mint::BATCH | mint::SINGLE => mint::landed(act, call, landed),
        waterfall::DEPLOY => waterfall::deployed(app, act, call, landed),
        transfer::SETTLE => transfer::landed(act, call, landed),
        _ => Ok(()),
    }
}

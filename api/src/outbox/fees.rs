//! What calls cost their signers. A wallet whose key the platform keeps is given more when it runs out; when the
//! platform itself runs out, an operator hears of it. Either way nobody else waits.

use super::{Intent, PLATFORM};
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::identity::FEES_WEI;
use domain::status::CallStatus;
use store::breaks;
use store::outbox::Call;
use tokenizer::chain::calls;

/// The kind of a call that gives a wallet more for its fees.
const TOP_UP: &str = "wallet.top-up";
/// The kind of break while the platform cannot pay for its own calls.
const UNPAID: &str = "signer.funds";

/// Sees to it that the signer of a call can pay for it soon: at most one top-up of a wallet is on its way at a time.
pub(super) async fn run_out(app: &App, call: &Call, costs: u128) -> Result<(), AppError> {
    let wallet = call.signer.parse()?;
    let has = app.chain.funds(wallet).await?;
    let call = call.clone();
    app.blocking(move |app| {
        let now = app.clock.now();
        let platform = app.platform()?;
        app.store.write(|tx| {
            let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
            let (purpose, _) = store::outbox::signer(act.tx, &call.signer)?;
            if purpose == PLATFORM {
                return alarm(&mut act, &call, (has, costs));
            }
            let given = store::outbox::about(act.tx, &call.signer)?;
            let waiting = |status| matches!(status, CallStatus::Queued | CallStatus::Submitted);
            if given.iter().any(|gift| gift.kind == TOP_UP && waiting(gift.status)) {
                return Ok(());
            }
            let lacks = costs.saturating_sub(has);
            act.call_chain(&Intent {
                operation_key: format!("top-up/{}/{}", call.signer, given.len()),
                kind: TOP_UP,
                subject: call.signer.clone(),
                signer: platform,
                call: calls::fund(wallet, lacks.saturating_add(FEES_WEI)),
            })?;
            Ok(())
        })
    })
    .await
}

fn alarm(act: &mut Act<'_, '_>, call: &Call, (has, costs): (u128, u128)) -> Result<(), AppError> {
    let detail = format!("it has {has} wei, and the call {} may cost {costs}", call.operation_key);
    let id = act.id();
    if breaks::record(act.tx, id, (UNPAID, &call.signer, &detail), act.now)? {
        tracing::error!(
            signer = call.signer,
            detail,
            "the platform waits for funds: send some to its signer"
        );
    }
    Ok(())
}

/// The signer paid for a call: whatever was missing is there again.
pub(super) fn paid(act: &mut Act<'_, '_>, call: &Call) -> Result<(), AppError> {
    breaks::resolve(act.tx, (UNPAID, &call.signer), act.now)?;
    Ok(())
}

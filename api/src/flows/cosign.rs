//! In a protected partition each transfer to another owner needs the issuer's co-signature. One that lacks nothing else waits
//! for the issuer; once it is co-signed, its holder sends it again.

use super::facts::Tranche;
use super::transfer::{self, Request};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::TransferId;
use domain::status::{CallStatus, TransferStatus};
use domain::{Refusal, Units};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::transfers::Transfer;
use tokenizer::chain::calls::{self, Movement};

/// The kind of the call that co-signs.
const COSIGN: &str = "transfer.cosign";
/// How long a co-signature holds, and how long ago a transfer was asked for that waits for one.
pub const HOLDS: TimeDelta = TimeDelta::days(7);

/// A transfer that waits for the issuer.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The transfer as it was asked for, and refused.
    pub transfer: Transfer,
    /// Its partition.
    pub tranche: Tranche,
}

/// What became of an issuer's consent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cosigned {
    /// The transfer.
    pub transfer_id: TransferId,
    /// From when on the co-signature no longer holds.
    pub until: DateTime<Utc>,
    /// Every other reason against the transfer by now; nothing was sent when there is one.
    pub refusals: Vec<Refusal>,
}

/// Transfers in the issuer's own pools that lack the co-signature and nothing else, newest first; the same one that was
/// asked for twice stands there once.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but issuers.
pub fn waiting(tx: &mut Tx<'_>, by: &Actor, now: DateTime<Utc>) -> Result<Vec<Waiting>, AppError> {
    let issuer = by.issuer()?;
    let mut found: Vec<Waiting> = Vec::new();
    for transfer in store::transfers::refused_since(tx, issuer, now - HOLDS)? {
        let same = |other: &Waiting| ends(&other.transfer) == ends(&transfer);
        if found.iter().any(same) || !lacks_cosignature_alone(&verdict(tx, &transfer, now)?) {
            continue;
        }
        let tranche = Tranche::find(tx, transfer.partition_id)?;
        found.push(Waiting { transfer, tranche });
    }
    Ok(found)
}

/// What tells a transfer apart on chain.
fn ends(transfer: &Transfer) -> (String, String, String, i64) {
    let (from, to) = (transfer.from_wallet.to_string(), transfer.to_wallet.to_string());
    (transfer.partition_id.to_string(), from, to, transfer.units)
}

fn lacks_cosignature_alone(refusals: &[Refusal]) -> bool {
    matches!(refusals, [Refusal::NotCosigned { .. }])
}

fn verdict(tx: &mut Tx<'_>, transfer: &Transfer, now: DateTime<Utc>) -> Result<Vec<Refusal>, AppError> {
    let request = Request {
        partition_id: transfer.partition_id,
        from_wallet: transfer.from_wallet,
        to_wallet: transfer.to_wallet,
        units: Units::try_from(transfer.units)?,
    };
    transfer::verdict(tx, &request, now)
}

/// The issuer co-signs a transfer that was refused for want of that alone. When more speaks against it by now, every reason
/// is shown and nothing is sent.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but issuers; [`AppError::NotFound`] for a transfer in somebody else's pool;
/// [`AppError::WrongState`] when it needs no co-signature, or one is on its way.
pub fn cosign(app: &App, command: &Command, id: TransferId) -> Result<Cosigned, AppError> {
    let issuer = command.by.issuer()?;
    app.execute(command, &id, |act| {
        let missing = || AppError::not_found("transfer", id);
        let transfer = store::transfers::find(act.tx, id)?.ok_or_else(missing)?;
        let tranche = Tranche::find(act.tx, transfer.partition_id)?;
        if tranche.pool.issuer_id != issuer {
            return Err(missing());
        }
        let refusals = verdict(act.tx, &transfer, act.now)?;
        let needs = refusals.iter().any(|refusal| matches!(refusal, Refusal::NotCosigned { .. }));
        let waits = transfer.status == TransferStatus::Refused
            && act.now < transfer.created_at.and_utc() + HOLDS
            && !store::outbox::about(act.tx, &subject(id))?
                .iter()
                .any(|call| call.status != CallStatus::Refused);
        if !needs || !waits {
            let (state, limit) = (transfer.status.to_string(), "it must lack a co-signature".to_owned());
            return Err(AppError::WrongState { what: "transfer", state, limit });
        }
        let until = act.now + HOLDS;
        let refusals: Vec<Refusal> =
            refusals.into_iter().filter(|refusal| !matches!(refusal, Refusal::NotCosigned { .. })).collect();
        if refusals.is_empty() {
            send(app, act, (&tranche, &transfer), until)?;
            act.audit("transfer.cosigned", id, &serde_json::json!({ "until": until }))?;
        }
        Ok(Cosigned { transfer_id: id, until, refusals })
    })
}

/// What the calls about this matter are about; the transfer's own id is that of its settlement.
fn subject(id: TransferId) -> String {
    format!("cosign/{id}")
}

fn send(
    app: &App,
    act: &mut Act<'_, '_>,
    (tranche, transfer): (&Tranche, &Transfer),
    until: DateTime<Utc>,
) -> Result<(), AppError> {
    let subject = subject(transfer.id);
    let before = store::outbox::count_all_about(act.tx, &subject)?;
    let movement = Movement {
        partition: &tranche.partition.name,
        from: transfer.from_wallet,
        to: transfer.to_wallet,
        units: Units::try_from(transfer.units)?,
    };
    let call = calls::cosign(tranche.token()?, movement, Some(until));
    let (operation_key, signer) = (format!("{subject}/{before}"), app.platform()?);
    act.call_chain(&Intent { operation_key, kind: COSIGN, subject, signer, call })?;
    Ok(())
}

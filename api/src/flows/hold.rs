//! Units are kept for somebody, as a pledge: they stay their holder's on the register, and nobody moves them but by the
//! hold. What has become of a hold, the events of its token tell.

mod events;
mod seen;

pub(super) use events::{heard, unheard};
pub use seen::{Seen, find, page, status};

use self::events::chain_hold;
use self::seen::{is_moving, notary, open, releaser};
use super::approval::{self, Asked, Awaiting};
use super::facts::{self, Tranche};
use super::subscribe::{must_be_own_wallet, own_investor};
use super::transfer::ToSign;
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use crate::outbox::Intent;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use compliance::TransferRequest;
use compliance::rules::Movement;
use domain::ids::{HoldId, OrderId, PartitionId};
use domain::party::{Role, WalletAddress};
use domain::status::HoldStatus;
use domain::{Invalid, Refusal, Units};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::holds::Hold;
use store::jobs::Ended;
use tokenizer::chain::{ChainCall, calls};

/// The kind of the call that makes a hold.
const CREATE: &str = "hold.create";
/// The kind of the calls that deliver units of a hold.
const EXECUTE: &str = "hold.execute";
/// The kind of the calls that free units.
const RELEASE: &str = "hold.release";
/// The longest time that units are kept: no pledge of ours outlives it.
pub const LONGEST: TimeDelta = TimeDelta::days(3_653);
/// Who sees holds.
pub const READERS: &[Role] =
    &[Role::Compliance, Role::Regulator, Role::Operator, Role::Issuer, Role::Investor];
/// Who orders something about them.
const HANDS: &[Role] = &[Role::Compliance, Role::Investor];

/// What is ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewHold {
    /// Units of which partition.
    pub partition_id: PartitionId,
    /// Whose: one of the investor's own wallets, or anybody's when the officer orders.
    pub holder_wallet: WalletAddress,
    /// How many.
    pub units: Units,
    /// The last day on which it may be executed.
    pub expires_on: NaiveDate,
    /// Who gets the units; when nobody is named, the notary says it.
    pub recipient_wallet: Option<WalletAddress>,
    /// Who decides; the platform, by its officer, when nobody is named.
    pub notary_wallet: Option<WalletAddress>,
    /// What it is for, as a pledge.
    pub purpose: String,
}

/// What became of an order about a hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ordered {
    /// The hold.
    pub hold_id: HoldId,
    /// How many units it is about.
    pub units: i64,
    /// Every reason against it; nothing was sent when there is one.
    pub refusals: Vec<Refusal>,
    /// What the owner of a key of their own has to sign; it happens when the chain has it.
    pub to_sign: Option<ToSign>,
    /// The order that another officer has to confirm before anything of this happens.
    pub order: Option<Awaiting>,
}

/// Has units of a holder kept: an investor's own at once, anybody's by the officer when another officer confirms it.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but investors and the officer; [`AppError::Invalid`] for a wallet that is
/// somebody else's, an end that is past or too far, or more units than are free.
pub fn place(app: &App, command: &Command, new: &NewHold) -> Result<Ordered, AppError> {
    let by_whom = command.by.must_be(HANDS)?;
    app.execute(command, new, |act| {
        let id: OrderId = act.id();
        let by_whom = by_whom.map(|person| person.to_string());
        if !is_officer(act.by) {
            return keep(app, act, (id.0.into(), by_whom), new);
        }
        let would = act.rehearse(|act| keep(app, act, (id.0.into(), by_whom), new))?;
        let order = approval::wait(act, id, &Asked::Hold(new.clone()))?;
        Ok(Ordered { order: Some(order), ..would })
    })
}

/// Whether the officer acts, as transfer agent for anybody.
fn is_officer(by: &Actor) -> bool {
    by.must_be(&[Role::Compliance]).is_ok()
}

/// Has units kept as somebody ordered it.
///
/// # Errors
/// As [`place`].
pub(super) fn keep(
    app: &App,
    act: &mut Act<'_, '_>,
    (id, requested_by): (HoldId, Option<String>),
    new: &NewHold,
) -> Result<Ordered, AppError> {
    let platform = app.platform()?;
    let tranche = Tranche::find(act.tx, new.partition_id)?;
    let token = tranche.token()?;
    let signer = holder_or_agent(act.tx, act.by, new, platform)?;
    let expires_at = end_of(new.expires_on, act.now)?;
    check_terms(act.tx, new)?;
    check_free(act.tx, &tranche, new)?;
    let answer =
        |refusals, to_sign| Ordered { hold_id: id, units: new.units.get(), refusals, to_sign, order: None };
    // The transfer agent keeps units of anybody; a holder's own order is under the rules.
    if signer != platform {
        let refusals = judged(act, &tranche, Movement::Hold { from: new.holder_wallet }, new.units)?;
        if !refusals.is_empty() {
            let refused = crate::reasons::reasons(&refusals);
            act.audit("hold.refused", id, &serde_json::json!({ "order": new, "refusals": refused }))?;
            return Ok(answer(refusals, None));
        }
    }
    let hold = Hold {
        id,
        chain_key: String::new(),
        partition_id: new.partition_id,
        holder_wallet: new.holder_wallet,
        recipient_wallet: new.recipient_wallet.map(|wallet| wallet.to_string()),
        notary_wallet: Some(new.notary_wallet.unwrap_or(platform).to_string()),
        units: new.units.get(),
        executed_units: 0,
        released_units: 0,
        placed: false,
        expires_at: expires_at.naive_utc(),
        secret_hash: None,
        salt: hex::encode(salt(id)),
        purpose: Some(new.purpose.clone()),
        requested_by,
        created_at: store::screening::at(act.now),
    };
    let on_chain = chain_hold(&tranche, &hold)?;
    let chain_key = hex::encode(on_chain.key(app.chain.chain_id(), token));
    store::holds::add(act.tx, Hold { chain_key, ..hold })?;
    let call = calls::create_hold(token, &on_chain);
    let to_sign = send(app, act, (id, CREATE), (signer, call))?;
    act.audit("hold.ordered", id, new)?;
    Ok(answer(Vec::new(), to_sign))
}

/// The first moment after the last day.
fn end_of(day: NaiveDate, now: DateTime<Utc>) -> Result<DateTime<Utc>, AppError> {
    let last = (now + LONGEST).date_naive();
    if day < now.date_naive() || day > last {
        return Err(Invalid::new("expires_on", day, format!("from today to {last}")).into());
    }
    Ok((day + TimeDelta::days(1)).and_time(NaiveTime::MIN).and_utc())
}

/// What tells a hold apart on chain: the bytes of its id, then zeros.
fn salt(id: HoldId) -> [u8; 32] {
    let mut salt = [0; 32];
    salt[..16].copy_from_slice(id.0.as_bytes());
    salt
}

/// Who signs: the holder's own wallet, or the platform as transfer agent for the officer.
fn holder_or_agent(
    tx: &mut Tx<'_>,
    by: &Actor,
    new: &NewHold,
    platform: WalletAddress,
) -> Result<WalletAddress, AppError> {
    if is_officer(by) {
        let known = store::investors::wallet(tx, new.holder_wallet)?;
        let limit = "a wallet of an investor";
        known.ok_or_else(|| Invalid::new("holder_wallet", new.holder_wallet, limit))?;
        return Ok(platform);
    }
    let investor = own_investor(tx, by)?;
    must_be_own_wallet(tx, &investor, ("holder_wallet", new.holder_wallet))?;
    Ok(new.holder_wallet)
}

fn check_terms(tx: &mut Tx<'_>, new: &NewHold) -> Result<(), AppError> {
    if new.units == Units::ZERO {
        return Err(Invalid::new("units", 0, "at least 1").into());
    }
    if let Some(recipient) = new.recipient_wallet {
        if recipient == new.holder_wallet {
            return Err(
                Invalid::new("recipient_wallet", recipient, "another wallet than the holder's").into()
            );
        }
        if store::identities::of_wallet(tx, recipient)?.is_none() {
            let limit = "a wallet that the registry knows";
            return Err(Invalid::new("recipient_wallet", recipient, limit).into());
        }
    }
    let lost = store::recoveries::of_lost(tx, &new.holder_wallet.to_string())?;
    let limit = "a wallet that is not lost";
    lost.map_or(Ok(()), |_| Err(Invalid::new("holder_wallet", new.holder_wallet, limit).into()))
}

/// No more than what nothing else keeps.
fn check_free(tx: &mut Tx<'_>, tranche: &Tranche, new: &NewHold) -> Result<(), AppError> {
    let free = free_units(tx, tranche, new.holder_wallet)?;
    if new.units.get() <= free {
        return Ok(());
    }
    let limit = format!("at most {free}: what the wallet has, less what is kept already");
    Err(Invalid::new("units", new.units, limit).into())
}

/// Units of a wallet in a partition that no hold keeps.
///
/// # Errors
/// When the database fails.
pub fn free_units(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<i64, AppError> {
    let partition = tranche.partition.id;
    let has = store::projection::units_of(tx, partition, &wallet.to_string())?;
    let wallets = store::recoveries::with_lost_before(tx, &wallet.to_string())?;
    Ok((has - store::holds::kept(tx, partition, &wallets)?).max(0))
}

/// What of a hold is delivered.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Execution {
    /// The hold.
    pub hold_id: HoldId,
    /// How many units; all that it keeps when nothing is said.
    pub units: Option<Units>,
    /// To whom, where the hold names nobody.
    pub recipient_wallet: Option<WalletAddress>,
}

/// The notary has units of a hold delivered to its recipient, under every rule of a transfer but the end of the holder's
/// own approval. A refusal shows every reason and sends nothing. What the officer orders waits for another officer.
///
/// # Errors
/// [`AppError::NotFound`] for whoever is not its notary; [`AppError::WrongState`] unless it keeps units and nothing about
/// it is on its way; [`AppError::Invalid`] for more than it keeps, or another recipient.
pub fn execute(app: &App, command: &Command, order: &Execution) -> Result<Ordered, AppError> {
    command.by.must_be(HANDS)?;
    app.execute(command, order, |act| {
        if !is_officer(act.by) {
            return deliver(app, act, order);
        }
        let would = act.rehearse(|act| deliver(app, act, order))?;
        if !would.refusals.is_empty() {
            // Nothing waits that is refused already; why it was stays on record.
            return deliver(app, act, order);
        }
        let id: OrderId = act.id();
        let order = approval::wait(act, id, &Asked::Execution(*order))?;
        Ok(Ordered { order: Some(order), ..would })
    })
}

/// Has units of a hold delivered as its notary ordered it.
///
/// # Errors
/// As [`execute`].
pub(super) fn deliver(app: &App, act: &mut Act<'_, '_>, order: &Execution) -> Result<Ordered, AppError> {
    let platform = app.platform()?;
    let (hold, tranche) = open(act.tx, act.by, order.hold_id)?;
    let signer = notary(act.tx, act.by, &hold, platform)?;
    let signer = signer.ok_or_else(|| AppError::not_found("hold", order.hold_id))?;
    must_be(act, &hold, HoldStatus::Held)?;
    let units = order.units.unwrap_or(Units::try_from(hold.kept())?);
    if units == Units::ZERO || units.get() > hold.kept() {
        return Err(Invalid::new("units", units, format!("from 1 to {}", hold.kept())).into());
    }
    let recipient = recipient(&hold, order.recipient_wallet)?;
    let refusals = against(act, &tranche, &hold, (recipient, units))?;
    let mut to_sign = None;
    if refusals.is_empty() {
        let call = calls::execute_hold(tranche.token()?, &chain_hold(&tranche, &hold)?, recipient, units);
        to_sign = send(app, act, (hold.id, EXECUTE), (signer, call))?;
    }
    let refused = crate::reasons::reasons(&refusals);
    let detail = serde_json::json!({ "units": units, "recipient_wallet": recipient, "refusals": refused });
    act.audit(if refusals.is_empty() { "hold.executing" } else { "hold.refused" }, hold.id, &detail)?;
    Ok(Ordered { hold_id: hold.id, units: units.get(), refusals, to_sign, order: None })
}

fn recipient(hold: &Hold, named: Option<WalletAddress>) -> Result<WalletAddress, AppError> {
    let fixed = hold.recipient_wallet.as_deref().map(str::parse::<WalletAddress>).transpose()?;
    match (fixed, named) {
        (Some(fixed), Some(named)) if fixed != named => {
            Err(Invalid::new("recipient_wallet", named, format!("the wallet {fixed} that the hold names"))
                .into())
        }
        (Some(fixed), _) => Ok(fixed),
        (None, Some(named)) if named == hold.holder_wallet => {
            Err(Invalid::new("recipient_wallet", named, "another wallet than the holder's").into())
        }
        (None, Some(named)) => Ok(named),
        (None, None) => Err(Invalid::new("recipient_wallet", "", "a wallet, as the hold names none").into()),
    }
}

fn judged(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    movement: Movement,
    units: Units,
) -> Result<Vec<Refusal>, AppError> {
    let question = TransferRequest { movement, partition: tranche.partition.name.clone(), units };
    let facts = facts::read(act.tx, tranche, &question, act.now)?;
    Ok(compliance::judge(&question, &facts))
}

/// Every reason against the delivery. What the hold keeps is neither short nor frozen, and the holder's own approval may
/// have ended: that must not trap what was promised.
fn against(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    hold: &Hold,
    (to, units): (WalletAddress, Units),
) -> Result<Vec<Refusal>, AppError> {
    let now_wallet = |act: &mut Act<'_, '_>, wallet: WalletAddress| -> Result<WalletAddress, AppError> {
        Ok(store::recoveries::replacement_of(act.tx, &wallet.to_string())?.unwrap_or(wallet))
    };
    let (from, to) = (now_wallet(act, hold.holder_wallet)?, now_wallet(act, to)?);
    judged(act, tranche, Movement::Deliver { from, to }, units)
}

/// Frees what a hold still keeps: its notary, its recipient, or the officer as transfer agent.
///
/// # Errors
/// [`AppError::NotFound`] for everybody else; [`AppError::WrongState`] when it keeps nothing, or something about it is on
/// its way.
pub fn release(app: &App, command: &Command, id: HoldId) -> Result<Ordered, AppError> {
    command.by.must_be(HANDS)?;
    let platform = app.platform()?;
    app.execute(command, &id, |act| {
        let (hold, tranche) = open(act.tx, &command.by, id)?;
        let signer = releaser(act.tx, &command.by, &hold, platform)?;
        let signer = signer.ok_or_else(|| AppError::not_found("hold", id))?;
        must_be(act, &hold, HoldStatus::Held)?;
        let call = calls::release_hold(tranche.token()?, &chain_hold(&tranche, &hold)?);
        let to_sign = send(app, act, (id, RELEASE), (signer, call))?;
        act.audit("hold.releasing", id, &serde_json::json!({ "units": hold.kept() }))?;
        Ok(Ordered { hold_id: id, units: hold.kept(), refusals: Vec::new(), to_sign, order: None })
    })
}

/// The job that frees what holds keep whose time is over.
///
/// # Errors
/// When the database fails.
pub fn release_expired(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    let platform = app.platform()?;
    app.execute(&Command::from_system(), &(), |act| {
        for hold in store::holds::expired(act.tx, act.now)? {
            if is_moving(act.tx, hold.id)? {
                continue;
            }
            let tranche = Tranche::find(act.tx, hold.partition_id)?;
            let call = calls::release_hold(tranche.token()?, &chain_hold(&tranche, &hold)?);
            send(app, act, (hold.id, RELEASE), (platform, call))?;
            act.audit("hold.expired", hold.id, &serde_json::json!({ "units": hold.kept() }))?;
        }
        Ok(())
    })?;
    Ok(Ended::Done)
}

/// Sends a call of the platform or of a wallet whose key it keeps; the owner of another wallet signs it.
fn send(
    app: &App,
    act: &mut Act<'_, '_>,
    (id, kind): (HoldId, &str),
    (signer, call): (WalletAddress, ChainCall),
) -> Result<Option<ToSign>, AppError> {
    let managed = store::investors::wallet(act.tx, signer)?.is_some_and(|wallet| wallet.managed);
    if signer != app.platform()? && !managed {
        let to = call.to.ok_or_else(|| AppError::internal("a call of no contract"))?;
        let data = format!("0x{}", hex::encode(&call.data));
        return Ok(Some(ToSign { to, data, chain_id: app.chain.chain_id() }));
    }
    let subject = id.to_string();
    let before = store::outbox::count_all_about(act.tx, &subject)?;
    let operation_key = format!("hold/{subject}/{before}");
    act.call_chain(&Intent { operation_key, kind, subject, signer, call })?;
    Ok(None)
}

fn must_be(act: &mut Act<'_, '_>, hold: &Hold, wanted: HoldStatus) -> Result<(), AppError> {
    let status = status(act.tx, hold, act.now)?;
    let wrong = |state: String, limit: &str| {
        Err(AppError::WrongState { what: "hold", state, limit: limit.to_owned() })
    };
    if status != wanted {
        return wrong(status.to_string(), "it must keep units");
    }
    if is_moving(act.tx, hold.id)? {
        return wrong("ordered".to_owned(), "wait until the chain has what was ordered before");
    }
    Ok(())
}

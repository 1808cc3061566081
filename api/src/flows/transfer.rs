//! A holder gives units to somebody else: judged beforehand with every reason, then settled by the chain.

use super::facts::{self, Tranche};
use super::subscribe::{must_be_own_wallet, own_investor};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::{Intent, Landed};
use crate::reasons::reasons;
use chrono::{DateTime, Utc};
use compliance::{TransferRequest, judge, rules};
use domain::ids::{PartitionId, TransferId};
use domain::party::{Role, WalletAddress};
use domain::status::TransferStatus;
use domain::{Refusal, Units};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::Call;
use store::projection::Movement;
use store::transfers::{Described, Filter, Transfer};
use tokenizer::chain::calls;
use tokenizer::chain::{CallRefusal, ChainCall};

/// The kind of the call that settles a transfer.
pub const SETTLE: &str = "transfer.settle";

/// What is asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Request {
    /// Units of which partition.
    pub partition_id: PartitionId,
    /// Who gives.
    pub from_wallet: WalletAddress,
    /// Who gets.
    pub to_wallet: WalletAddress,
    /// How many.
    pub units: Units,
}

/// A transaction that the holder signs, because the key is theirs alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSign {
    /// The token.
    pub to: WalletAddress,
    /// The call data: `0x` and hexadecimal digits.
    pub data: String,
    /// The network, as EIP-155 numbers it.
    pub chain_id: u64,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// Accepted or refused; settled comes later, with the chain.
    pub status: TransferStatus,
    /// Every reason against it, with its numbers.
    pub refusals: Vec<Refusal>,
    /// What the holder of a key of their own has to sign; the transfer settles when the chain has it.
    pub to_sign: Option<ToSign>,
}

/// Every reason against a transfer, as the register and the rules stand now.
///
/// # Errors
/// When the database fails or there is no such partition.
pub fn verdict(tx: &mut Tx<'_>, request: &Request, now: DateTime<Utc>) -> Result<Vec<Refusal>, AppError> {
    let tranche = Tranche::find(tx, request.partition_id)?;
    judge_now(tx, &tranche, request, now)
}

fn judge_now(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Vec<Refusal>, AppError> {
    let (from, to, partition) = (request.from_wallet, request.to_wallet, request.partition_id);
    let movement = rules::Movement::Transfer { from, to };
    let question =
        TransferRequest { movement, partition: tranche.partition.name.clone(), units: request.units };
    let mut facts = facts::read(tx, tranche, &question, now)?;
    // What is promised is gone, what is on its way is there: calls reach the chain in the order of their causes.
    let promised = store::transfers::promised(tx, partition, from)?;
    facts.sender_wallet.balance = less(facts.sender_wallet.balance, promised)?;
    facts.sender_wallet.total = less(facts.sender_wallet.total, promised)?;
    for (side, wallet) in [(&mut facts.sender, from), (&mut facts.receiver, to)] {
        let owner = store::investors::wallet(tx, wallet)?;
        if let (Some(holder), Some(owner)) = (side, owner) {
            let flight = store::transfers::in_flight(tx, partition, owner.investor_id)?;
            let minting = store::subscriptions::pending(tx, partition, owner.investor_id)?.allocated;
            let units = holder.units.get() + flight.coming + minting - flight.leaving;
            holder.units = Units::try_from(units.max(0))?;
        }
    }
    if let (Some(cap), Some(owner)) = (&mut facts.pool_cap, store::investors::wallet(tx, to)?) {
        for partition in store::pools::partitions_of(tx, tranche.pool.id)? {
            let flight = store::transfers::in_flight(tx, partition.id, owner.investor_id)?;
            let minting = store::subscriptions::pending(tx, partition.id, owner.investor_id)?.allocated;
            let held = cap.held.get() + flight.coming + minting - flight.leaving;
            cap.held = Units::try_from(held.max(0))?;
        }
    }
    Ok(judge(&question, &facts))
}

fn less(units: Units, promised: i64) -> Result<Units, AppError> {
    Ok(Units::try_from((units.get() - promised).max(0))?)
}

/// Asks for a transfer from one of the investor's own wallets. From a wallet whose key is ours it is sent at once;
/// from a wallet of their own the answer carries what they have to sign, and the transfer stays accepted until the
/// chain has it.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but investors; [`AppError::Invalid`] for somebody else's wallet.
pub fn ask(app: &App, command: &Command, request: &Request) -> Result<Answer, AppError> {
    command.by.must_be(&[Role::Investor])?;
    let chain_id = app.chain.chain_id();
    app.execute(command, request, |act| {
        let investor = own_investor(act.tx, &command.by)?;
        let wallet = must_be_own_wallet(act.tx, &investor, ("from_wallet", request.from_wallet))?;
        let tranche = Tranche::find(act.tx, request.partition_id)?;
        let refusals = judge_now(act.tx, &tranche, request, act.now)?;
        let accepted = refusals.is_empty();
        let status = if accepted { TransferStatus::Accepted } else { TransferStatus::Refused };
        let id: TransferId = act.id();
        store::transfers::add(
            act.tx,
            Transfer {
                id,
                partition_id: request.partition_id,
                from_wallet: request.from_wallet,
                to_wallet: request.to_wallet,
                units: request.units.get(),
                status,
                refusals: serde_json::to_string(&refusals).map_err(AppError::internal)?,
                requested_by: investor.user_id,
                transaction_hash: None,
                created_at: act.now.naive_utc(),
            },
        )?;
        let detail = serde_json::json!({ "request": request, "refusals": reasons(&refusals) });
        act.audit(if accepted { "transfer.accepted" } else { "transfer.refused" }, id, &detail)?;
        let mut to_sign = None;
        if accepted && wallet.managed {
            send(act, id, (&tranche, request))?;
        } else if accepted {
            let token = tranche.token()?;
            let data = format!("0x{}", hex::encode(call(&tranche, request)?.data));
            to_sign = Some(ToSign { to: token, data, chain_id });
        }
        Ok(Answer { transfer_id: id, status, refusals, to_sign })
    })
}

fn call(tranche: &Tranche, request: &Request) -> Result<ChainCall, AppError> {
    let movement = calls::Movement {
        partition: &tranche.partition.name,
        from: request.from_wallet,
        to: request.to_wallet,
        units: request.units,
    };
    Ok(calls::transfer(tranche.token()?, movement))
}

fn send(
    act: &mut Act<'_, '_>,
    id: TransferId,
    (tranche, request): (&Tranche, &Request),
) -> Result<(), AppError> {
    act.call_chain(&Intent {
        operation_key: format!("transfer/{id}"),
        kind: SETTLE,
        subject: id.to_string(),
        signer: request.from_wallet,
        call: call(tranche, request)?,
    })?;
    Ok(())
}

/// The chain said no although the engine said yes: something came between. Success is heard from the event.
///
/// # Errors
/// When the database fails.
pub fn landed(act: &mut Act<'_, '_>, settle: &Call, landed: &Landed) -> Result<(), AppError> {
    let Landed::Refused(refusal) = landed else { return Ok(()) };
    let transfer = store::transfers::find(act.tx, settle.subject.parse()?)?;
    let transfer = transfer.ok_or_else(|| AppError::not_found("transfer", &settle.subject))?;
    let partition = Tranche::find(act.tx, transfer.partition_id)?.partition.name;
    let refusals: Vec<_> = match refusal {
        CallRefusal::Rule(rule) => rule.in_words_of_the_engine(&partition).into_iter().collect(),
        _ => Vec::new(),
    };
    let json = serde_json::to_string(&refusals).map_err(AppError::internal)?;
    store::transfers::refuse(act.tx, transfer.id, &json)?;
    let detail = serde_json::json!({ "code": refusal.code(), "refusals": reasons(&refusals) });
    act.audit("transfer.refused", transfer.id, &detail)
}

/// Units moved: the transfer that asked for it is settled. A call of ours names its transfer; what a holder signed is
/// known by its wallets and units, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn heard(act: &mut Act<'_, '_>, movement: &Movement) -> Result<(), AppError> {
    let (Some(from), Some(to)) = (&movement.from_wallet, &movement.to_wallet) else { return Ok(()) };
    let hash = &movement.transaction_hash;
    let call = store::outbox::of_transaction(act.tx, hash)?;
    let id = match call {
        Some(call) if call.kind == SETTLE => Some(call.subject.parse::<TransferId>()?),
        Some(_) => None,
        None => {
            let (partition, units) = (movement.partition_id, movement.units);
            let described = Described { partition, from, to, units };
            store::transfers::fulfilled_by(act.tx, described)?.map(|transfer| transfer.id)
        }
    };
    let Some(id) = id else { return Ok(()) };
    store::transfers::settle(act.tx, id, hash)?;
    act.audit("transfer.settled", id, &serde_json::json!({ "transaction_hash": hash }))
}

/// Which transfers somebody may see: investors those of their own wallets, issuers none by this way, the rest all.
///
/// # Errors
/// [`AppError::Forbidden`] for issuers, who read the register of their pools.
pub fn visible(tx: &mut Tx<'_>, by: &Actor) -> Result<Filter, AppError> {
    by.must_be(&[Role::Investor, Role::Compliance, Role::Regulator, Role::Operator])?;
    let Actor::Person { role: Role::Investor, .. } = by else { return Ok(Filter::default()) };
    let investor = own_investor(tx, by)?;
    let wallets = store::investors::wallets_of(tx, investor.id)?;
    let wallets = wallets.into_iter().map(|wallet| wallet.address.to_string()).collect();
    Ok(Filter { wallets: Some(wallets), ..Filter::default() })
}

/// A transfer that somebody may see.
///
/// # Errors
/// [`AppError::NotFound`] when there is none or it is between others.
pub fn find(tx: &mut Tx<'_>, by: &Actor, id: TransferId) -> Result<Transfer, AppError> {
    let filter = visible(tx, by)?;
    let mine = |transfer: &Transfer| {
        let ends = [transfer.from_wallet.to_string(), transfer.to_wallet.to_string()];
        filter.wallets.as_ref().is_none_or(|wallets| ends.iter().any(|end| wallets.contains(end)))
    };
    let found = store::transfers::find(tx, id)?.filter(mine);
    found.ok_or_else(|| AppError::not_found("transfer", id))
}

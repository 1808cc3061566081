//! A wallet is lost: it never sends, receives or claims again, and all that it had goes to another wallet of the same investor.
//!
//! The registry is told first, which stops the lost wallet everywhere at once; then each token in which it ever had
//! something moves units, frozen amounts, holds and lock-ups. What coupons are still to pay it goes to the other wallet:
//! [`super::pay_coupon`] claims what is open in its name, and what is owed is paid here.

use super::approval::{self, Asked, Awaiting};
use super::facts::Tranche;
use super::install::installed;
use super::{action, pay_owed, subscribe};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use domain::coupon::EntitlementStatus;
use domain::ids::{CouponId, InvestorId, OrderId, PartitionId, PoolId, RecoveryId, RedemptionId};
use domain::party::{InvestorStatus, Role, WalletAddress};
use domain::status::ActionStatus;
use domain::{Invalid, Invalids, Money, text};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::investors::{Investor, Wallet};
use store::recoveries::Recovery;
use tokenizer::chain::{ChainCall, calls};

/// The kind of the call that takes the lost wallet out of use.
const REMOVE: &str = "wallet.remove";
/// The kind of the calls that move what it has, one for each token.
const RECOVER: &str = "wallet.recover";
/// Who reads recoveries, besides the investor.
const READERS: &[Role] = &[Role::Compliance, Role::Regulator, Role::Operator, Role::Investor];

/// What is ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewRecovery {
    /// The wallet that is lost.
    pub lost_wallet: WalletAddress,
    /// Another wallet of the same investor, which the registry knows.
    pub replacement_wallet: WalletAddress,
    /// Why, in the officer's words.
    pub reason: String,
}

impl NewRecovery {
    /// Reads an order.
    ///
    /// # Errors
    /// Every finding.
    pub fn read(lost_wallet: &str, replacement_wallet: &str, reason: &str) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let wallet = |field: &str, text: &str| {
            text.trim().parse::<WalletAddress>().map_err(|invalid| invalid.named(field))
        };
        let lost = found.check(wallet("lost_wallet", lost_wallet));
        let replacement = found.check(wallet("replacement_wallet", replacement_wallet));
        let reason = found.check(text::bounded("reason", reason, text::MAX_NOTE));
        match (lost, replacement, reason) {
            (Some(lost_wallet), Some(replacement_wallet), Some(reason)) => {
                Ok(Self { lost_wallet, replacement_wallet, reason })
            }
            _ => Err(found),
        }
    }
}

/// Units that move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedUnits {
    /// The partition.
    pub partition_id: PartitionId,
    /// Token and partition by name.
    pub name: String,
    /// How many units.
    pub units: i64,
}

/// A payment that goes to the other wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedPayment {
    /// The coupon.
    pub coupon_id: CouponId,
    /// Token, partition and number of the coupon.
    pub name: String,
    /// What is to be paid.
    pub amount: Money,
    /// Open, or owed because a transfer failed.
    pub status: EntitlementStatus,
}

/// Principal that is paid to the other wallet, where the units are then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedPrincipal {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// Token and partition by name.
    pub name: String,
    /// Units that end.
    pub units: i64,
    /// What is to be paid for them.
    pub amount: Money,
}

/// What a recovery does, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recovered {
    /// The recovery.
    pub recovery_id: RecoveryId,
    /// Whose wallets they are.
    pub investor_id: InvestorId,
    /// The wallet that is lost.
    pub lost_wallet: WalletAddress,
    /// The wallet that gets everything.
    pub replacement_wallet: WalletAddress,
    /// Units as they are on the register.
    pub units: Vec<MovedUnits>,
    /// Coupons that were not paid yet.
    pub payments: Vec<MovedPayment>,
    /// Redemptions in which the wallet was not paid yet.
    #[serde(default)]
    pub principal: Vec<MovedPrincipal>,
    /// The order that another officer has to confirm before anything of this happens.
    pub order: Option<Awaiting>,
}

/// Orders that a lost wallet is recovered, when another officer confirms it. The same order again, once it is carried
/// out, sends what the chain refused and moves what came in afterwards: that is confirmed already.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] for wallets that are not two of one
/// investor; [`AppError::WrongState`] for a wallet that was recovered before, or that the registry does not know.
pub fn recover(app: &App, command: &Command, new: &NewRecovery) -> Result<Recovered, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    app.execute(command, new, |act| {
        if let Some(known) = store::recoveries::of_lost(act.tx, &new.lost_wallet.to_string())? {
            return send_again(app, act, &known, new);
        }
        let id: OrderId = act.id();
        let would = act.rehearse(|act| carry_out(app, act, (id.0.into(), None), new))?;
        let order = approval::wait(act, id, &Asked::Recovery(new.clone()))?;
        Ok(Recovered { order: Some(order), ..would })
    })
}

/// Recovers a lost wallet as somebody ordered it.
///
/// # Errors
/// As [`recover`].
pub(super) fn carry_out(
    app: &App,
    act: &mut Act<'_, '_>,
    (id, requested_by): (RecoveryId, Option<String>),
    new: &NewRecovery,
) -> Result<Recovered, AppError> {
    let (investor, _) = both(act.tx, new)?;
    let recovery = Recovery {
        id,
        investor_id: investor.id,
        lost_wallet: new.lost_wallet,
        replacement_wallet: new.replacement_wallet,
        reason: new.reason.clone(),
        requested_by,
        created_at: store::screening::at(act.now),
    };
    let recovered = what_moves(act.tx, &recovery)?;
    store::recoveries::add(act.tx, recovery.clone())?;
    write_calls(app, act, &recovery)?;
    end_credentials(act, new.lost_wallet)?;
    let detail = serde_json::json!({
        "investor": investor.id, "lost_wallet": new.lost_wallet,
        "replacement_wallet": new.replacement_wallet, "reason": new.reason,
        "units": recovered.units, "payments": recovered.payments, "principal": recovered.principal,
    });
    act.audit("wallet.recovered", recovery.id, &detail)?;
    Ok(recovered)
}

/// The investor behind both wallets, and the wallet that is lost.
fn both(tx: &mut Tx<'_>, new: &NewRecovery) -> Result<(Investor, Wallet), AppError> {
    let lost = store::investors::wallet(tx, new.lost_wallet)?;
    let lost = lost.ok_or_else(|| Invalid::new("lost_wallet", new.lost_wallet, "a wallet of an investor"))?;
    let investor = store::investors::find(tx, lost.investor_id)?;
    let investor = investor.ok_or_else(|| AppError::internal("a wallet of nobody"))?;
    if !matches!(investor.status, InvestorStatus::Approved | InvestorStatus::Frozen) || !lost.registered {
        return Err(AppError::WrongState {
            what: "wallet",
            state: "not registered".to_owned(),
            limit: "the registry on chain must know it".to_owned(),
        });
    }
    let in_use = store::recoveries::wallets_in_use(tx, investor.id)?;
    let fits = |wallet: &Wallet| wallet.address == new.replacement_wallet && wallet.registered;
    if new.replacement_wallet == new.lost_wallet || !in_use.iter().any(fits) {
        let limit = "another wallet of the same investor that the registry knows";
        return Err(Invalid::new("replacement_wallet", new.replacement_wallet, limit).into());
    }
    Ok((investor, lost))
}

fn send_again(
    app: &App,
    act: &mut Act<'_, '_>,
    known: &Recovery,
    new: &NewRecovery,
) -> Result<Recovered, AppError> {
    let has = || {
        let limit = format!("{} has what it had", known.replacement_wallet);
        AppError::WrongState { what: "wallet", state: "recovered".to_owned(), limit }
    };
    if known.replacement_wallet != new.replacement_wallet {
        return Err(has());
    }
    // Units may have come in after the first order, by calls that were on their way.
    let adds = write_token_calls(app, act, known)?;
    let refused = store::outbox::refused_about(act.tx, &known.id.to_string())?;
    if refused.is_empty() && !adds {
        return Err(has());
    }
    for call in &refused {
        act.call_chain_again(call)?;
    }
    act.audit("wallet.recovery-sent-again", known.id, &serde_json::json!({ "calls": refused.len() }))?;
    what_moves(act.tx, known)
}

/// What stands in the lost wallet now.
fn what_moves(tx: &mut Tx<'_>, recovery: &Recovery) -> Result<Recovered, AppError> {
    let lost = recovery.lost_wallet.to_string();
    let mut units = Vec::new();
    for position in store::holders::portfolio(tx, recovery.investor_id)? {
        if position.wallet != lost {
            continue;
        }
        let tranche = Tranche::find(tx, position.partition_id.parse()?)?;
        let name = format!("{} {}", tranche.pool.symbol, tranche.partition.name);
        units.push(MovedUnits { partition_id: tranche.partition.id, name, units: position.units });
    }
    let mut payments = Vec::new();
    for (entitlement, coupon) in store::entitlements::unpaid_of_wallet(tx, &lost)? {
        let tranche = Tranche::find(tx, coupon.partition_id)?;
        payments.push(MovedPayment {
            coupon_id: coupon.id,
            name: format!("{} {} {}", tranche.pool.symbol, tranche.partition.name, coupon.number),
            amount: Money::new(entitlement.amount_minor, coupon.currency),
            status: entitlement.status,
        });
    }
    let mut principal = Vec::new();
    for (line, redemption) in store::redemptions::unpaid_of_wallet(tx, &lost)? {
        let tranche = Tranche::find(tx, redemption.partition_id)?;
        principal.push(MovedPrincipal {
            redemption_id: redemption.id,
            name: format!("{} {}", tranche.pool.symbol, tranche.partition.name),
            units: line.units,
            amount: Money::new(line.amount_minor, redemption.currency),
        });
    }
    Ok(Recovered {
        recovery_id: recovery.id,
        investor_id: recovery.investor_id,
        lost_wallet: recovery.lost_wallet,
        replacement_wallet: recovery.replacement_wallet,
        units,
        payments,
        principal,
        order: None,
    })
}

/// The registry first, then each token, then what is owed: the chain takes them in this order.
fn write_calls(app: &App, act: &mut Act<'_, '_>, recovery: &Recovery) -> Result<(), AppError> {
    let registry = installed(act.tx)?.identity_registry;
    let lost = &recovery.lost_wallet;
    write(app, act, (recovery, REMOVE, "remove"), calls::remove_wallet(registry, *lost))?;
    write_token_calls(app, act, recovery)?;
    for (entitlement, _) in store::entitlements::unpaid_of_wallet(act.tx, &lost.to_string())? {
        if entitlement.status == EntitlementStatus::Owed {
            pay_owed::write_call(app, act, &entitlement)?;
        }
    }
    Ok(())
}

fn write(
    app: &App,
    act: &mut Act<'_, '_>,
    (recovery, kind, place): (&Recovery, &str, &str),
    call: ChainCall,
) -> Result<bool, AppError> {
    let operation_key = format!("recovery/{}/{place}", recovery.id);
    let (subject, signer) = (recovery.id.to_string(), app.platform()?);
    act.call_chain(&Intent { operation_key, kind, subject, signer, call })
}

/// Each token in which the lost wallet has or had something or was allowed to act for others, once; whether one was added.
fn write_token_calls(app: &App, act: &mut Act<'_, '_>, recovery: &Recovery) -> Result<bool, AppError> {
    let mut adds = false;
    let Recovery { id, lost_wallet: lost, replacement_wallet: replacement, .. } = recovery;
    for pool in store::recoveries::pools_of_wallet(act.tx, &lost.to_string())? {
        let pool: PoolId = pool.parse()?;
        let token = store::pools::find(act.tx, pool)?.and_then(|pool| pool.token_address);
        let Some(token) = token else { continue };
        let call = calls::recover_wallet(token.parse()?, *lost, *replacement, id.0.as_bytes());
        let place = format!("token/{pool}");
        adds |= write(app, act, (recovery, RECOVER, &place), call)?;
    }
    Ok(adds)
}

/// What vouches for a lost wallet no longer holds.
fn end_credentials(act: &mut Act<'_, '_>, lost: WalletAddress) -> Result<(), AppError> {
    while let Some(credential) = store::issued_credentials::in_force(act.tx, lost, act.now)? {
        store::issued_credentials::revoke(act.tx, credential.id, act.now)?;
        act.audit("credential.revoked", credential.id, &serde_json::json!({ "lost_wallet": lost }))?;
    }
    Ok(())
}

/// A page of recoveries with their standing, newest first: officers see all, investors their own.
///
/// # Errors
/// [`AppError::Forbidden`] for issuers.
pub fn page(
    tx: &mut Tx<'_>,
    by: &Actor,
    (before, rows): (Option<RecoveryId>, i64),
) -> Result<Vec<(Recovery, ActionStatus)>, AppError> {
    by.must_be(READERS)?;
    let own = match by {
        Actor::Person { role: Role::Investor, .. } => Some(subscribe::own_investor(tx, by)?.id),
        _ => None,
    };
    let found = store::recoveries::page(tx, own, before, rows)?;
    found.into_iter().map(|recovery| with_standing(tx, recovery)).collect()
}

/// The recoveries of an investor with their standing, oldest first.
///
/// # Errors
/// When the database fails.
pub(super) fn of_investor(
    tx: &mut Tx<'_>,
    id: InvestorId,
) -> Result<Vec<(Recovery, ActionStatus)>, AppError> {
    let found = store::recoveries::of_investor(tx, id)?;
    found.into_iter().map(|recovery| with_standing(tx, recovery)).collect()
}

/// A recovery with its standing.
///
/// # Errors
/// [`AppError::NotFound`], also for somebody else's.
pub fn find(tx: &mut Tx<'_>, by: &Actor, id: RecoveryId) -> Result<(Recovery, ActionStatus), AppError> {
    by.must_be(READERS)?;
    let missing = || AppError::not_found("recovery", id);
    let recovery = store::recoveries::find(tx, id)?.ok_or_else(missing)?;
    if matches!(by, Actor::Person { role: Role::Investor, .. })
        && subscribe::own_investor(tx, by)?.id != recovery.investor_id
    {
        return Err(missing());
    }
    with_standing(tx, recovery)
}

fn with_standing(tx: &mut Tx<'_>, recovery: Recovery) -> Result<(Recovery, ActionStatus), AppError> {
    let status = action::standing(tx, &recovery.id.to_string())?;
    Ok((recovery, status))
}

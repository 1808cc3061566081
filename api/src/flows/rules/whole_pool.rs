//! The rules of a whole pool: the cap over all partitions, system accounts, and of how many units of a wallet a release
//! schedule speaks.

use super::{must_rest, owned, send, so_already};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::flows::facts::{self, Tranche};
use crate::flows::waterfall;
use domain::ids::{PartitionId, PoolId};
use domain::party::{Role, WalletAddress};
use domain::{BasisPoints, Invalid, Units, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::Tx;
use tokenizer::chain::{ChainCall, calls};

/// The kind of the calls that set rules.
const SET: &str = "rules.set-pool";
/// The name under which the token keeps a system account; nobody reads more into it than that it is one.
const SYSTEM: &[u8] = b"system";

/// The cap per owner over all partitions of a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// As a share of all that is authorised until the primary sale closes, of all that is outstanding afterwards.
    pub share: Option<BasisPoints>,
    /// In units.
    pub units: Option<i64>,
}

/// What holds for a whole pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The cap over all partitions.
    pub cap: Cap,
    /// Wallets that the limits on holders do not bind.
    pub system_accounts: BTreeSet<WalletAddress>,
    /// Whom the token asks before each write-down whether the partition bears a loss yet.
    pub waterfall: Option<WalletAddress>,
}

/// What is set, or was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The cap over all partitions.
    Cap(Cap),
    /// Whether a wallet is a system account.
    SystemAccount {
        /// The wallet.
        wallet: WalletAddress,
        /// Whether it is one.
        exempt: bool,
    },
    /// Of how many units of a wallet the release schedule of a partition speaks.
    ScheduledUnits {
        /// The partition.
        partition_id: PartitionId,
        /// The wallet.
        wallet: WalletAddress,
        /// How many.
        units: Units,
    },
}

/// What is ordered.
#[derive(Debug, Clone, Serialize)]
pub struct NewRule {
    /// The pool.
    pub pool_id: PoolId,
    /// What is set.
    pub rule: Rule,
    /// Why, in the officer's words.
    pub reason: String,
}

/// What changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// The pool.
    pub pool_id: PoolId,
    /// What holds now.
    pub before: Rule,
    /// What holds when the chain has it.
    pub after: Rule,
    /// Owners above a new cap: they keep what they have and get nothing more.
    pub passive_breaches: i64,
}

/// Sets a rule of a whole pool.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] for a cap of nothing, a wallet that the
/// registry does not know, or a partition without a release schedule; [`AppError::WrongState`] for a pool without a token,
/// when nothing changes, or when a change before it is on its way.
pub fn set(app: &App, command: &Command, new: &NewRule) -> Result<Changed, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let reason = text::bounded("reason", &new.reason, text::MAX_NOTE)?;
    app.execute(command, new, |act| {
        let (token, partitions) = of_pool(act.tx, new.pool_id)?;
        let subject = subject(new.pool_id);
        must_rest(act.tx, &subject)?;
        let before = before(act, (token, &partitions), new.rule)?;
        if before == new.rule {
            return Err(so_already());
        }
        let passive_breaches = match new.rule {
            Rule::Cap(cap) => above(act.tx, &partitions, cap)?,
            Rule::SystemAccount { .. } | Rule::ScheduledUnits { .. } => 0,
        };
        send(app, act, (&subject, SET), call(token, &partitions, new.rule)?)?;
        let detail = serde_json::json!({
            "before": before, "after": new.rule, "passive_breaches": passive_breaches, "reason": reason,
        });
        act.audit("rules.pool-set", new.pool_id, &detail)?;
        Ok(Changed { pool_id: new.pool_id, before, after: new.rule, passive_breaches })
    })
}

/// What the calls about this matter are about.
pub(super) fn subject(pool: PoolId) -> String {
    format!("pool-rules/{pool}")
}

/// The token of a pool and its partitions.
fn of_pool(tx: &mut Tx<'_>, id: PoolId) -> Result<(WalletAddress, Vec<Tranche>), AppError> {
    let pool = store::pools::find(tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
    let partitions = store::pools::partitions_of(tx, id)?;
    let tranche = |partition| Tranche { pool: pool.clone(), partition };
    let partitions: Vec<Tranche> = partitions.into_iter().map(tranche).collect();
    let first = partitions.first().ok_or_else(|| AppError::WrongState {
        what: "the pool",
        state: pool.status.to_string(),
        limit: "it needs a token on the chain".to_owned(),
    })?;
    Ok((first.token()?, partitions))
}

fn in_pool(partitions: &[Tranche], id: PartitionId) -> Result<&Tranche, AppError> {
    let found = partitions.iter().find(|tranche| tranche.partition.id == id);
    found.ok_or_else(|| AppError::not_found("partition", id))
}

/// What holds now of what is to be set.
fn before(
    act: &mut Act<'_, '_>,
    (token, partitions): (WalletAddress, &[Tranche]),
    rule: Rule,
) -> Result<Rule, AppError> {
    let now = in_force(act.tx, &token.to_string())?;
    Ok(match rule {
        Rule::Cap(cap) => {
            let fits = |units: i64| Units::try_from(units).is_ok_and(|units| units > Units::ZERO);
            if let Some(units) = cap.units.filter(|units| !fits(*units)) {
                let limit = format!("a whole number from 1 to {}", domain::units::MAX_UNITS);
                return Err(Invalid::new("cap_units", units, limit).into());
            }
            Rule::Cap(now.cap)
        }
        Rule::SystemAccount { wallet, .. } => {
            must_be_known(act.tx, wallet)?;
            Rule::SystemAccount { wallet, exempt: now.system_accounts.contains(&wallet) }
        }
        Rule::ScheduledUnits { partition_id, wallet, .. } => {
            must_be_known(act.tx, wallet)?;
            let tranche = in_pool(partitions, partition_id)?;
            if facts::release(act.tx, &token.to_string(), &tranche.partition)?.is_empty() {
                let limit = "a partition with a release schedule";
                return Err(Invalid::new("partition_id", tranche.partition.name.as_str(), limit).into());
            }
            let units = Units::try_from(facts::scheduled(act.tx, tranche, wallet)?)?;
            Rule::ScheduledUnits { partition_id, wallet, units }
        }
    })
}

fn must_be_known(tx: &mut Tx<'_>, wallet: WalletAddress) -> Result<(), AppError> {
    let known = store::identities::of_wallet(tx, wallet)?;
    let limit = "a wallet that the registry knows";
    known.map_or(Err(Invalid::new("wallet", wallet, limit).into()), |_| Ok(()))
}

fn call(token: WalletAddress, partitions: &[Tranche], rule: Rule) -> Result<ChainCall, AppError> {
    Ok(match rule {
        Rule::Cap(cap) => calls::set_pool_cap(token, cap.share, cap.units.map(Units::try_from).transpose()?),
        Rule::SystemAccount { wallet, exempt } => {
            let mut name = [0; 32];
            name[..SYSTEM.len()].copy_from_slice(SYSTEM);
            calls::set_system_account(token, wallet, exempt.then_some(name))
        }
        Rule::ScheduledUnits { partition_id, wallet, units } => {
            let tranche = in_pool(partitions, partition_id)?;
            calls::set_scheduled_units(token, &tranche.partition.name, wallet, units)
        }
    })
}

/// Owners above a cap over all partitions.
fn above(tx: &mut Tx<'_>, partitions: &[Tranche], cap: Cap) -> Result<i64, AppError> {
    let mut base = 0;
    for Tranche { partition, .. } in partitions {
        base += match partition.primary_closed {
            true => store::projection::outstanding(tx, partition.id)?,
            false => partition.authorised_units,
        };
    }
    let share = cap.share.map(|share| Ok::<_, Invalid>(share.of(Units::try_from(base)?))).transpose()?;
    let most = cap.units.into_iter().chain(share).min();
    let ids: Vec<_> = partitions.iter().map(|tranche| tranche.partition.id).collect();
    let owned = owned(tx, &ids)?;
    let above = owned.values().filter(|units| most.is_some_and(|most| **units > most)).count();
    i64::try_from(above).map_err(AppError::internal)
}

/// What holds for the whole pool of a token.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub(super) fn in_force(tx: &mut Tx<'_>, token: &str) -> Result<InForce, AppError> {
    let (share, units) = facts::pool_cap_set(tx, token)?;
    Ok(InForce {
        cap: Cap { share, units },
        system_accounts: facts::system_accounts(tx, token)?,
        waterfall: waterfall::of(tx, token)?,
    })
}

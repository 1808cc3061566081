//! The rules of a pool as they are in force, and how the officer changes the further ones of a partition.

mod further;
pub mod whole_pool;

pub use further::{Change, Further, MAX_OWNERS, MAX_STEPS, Setting};

use self::further::{changes, keys};
use super::distress::{self, Distress};
use super::facts::{self, Tranche};
use super::{action, pool};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use compliance::rules::{Limits, Partition as Rules};
use domain::ids::{PartitionId, PoolId};
use domain::party::{InvestorClass, Role, WalletAddress};
use domain::status::ActionStatus;
use domain::{Country, Units, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Tx;
use tokenizer::chain::ChainCall;
use tokenizer::chain::calls::{self, PartitionLimits};

/// The kind of the calls that set rules.
const SET: &str = "rules.set";

/// The further rules of a partition, as they are to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRules {
    /// The partition.
    pub partition_id: PartitionId,
    /// All of them: one that is not there ends.
    pub rules: Further,
    /// Why, in the officer's words.
    pub reason: String,
}

/// What changes, and who is outside a rule the moment it is set: those keep what they have and get nothing more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// The partition.
    pub partition_id: PartitionId,
    /// Every rule that changes.
    pub changes: Vec<Change>,
    /// Holders who own more than the most of one owner, or less than the least.
    pub passive_breaches: i64,
    /// Owners above the limits of their countries and classes: nobody of those enters until they are fewer.
    pub owners_too_many: i64,
}

/// Sets the further rules of a partition.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] for rules that cannot hold together;
/// [`AppError::WrongState`] for a pool without a token, when nothing changes, or when a change before it is on its way.
pub fn set(app: &App, command: &Command, new: &NewRules) -> Result<Changed, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let mut found = domain::Invalids::default();
    let reason = found.check(text::bounded("reason", &new.reason, text::MAX_NOTE));
    found.0.extend(new.rules.check().err().into_iter().flat_map(|invalids| invalids.0));
    found.into_result()?;
    app.execute(command, new, |act| {
        let tranche = Tranche::find(act.tx, new.partition_id)?;
        let token = tranche.token()?;
        let subject = subject(new.partition_id);
        must_rest(act.tx, &subject)?;
        let now = further_now(act.tx, &token.to_string(), &tranche)?;
        let changes = changes(&now, &new.rules);
        if changes.is_empty() {
            return Err(so_already());
        }
        let passive_breaches = passive_breaches(act.tx, &tranche, &new.rules.limits)?;
        let owners_too_many = owners_too_many(act.tx, &tranche, &new.rules)?;
        for call in calls(act.tx, &tranche, (&now, &new.rules))? {
            send(app, act, (&subject, SET), call)?;
        }
        let detail = serde_json::json!({
            "changes": changes, "passive_breaches": passive_breaches, "owners_too_many": owners_too_many,
            "reason": reason,
        });
        act.audit("rules.set", new.partition_id, &detail)?;
        Ok(Changed { partition_id: new.partition_id, changes, passive_breaches, owners_too_many })
    })
}

/// What the calls about this matter are about.
fn subject(partition: PartitionId) -> String {
    format!("rules/{partition}")
}

fn wrong(state: &str, limit: &str) -> AppError {
    AppError::WrongState { what: "the rules", state: state.to_owned(), limit: limit.to_owned() }
}

fn so_already() -> AppError {
    wrong("so already", "change at least one rule")
}

/// One change is on its way at a time.
fn must_rest(tx: &mut Tx<'_>, subject: &str) -> Result<(), AppError> {
    match action::standing(tx, subject)? {
        ActionStatus::UnderWay => Err(wrong("ordered", "wait until the chain has what was ordered before")),
        ActionStatus::Done | ActionStatus::Refused => Ok(()),
    }
}

fn send(
    app: &App,
    act: &mut Act<'_, '_>,
    (subject, kind): (&str, &str),
    call: ChainCall,
) -> Result<(), AppError> {
    let before = store::outbox::count_all_about(act.tx, subject)?;
    let (operation_key, signer) = (format!("{subject}/{before}"), app.platform()?);
    act.call_chain(&Intent { operation_key, kind, subject: subject.to_owned(), signer, call })?;
    Ok(())
}

/// The further rules as the chain was last told.
fn further_now(tx: &mut Tx<'_>, token: &str, tranche: &Tranche) -> Result<Further, AppError> {
    let (country_limits, class_limits) = facts::count_limits(tx, token, &tranche.partition)?;
    Ok(Further {
        limits: facts::limits(tx, token, &tranche.partition)?,
        release: facts::release(tx, token, &tranche.partition)?,
        country_limits,
        class_limits,
    })
}

/// The calls that lead from one set of rules to another. Before a limit of a country or a class changes, all owners are
/// counted as they are now: the token sets none before everybody is counted.
fn calls(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    (now, then): (&Further, &Further),
) -> Result<Vec<ChainCall>, AppError> {
    let (token, name) = (tranche.token()?, &tranche.partition.name);
    let mut all = Vec::new();
    if now.limits != then.limits {
        all.push(calls::set_partition_limits(token, name, &on_chain(&then.limits)?));
    }
    if now.release != then.release {
        let step =
            |step: &compliance::rules::ReleaseStep| calls::ReleaseStep { from: step.from, free: step.free };
        let steps: Vec<_> = then.release.iter().map(step).collect();
        all.push(calls::set_release_schedule(token, name, &steps));
    }
    if (&now.country_limits, &now.class_limits) == (&then.country_limits, &then.class_limits) {
        return Ok(all);
    }
    let register = store::projection::register(tx, tranche.partition.id)?;
    let wallets = register.iter().map(|line| line.wallet.parse()).collect::<Result<Vec<_>, _>>()?;
    // An empty partition is counted too: its first owners are, from then on.
    let batches: Vec<&[WalletAddress]> =
        if wallets.is_empty() { vec![&[]] } else { wallets.chunks(calls::MAX_BATCH).collect() };
    for batch in batches {
        all.push(calls::count_owners(token, name, batch).map_err(AppError::internal)?);
    }
    for country in keys(&now.country_limits, &then.country_limits) {
        let limit = then.country_limits.get(&country).copied().unwrap_or_default();
        if now.country_limits.get(&country).copied().unwrap_or_default() != limit {
            all.push(calls::set_country_limit(token, name, country, limit));
        }
    }
    for class in keys(&now.class_limits, &then.class_limits) {
        let limit = then.class_limits.get(&class).copied().unwrap_or_default();
        if now.class_limits.get(&class).copied().unwrap_or_default() != limit {
            all.push(calls::set_class_limit(token, name, class, limit));
        }
    }
    Ok(all)
}

fn on_chain(limits: &Limits) -> Result<PartitionLimits, AppError> {
    let units = |units: Option<i64>| units.map(Units::try_from).transpose();
    Ok(PartitionLimits {
        max_holding: units(limits.max_holding)?,
        min_holding: units(limits.min_holding)?,
        transfer_limit: units(limits.transfer_limit)?,
        sale_opens: limits.sale_opens,
        sale_closes: limits.sale_closes,
        cosigned: limits.cosigned,
    })
}

/// Units of each owner over all their wallets in some partitions.
fn owned(tx: &mut Tx<'_>, partitions: &[PartitionId]) -> Result<BTreeMap<String, i64>, AppError> {
    let mut owned = BTreeMap::<String, i64>::new();
    for partition in partitions {
        let register = store::projection::register(tx, *partition)?;
        let wallets: Vec<String> = register.iter().map(|line| line.wallet.clone()).collect();
        let behind = store::holders::behind(tx, &wallets)?;
        for line in register {
            let owner = behind.get(&line.wallet).map_or(line.wallet, |investor| investor.id.to_string());
            *owned.entry(owner).or_default() += line.units;
        }
    }
    Ok(owned)
}

/// Owners, over all their wallets, outside the bounds of a holding.
fn passive_breaches(tx: &mut Tx<'_>, tranche: &Tranche, limits: &Limits) -> Result<i64, AppError> {
    let outside = |units: &&i64| {
        limits.max_holding.is_some_and(|most| **units > most)
            || limits.min_holding.is_some_and(|least| **units < least)
    };
    let owned = owned(tx, &[tranche.partition.id])?;
    i64::try_from(owned.values().filter(outside).count()).map_err(AppError::internal)
}

/// Owners above the limits of their countries and classes.
fn owners_too_many(tx: &mut Tx<'_>, tranche: &Tranche, rules: &Further) -> Result<i64, AppError> {
    let id = tranche.partition.id;
    let mut over = 0;
    for (country, limit) in &rules.country_limits {
        let owners = store::holders::count_group(tx, id, (Some(*country), None))?;
        over += (owners - i64::from(*limit)).max(0);
    }
    for (class, limit) in &rules.class_limits {
        let owners = store::holders::count_group(tx, id, (None, Some(*class)))?;
        over += (owners - i64::from(*limit)).max(0);
    }
    Ok(over)
}

/// A limit on the number of owners of a country or a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupLimit<T> {
    /// The country or the class.
    pub of: T,
    /// The most owners.
    pub limit: u32,
    /// How many there are.
    pub owners: i64,
}

/// The rules of a partition.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The partition.
    pub tranche: Tranche,
    /// All rules, and the totals that they speak of.
    pub rules: Rules,
    /// The most owners of countries.
    pub countries: Vec<GroupLimit<Country>>,
    /// The most owners of classes.
    pub classes: Vec<GroupLimit<InvestorClass>>,
    /// What holds for the whole pool.
    pub pool: whole_pool::InForce,
    /// Whether the whole token is halted.
    pub token_paused: bool,
    /// Whether it is in default, and what is left of a unit's face value.
    pub distress: Distress,
    /// How far the chain has come with the newest change.
    pub change: ActionStatus,
}

/// The rules of a pool's partitions, the senior one first.
///
/// # Errors
/// [`AppError::NotFound`] for a pool that the actor may not see; [`AppError::WrongState`] for one without a token.
pub fn in_force(tx: &mut Tx<'_>, by: &Actor, id: PoolId) -> Result<Vec<InForce>, AppError> {
    let pool = pool::visible(tx, by, id)?;
    let partitions = store::pools::partitions_of(tx, id)?;
    let of = |partition| {
        let tranche = Tranche { pool: pool.clone(), partition };
        let token = tranche.token()?.to_string();
        let (countries, classes) = groups(tx, &token, &tranche)?;
        Ok(InForce {
            rules: facts::rules(tx, &tranche)?,
            countries,
            classes,
            pool: whole_pool::in_force(tx, &token)?,
            token_paused: facts::token_paused(tx, &tranche)?,
            distress: distress::of(tx, &token, &tranche.partition)?,
            change: action::newest(tx, &subject(tranche.partition.id))?,
            tranche,
        })
    };
    partitions.into_iter().map(of).collect()
}

/// The limits of countries and classes with the owners that there are.
type Groups = (Vec<GroupLimit<Country>>, Vec<GroupLimit<InvestorClass>>);

fn groups(tx: &mut Tx<'_>, token: &str, tranche: &Tranche) -> Result<Groups, AppError> {
    let (by_country, by_class) = facts::count_limits(tx, token, &tranche.partition)?;
    let id = tranche.partition.id;
    let (mut countries, mut classes) = (Vec::new(), Vec::new());
    for (of, limit) in by_country {
        let owners = store::holders::count_group(tx, id, (Some(of), None))?;
        countries.push(GroupLimit { of, limit, owners });
    }
    for (of, limit) in by_class {
        let owners = store::holders::count_group(tx, id, (None, Some(of)))?;
        classes.push(GroupLimit { of, limit, owners });
    }
    Ok((countries, classes))
}

//! The rules of a pool as they are in force, and how the officer changes the further ones of a partition.

use super::distress::{self, Distress};
use super::facts::{self, Tranche};
use super::{action, pool};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use chrono::{DateTime, Utc};
use compliance::rules::{Limits, Partition as Rules};
use domain::ids::{PartitionId, PoolId};
use domain::party::Role;
use domain::status::ActionStatus;
use domain::{Invalid, Invalids, Units, text};
use serde::{Deserialize, Serialize};
use store::Tx;
use tokenizer::chain::calls::{self, PartitionLimits};

/// The kind of the calls that set rules.
const SET: &str = "rules.set";

/// The further rules of a partition, as they are to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRules {
    /// The partition.
    pub partition_id: PartitionId,
    /// Each rule; none is no rule.
    pub limits: Limits,
    /// Why, in the officer's words.
    pub reason: String,
}

impl NewRules {
    /// Checks that the rules can hold together.
    ///
    /// # Errors
    /// Every finding.
    pub fn check(partition_id: PartitionId, limits: Limits, reason: &str) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let reason = found.check(text::bounded("reason", reason, text::MAX_NOTE));
        for (field, units) in [
            ("max_holding", limits.max_holding),
            ("min_holding", limits.min_holding),
            ("transfer_limit", limits.transfer_limit),
        ] {
            let limit = format!("a whole number from 1 to {}", domain::units::MAX_UNITS);
            let fits = |units: i64| Units::try_from(units).is_ok_and(|units| units > Units::ZERO);
            let wrong = units.filter(|units| !fits(*units));
            found.check(wrong.map_or(Ok(()), |units| Err(Invalid::new(field, units, limit))));
        }
        if let (Some(least), Some(most)) = (limits.min_holding, limits.max_holding)
            && least > most
        {
            found.0.push(Invalid::new(
                "min_holding",
                least,
                format!("at most the most of one owner, {most}"),
            ));
        }
        for (field, at) in [("sale_opens", limits.sale_opens), ("sale_closes", limits.sale_closes)] {
            let beyond = at.filter(|at| u32::try_from(at.timestamp()).map_or(true, |seconds| seconds == 0));
            let limit = "a moment from 1970 to 2106, as far as the chain counts";
            found.check(beyond.map_or(Ok(()), |at| Err(Invalid::new(field, at.to_rfc3339(), limit))));
        }
        if let (Some(opens), Some(closes)) = (limits.sale_opens, limits.sale_closes)
            && closes <= opens
        {
            found.0.push(Invalid::new("sale_closes", closes.to_rfc3339(), "after the sale opens"));
        }
        found.into_result()?;
        Ok(Self { partition_id, limits, reason: reason.unwrap_or_default() })
    }
}

/// A rule that changes; none is no rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The rule, as `max_holding`.
    pub rule: String,
    /// What holds now.
    pub before: Option<Setting>,
    /// What holds when the chain has it.
    pub after: Option<Setting>,
}

/// What a rule is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// A number of units.
    Units(i64),
    /// A moment.
    Moment(DateTime<Utc>),
}

/// What changes, and who is above a rule the moment it is set: those keep what they have and get nothing more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// The partition.
    pub partition_id: PartitionId,
    /// Every rule that changes.
    pub changes: Vec<Change>,
    /// Holders who own more than the most of one owner, or less than the least.
    pub passive_breaches: i64,
}

/// Sets the further rules of a partition.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::WrongState`] for a pool without a token, when
/// nothing changes, or when a change before it is on its way.
pub fn set(app: &App, command: &Command, new: &NewRules) -> Result<Changed, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    app.execute(command, new, |act| {
        let tranche = Tranche::find(act.tx, new.partition_id)?;
        let token = tranche.token()?;
        let subject = subject(new.partition_id);
        let wrong = |state: &str, limit: &str| {
            let (state, limit) = (state.to_owned(), limit.to_owned());
            Err(AppError::WrongState { what: "the rules", state, limit })
        };
        if action::standing(act.tx, &subject)? == ActionStatus::UnderWay {
            return wrong("ordered", "wait until the chain has what was ordered before");
        }
        let now = facts::limits(act.tx, &token.to_string(), &tranche.partition)?;
        // Whether transfers are co-signed is not changed here.
        let limits = Limits { cosigned: now.cosigned, ..new.limits };
        let changes = changes(&now, &limits);
        if changes.is_empty() {
            return wrong("so already", "change at least one rule");
        }
        let passive_breaches = passive_breaches(act, &tranche, &limits)?;
        let call = calls::set_partition_limits(token, &tranche.partition.name, &on_chain(&limits)?);
        let before = store::outbox::count_all_about(act.tx, &subject)?;
        let operation_key = format!("{subject}/{before}");
        let signer = app.platform()?;
        act.call_chain(&Intent { operation_key, kind: SET, subject, signer, call })?;
        let detail = serde_json::json!({
            "changes": changes, "passive_breaches": passive_breaches, "reason": new.reason,
        });
        act.audit("rules.set", new.partition_id, &detail)?;
        Ok(Changed { partition_id: new.partition_id, changes, passive_breaches })
    })
}

/// What the calls about this matter are about.
fn subject(partition: PartitionId) -> String {
    format!("rules/{partition}")
}

fn changes(now: &Limits, then: &Limits) -> Vec<Change> {
    let units = |units: Option<i64>| units.map(Setting::Units);
    let moment = |moment: Option<DateTime<Utc>>| moment.map(Setting::Moment);
    let all = [
        ("max_holding", units(now.max_holding), units(then.max_holding)),
        ("min_holding", units(now.min_holding), units(then.min_holding)),
        ("transfer_limit", units(now.transfer_limit), units(then.transfer_limit)),
        ("sale_opens", moment(now.sale_opens), moment(then.sale_opens)),
        ("sale_closes", moment(now.sale_closes), moment(then.sale_closes)),
    ];
    let changed = all.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(rule, before, after)| Change { rule: rule.to_owned(), before, after }).collect()
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

/// Owners, over all their wallets, outside the bounds of a holding.
fn passive_breaches(act: &mut Act<'_, '_>, tranche: &Tranche, limits: &Limits) -> Result<i64, AppError> {
    let register = store::projection::register(act.tx, tranche.partition.id)?;
    let wallets: Vec<String> = register.iter().map(|line| line.wallet.clone()).collect();
    let behind = store::holders::behind(act.tx, &wallets)?;
    let mut owned = std::collections::BTreeMap::<String, i64>::new();
    for line in register {
        let owner = behind.get(&line.wallet).map_or(line.wallet, |investor| investor.id.to_string());
        *owned.entry(owner).or_default() += line.units;
    }
    let outside = |units: &&i64| {
        limits.max_holding.is_some_and(|most| **units > most)
            || limits.min_holding.is_some_and(|least| **units < least)
    };
    i64::try_from(owned.values().filter(outside).count()).map_err(AppError::internal)
}

/// The rules of a partition.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The partition.
    pub tranche: Tranche,
    /// All rules, and the totals that they speak of.
    pub rules: Rules,
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
        Ok(InForce {
            rules: facts::rules(tx, &tranche)?,
            token_paused: facts::token_paused(tx, &tranche)?,
            distress: distress::of(tx, &tranche.token()?.to_string(), &tranche.partition)?,
            change: action::standing(tx, &subject(tranche.partition.id))?,
            tranche,
        })
    };
    partitions.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(seconds, 0)
    }

    #[test]
    fn rules_that_cannot_hold_together_are_named() {
        let id = PartitionId(uuid::Uuid::nil());
        let cases = [
            (Limits { max_holding: Some(0), ..Limits::default() }, "max_holding"),
            (Limits { min_holding: Some(-1), ..Limits::default() }, "min_holding"),
            (Limits { min_holding: Some(6), max_holding: Some(5), ..Limits::default() }, "min_holding"),
            (Limits { sale_closes: at(4_294_967_296), ..Limits::default() }, "sale_closes"),
            (Limits { sale_opens: at(10), sale_closes: at(10), ..Limits::default() }, "sale_closes"),
        ];
        for (limits, field) in cases {
            assert_eq!(NewRules::check(id, limits, "why").unwrap_err().0[0].field, field);
        }
        assert_eq!(NewRules::check(id, Limits::default(), "").unwrap_err().0[0].field, "reason");
    }

    #[test]
    fn a_change_names_each_rule_with_before_and_after() {
        let now = Limits { max_holding: Some(10), sale_closes: at(50), ..Limits::default() };
        let then = Limits { max_holding: Some(20), transfer_limit: Some(5), ..Limits::default() };
        let expected = [
            ("max_holding", Some(Setting::Units(10)), Some(Setting::Units(20))),
            ("transfer_limit", None, Some(Setting::Units(5))),
            ("sale_closes", at(50).map(Setting::Moment), None),
        ];
        let expected = expected.map(|(rule, before, after)| Change { rule: rule.to_owned(), before, after });
        assert_eq!(changes(&now, &then), expected);
        assert_eq!(changes(&now, &now), []);
    }
}

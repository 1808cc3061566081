//! A partition misses what it owes, or a part of its face value is written off for good: said on chain for everybody, the
//! junior partitions first.

use super::action;
use super::facts::Tranche;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use domain::ids::PartitionId;
use domain::party::Role;
use domain::status::ActionStatus;
use domain::{Invalid, text};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::pools::Partition;
use tokenizer::chain::{ChainCall, ChainEvent, calls};

/// Millionths of the face value of a unit from which nothing was written off.
pub const WHOLE: u32 = 1_000_000;
/// The kind of the calls that say it.
const SAY: &str = "distress.say";

/// How a partition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distress {
    /// Whether it is in default.
    pub in_default: bool,
    /// Millionths of the face value that are left.
    pub remaining: u32,
}

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It is in default, or this was cured.
    Default(bool),
    /// So many millionths of the face value are left, less than before.
    WriteDown(u32),
}

/// An order about a partition.
#[derive(Debug, Clone, Serialize)]
pub struct NewDistress {
    /// The partition.
    pub partition_id: PartitionId,
    /// What is said.
    pub step: Step,
    /// Why, in the officer's words.
    pub reason: String,
}

/// What changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// The partition.
    pub partition_id: PartitionId,
    /// How it stands now.
    pub before: Distress,
    /// How it stands when the chain has it.
    pub after: Distress,
    /// The face value of all units in minor units, now and then: what interest is counted on.
    pub face_minor: (i64, i64),
}

/// Says that a partition is in default or cured, or writes a part of its face value off.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] for a write-down that is none, or while
/// something is left of a junior partition; [`AppError::WrongState`] when nothing changes, or a change is on its way.
pub fn say(app: &App, command: &Command, new: &NewDistress) -> Result<Told, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let reason = text::bounded("reason", &new.reason, text::MAX_NOTE)?;
    app.execute(command, new, |act| {
        let tranche = Tranche::find(act.tx, new.partition_id)?;
        let token = tranche.token()?.to_string();
        let before = of(act.tx, &token, &tranche.partition)?;
        let after = after(act.tx, &tranche, before, new.step)?;
        let told = Told {
            partition_id: new.partition_id,
            before,
            after,
            face_minor: (face(act.tx, &tranche, before)?, face(act.tx, &tranche, after)?),
        };
        send(app, act, &tranche, new.step)?;
        let action = match new.step {
            Step::Default(true) => "partition.defaulted",
            Step::Default(false) => "partition.cured",
            Step::WriteDown(_) => "partition.written-down",
        };
        act.audit(action, new.partition_id, &serde_json::json!({ "told": told, "reason": reason }))?;
        Ok(told)
    })
}

fn after(tx: &mut Tx<'_>, tranche: &Tranche, before: Distress, step: Step) -> Result<Distress, AppError> {
    let wrong = |state: &str, limit: &str| {
        Err(AppError::WrongState { what: "partition", state: state.to_owned(), limit: limit.to_owned() })
    };
    if action::standing(tx, &subject(tranche))? == ActionStatus::UnderWay {
        return wrong("ordered", "wait until the chain has what was ordered before");
    }
    match step {
        Step::Default(in_default) if in_default == before.in_default => {
            wrong(if in_default { "in default" } else { "not in default" }, "change something")
        }
        Step::Default(in_default) => Ok(Distress { in_default, ..before }),
        Step::WriteDown(remaining) if remaining >= before.remaining => {
            let limit = format!("from 0 to {}", i64::from(before.remaining) - 1);
            Err(Invalid::new("remaining_millionths", remaining, limit).into())
        }
        Step::WriteDown(remaining) => {
            junior_first(tx, tranche)?;
            Ok(Distress { remaining, ..before })
        }
    }
}

/// Losses are borne by the partitions that rank below first.
fn junior_first(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<(), AppError> {
    let token = tranche.token()?.to_string();
    for other in store::pools::partitions_of(tx, tranche.pool.id)? {
        let below = other.seniority > tranche.partition.seniority;
        if below && of(tx, &token, &other)?.remaining > 0 {
            let limit = format!("nothing before the partition {} has nothing left", other.name);
            return Err(Invalid::new("remaining_millionths", "", limit).into());
        }
    }
    Ok(())
}

/// What the calls about this matter are about; the partition's id alone is that of its rules.
fn subject(tranche: &Tranche) -> String {
    format!("distress/{}", tranche.partition.id)
}

fn send(app: &App, act: &mut Act<'_, '_>, tranche: &Tranche, step: Step) -> Result<(), AppError> {
    let (token, name, reference) =
        (tranche.token()?, &tranche.partition.name, tranche.partition.id.0.into_bytes());
    let call: ChainCall = match step {
        Step::Default(in_default) => calls::set_default(token, name, in_default, &reference),
        Step::WriteDown(remaining) => calls::write_down(token, name, remaining, &reference),
    };
    let subject = subject(tranche);
    let before = store::outbox::count_all_about(act.tx, &subject)?;
    let operation_key = format!("{subject}/{before}");
    act.call_chain(&Intent { operation_key, kind: SAY, subject, signer: app.platform()?, call })?;
    Ok(())
}

/// How a partition stands, as the events of its token say.
///
/// # Errors
/// When the database fails.
pub fn of(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<Distress, AppError> {
    let mut newest = |kind: &str| -> Result<Option<ChainEvent>, AppError> {
        let row = store::projection::latest_event_of_partition(tx, (token, kind), &partition.name)?;
        row.map(|row| serde_json::from_str(&row.payload).map_err(AppError::internal)).transpose()
    };
    let in_default = matches!(newest("default_set")?, Some(ChainEvent::DefaultSet { in_default: true, .. }));
    let remaining = match newest("written_down")? {
        Some(ChainEvent::WrittenDown { remaining, .. }) => remaining,
        _ => WHOLE,
    };
    Ok(Distress { in_default, remaining })
}

/// The face value that is left of one unit, in minor units.
///
/// # Errors
/// When the database fails or there is no token.
pub(super) fn unit_face(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<i64, AppError> {
    let distress = of(tx, &tranche.token()?.to_string(), &tranche.partition)?;
    let face = left_of(i128::from(tranche.partition.unit_price_minor), distress);
    i64::try_from(face).map_err(AppError::internal)
}

fn face(tx: &mut Tx<'_>, tranche: &Tranche, distress: Distress) -> Result<i64, AppError> {
    let units = store::projection::outstanding(tx, tranche.partition.id)?;
    let face = left_of(i128::from(units) * i128::from(tranche.partition.unit_price_minor), distress);
    i64::try_from(face).map_err(AppError::internal)
}

/// What is left of a face value, a fraction of a minor unit given up: what is written off is so to the last part.
const fn left_of(face: i128, distress: Distress) -> i128 {
    (face * distress.remaining as i128).div_euclid(WHOLE as i128)
}

/// The face value of all units of a partition that is left, in minor units: what its interest is counted on.
///
/// # Errors
/// When the database fails.
pub fn nominal(tx: &mut Tx<'_>, partition: &Partition) -> Result<i128, AppError> {
    let units = store::projection::outstanding(tx, partition.id)?;
    let face = i128::from(units) * i128::from(partition.unit_price_minor);
    let pool = store::pools::find(tx, partition.pool_id)?;
    match pool.and_then(|pool| pool.token_address) {
        Some(token) => Ok(left_of(face, of(tx, &token, partition)?)),
        None => Ok(face),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_cut_to_whole_minor_units() {
        let cases = [(10_000, 1_000_000, 10_000), (10_001, 500_000, 5_000), (10_000, 0, 0), (3, 333_333, 0)];
        for (face, remaining, left) in cases {
            assert_eq!(left_of(face, Distress { in_default: false, remaining }), left);
        }
    }
}

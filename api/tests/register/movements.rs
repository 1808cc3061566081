//! Units that come, move and go: the engine says whether, this says what is there afterwards.

use super::facts::Way;
use super::model::Register;
use super::operation::{By, error};
use super::verdict::{accepted, forced, numbered, rule};
use tokenizer::chain::CallRefusal;

pub(crate) fn issue(
    register: &mut Register,
    partition: usize,
    to: usize,
    units: i64,
) -> Result<(), CallRefusal> {
    accepted(register, partition, Way::Issue(to), units)?;
    register.recount(partition, None, Some(to), units);
    let wallet = &mut register.wallets[to];
    if !register.tranches[partition].release.is_empty() {
        wallet.scheduled[partition] += units;
    }
    wallet.units[partition] += units;
    Ok(())
}

/// All or nothing.
pub(crate) fn issue_batch(
    register: &mut Register,
    id: u8,
    partition: usize,
    issues: &[(usize, i64)],
) -> Result<(), CallRefusal> {
    if register.operation_ids.contains(&id) {
        return Err(error("OperationConsumed"));
    }
    let before = register.clone();
    for (to, units) in issues {
        if let Err(refusal) = issue(register, partition, *to, *units) {
            *register = before;
            return Err(refusal);
        }
    }
    register.operation_ids.insert(id);
    Ok(())
}

pub(crate) fn transfer(
    register: &mut Register,
    by: By,
    partition: usize,
    (from, to): (usize, usize),
    units: i64,
) -> Result<(), CallRefusal> {
    allowed(register, by, partition, Way::Transfer(from, to), units)?;
    if by != By::Controller {
        use_cosignature(register, partition, (from, to), units);
    } else if from != to {
        thaw(register, from, units);
    }
    if let By::Spender(spender) = by
        && let Some(Some(left)) = register.allowances.get_mut(&(from, spender))
    {
        *left -= units;
    }
    pass(register, partition, (from, to), units);
    Ok(())
}

/// A co-signature is good for one transfer.
pub(crate) fn use_cosignature(
    register: &mut Register,
    partition: usize,
    (from, to): (usize, usize),
    units: i64,
) {
    let tranche = &mut register.tranches[partition];
    if tranche.limits.cosigned {
        tranche.cosigned.remove(&(from, to, units));
    }
}

/// Units go from one wallet to another, which was allowed.
pub(crate) fn pass(register: &mut Register, partition: usize, (from, to): (usize, usize), units: i64) {
    register.recount(partition, Some(from), Some(to), units);
    register.wallets[from].units[partition] -= units;
    register.wallets[to].units[partition] += units;
}

pub(crate) fn redeem(
    register: &mut Register,
    by: By,
    partition: usize,
    from: usize,
    units: i64,
) -> Result<(), CallRefusal> {
    allowed(register, by, partition, Way::Redeem(from), units)?;
    if by == By::Controller {
        thaw(register, from, units);
    }
    register.recount(partition, Some(from), None, units);
    register.wallets[from].units[partition] -= units;
    Ok(())
}

fn allowed(register: &Register, by: By, partition: usize, way: Way, units: i64) -> Result<(), CallRefusal> {
    let from = way.from().unwrap();
    match by {
        By::Controller => return forced(register, partition, way, units),
        By::Operator(operator) => {
            check_actor(register, operator)?;
            if operator != from && !register.operators.contains(&(partition, from, operator)) {
                return Err(rule(0x58, "OPERATOR"));
            }
        }
        By::Spender(spender) => {
            check_actor(register, spender)?;
            let allowed = register.allowances.get(&(from, spender)).copied().unwrap_or(Some(0));
            if let Some(allowed) = allowed.filter(|allowed| units > *allowed) {
                return Err(numbered(
                    0x53,
                    "ALLOWANCE",
                    units.unsigned_abs().into(),
                    allowed.unsigned_abs().into(),
                ));
            }
        }
        By::Holder | By::Erc20 => {}
    }
    accepted(register, partition, way, units)
}

/// A wallet that was recovered acts for nobody, itself included, whatever it was or is allowed.
pub(crate) fn check_actor(register: &Register, wallet: usize) -> Result<(), CallRefusal> {
    let lost = register.wallets[wallet].successor.is_some();
    if lost { Err(rule(0x58, "RECOVERED")) } else { Ok(()) }
}

/// What force takes beyond the free units is frozen no longer.
fn thaw(register: &mut Register, from: usize, units: i64) {
    let held = register.held_in_all(from);
    let wallet = &mut register.wallets[from];
    let free = (wallet.units.iter().sum::<i64>() - held - wallet.frozen_units).max(0);
    wallet.frozen_units -= (units - free).max(0);
}

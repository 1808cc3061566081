//! Units that come, move and go: the engine says whether, this says what is there afterwards.

use super::model::Register;
use super::operation::{By, controllable, error};
use super::verdict::{binds_the_controller, engine, on_chain, rule};
use tokenizer::chain::CallRefusal;

pub(crate) fn issue(
    register: &mut Register,
    partition: usize,
    to: usize,
    units: i64,
) -> Result<(), CallRefusal> {
    // The engine says AUTHORISED of a closed primary; the token has a word of its own, and says it first.
    if register.closed {
        return Err(rule(0x50, "NOT_ISSUABLE"));
    }
    accepted(register, partition, None, Some(to), units)?;
    register.wallets[to].units[partition] += units;
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
    for (done, (to, units)) in issues.iter().enumerate() {
        if let Err(refusal) = issue(register, partition, *to, *units) {
            issues[..done].iter().for_each(|(to, units)| register.wallets[*to].units[partition] -= units);
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
    allowed(register, by, partition, (from, Some(to)), units)?;
    if from != to {
        thaw(register, by, from, units);
        register.wallets[from].units[partition] -= units;
        register.wallets[to].units[partition] += units;
    }
    Ok(())
}

pub(crate) fn redeem(
    register: &mut Register,
    by: By,
    partition: usize,
    from: usize,
    units: i64,
) -> Result<(), CallRefusal> {
    allowed(register, by, partition, (from, None), units)?;
    thaw(register, by, from, units);
    register.wallets[from].units[partition] -= units;
    Ok(())
}

fn allowed(
    register: &Register,
    by: By,
    partition: usize,
    (from, to): (usize, Option<usize>),
    units: i64,
) -> Result<(), CallRefusal> {
    match by {
        By::Holder | By::Erc20 => {}
        By::Operator(operator) => {
            let authorised = register.operators.contains(&(partition, from, operator));
            if operator != from && !authorised {
                return Err(rule(0x58, "OPERATOR"));
            }
        }
        By::Controller => {
            controllable(register)?;
            let refusals = engine(register, partition, Some(from), to, units);
            let first = refusals.iter().find(|refusal| binds_the_controller(refusal));
            return first.map_or(Ok(()), |refusal| Err(on_chain(refusal, register, partition)));
        }
    }
    accepted(register, partition, Some(from), to, units)
}

fn accepted(
    register: &Register,
    partition: usize,
    from: Option<usize>,
    to: Option<usize>,
    units: i64,
) -> Result<(), CallRefusal> {
    let refusals = engine(register, partition, from, to, units);
    refusals.first().map_or(Ok(()), |refusal| Err(on_chain(refusal, register, partition)))
}

/// What force takes beyond the free units is frozen no longer.
fn thaw(register: &mut Register, by: By, from: usize, units: i64) {
    let wallet = &mut register.wallets[from];
    let free = (wallet.units.iter().sum::<i64>() - wallet.frozen_units).max(0);
    if by == By::Controller {
        wallet.frozen_units -= (units - free).max(0);
    }
}

//! Holds: units that are kept for somebody and stay their holder's.

use super::facts::Way;
use super::model::Register;
use super::movements;
use super::operation::error;
use super::verdict::{accepted, forced, rule};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokenizer::chain::CallRefusal;

/// Wallets and partition by their places. The secret is a byte, repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) partition: usize,
    pub(crate) holder: usize,
    pub(crate) recipient: Option<usize>,
    pub(crate) notary: Option<usize>,
    pub(crate) units: i64,
    pub(crate) expiry: DateTime<Utc>,
    pub(crate) secret: Option<u8>,
    pub(crate) salt: u8,
}

/// A hold that was made, and how many units it still keeps.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) terms: Terms,
    pub(crate) kept: i64,
}

/// Who calls: a wallet by its place, or the transfer agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Wallet(usize),
    Agent,
}

/// The holds that were made by their places.
#[derive(Debug, Clone)]
pub(crate) enum HoldStep {
    Create { by: Caller, terms: Terms },
    Execute { by: Caller, hold: usize, recipient: usize, units: i64 },
    ExecuteWithSecret { hold: usize, secret: u8 },
    Release { by: Caller, hold: usize },
}

pub(crate) fn secret_hash(secret: u8) -> [u8; 32] {
    Sha256::digest([secret; 32]).into()
}

impl HoldStep {
    /// The terms it speaks of.
    pub(crate) fn terms<'a>(&'a self, register: &'a Register) -> &'a Terms {
        match self {
            Self::Create { terms, .. } => terms,
            Self::Execute { hold, .. }
            | Self::ExecuteWithSecret { hold, .. }
            | Self::Release { hold, .. } => &register.holds[*hold].terms,
        }
    }

    pub(crate) fn apply(&self, register: &mut Register) -> Result<(), CallRefusal> {
        match self {
            Self::Create { by, terms } => create(register, *by, terms),
            Self::Execute { by, hold, recipient, units } => {
                let Held { terms, kept } = register.holds[*hold].clone();
                let notary = terms.notary.map(|notary| Caller::Wallet(register.current(notary)));
                if notary != Some(*by) {
                    return Err(error("NotTheNotary"));
                }
                if terms.recipient.is_some_and(|fixed| fixed != *recipient) {
                    return Err(error("RecipientFixed"));
                }
                if kept == 0 {
                    return Err(error("HoldOver"));
                }
                execute(register, *hold, *recipient, *units)
            }
            Self::ExecuteWithSecret { hold, secret } => {
                let Held { terms, kept } = register.holds[*hold].clone();
                let Some(recipient) = terms.recipient.filter(|_| terms.secret == Some(*secret)) else {
                    return Err(error("SecretWrong"));
                };
                if kept == 0 {
                    return Err(error("HoldOver"));
                }
                execute(register, *hold, recipient, kept)
            }
            Self::Release { by, hold } => release(register, *by, *hold),
        }
    }
}

fn create(register: &mut Register, by: Caller, terms: &Terms) -> Result<(), CallRefusal> {
    if let Caller::Wallet(caller) = by {
        movements::check_actor(register, caller)?;
    }
    if register.holds.iter().any(|held| held.terms == *terms) {
        return Err(error("HoldKnown"));
    }
    if terms.units == 0 {
        return Err(error("HoldWithoutUnits"));
    }
    if terms.expiry <= register.now {
        return Err(error("HoldExpired"));
    }
    if terms.recipient == Some(terms.holder) {
        return Err(error("HoldToItsHolder"));
    }
    let has_key = terms.notary.is_some() || terms.secret.is_some();
    if !has_key || (terms.secret.is_some() && terms.recipient.is_none()) {
        return Err(error("HoldWithoutKey"));
    }
    let (partition, holder) = (terms.partition, terms.holder);
    match by {
        Caller::Agent => forced(register, partition, Way::Hold(holder), terms.units)?,
        Caller::Wallet(caller) if caller != holder => {
            if !register.operators.contains(&(partition, holder, caller)) {
                return Err(rule(0x58, "OPERATOR"));
            }
            accepted(register, partition, Way::Hold(holder), terms.units)?;
        }
        Caller::Wallet(_) => accepted(register, partition, Way::Hold(holder), terms.units)?,
    }
    register.holds.push(Held { terms: terms.clone(), kept: terms.units });
    Ok(())
}

fn execute(register: &mut Register, hold: usize, recipient: usize, units: i64) -> Result<(), CallRefusal> {
    let Held { terms, kept } = register.holds[hold].clone();
    if terms.expiry <= register.now {
        return Err(error("HoldExpired"));
    }
    if units == 0 || units > kept {
        return Err(error("HoldTooSmall"));
    }
    let (from, to) = (register.current(terms.holder), register.current(recipient));
    if from == to {
        return Err(error("HoldToItsHolder"));
    }
    accepted(register, terms.partition, Way::Deliver(from, to), units)?;
    register.holds[hold].kept -= units;
    movements::use_cosignature(register, terms.partition, (from, to), units);
    movements::pass(register, terms.partition, (from, to), units);
    Ok(())
}

fn release(register: &mut Register, by: Caller, hold: usize) -> Result<(), CallRefusal> {
    if let Caller::Wallet(caller) = by {
        movements::check_actor(register, caller)?;
    }
    let Held { terms, kept } = register.holds[hold].clone();
    if kept == 0 {
        return Err(error("HoldOver"));
    }
    if register.now < terms.expiry {
        let party = [terms.notary, terms.recipient].into_iter().flatten();
        let is_party = party.map(|party| Caller::Wallet(register.current(party))).any(|party| party == by);
        match by {
            _ if is_party => {}
            Caller::Agent if register.renounced => return Err(rule(0x50, "NOT_CONTROLLABLE")),
            Caller::Agent => {}
            Caller::Wallet(_) => return Err(error("HoldNotExpired")),
        }
    }
    register.holds[hold].kept = 0;
    Ok(())
}

//! What can be done to a register, and what it does.

use super::agent::AgentStep;
use super::holds::HoldStep;
use super::model::Register;
use super::movements;
use super::rulebook::Rule;
use chrono::{DateTime, Utc};
use domain::Country;
use domain::party::InvestorClass;
use tokenizer::chain::CallRefusal;
use tokenizer::chain::calls::PartitionTerms;

/// Who moves units of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The holder itself, naming the partition.
    Holder,
    /// The holder by the ERC-20 call, which names none.
    Erc20,
    /// Another wallet, which needs to be authorised.
    Operator(usize),
    /// Another wallet by the ERC-20 call, out of what the holder allowed it.
    Spender(usize),
    /// The transfer agent, by force.
    Controller,
}

/// Wallets and partitions by their places.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Issue {
        partition: usize,
        to: usize,
        units: i64,
    },
    IssueBatch {
        id: u8,
        partition: usize,
        issues: Vec<(usize, i64)>,
    },
    Transfer {
        by: By,
        partition: usize,
        from: usize,
        to: usize,
        units: i64,
    },
    Redeem {
        by: By,
        partition: usize,
        from: usize,
        units: i64,
    },
    SetOperator {
        partition: usize,
        holder: usize,
        operator: usize,
        on: bool,
    },
    /// A holder allows a spender so many units; nothing named is without limit.
    Approve {
        holder: usize,
        spender: usize,
        units: Option<i64>,
    },
    Pause(bool),
    PausePartition {
        partition: usize,
        on: bool,
    },
    FreezeWallet {
        wallet: usize,
        on: bool,
    },
    FreezeUnits {
        wallet: usize,
        units: i64,
    },
    FreezeOwner {
        wallet: usize,
        on: bool,
    },
    SetValidUntil {
        wallet: usize,
        until: DateTime<Utc>,
    },
    SetProfile {
        wallet: usize,
        country: Country,
        class: InvestorClass,
    },
    AddWallet {
        known: usize,
        added: usize,
    },
    RemoveWallet(usize),
    SetTerms {
        partition: usize,
        terms: Box<PartitionTerms>,
    },
    ClosePrimary,
    RenounceControl,
    Rule(Rule),
    Hold(HoldStep),
    Agent(AgentStep),
    /// Somebody without any role tries to issue.
    IssueByStranger {
        partition: usize,
        to: usize,
    },
}

/// An error of the contracts that is no rule; compared by its name.
pub(crate) fn error(name: &str) -> CallRefusal {
    CallRefusal::Contract { error: name.to_owned(), detail: String::new() }
}

impl Operation {
    /// Wallets whose units it may change, and the partitions; asked when it is done.
    pub(crate) fn touches(&self, register: &Register) -> (Vec<usize>, Vec<usize>) {
        match self {
            Self::Issue { partition, to, .. } | Self::IssueByStranger { partition, to } => {
                (vec![*to], vec![*partition])
            }
            Self::IssueBatch { partition, issues, .. } => {
                (issues.iter().map(|(to, _)| *to).collect(), vec![*partition])
            }
            Self::Transfer { partition, from, to, .. } => (vec![*from, *to], vec![*partition]),
            Self::Redeem { partition, from, .. } => (vec![*from], vec![*partition]),
            Self::PausePartition { partition, .. } | Self::SetTerms { partition, .. } => {
                (Vec::new(), vec![*partition])
            }
            Self::ClosePrimary => (Vec::new(), vec![0]),
            Self::Hold(step) => {
                let terms = step.terms(register);
                let recipient = match step {
                    HoldStep::Execute { recipient, .. } => Some(*recipient),
                    _ => terms.recipient,
                };
                let parties = [Some(terms.holder), recipient].into_iter().flatten();
                (parties.map(|party| register.current(party)).collect(), vec![terms.partition])
            }
            Self::Agent(AgentStep::Recover { lost, replacement, .. }) => {
                (vec![*lost, *replacement], vec![0, 1])
            }
            Self::Agent(AgentStep::RedeemAgainstPayment { terms, holder, .. }) => {
                (vec![register.current(*holder)], vec![terms.partition])
            }
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// Does it to the register, or says why not; then nothing has changed.
    pub(crate) fn apply(&self, register: &mut Register) -> Result<(), CallRefusal> {
        match self {
            Self::Issue { partition, to, units } => movements::issue(register, *partition, *to, *units),
            Self::IssueBatch { id, partition, issues } => {
                movements::issue_batch(register, *id, *partition, issues)
            }
            Self::Transfer { by, partition, from, to, units } => {
                movements::transfer(register, *by, *partition, (*from, *to), *units)
            }
            Self::Redeem { by, partition, from, units } => {
                movements::redeem(register, *by, *partition, *from, *units)
            }
            Self::IssueByStranger { .. } => Err(error("MissingRole")),
            Self::Rule(rule) => rule.apply(register),
            Self::Hold(step) => step.apply(register),
            Self::Agent(step) => step.apply(register),
            Self::FreezeOwner { .. }
            | Self::SetValidUntil { .. }
            | Self::SetProfile { .. }
            | Self::AddWallet { .. }
            | Self::RemoveWallet(_) => self.identify(register),
            _ => self.control(register),
        }
    }

    /// What the registry does.
    fn identify(&self, register: &mut Register) -> Result<(), CallRefusal> {
        let owner_of = |wallet: usize| register.wallets[wallet].owner.ok_or_else(|| error("WalletUnknown"));
        match self {
            Self::FreezeOwner { wallet, on } => {
                let owner = owner_of(*wallet)?;
                register.owners[owner].frozen = *on;
            }
            Self::SetValidUntil { wallet, until } => {
                let owner = owner_of(*wallet)?;
                register.owners[owner].valid_until = *until;
            }
            Self::SetProfile { wallet, country, class } => {
                let owner = owner_of(*wallet)?;
                (register.owners[owner].country, register.owners[owner].class) = (*country, *class);
            }
            Self::AddWallet { known, added } => {
                let owner = owner_of(*known)?;
                if register.wallets[*known].removed {
                    return Err(error("WalletAlreadyRemoved"));
                }
                if register.wallets[*added].owner.is_some() {
                    return Err(error("WalletKnown"));
                }
                register.wallets[*added].owner = Some(owner);
            }
            Self::RemoveWallet(wallet) => {
                owner_of(*wallet)?;
                if register.wallets[*wallet].removed {
                    return Err(error("WalletAlreadyRemoved"));
                }
                register.wallets[*wallet].removed = true;
            }
            other => panic!("{other:?} is not the registry's"),
        }
        Ok(())
    }

    /// What the roles set in the token.
    fn control(&self, register: &mut Register) -> Result<(), CallRefusal> {
        match self {
            Self::SetOperator { partition, holder, operator, on } => {
                let key = (*partition, *holder, *operator);
                if *on {
                    register.operators.insert(key)
                } else {
                    register.operators.remove(&key)
                };
            }
            Self::Approve { holder, spender, units } => {
                register.allowances.insert((*holder, *spender), *units);
            }
            Self::Pause(on) => register.paused = *on,
            Self::PausePartition { partition, on } => register.tranches[*partition].paused = *on,
            Self::FreezeWallet { wallet, on } => register.wallets[*wallet].frozen = *on,
            Self::FreezeUnits { wallet, units } => {
                if register.wallets[*wallet].successor.is_some() {
                    return Err(error("WalletIsRecovered"));
                }
                register.wallets[*wallet].frozen_units = *units;
            }
            Self::SetTerms { partition, terms } => {
                if terms.authorised.get() < register.supply(*partition) {
                    return Err(error("AuthorisedOutOfRange"));
                }
                register.tranches[*partition].terms = PartitionTerms::clone(terms);
            }
            Self::ClosePrimary => {
                if std::mem::replace(&mut register.closed, true) {
                    return Err(error("PrimaryAlreadyClosed"));
                }
            }
            Self::RenounceControl => register.renounced = true,
            other => panic!("{other:?} sets nothing"),
        }
        Ok(())
    }
}

//! The further rules as compliance sets them, and what they keep a book of.

use super::model::Register;
use super::operation::error;
use chrono::{DateTime, Utc};
use domain::party::InvestorClass;
use domain::{BasisPoints, Country};
use tokenizer::chain::CallRefusal;
use tokenizer::chain::calls::{PartitionLimits, ReleaseStep};

/// Partitions and wallets by their places.
#[derive(Debug, Clone)]
pub(crate) enum Rule {
    Limits { partition: usize, limits: PartitionLimits },
    PoolCap { share: Option<BasisPoints>, units: Option<i64> },
    Release { partition: usize, steps: Vec<ReleaseStep> },
    Scheduled { partition: usize, wallet: usize, units: i64 },
    CountOwners { partition: usize, wallets: Vec<usize> },
    CountryLimit { partition: usize, country: Country, limit: u32 },
    ClassLimit { partition: usize, class: InvestorClass, limit: u32 },
    SystemAccount { wallet: usize, on: bool },
    LockWallet { wallet: usize, until: Option<DateTime<Utc>> },
    Cosign { partition: usize, from: usize, to: usize, units: i64, deadline: Option<DateTime<Utc>> },
}

impl Rule {
    pub(crate) fn apply(&self, register: &mut Register) -> Result<(), CallRefusal> {
        match self {
            Self::Limits { partition, limits } => return set_limits(register, *partition, *limits),
            Self::PoolCap { share, units } => {
                register.pool_cap = (*share, *units);
                let capped = share.is_some() || units.is_some();
                register.tranches.iter_mut().for_each(|tranche| tranche.pool_capped = capped);
            }
            Self::Release { partition, steps } => {
                let rises = |pair: &[ReleaseStep]| pair[0].from < pair[1].from && pair[0].free < pair[1].free;
                if steps.len() > 5 || !steps.windows(2).all(rises) {
                    return Err(error("StepsOutOfOrder"));
                }
                register.tranches[*partition].release.clone_from(steps);
            }
            Self::Scheduled { partition, wallet, units } => {
                register.wallets[*wallet].scheduled[*partition] = *units;
            }
            Self::CountOwners { partition, wallets } => count_owners(register, *partition, wallets),
            Self::CountryLimit { partition, country, limit } => {
                all_are_counted(register, *partition)?;
                let limits = &mut register.tranches[*partition].country_limits;
                limits.insert(country.index(), *limit);
                limits.retain(|_, limit| *limit != 0);
            }
            Self::ClassLimit { partition, class, limit } => {
                all_are_counted(register, *partition)?;
                let limits = &mut register.tranches[*partition].class_limits;
                limits.insert(class.number(), *limit);
                limits.retain(|_, limit| *limit != 0);
            }
            Self::SystemAccount { wallet, on } => register.wallets[*wallet].system_account = *on,
            Self::LockWallet { wallet, until } => register.wallets[*wallet].locked_until = *until,
            Self::Cosign { partition, from, to, units, deadline } => {
                let (cosigned, key) = (&mut register.tranches[*partition].cosigned, (*from, *to, *units));
                match deadline {
                    Some(deadline) => cosigned.insert(key, *deadline),
                    None => cosigned.remove(&key),
                };
            }
        }
        Ok(())
    }
}

fn set_limits(register: &mut Register, partition: usize, limits: PartitionLimits) -> Result<(), CallRefusal> {
    // A window that opens at no moment was open before.
    let opens = limits.sale_opens.unwrap_or_default();
    if limits.sale_closes.is_some_and(|closes| closes <= opens) {
        return Err(error("WindowClosesFirst"));
    }
    if limits.max_holding.is_some_and(|most| limits.min_holding.is_some_and(|least| least > most)) {
        return Err(error("HolderRangeEmpty"));
    }
    register.tranches[partition].limits = limits;
    Ok(())
}

/// Each owner who holds any is counted as it is now, whatever it was counted as before.
fn count_owners(register: &mut Register, partition: usize, wallets: &[usize]) {
    for wallet in wallets {
        let Some(owner) = register.wallets[*wallet].owner else { continue };
        if register.units_of_owner(partition, owner) > 0 {
            let profile = (register.owners[owner].country, register.owners[owner].class);
            register.tranches[partition].counted_as.insert(owner, profile);
        }
    }
    register.tranches[partition].counts = true;
}

fn all_are_counted(register: &Register, partition: usize) -> Result<(), CallRefusal> {
    let tranche = &register.tranches[partition];
    let all = tranche.counts && tranche.counted_as.len() == register.holders(partition);
    if all { Ok(()) } else { Err(error("NotAllCounted")) }
}

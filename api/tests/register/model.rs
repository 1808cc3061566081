//! The register as Rust keeps it: who owns which wallet, what each wallet holds, what is halted, frozen, held and ruled.
//! Nothing is counted along that can be summed up: supply, holders and held units are added whenever they are asked.

use super::agent::Redemption;
use super::holds::Held;
use chrono::{DateTime, Utc};
use domain::party::{InvestorClass, WalletAddress};
use domain::pool::PartitionName;
use domain::{BasisPoints, Country, Units};
use std::collections::{BTreeMap, BTreeSet};
use tokenizer::chain::calls::{PartitionLimits, PartitionTerms, ReleaseStep};

/// The partitions of the token; the first is the one that ERC-20 calls move.
pub(crate) const PARTITIONS: [&str; 2] = ["senior", "junior"];

#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) country: Country,
    pub(crate) class: InvestorClass,
    pub(crate) valid_until: DateTime<Utc>,
    pub(crate) frozen: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Wallet {
    pub(crate) address: WalletAddress,
    /// Its place among the owners; none for a stranger.
    pub(crate) owner: Option<usize>,
    pub(crate) removed: bool,
    /// In this token alone.
    pub(crate) frozen: bool,
    pub(crate) frozen_units: i64,
    pub(crate) locked_until: Option<DateTime<Utc>>,
    /// Whether the limits on holders do not bind it.
    pub(crate) system_account: bool,
    /// The wallet that took its place, when it was recovered.
    pub(crate) successor: Option<usize>,
    pub(crate) units: [i64; 2],
    /// Of so many units the release schedules speak.
    pub(crate) scheduled: [i64; 2],
    /// What it was paid by redemptions.
    pub(crate) cash: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Tranche {
    pub(crate) name: PartitionName,
    pub(crate) terms: PartitionTerms,
    pub(crate) paused: bool,
    pub(crate) limits: PartitionLimits,
    pub(crate) release: Vec<ReleaseStep>,
    pub(crate) pool_capped: bool,
    /// Until when the issuer's co-signature holds, by sender, receiver and units.
    pub(crate) cosigned: BTreeMap<(usize, usize, i64), DateTime<Utc>>,
    /// Whether owners are counted by country and by class.
    pub(crate) counts: bool,
    /// What an owner was when it came to be counted.
    pub(crate) counted_as: BTreeMap<usize, (Country, InvestorClass)>,
    pub(crate) country_limits: BTreeMap<u8, u32>,
    pub(crate) class_limits: BTreeMap<u8, u32>,
}

impl Tranche {
    pub(crate) fn new(name: PartitionName, terms: PartitionTerms) -> Self {
        Self {
            name,
            terms,
            paused: false,
            limits: PartitionLimits::default(),
            release: Vec::new(),
            pool_capped: false,
            cosigned: BTreeMap::new(),
            counts: false,
            counted_as: BTreeMap::new(),
            country_limits: BTreeMap::new(),
            class_limits: BTreeMap::new(),
        }
    }

    /// Whether any of the further rules is on.
    pub(crate) fn has_further_rules(&self) -> bool {
        let limited = self.limits != PartitionLimits::default();
        limited || !self.release.is_empty() || self.pool_capped || self.counts
    }
}

/// A record date, and the units of every wallet as they were when it came.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) date: DateTime<Utc>,
    pub(crate) taken: Option<Vec<[i64; 2]>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Register {
    pub(crate) now: DateTime<Utc>,
    pub(crate) owners: Vec<Owner>,
    pub(crate) wallets: Vec<Wallet>,
    pub(crate) tranches: Vec<Tranche>,
    pub(crate) paused: bool,
    pub(crate) closed: bool,
    pub(crate) renounced: bool,
    /// Partition, holder and whom it authorised.
    pub(crate) operators: BTreeSet<(usize, usize, usize)>,
    /// What a spender may still take, by holder and spender; nothing is without limit.
    pub(crate) allowances: BTreeMap<(usize, usize), Option<i64>>,
    pub(crate) operation_ids: BTreeSet<u8>,
    /// The cap over all partitions, as a share and in units.
    pub(crate) pool_cap: (Option<BasisPoints>, Option<i64>),
    pub(crate) holds: Vec<Held>,
    pub(crate) records: Vec<Record>,
    pub(crate) redemptions: BTreeMap<u8, Redemption>,
}

impl Register {
    /// Time goes on; records whose date has come are taken.
    pub(crate) fn advance(&mut self, now: DateTime<Utc>) {
        self.now = now;
        let units: Vec<_> = self.wallets.iter().map(|wallet| wallet.units).collect();
        for record in self.records.iter_mut().filter(|record| record.date <= now) {
            record.taken.get_or_insert_with(|| units.clone());
        }
    }

    /// When something begins or ends.
    pub(crate) fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let of_tranche = |tranche: &Tranche| {
            let limits = [tranche.terms.locked_until, tranche.limits.sale_opens, tranche.limits.sale_closes];
            let steps = tranche.release.iter().map(|step| step.from);
            let moments = limits.into_iter().flatten().chain(steps);
            moments.chain(tranche.cosigned.values().copied()).collect::<Vec<_>>()
        };
        let kept = self.holds.iter().filter(|held| held.kept > 0);
        let tranches = self.tranches.iter().flat_map(of_tranche);
        let locks = self.wallets.iter().filter_map(|wallet| wallet.locked_until);
        let approvals = self.owners.iter().map(|owner| owner.valid_until);
        let records = self.records.iter().map(|record| record.date);
        tranches
            .chain(kept.map(|held| held.terms.expiry))
            .chain(locks)
            .chain(approvals)
            .chain(records)
            .chain(self.redemptions.values().map(|redemption| redemption.terms.not_before))
    }

    pub(crate) fn supply(&self, partition: usize) -> i64 {
        self.wallets.iter().map(|wallet| wallet.units[partition]).sum()
    }

    /// Beneficial owners with units in the partition. A removed wallet still counts for its owner.
    pub(crate) fn holders(&self, partition: usize) -> usize {
        (0..self.owners.len()).filter(|owner| self.units_of_owner(partition, *owner) > 0).count()
    }

    pub(crate) fn units_of_owner(&self, partition: usize, owner: usize) -> i64 {
        let of_owner = self.wallets.iter().filter(|wallet| wallet.owner == Some(owner));
        of_owner.map(|wallet| wallet.units[partition]).sum()
    }

    /// Units of a wallet in a partition that holds keep.
    pub(crate) fn held(&self, partition: usize, wallet: usize) -> i64 {
        let here = self.holds.iter().filter(|held| held.terms.partition == partition);
        here.filter(|held| self.current(held.terms.holder) == wallet).map(|held| held.kept).sum()
    }

    pub(crate) fn held_in_all(&self, wallet: usize) -> i64 {
        (0..PARTITIONS.len()).map(|partition| self.held(partition, wallet)).sum()
    }

    /// The wallet that acts in the place of one that was recovered; otherwise itself.
    pub(crate) fn current(&self, wallet: usize) -> usize {
        self.wallets[wallet].successor.map_or(wallet, |successor| self.current(successor))
    }

    pub(crate) fn is_one_owner(&self, one: usize, other: usize) -> bool {
        self.wallets[one].owner == self.wallets[other].owner
    }

    /// Lets the counts by country and class follow units that pass from one owner to another, before they do.
    pub(crate) fn recount(&mut self, partition: usize, from: Option<usize>, to: Option<usize>, moved: i64) {
        if moved == 0 || from.zip(to).is_some_and(|(from, to)| self.is_one_owner(from, to)) {
            return;
        }
        let owner = |wallet: Option<usize>| wallet.and_then(|wallet| self.wallets[wallet].owner);
        let leaves = owner(from).filter(|owner| self.units_of_owner(partition, *owner) == moved);
        let enters = owner(to).filter(|owner| self.units_of_owner(partition, *owner) == 0);
        let profile = |owner: usize| (self.owners[owner].country, self.owners[owner].class);
        let enters = enters.map(|owner| (owner, profile(owner)));
        let tranche = &mut self.tranches[partition];
        if let Some(leaves) = leaves {
            tranche.counted_as.remove(&leaves);
        }
        if let Some((owner, profile)) = enters.filter(|_| tranche.counts) {
            tranche.counted_as.entry(owner).or_insert(profile);
        }
    }
}

pub(crate) fn units(number: i64) -> Units {
    Units::try_from(number).unwrap()
}

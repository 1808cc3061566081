//! The register as Rust keeps it: who owns which wallet, what each wallet holds, what is halted and frozen. Nothing is
//! counted along: supply and holders are summed up whenever they are asked.

use chrono::{DateTime, Utc};
use compliance::rules::{Holder, Limits, Movement, Partition as Rules, SenderWallet};
use compliance::{TransferFacts, TransferRequest};
use domain::party::{InvestorClass, WalletAddress};
use domain::pool::PartitionName;
use domain::{BasisPoints, Country, Units};
use std::collections::BTreeSet;
use tokenizer::chain::calls::PartitionTerms;

/// The partitions of the token; the first is the one that ERC-20 calls move.
pub(crate) const PARTITIONS: [&str; 2] = ["senior", "junior"];

#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) country: Country,
    pub(crate) class: InvestorClass,
    pub(crate) valid_until: DateTime<Utc>,
    pub(crate) frozen: bool,
}

#[derive(Debug)]
pub(crate) struct Wallet {
    pub(crate) address: WalletAddress,
    /// Its place among the owners; none for a stranger.
    pub(crate) owner: Option<usize>,
    pub(crate) removed: bool,
    /// In this token alone.
    pub(crate) frozen: bool,
    pub(crate) frozen_units: i64,
    pub(crate) units: [i64; 2],
}

#[derive(Debug)]
pub(crate) struct Tranche {
    pub(crate) name: PartitionName,
    pub(crate) terms: PartitionTerms,
    pub(crate) paused: bool,
}

#[derive(Debug, Default)]
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
    pub(crate) operation_ids: BTreeSet<u8>,
}

impl Register {
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

    pub(crate) fn rules(&self, partition: usize) -> Rules {
        let tranche = &self.tranches[partition];
        let terms = &tranche.terms;
        Rules {
            paused: tranche.paused,
            countries: terms.countries.clone(),
            classes: terms.classes.clone(),
            cap: terms.cap.unwrap_or(BasisPoints::WHOLE),
            authorised: terms.authorised,
            outstanding: units(self.supply(partition)),
            primary_closed: self.closed,
            locked_until: terms.locked_until,
            holders: self.holders(partition).try_into().unwrap(),
            holder_limit: terms.holder_limit.map(i64::from),
            // None of the further rules is played here: each has its own tests.
            limits: Limits::default(),
        }
    }

    /// What the engine is told, read from this register.
    pub(crate) fn facts(&self, partition: usize, from: Option<usize>, to: Option<usize>) -> TransferFacts {
        let holder = |wallet: Option<usize>| wallet.and_then(|wallet| self.holder(partition, wallet));
        let sender_wallet = from.map_or_else(SenderWallet::default, |from| {
            let wallet = &self.wallets[from];
            SenderWallet {
                balance: units(wallet.units[partition]),
                total: units(wallet.units.iter().sum()),
                frozen: units(wallet.frozen_units),
            }
        });
        TransferFacts {
            now: self.now,
            token_paused: self.paused,
            partition: self.rules(partition),
            sender: holder(from),
            sender_wallet,
            receiver: holder(to),
        }
    }

    pub(crate) fn request(
        &self,
        partition: usize,
        from: Option<usize>,
        to: Option<usize>,
        moved: i64,
    ) -> TransferRequest {
        let address = |wallet: usize| self.wallets[wallet].address;
        let movement = match (from, to) {
            (Some(from), Some(to)) => Movement::Transfer { from: address(from), to: address(to) },
            (Some(from), None) => Movement::Redeem { from: address(from) },
            (None, Some(to)) => Movement::Issue { to: address(to) },
            (None, None) => panic!("nothing moves from nobody to nobody"),
        };
        TransferRequest { movement, partition: self.tranches[partition].name.clone(), units: units(moved) }
    }

    fn holder(&self, partition: usize, wallet: usize) -> Option<Holder> {
        let place = self.wallets[wallet].owner?;
        let owner = &self.owners[place];
        let of_owner = self.wallets.iter().filter(|other| other.owner == Some(place) && !other.removed);
        Some(Holder {
            identity: place as u64 + 1,
            country: owner.country,
            class: owner.class,
            valid_until: owner.valid_until,
            frozen: owner.frozen || self.wallets[wallet].frozen,
            wallets: of_owner.map(|wallet| wallet.address).collect(),
            units: units(self.units_of_owner(partition, place)),
        })
    }
}

pub(crate) fn units(number: i64) -> Units {
    Units::try_from(number).unwrap()
}

//! What the engine is told, read from the register of the model.

use super::model::{Register, units};
use compliance::rules::{
    Count, Counts, Holder, Limits, Movement, Partition as Rules, PoolCap, ReleaseStep, SenderWallet,
};
use compliance::{TransferFacts, TransferRequest};
use domain::{BasisPoints, Units};

/// Which way units move, by the places of the wallets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    Issue(usize),
    Transfer(usize, usize),
    Redeem(usize),
    Hold(usize),
    Deliver(usize, usize),
}

impl Way {
    pub(crate) const fn from(self) -> Option<usize> {
        match self {
            Self::Issue(_) => None,
            Self::Transfer(from, _) | Self::Redeem(from) | Self::Hold(from) | Self::Deliver(from, _) => {
                Some(from)
            }
        }
    }

    pub(crate) const fn to(self) -> Option<usize> {
        match self {
            Self::Issue(to) | Self::Transfer(_, to) | Self::Deliver(_, to) => Some(to),
            Self::Redeem(_) | Self::Hold(_) => None,
        }
    }
}

pub(crate) fn request(register: &Register, partition: usize, way: Way, moved: i64) -> TransferRequest {
    let address = |wallet: usize| register.wallets[wallet].address;
    let movement = match way {
        Way::Issue(to) => Movement::Issue { to: address(to) },
        Way::Transfer(from, to) => Movement::Transfer { from: address(from), to: address(to) },
        Way::Redeem(from) => Movement::Redeem { from: address(from) },
        Way::Hold(from) => Movement::Hold { from: address(from) },
        Way::Deliver(from, to) => Movement::Deliver { from: address(from), to: address(to) },
    };
    let partition = register.tranches[partition].name.clone();
    TransferRequest { movement, partition, units: units(moved) }
}

pub(crate) fn rules(register: &Register, partition: usize) -> Rules {
    let tranche = &register.tranches[partition];
    let (terms, limits) = (&tranche.terms, &tranche.limits);
    let plain = |units: Option<Units>| units.map(Units::get);
    Rules {
        paused: tranche.paused,
        countries: terms.countries.clone(),
        classes: terms.classes.clone(),
        cap: terms.cap.unwrap_or(BasisPoints::WHOLE),
        authorised: terms.authorised,
        outstanding: units(register.supply(partition)),
        primary_closed: register.closed,
        locked_until: terms.locked_until,
        holders: register.holders(partition).try_into().unwrap(),
        holder_limit: terms.holder_limit.map(i64::from),
        limits: Limits {
            max_holding: plain(limits.max_holding),
            min_holding: plain(limits.min_holding),
            transfer_limit: plain(limits.transfer_limit),
            sale_opens: limits.sale_opens,
            sale_closes: limits.sale_closes,
            cosigned: limits.cosigned,
        },
        release: tranche
            .release
            .iter()
            .map(|step| ReleaseStep { from: step.from, free: step.free })
            .collect(),
    }
}

pub(crate) fn facts(register: &Register, partition: usize, way: Way, moved: i64) -> TransferFacts {
    let (from, to) = (way.from(), way.to());
    let holder = |wallet: Option<usize>| wallet.and_then(|wallet| holder(register, partition, wallet));
    let cosigned = &register.tranches[partition].cosigned;
    let cosigned_until = from.zip(to).and_then(|(from, to)| cosigned.get(&(from, to, moved))).copied();
    TransferFacts {
        now: register.now,
        token_paused: register.paused,
        partition: rules(register, partition),
        sender: holder(from),
        sender_wallet: from.map_or_else(SenderWallet::default, |from| wallet(register, partition, from)),
        receiver: holder(to),
        pool_cap: to.and_then(|to| pool_cap(register, partition, to)),
        counts: to.and_then(|to| counts(register, partition, (from, to))),
        cosigned_until,
    }
}

fn wallet(register: &Register, partition: usize, place: usize) -> SenderWallet {
    let wallet = &register.wallets[place];
    SenderWallet {
        balance: units(wallet.units[partition]),
        total: units(wallet.units.iter().sum()),
        held: units(register.held(partition, place)),
        held_total: units(register.held_in_all(place)),
        frozen: units(wallet.frozen_units),
        locked_until: wallet.locked_until,
        scheduled: units(wallet.scheduled[partition]),
    }
}

fn holder(register: &Register, partition: usize, place: usize) -> Option<Holder> {
    let wallet = &register.wallets[place];
    let number = wallet.owner?;
    let owner = &register.owners[number];
    let of_owner = register.wallets.iter().filter(|other| other.owner == Some(number) && !other.removed);
    Some(Holder {
        identity: number as u64 + 1,
        country: owner.country,
        class: owner.class,
        valid_until: owner.valid_until,
        frozen: owner.frozen || wallet.frozen || wallet.successor.is_some(),
        system_account: wallet.system_account,
        wallets: of_owner.map(|wallet| wallet.address).collect(),
        units: units(register.units_of_owner(partition, number)),
    })
}

fn pool_cap(register: &Register, partition: usize, to: usize) -> Option<PoolCap> {
    let tranches = &register.tranches;
    let base: i64 = if register.closed {
        (0..tranches.len()).map(|partition| register.supply(partition)).sum()
    } else {
        tranches.iter().map(|tranche| tranche.terms.authorised.get()).sum()
    };
    let owner = register.wallets[to].owner;
    let of_owner =
        |owner| (0..tranches.len()).map(|partition| register.units_of_owner(partition, owner)).sum();
    let held: i64 = owner.map_or(0, of_owner);
    let (share, most) = register.pool_cap;
    let capped = tranches[partition].pool_capped;
    capped.then(|| PoolCap { units: most, share, base: units(base), held: units(held) })
}

fn counts(register: &Register, partition: usize, (from, to): (Option<usize>, usize)) -> Option<Counts> {
    let tranche = &register.tranches[partition];
    let receiver = register.wallets[to].owner.filter(|_| tranche.counts)?;
    let (country, class) = (register.owners[receiver].country, register.owners[receiver].class);
    let sender = from.and_then(|from| register.wallets[from].owner);
    let sender = sender.and_then(|sender| tranche.counted_as.get(&sender));
    let counted = || tranche.counted_as.values();
    let number = |count: usize| i64::try_from(count).unwrap();
    Some(Counts {
        country: Count {
            owners: number(counted().filter(|(other, _)| *other == country).count()),
            limit: tranche.country_limits.get(&country.index()).copied().map(i64::from),
            has_sender: sender.is_some_and(|(other, _)| *other == country),
        },
        class: Count {
            owners: number(counted().filter(|(_, other)| *other == class).count()),
            limit: tranche.class_limits.get(&class.number()).copied().map(i64::from),
            has_sender: sender.is_some_and(|(_, other)| *other == class),
        },
    })
}

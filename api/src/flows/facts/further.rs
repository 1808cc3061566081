//! The further rules of a partition as the chain was last told, and what they keep a book of.

use super::encumbrance::{Recovery, recoveries};
use super::{Tranche, moment, read_event, state};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::TransferRequest;
use compliance::rules::{Count, Counts, Holder, Limits, PoolCap, ReleaseStep};
use domain::party::{InvestorClass, WalletAddress};
use domain::{BasisPoints, Country, Units};
use std::collections::{BTreeMap, BTreeSet};
use store::Tx;
use store::pools::Partition;
use tokenizer::chain::ChainEvent;

/// A place on the chain: block, and place in the block.
type Place = (i64, i64);

/// The further rules that are plain numbers, as the chain was last told.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn limits(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<Limits, AppError> {
    let set = store::projection::latest_event_of_partition(tx, (token, "limits_set"), &partition.name)?;
    let set = set.map(read_event).transpose()?;
    Ok(set.and_then(of_event).unwrap_or_default())
}

fn of_event(event: ChainEvent) -> Option<Limits> {
    let ChainEvent::LimitsSet {
        max_holding,
        min_holding,
        transfer_limit,
        sale_opens,
        sale_closes,
        cosigned,
        ..
    } = event
    else {
        return None;
    };
    Some(Limits {
        max_holding: some(max_holding),
        min_holding: some(min_holding),
        transfer_limit: some(transfer_limit),
        sale_opens: moment(sale_opens),
        sale_closes: moment(sale_closes),
        cosigned,
    })
}

/// 0 is no limit on the chain.
fn some(units: i64) -> Option<i64> {
    (units != 0).then_some(units)
}

/// When what is issued is released, as the chain was last told.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn release(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<Vec<ReleaseStep>, AppError> {
    let asked = (token, "release_schedule_set");
    let set = store::projection::latest_event_of_partition(tx, asked, &partition.name)?;
    let Some(ChainEvent::ReleaseScheduleSet { steps, .. }) = set.map(read_event).transpose()? else {
        return Ok(Vec::new());
    };
    let step = |(from, free): (u64, u16)| -> Result<ReleaseStep, AppError> {
        let from = moment(from).ok_or_else(|| AppError::internal("a release at no moment"))?;
        Ok(ReleaseStep { from, free: BasisPoints::try_from(i64::from(free))? })
    };
    steps.into_iter().map(step).collect()
}

/// Of how many units of a wallet the release schedule of a partition speaks: of those that were issued to it while the
/// schedule stood, unless compliance said otherwise, and of those that it took over from a wallet that was recovered.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn scheduled(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<i64, AppError> {
    let token = tranche.token()?.to_string();
    if release(tx, &token, &tranche.partition)?.is_empty() {
        return Ok(0);
    }
    let recoveries = recoveries(tx, &token)?;
    scheduled_until(tx, (&token, tranche, &recoveries), wallet, (i64::MAX, 0))
}

/// What happened to the scheduled units of a wallet.
enum Change {
    /// So many were issued.
    Issued(i64),
    /// Compliance set how many they are.
    Set(i64),
    /// Those of a lost wallet came.
    TookOver(WalletAddress),
}

fn scheduled_until(
    tx: &mut Tx<'_>,
    (token, tranche, recoveries): (&str, &Tranche, &[Recovery]),
    wallet: WalletAddress,
    end: Place,
) -> Result<i64, AppError> {
    let partition = &tranche.partition;
    let stood = schedules(tx, token, partition)?;
    let mut changes = Vec::new();
    for issue in store::projection::movements_to(tx, partition.id, (None, &wallet.to_string()))? {
        let at = (issue.block, issue.log_index);
        // The first schedule that was set later is not the one that stood.
        let schedule = stood.iter().rev().find(|(set, _)| *set < at);
        if schedule.is_some_and(|(_, on)| *on) {
            changes.push((at, Change::Issued(issue.units)));
        }
    }
    for row in store::projection::events_of(tx, (token, "scheduled_units_set"), Some(&wallet.to_string()))? {
        let at = (row.block, row.log_index);
        match read_event(row)? {
            ChainEvent::ScheduledUnitsSet { partition: named, units, .. } if named == partition.name => {
                changes.push((at, Change::Set(units)));
            }
            _ => {}
        }
    }
    for recovery in recoveries.iter().filter(|recovery| recovery.replacement == wallet) {
        let ends = (Some(recovery.lost.to_string()), wallet.to_string());
        let moved = store::projection::movements_to(tx, partition.id, (ends.0.as_deref(), &ends.1))?;
        // Of a partition of which the lost wallet had nothing, nothing is carried along.
        if moved.iter().any(|movement| movement.transaction_hash == recovery.transaction_hash) {
            changes.push((recovery.at, Change::TookOver(recovery.lost)));
        }
    }
    changes.retain(|(at, _)| *at < end);
    changes.sort_by_key(|(at, _)| *at);
    let mut scheduled = 0;
    for (at, change) in changes {
        scheduled = match change {
            Change::Issued(units) => scheduled + units,
            Change::Set(units) => units,
            Change::TookOver(lost) => {
                scheduled + scheduled_until(tx, (token, tranche, recoveries), lost, at)?
            }
        };
    }
    Ok(scheduled)
}

/// When the schedules of a partition were set, the oldest first, and whether each had any step.
fn schedules(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<Vec<(Place, bool)>, AppError> {
    let mut schedules = Vec::new();
    for row in store::projection::events_of(tx, (token, "release_schedule_set"), None)? {
        let at = (row.block, row.log_index);
        match read_event(row)? {
            ChainEvent::ReleaseScheduleSet { partition: named, steps } if named == partition.name => {
                schedules.push((at, !steps.is_empty()));
            }
            _ => {}
        }
    }
    Ok(schedules)
}

/// The cap over all partitions as the chain was last told: as a share, and in units.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn pool_cap_set(tx: &mut Tx<'_>, token: &str) -> Result<(Option<BasisPoints>, Option<i64>), AppError> {
    Ok(match state(tx, (token, "pool_cap_set"), None)? {
        Some(ChainEvent::PoolCapSet { bps, units }) => {
            let share = (bps != 0).then(|| BasisPoints::try_from(i64::from(bps))).transpose()?;
            (share, some(units))
        }
        _ => (None, None),
    })
}

/// The wallets that the limits on holders do not bind.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn system_accounts(tx: &mut Tx<'_>, token: &str) -> Result<BTreeSet<WalletAddress>, AppError> {
    let mut accounts = BTreeSet::new();
    for row in store::projection::events_of(tx, (token, "system_account_set"), None)? {
        match read_event(row)? {
            ChainEvent::SystemAccountSet { wallet, on: true } => accounts.insert(wallet),
            ChainEvent::SystemAccountSet { wallet, on: false } => accounts.remove(&wallet),
            _ => false,
        };
    }
    Ok(accounts)
}

/// The most owners by country and by class.
type CountLimits = (BTreeMap<Country, u32>, BTreeMap<InvestorClass, u32>);

/// The most owners of countries and classes in a partition, as the chain was last told.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn count_limits(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<CountLimits, AppError> {
    let (mut countries, mut classes) = (BTreeMap::new(), BTreeMap::new());
    for row in store::projection::events_of(tx, (token, "count_limit_set"), None)? {
        let ChainEvent::CountLimitSet { partition: named, country, investor_class, limit } = read_event(row)?
        else {
            continue;
        };
        if named == partition.name {
            countries.extend(country.map(|country| (country, limit)));
            classes.extend(investor_class.map(|class| (class, limit)));
        }
    }
    countries.retain(|_, limit| *limit != 0);
    classes.retain(|_, limit| *limit != 0);
    Ok((countries, classes))
}

/// The cap over all partitions, and what the receiver's owner holds of them.
pub(super) fn pool_cap(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    receiver: &Holder,
) -> Result<Option<PoolCap>, AppError> {
    let (share, units) = pool_cap_set(tx, &tranche.token()?.to_string())?;
    if share.is_none() && units.is_none() {
        return Ok(None);
    }
    let number = i64::try_from(receiver.identity).map_err(AppError::internal)?;
    let identity = store::identities::find(tx, number)?;
    let (mut base, mut held) = (0, 0);
    for partition in store::pools::partitions_of(tx, tranche.pool.id)? {
        base += if partition.primary_closed {
            store::projection::outstanding(tx, partition.id)?
        } else {
            partition.authorised_units
        };
        if let Some(identity) = &identity {
            held += store::identities::units_of(tx, identity, partition.id)?;
        }
    }
    let (base, held) = (Units::try_from(base)?, Units::try_from(held)?);
    Ok(Some(PoolCap { units, share, base, held }))
}

/// The owners of the receiver's country and class where a limit speaks of them. Each is counted as it is now: that of
/// one who moved since it came, and was not counted anew, the token still counts as it was.
pub(super) fn counts(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    (sender, receiver): (Option<&Holder>, &Holder),
) -> Result<Option<Counts>, AppError> {
    let token = tranche.token()?.to_string();
    let name = &tranche.partition.name;
    let mut limit = |country: &str, class: &str| -> Result<Option<i64>, AppError> {
        let part = format!("\"partition\":\"{name}\",\"country\":{country},\"investor_class\":{class},");
        let set = store::projection::latest_event_with(tx, (&token, "count_limit_set"), &part)?;
        Ok(match set.map(read_event).transpose()? {
            Some(ChainEvent::CountLimitSet { limit, .. }) => some(i64::from(limit)),
            _ => None,
        })
    };
    let (country, class) = (receiver.country, receiver.class);
    let of_country = limit(&format!("\"{country}\""), "null")?;
    let of_class = limit("null", &format!("\"{class}\""))?;
    if of_country.is_none() && of_class.is_none() {
        return Ok(None);
    }
    let (in_country, in_class) = store::holders::count_alike(tx, tranche.partition.id, (country, class))?;
    let from_there = sender.is_some_and(|sender| sender.country == country);
    let of_that_class = sender.is_some_and(|sender| sender.class == class);
    Ok(Some(Counts {
        country: Count { owners: in_country, limit: of_country, has_sender: from_there },
        class: Count { owners: in_class, limit: of_class, has_sender: of_that_class },
    }))
}

/// Until when the issuer's co-signature of just this transfer holds, unless a transfer has used it up since.
pub(super) fn cosigned_until(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    request: &TransferRequest,
) -> Result<Option<DateTime<Utc>>, AppError> {
    let Some((from, to)) = request.movement.from().zip(request.movement.to()) else { return Ok(None) };
    let (token, units) = (tranche.token()?.to_string(), request.units);
    let name = &request.partition;
    let part = format!("\"partition\":\"{name}\",\"from\":\"{from}\",\"to\":\"{to}\",\"units\":{units},");
    let Some(row) = store::projection::latest_event_with(tx, (&token, "cosigned"), &part)? else {
        return Ok(None);
    };
    let at = (row.block, row.log_index);
    let ends = (from.to_string(), to.to_string());
    let moved = store::projection::movements_to(tx, tranche.partition.id, (Some(&ends.0), &ends.1))?;
    let since = moved.iter().filter(|movement| (movement.block, movement.log_index) > at);
    for movement in since.filter(|movement| movement.units == units.get()) {
        // What is taken by force needs no co-signature and uses none up.
        if !store::projection::was_told(tx, (&token, "forced"), &movement.transaction_hash)? {
            return Ok(None);
        }
    }
    match read_event(row)? {
        ChainEvent::Cosigned { deadline, .. } => Ok(moment(deadline)),
        _ => Ok(None),
    }
}

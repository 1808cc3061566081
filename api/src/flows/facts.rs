//! All that a verdict depends on, read together from the register and the rules as they stand in one transaction.

mod encumbrance;
mod further;

pub use further::{count_limits, limits, pool_cap_set, release, scheduled, system_accounts};

use super::{identity, pool};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::rules::{Holder, Partition as Rules, SenderWallet};
use compliance::{TransferFacts, TransferRequest};
use domain::party::WalletAddress;
use domain::{BasisPoints, Units};
use store::Tx;
use store::pools::{Partition, Pool};
use store::projection::ChainEventRow;
use tokenizer::chain::ChainEvent;

/// A partition with its pool: what every question about units is about.
#[derive(Debug, Clone)]
pub struct Tranche {
    /// The pool.
    pub pool: Pool,
    /// The partition.
    pub partition: Partition,
}

impl Tranche {
    /// The partition with an id and its pool.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub fn find(tx: &mut Tx<'_>, id: domain::ids::PartitionId) -> Result<Self, AppError> {
        let partition =
            store::pools::partition(tx, id)?.ok_or_else(|| AppError::not_found("partition", id))?;
        let pool = store::pools::find(tx, partition.pool_id)?;
        let pool = pool.ok_or_else(|| AppError::not_found("pool", partition.pool_id))?;
        Ok(Self { pool, partition })
    }

    /// The token on chain.
    ///
    /// # Errors
    /// [`AppError::WrongState`] when the pool is not tokenised.
    pub fn token(&self) -> Result<WalletAddress, AppError> {
        pool::token(&self.pool)
    }
}

/// Reads the facts for a request.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn read(
    tx: &mut Tx<'_>,
    tranche: &Tranche,
    request: &TransferRequest,
    now: DateTime<Utc>,
) -> Result<TransferFacts, AppError> {
    let sender = request.movement.from().map(|wallet| holder(tx, tranche, wallet)).transpose()?.flatten();
    let receiver = request.movement.to().map(|wallet| holder(tx, tranche, wallet)).transpose()?.flatten();
    let sender_wallet = match request.movement.from() {
        Some(from) => wallet_of(tx, tranche, from)?,
        None => SenderWallet::default(),
    };
    let token_paused = token_paused(tx, tranche)?;
    let partition = rules(tx, tranche)?;
    let pool_cap = match &receiver {
        Some(receiver) => further::pool_cap(tx, tranche, receiver)?,
        None => None,
    };
    let counts = match &receiver {
        Some(receiver) => further::counts(tx, tranche, (sender.as_ref(), receiver))?,
        None => None,
    };
    let protected = partition.limits.cosigned;
    let cosigned_until = if protected { further::cosigned_until(tx, tranche, request)? } else { None };
    Ok(TransferFacts {
        now,
        token_paused,
        partition,
        sender,
        sender_wallet,
        receiver,
        pool_cap,
        counts,
        cosigned_until,
    })
}

/// Whether the whole token is halted.
///
/// # Errors
/// When the database fails or there is no token.
pub fn token_paused(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<bool, AppError> {
    let token = tranche.token()?.to_string();
    let paused = state(tx, (&token, "paused_set"), None)?;
    Ok(matches!(paused, Some(ChainEvent::PausedSet { paused: true })))
}

/// The beneficial owner behind a wallet as the registry on chain and this token know them; none for a stranger.
///
/// # Errors
/// When the database fails.
pub fn holder(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<Option<Holder>, AppError> {
    let known = identity::holder_facts(tx, wallet, tranche.partition.id)?;
    let Some(known) = known else { return Ok(None) };
    let token = tranche.token()?.to_string();
    let frozen = state(tx, (&token, "wallet_frozen_set"), Some(&wallet.to_string()))?;
    let wallet_frozen = matches!(frozen, Some(ChainEvent::WalletFrozenSet { frozen: true, .. }));
    let recovered = state(tx, (&token, "wallet_recovered"), Some(&wallet.to_string()))?.is_some();
    let system = state(tx, (&token, "system_account_set"), Some(&wallet.to_string()))?;
    Ok(Some(Holder {
        frozen: known.frozen || wallet_frozen || recovered,
        system_account: matches!(system, Some(ChainEvent::SystemAccountSet { on: true, .. })),
        ..known
    }))
}

fn wallet_of(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<SenderWallet, AppError> {
    let (token, address) = (tranche.token()?.to_string(), wallet.to_string());
    let partitions = store::pools::partitions_of(tx, tranche.pool.id)?;
    let ids: Vec<_> = partitions.iter().map(|partition| partition.id).collect();
    let frozen = match state(tx, (&token, "units_frozen_set"), Some(&address))? {
        Some(ChainEvent::UnitsFrozenSet { units, .. }) => units,
        _ => 0,
    };
    let held = encumbrance::held(tx, (&token, wallet))?;
    let here = held.iter().filter(|(partition, _)| *partition == tranche.partition.name);
    Ok(SenderWallet {
        balance: Units::try_from(store::projection::units_of(tx, tranche.partition.id, &address)?)?,
        total: Units::try_from(store::holders::units_in_wallet(tx, &ids, &address)?)?,
        held: Units::try_from(here.map(|(_, units)| units).sum::<i64>())?,
        held_total: Units::try_from(held.iter().map(|(_, units)| units).sum::<i64>())?,
        frozen: Units::try_from(frozen)?,
        locked_until: encumbrance::locked_until(tx, (&token, wallet))?,
        scheduled: Units::try_from(further::scheduled(tx, tranche, wallet)?)?,
    })
}

/// Units of the partition that holds keep in a wallet.
///
/// # Errors
/// When the database fails.
pub fn held_units(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<i64, AppError> {
    let held = encumbrance::held(tx, (&tranche.token()?.to_string(), wallet))?;
    let here = held.iter().filter(|(partition, _)| *partition == tranche.partition.name);
    Ok(here.map(|(_, units)| units).sum())
}

/// The rules of a partition and the totals they speak of.
///
/// # Errors
/// When the database fails or a stored value cannot be read.
pub fn rules(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<Rules, AppError> {
    let partition = &tranche.partition;
    let token = tranche.token()?.to_string();
    let asked = (token.as_str(), "partition_paused_set");
    let paused = store::projection::latest_event_of_partition(tx, asked, &partition.name)?.map(read_event);
    let paused = matches!(paused.transpose()?, Some(ChainEvent::PartitionPausedSet { paused: true, .. }));
    let holders = match partition.holder_limit {
        Some(_) => store::holders::count(tx, partition.id)?,
        None => 0,
    };
    Ok(Rules {
        paused,
        countries: serde_json::from_str(&partition.allowed_countries).map_err(AppError::internal)?,
        classes: serde_json::from_str(&partition.allowed_classes).map_err(AppError::internal)?,
        cap: BasisPoints::try_from(partition.cap_bps)?,
        authorised: Units::try_from(partition.authorised_units)?,
        outstanding: Units::try_from(store::projection::outstanding(tx, partition.id)?)?,
        primary_closed: partition.primary_closed,
        locked_until: partition.locked_until_utc(),
        holders,
        holder_limit: partition.holder_limit,
        limits: limits(tx, &token, partition)?,
        release: further::release(tx, &token, partition)?,
    })
}

/// The newest state that a contract set, as the event that set it.
fn state(
    tx: &mut Tx<'_>,
    emitter_and_kind: (&str, &str),
    wallet: Option<&str>,
) -> Result<Option<ChainEvent>, AppError> {
    store::projection::latest_event(tx, emitter_and_kind, wallet)?.map(read_event).transpose()
}

/// A moment of the chain; 0 is none.
fn moment(seconds: u64) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(seconds).ok().filter(|seconds| *seconds != 0)?;
    DateTime::from_timestamp(seconds, 0)
}

fn read_event(row: ChainEventRow) -> Result<ChainEvent, AppError> {
    serde_json::from_str(&row.payload).map_err(AppError::internal)
}

//! All that a verdict depends on, read together from the register and the rules as they stand in one transaction.

use super::identity;
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::rules::{Holder, Limits, Movement, Partition as Rules, SenderWallet};
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
        let missing = || AppError::WrongState {
            what: "the pool",
            state: self.pool.status.to_string(),
            limit: "it needs a token on the chain".to_owned(),
        };
        Ok(self.pool.token_address.as_deref().ok_or_else(missing)?.parse()?)
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
    let token = tranche.token()?.to_string();
    let sender = request.movement.from().map(|wallet| holder(tx, tranche, wallet)).transpose()?.flatten();
    let receiver = request.movement.to().map(|wallet| holder(tx, tranche, wallet)).transpose()?.flatten();
    let sender_wallet = match request.movement {
        Movement::Issue { .. } => SenderWallet::default(),
        Movement::Transfer { from, .. } | Movement::Redeem { from } => wallet_of(tx, tranche, from)?,
    };
    let paused = state(tx, (&token, "paused_set"), None)?;
    let token_paused = matches!(paused, Some(ChainEvent::PausedSet { paused: true }));
    Ok(TransferFacts { now, token_paused, partition: rules(tx, tranche)?, sender, sender_wallet, receiver })
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
    Ok(Some(Holder { frozen: known.frozen || wallet_frozen, ..known }))
}

fn wallet_of(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<SenderWallet, AppError> {
    let (token, address) = (tranche.token()?.to_string(), wallet.to_string());
    let partitions = store::pools::partitions_of(tx, tranche.pool.id)?;
    let ids: Vec<_> = partitions.iter().map(|partition| partition.id).collect();
    let frozen = match state(tx, (&token, "units_frozen_set"), Some(&address))? {
        Some(ChainEvent::UnitsFrozenSet { units, .. }) => units,
        _ => 0,
    };
    Ok(SenderWallet {
        balance: Units::try_from(store::projection::units_of(tx, tranche.partition.id, &address)?)?,
        total: Units::try_from(store::holders::units_in_wallet(tx, &ids, &address)?)?,
        frozen: Units::try_from(frozen)?,
    })
}

fn rules(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<Rules, AppError> {
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
    })
}

/// The further rules as the chain was last told.
fn limits(tx: &mut Tx<'_>, token: &str, partition: &Partition) -> Result<Limits, AppError> {
    let set = store::projection::latest_event_of_partition(tx, (token, "limits_set"), &partition.name)?;
    let Some(ChainEvent::LimitsSet {
        max_holding, min_holding, transfer_limit, sale_opens, sale_closes, ..
    }) = set.map(read_event).transpose()?
    else {
        return Ok(Limits::default());
    };
    let units = |units: i64| (units != 0).then_some(units);
    let moment = |seconds: u64| i64::try_from(seconds).ok().filter(|seconds| *seconds != 0);
    let moment = |seconds: u64| moment(seconds).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    Ok(Limits {
        max_holding: units(max_holding),
        min_holding: units(min_holding),
        transfer_limit: units(transfer_limit),
        sale_opens: moment(sale_opens),
        sale_closes: moment(sale_closes),
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

fn read_event(row: ChainEventRow) -> Result<ChainEvent, AppError> {
    serde_json::from_str(&row.payload).map_err(AppError::internal)
}

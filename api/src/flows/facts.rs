//! All that a verdict depends on, read together from the register and the rules as they stand in one transaction.

use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::rules::{Holder, Movement, Partition as Rules, SenderWallet};
use compliance::{TransferFacts, TransferRequest};
use domain::party::{InvestorStatus, WalletAddress};
use domain::{BasisPoints, Units};
use store::Tx;
use store::pools::{Partition, Pool};
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

/// The beneficial owner behind a wallet as the registry on chain knows them; none for a stranger.
///
/// # Errors
/// When the database fails.
pub fn holder(tx: &mut Tx<'_>, tranche: &Tranche, wallet: WalletAddress) -> Result<Option<Holder>, AppError> {
    let known = store::investors::wallet(tx, wallet)?.filter(|known| known.registered);
    let Some(known) = known else { return Ok(None) };
    let investor = store::investors::find(tx, known.investor_id)?;
    let Some(investor) = investor else { return Ok(None) };
    let Some(valid_until) = investor.valid_until else { return Ok(None) };
    let token = tranche.token()?.to_string();
    let frozen = state(tx, (&token, "wallet_frozen_set"), Some(&wallet.to_string()))?;
    let wallet_frozen = matches!(frozen, Some(ChainEvent::WalletFrozenSet { frozen: true, .. }));
    let wallets = store::investors::wallets_of(tx, investor.id)?;
    let units = store::holders::units_of_investor(tx, tranche.partition.id, investor.id)?;
    Ok(Some(Holder {
        identity: investor.identity_number.unsigned_abs(),
        country: investor.country,
        class: investor.investor_class,
        valid_until: valid_until.and_utc(),
        frozen: wallet_frozen || investor.status == InvestorStatus::Frozen,
        wallets: wallets.into_iter().filter(|one| one.registered).map(|one| one.address).collect(),
        units: Units::try_from(units)?,
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
    Ok(SenderWallet {
        balance: Units::try_from(store::projection::units_of(tx, tranche.partition.id, &address)?)?,
        total: Units::try_from(store::holders::units_in_wallet(tx, &ids, &address)?)?,
        frozen: Units::try_from(frozen)?,
    })
}

fn rules(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<Rules, AppError> {
    let partition = &tranche.partition;
    let token = tranche.token()?.to_string();
    let paused = store::projection::latest_event(tx, (&token, "partition_paused_set"), None)?;
    let paused =
        paused.map(|event| serde_json::from_str(&event.payload)).transpose().map_err(AppError::internal)?;
    let named = partition.name.clone();
    // Only the last one is looked at here: a token has few partitions and is rarely paused in parts.
    let paused = matches!(&paused, Some(ChainEvent::PartitionPausedSet { partition, paused: true }) if *partition == named);
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
    })
}

/// The newest state that a contract set, as the event that set it.
fn state(
    tx: &mut Tx<'_>,
    emitter_and_kind: (&str, &str),
    wallet: Option<&str>,
) -> Result<Option<ChainEvent>, AppError> {
    let event = store::projection::latest_event(tx, emitter_and_kind, wallet)?;
    event.map(|event| serde_json::from_str(&event.payload)).transpose().map_err(AppError::internal)
}

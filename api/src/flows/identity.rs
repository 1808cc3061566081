//! Identities on chain: who the registry knows, what it is told, and what follows from its events.

use super::install::installed;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::outbox::Intent;
use chrono::{DateTime, Utc};
use compliance::rules::Holder;
use domain::Units;
use domain::ids::PartitionId;
use domain::party::WalletAddress;
use sha2::{Digest, Sha256};
use store::Tx;
use store::identities::IdentityChange;
use store::investors::{Investor, Wallet};
use store::projection::ChainEventRow;
use tokenizer::chain::calls::{self, Registration};
use tokenizer::chain::{ChainCall, ChainEvent};

/// The kind of a call that puts a wallet on the registry.
pub const REGISTER: &str = "identity.register";
/// The kind of a call that changes until when an identity is approved.
pub const RENEW: &str = "identity.renew";
/// The kind of a call that freezes or unfreezes an identity.
pub const FREEZE: &str = "identity.freeze";
/// The kind of a call that gives a managed wallet its first fees.
pub const FUND: &str = "wallet.fund";
/// What a managed wallet gets for fees, in wei: a tenth, some hundred transfers at 5 gwei.
pub const FEES_WEI: u128 = 100_000_000_000_000_000;

/// The beneficial owner behind a wallet as the registry on chain knows them, with the units of a partition over all
/// their wallets. None for a wallet that was never registered; a wallet that was taken out of use is not among
/// [`Holder::wallets`]. What one token says of the wallet, as a freeze, is not looked at here.
///
/// # Errors
/// When the database fails.
pub fn holder_facts(
    tx: &mut Tx<'_>,
    wallet: WalletAddress,
    partition: PartitionId,
) -> Result<Option<Holder>, AppError> {
    let Some(identity) = store::identities::of_wallet(tx, wallet)? else { return Ok(None) };
    let units = Units::try_from(store::identities::units_of(tx, &identity, partition)?)?;
    Ok(Some(Holder {
        identity: number(identity.number)?,
        country: identity.country,
        class: identity.class,
        valid_until: identity.valid_until,
        frozen: identity.frozen,
        system_account: false,
        wallets: identity.wallets,
        units,
    }))
}

fn number(identity_number: i64) -> Result<u64, AppError> {
    u64::try_from(identity_number).map_err(|_| AppError::internal("an identity number below zero"))
}

/// Writes the calls that put an approved investor's wallets on the registry, each wallet once, and gives the managed
/// one its fees.
///
/// # Errors
/// When the installation is not finished or the database fails.
pub fn register_wallets(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    valid_until: DateTime<Utc>,
) -> Result<(), AppError> {
    let registry = installed(act.tx)?.identity_registry;
    let wallets = store::recoveries::wallets_in_use(act.tx, investor.id)?;
    let Some(first) = wallets.first() else { return Ok(()) };
    let key = format!("identity/{}", investor.id);
    let registration = Registration {
        wallet: first.address,
        identity: number(investor.identity_number)?,
        country: investor.country,
        class: investor.investor_class,
        valid_until,
    };
    let call = calls::register(registry, Sha256::digest(&key).into(), &[registration]);
    tell(app, act, investor, REGISTER, (key, call.map_err(AppError::internal)?))?;
    for added in wallets.iter().skip(1) {
        let call = calls::add_wallet(registry, first.address, added.address);
        tell(app, act, investor, REGISTER, (format!("wallet/{}", added.address), call))?;
    }
    for wallet in wallets.iter().filter(|wallet| wallet.managed) {
        let call = calls::fund(wallet.address, FEES_WEI);
        tell(app, act, investor, FUND, (format!("fees/{}", wallet.address), call))?;
    }
    Ok(())
}

/// Writes the call that changes until when an identity is approved.
///
/// # Errors
/// As [`register_wallets`].
pub fn renew(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    valid_until: DateTime<Utc>,
) -> Result<(), AppError> {
    let registry = installed(act.tx)?.identity_registry;
    let Some(wallet) = first_wallet(act.tx, investor)? else { return Ok(()) };
    let key = format!("renewal/{}", act.id::<uuid::Uuid>());
    tell(app, act, investor, RENEW, (key, calls::set_valid_until(registry, wallet.address, valid_until)))
}

/// Writes the call that freezes or unfreezes an identity in every token.
///
/// # Errors
/// As [`register_wallets`].
pub fn set_frozen(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    frozen: bool,
) -> Result<(), AppError> {
    let registry = installed(act.tx)?.identity_registry;
    let Some(wallet) = first_wallet(act.tx, investor)? else { return Ok(()) };
    let key = format!("freeze/{}", act.id::<uuid::Uuid>());
    tell(app, act, investor, FREEZE, (key, calls::set_identity_frozen(registry, wallet.address, frozen)))
}

fn first_wallet(tx: &mut Tx<'_>, investor: &Investor) -> Result<Option<Wallet>, AppError> {
    Ok(store::investors::wallets_of(tx, investor.id)?.into_iter().next())
}

fn tell(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    kind: &str,
    (operation_key, call): (String, ChainCall),
) -> Result<(), AppError> {
    let subject = investor.id.to_string();
    act.call_chain(&Intent { operation_key, kind, subject, signer: app.platform()?, call })?;
    Ok(())
}

/// Lets our rows follow an event of the registry.
///
/// # Errors
/// When the database fails.
pub fn heard(act: &mut Act<'_, '_>, row: &ChainEventRow, event: &ChainEvent) -> Result<(), AppError> {
    let Some(change) = change(row, event)? else { return Ok(()) };
    if let Some(wallet) = &change.wallet {
        store::investors::set_registered(act.tx, wallet.parse()?, !change.removed)?;
    }
    Ok(store::identities::record(act.tx, change)?)
}

/// Takes back what [`heard`] changed.
///
/// # Errors
/// When the database fails.
pub fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    let event = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    let Some(change) = change(row, &event)? else { return Ok(()) };
    if let Some(wallet) = &change.wallet {
        store::investors::set_registered(act.tx, wallet.parse()?, change.removed)?;
    }
    Ok(store::identities::take_back(act.tx, row.block, row.log_index)?)
}

/// What an event says of an identity; none for events of other matters.
fn change(row: &ChainEventRow, event: &ChainEvent) -> Result<Option<IdentityChange>, AppError> {
    let about = |identity: u64| -> Result<IdentityChange, AppError> {
        let identity_number = i64::try_from(identity).map_err(AppError::internal)?;
        let (block, log_index) = (row.block, row.log_index);
        Ok(IdentityChange { block, log_index, identity_number, ..IdentityChange::default() })
    };
    Ok(Some(match event {
        ChainEvent::WalletRegistered { wallet, identity, country, investor_class, valid_until } => {
            IdentityChange {
                wallet: Some(wallet.to_string()),
                country: Some(country.to_string()),
                investor_class: Some(investor_class.to_string()),
                valid_until: Some(moment(*valid_until)?),
                ..about(*identity)?
            }
        }
        ChainEvent::WalletRemoved { wallet, identity } => {
            IdentityChange { wallet: Some(wallet.to_string()), removed: true, ..about(*identity)? }
        }
        ChainEvent::ProfileSet { identity, country, investor_class } => IdentityChange {
            country: Some(country.to_string()),
            investor_class: Some(investor_class.to_string()),
            ..about(*identity)?
        },
        ChainEvent::ValidUntilSet { identity, valid_until } => {
            IdentityChange { valid_until: Some(moment(*valid_until)?), ..about(*identity)? }
        }
        ChainEvent::IdentityFrozenSet { identity, frozen } => {
            IdentityChange { frozen: Some(*frozen), ..about(*identity)? }
        }
        _ => return Ok(None),
    }))
}

/// Seconds of the chain as the rows keep them; 40 bits stay within the calendar.
fn moment(seconds: u64) -> Result<chrono::NaiveDateTime, AppError> {
    let seconds = i64::try_from(seconds).map_err(AppError::internal)?;
    let at = DateTime::from_timestamp(seconds, 0);
    at.map(store::identities::at).ok_or_else(|| AppError::internal("an approval beyond the calendar"))
}

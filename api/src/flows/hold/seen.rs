//! Holds as somebody sees them: which, where they stand, and by which wallet the reader decides about them.

use super::READERS;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::subscribe::own_investor;
use chrono::{DateTime, Utc};
use domain::ids::HoldId;
use domain::party::{Role, WalletAddress};
use domain::status::{CallStatus, HoldStatus};
use store::Tx;
use store::holds::{Filter, Hold};

/// A hold as somebody sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The hold.
    pub hold: Hold,
    /// Where it stands.
    pub status: HoldStatus,
    /// Its partition.
    pub tranche: Tranche,
    /// Whose units they are now, when the wallet was lost.
    pub replaced_by: Option<WalletAddress>,
    /// The reader's own wallet by which they decide.
    pub own_wallet: Option<WalletAddress>,
    /// Whether the platform decides, by its officer.
    pub officer_decides: bool,
    /// Whether the reader may have it executed.
    pub may_execute: bool,
    /// Whether the reader may have it released.
    pub may_release: bool,
}

/// Where a hold stands.
///
/// # Errors
/// When the database fails.
pub fn status(tx: &mut Tx<'_>, hold: &Hold, now: DateTime<Utc>) -> Result<HoldStatus, AppError> {
    if !hold.placed {
        let refused = store::outbox::refused_about(tx, &hold.id.to_string())?;
        return Ok(if refused.is_empty() { HoldStatus::Ordered } else { HoldStatus::Refused });
    }
    Ok(match (hold.kept(), hold.executed_units) {
        (0, 0) => HoldStatus::Released,
        (0, _) => HoldStatus::Executed,
        _ if now >= hold.expires_at.and_utc() => HoldStatus::Expired,
        _ => HoldStatus::Held,
    })
}

/// Which holds somebody sees: investors those of their own wallets, issuers those of their pools, officers all.
fn visible(tx: &mut Tx<'_>, by: &Actor) -> Result<Filter, AppError> {
    by.must_be(READERS)?;
    match by {
        Actor::Person { role: Role::Investor, .. } => {
            let investor = own_investor(tx, by)?;
            let wallets = store::investors::wallets_of(tx, investor.id)?;
            let wallets = wallets.into_iter().map(|wallet| wallet.address.to_string()).collect();
            Ok(Filter { wallets: Some(wallets), ..Filter::default() })
        }
        Actor::Person { role: Role::Issuer, .. } => {
            Ok(Filter { issuer: Some(by.issuer()?), ..Filter::default() })
        }
        _ => Ok(Filter::default()),
    }
}

/// A hold that somebody may see, with its partition.
pub(super) fn open(tx: &mut Tx<'_>, by: &Actor, id: HoldId) -> Result<(Hold, Tranche), AppError> {
    let filter = visible(tx, by)?;
    let missing = || AppError::not_found("hold", id);
    let hold = store::holds::find(tx, id)?.ok_or_else(missing)?;
    let tranche = Tranche::find(tx, hold.partition_id)?;
    let ends =
        [Some(hold.holder_wallet.to_string()), hold.recipient_wallet.clone(), hold.notary_wallet.clone()];
    let mine = |own: &Vec<String>| ends.iter().flatten().any(|end| own.contains(end));
    let theirs = filter.wallets.as_ref().is_none_or(mine)
        && filter.issuer.is_none_or(|issuer| issuer == tranche.pool.issuer_id);
    if theirs { Ok((hold, tranche)) } else { Err(missing()) }
}

/// A hold as somebody sees it.
///
/// # Errors
/// [`AppError::NotFound`], also when it is between others.
pub fn find(app: &App, tx: &mut Tx<'_>, by: &Actor, id: HoldId) -> Result<Seen, AppError> {
    let (hold, _) = open(tx, by, id)?;
    see(app, tx, by, hold)
}

/// A page of holds, newest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    app: &App,
    tx: &mut Tx<'_>,
    by: &Actor,
    (before, rows): (Option<HoldId>, i64),
) -> Result<Vec<Seen>, AppError> {
    let filter = visible(tx, by)?;
    let found = store::holds::page(tx, &filter, before, rows)?;
    found.into_iter().map(|hold| see(app, tx, by, hold)).collect()
}

fn see(app: &App, tx: &mut Tx<'_>, by: &Actor, hold: Hold) -> Result<Seen, AppError> {
    let (platform, now) = (app.platform()?, app.clock.now());
    let status = status(tx, &hold, now)?;
    let held = status == HoldStatus::Held && !is_moving(tx, hold.id)?;
    let releaser = releaser(tx, by, &hold, platform)?;
    Ok(Seen {
        status,
        tranche: Tranche::find(tx, hold.partition_id)?,
        replaced_by: store::recoveries::replacement_of(tx, &hold.holder_wallet.to_string())?,
        officer_decides: hold.notary_wallet.as_deref() == Some(&platform.to_string()),
        may_execute: held && notary(tx, by, &hold, platform)?.is_some(),
        may_release: held && releaser.is_some(),
        own_wallet: releaser.filter(|wallet| *wallet != platform),
        hold,
    })
}

/// The wallet by which somebody is the notary of a hold; the officer is by the platform's.
pub(super) fn notary(
    tx: &mut Tx<'_>,
    by: &Actor,
    hold: &Hold,
    platform: WalletAddress,
) -> Result<Option<WalletAddress>, AppError> {
    if by.must_be(&[Role::Compliance]).is_ok() {
        let ours = hold.notary_wallet.as_deref() == Some(&platform.to_string());
        return Ok(ours.then_some(platform));
    }
    own_among(tx, by, &[&hold.notary_wallet])
}

/// The wallet by which somebody may free what a hold keeps.
pub(super) fn releaser(
    tx: &mut Tx<'_>,
    by: &Actor,
    hold: &Hold,
    platform: WalletAddress,
) -> Result<Option<WalletAddress>, AppError> {
    if by.must_be(&[Role::Compliance]).is_ok() {
        return Ok(Some(platform));
    }
    own_among(tx, by, &[&hold.notary_wallet, &hold.recipient_wallet])
}

/// The investor's own wallet among some, or the one in its place.
fn own_among(
    tx: &mut Tx<'_>,
    by: &Actor,
    wallets: &[&Option<String>],
) -> Result<Option<WalletAddress>, AppError> {
    if by.must_be(&[Role::Investor]).is_err() {
        return Ok(None);
    }
    let investor = own_investor(tx, by)?;
    for wallet in wallets.iter().filter_map(|wallet| wallet.as_deref()) {
        let now = store::recoveries::replacement_of(tx, wallet)?.map_or(wallet.parse(), Ok)?;
        let known = store::investors::wallet(tx, now)?;
        if known.is_some_and(|known| known.investor_id == investor.id) {
            return Ok(Some(now));
        }
    }
    Ok(None)
}

/// Whether a call about a hold is on its way.
pub(super) fn is_moving(tx: &mut Tx<'_>, id: HoldId) -> Result<bool, AppError> {
    let calls = store::outbox::about(tx, &id.to_string())?;
    Ok(calls.iter().any(|call| matches!(call.status, CallStatus::Queued | CallStatus::Submitted)))
}

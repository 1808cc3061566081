//! The platform vouches for an investor itself: a credential bound to a wallet, on a status list at a public address,
//! revocable and renewable, signed by keys that rotate.

use super::onboard;
use super::site::{Site, current_key, unsigned};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use compliance::credential::{
    Format, LIST_ENTRIES, NewCredential, NewStatusList, StatusEntry, StatusList, issue, issue_status_list,
};
use domain::ids::{InvestorId, IssuedCredentialId};
use domain::party::{InvestorStatus, Role, WalletAddress};
use serde_json::Value;
use store::Tx;
use store::investors::{Investor, Wallet};
use store::issued_credentials::IssuedCredential;

/// The type of the credential.
pub const VERIFIED_INVESTOR: &str = "VerifiedInvestorCredential";
/// The path of the status lists, followed by a number.
pub const LISTS_PATH: &str = "/credentials/status";
/// How long a published list holds; who verifies fetches a new one before.
const LIST_LIFE: TimeDelta = TimeDelta::hours(24);
/// Credentials of one list: half of its places, so that a free one is found in two draws.
const PER_LIST: i64 = LIST_ENTRIES as i64 / 2;
/// Draws for a place before giving up: with half of the places free, never reached by chance.
const MAX_DRAWS: usize = 128;
/// Who reads every credential.
const READERS: &[Role] = &[Role::Compliance, Role::Regulator, Role::Operator];

impl Site {
    fn list(&self, number: i64) -> String {
        format!("{}{LISTS_PATH}/{number}", self.url)
    }
}

/// Issues a credential for a wallet of an approved investor: to themselves, or by the officer.
///
/// # Errors
/// [`AppError::WrongState`] unless investor, wallet and public address are ready, and where one is in force;
/// [`AppError::NotFound`] also for somebody else's wallet.
pub fn obtain(app: &App, command: &Command, wallet: WalletAddress) -> Result<IssuedCredentialId, AppError> {
    command.by.must_be(&[Role::Investor, Role::Compliance])?;
    app.execute(command, &("credential.obtain", wallet), |act| {
        let found = store::investors::wallet(act.tx, wallet)?;
        let found = found.ok_or_else(|| AppError::not_found("wallet", wallet))?;
        let investor =
            theirs(act.tx, &command.by, found.investor_id, || AppError::not_found("wallet", wallet))?;
        if store::issued_credentials::in_force(act.tx, wallet, act.now)?.is_some() {
            let (state, limit) = ("in force".to_owned(), "renew it instead".to_owned());
            return Err(AppError::WrongState { what: "credential", state, limit });
        }
        vouch(app, act, (&investor, &found), None)
    })
}

/// Issues a credential in the place of another, which is taken back.
///
/// # Errors
/// As [`obtain`]; [`AppError::WrongState`] for one that is revoked or was renewed before.
pub fn renew(app: &App, command: &Command, id: IssuedCredentialId) -> Result<IssuedCredentialId, AppError> {
    command.by.must_be(&[Role::Investor, Role::Compliance])?;
    app.execute(command, &("credential.renew", id), |act| {
        let old = find(act.tx, id)?;
        let missing = || AppError::not_found("credential", id);
        let investor = theirs(act.tx, &command.by, old.investor_id, missing)?;
        let wallet = store::investors::wallet(act.tx, old.wallet)?;
        let wallet = wallet.ok_or_else(|| AppError::internal("a credential of no wallet"))?;
        take_back(act, id)?;
        vouch(app, act, (&investor, &wallet), Some(id))
    })
}

/// Takes a credential back: from now on its status list says so.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::WrongState`] for one that is revoked.
pub fn revoke(app: &App, command: &Command, id: IssuedCredentialId) -> Result<(), AppError> {
    command.by.must_be(&[Role::Compliance])?;
    app.execute(command, &("credential.revoke", id), |act| {
        let credential = find(act.tx, id)?;
        take_back(act, id)?;
        let detail = serde_json::json!({ "investor": credential.investor_id, "wallet": credential.wallet });
        act.audit("credential.revoked", id, &detail)
    })
}

/// Takes back everything of somebody who is frozen or rejected.
///
/// # Errors
/// When the database fails.
pub(super) fn revoke_all(act: &mut Act<'_, '_>, investor: InvestorId) -> Result<(), AppError> {
    let count = store::issued_credentials::revoke_all(act.tx, investor, act.now)?;
    if count == 0 {
        return Ok(());
    }
    act.audit("credential.all_revoked", investor, &serde_json::json!({ "count": count }))
}

/// Lets a new key sign from now on. What older keys signed still verifies: they stay in the public document.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the operator.
pub fn rotate_key(app: &App, command: &Command) -> Result<i64, AppError> {
    command.by.must_be(&[Role::Operator])?;
    app.execute(command, &"credential.rotate_key", |act| {
        let newest = current_key(act)?;
        store::issued_credentials::add_key(act.tx, newest + 1, act.now)?;
        act.audit("credential_key.rotated", newest + 1, &serde_json::json!({ "from": newest }))?;
        Ok(newest + 1)
    })
}

/// A page of credentials, oldest first: the officers and the regulator see all, investors their own.
///
/// # Errors
/// [`AppError::Forbidden`] for issuers; [`AppError::NotFound`] for investors before the profile is there.
pub fn issued(
    app: &App,
    by: &Actor,
    (after, rows): (Option<IssuedCredentialId>, i64),
) -> Result<Vec<IssuedCredential>, AppError> {
    let all = by.must_be(READERS).is_ok();
    app.ask(|tx| {
        let own = if all { None } else { Some(onboard::own(tx, by)?.id) };
        Ok(store::issued_credentials::page(tx, own, after, rows)?)
    })
}

/// A credential of the investor who asks, with its text.
///
/// # Errors
/// [`AppError::NotFound`] also for somebody else's.
pub fn own(app: &App, by: &Actor, id: IssuedCredentialId) -> Result<IssuedCredential, AppError> {
    app.ask(|tx| {
        let investor = onboard::own(tx, by)?;
        let credential = store::issued_credentials::find(tx, id)?;
        let credential = credential.filter(|credential| credential.investor_id == investor.id);
        credential.ok_or_else(|| AppError::not_found("credential", id))
    })
}

/// The public document of the platform's name, with every key that signs or has signed.
///
/// # Errors
/// [`AppError::WrongState`] without a public address.
pub fn did_document(app: &App) -> Result<Value, AppError> {
    let (site, numbers) = app.ask(|tx| Ok((Site::of(tx)?, store::issued_credentials::keys(tx)?)))?;
    let keys = numbers.into_iter().map(|number| site.key(app, number)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<_> = keys.iter().collect();
    Ok(compliance::credential::did_document(&site.did, &keys))
}

/// A status list as it is published now, signed by the newest key.
///
/// # Errors
/// [`AppError::NotFound`] for a list that does not exist yet; [`AppError::WrongState`] without a public address.
pub fn status_list(app: &App, number: i64) -> Result<String, AppError> {
    let now = app.clock.now().trunc_subsecs(0);
    let (site, key, revoked) = app.ask(|tx| {
        let site = Site::of(tx)?;
        let newest = store::issued_credentials::keys(tx)?.first().copied();
        let last = list_of(store::issued_credentials::count(tx)?.saturating_sub(1));
        let exists = (1..=last).contains(&number);
        let newest = newest.filter(|_| exists).ok_or_else(|| AppError::not_found("status list", number))?;
        Ok((site, newest, store::issued_credentials::revoked_on(tx, number)?))
    })?;
    let list = StatusList::of_revoked(revoked.into_iter().filter_map(|index| u32::try_from(index).ok()));
    let new =
        NewStatusList { url: &site.list(number), list: &list, valid_from: now, valid_until: now + LIST_LIFE };
    issue_status_list(&site.key(app, key)?, Format::VcJose, &new).map_err(unsigned)
}

/// The list of the credential with this many before it.
const fn list_of(before: i64) -> i64 {
    before.div_euclid(PER_LIST) + 1
}

fn find(tx: &mut Tx<'_>, id: IssuedCredentialId) -> Result<IssuedCredential, AppError> {
    store::issued_credentials::find(tx, id)?.ok_or_else(|| AppError::not_found("credential", id))
}

/// The investor, when the caller is the officer or the investor themselves.
fn theirs(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InvestorId,
    missing: impl Fn() -> AppError,
) -> Result<Investor, AppError> {
    let investor = store::investors::find(tx, id)?.ok_or_else(&missing)?;
    let own = by.must_be(&[Role::Investor]).ok().flatten();
    if own.is_some_and(|user| user != investor.user_id) { Err(missing()) } else { Ok(investor) }
}

fn take_back(act: &mut Act<'_, '_>, id: IssuedCredentialId) -> Result<(), AppError> {
    if store::issued_credentials::revoke(act.tx, id, act.now)? {
        return Ok(());
    }
    let (state, limit) = ("revoked".to_owned(), "a credential is taken back once".to_owned());
    Err(AppError::WrongState { what: "credential", state, limit })
}

/// A place on the current list that nobody has, drawn by chance: it does not tell the order of issue.
fn place(act: &mut Act<'_, '_>) -> Result<(i64, u32), AppError> {
    let list = list_of(store::issued_credentials::count(act.tx)?);
    for _ in 0..MAX_DRAWS {
        let index = u32::from_be_bytes(act.chance.bytes::<4>()) % LIST_ENTRIES;
        if !store::issued_credentials::is_taken(act.tx, (list, i64::from(index)))? {
            return Ok((list, index));
        }
    }
    Err(AppError::internal("no free place on the status list was drawn"))
}

/// Until when the investor may hold, when nothing is against a credential.
fn may_hold(investor: &Investor, wallet: &Wallet, now: DateTime<Utc>) -> Result<DateTime<Utc>, AppError> {
    let wrong =
        |what, state: String, limit: &str| AppError::WrongState { what, state, limit: limit.to_owned() };
    if !wallet.registered {
        return Err(wrong("wallet", "not registered".to_owned(), "the registry on chain must know it"));
    }
    let until = investor.valid_until.filter(|_| investor.status == InvestorStatus::Approved);
    let until = until.ok_or_else(|| wrong("investor", investor.status.to_string(), "it must be approved"))?;
    if until.and_utc() <= now {
        return Err(wrong("approval", "expired".to_owned(), "present a new credential first"));
    }
    Ok(until.and_utc())
}

fn vouch(
    app: &App,
    act: &mut Act<'_, '_>,
    (investor, wallet): (&Investor, &Wallet),
    renews: Option<IssuedCredentialId>,
) -> Result<IssuedCredentialId, AppError> {
    let valid_until = may_hold(investor, wallet, act.now)?;
    let (site, key_number) = (Site::of(act.tx)?, current_key(act)?);
    let (list, index) = place(act)?;
    let (id, valid_from): (IssuedCredentialId, _) = (act.id(), act.now.trunc_subsecs(0));
    let credential = NewCredential {
        id: format!("urn:uuid:{id}"),
        types: vec![VERIFIED_INVESTOR.to_owned()],
        subject: format!("did:pkh:eip155:{}:{}", app.chain.chain_id(), wallet.address),
        name: None,
        date_of_birth: None,
        country: Some(investor.country),
        investor_class: Some(investor.investor_class),
        wallet: Some(wallet.address),
        valid_from,
        valid_until,
        status: Some(StatusEntry { list: site.list(list), index }),
    };
    let content = issue(&site.key(app, key_number)?, Format::VcJose, &credential).map_err(unsigned)?;
    let row = IssuedCredential {
        id,
        investor_id: investor.id,
        wallet: wallet.address,
        key_number,
        status_list: list,
        status_index: i64::from(index),
        content,
        issued_at: store::screening::at(act.now),
        valid_until: store::screening::at(valid_until),
        renews: renews.map(|renews| renews.to_string()),
        revoked_at: None,
    };
    store::issued_credentials::add(act.tx, row)?;
    let detail = serde_json::json!({
        "investor": investor.id, "wallet": wallet.address, "valid_until": valid_until, "renews": renews,
    });
    act.audit("credential.issued", id, &detail)?;
    Ok(id)
}

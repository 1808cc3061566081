//! Many wallets are frozen or freed in one token under one operation: all of a list, or those of it that can be.

use super::allocate::own_pool;
use super::{action, pool};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::Intent;
use domain::ids::{FreezeId, PoolId};
use domain::party::{Role, WalletAddress};
use domain::status::ActionStatus;
use domain::{Invalid, Invalids, text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use store::Tx;
use store::wallet_freezes::WalletFreeze;
use tokenizer::chain::{ChainEvent, calls};

/// The kind of the calls that freeze or free.
const FREEZE: &str = "wallets.freeze";
/// The most wallets of one list: ten calls of what fits one transaction.
pub const MAX_WALLETS: usize = 10 * calls::MAX_BATCH;
/// Findings that a refused list names; the rest of a list this wrong is not read by anybody.
const MAX_FINDINGS: usize = 50;
/// Who sees freezes.
pub const READERS: &[Role] = &[Role::Compliance, Role::Regulator, Role::Operator, Role::Issuer];

/// What becomes of a list in which a line cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Unfit {
    /// Nothing of the list is done.
    RefusesAll,
    /// The line is left out, and the answer names it.
    IsLeftOut,
}

/// What is ordered.
#[derive(Debug, Clone, Serialize)]
pub struct NewFreeze {
    /// In the token of which pool.
    pub pool_id: PoolId,
    /// The wallets as they were written, each with its line.
    pub wallets: Vec<(usize, String)>,
    /// Whether they are frozen, or freed.
    pub frozen: bool,
    /// What a line does that cannot be done.
    pub unfit: Unfit,
    /// Why, in the officer's words.
    pub reason: String,
}

/// A line that is left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its place in the list, counted from 1.
    pub line: usize,
    /// What was written, where it is an address; anything else may be somebody's name, and is not kept.
    pub value: String,
    /// What would have been accepted.
    pub reason: String,
}

/// What a freeze does, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Frozen {
    /// The freeze.
    pub freeze_id: FreezeId,
    /// Whether the wallets are frozen, or freed.
    pub frozen: bool,
    /// The wallets.
    pub wallets: Vec<WalletAddress>,
    /// What of the list is left out.
    pub left_out: Vec<LeftOut>,
}

/// The lines of a list of wallets: one a line, in the first column of a CSV file, below a heading or without one.
#[must_use]
pub fn lines(list: &str) -> Vec<(usize, String)> {
    let cell = |line: &str| {
        let first = line.split([',', ';', '\t']).next().unwrap_or_default();
        first.trim().trim_start_matches('\u{feff}').trim_matches('"').trim().to_owned()
    };
    let numbered = (1..).zip(list.lines().map(cell));
    let heading = |(place, cell): &(usize, String)| *place == 1 && cell.eq_ignore_ascii_case("wallet");
    numbered.filter(|line| !line.1.is_empty() && !heading(line)).collect()
}

/// Freezes or frees the wallets of a list.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::Invalid`] for an empty list, one beyond
/// [`MAX_WALLETS`], one in which nothing can be done, or one with an unfit line that refuses all;
/// [`AppError::WrongState`] for a pool without a token.
pub fn freeze(app: &App, command: &Command, new: &NewFreeze) -> Result<Frozen, AppError> {
    let officer = command.by.must_be(&[Role::Compliance])?;
    let reason = text::bounded("reason", &new.reason, text::MAX_NOTE)?;
    if new.wallets.is_empty() || new.wallets.len() > MAX_WALLETS {
        let limit = format!("from 1 to {MAX_WALLETS} wallets");
        return Err(Invalid::new("wallets", new.wallets.len(), limit).into());
    }
    app.execute(command, new, |act| {
        let token = token_of(act.tx, new.pool_id)?;
        let already = frozen_wallets(act.tx, token)?;
        let (mut wallets, mut left_out) = (Vec::new(), Vec::new());
        for (line, written) in &new.wallets {
            match fit(act.tx, written, (&wallets, &already), new.frozen)? {
                Ok(wallet) => wallets.push(wallet),
                Err(reason) => {
                    left_out.push(LeftOut { line: *line, value: written.clone(), reason: reason.to_owned() });
                }
            }
        }
        if wallets.is_empty() || (new.unfit == Unfit::RefusesAll && !left_out.is_empty()) {
            return Err(refused(&left_out).into());
        }
        for left in &mut left_out {
            if left.value.parse::<WalletAddress>().is_err() {
                left.value.clear();
            }
        }
        let id: FreezeId = act.id();
        store::wallet_freezes::add(
            act.tx,
            WalletFreeze {
                id,
                pool_id: new.pool_id,
                frozen: new.frozen,
                reason: reason.clone(),
                wallets: serde_json::to_string(&wallets).map_err(AppError::internal)?,
                left_out: serde_json::to_string(&left_out).map_err(AppError::internal)?,
                requested_by: officer.map(|officer| officer.to_string()),
                created_at: store::screening::at(act.now),
            },
        )?;
        write_calls(app, act, (id, token), (&wallets, new.frozen))?;
        let action = if new.frozen { "wallets.frozen" } else { "wallets.unfrozen" };
        let detail = serde_json::json!({
            "pool": new.pool_id, "wallets": wallets, "left_out": left_out, "reason": reason,
        });
        act.audit(action, id, &detail)?;
        Ok(Frozen { freeze_id: id, frozen: new.frozen, wallets, left_out })
    })
}

/// The wallet of a line, or why it cannot be done.
fn fit(
    tx: &mut Tx<'_>,
    written: &str,
    (before, already): (&[WalletAddress], &BTreeSet<String>),
    frozen: bool,
) -> Result<Result<WalletAddress, &'static str>, AppError> {
    let Ok(wallet) = written.parse::<WalletAddress>() else {
        return Ok(Err("0x and 40 hexadecimal digits with a valid EIP-55 checksum"));
    };
    if before.contains(&wallet) {
        return Ok(Err("a wallet that is not on the list before"));
    }
    if store::identities::of_wallet(tx, wallet)?.is_none() {
        return Ok(Err("a wallet that the registry knows"));
    }
    if store::recoveries::of_lost(tx, &wallet.to_string())?.is_some() {
        return Ok(Err("a wallet that is not lost"));
    }
    Ok(match (frozen, already.contains(&wallet.to_string())) {
        (true, true) => Err("a wallet that is not frozen yet"),
        (false, false) => Err("a wallet that is frozen"),
        _ => Ok(wallet),
    })
}

/// Every finding, by the line it was found in.
fn refused(left_out: &[LeftOut]) -> Invalids {
    let finding =
        |line: &LeftOut| Invalid::new(format!("wallets[{}]", line.line), &line.value, line.reason.clone());
    Invalids(left_out.iter().take(MAX_FINDINGS).map(finding).collect())
}

fn token_of(tx: &mut Tx<'_>, id: PoolId) -> Result<WalletAddress, AppError> {
    let pool = store::pools::find(tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
    pool::token(&pool)
}

/// One call for each part of the list that fits a transaction, each under an operation id of its own.
fn write_calls(
    app: &App,
    act: &mut Act<'_, '_>,
    (id, token): (FreezeId, WalletAddress),
    (wallets, frozen): (&[WalletAddress], bool),
) -> Result<(), AppError> {
    for (part, some) in wallets.chunks(calls::MAX_BATCH).enumerate() {
        let operation_key = format!("wallet-freeze/{id}/{part}");
        let operation_id = Sha256::digest(&operation_key).into();
        let call =
            calls::set_wallets_frozen(token, operation_id, some, frozen).map_err(AppError::internal)?;
        let (subject, signer) = (id.to_string(), app.platform()?);
        act.call_chain(&Intent { operation_key, kind: FREEZE, subject, signer, call })?;
    }
    Ok(())
}

/// The wallets that are frozen in a token now, as its events say.
///
/// # Errors
/// When the database fails.
pub fn frozen_wallets(tx: &mut Tx<'_>, token: WalletAddress) -> Result<BTreeSet<String>, AppError> {
    let mut frozen = BTreeSet::new();
    for (wallet, payload) in store::wallet_freezes::changes(tx, &token.to_string())? {
        let Some(wallet) = wallet else { continue };
        match serde_json::from_str(&payload).map_err(AppError::internal)? {
            ChainEvent::WalletFrozenSet { frozen: true, .. } => frozen.insert(wallet),
            _ => frozen.remove(&wallet),
        };
    }
    Ok(frozen)
}

/// How far the chain has come with a freeze.
///
/// # Errors
/// When the database fails.
pub fn standing(tx: &mut Tx<'_>, id: FreezeId) -> Result<ActionStatus, AppError> {
    action::standing(tx, &id.to_string())
}

/// A page of the freezes in a pool with their standing, newest first.
///
/// # Errors
/// [`AppError::Forbidden`] for investors; [`AppError::NotFound`] for another issuer's pool.
pub fn page(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: PoolId,
    (before, rows): (Option<FreezeId>, i64),
) -> Result<Vec<(WalletFreeze, ActionStatus)>, AppError> {
    by.must_be(READERS)?;
    let pool = store::pools::find(tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
    own_pool(by, &pool)?;
    let found = store::wallet_freezes::page(tx, id, before, rows)?;
    let with_standing = |freeze: WalletFreeze| {
        let status = standing(tx, freeze.id)?;
        Ok((freeze, status))
    };
    found.into_iter().map(with_standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_a_heading_or_without_and_keeps_its_line_numbers() {
        let lines_of = |text| lines(text).into_iter().map(|(line, text)| format!("{line}:{text}"));
        let cases = [
            ("0xA\n0xB\n", vec!["1:0xA", "2:0xB"]),
            ("wallet,note\r\n0xA,first\r\n\r\n\"0xB\";x", vec!["2:0xA", "4:0xB"]),
            ("\u{feff}Wallet\n 0xA ", vec!["2:0xA"]),
            ("\n \n", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(lines_of(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}

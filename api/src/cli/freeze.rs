//! `muniment freeze`: many wallets are frozen or freed in the token of a pool, and what was ordered before.

use super::desk::Desk;
use super::money::{LOOK_AGAIN, at_work, mode};
use crate::actor::Actor;
use crate::app::Command;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::freeze_wallets::{self, Frozen, NewFreeze, Unfit};
use crate::http::v1::wallet_freezes::{FreezeView, FrozenView};
use clap::{Args, Subcommand};
use domain::Invalid;
use domain::ids::PoolId;
use domain::party::Role;
use domain::status::ActionStatus;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes of a list: the longest one with a note behind each wallet.
const MAX_LIST: u64 = 1 << 20;

/// What can be done with freezes.
#[derive(Debug, Subcommand)]
pub(super) enum Freeze {
    /// Freeze the wallets of a list, or free them, and wait for the chain; ends with 2 when it refused. The server of an
    /// embedded chain must be stopped: it holds the chain.
    Order(Order),
    /// The freezes in the token of a pool, newest first.
    List {
        /// The pool.
        pool_id: String,
        /// For programs: one object a line.
        #[arg(long)]
        json: bool,
    },
}

/// Which wallets, and why.
#[derive(Debug, Args)]
pub(super) struct Order {
    /// The pool.
    pool_id: String,
    /// One wallet a line, in the first column of a CSV file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    wallets: PathBuf,
    /// Free them.
    #[arg(long)]
    unfreeze: bool,
    /// Leave out what cannot be done; otherwise one such line refuses all.
    #[arg(long)]
    skip_unfit: bool,
    /// Why, for the audit log.
    #[arg(long)]
    reason: String,
    /// The e-mail address of the compliance officer who orders it.
    #[arg(long = "as", value_name = "EMAIL")]
    by: String,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Does what was asked.
///
/// # Errors
/// When it cannot be done.
pub(super) fn run(place: &Place, freeze: Freeze) -> Result<u8, AppError> {
    match freeze {
        Freeze::Order(asked) => order(place, &asked),
        Freeze::List { pool_id, json } => list(place, &pool_id, json),
    }
}

fn order(place: &Place, asked: &Order) -> Result<u8, AppError> {
    let pool_id: PoolId = asked.pool_id.parse()?;
    let new = NewFreeze {
        pool_id,
        wallets: freeze_wallets::lines(&read(&asked.wallets)?),
        frozen: !asked.unfreeze,
        unfit: if asked.skip_unfit { Unfit::IsLeftOut } else { Unfit::RefusesAll },
        reason: asked.reason.clone(),
    };
    let by = officer(place, &asked.by)?;
    let command = Command { by, idempotency_key: None, dry_run: asked.dry_run };
    let mode = mode(place)?;
    let (frozen, status) = at_work(place, mode, async |app| {
        let frozen = app.blocking(move |app| freeze_wallets::freeze(app, &command, &new)).await?;
        if asked.dry_run {
            return Ok((frozen, None));
        }
        while !app.chain_is_quiet().await? {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let id = frozen.freeze_id;
        let status = app.blocking(move |app| app.ask(|tx| freeze_wallets::standing(tx, id))).await?;
        Ok((frozen, Some(status)))
    })?;
    print(frozen, status, asked.json)?;
    Ok(if status == Some(ActionStatus::Refused) { super::EXIT_REFUSED } else { super::EXIT_DONE })
}

fn print(frozen: Frozen, status: Option<ActionStatus>, json: bool) -> Result<(), AppError> {
    if json {
        let mut answer = serde_json::to_value(FrozenView::from(frozen)).map_err(AppError::internal)?;
        answer["status"] = json!(status);
        println!("{answer}");
        return Ok(());
    }
    let what = if frozen.frozen { "frozen" } else { "freed" };
    match status {
        None => println!("{} wallets would be {what}", frozen.wallets.len()),
        Some(status) => println!("{} wallets to be {what}: {status}", frozen.wallets.len()),
    }
    for left in &frozen.left_out {
        println!("line {} is left out: it needs {}", left.line, left.reason);
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, AppError> {
    let failed = |error: std::io::Error| {
        Invalid::new("wallets", file.display(), format!("a file that can be read: {error}"))
    };
    let mut list = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MAX_LIST + 1).read_to_string(&mut list)
    } else {
        std::fs::File::open(file).map_err(failed)?.take(MAX_LIST + 1).read_to_string(&mut list)
    };
    read.map_err(failed)?;
    if u64::try_from(list.len()).is_ok_and(|bytes| bytes <= MAX_LIST) {
        return Ok(list);
    }
    Err(Invalid::new("wallets", file.display(), format!("at most {MAX_LIST} bytes")).into())
}

/// The officer of an e-mail address.
fn officer(place: &Place, email: &str) -> Result<Actor, AppError> {
    let (desk, address) = (Desk::open(place)?, email.trim().to_lowercase());
    let found = desk.store.read(|tx| Ok::<_, AppError>(store::access::user_by_email(tx, &address)?))?;
    let unknown = || Invalid::new("as", email, "the e-mail address of a compliance officer");
    let user = found.filter(|user| user.role == Role::Compliance).ok_or_else(unknown)?;
    Ok(Actor::Person { user_id: user.id, role: user.role, issuer_id: None })
}

fn list(place: &Place, pool_id: &str, json: bool) -> Result<u8, AppError> {
    let (desk, pool_id) = (Desk::open(place)?, pool_id.parse::<PoolId>()?);
    let page = (None, store::MAX_PAGE);
    let found = desk.store.read(|tx| freeze_wallets::page(tx, &Actor::System, pool_id, page))?;
    for one in found {
        let view = FreezeView::try_from(one)?;
        if json {
            println!("{}", serde_json::to_string(&view).map_err(AppError::internal)?);
        } else {
            println!("{}", view.in_words());
        }
    }
    Ok(super::EXIT_DONE)
}

//! `muniment account`: let somebody in. The first operator of an installation comes in this way.

use super::desk::Desk;
use crate::actor::Actor;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::account::{self, NewAccount};
use crate::flows::session;
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::{BufRead, stdin};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account; a server may be running.
    Add(Add),
}

/// The account to make.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The e-mail address to sign in with.
    email: String,
    /// What they may do: issuer, investor, compliance, regulator or operator.
    #[arg(long)]
    role: String,
    /// The company that an issuer's person acts for; it is added when it is new.
    #[arg(long, default_value = "", hide_default_value = true)]
    company: String,
    /// Read the password from the first line of standard input; without this one is drawn and printed once.
    #[arg(long)]
    password_stdin: bool,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Does what was asked.
pub(super) fn run(place: &Place, account: &Account) -> Result<u8, AppError> {
    let Account::Add(add) = account;
    let desk = Desk::open(place)?;
    let drawn = (!add.password_stdin).then(|| desk.chance.secret());
    let password = match &drawn {
        Some(drawn) => drawn.clone(),
        None => first_line()?,
    };
    let new = NewAccount::read(&add.email, &password, &add.role, &add.company)?;
    let hash = session::hash_password(&new.password, desk.chance.bytes())?;
    let user_id = desk.write(&Actor::System, |act| account::enrol(act, &new, &hash))?;
    if add.json {
        println!(
            "{}",
            json!({ "user_id": user_id, "email": new.email, "role": new.role, "password": drawn })
        );
    } else {
        println!("{} may sign in as {}", new.email, new.role);
        if let Some(drawn) = drawn {
            println!("the password, shown this once: {drawn}");
        }
    }
    Ok(super::EXIT_DONE)
}

fn first_line() -> Result<String, AppError> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line).map_err(AppError::internal)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

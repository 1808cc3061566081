//! `muniment rules`: the rules of a pool as they are in force.

use super::desk::Desk;
use crate::actor::Actor;
use crate::config::Place;
use crate::error::AppError;
use crate::flows::rules;
use crate::http::v1::rules::PartitionRules;
use clap::Subcommand;
use domain::ids::PoolId;
use serde_json::Value;

/// What can be asked about rules.
#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// Every rule in force in a pool, the senior partition first.
    Show {
        /// The pool.
        pool_id: String,
        /// For programs: one object a line and partition.
        #[arg(long)]
        json: bool,
    },
}

/// Does what was asked.
///
/// # Errors
/// When it cannot be done.
pub(super) fn run(place: &Place, asked: Rules) -> Result<u8, AppError> {
    let Rules::Show { pool_id, json } = asked;
    let (desk, pool_id) = (Desk::open(place)?, pool_id.parse::<PoolId>()?);
    let found = desk.store.read(|tx| rules::in_force(tx, &Actor::System, pool_id))?;
    for one in found {
        let view = serde_json::to_value(PartitionRules::from(one)).map_err(AppError::internal)?;
        if json {
            println!("{view}");
        } else {
            print(&view);
        }
    }
    Ok(super::EXIT_DONE)
}

/// A line for each rule that is set, by the names that the API has for them.
fn print(view: &Value) {
    println!("{}", in_words(&view["partition"]));
    let rules = view.as_object().into_iter().flatten();
    let set = rules.filter(|(name, value)| !value.is_null() && *name != "partition");
    for (name, value) in set {
        println!("  {name:<21} {}", in_words(value));
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

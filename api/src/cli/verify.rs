//! `muniment audit verify` and `muniment chain verify`: does what is stored still follow from its beginning?

use crate::clock::Clock;
use crate::config::Place;
use crate::error::AppError;
use crate::run;
use crate::secrets::Secrets;
use serde_json::json;
use store::Store;

/// Reads the whole audit log and checks that each entry follows from the one before.
pub(super) fn audit(place: &Place, json: bool) -> Result<u8, AppError> {
    let store = Store::open(&place.database())?;
    let verified = store.read(|tx| Ok::<_, AppError>(store::audit::verify(tx)?))?;
    if json {
        println!("{}", json!({ "intact": verified.is_ok(), "position": verified.unwrap_or_else(|at| at) }));
    } else {
        match verified {
            Ok(entries) => println!("the audit log is intact: {entries} entries follow one from the other"),
            Err(position) => println!("the audit log is broken at entry {position}"),
        }
    }
    Ok(if verified.is_ok() { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

/// Executes every block of the embedded chain again and compares what comes out.
pub(super) fn chain(place: &Place, json: bool) -> Result<u8, AppError> {
    let secrets = Secrets::load(&place.secret_file())?;
    let chain = run::open_embedded(place, &secrets, &Clock::wall())?;
    let replayed = chain.replay().map_err(|error| AppError::Chain(error.to_string()))?;
    let difference = replayed.difference.as_ref().map(ToString::to_string);
    if json {
        let (blocks, transactions) = (replayed.blocks, replayed.transactions);
        println!("{}", json!({ "blocks": blocks, "transactions": transactions, "difference": difference }));
    } else {
        let agreed =
            difference.clone().unwrap_or_else(|| "and everything came out as it is stored".to_owned());
        println!("{} blocks with {} transactions replayed: {agreed}", replayed.blocks, replayed.transactions);
    }
    Ok(if difference.is_none() { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

//! An old screening is done again: the same person, the lists of that day, the same answer to the bit.

use super::personal;
use super::screen;
use crate::app::Act;
use crate::error::AppError;
use crate::secrets::Secrets;
use chrono::{DateTime, Utc};
use compliance::screening::{Record, configuration_hash};
use domain::ids::ScreeningId;
use serde::Serialize;

/// What came out the second time.
#[derive(Debug, Clone, Serialize)]
pub struct ScreenedAgain {
    /// When it was done first.
    pub screened_at: DateTime<Utc>,
    /// Hits then.
    pub hits_then: usize,
    /// Hits now.
    pub hits_now: usize,
    /// Whether weights, words and program are those of that day.
    pub same_configuration: bool,
    /// Whether the whole record is the same: lists, versions, hits, scores and every reason of them.
    pub same: bool,
}

/// Does a screening again with the lists it names. That somebody's data was read for it is noted.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::WrongState`] when the person's data was erased, and the record with it.
pub fn again(act: &mut Act<'_, '_>, secrets: &Secrets, id: ScreeningId) -> Result<ScreenedAgain, AppError> {
    let kept = store::screening::find(act.tx, id)?.ok_or_else(|| AppError::not_found("screening", id))?;
    let key = personal::key(secrets, act.tx, kept.investor_id)?.ok_or_else(|| AppError::WrongState {
        what: "personal data",
        state: "erased".to_owned(),
        limit: "the record of the screening went with it".to_owned(),
    })?;
    let then: Record = key.open(&kept.sealed_record)?;
    personal::traced(act, kept.investor_id)?;
    let index = screen::index_of(act.tx, &kept.list_versions)?;
    let mut now = index.record(then.query.clone());
    for wallet in store::investors::wallets_of(act.tx, kept.investor_id)? {
        if wallet.created_at <= kept.screened_at {
            now.hits.extend(index.screen_wallet(&wallet.address.to_string()));
        }
    }
    Ok(ScreenedAgain {
        screened_at: kept.screened_at.and_utc(),
        hits_then: then.hits.len(),
        hits_now: now.hits.len(),
        same_configuration: kept.configuration_hash == configuration_hash(),
        same: now == then,
    })
}

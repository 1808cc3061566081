//! The public face of the platform: where it is reached, by what name it signs, and with which keys.

use super::present::PUBLIC_URL;
use crate::app::{Act, App};
use crate::error::AppError;
use compliance::credential::{SignError, SigningKey};
use store::Tx;

/// Where the platform is reached and by what name it signs.
pub(super) struct Site {
    /// The address, without a slash at the end.
    pub(super) url: String,
    /// Its `did:web`.
    pub(super) did: String,
}

impl Site {
    /// Others fetch what stands there, so it must stand where they reach it, safely.
    ///
    /// # Errors
    /// [`AppError::WrongState`] without a public address that is `https`.
    pub(super) fn of(tx: &mut Tx<'_>) -> Result<Self, AppError> {
        let set = store::settings::get(tx, PUBLIC_URL)?;
        let host = set.as_deref().and_then(|url| url.strip_prefix("https://"));
        let Some(host) = host else {
            let state = set.map_or_else(|| "not set".to_owned(), |url| format!("{url} is not https"));
            let limit = "start the program with --public-url https://…".to_owned();
            return Err(AppError::WrongState { what: "public address", state, limit });
        };
        Ok(Self { url: format!("https://{host}"), did: format!("did:web:{}", host.replace(':', "%3A")) })
    }

    /// The key of a number, under the name of the platform.
    pub(super) fn key(&self, app: &App, number: i64) -> Result<SigningKey, AppError> {
        let key = SigningKey::ed25519(&app.secrets.key(&format!("credential/issuer/{number}")));
        Ok(key.map_err(unsigned)?.under(&self.did, &format!("key-{number}")))
    }
}

pub(super) fn unsigned(error: SignError) -> AppError {
    AppError::internal(error)
}

/// The number of the newest key; the first is made when it is needed.
pub(super) fn current_key(act: &mut Act<'_, '_>) -> Result<i64, AppError> {
    if let Some(newest) = store::issued_credentials::keys(act.tx)?.first() {
        return Ok(*newest);
    }
    store::issued_credentials::add_key(act.tx, 1, act.now)?;
    Ok(1)
}

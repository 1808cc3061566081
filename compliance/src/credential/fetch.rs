//! What must come from outside: the caller fetches, the policy judges.

use chrono::{DateTime, Utc};

/// A document from outside and when it was had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// When they came; a cache keeps the time of the original answer.
    pub at: DateTime<Utc>,
}

/// Gets documents by URL: DID documents of `did:web`, status lists, schemas.
///
/// The implementation sets time and size limits, allows only public hosts, and may keep answers.
pub trait Fetch {
    /// The document at an `https` URL.
    ///
    /// # Errors
    /// One sentence on why it could not be had. The policy then refuses.
    fn fetch(&self, url: &str) -> Result<Fetched, String>;
}

/// No network: whatever needs one is refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline;

impl Fetch for Offline {
    fn fetch(&self, url: &str) -> Result<Fetched, String> {
        Err(format!("{url} was not fetched: there is no network here"))
    }
}

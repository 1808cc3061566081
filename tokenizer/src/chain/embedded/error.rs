//! What can go wrong inside the embedded chain.

use alloy::primitives::B256;
use revm::database_interface::DBErrorMarker;

/// Why the embedded chain could not do its work. A refused transaction is not one of these: it has an answer.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The file could not be read or written.
    #[error("the chain file failed: {0}")]
    File(#[from] rusqlite::Error),
    /// The file is open in another process.
    #[error("the chain file is open in another process; stop that one first")]
    InUse,
    /// The file belongs to another chain.
    #[error("the file holds chain {found}, this is chain {expected}")]
    OtherChain {
        /// The chain id in the file.
        found: u64,
        /// The chain id that was asked for.
        expected: u64,
    },
    /// The file was written by a newer version of this program.
    #[error("the chain file has layout {found}, this program knows layout {known}")]
    Newer {
        /// The layout of the file.
        found: i64,
        /// The layout this program writes.
        known: i64,
    },
    /// A stored value does not have the form it was written in.
    #[error("the chain file is damaged: {0}")]
    Damaged(String),
    /// The EVM itself failed, which no transaction should be able to cause.
    #[error("the virtual machine failed: {0}")]
    Machine(String),
    /// Code that an account refers to is missing.
    #[error("the chain file is damaged: code {0} is missing")]
    MissingCode(B256),
}

impl DBErrorMarker for EmbeddedError {}

//! Where things are and where the program listens. The same flags for every command that needs them.

use crate::error::AppError;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the portal and the API listen when nothing is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// Where the embedded chain answers JSON-RPC when nothing is said.
pub const DEFAULT_CHAIN_LISTEN: &str = "127.0.0.1:8545";

/// What every command needs to find the installation.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the database, the embedded chain and the secret.
    #[arg(long, env = "MUNIMENT_DATA_DIR", default_value = "muniment-data", global = true)]
    pub data_dir: PathBuf,
    /// An existing EVM network instead of the embedded chain.
    #[arg(long, env = "MUNIMENT_RPC_URL", value_name = "URL", global = true)]
    pub rpc_url: Option<String>,
    /// Blocks upon a block before it counts as final on that network.
    #[arg(long, env = "MUNIMENT_CONFIRMATIONS", value_name = "BLOCKS", requires = "rpc_url", global = true)]
    pub confirmations: Option<i64>,
    /// PostgreSQL instead of the embedded SQLite, as postgres://user@host/name.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
}

/// Where a server listens.
#[derive(Debug, Clone, Args)]
pub struct Listen {
    /// Portal and API; port 0 takes a free one and prints it.
    #[arg(long, env = "MUNIMENT_LISTEN", value_name = "ADDR:PORT", default_value = DEFAULT_LISTEN)]
    pub listen: SocketAddr,
    /// JSON-RPC of the embedded chain; port 0 takes a free one and prints it.
    #[arg(long, env = "MUNIMENT_CHAIN_LISTEN", value_name = "ADDR:PORT", default_value = DEFAULT_CHAIN_LISTEN)]
    pub chain_listen: SocketAddr,
}

impl Place {
    /// Makes the data folder, readable by its owner alone, when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(&self) -> Result<(), AppError> {
        let failed = |error: std::io::Error| {
            AppError::internal(format!("--data-dir {} cannot be used: {error}", self.data_dir.display()))
        };
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&self.data_dir).map_err(failed)
    }

    /// The database: the given one, or a file in the data folder.
    #[must_use]
    pub fn database(&self) -> String {
        let file = self.data_dir.join("muniment.db");
        self.database_url.clone().unwrap_or_else(|| file.to_string_lossy().into_owned())
    }

    /// The file of the embedded chain. It is not the application's database: a real network is not either.
    #[must_use]
    pub fn chain_file(&self) -> PathBuf {
        self.data_dir.join("chain.db")
    }

    /// The file of the master secret.
    #[must_use]
    pub fn secret_file(&self) -> PathBuf {
        self.data_dir.join("secret")
    }
}

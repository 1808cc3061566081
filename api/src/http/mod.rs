//! HTTP: who is asking, what they may ask, and how answers and errors look.

pub mod body;
pub mod chain_rpc;
pub mod csv;
pub mod health;
pub mod identity;
pub mod json;
pub mod openapi;
pub mod openid4vp;
pub mod problem;
pub mod public_credentials;
pub mod request;
pub mod server;
pub mod upload;
pub mod v1;

/// The most bytes of a JSON or form body.
pub const MAX_BODY: usize = 1024 * 1024;
/// The most bytes of one upload with all its files.
pub const MAX_UPLOAD: usize = 64 * 1024 * 1024;

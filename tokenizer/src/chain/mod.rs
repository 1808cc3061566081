//! The chain: an embedded development chain, and one client for it and for any other EVM network.

pub mod embedded;

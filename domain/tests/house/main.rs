//! The rules of the house, read off the manifests and the files: who may know whom, how long a file may be.

#![allow(unreachable_pub, reason = "a test exports nothing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod workspace;

mod directions;
mod files;
mod licences;
mod migrations;

//! `muniment credential verify`: judges a credential or a presentation on standard input by a policy file.

use crate::error::AppError;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use compliance::credential::{CredentialPolicy, Expectation, Offline};
use domain::Invalid;
use std::io::Read;
use std::path::PathBuf;

/// The most bytes that are read: the policy refuses what is longer than half of it.
const MAX_INPUT: u64 = 2 * 1024 * 1024;

/// Credentials and presentations.
#[derive(Debug, Subcommand)]
pub(super) enum Credential {
    /// Judge a credential or a presentation on standard input; exit code 0 accepted, 2 refused, 1 error.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The policy; docs/credential-policy.md describes it.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The challenge that a presentation must answer.
    #[arg(long, default_value = "")]
    nonce: String,
    /// For whom a presentation must be made.
    #[arg(long, default_value = "")]
    audience: String,
    /// The moment to judge at, RFC 3339; now when nothing is said.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// Judges what stands on standard input. Nothing is fetched: a status list or a `did:web` that is not at hand refuses.
pub(super) fn verify(verify: &Verify) -> Result<u8, AppError> {
    let at = match &verify.at {
        None => Utc::now(),
        Some(text) => text
            .parse::<DateTime<Utc>>()
            .map_err(|_| Invalid::new("at", text, "a moment such as 2026-11-21T09:00:00Z"))?,
    };
    let policy = std::fs::read_to_string(&verify.policy).map_err(|error| {
        Invalid::new("policy", verify.policy.display(), format!("a file that can be read: {error}"))
    })?;
    let policy = CredentialPolicy::parse(&policy)?;
    let mut input = Vec::new();
    std::io::stdin().lock().take(MAX_INPUT).read_to_end(&mut input).map_err(AppError::internal)?;
    // What is no text is no credential, either: it is refused as malformed.
    let input = String::from_utf8_lossy(&input);
    let (nonce, audience) = (verify.nonce.as_str(), verify.audience.as_str());
    let expected = Expectation { nonce, nonce_used: false, audience, at };
    let decision = policy.verify(&input, &expected, &Offline);
    println!("{}", serde_json::to_string(&decision).map_err(AppError::internal)?);
    Ok(if decision.accepted { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

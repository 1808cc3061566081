//! `muniment credential verify`: judges a credential or a presentation on standard input by a policy file.

use crate::error::AppError;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use compliance::credential::{CredentialPolicy, Expectation, Fetch, Fetched};
use domain::Invalid;
use std::collections::BTreeMap;
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
    /// What stands at a URL: a status list, a schema, the document of a did:web. Taken as had at the moment of judging;
    /// may be given several times.
    #[arg(long = "document", value_name = "URL=FILE", value_parser = document)]
    documents: Vec<(String, PathBuf)>,
}

fn document(text: &str) -> Result<(String, PathBuf), String> {
    let (url, file) =
        text.rsplit_once('=').ok_or("a URL and a file, as https://a.example/status=status.jwt")?;
    Ok((url.to_owned(), file.into()))
}

/// What was given on the command line; nothing is fetched.
struct Given {
    documents: BTreeMap<String, Vec<u8>>,
    at: DateTime<Utc>,
}

impl Given {
    fn read(documents: &[(String, PathBuf)], at: DateTime<Utc>) -> Result<Self, Invalid> {
        let read = |(url, file): &(String, PathBuf)| {
            let unread =
                |error| Invalid::new("document", file.display(), format!("a file that can be read: {error}"));
            Ok((url.clone(), std::fs::read(file).map_err(unread)?))
        };
        Ok(Self { documents: documents.iter().map(read).collect::<Result<_, Invalid>>()?, at })
    }
}

impl Fetch for Given {
    fn fetch(&self, url: &str) -> Result<Fetched, String> {
        let body = self.documents.get(url).cloned();
        let body =
            body.ok_or_else(|| format!("{url} was not given with --document, and nothing is fetched"))?;
        Ok(Fetched { body, at: self.at })
    }
}

/// Judges what stands on standard input. Nothing is fetched: a status list or a `did:web` that is not given
/// refuses.
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
    let given = Given::read(&verify.documents, at)?;
    let decision = policy.verify(&input, &expected, &given);
    println!("{}", serde_json::to_string(&decision).map_err(AppError::internal)?);
    Ok(if decision.accepted { super::EXIT_DONE } else { super::EXIT_REFUSED })
}

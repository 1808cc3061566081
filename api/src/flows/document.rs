//! Documents of a pool: each version kept with its hash, and on chain from the day it is in force.

use super::pool;
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::{Running, kinds};
use crate::outbox::Intent;
use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::ids::{DocumentId, PoolId};
use domain::party::WalletAddress;
use domain::pool::{DocumentName, PoolStatus};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Tx;
use store::documents::{self, Document, MAX_DOCUMENTS, NewDocument};
use store::jobs::{Ended, NewJob};
use tokenizer::chain::calls;

/// The kind of a call that puts a document on chain.
pub const SET_DOCUMENT: &str = "token.set-document";
/// The most bytes of a document: prospectuses with images have a few megabytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The kinds of file that are taken: ending and media type. All are sent as attachments, none is ever run here.
pub const MEDIA_TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// A document that is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// The pool it is about.
    pub pool_id: PoolId,
    /// Its name, the same for all versions.
    pub name: DocumentName,
    /// The name of the file, whose ending tells what it is.
    pub file: String,
    /// The content.
    pub content: Vec<u8>,
    /// From when it is in force; at once when nothing is said.
    pub valid_from: Option<DateTime<Utc>>,
}

/// A version that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id.
    pub document_id: DocumentId,
    /// Counted from 1.
    pub version: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// From when it is in force.
    pub valid_from: DateTime<Utc>,
}

/// Keeps a new version of a document; on chain it goes with the token, or when it comes into force.
///
/// # Errors
/// When the file is empty, too large or of another kind, or the pool is not the issuer's.
pub fn bring(app: &App, command: &Command, brought: &Brought) -> Result<Kept, AppError> {
    let issuer = command.by.issuer()?;
    let media_type = media_type(&brought.file)?;
    if !(1..=MAX_BYTES).contains(&brought.content.len()) {
        let bytes = format!("{} bytes", brought.content.len());
        return Err(Invalid::new("file", bytes, format!("1 to {MAX_BYTES} bytes")).into());
    }
    let sha256 = hex::encode(Sha256::digest(&brought.content));
    let request = (brought.pool_id, &brought.name, &sha256, brought.valid_from);
    app.execute(command, &request, |act| {
        let pool = pool::own(act.tx, issuer, brought.pool_id)?;
        if pool.status == PoolStatus::Redeemed {
            let limit = "documents belong to pools that are not yet paid back".to_owned();
            return Err(AppError::WrongState { what: "the pool", state: pool.status.to_string(), limit });
        }
        let versions = i64::try_from(documents::of_pool(act.tx, pool.id)?.len()).unwrap_or(i64::MAX);
        if versions >= MAX_DOCUMENTS {
            let limit = format!("at most {MAX_DOCUMENTS} versions of all documents of a pool");
            return Err(Invalid::new("file", versions, limit).into());
        }
        let valid_from = brought.valid_from.unwrap_or(act.now);
        if valid_from < act.now {
            let limit = "now or later: nobody was told of it before";
            return Err(Invalid::new("valid_from", valid_from.to_rfc3339(), limit).into());
        }
        let document_id: DocumentId = act.id();
        let new = NewDocument {
            id: document_id,
            pool_id: pool.id,
            name: &brought.name,
            sha256: &sha256,
            media_type,
            content: &brought.content,
            valid_from,
        };
        let version = documents::add(act.tx, &new)?;
        let (subject, run_key) = (document_id.to_string(), format!("document/{document_id}"));
        let job = NewJob {
            id: act.id(),
            kind: kinds::PUBLISH_DOCUMENT,
            subject: &subject,
            run_key: &run_key,
            run_at: valid_from,
        };
        store::jobs::enqueue(act.tx, job, act.now)?;
        let detail = serde_json::json!({
            "document": brought.name, "version": version, "sha256": sha256, "valid_from": valid_from });
        act.audit("document.brought", pool.id, &detail)?;
        Ok(Kept { document_id, version, sha256: sha256.clone(), valid_from })
    })
}

/// The job that puts a document on chain once it is in force. Before there is a token there is nothing to do: the
/// token's own story puts on chain what is in force then.
///
/// # Errors
/// When the database fails.
pub fn publish(running: &Running<'_>) -> Result<Ended, AppError> {
    let (app, id) = (running.app, running.job.subject.parse::<DocumentId>()?);
    app.execute(&Command::from_system(), &(), |act| {
        // A discarded draft takes its documents along.
        let Some(document) = documents::find(act.tx, id)? else { return Ok(()) };
        let pool = store::pools::find(act.tx, document.pool_id)?;
        let Some(token) = pool.and_then(|pool| pool.token_address) else { return Ok(()) };
        let in_force = documents::in_force(act.tx, document.pool_id, act.now)?;
        if in_force.iter().any(|newest| newest.id == id) {
            put_on_chain(app, act, token.parse()?, &document)?;
        }
        Ok(())
    })?;
    Ok(Ended::Done)
}

/// Writes the call that puts a version on chain, once.
///
/// # Errors
/// When the database fails.
pub(super) fn put_on_chain(
    app: &App,
    act: &mut Act<'_, '_>,
    token: WalletAddress,
    document: &Document,
) -> Result<(), AppError> {
    let mut hash = [0; 32];
    hex::decode_to_slice(&document.sha256, &mut hash).map_err(AppError::internal)?;
    // The chain outlives our addresses on the web: it names the document, and its hash proves it.
    let uri = format!("urn:uuid:{}", document.id);
    act.call_chain(&Intent {
        operation_key: format!("document/{}", document.id),
        kind: SET_DOCUMENT,
        subject: document.pool_id.to_string(),
        signer: app.platform()?,
        call: calls::set_document(token, document.name.bytes32(), &uri, hash),
    })?;
    Ok(())
}

/// A version with its content, if the actor may see its pool.
///
/// # Errors
/// [`AppError::NotFound`] also when it is not for them.
pub fn read(tx: &mut Tx<'_>, by: &Actor, id: DocumentId) -> Result<(Document, Vec<u8>), AppError> {
    let missing = || AppError::not_found("document", id);
    let document = documents::find(tx, id)?.ok_or_else(missing)?;
    pool::visible(tx, by, document.pool_id).map_err(|error| match error {
        AppError::NotFound { .. } => missing(),
        error => error,
    })?;
    let content = documents::content(tx, id)?;
    Ok((document, content))
}

/// What a file is, by the ending of its name.
fn media_type(file: &str) -> Result<&'static str, Invalid> {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let found = MEDIA_TYPES.iter().find(|(known, _)| *known == ending);
    found.map(|(_, media_type)| *media_type).ok_or_else(|| {
        let known: Vec<&str> = MEDIA_TYPES.iter().map(|(ending, _)| *ending).collect();
        Invalid::new("file", file, format!("a file that ends in one of {}", known.join(", ")))
    })
}

/// The ending that a file of a media type gets.
#[must_use]
pub fn ending(media_type: &str) -> &'static str {
    MEDIA_TYPES.iter().find(|(_, known)| *known == media_type).map_or("bin", |(ending, _)| *ending)
}

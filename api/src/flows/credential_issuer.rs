//! Providers of credentials: who is believed for what, and from when to when.

use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::credential::{CredentialPolicy, PolicyFile, TrustedIssuer};
use domain::ids::CredentialIssuerId;
use domain::party::Role;
use domain::{Invalid, Invalids, text};
use serde::Serialize;
use store::credentials::CredentialIssuer;

/// Types of credential that one issuer is trusted for.
const MAX_TYPES: usize = 20;

/// A provider to be believed.
#[derive(Debug, Clone, Serialize)]
pub struct NewIssuer {
    /// Its decentralised identifier.
    pub did: String,
    /// What people call it.
    pub name: String,
    /// The types of credential it may issue.
    pub credential_types: Vec<String>,
    /// The first moment of trust; now when nothing is said.
    pub trusted_from: Option<DateTime<Utc>>,
    /// The first moment at which trust has ended.
    pub trusted_until: Option<DateTime<Utc>>,
}

/// Believes a provider from a moment on.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but officer and operator; [`AppError::Invalid`] for what the policy would refuse.
pub fn trust(app: &App, command: &Command, new: &NewIssuer) -> Result<CredentialIssuerId, AppError> {
    command.by.must_be(&[Role::Compliance, Role::Operator])?;
    let name = text::bounded("name", &new.name, text::MAX_NAME)?;
    app.execute(command, new, |act| {
        let from = new.trusted_from.unwrap_or(act.now);
        check(new, from)?;
        if store::credentials::issuer_by_did(act.tx, &new.did)?.is_some() {
            return Err(Invalid::new("did", &new.did, "an identifier that is not on the list yet").into());
        }
        let issuer = CredentialIssuer {
            id: act.id(),
            did: new.did.clone(),
            name: name.clone(),
            credential_types: serde_json::to_string(&new.credential_types).map_err(AppError::internal)?,
            trusted_from: store::screening::at(from),
            trusted_until: new.trusted_until.map(store::screening::at),
        };
        let id = issuer.id;
        store::credentials::add_issuer(act.tx, issuer)?;
        let detail = serde_json::json!({ "did": new.did, "types": new.credential_types, "from": from });
        act.audit("credential_issuer.trusted", id, &detail)?;
        Ok(id)
    })
}

/// What the policy would say of an issuer, in the words of the request.
fn check(new: &NewIssuer, from: DateTime<Utc>) -> Result<(), AppError> {
    if new.credential_types.len() > MAX_TYPES {
        let count = new.credential_types.len();
        return Err(Invalid::new("credential_types", count, format!("1 to {MAX_TYPES} types")).into());
    }
    let trusted = TrustedIssuer {
        issuer: new.did.clone(),
        types: new.credential_types.clone(),
        from,
        until: new.trusted_until,
    };
    let Err(found) = CredentialPolicy::try_from(PolicyFile::trusting(vec![trusted])) else { return Ok(()) };
    let named = |invalid: Invalid| {
        let field = match invalid.field.rsplit('.').next() {
            Some("issuer") => "did",
            Some("types") => "credential_types",
            _ => "trusted_until",
        };
        invalid.named(field)
    };
    Err(Invalids(found.0.into_iter().map(named).collect()).into())
}

/// Ends the trust in a provider now: what it issued is refused from this moment on.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but officer and operator; [`AppError::NotFound`].
pub fn end_trust(app: &App, command: &Command, id: CredentialIssuerId) -> Result<(), AppError> {
    command.by.must_be(&[Role::Compliance, Role::Operator])?;
    app.execute(command, &("credential_issuer.end", id), |act| {
        if !store::credentials::end_trust(act.tx, id, act.now)? {
            return Err(AppError::not_found("credential issuer", id));
        }
        act.audit("credential_issuer.ended", id, &serde_json::json!({}))
    })
}

/// Every provider that is or was believed.
///
/// # Errors
/// When the database fails.
pub fn issuers(app: &App) -> Result<Vec<CredentialIssuer>, AppError> {
    app.ask(|tx| Ok(store::credentials::issuers(tx)?))
}

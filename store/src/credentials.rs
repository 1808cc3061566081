//! Challenges, what was presented in answer to them, and whose credentials are believed.

use crate::row::stamp;
use crate::schema::{challenges, credential_issuers, presentations};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{CredentialIssuerId, InvestorId, PresentationId};

/// What a challenge is for, as the column has it.
pub const FOR_PRESENTATION: &str = "presentation";
/// A challenge that a wallet answers.
pub const FOR_WALLET: &str = "wallet";

/// A question that a key has to answer once.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = challenges)]
pub struct Challenge {
    /// The random text that the answer must repeat.
    pub nonce: String,
    /// Who was asked.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// [`FOR_PRESENTATION`] or [`FOR_WALLET`].
    pub purpose: String,
    /// Who asks.
    pub audience: String,
    /// When it was given out.
    pub issued_at: NaiveDateTime,
    /// The first moment at which it no longer counts.
    pub expires_at: NaiveDateTime,
    /// When it was answered.
    pub used_at: Option<NaiveDateTime>,
}

/// A presentation that was judged.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = presentations)]
pub struct Presentation {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: PresentationId,
    /// Who presented.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// Whether everything held.
    pub accepted: bool,
    /// Why not, as JSON: codes and sentences without personal data.
    pub reasons: String,
    /// What was proven, sealed under the person's key; nothing unless accepted.
    pub sealed_claims: Option<Vec<u8>>,
    /// The first moment at which a credential in it no longer holds.
    pub valid_until: Option<NaiveDateTime>,
    /// When it was presented.
    pub presented_at: NaiveDateTime,
}

/// A provider whose credentials are believed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = credential_issuers)]
pub struct CredentialIssuer {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: CredentialIssuerId,
    /// Its decentralised identifier.
    pub did: String,
    /// What people call it.
    pub name: String,
    /// The types of credential it may issue, as a JSON list.
    pub credential_types: String,
    /// The first moment of trust.
    pub trusted_from: NaiveDateTime,
    /// The first moment at which trust has ended.
    pub trusted_until: Option<NaiveDateTime>,
}

/// Keeps a challenge that is given out.
///
/// # Errors
/// When the database fails.
pub fn add_challenge(tx: &mut Tx<'_>, challenge: Challenge) -> Result<(), StoreError> {
    diesel::insert_into(challenges::table).values(challenge).execute(tx.conn)?;
    Ok(())
}

/// The newest challenge of an investor for a purpose: it takes the place of the ones before.
///
/// # Errors
/// When the database fails.
pub fn latest_challenge(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    purpose: &str,
) -> Result<Option<Challenge>, StoreError> {
    Ok(challenges::table
        .filter(challenges::investor_id.eq(investor.to_string()))
        .filter(challenges::purpose.eq(purpose))
        .order((challenges::issued_at.desc(), challenges::nonce))
        .select(Challenge::as_select())
        .first(tx.conn)
        .optional()?)
}

/// The challenge with a nonce.
///
/// # Errors
/// When the database fails.
pub fn challenge(tx: &mut Tx<'_>, nonce: &str) -> Result<Option<Challenge>, StoreError> {
    Ok(challenges::table.find(nonce).select(Challenge::as_select()).first(tx.conn).optional()?)
}

/// Notes that a challenge was answered; `false` when it was answered before.
///
/// # Errors
/// When the database fails.
pub fn use_challenge(tx: &mut Tx<'_>, nonce: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let open = challenges::table.find(nonce).filter(challenges::used_at.is_null());
    Ok(diesel::update(open).set(challenges::used_at.eq(stamp(now))).execute(tx.conn)? == 1)
}

/// Adds a presentation that was judged.
///
/// # Errors
/// When the database fails.
pub fn add_presentation(tx: &mut Tx<'_>, presentation: Presentation) -> Result<(), StoreError> {
    diesel::insert_into(presentations::table).values(presentation).execute(tx.conn)?;
    Ok(())
}

/// The presentations of an investor, newest first.
///
/// # Errors
/// When the database fails.
pub fn presentations_of(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Presentation>, StoreError> {
    Ok(presentations::table
        .filter(presentations::investor_id.eq(investor.to_string()))
        .order((presentations::presented_at.desc(), presentations::id.desc()))
        .limit(MAX_PAGE)
        .select(Presentation::as_select())
        .load(tx.conn)?)
}

/// The newest presentation of an investor that was accepted.
///
/// # Errors
/// When the database fails.
pub fn latest_accepted(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Option<Presentation>, StoreError> {
    Ok(presentations::table
        .filter(presentations::investor_id.eq(investor.to_string()))
        .filter(presentations::accepted.eq(true))
        .order((presentations::presented_at.desc(), presentations::id.desc()))
        .select(Presentation::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Believes a provider.
///
/// # Errors
/// [`StoreError::Duplicate`] when its identifier is there already.
pub fn add_issuer(tx: &mut Tx<'_>, issuer: CredentialIssuer) -> Result<(), StoreError> {
    diesel::insert_into(credential_issuers::table).values(issuer).execute(tx.conn)?;
    Ok(())
}

/// Every provider that is or was believed, by name; there are as many as an operator keeps by hand.
///
/// # Errors
/// When the database fails.
pub fn issuers(tx: &mut Tx<'_>) -> Result<Vec<CredentialIssuer>, StoreError> {
    Ok(credential_issuers::table
        .order((credential_issuers::name, credential_issuers::id))
        .select(CredentialIssuer::as_select())
        .load(tx.conn)?)
}

/// The provider with an identifier.
///
/// # Errors
/// When the database fails.
pub fn issuer_by_did(tx: &mut Tx<'_>, did: &str) -> Result<Option<CredentialIssuer>, StoreError> {
    Ok(credential_issuers::table
        .filter(credential_issuers::did.eq(did))
        .select(CredentialIssuer::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Ends the trust in a provider at a moment; `false` when there is no such provider.
///
/// # Errors
/// When the database fails.
pub fn end_trust(tx: &mut Tx<'_>, id: CredentialIssuerId, until: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = diesel::update(credential_issuers::table.find(id.to_string()))
        .set(credential_issuers::trusted_until.eq(stamp(until)))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

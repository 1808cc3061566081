//! What was signed when an own wallet was brought: the evidence that it is its owner's.

use crate::schema::{wallet_proofs, wallets};
use crate::{StoreError, Tx};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ids::InvestorId;
use domain::party::WalletAddress;

/// A statement and the signatures under it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = wallet_proofs)]
pub struct WalletProof {
    /// The wallet.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub wallet: WalletAddress,
    /// The standard of the statement: `EIP-4361` or `EIP-712`.
    pub standard: String,
    /// What was signed: the text, or the typed data as JSON.
    pub statement: String,
    /// The wallet's signature: `0x` and hexadecimal digits.
    pub signature: String,
    /// The signature by the identifier's key, a compact JWS, where one was bound.
    pub did_signature: Option<String>,
    /// Whether the wallet is a contract that said so on the chain (EIP-1271); what it says can change.
    pub by_contract: bool,
    /// When it was judged.
    pub shown_at: NaiveDateTime,
}

/// Keeps the proof of a wallet.
///
/// # Errors
/// [`StoreError::Duplicate`] when the wallet has one.
pub fn add(tx: &mut Tx<'_>, proof: WalletProof) -> Result<(), StoreError> {
    diesel::insert_into(wallet_proofs::table).values(proof).execute(tx.conn)?;
    Ok(())
}

/// The proofs of an investor's wallets, oldest first; there are at most as many as wallets of one identity.
///
/// # Errors
/// When the database fails.
pub fn of_investor(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<WalletProof>, StoreError> {
    Ok(wallet_proofs::table
        .inner_join(wallets::table)
        .filter(wallets::investor_id.eq(investor.to_string()))
        .order((wallet_proofs::shown_at, wallet_proofs::wallet))
        .select(WalletProof::as_select())
        .load(tx.conn)?)
}

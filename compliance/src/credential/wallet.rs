//! Wallets: the signatures of EIP-191, EIP-712 and EIP-1271, and the words that a wallet signs.

use crate::credential::decision::{Checked, Code, Findings, Reason};
use chrono::{DateTime, Utc};
use domain::party::WalletAddress;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};

/// Asks a contract wallet whether a signature is its own (EIP-1271, `isValidSignature`).
pub trait ContractWallets {
    /// Whether the contract at `wallet` answers `0x1626ba7e` to this hash and signature.
    ///
    /// # Errors
    /// One sentence on why the contract could not be asked. The signature is then refused.
    fn is_valid_signature(
        &self,
        wallet: WalletAddress,
        hash: [u8; 32],
        signature: &[u8],
    ) -> Result<bool, String>;
}

/// Only wallets with a key: contract wallets are refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeyWallets;

impl ContractWallets for KeyWallets {
    fn is_valid_signature(&self, wallet: WalletAddress, _: [u8; 32], _: &[u8]) -> Result<bool, String> {
        Err(format!("{wallet} did not sign with a key, and contract wallets are not asked here"))
    }
}

/// What only the contract of a wallet can say: whether a signature over a hash is its own. Asked before the answer of
/// the wallet is judged, so that nobody waits for a network while judging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractQuestion {
    /// The wallet.
    pub wallet: WalletAddress,
    /// What it is said to have signed.
    pub hash: [u8; 32],
}

impl ContractQuestion {
    /// The question that is left when the wallet has not signed with a key.
    pub(super) fn left(wallet: WalletAddress, hash: [u8; 32], signature: &[u8]) -> Option<Self> {
        (recovered(hash, signature) != Some(wallet)).then_some(Self { wallet, hash })
    }
}

/// What a contract said to one question about one signature; it says nothing to any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractAnswer {
    /// The question.
    pub question: ContractQuestion,
    /// The signature that was shown to the contract.
    pub signature: Vec<u8>,
    /// Whether it is its own, or one sentence on why it could not say.
    pub is_valid: Result<bool, String>,
}

impl ContractWallets for ContractAnswer {
    fn is_valid_signature(
        &self,
        wallet: WalletAddress,
        hash: [u8; 32],
        signature: &[u8],
    ) -> Result<bool, String> {
        if self.question == (ContractQuestion { wallet, hash }) && self.signature == signature {
            return self.is_valid.clone();
        }
        Err(format!("{wallet} was asked about something else"))
    }
}

/// Keccak-256, the hash of Ethereum.
pub(super) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The hash that a wallet signs for a text (EIP-191, `personal_sign`).
pub(super) fn personal_hash(text: &str) -> [u8; 32] {
    keccak(format!("\u{19}Ethereum Signed Message:\n{}{text}", text.len()).as_bytes())
}

/// The address whose key made a signature of 65 bytes: r, s and v, where v is 0, 1, 27 or 28. A high s is
/// refused (EIP-2): it would be a second signature of the same thing.
fn recovered(hash: [u8; 32], signature: &[u8]) -> Option<WalletAddress> {
    let (last, first) = signature.split_last()?;
    let parity = match last {
        0 | 27 => 0,
        1 | 28 => 1,
        _ => return None,
    };
    let signature =
        Signature::from_slice(first).ok().filter(|signature| signature.normalize_s().is_none())?;
    let key = VerifyingKey::recover_from_prehash(&hash, &signature, RecoveryId::from_byte(parity)?).ok()?;
    let point = key.to_encoded_point(false);
    keccak(point.as_bytes().get(1..)?).get(12..)?.try_into().ok().map(WalletAddress)
}

/// What the answer of a wallet must fit.
#[derive(Clone, Copy)]
pub struct WalletExpectation<'a> {
    /// The host, and port if any, that asks.
    pub domain: &'a str,
    /// The network.
    pub chain_id: u64,
    /// The challenge that was given out for this.
    pub nonce: &'a str,
    /// Whether the challenge was answered before: the caller keeps the record.
    pub nonce_used: bool,
    /// Now.
    pub at: DateTime<Utc>,
    /// Who asks contract wallets; [`KeyWallets`] where there are none.
    pub contracts: &'a dyn ContractWallets,
}

impl WalletExpectation<'_> {
    /// Whether `wallet` signed `hash`: with its key, or else as a contract.
    pub(super) fn signed(&self, wallet: WalletAddress, hash: [u8; 32], signature: &[u8]) -> Checked<()> {
        if recovered(hash, signature) == Some(wallet) {
            return Ok(());
        }
        match self.contracts.is_valid_signature(wallet, hash, signature) {
            Ok(true) => Ok(()),
            Ok(false) => {
                Err((Code::SignatureInvalid, format!("the contract {wallet} does not know the signature")))
            }
            Err(problem) => Err((Code::SignatureInvalid, problem)),
        }
    }

    /// The nonce and the network, as every answer of a wallet states them.
    pub(super) fn check(&self, nonce: &str, chain_id: u64, findings: &mut Findings) {
        if nonce != self.nonce || nonce.is_empty() {
            findings.refuse(Code::NonceMismatch, "it answers another challenge");
        }
        if self.nonce_used {
            findings.refuse(Code::NonceUsed, "the challenge was answered before");
        }
        if chain_id != self.chain_id {
            findings.refuse(Code::WrongChain, format!("it is for chain {chain_id}, not {}", self.chain_id));
        }
    }
}

/// The answer: nothing, or every reason to refuse.
pub(super) fn settled(findings: Findings) -> Result<(), Vec<Reason>> {
    let reasons = findings.into_reasons();
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

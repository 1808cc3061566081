//! The published entitlements of a coupon as a Merkle tree, leaf for leaf the one of the contract `CouponPayer`.
//!
//! leaf(index, payee) = keccak256(keccak256(abi.encode(couponId, index, account, amount, withheld))); the leaves are
//! filled up with zero words to the next power of two, at least 256; node(a, b) = keccak256(a ‖ b) with a to the left.
//! A chunk is an aligned subtree of 256 leaves, so that one proof pays 256 payees.

use domain::party::WalletAddress;
use sha3::{Digest, Keccak256};

/// Leaves of one chunk.
pub const CHUNK: usize = 256;

/// The most payees of one coupon: 2^20, whose last leaf still has a proof of 20 words.
pub const MAX_PAYEES: usize = 1 << 20;

/// What one holder gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payee {
    /// The wallet that is paid.
    pub account: WalletAddress,
    /// The amount in the smallest unit of the payment token.
    pub amount: u64,
    /// What is withheld from it besides, for the tax office.
    pub withheld: u64,
}

impl Payee {
    /// What the coupon must hold for it.
    const fn costs(self) -> Option<u64> {
        self.amount.checked_add(self.withheld)
    }
}

/// Entitlements that no coupon can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CouponTreeError {
    /// Nobody, or too many.
    #[error("{0} payees, a coupon has 1 to {MAX_PAYEES}")]
    Payees(usize),
    /// All amounts together pass 64 bits.
    #[error("the amounts of the coupon add up beyond 2^64")]
    Total,
}

/// The tree of one coupon.
#[derive(Debug, Clone)]
pub struct CouponTree {
    coupon_id: [u8; 32],
    payees: Vec<Payee>,
    total: u64,
    /// Level 0 are the leaves, the last level is the root alone.
    levels: Vec<Vec<[u8; 32]>>,
}

/// Payees who are paid in one call, with the proof that they belong to the coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// Its number, from 0; it holds the payees from 256 times its number on.
    pub number: u32,
    /// Its payees, at most [`CHUNK`].
    pub payees: &'a [Payee],
    /// The neighbours from the root of the chunk up to the root of the tree.
    pub proof: Vec<[u8; 32]>,
}

impl CouponTree {
    /// Builds the tree; the place of a payee in the slice is its index.
    ///
    /// # Errors
    /// When there is nobody or more than [`MAX_PAYEES`], or the amounts add up too high.
    pub fn build(coupon_id: [u8; 32], payees: &[Payee]) -> Result<Self, CouponTreeError> {
        if payees.is_empty() || payees.len() > MAX_PAYEES {
            return Err(CouponTreeError::Payees(payees.len()));
        }
        let total = payees
            .iter()
            .try_fold(0_u64, |sum, payee| sum.checked_add(payee.costs()?))
            .ok_or(CouponTreeError::Total)?;
        let mut leaves: Vec<_> =
            payees.iter().zip(0..).map(|(payee, index)| leaf(&coupon_id, index, payee)).collect();
        leaves.resize(payees.len().next_power_of_two().max(CHUNK), [0; 32]);
        Ok(Self { coupon_id, payees: payees.to_vec(), total, levels: levels(leaves) })
    }

    /// The id of the coupon, which is in every leaf.
    #[must_use]
    pub const fn coupon_id(&self) -> [u8; 32] {
        self.coupon_id
    }

    /// The root that is declared on chain.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default()
    }

    /// All amounts together, withheld ones too.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// How many payees there are.
    #[must_use]
    pub fn payees(&self) -> u32 {
        u32::try_from(self.payees.len()).unwrap_or(u32::MAX)
    }

    /// The payee at an index.
    #[must_use]
    pub fn payee(&self, index: u32) -> Option<Payee> {
        self.payees.get(index as usize).copied()
    }

    /// How many chunks there are.
    #[must_use]
    pub fn chunk_count(&self) -> u32 {
        self.payees().div_ceil(CHUNK as u32)
    }

    /// A chunk; `None` past the last one.
    #[must_use]
    pub fn chunk(&self, number: u32) -> Option<Chunk<'_>> {
        let payees = self.payees.chunks(CHUNK).nth(number as usize)?;
        Some(Chunk { number, payees, proof: self.proof(CHUNK.ilog2() as usize, number as usize) })
    }

    /// The proof of one payee, from its leaf to the root; `None` when there is no such payee.
    #[must_use]
    pub fn leaf_proof(&self, index: u32) -> Option<Vec<[u8; 32]>> {
        self.payee(index).map(|_| self.proof(0, index as usize))
    }

    /// The neighbours of the node at `place` of a level, upwards.
    fn proof(&self, level: usize, place: usize) -> Vec<[u8; 32]> {
        let below_the_root = self.levels.iter().skip(level).filter(|level| level.len() > 1);
        below_the_root
            .enumerate()
            .filter_map(|(height, nodes)| nodes.get((place >> height) ^ 1).copied())
            .collect()
    }
}

fn leaf(coupon_id: &[u8; 32], index: u32, payee: &Payee) -> [u8; 32] {
    let mut encoded = [0; 160];
    encoded[..32].copy_from_slice(coupon_id);
    encoded[60..64].copy_from_slice(&index.to_be_bytes());
    encoded[76..96].copy_from_slice(&payee.account.0);
    encoded[120..128].copy_from_slice(&payee.amount.to_be_bytes());
    encoded[152..].copy_from_slice(&payee.withheld.to_be_bytes());
    // Twice, so that no inner node can be passed off as a leaf.
    Keccak256::digest(Keccak256::digest(encoded)).into()
}

fn levels(leaves: Vec<[u8; 32]>) -> Vec<Vec<[u8; 32]>> {
    let mut levels = vec![leaves];
    while let Some(below) = levels.last().filter(|level| level.len() > 1) {
        let above = below.chunks_exact(2).map(|pair| Keccak256::digest(pair.concat()).into()).collect();
        levels.push(above);
    }
    levels
}

#[cfg(test)]
mod tests;

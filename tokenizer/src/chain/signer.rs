//! Keys that sign calls, the fees they offer, and the signed bytes that are stored before they are sent.

use super::{ChainCall, ChainError, words};
use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::Encodable2718,
    primitives::{B256, Bytes, U256},
    signers::{SignerSync, local::PrivateKeySigner},
};
use domain::party::WalletAddress;
use std::fmt;

/// The most that is ever offered per gas: 500 gwei. A network above it is too dear to pay coupons on, and the call
/// waits with an alarm rather than spend without limit.
pub const MAX_FEE_PER_GAS: u128 = 500_000_000_000;

/// The most gas of one transaction on networks since Fusaka (EIP-7825): 2^24.
pub const MAX_GAS: u64 = 1 << 24;

/// Added to an estimate, in percent, because the state may change until the call is mined.
const GAS_HEADROOM_PERCENT: u64 = 20;

/// The gas to sign for a call that was estimated at `estimated`.
#[must_use]
pub fn gas_limit(estimated: u64) -> u64 {
    let with_headroom = estimated.saturating_mul(100 + GAS_HEADROOM_PERCENT).div_ceil(100);
    // A call that needs more than the cap of new networks may still run on others, but gets no headroom there.
    if estimated >= MAX_GAS { estimated } else { with_headroom.min(MAX_GAS) }
}

/// A key that signs. Its secret is never shown.
#[derive(Clone)]
pub struct Signer(PrivateKeySigner);

impl Signer {
    /// The signer of a secp256k1 key.
    ///
    /// # Errors
    /// When the bytes are zero or not below the order of the curve.
    pub fn from_key(key: &[u8; 32]) -> Result<Self, ChainError> {
        PrivateKeySigner::from_bytes(&B256::from(*key))
            .map(Self)
            .map_err(|_| ChainError::nonsense("the signing key is no key of secp256k1"))
    }

    /// The address that signs.
    #[must_use]
    pub fn address(&self) -> WalletAddress {
        words::wallet(self.0.address())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer {}", self.address())
    }
}

/// What a transaction offers per gas, in wei (EIP-1559).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fees {
    /// The most it pays per gas in all.
    pub max_fee_per_gas: u128,
    /// The most of it that goes to whoever makes the block.
    pub max_priority_fee_per_gas: u128,
}

impl Fees {
    /// An eighth more, enough to replace a pending transaction everywhere (nodes ask for a tenth). `None` when that
    /// would pass [`MAX_FEE_PER_GAS`].
    #[must_use]
    pub fn bumped(self) -> Option<Self> {
        let more = |fee: u128| fee.saturating_add(fee.div_ceil(8).max(1));
        let bumped = Self {
            max_fee_per_gas: more(self.max_fee_per_gas),
            max_priority_fee_per_gas: more(self.max_priority_fee_per_gas),
        };
        (bumped.max_fee_per_gas <= MAX_FEE_PER_GAS).then_some(bumped)
    }

    /// These fees, raised to `asked` where they are lower.
    #[must_use]
    pub fn at_least(self, asked: Self) -> Self {
        Self {
            max_fee_per_gas: self.max_fee_per_gas.max(asked.max_fee_per_gas),
            max_priority_fee_per_gas: self.max_priority_fee_per_gas.max(asked.max_priority_fee_per_gas),
        }
        .capped()
    }

    pub(super) fn capped(self) -> Self {
        let max_fee_per_gas = self.max_fee_per_gas.min(MAX_FEE_PER_GAS);
        Self { max_fee_per_gas, max_priority_fee_per_gas: self.max_priority_fee_per_gas.min(max_fee_per_gas) }
    }
}

/// A signed transaction, to be stored before it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The bytes to send, and to send again.
    pub raw: Vec<u8>,
    /// The hash the network knows it by.
    pub hash: [u8; 32],
    /// Its place among the transactions of its signer.
    pub nonce: u64,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed {} with nonce {}", B256::from(self.hash), self.nonce)
    }
}

/// The numbers of a transaction besides its call.
pub(super) struct Envelope {
    pub(super) chain_id: u64,
    pub(super) nonce: u64,
    pub(super) gas: u64,
    pub(super) fees: Fees,
}

pub(super) fn sign(signer: &Signer, call: &ChainCall, envelope: &Envelope) -> Result<Signed, ChainError> {
    let transaction = TxEip1559 {
        chain_id: envelope.chain_id,
        nonce: envelope.nonce,
        gas_limit: envelope.gas,
        max_fee_per_gas: envelope.fees.max_fee_per_gas,
        max_priority_fee_per_gas: envelope.fees.max_priority_fee_per_gas,
        to: call.kind(),
        value: U256::from(call.value_wei),
        access_list: Default::default(),
        input: Bytes::copy_from_slice(&call.data),
    };
    let signature = signer.0.sign_hash_sync(&transaction.signature_hash()).map_err(ChainError::nonsense)?;
    let signed: TxEnvelope = transaction.into_signed(signature).into();
    Ok(Signed { raw: signed.encoded_2718(), hash: signed.tx_hash().0, nonce: envelope.nonce })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bump_is_enough_for_every_node_and_ends_at_the_cap() {
        let fees = Fees { max_fee_per_gas: 1_000, max_priority_fee_per_gas: 0 };
        let bumped = fees.bumped().unwrap();
        assert_eq!(bumped, Fees { max_fee_per_gas: 1_125, max_priority_fee_per_gas: 1 });
        let dear = Fees { max_fee_per_gas: MAX_FEE_PER_GAS, max_priority_fee_per_gas: 1 };
        assert_eq!(dear.bumped(), None);
    }

    #[test]
    fn an_estimate_gets_headroom_within_the_cap_of_networks() {
        assert_eq!(gas_limit(100_000), 120_000);
        assert_eq!(gas_limit(16_000_000), 16_777_216);
        assert_eq!(gas_limit(20_000_000), 20_000_000);
    }

    #[test]
    fn the_key_is_not_shown() {
        let signer = Signer::from_key(&[0x46; 32]).unwrap();
        assert_eq!(signer.address().to_string(), "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
        assert_eq!(format!("{signer:?}"), "Signer 0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
        assert!(Signer::from_key(&[0; 32]).is_err());
    }
}

//! Wallets that are contracts: whether one calls a signature its own (EIP-1271).

use super::{ChainClient, ChainError, refusal, words};
use alloy::{
    primitives::{B256, Bytes, TxKind},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolValue,
};
use domain::party::WalletAddress;

/// The selector of `isValidSignature(bytes32,bytes)`, and what a contract answers to say yes.
const IS_VALID: [u8; 4] = [0x16, 0x26, 0xba, 0x7e];

/// The gas that an answer may use: several owners, each with a key that the EVM has no opcode for, fit; a contract that
/// runs for ever does not hold up a node.
const MOST_GAS: u64 = 5_000_000;

/// What a contract says about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractSays {
    /// It is its own.
    Valid,
    /// Anything else, a failure too.
    Invalid,
    /// There is no contract at this address.
    NoContract,
}

impl ChainClient {
    /// Asks the contract of a wallet whether a signature over a hash is its own.
    ///
    /// # Errors
    /// When the chain cannot be asked. What the contract does is an answer.
    pub async fn is_valid_signature(
        &self,
        wallet: WalletAddress,
        hash: [u8; 32],
        signature: &[u8],
    ) -> Result<ContractSays, ChainError> {
        if !self.has_code(wallet).await? {
            return Ok(ContractSays::NoContract);
        }
        let arguments = (B256::from(hash), Bytes::copy_from_slice(signature)).abi_encode_params();
        let request = TransactionRequest {
            to: Some(TxKind::Call(words::address(wallet))),
            input: Bytes::from([IS_VALID.as_slice(), &arguments].concat()).into(),
            gas: Some(MOST_GAS),
            ..TransactionRequest::default()
        };
        let answer = refusal::or_refusal(self.provider.call(request).await)?;
        // Four bytes in a word: what stands behind them is not looked at by the standard, and is nothing in ABI.
        let mut yes = [0; 32];
        yes[..4].copy_from_slice(&IS_VALID);
        Ok(match answer {
            Ok(word) if word.as_ref() == yes => ContractSays::Valid,
            _ => ContractSays::Invalid,
        })
    }
}

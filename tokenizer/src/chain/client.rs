//! The one client for the embedded chain and for any EVM network: only the transport differs.

use super::{
    CallRefusal, ChainCall, ChainError, Fees, Signed, Signer,
    embedded::{EmbeddedChain, EmbeddedTransport},
    refusal, signer, words,
};
use alloy::{
    eips::{BlockId, BlockNumberOrTag},
    primitives::B256,
    providers::{Provider, RootProvider},
    rpc::client::RpcClient,
    transports::{RpcError, http::reqwest},
};
use domain::party::WalletAddress;
use std::{sync::Arc, time::Duration};

/// How long a node may take to answer: a busy one answers within seconds, and the job tries again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a connection to a node may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to a chain. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ChainClient {
    pub(super) provider: RootProvider,
    chain_id: u64,
}

/// A block, by its place and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockRef {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its time in seconds since 1970.
    pub timestamp: u64,
}

/// What the network said to a signed transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broadcast {
    /// It is taken, or in a block already.
    Accepted,
    /// It was taken before.
    AlreadyKnown,
    /// Another transaction with its nonce, or itself, is in a block: ask for its outcome.
    NonceTooLow,
    /// It offers too little, by itself or to replace what is pending with its nonce.
    Underpriced,
    /// The signer cannot pay for it.
    InsufficientFunds,
    /// Anything else, in the words of the node.
    Refused(String),
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The number of its block.
    pub block: u64,
    /// The hash of its block, which tells whether it is still the same one.
    pub block_hash: [u8; 32],
    /// Whether the call did what it should; if not it is in the block and did nothing.
    pub succeeded: bool,
    /// The gas it used.
    pub gas_used: u64,
    /// The contract it deployed.
    pub contract: Option<WalletAddress>,
}

impl ChainClient {
    /// Connects to the embedded chain of this process.
    ///
    /// # Errors
    /// When the chain does not answer.
    pub async fn connect_embedded(chain: Arc<EmbeddedChain>) -> Result<Self, ChainError> {
        Self::connect(RpcClient::new(EmbeddedTransport::new(chain), true)).await
    }

    /// Connects to a node by the address of its JSON-RPC.
    ///
    /// # Errors
    /// When the address is none, or nobody answers there.
    pub async fn connect_http(url: &str) -> Result<Self, ChainError> {
        let parsed = url
            .parse()
            .map_err(|error| ChainError::Unreachable(format!("{url} is no address of a node: {error}")))?;
        let http = reqwest::Client::builder()
            .timeout(ANSWER_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(|error| ChainError::Unreachable(error.to_string()))?;
        Self::connect(RpcClient::new_http_with_client(http, parsed)).await
    }

    async fn connect(client: RpcClient) -> Result<Self, ChainError> {
        let provider = RootProvider::new(client);
        let chain_id = provider.get_chain_id().await?;
        Ok(Self { provider, chain_id })
    }

    /// The chain id, as it was on connecting.
    #[must_use]
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The newest block.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn head(&self) -> Result<BlockRef, ChainError> {
        let head = self.block(BlockNumberOrTag::Latest).await?;
        head.ok_or_else(|| ChainError::nonsense("there is no newest block"))
    }

    /// The block with a number, if there is one.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn block_at(&self, number: u64) -> Result<Option<BlockRef>, ChainError> {
        self.block(BlockNumberOrTag::Number(number)).await
    }

    /// The hash of the block with a number, if there is one.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn block_hash(&self, number: u64) -> Result<Option<[u8; 32]>, ChainError> {
        Ok(self.block_at(number).await?.map(|block| block.hash))
    }

    async fn block(&self, block: BlockNumberOrTag) -> Result<Option<BlockRef>, ChainError> {
        let block = self.provider.get_block_by_number(block).await?;
        Ok(block.map(|block| BlockRef {
            number: block.header.number,
            hash: block.header.hash.0,
            timestamp: block.header.timestamp,
        }))
    }

    /// How many transactions of a wallet are in blocks: the next nonce when nothing is pending.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn transaction_count(&self, wallet: WalletAddress) -> Result<u64, ChainError> {
        Ok(self.provider.get_transaction_count(words::address(wallet)).await?)
    }

    /// How many transactions of a wallet were in blocks up to one.
    ///
    /// # Errors
    /// When the chain cannot be asked, or has forgotten the state of that block.
    pub async fn transaction_count_at(&self, wallet: WalletAddress, block: u64) -> Result<u64, ChainError> {
        let count = self.provider.get_transaction_count(words::address(wallet));
        Ok(count.block_id(BlockId::number(block)).await?)
    }

    /// The funds of a wallet for fees, in wei.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn funds(&self, wallet: WalletAddress) -> Result<u128, ChainError> {
        Ok(self.provider.get_balance(words::address(wallet)).await?.saturating_to())
    }

    /// Whether a contract stands at an address.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn has_code(&self, contract: WalletAddress) -> Result<bool, ChainError> {
        Ok(!self.provider.get_code_at(words::address(contract)).await?.is_empty())
    }

    /// Tries a call as it would go in the next block, without sending it: the gas it needs, or why it is refused.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn simulate(
        &self,
        from: WalletAddress,
        call: &ChainCall,
    ) -> Result<Result<u64, CallRefusal>, ChainError> {
        let tried = self.provider.estimate_gas(call.request(from)).block(BlockId::pending()).await;
        refusal::or_refusal(tried)
    }

    /// Why a call that is in a block did nothing: the call tried again upon the state of that block. `None` when it
    /// would succeed there, because something else in that block made the difference.
    ///
    /// # Errors
    /// When the chain cannot be asked, or has forgotten the state of that block.
    pub async fn why_reverted(
        &self,
        from: WalletAddress,
        call: &ChainCall,
        block: u64,
    ) -> Result<Option<CallRefusal>, ChainError> {
        let tried = self.provider.call(call.request(from)).block(BlockId::number(block)).await;
        Ok(refusal::or_refusal(tried)?.err())
    }

    /// Fees that get a transaction into one of the next blocks, within [`super::MAX_FEE_PER_GAS`].
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn suggest_fees(&self) -> Result<Fees, ChainError> {
        let suggested = self.provider.estimate_eip1559_fees().await?;
        let fees = Fees {
            max_fee_per_gas: suggested.max_fee_per_gas,
            max_priority_fee_per_gas: suggested.max_priority_fee_per_gas,
        };
        Ok(fees.capped())
    }

    /// Signs a call. The same key, call, nonce, gas and fees give the same bytes.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(
        &self,
        signer: &Signer,
        call: &ChainCall,
        nonce: u64,
        gas: u64,
        fees: Fees,
    ) -> Result<Signed, ChainError> {
        signer::sign(signer, call, &signer::Envelope { chain_id: self.chain_id, nonce, gas, fees })
    }

    /// Sends signed bytes. Sending them again does no harm.
    ///
    /// # Errors
    /// When no answer came: the transaction may or may not have arrived, send it again.
    pub async fn broadcast(&self, raw: &[u8]) -> Result<Broadcast, ChainError> {
        match self.provider.send_raw_transaction(raw).await {
            Ok(_) => Ok(Broadcast::Accepted),
            Err(RpcError::ErrorResp(answer)) => Ok(Broadcast::from_answer(&answer.message)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the network knows a transaction, in a block or pending.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn knows(&self, hash: [u8; 32]) -> Result<bool, ChainError> {
        Ok(self.provider.get_transaction_by_hash(B256::from(hash)).await?.is_some())
    }

    /// What became of a transaction; `None` while it is in no block.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn outcome(&self, hash: [u8; 32]) -> Result<Option<Outcome>, ChainError> {
        let receipt = self.provider.get_transaction_receipt(B256::from(hash)).await?;
        Ok(receipt.and_then(|receipt| {
            Some(Outcome {
                block: receipt.block_number?,
                block_hash: receipt.block_hash?.0,
                succeeded: receipt.status(),
                gas_used: receipt.gas_used,
                contract: receipt.contract_address.map(words::wallet),
            })
        }))
    }
}

impl Broadcast {
    /// Nodes answer in words. These are the words of geth, reth, anvil and the embedded chain.
    fn from_answer(message: &str) -> Self {
        let words = message.to_lowercase();
        let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
        if says(&["already known", "already imported", "known transaction"]) {
            Self::AlreadyKnown
        } else if says(&["nonce too low"]) {
            Self::NonceTooLow
        } else if says(&["underpriced", "less than block base fee", "fee cap less than"]) {
            Self::Underpriced
        } else if says(&["insufficient funds"]) {
            Self::InsufficientFunds
        } else {
            Self::Refused(message.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_nodes_are_understood() {
        for (message, broadcast) in [
            ("already known", Broadcast::AlreadyKnown),
            ("transaction already imported", Broadcast::AlreadyKnown),
            ("nonce too low: next nonce 5, tx nonce 3", Broadcast::NonceTooLow),
            ("replacement transaction underpriced", Broadcast::Underpriced),
            ("max fee per gas less than block base fee", Broadcast::Underpriced),
            ("Insufficient funds for gas * price + value", Broadcast::InsufficientFunds),
            ("exceeds block gas limit", Broadcast::Refused("exceeds block gas limit".to_owned())),
        ] {
            assert_eq!(Broadcast::from_answer(message), broadcast, "{message}");
        }
    }
}

//! Questions to the contracts, answered in the words of the business.

use super::{
    CallRefusal, ChainClient, ChainError, RuleRefusal,
    calls::{Issue, Movement},
    refusal, words,
};
use alloy::{
    eips::BlockId,
    primitives::{Bytes, FixedBytes, TxKind, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use chrono::{DateTime, Utc};
use contracts::{
    IdentityRegistry, SecurityToken,
    reasons::{Reason, Status},
};
use domain::{
    Country, Units,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};

/// What the registry knows of a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredIdentity {
    /// The opaque number of the beneficial owner.
    pub identity: u64,
    /// Where the owner resides.
    pub country: Country,
    /// The class of the owner.
    pub class: InvestorClass,
    /// The first moment at which the approval no longer holds.
    pub valid_until: DateTime<Utc>,
    /// Whether the owner is frozen in every token.
    pub frozen: bool,
    /// Whether the wallet was taken out of use.
    pub removed: bool,
    /// Whether the owner has further wallets.
    pub several_wallets: bool,
}

/// Where a partition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionState {
    /// Units outstanding.
    pub supply: Units,
    /// Beneficial owners who hold some.
    pub holders: u64,
    /// The most units one owner may hold now; `None` without a cap.
    pub cap: Option<Units>,
    /// Whether the partition is halted.
    pub paused: bool,
}

impl ChainClient {
    /// Units of a wallet in a partition.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn balance_of_by_partition(
        &self,
        token: WalletAddress,
        partition: &PartitionName,
        holder: WalletAddress,
    ) -> Result<Units, ChainError> {
        let call = SecurityToken::balanceOfByPartitionCall {
            partition: words::partition(partition),
            tokenHolder: words::address(holder),
        };
        words::units(self.ask(token, call).await?)
    }

    /// Units of a wallet over all partitions of a security token.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn balance_of(&self, token: WalletAddress, holder: WalletAddress) -> Result<Units, ChainError> {
        let call = SecurityToken::balanceOfCall { account: words::address(holder) };
        words::units(self.ask(token, call).await?)
    }

    /// Units outstanding over all partitions.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn total_supply(&self, token: WalletAddress) -> Result<Units, ChainError> {
        words::units(self.ask(token, SecurityToken::totalSupplyCall {}).await?)
    }

    /// The partitions of a token, the default one first.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn partitions(&self, token: WalletAddress) -> Result<Vec<PartitionName>, ChainError> {
        let names = self.ask(token, SecurityToken::partitionsCall {}).await?;
        names
            .into_iter()
            .map(|name| words::partition_name(name).ok_or_else(|| ChainError::nonsense(name)))
            .collect()
    }

    /// Supply, holders, cap and pause of a partition.
    ///
    /// # Errors
    /// When the chain cannot be asked, or the token or its partition is not there.
    pub async fn partition_state(
        &self,
        token: WalletAddress,
        partition: &PartitionName,
    ) -> Result<PartitionState, ChainError> {
        let call = SecurityToken::stateOfCall { partition: words::partition(partition) };
        partition_state(self.ask(token, call).await?)
    }

    /// The hash of a document under its name of 32 bytes; `None` when there is no such document.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn document_hash(
        &self,
        token: WalletAddress,
        name: [u8; 32],
    ) -> Result<Option<[u8; 32]>, ChainError> {
        let document = self.ask(token, SecurityToken::getDocumentCall { name_: name.into() }).await?;
        Ok((!document.documentHash.is_zero()).then_some(document.documentHash.0))
    }

    /// As [`Self::document_hash`], of the version that was in force at a time.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn document_hash_at(
        &self,
        token: WalletAddress,
        name: [u8; 32],
        time: DateTime<Utc>,
    ) -> Result<Option<[u8; 32]>, ChainError> {
        let call = SecurityToken::documentAtCall { name_: name.into(), time: words::seconds(time).to() };
        let document = self.ask(token, call).await?;
        Ok((!document.documentHash.is_zero()).then_some(document.documentHash.0))
    }

    /// Units of a wallet in a partition that holds keep for somebody.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn held_by_partition(
        &self,
        token: WalletAddress,
        partition: &PartitionName,
        holder: WalletAddress,
    ) -> Result<Units, ChainError> {
        let call = SecurityToken::heldByPartitionCall {
            partition: words::partition(partition),
            account: words::address(holder),
        };
        words::units(self.ask(token, call).await?)
    }

    /// The wallet that took the place of one that was recovered; otherwise the wallet itself.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn current_wallet_of(
        &self,
        token: WalletAddress,
        wallet: WalletAddress,
    ) -> Result<WalletAddress, ChainError> {
        let call = SecurityToken::currentWalletOfCall { account: words::address(wallet) };
        Ok(words::wallet(self.ask(token, call).await?))
    }

    /// The token's own verdict on a transfer by its sender, as it would be in the next block.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn judge_transfer(
        &self,
        token: WalletAddress,
        movement: Movement<'_>,
    ) -> Result<Result<(), RuleRefusal>, ChainError> {
        let call = SecurityToken::judgeTransferCall {
            partition: words::partition(movement.partition),
            from: words::address(movement.from),
            to: words::address(movement.to),
            units: words::units_word(movement.units),
        };
        let said = self.ask_pending(token, call).await?;
        verdict(said.status, said.reason, (said.value, said.limit))
    }

    /// The token's own verdict on an issue, as it would be in the next block.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn judge_issue(
        &self,
        token: WalletAddress,
        partition: &PartitionName,
        issue: Issue,
    ) -> Result<Result<(), RuleRefusal>, ChainError> {
        let call = SecurityToken::judgeIssueCall {
            partition: words::partition(partition),
            to: words::address(issue.to),
            units: words::units_word(issue.units),
        };
        let said = self.ask_pending(token, call).await?;
        verdict(said.status, said.reason, (said.value, said.limit))
    }

    /// The token's own verdict on a redemption by the holder, as it would be in the next block.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn judge_redeem(
        &self,
        token: WalletAddress,
        partition: &PartitionName,
        holder: WalletAddress,
        units: Units,
    ) -> Result<Result<(), RuleRefusal>, ChainError> {
        let call = SecurityToken::judgeRedeemCall {
            partition: words::partition(partition),
            from: words::address(holder),
            units: words::units_word(units),
        };
        let said = self.ask_pending(token, call).await?;
        verdict(said.status, said.reason, (said.value, said.limit))
    }

    /// What the registry knows of a wallet; `None` for a stranger.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn identity_of(
        &self,
        registry: WalletAddress,
        wallet: WalletAddress,
    ) -> Result<Option<RegisteredIdentity>, ChainError> {
        let call = IdentityRegistry::identityOfCall { wallet: words::address(wallet) };
        let known = self.ask(registry, call).await?;
        if known.identity == 0 {
            return Ok(None);
        }
        let strange = |what: &str, number: u8| ChainError::nonsense(format_args!("the {what} {number}"));
        let class = InvestorClass::ALL.get(usize::from(known.investorClass));
        let valid_until = words::moment(known.validUntil.saturating_to());
        Ok(Some(RegisteredIdentity {
            identity: known.identity,
            country: Country::from_index(known.country).ok_or_else(|| strange("country", known.country))?,
            class: *class.ok_or_else(|| strange("class", known.investorClass))?,
            valid_until: valid_until.ok_or_else(|| ChainError::nonsense(known.validUntil))?,
            frozen: known.frozen,
            removed: known.removed,
            several_wallets: known.severalWallets,
        }))
    }

    /// Whether an operation id is used up, on a token or on the registry.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn is_consumed(
        &self,
        contract: WalletAddress,
        operation_id: [u8; 32],
    ) -> Result<bool, ChainError> {
        self.ask(contract, SecurityToken::isConsumedCall { operationId: operation_id.into() }).await
    }

    /// The role bits of an account, as in [`super::calls::ChainRole`].
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn roles_of(&self, contract: WalletAddress, account: WalletAddress) -> Result<u8, ChainError> {
        let call = SecurityToken::rolesOfCall { account: words::address(account) };
        let roles = self.ask(contract, call).await?;
        u8::try_from(roles).map_err(|_| ChainError::nonsense(format_args!("the roles {roles}")))
    }

    pub(super) async fn ask<C: SolCall>(
        &self,
        contract: WalletAddress,
        call: C,
    ) -> Result<C::Return, ChainError> {
        self.try_ask(contract, call, BlockId::latest()).await?.map_err(ChainError::nonsense)
    }

    /// Asked of the next block, whose time may already be past an expiry.
    async fn ask_pending<C: SolCall>(
        &self,
        contract: WalletAddress,
        call: C,
    ) -> Result<C::Return, ChainError> {
        self.try_ask(contract, call, BlockId::pending()).await?.map_err(ChainError::nonsense)
    }

    pub(super) async fn try_ask<C: SolCall>(
        &self,
        contract: WalletAddress,
        call: C,
        block: BlockId,
    ) -> Result<Result<C::Return, CallRefusal>, ChainError> {
        let request = TransactionRequest {
            to: Some(TxKind::Call(words::address(contract))),
            input: Bytes::from(call.abi_encode()).into(),
            ..TransactionRequest::default()
        };
        let answer = match refusal::or_refusal(self.provider.call(request).block(block).await)? {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // An address without code answers with nothing at all.
        C::abi_decode_returns(&answer).map(Ok).map_err(|error| {
            ChainError::nonsense(format_args!("{contract} does not answer {}: {error}", C::SIGNATURE))
        })
    }
}

pub(super) fn partition_state(state: SecurityToken::stateOfReturn) -> Result<PartitionState, ChainError> {
    let cap = words::units(state.capUnits)?;
    Ok(PartitionState {
        supply: words::units(state.supply)?,
        holders: state.holders.saturating_to(),
        cap: (cap != Units::ZERO).then_some(cap),
        paused: state.partitionPaused,
    })
}

pub(super) fn verdict(
    status: FixedBytes<1>,
    reason: FixedBytes<32>,
    numbers: (U256, U256),
) -> Result<Result<(), RuleRefusal>, ChainError> {
    if status == Status::Success.bytes1() {
        return Ok(Ok(()));
    }
    let reason = Reason::from_word(reason)
        .ok_or_else(|| ChainError::nonsense(format_args!("the reason {reason} is not registered")))?;
    Ok(Err(RuleRefusal::new(status.0[0], reason, numbers)))
}

//! The security token: units that are issued, moved and redeemed, rules, freezes, pauses, documents.

use super::{
    super::{ChainCall, TooBig, words},
    PartitionTerms, call, within_batch,
};
use alloy::primitives::{Bytes, U256};
use chrono::{DateTime, Utc};
use contracts::SecurityToken;
use domain::{Units, party::WalletAddress, pool::PartitionName};

/// Units to issue to one holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// The holder.
    pub to: WalletAddress,
    /// The units.
    pub units: Units,
}

/// Units of a partition that move from one wallet to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement<'a> {
    /// The partition.
    pub partition: &'a PartitionName,
    /// Who gives.
    pub from: WalletAddress,
    /// Who gets.
    pub to: WalletAddress,
    /// The units.
    pub units: Units,
}

/// Issues units to one holder.
#[must_use]
pub fn issue(token: WalletAddress, partition: &PartitionName, issue: Issue) -> ChainCall {
    let issue = SecurityToken::issueByPartitionCall {
        partition: words::partition(partition),
        tokenHolder: words::address(issue.to),
        value: words::units_word(issue.units),
        data: Bytes::new(),
    };
    call(token, issue)
}

/// Issues units to many. One refusal refuses all; an operation id works once.
///
/// # Errors
/// When there are more than [`super::MAX_BATCH`].
pub fn issue_batch(
    token: WalletAddress,
    operation_id: [u8; 32],
    partition: &PartitionName,
    issues: &[Issue],
) -> Result<ChainCall, TooBig> {
    within_batch(issues.len())?;
    let batch = SecurityToken::issueBatchCall {
        operationId: operation_id.into(),
        partition: words::partition(partition),
        holders: issues.iter().map(|issue| words::address(issue.to)).collect(),
        units: issues.iter().map(|issue| words::units_word(issue.units)).collect(),
    };
    Ok(call(token, batch))
}

/// Moves units of the signer, who must be `from`.
#[must_use]
pub fn transfer(token: WalletAddress, movement: Movement<'_>) -> ChainCall {
    let transfer = SecurityToken::transferByPartitionCall {
        partition: words::partition(movement.partition),
        to: words::address(movement.to),
        value: words::units_word(movement.units),
        data: Bytes::new(),
    };
    call(token, transfer)
}

/// Moves units of a holder who authorised the signer, under every rule.
#[must_use]
pub fn operator_transfer(token: WalletAddress, movement: Movement<'_>) -> ChainCall {
    let transfer = SecurityToken::operatorTransferByPartitionCall {
        partition: words::partition(movement.partition),
        from: words::address(movement.from),
        to: words::address(movement.to),
        value: words::units_word(movement.units),
        data: Bytes::new(),
        operatorData: Bytes::new(),
    };
    call(token, transfer)
}

/// Moves units by force. `reason` stands on chain for ever: an opaque reference, nothing personal.
#[must_use]
pub fn controller_transfer(token: WalletAddress, movement: Movement<'_>, reason: &[u8]) -> ChainCall {
    let transfer = SecurityToken::controllerTransferByPartitionCall {
        partition: words::partition(movement.partition),
        from: words::address(movement.from),
        to: words::address(movement.to),
        value: words::units_word(movement.units),
        data: Bytes::new(),
        operatorData: Bytes::copy_from_slice(reason),
    };
    call(token, transfer)
}

/// Redeems units of the signer.
#[must_use]
pub fn redeem(token: WalletAddress, partition: &PartitionName, units: Units) -> ChainCall {
    let redeem = SecurityToken::redeemByPartitionCall {
        partition: words::partition(partition),
        value: words::units_word(units),
        data: Bytes::new(),
    };
    call(token, redeem)
}

/// Redeems units of a holder who authorised the signer.
#[must_use]
pub fn operator_redeem(
    token: WalletAddress,
    partition: &PartitionName,
    holder: WalletAddress,
    units: Units,
) -> ChainCall {
    let redeem = SecurityToken::operatorRedeemByPartitionCall {
        partition: words::partition(partition),
        tokenHolder: words::address(holder),
        value: words::units_word(units),
        data: Bytes::new(),
        operatorData: Bytes::new(),
    };
    call(token, redeem)
}

/// Redeems units by force. `reason` is as in [`controller_transfer`].
#[must_use]
pub fn controller_redeem(
    token: WalletAddress,
    partition: &PartitionName,
    holder: WalletAddress,
    units: Units,
    reason: &[u8],
) -> ChainCall {
    let redeem = SecurityToken::controllerRedeemByPartitionCall {
        partition: words::partition(partition),
        tokenHolder: words::address(holder),
        value: words::units_word(units),
        data: Bytes::new(),
        operatorData: Bytes::copy_from_slice(reason),
    };
    call(token, redeem)
}

/// Lets an operator act for the signer in one partition.
#[must_use]
pub fn authorize_operator(
    token: WalletAddress,
    partition: &PartitionName,
    operator: WalletAddress,
) -> ChainCall {
    let (partition, operator) = (words::partition(partition), words::address(operator));
    call(token, SecurityToken::authorizeOperatorByPartitionCall { partition, operator })
}

/// Ends what [`authorize_operator`] began.
#[must_use]
pub fn revoke_operator(
    token: WalletAddress,
    partition: &PartitionName,
    operator: WalletAddress,
) -> ChainCall {
    let (partition, operator) = (words::partition(partition), words::address(operator));
    call(token, SecurityToken::revokeOperatorByPartitionCall { partition, operator })
}

/// Opens a partition.
#[must_use]
pub fn add_partition(token: WalletAddress, terms: &PartitionTerms) -> ChainCall {
    call(token, SecurityToken::addPartitionCall { terms: terms.on_chain() })
}

/// Sets the terms of a partition that is there.
#[must_use]
pub fn set_partition_terms(token: WalletAddress, terms: &PartitionTerms) -> ChainCall {
    call(token, SecurityToken::setPartitionTermsCall { terms: terms.on_chain() })
}

/// Ends issuance for good; caps are of the units outstanding from then on.
#[must_use]
pub fn close_primary(token: WalletAddress) -> ChainCall {
    call(token, SecurityToken::closePrimaryCall {})
}

/// Gives up forced transfers and redemptions for good.
#[must_use]
pub fn renounce_control(token: WalletAddress) -> ChainCall {
    call(token, SecurityToken::renounceControlCall {})
}

/// Halts the whole token.
#[must_use]
pub fn pause(token: WalletAddress) -> ChainCall {
    call(token, SecurityToken::pauseCall {})
}

/// Resumes the whole token.
#[must_use]
pub fn unpause(token: WalletAddress) -> ChainCall {
    call(token, SecurityToken::unpauseCall {})
}

/// Halts or resumes one partition.
#[must_use]
pub fn set_partition_paused(token: WalletAddress, partition: &PartitionName, paused: bool) -> ChainCall {
    let partition = words::partition(partition);
    call(token, SecurityToken::setPartitionPausedCall { partition, paused_: paused })
}

/// Freezes or unfreezes one wallet in this token.
#[must_use]
pub fn set_wallet_frozen(token: WalletAddress, wallet: WalletAddress, frozen: bool) -> ChainCall {
    call(token, SecurityToken::setWalletFrozenCall { account: words::address(wallet), frozen })
}

/// Freezes so many units of a wallet over all partitions; it may be more than it holds.
#[must_use]
pub fn set_frozen_units(token: WalletAddress, wallet: WalletAddress, units: Units) -> ChainCall {
    let amount: U256 = words::units_word(units);
    call(token, SecurityToken::setFrozenTokensCall { account: words::address(wallet), amount })
}

/// Locks all units of one wallet until a moment; none ends the lock.
#[must_use]
pub fn set_wallet_lock(
    token: WalletAddress,
    wallet: WalletAddress,
    locked_until: Option<DateTime<Utc>>,
) -> ChainCall {
    let until = locked_until.map(words::seconds).unwrap_or_default();
    let lock = SecurityToken::setWalletLockCall { account: words::address(wallet), lockedUntil: until };
    call(token, lock)
}

/// Schedules a record date, later than now and than those scheduled before; records are numbered from 1.
#[must_use]
pub fn schedule_record_date(token: WalletAddress, date: DateTime<Utc>) -> ChainCall {
    call(token, SecurityToken::scheduleRecordDateCall { date: words::seconds(date) })
}

/// Puts a document, by its name of 32 bytes, where it lies and its hash.
#[must_use]
pub fn set_document(token: WalletAddress, name: [u8; 32], uri: &str, hash: [u8; 32]) -> ChainCall {
    let set =
        SecurityToken::setDocumentCall { name_: name.into(), uri: uri.to_owned(), documentHash: hash.into() };
    call(token, set)
}

/// Takes a document away.
#[must_use]
pub fn remove_document(token: WalletAddress, name: [u8; 32]) -> ChainCall {
    call(token, SecurityToken::removeDocumentCall { name_: name.into() })
}

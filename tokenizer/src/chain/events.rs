//! What happened on chain, in the words of the business.

use super::{ChainClient, ChainError, words};
use alloy::{
    primitives::{B256, Log, U256},
    providers::Provider,
    rpc::types::{self, Filter},
    sol_types::SolEventInterface,
};
use contracts::{
    CouponPayer::CouponPayerEvents as Coupon, IdentityRegistry::IdentityRegistryEvents as Identity,
    PaymentToken::PaymentTokenEvents as Payment, SecurityToken::SecurityTokenEvents as Token,
};
use domain::{
    Country,
    party::{InvestorClass, WalletAddress},
    pool::PartitionName,
};
use serde::{Deserialize, Serialize};

/// An event and where it stands on the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// The number of its block.
    pub block: u64,
    /// The hash of its block.
    pub block_hash: [u8; 32],
    /// The transaction that caused it.
    pub transaction_hash: [u8; 32],
    /// Its place among all events of the block.
    pub log_index: u64,
    /// The contract it comes from.
    pub emitter: WalletAddress,
    /// What happened.
    pub event: ChainEvent,
}

/// What happened on chain. Units and amounts are whole numbers in the smallest unit of their token, times are seconds
/// since 1970, 32-byte words are hexadecimal in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are named as in the contracts, whose comments explain them")]
pub enum ChainEvent {
    /// Units of a partition moved: issued when from nobody, redeemed when to nobody.
    Moved { partition: PartitionName, from: Option<WalletAddress>, to: Option<WalletAddress>, units: i64 },
    /// The ERC-20 event of a payment token or a security token. A payment token mints from nobody and burns to nobody.
    Transferred { from: Option<WalletAddress>, to: Option<WalletAddress>, amount: i64 },
    /// The terms of a partition were set.
    TermsSet { partition: PartitionName, authorised: i64, cap_bps: u16, holder_limit: u32, locked_until: u64 },
    /// The controller moved or redeemed units by force; the movement itself is a `Moved` of its own.
    Forced { from: WalletAddress, to: Option<WalletAddress>, units: i64 },
    /// The token was halted or resumed as a whole.
    PausedSet { paused: bool },
    /// A partition was halted or resumed.
    PartitionPausedSet { partition: PartitionName, paused: bool },
    /// A wallet was frozen or unfrozen in one token.
    WalletFrozenSet { wallet: WalletAddress, frozen: bool },
    /// So many units of a wallet are frozen.
    UnitsFrozenSet { wallet: WalletAddress, units: i64 },
    /// Nothing is issued any more.
    PrimaryClosed,
    /// Nothing is forced any more.
    ControlRenounced,
    /// A document was set.
    DocumentUpdated {
        #[serde(with = "hex_word")]
        name: [u8; 32],
        uri: String,
        #[serde(with = "hex_word")]
        hash: [u8; 32],
    },
    /// A document was taken away.
    DocumentRemoved {
        #[serde(with = "hex_word")]
        name: [u8; 32],
    },
    /// A wallet came on the registry.
    WalletRegistered {
        wallet: WalletAddress,
        identity: u64,
        country: Country,
        investor_class: InvestorClass,
        valid_until: u64,
    },
    /// A wallet was taken out of use.
    WalletRemoved { wallet: WalletAddress, identity: u64 },
    /// Country or class of an identity changed.
    ProfileSet { identity: u64, country: Country, investor_class: InvestorClass },
    /// The approval of an identity ends at another time.
    ValidUntilSet { identity: u64, valid_until: u64 },
    /// An identity was frozen or unfrozen in every token.
    IdentityFrozenSet { identity: u64, frozen: bool },
    /// A coupon was declared and its money is with the payer contract.
    CouponDeclared {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        token: WalletAddress,
        payment_token: WalletAddress,
        funder: WalletAddress,
        amount: i64,
        #[serde(with = "hex_word")]
        root: [u8; 32],
        payees: u32,
        claim_deadline: u64,
    },
    /// A payee got its money.
    CouponPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        index: u32,
        account: WalletAddress,
        amount: i64,
    },
    /// A payee could not be paid: the money is kept for it.
    CouponOwed {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        index: u32,
        account: WalletAddress,
        amount: i64,
    },
    /// Every payee of a chunk is paid or owed.
    CouponChunkPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        chunk: u32,
    },
    /// What was owed is paid.
    OwedPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        account: WalletAddress,
        amount: i64,
    },
    /// What nobody claimed went back.
    CouponReclaimed {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        funder: WalletAddress,
        amount: i64,
    },
    /// An operation id is used up.
    OperationDone {
        #[serde(with = "hex_word")]
        operation_id: [u8; 32],
    },
    /// An account has these role bits now.
    RolesChanged { account: WalletAddress, roles: u8 },
    /// A payment token blocked or unblocked an account.
    BlockedSet { account: WalletAddress, blocked: bool },
    /// An event this house has no word for; nothing is left out silently.
    Other {
        #[serde(with = "hex_word")]
        topic: [u8; 32],
    },
}

impl ChainEvent {
    /// Its word in JSON and in the database.
    #[must_use]
    pub fn kind(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["kind"].as_str().unwrap_or("other").to_owned()
    }
}

impl ChainClient {
    /// All events of some contracts in blocks `from_block` to `to_block`, both included, in order.
    ///
    /// # Errors
    /// When the chain cannot be asked; nodes refuse too many blocks or results at once, ask for fewer blocks then.
    pub async fn events(
        &self,
        from_block: u64,
        to_block: u64,
        emitters: &[WalletAddress],
    ) -> Result<Vec<LoggedEvent>, ChainError> {
        if emitters.is_empty() {
            return Ok(Vec::new());
        }
        let addresses: Vec<_> = emitters.iter().map(|wallet| words::address(*wallet)).collect();
        let filter = Filter::new().from_block(from_block).to_block(to_block).address(addresses);
        let logs = self.provider.get_logs(&filter).await?;
        logs.into_iter().map(logged).collect()
    }
}

fn logged(log: types::Log) -> Result<LoggedEvent, ChainError> {
    let placed = log.block_number.zip(log.block_hash).zip(log.transaction_hash).zip(log.log_index);
    let (((block, block_hash), transaction_hash), log_index) =
        placed.ok_or_else(|| ChainError::nonsense("an event of a stored block without its place"))?;
    Ok(LoggedEvent {
        block,
        block_hash: block_hash.0,
        transaction_hash: transaction_hash.0,
        log_index,
        emitter: words::wallet(log.address()),
        event: event(&log.inner),
    })
}

/// Tells the event by its signature; the contracts share those that mean the same.
fn event(log: &Log) -> ChainEvent {
    let (topics, data) = (log.topics(), &log.data.data);
    let known = Token::decode_raw_log(topics, data)
        .ok()
        .and_then(of_token)
        .or_else(|| Identity::decode_raw_log(topics, data).ok().and_then(of_registry))
        .or_else(|| Coupon::decode_raw_log(topics, data).ok().and_then(of_payer))
        .or_else(|| Payment::decode_raw_log(topics, data).ok().and_then(of_payment_token));
    known.unwrap_or_else(|| ChainEvent::Other { topic: topics.first().copied().unwrap_or_default().0 })
}

fn of_token(event: Token) -> Option<ChainEvent> {
    let partition = words::partition_name;
    Some(match event {
        Token::IssuedByPartition(e) => ChainEvent::Moved {
            partition: partition(e.partition)?,
            from: None,
            to: Some(words::wallet(e.to)),
            units: whole(e.value)?,
        },
        Token::TransferByPartition(e) => ChainEvent::Moved {
            partition: partition(e.fromPartition)?,
            from: Some(words::wallet(e.from)),
            to: Some(words::wallet(e.to)),
            units: whole(e.value)?,
        },
        Token::RedeemedByPartition(e) => ChainEvent::Moved {
            partition: partition(e.partition)?,
            from: Some(words::wallet(e.from)),
            to: None,
            units: whole(e.value)?,
        },
        Token::Transfer(e) => ChainEvent::Transferred {
            from: words::someone(e.from),
            to: words::someone(e.to),
            amount: whole(e.value)?,
        },
        Token::PartitionTermsSet(e) => ChainEvent::TermsSet {
            partition: partition(e.partition)?,
            authorised: i64::try_from(e.terms.authorised).ok()?,
            cap_bps: e.terms.capBps,
            holder_limit: e.terms.holderLimit,
            locked_until: e.terms.lockedUntil.saturating_to(),
        },
        Token::ControllerTransfer(e) => ChainEvent::Forced {
            from: words::wallet(e.from),
            to: Some(words::wallet(e.to)),
            units: whole(e.value)?,
        },
        Token::ForcedTransfer(e) => ChainEvent::Forced {
            from: words::wallet(e.from),
            to: Some(words::wallet(e.to)),
            units: whole(e.amount)?,
        },
        Token::ControllerRedemption(e) => {
            ChainEvent::Forced { from: words::wallet(e.tokenHolder), to: None, units: whole(e.value)? }
        }
        Token::Paused(_) => ChainEvent::PausedSet { paused: true },
        Token::Unpaused(_) => ChainEvent::PausedSet { paused: false },
        Token::PartitionPausedSet(e) => {
            ChainEvent::PartitionPausedSet { partition: partition(e.partition)?, paused: e.paused }
        }
        Token::WalletFrozenSet(e) => {
            ChainEvent::WalletFrozenSet { wallet: words::wallet(e.account), frozen: e.frozen }
        }
        Token::Frozen(e) => {
            ChainEvent::UnitsFrozenSet { wallet: words::wallet(e.account), units: whole(e.amount)? }
        }
        Token::PrimaryClosed(_) => ChainEvent::PrimaryClosed,
        Token::ControlRenounced(_) => ChainEvent::ControlRenounced,
        Token::DocumentUpdated(e) => {
            ChainEvent::DocumentUpdated { name: e.name.0, uri: e.uri, hash: e.documentHash.0 }
        }
        Token::DocumentRemoved(e) => ChainEvent::DocumentRemoved { name: e.name.0 },
        Token::OperationDone(e) => ChainEvent::OperationDone { operation_id: e.operationId.0 },
        Token::RolesChanged(e) => {
            ChainEvent::RolesChanged { account: words::wallet(e.account), roles: u8::try_from(e.roles).ok()? }
        }
        _ => return None,
    })
}

fn of_registry(event: Identity) -> Option<ChainEvent> {
    let country = Country::from_index;
    let class = |number: u8| InvestorClass::ALL.get(usize::from(number)).copied();
    Some(match event {
        Identity::WalletRegistered(e) => ChainEvent::WalletRegistered {
            wallet: words::wallet(e.wallet),
            identity: e.identity,
            country: country(e.country)?,
            investor_class: class(e.investorClass)?,
            valid_until: e.validUntil.saturating_to(),
        },
        Identity::WalletRemoved(e) => {
            ChainEvent::WalletRemoved { wallet: words::wallet(e.wallet), identity: e.identity }
        }
        Identity::ProfileSet(e) => ChainEvent::ProfileSet {
            identity: e.identity,
            country: country(e.country)?,
            investor_class: class(e.investorClass)?,
        },
        Identity::ValidUntilSet(e) => {
            ChainEvent::ValidUntilSet { identity: e.identity, valid_until: e.validUntil.saturating_to() }
        }
        Identity::FrozenSet(e) => ChainEvent::IdentityFrozenSet { identity: e.identity, frozen: e.frozen },
        _ => return None,
    })
}

fn of_payer(event: Coupon) -> Option<ChainEvent> {
    Some(match event {
        Coupon::CouponDeclared(e) => ChainEvent::CouponDeclared {
            coupon_id: e.couponId.0,
            token: words::wallet(e.token),
            payment_token: words::wallet(e.paymentToken),
            funder: words::wallet(e.funder),
            amount: whole(e.amount)?,
            root: e.root.0,
            payees: e.payees,
            claim_deadline: e.claimDeadline.saturating_to(),
        },
        Coupon::CouponPaid(e) => ChainEvent::CouponPaid {
            coupon_id: e.couponId.0,
            index: e.index,
            account: words::wallet(e.account),
            amount: whole(e.amount)?,
        },
        Coupon::CouponOwed(e) => ChainEvent::CouponOwed {
            coupon_id: e.couponId.0,
            index: e.index,
            account: words::wallet(e.account),
            amount: whole(e.amount)?,
        },
        Coupon::CouponChunkPaid(e) => ChainEvent::CouponChunkPaid { coupon_id: e.couponId.0, chunk: e.chunk },
        Coupon::OwedPaid(e) => ChainEvent::OwedPaid {
            coupon_id: e.couponId.0,
            account: words::wallet(e.account),
            amount: whole(e.amount)?,
        },
        Coupon::CouponReclaimed(e) => ChainEvent::CouponReclaimed {
            coupon_id: e.couponId.0,
            funder: words::wallet(e.funder),
            amount: whole(e.amount)?,
        },
        _ => return None,
    })
}

fn of_payment_token(event: Payment) -> Option<ChainEvent> {
    match event {
        Payment::BlockedSet(e) => {
            Some(ChainEvent::BlockedSet { account: words::wallet(e.account), blocked: e.blocked })
        }
        _ => None,
    }
}

fn whole(word: U256) -> Option<i64> {
    i64::try_from(word).ok()
}

mod hex_word {
    //! 32 bytes as `0x` and 64 hexadecimal digits.
    use super::B256;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(word: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        B256::from(*word).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        B256::deserialize(deserializer).map(|word| word.0)
    }
}

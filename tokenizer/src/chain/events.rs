//! What happened on chain, in the words of the business.

use super::{CallRefusal, ChainClient, ChainError, decode, words};
use alloy::{
    primitives::B256,
    providers::Provider,
    rpc::types::{self, Filter},
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
    /// In a security token a `Moved` follows at once when `by_partition`; otherwise it is itself the movement, in the
    /// default partition.
    Transferred { from: Option<WalletAddress>, to: Option<WalletAddress>, amount: i64, by_partition: bool },
    /// The terms of a partition were set.
    TermsSet { partition: PartitionName, authorised: i64, cap_bps: u16, holder_limit: u32, locked_until: u64 },
    /// The controller moved or redeemed units by force; the movement itself is a `Moved` of its own.
    Forced { from: WalletAddress, to: Option<WalletAddress>, units: i64 },
    /// The token was halted or resumed as a whole.
    PausedSet { paused: bool },
    /// A partition was halted or resumed.
    PartitionPausedSet { partition: PartitionName, paused: bool },
    /// The further rules of a partition were set; 0 is none.
    LimitsSet {
        partition: PartitionName,
        max_holding: i64,
        min_holding: i64,
        transfer_limit: i64,
        sale_opens: u64,
        sale_closes: u64,
        #[serde(default)]
        cosigned: bool,
    },
    /// The cap per owner over all partitions was set; 0 is none.
    PoolCapSet { bps: u16, units: i64 },
    /// The release schedule of a partition was set: dates and how many basis points are free from each on.
    ReleaseScheduleSet { partition: PartitionName, steps: Vec<(u64, u16)> },
    /// Of so many units of a wallet the release schedule speaks.
    ScheduledUnitsSet { partition: PartitionName, wallet: WalletAddress, units: i64 },
    /// The most owners of a country, or of a class, were set; 0 is no limit.
    CountLimitSet {
        partition: PartitionName,
        country: Option<Country>,
        investor_class: Option<InvestorClass>,
        limit: u32,
    },
    /// A wallet became a system account, or is none any more.
    SystemAccountSet { wallet: WalletAddress, on: bool },
    /// All units of a wallet are locked until then; 0 ends it.
    WalletLockSet { wallet: WalletAddress, locked_until: u64 },
    /// The issuer co-signed one transfer until a deadline; 0 takes it back.
    Cosigned { partition: PartitionName, from: WalletAddress, to: WalletAddress, units: i64, deadline: u64 },
    /// A wallet was allowed to act for a holder, as its operator or up to an amount.
    ActorAllowed { actor: WalletAddress, holder: WalletAddress },
    /// A wallet was frozen or unfrozen in one token.
    WalletFrozenSet { wallet: WalletAddress, frozen: bool },
    /// So many units of a wallet are frozen.
    UnitsFrozenSet { wallet: WalletAddress, units: i64 },
    /// Units are held for somebody; they stay the holder's.
    HoldCreated {
        #[serde(with = "hex_word")]
        hold_id: [u8; 32],
        partition: PartitionName,
        holder: WalletAddress,
        recipient: Option<WalletAddress>,
        notary: Option<WalletAddress>,
        units: i64,
        expiry: u64,
        #[serde(with = "hex_word", default)]
        secret_hash: [u8; 32],
        #[serde(with = "hex_word", default)]
        salt: [u8; 32],
    },
    /// Held units were delivered; the movement itself is the event before, which tells whose they were.
    HoldExecuted {
        #[serde(with = "hex_word")]
        hold_id: [u8; 32],
        #[serde(default)]
        holder: Option<WalletAddress>,
        recipient: WalletAddress,
        units: i64,
    },
    /// Held units are free again.
    HoldReleased {
        #[serde(with = "hex_word")]
        hold_id: [u8; 32],
        holder: WalletAddress,
        units: i64,
    },
    /// All that a lost wallet had is another one's now; the movements themselves are events of their own.
    WalletRecovered { lost: WalletAddress, replacement: WalletAddress },
    /// A holder's units were redeemed and paid for; the movement itself is an event of its own.
    RedemptionPaid {
        #[serde(with = "hex_word")]
        redemption_id: [u8; 32],
        holder: WalletAddress,
        units: i64,
        amount: i64,
    },
    /// A partition is in default, or no more.
    DefaultSet { partition: PartitionName, in_default: bool },
    /// So many millionths of a unit's face value are left.
    WrittenDown { partition: PartitionName, remaining: u32 },
    /// Whom the token asks before each write-down; nobody when none.
    WaterfallSet { waterfall: Option<WalletAddress> },
    /// A call of a batch was refused and left out.
    CallSkipped {
        #[serde(with = "hex_word")]
        operation_id: [u8; 32],
        place: u32,
        /// Why it was refused.
        #[serde(default)]
        refusal: Option<CallRefusal>,
    },
    /// A record date will be taken; records are numbered from 1.
    RecordDateScheduled { record: u16, date: u64 },
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
    /// A payee claimed alone and got its money.
    CouponPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        index: u32,
        account: WalletAddress,
        amount: i64,
    },
    /// What a lost wallet was to get of a coupon goes to another wallet of its owner; the payment is an event of its own.
    PayeeReplaced {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        lost: WalletAddress,
        replacement: WalletAddress,
    },
    /// A payee could not be paid: the money is kept for it.
    CouponOwed {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        index: u32,
        account: WalletAddress,
        amount: i64,
    },
    /// A chunk was pushed: every payee of it is paid or owed.
    CouponChunkPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        chunk: u32,
        /// The indices of the payees whose money went out now. The others had claimed before or are owed, which
        /// an event of its own says.
        paid: Vec<u32>,
    },
    /// What was owed is paid.
    OwedPaid {
        #[serde(with = "hex_word")]
        coupon_id: [u8; 32],
        account: WalletAddress,
        amount: i64,
    },
    /// What was withheld from payees went to the tax office.
    WithheldRemitted {
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
    /// The wallet whose state it sets, where it sets the state of one wallet; of a recovery, the lost one.
    #[must_use]
    pub const fn wallet(&self) -> Option<WalletAddress> {
        match self {
            Self::WalletFrozenSet { wallet, .. }
            | Self::UnitsFrozenSet { wallet, .. }
            | Self::ScheduledUnitsSet { wallet, .. }
            | Self::SystemAccountSet { wallet, .. }
            | Self::WalletLockSet { wallet, .. }
            | Self::ActorAllowed { actor: wallet, .. }
            | Self::HoldCreated { holder: wallet, .. }
            | Self::HoldReleased { holder: wallet, .. }
            | Self::WalletRecovered { lost: wallet, .. }
            | Self::WalletRegistered { wallet, .. }
            | Self::WalletRemoved { wallet, .. } => Some(*wallet),
            Self::HoldExecuted { holder, .. } => *holder,
            _ => None,
        }
    }

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
        let mut events: Vec<LoggedEvent> = logs.into_iter().map(logged).collect::<Result<_, _>>()?;
        pair(&mut events);
        Ok(events)
    }
}

/// Marks each ERC-20 event that is told again, by partition, in the next event of the same contract and transaction, and
/// tells each execution of a hold whose units the movement before it took.
fn pair(events: &mut [LoggedEvent]) {
    for place in 1..events.len() {
        let (before, after) = events.split_at_mut(place);
        let (Some(first), Some(next)) = (before.last_mut(), after.first_mut()) else { return };
        let is_next = next.emitter == first.emitter
            && next.transaction_hash == first.transaction_hash
            && next.log_index == first.log_index + 1;
        if let ChainEvent::Transferred { by_partition, .. } = &mut first.event {
            *by_partition = is_next && matches!(next.event, ChainEvent::Moved { .. });
        }
        if let (ChainEvent::HoldExecuted { holder, .. }, true) = (&mut next.event, is_next)
            && let ChainEvent::Moved { from, .. } | ChainEvent::Transferred { from, .. } = first.event
        {
            *holder = from;
        }
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
        event: decode::event(&log.inner),
    })
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

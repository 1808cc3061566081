//! From the logs of the contracts to the words of the business.

use super::{CallRefusal, ChainEvent, identity_word, words};
use crate::coupon::CHUNK;
use alloy::{
    primitives::{Log, U256},
    sol_types::SolEventInterface,
};
use contracts::{
    CouponPayer::CouponPayerEvents as Coupon, IdentityRegistry::IdentityRegistryEvents as Identity,
    PaymentToken::PaymentTokenEvents as Payment, SecurityToken::SecurityTokenEvents as Token,
};
use domain::{Country, party::InvestorClass, pool::PartitionName};

/// Tells the event by its signature; the contracts share those that mean the same.
pub(super) fn event(log: &Log) -> ChainEvent {
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
            by_partition: false,
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
        Token::PartitionLimitsSet(e) => ChainEvent::LimitsSet {
            partition: partition(e.partition)?,
            max_holding: i64::try_from(e.limits.maxHolding).ok()?,
            min_holding: i64::try_from(e.limits.minHolding).ok()?,
            transfer_limit: i64::try_from(e.limits.transferLimit).ok()?,
            sale_opens: e.limits.saleOpens.saturating_to(),
            sale_closes: e.limits.saleCloses.saturating_to(),
            cosigned: e.limits.cosigned,
        },
        Token::PoolCapSet(e) => ChainEvent::PoolCapSet { bps: e.bps, units: i64::try_from(e.units).ok()? },
        Token::ReleaseScheduleSet(e) => ChainEvent::ReleaseScheduleSet {
            partition: partition(e.partition)?,
            steps: e.steps.iter().map(|step| (step.date.saturating_to(), step.freeBps)).collect(),
        },
        Token::ScheduledUnitsSet(e) => ChainEvent::ScheduledUnitsSet {
            partition: partition(e.partition)?,
            wallet: words::wallet(e.account),
            units: whole(e.units)?,
        },
        Token::CountLimitSet(e) => count_limit(partition(e.partition)?, e.key, e.limit)?,
        Token::SystemAccountSet(e) => {
            ChainEvent::SystemAccountSet { wallet: words::wallet(e.account), on: !e.name.is_zero() }
        }
        Token::WalletLockSet(e) => ChainEvent::WalletLockSet {
            wallet: words::wallet(e.account),
            locked_until: e.lockedUntil.saturating_to(),
        },
        Token::Cosigned(e) => ChainEvent::Cosigned {
            partition: partition(e.partition)?,
            from: words::wallet(e.from),
            to: words::wallet(e.to),
            units: whole(e.units)?,
            deadline: e.deadline.saturating_to(),
        },
        Token::Approval(e) => {
            ChainEvent::ActorAllowed { actor: words::wallet(e.spender), holder: words::wallet(e.owner) }
        }
        Token::AuthorizedOperator(e) => ChainEvent::ActorAllowed {
            actor: words::wallet(e.operator),
            holder: words::wallet(e.tokenHolder),
        },
        Token::AuthorizedOperatorByPartition(e) => ChainEvent::ActorAllowed {
            actor: words::wallet(e.operator),
            holder: words::wallet(e.tokenHolder),
        },
        Token::WalletFrozenSet(e) => {
            ChainEvent::WalletFrozenSet { wallet: words::wallet(e.account), frozen: e.frozen }
        }
        Token::Frozen(e) => {
            ChainEvent::UnitsFrozenSet { wallet: words::wallet(e.account), units: whole(e.amount)? }
        }
        Token::HoldCreated(e) => ChainEvent::HoldCreated {
            hold_id: e.holdId.0,
            partition: partition(e.hold.partition)?,
            holder: words::wallet(e.hold.holder),
            recipient: words::someone(e.hold.recipient),
            notary: words::someone(e.hold.notary),
            units: i64::try_from(e.hold.units).ok()?,
            expiry: e.hold.expiry.saturating_to(),
            secret_hash: e.hold.secretHash.0,
            salt: e.hold.salt.0,
        },
        Token::HoldExecuted(e) => ChainEvent::HoldExecuted {
            hold_id: e.holdId.0,
            holder: None,
            recipient: words::wallet(e.recipient),
            units: whole(e.units)?,
        },
        Token::HoldReleased(e) => ChainEvent::HoldReleased {
            hold_id: e.holdId.0,
            holder: words::wallet(e.holder),
            units: whole(e.units)?,
        },
        Token::WalletRecovered(e) => ChainEvent::WalletRecovered {
            lost: words::wallet(e.lost),
            replacement: words::wallet(e.replacement),
        },
        Token::RedemptionPaid(e) => ChainEvent::RedemptionPaid {
            redemption_id: e.redemptionId.0,
            holder: words::wallet(e.holder),
            units: whole(e.units)?,
            amount: whole(e.amount)?,
        },
        Token::DefaultSet(e) => {
            ChainEvent::DefaultSet { partition: partition(e.partition)?, in_default: e.inDefault }
        }
        Token::WrittenDown(e) => ChainEvent::WrittenDown {
            partition: partition(e.partition)?,
            remaining: u32::try_from(e.remaining).ok()?,
        },
        Token::WaterfallSet(e) => ChainEvent::WaterfallSet { waterfall: words::someone(e.waterfall) },
        Token::CallSkipped(e) => ChainEvent::CallSkipped {
            operation_id: e.operationId.0,
            place: u32::try_from(e.place).ok()?,
            refusal: Some(CallRefusal::decode(&e.refusal, "the call was left out")),
        },
        Token::RecordDateScheduled(e) => ChainEvent::RecordDateScheduled {
            record: u16::try_from(e.record).ok()?,
            date: u64::try_from(e.date).ok()?,
        },
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

/// The key of a country is its number, that of a class so much more.
const CLASSES: usize = 256;

fn count_limit(partition: PartitionName, key: U256, limit: U256) -> Option<ChainEvent> {
    let (key, limit) = (usize::try_from(key).ok()?, u32::try_from(limit).ok()?);
    let country = u8::try_from(key).ok().and_then(Country::from_index);
    let investor_class = key.checked_sub(CLASSES).and_then(|class| InvestorClass::ALL.get(class)).copied();
    Some(ChainEvent::CountLimitSet { partition, country, investor_class, limit })
}

fn of_registry(event: Identity) -> Option<ChainEvent> {
    let country = Country::from_index;
    let class = |number: u8| InvestorClass::ALL.get(usize::from(number)).copied();
    Some(match event {
        Identity::WalletRegistered(e) => {
            let (valid_until, country, investor_class) = identity_word::profile(e.word)?;
            let (wallet, identity) = (words::wallet(e.wallet), e.identity);
            ChainEvent::WalletRegistered { wallet, identity, country, investor_class, valid_until }
        }
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
        Coupon::PayeeReplaced(e) => ChainEvent::PayeeReplaced {
            coupon_id: e.couponId.0,
            lost: words::wallet(e.lost),
            replacement: words::wallet(e.replacement),
        },
        Coupon::CouponOwed(e) => ChainEvent::CouponOwed {
            coupon_id: e.couponId.0,
            index: e.index,
            account: words::wallet(e.account),
            amount: whole(e.amount)?,
        },
        Coupon::CouponChunkPaid(e) => ChainEvent::CouponChunkPaid {
            coupon_id: e.couponId.0,
            chunk: e.chunk,
            paid: indices(e.chunk, e.paid)?,
        },
        Coupon::WithheldRemitted(e) => ChainEvent::WithheldRemitted {
            coupon_id: e.couponId.0,
            account: words::wallet(e.account),
            amount: whole(e.amount)?,
        },
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

/// The payees whose bits are set in the word of a chunk.
fn indices(chunk: u32, bits: U256) -> Option<Vec<u32>> {
    let first = u64::from(chunk) * CHUNK as u64;
    let set = (0..CHUNK).filter(|place| bits.bit(*place));
    set.map(|place| u32::try_from(first + place as u64).ok()).collect()
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

//! What the paying contract says becomes the state of the entitlements and their postings, and is taken back with it.

use super::pay_coupon::{cash_units, coupon_of, enqueue, find};
use crate::app::Act;
use crate::error::AppError;
use crate::jobs::kinds;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::CouponId;
use domain::party::WalletAddress;
use serde_json::json;
use store::entitlements::{self, Entitlement};
use store::ledger::{self, Account, NewTransaction, Posting};
use store::projection::ChainEventRow;
use store::{breaks, coupons};
use tokenizer::chain::ChainEvent;

/// The kind of break when the chain speaks of a payment that no entitlement stands for.
const UNKNOWN_PAYMENT: &str = "coupon.payment";

/// How the chain names the entitlement of a payment.
#[derive(Debug, Clone, Copy)]
enum Payee {
    /// By its place in the published tree: the chain checked wallet and amount against the tree.
    Leaf(u32),
    /// By its place, wallet and amount.
    Whole(u32, WalletAddress, i64),
    /// By wallet and amount alone.
    Wallet(WalletAddress, i64),
}

/// A payment as the chain tells it.
#[derive(Debug, Clone, Copy)]
struct Told {
    coupon: [u8; 32],
    payee: Payee,
    /// What the entitlement was before and is afterwards.
    turn: (EntitlementStatus, EntitlementStatus),
}

impl Told {
    /// The payments in an event: many when a chunk was pushed.
    fn all_of(event: &ChainEvent) -> Vec<Self> {
        use EntitlementStatus::{Open, Owed, Paid};
        let one = |coupon: &[u8; 32], payee, turn| Self { coupon: *coupon, payee, turn };
        match event {
            ChainEvent::CouponChunkPaid { coupon_id, paid, .. } => {
                paid.iter().map(|index| one(coupon_id, Payee::Leaf(*index), (Open, Paid))).collect()
            }
            ChainEvent::CouponPaid { coupon_id, index, account, amount } => {
                vec![one(coupon_id, Payee::Whole(*index, *account, *amount), (Open, Paid))]
            }
            ChainEvent::CouponOwed { coupon_id, index, account, amount } => {
                vec![one(coupon_id, Payee::Whole(*index, *account, *amount), (Open, Owed))]
            }
            ChainEvent::OwedPaid { coupon_id, account, amount } => {
                vec![one(coupon_id, Payee::Wallet(*account, *amount), (Owed, Paid))]
            }
            _ => Vec::new(),
        }
    }
}

/// Follows the payments that the chain told.
///
/// # Errors
/// When the database fails.
pub fn heard(act: &mut Act<'_, '_>, event: &ChainEvent, row: &ChainEventRow) -> Result<(), AppError> {
    for told in Told::all_of(event) {
        match entitlement(act, &told)? {
            Some((_, found)) if found.status == told.turn.0 => {
                turn(act, &found, told.turn, Some(&row.transaction_hash))?;
            }
            _ => unknown(act, &told, row)?,
        }
    }
    Ok(())
}

/// Takes back the payments that a reorganisation took back.
///
/// # Errors
/// When the database fails.
pub fn unheard(act: &mut Act<'_, '_>, row: &ChainEventRow) -> Result<(), AppError> {
    if !["coupon_chunk_paid", "coupon_paid", "coupon_owed", "owed_paid"].contains(&row.kind.as_str()) {
        return Ok(());
    }
    let event: ChainEvent = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
    for told in Told::all_of(&event) {
        take_back(act, &told, row)?;
    }
    Ok(())
}

fn take_back(act: &mut Act<'_, '_>, told: &Told, row: &ChainEventRow) -> Result<(), AppError> {
    let Some((id, found)) = entitlement(act, told)? else { return Ok(()) };
    if found.status != told.turn.1 {
        return Ok(());
    }
    turn(act, &found, (told.turn.1, told.turn.0), None)?;
    // The calls fly again by themselves; the job has to look after them again.
    let opened = told.turn.0 == EntitlementStatus::Open;
    if opened && coupons::move_on(act.tx, id, (CouponStatus::Paid, CouponStatus::Paying))? {
        let run_key =
            format!("{}/{id}/{}/{}", kinds::PAY_COUPON, row.transaction_hash, act.now.timestamp_micros());
        enqueue(act, id, &run_key)?;
    }
    Ok(())
}

/// The entitlement that a payment is about, when wallet and amount are its own.
fn entitlement(act: &mut Act<'_, '_>, told: &Told) -> Result<Option<(CouponId, Entitlement)>, AppError> {
    let Some(id) = coupon_of(told.coupon) else { return Ok(None) };
    let Some(coupon) = coupons::find(act.tx, id)? else { return Ok(None) };
    let (found, said) = match told.payee {
        Payee::Leaf(leaf) => (entitlements::at_leaf(act.tx, id, i64::from(leaf))?, None),
        Payee::Whole(leaf, wallet, amount) => {
            (entitlements::at_leaf(act.tx, id, i64::from(leaf))?, Some((wallet, amount)))
        }
        Payee::Wallet(wallet, amount) => {
            (entitlements::of_wallet(act.tx, id, &wallet.to_string())?, Some((wallet, amount)))
        }
    };
    let Some(found) = found else { return Ok(None) };
    if let Some((wallet, amount)) = said {
        let units = i64::try_from(cash_units(found.amount_minor, coupon.currency)?).ok();
        if found.wallet != wallet.to_string() || units != Some(amount) {
            return Ok(None);
        }
    }
    Ok(Some((id, found)))
}

/// Moves an entitlement from one state to another, with its posting from one account to the other.
fn turn(
    act: &mut Act<'_, '_>,
    found: &Entitlement,
    (from, to): (EntitlementStatus, EntitlementStatus),
    transaction_hash: Option<&str>,
) -> Result<(), AppError> {
    let coupon = find(act, found.coupon_id)?;
    let subject = found.id.to_string();
    // An event can be told, taken back and told again: each time is a transaction of its own.
    let times = ledger::count_about(act.tx, &subject)?;
    let account = |status| match status {
        EntitlementStatus::Paid => Account::Paid(coupon.id),
        EntitlementStatus::Owed => Account::Owed(coupon.id),
        EntitlementStatus::Open | EntitlementStatus::Nil => Account::CouponPayable(coupon.id),
    };
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("entitlement/{subject}/{times}"),
        kind: kind((from, to)),
        subject,
        postings: vec![
            Posting::debit(account(from), found.amount_minor, coupon.currency),
            Posting::credit(account(to), found.amount_minor, coupon.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    Ok(entitlements::set_status(act.tx, found.id, to, transaction_hash)?)
}

const fn kind(turn: (EntitlementStatus, EntitlementStatus)) -> &'static str {
    use EntitlementStatus::{Owed, Paid};
    match turn {
        (Owed, Paid) => "owed.paid",
        (_, Paid) => "coupon.paid",
        (Paid, Owed) => "owed.reversed",
        (_, Owed) => "coupon.owed",
        _ => "coupon.reversed",
    }
}

/// A payment that no entitlement stands for is never passed over.
fn unknown(act: &mut Act<'_, '_>, told: &Told, row: &ChainEventRow) -> Result<(), AppError> {
    let subject = hex::encode(told.coupon);
    let payee = match told.payee {
        Payee::Leaf(leaf) => format!("the payee {leaf}"),
        Payee::Whole(leaf, wallet, amount) => format!("the payee {leaf}, {wallet}, {amount}"),
        Payee::Wallet(wallet, amount) => format!("{wallet} {amount}"),
    };
    let detail = format!(
        "the chain paid {payee} in the transaction {}, and no entitlement that is {} stands for it",
        row.transaction_hash, told.turn.0
    );
    let id = act.id();
    breaks::record(act.tx, id, (UNKNOWN_PAYMENT, &subject, &detail), act.now)?;
    act.audit("break.found", subject, &json!({ "kind": UNKNOWN_PAYMENT, "detail": detail }))
}

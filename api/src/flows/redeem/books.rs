//! The money of a redemption in the ledger: ordered is paid and open, to the last minor unit.

use crate::app::Act;
use crate::error::AppError;
use domain::ids::PoolId;
use domain::redemption::{RedemptionLineStatus, RedemptionStatus};
use store::ledger::{self, Account, NewTransaction, Posting};
use store::redemptions::{self, Redemption, RedemptionLine};

/// The kind of break when a redemption does not add up.
pub(in crate::flows) const REDEMPTION_TOTAL: &str = "redemption.total";

/// What the issuer brings is the pool's cash, and what is ordered is taken out of that cash.
pub(super) fn post_order(act: &mut Act<'_, '_>, pool: PoolId, order: &Redemption) -> Result<(), AppError> {
    let (brought, amount) = (order.contributed_minor, order.amount_minor);
    post(act, order, ("contributed", brought), (Account::Cash(pool), Account::Contributed(pool)))?;
    let to = Account::RedemptionPayable(order.id);
    post(act, order, ("ordered", amount), (Account::Distributed(pool), to))
}

/// What is not paid after all is the pool's again.
pub(super) fn post_release(
    act: &mut Act<'_, '_>,
    pool: PoolId,
    of: &Redemption,
    (amount, why): (i64, &str),
) -> Result<(), AppError> {
    post(act, of, (why, amount), (Account::RedemptionPayable(of.id), Account::Distributed(pool)))
}

/// What the issuer brought goes back to it, for nothing was paid.
pub(super) fn post_return(act: &mut Act<'_, '_>, pool: PoolId, of: &Redemption) -> Result<(), AppError> {
    post(act, of, ("returned", of.contributed_minor), (Account::Contributed(pool), Account::Cash(pool)))
}

fn post(
    act: &mut Act<'_, '_>,
    of: &Redemption,
    (what, amount): (&str, i64),
    (debit, credit): (Account, Account),
) -> Result<(), AppError> {
    if amount == 0 {
        return Ok(());
    }
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("redemption/{}/{what}", of.id),
        kind: &format!("redemption.{what}"),
        subject: of.id.to_string(),
        postings: vec![
            Posting::debit(debit, amount, of.currency),
            Posting::credit(credit, amount, of.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    Ok(())
}

/// Whether a line was paid, or its payment taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Paid,
    TakenBack,
}

/// The posting of one line, from one account to the other.
pub(super) fn post_line(
    act: &mut Act<'_, '_>,
    of: &Redemption,
    line: &RedemptionLine,
    turn: Turn,
) -> Result<(), AppError> {
    if line.amount_minor == 0 {
        return Ok(());
    }
    let subject = line.id.to_string();
    // An event can be told, taken back and told again: each time is a transaction of its own.
    let times = ledger::count_about(act.tx, &subject)?;
    let (payable, redeemed) = (Account::RedemptionPayable(of.id), Account::Redeemed(of.id));
    let (kind, debit, credit) = match turn {
        Turn::Paid => ("redemption.paid", payable, redeemed),
        Turn::TakenBack => ("redemption.reversed", redeemed, payable),
    };
    let transaction = NewTransaction {
        id: act.id(),
        operation_key: format!("redemption-line/{subject}/{times}"),
        kind,
        subject,
        postings: vec![
            Posting::debit(debit, line.amount_minor, of.currency),
            Posting::credit(credit, line.amount_minor, of.currency),
        ],
    };
    ledger::post(act.tx, &transaction, act.now)?;
    Ok(())
}

/// The figures of a redemption in a sentence when they do not agree: ordered is paid and open, in the lines and in the
/// ledger alike.
///
/// # Errors
/// When the database fails.
pub(in crate::flows) fn disagreement(
    act: &mut Act<'_, '_>,
    of: &Redemption,
) -> Result<Option<String>, AppError> {
    let sums = redemptions::sums(act.tx, of.id)?;
    let sum = |status| sums.get(&status).map_or(0, |sum| sum.amount_minor);
    let (open, refused) = (sum(RedemptionLineStatus::Open), sum(RedemptionLineStatus::Refused));
    let (paid, cancelled) = (sum(RedemptionLineStatus::Paid), sum(RedemptionLineStatus::Cancelled));
    let mut credit = |account| ledger::balance(act.tx, account, of.currency).map(|balance| -balance);
    let payable = credit(Account::RedemptionPayable(of.id))?;
    let booked_paid = credit(Account::Redeemed(of.id))?;
    let ordered = of.amount_minor;
    let agrees = paid == booked_paid
        && match of.status {
            RedemptionStatus::Ordered => payable == ordered,
            RedemptionStatus::Cancelled => payable == 0,
            _ => payable == open + refused && ordered == paid + payable + cancelled,
        };
    Ok((!agrees).then(|| {
        format!(
            "{ordered} ordered; lines: {paid} paid, {open} open, {refused} refused, {cancelled} cancelled; \
             ledger: {booked_paid} paid, {payable} payable"
        )
    }))
}

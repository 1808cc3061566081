//! The double-entry ledger: accounts, postings, balances. What is written stays; what was wrong is reversed.

use crate::row::stamp;
use crate::schema::{ledger_postings, ledger_transactions};
use crate::{MAX_PAGE, StoreError, Tx};
use balances_view::ledger_balances;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::Currency;
use domain::ids::{CouponId, LedgerTransactionId, PartitionId, PoolId, RedemptionId};
use std::fmt;

#[allow(missing_docs, reason = "columns are documented where the migrations create them")]
mod balances_view {
    //! The view that the migrations create: the one definition of a balance.
    diesel::table! {
        ledger_balances (account, currency) {
            account -> Text,
            currency -> Text,
            balance_minor -> BigInt,
        }
    }
}

/// The most postings of one transaction: what is divided further is several transactions.
pub const MAX_POSTINGS: usize = 16;

/// An account. Debits are what came in or was used, credits what it came from or is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// Cash that came in on the assets of a pool.
    Cash(PoolId),
    /// What the debtors of a pool's invoices have paid off.
    Receivable(PoolId),
    /// Rent that a pool has earned.
    Rent(PoolId),
    /// What the subscribers of a primary sale owe for the units they got.
    Subscribers(PoolId),
    /// What a primary sale brought.
    PrimaryProceeds(PoolId),
    /// What an issuer brought into a pool of its own money, to pay principal back.
    Contributed(PoolId),
    /// Cash of a pool that coupons were declared from, or redemptions ordered.
    Distributed(PoolId),
    /// What a coupon still has to pay.
    CouponPayable(CouponId),
    /// What the holders have of a coupon.
    Paid(CouponId),
    /// What is kept for holders whose wallets could not take it.
    Owed(CouponId),
    /// What was declared when nobody held anything; the next coupon pays it.
    Residual(PartitionId),
    /// What a redemption still has to pay.
    RedemptionPayable(RedemptionId),
    /// What the holders have of a redemption.
    Redeemed(RedemptionId),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cash(id) => write!(f, "cash/{id}"),
            Self::Receivable(id) => write!(f, "receivable/{id}"),
            Self::Rent(id) => write!(f, "rent/{id}"),
            Self::Subscribers(id) => write!(f, "subscribers/{id}"),
            Self::PrimaryProceeds(id) => write!(f, "primary-proceeds/{id}"),
            Self::Contributed(id) => write!(f, "contributed/{id}"),
            Self::Distributed(id) => write!(f, "distributed/{id}"),
            Self::CouponPayable(id) => write!(f, "coupon-payable/{id}"),
            Self::Paid(id) => write!(f, "paid/{id}"),
            Self::Owed(id) => write!(f, "owed/{id}"),
            Self::Residual(id) => write!(f, "residual/{id}"),
            Self::RedemptionPayable(id) => write!(f, "redemption-payable/{id}"),
            Self::Redeemed(id) => write!(f, "redeemed/{id}"),
        }
    }
}

/// One line of a transaction: debits are positive, credits negative, never nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: String,
    /// The currency.
    pub currency: Currency,
    /// Minor units: a debit above zero, a credit below.
    pub amount_minor: i64,
}

impl Posting {
    /// A debit.
    #[must_use]
    pub fn debit(account: Account, minor: i64, currency: Currency) -> Self {
        Self { account: account.to_string(), currency, amount_minor: minor }
    }

    /// A credit.
    #[must_use]
    pub fn credit(account: Account, minor: i64, currency: Currency) -> Self {
        Self { account: account.to_string(), currency, amount_minor: -minor }
    }
}

/// A transaction to be written.
#[derive(Debug, Clone)]
pub struct NewTransaction<'a> {
    /// Its id.
    pub id: LedgerTransactionId,
    /// One cause, one transaction.
    pub operation_key: String,
    /// What happened, as `collection.received`.
    pub kind: &'a str,
    /// The id of the thing that it happened to.
    pub subject: String,
    /// The lines; lines of nothing are left out.
    pub postings: Vec<Posting>,
}

/// Why lines are no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// Debits and credits of a currency differ.
    #[error("the postings in {currency} add up to {sum} instead of nothing")]
    Sum {
        /// The currency.
        currency: Currency,
        /// What is left over.
        sum: i128,
    },
    /// There are none, or too many.
    #[error("{0} postings, a transaction has 2 to {MAX_POSTINGS}")]
    Count(usize),
}

/// Checks that debits are credits, currency by currency.
///
/// # Errors
/// See [`Unbalanced`].
pub fn check(postings: &[Posting]) -> Result<(), Unbalanced> {
    if !(2..=MAX_POSTINGS).contains(&postings.len()) {
        return Err(Unbalanced::Count(postings.len()));
    }
    for posting in postings {
        let currency = posting.currency;
        let of_it = postings.iter().filter(|other| other.currency == currency);
        let sum: i128 = of_it.map(|other| i128::from(other.amount_minor)).sum();
        if sum != 0 {
            return Err(Unbalanced::Sum { currency, sum });
        }
    }
    Ok(())
}

/// Writes a transaction unless its operation key stands there already; says whether it is new.
///
/// # Errors
/// [`StoreError::Constraint`] when debits and credits differ: nothing is written then.
pub fn post(tx: &mut Tx<'_>, new: &NewTransaction<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let lines: Vec<Posting> = new.postings.iter().filter(|line| line.amount_minor != 0).cloned().collect();
    check(&lines).map_err(|unbalanced| StoreError::Constraint(unbalanced.to_string()))?;
    let key = ledger_transactions::operation_key.eq(&new.operation_key);
    let known: i64 = ledger_transactions::table.filter(key).count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(ledger_transactions::table)
        .values((
            ledger_transactions::id.eq(new.id.to_string()),
            ledger_transactions::operation_key.eq(&new.operation_key),
            ledger_transactions::kind.eq(new.kind),
            ledger_transactions::subject.eq(&new.subject),
            ledger_transactions::at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    for (line, posting) in (0_i64..).zip(lines) {
        diesel::insert_into(ledger_postings::table)
            .values((
                ledger_postings::ledger_transaction_id.eq(new.id.to_string()),
                ledger_postings::line.eq(line),
                ledger_postings::account.eq(posting.account),
                ledger_postings::currency.eq(posting.currency.code()),
                ledger_postings::amount_minor.eq(posting.amount_minor),
            ))
            .execute(tx.conn)?;
    }
    Ok(true)
}

/// The balance of an account: debits minus credits.
///
/// # Errors
/// When the database fails.
pub fn balance(tx: &mut Tx<'_>, account: Account, currency: Currency) -> Result<i64, StoreError> {
    let found: Option<i64> = ledger_balances::table
        .filter(ledger_balances::account.eq(account.to_string()))
        .filter(ledger_balances::currency.eq(currency.code()))
        .select(ledger_balances::balance_minor)
        .first(tx.conn)
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// The balance of an account, as listed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Balance {
    /// The account.
    pub account: String,
    /// The currency.
    #[diesel(deserialize_as = String)]
    pub currency: Currency,
    /// Debits minus credits in minor units.
    pub balance_minor: i64,
}

/// A page of balances by account; only those whose account begins with a prefix.
///
/// # Errors
/// When the database fails.
pub fn balances(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<Balance>, StoreError> {
    let mut query = ledger_balances::table
        .order((ledger_balances::account, ledger_balances::currency))
        .limit(most.clamp(1, MAX_PAGE))
        .into_boxed();
    if !prefix.is_empty() {
        // Not a range: in the order of a language, where a slash sorts depends on what follows it.
        let literal = prefix.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        query = query.filter(ledger_balances::account.like(format!("{literal}%")).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(ledger_balances::account.gt(after.to_owned()));
    }
    Ok(query.load(tx.conn)?)
}

/// What each currency is out of balance by over the whole ledger; nothing anywhere when all is well.
///
/// # Errors
/// When the database fails.
pub fn imbalances(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = ledger_balances::table
        .select((ledger_balances::currency, ledger_balances::balance_minor))
        .load(tx.conn)?;
    let mut sums = std::collections::BTreeMap::<String, i64>::new();
    for (currency, balance) in rows {
        *sums.entry(currency).or_default() += balance;
    }
    Ok(sums.into_iter().filter(|(_, sum)| *sum != 0).collect())
}

/// How many transactions there are about a thing.
///
/// # Errors
/// When the database fails.
pub fn count_about(tx: &mut Tx<'_>, subject: &str) -> Result<i64, StoreError> {
    Ok(ledger_transactions::table
        .filter(ledger_transactions::subject.eq(subject))
        .count()
        .get_result(tx.conn)?)
}

/// A transaction as it was written.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ledger_transactions)]
pub struct Transaction {
    /// Its id.
    #[diesel(deserialize_as = String)]
    pub id: LedgerTransactionId,
    /// Its cause.
    pub operation_key: String,
    /// What happened.
    pub kind: String,
    /// To which thing.
    pub subject: String,
    /// When.
    pub at: NaiveDateTime,
}

/// The newest transactions first, before a cursor; only those about a thing, when one is named.
///
/// # Errors
/// When the database fails.
pub fn transactions(
    tx: &mut Tx<'_>,
    subject: Option<&str>,
    before: Option<LedgerTransactionId>,
    most: i64,
) -> Result<Vec<(Transaction, Vec<Posting>)>, StoreError> {
    let mut query = ledger_transactions::table
        .order(ledger_transactions::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Transaction::as_select())
        .into_boxed();
    if let Some(subject) = subject {
        query = query.filter(ledger_transactions::subject.eq(subject.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(ledger_transactions::id.lt(before.to_string()));
    }
    let found = query.load(tx.conn)?;
    with_postings(tx, found)
}

/// The newest transactions that touch an account first, before a cursor.
///
/// # Errors
/// When the database fails.
pub fn transactions_of(
    tx: &mut Tx<'_>,
    account: &str,
    before: Option<LedgerTransactionId>,
    most: i64,
) -> Result<Vec<(Transaction, Vec<Posting>)>, StoreError> {
    let touching = ledger_postings::table
        .filter(ledger_postings::account.eq(account.to_owned()))
        .select(ledger_postings::ledger_transaction_id);
    let mut query = ledger_transactions::table
        .filter(ledger_transactions::id.eq_any(touching))
        .order(ledger_transactions::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Transaction::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(ledger_transactions::id.lt(before.to_string()));
    }
    let found = query.load(tx.conn)?;
    with_postings(tx, found)
}

fn with_postings(
    tx: &mut Tx<'_>,
    found: Vec<Transaction>,
) -> Result<Vec<(Transaction, Vec<Posting>)>, StoreError> {
    found
        .into_iter()
        .map(|transaction| {
            let lines = postings(tx, transaction.id)?;
            Ok((transaction, lines))
        })
        .collect()
}

fn postings(tx: &mut Tx<'_>, id: LedgerTransactionId) -> Result<Vec<Posting>, StoreError> {
    let rows: Vec<(String, String, i64)> = ledger_postings::table
        .filter(ledger_postings::ledger_transaction_id.eq(id.to_string()))
        .order(ledger_postings::line)
        .select((ledger_postings::account, ledger_postings::currency, ledger_postings::amount_minor))
        .load(tx.conn)?;
    rows.into_iter()
        .map(|(account, currency, amount_minor)| {
            let currency = currency.parse::<Currency>();
            let currency = currency.map_err(|invalid| StoreError::Corrupt(invalid.to_string()))?;
            Ok(Posting { account, currency, amount_minor })
        })
        .collect()
}

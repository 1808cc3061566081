//! The lines of redemptions: what each wallet on the register gives and gets.

use super::{Redemption, RedemptionLine, Sum};
use crate::schema::{redemption_lines, redemptions};
use crate::{MAX_PAGE, StoreError, Tx};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::ids::{InvestorId, RedemptionId, RedemptionLineId};
use domain::redemption::RedemptionLineStatus;
use std::collections::BTreeMap;

/// Adds a line.
///
/// # Errors
/// [`StoreError::Duplicate`] when the wallet has one in that redemption.
pub fn add_line(tx: &mut Tx<'_>, line: RedemptionLine) -> Result<(), StoreError> {
    diesel::insert_into(redemption_lines::table).values(line).execute(tx.conn)?;
    Ok(())
}

/// The line with an id.
///
/// # Errors
/// When the database fails.
pub fn line(tx: &mut Tx<'_>, id: RedemptionLineId) -> Result<Option<RedemptionLine>, StoreError> {
    let found = redemption_lines::table.find(id.to_string()).select(RedemptionLine::as_select());
    Ok(found.first(tx.conn).optional()?)
}

/// The line of a wallet, as it stood on the register.
///
/// # Errors
/// When the database fails.
pub fn of_wallet(
    tx: &mut Tx<'_>,
    redemption: RedemptionId,
    wallet: &str,
) -> Result<Option<RedemptionLine>, StoreError> {
    Ok(redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .filter(redemption_lines::wallet.eq(wallet))
        .select(RedemptionLine::as_select())
        .first(tx.conn)
        .optional()?)
}

/// What a wallet is still to be paid for units that end, each with its redemption.
///
/// # Errors
/// When the database fails.
pub fn unpaid_of_wallet(
    tx: &mut Tx<'_>,
    wallet: &str,
) -> Result<Vec<(RedemptionLine, Redemption)>, StoreError> {
    let unpaid = [RedemptionLineStatus::Open.as_str(), RedemptionLineStatus::Refused.as_str()];
    Ok(redemption_lines::table
        .inner_join(redemptions::table)
        .filter(redemption_lines::wallet.eq(wallet))
        .filter(redemption_lines::status.eq_any(unpaid))
        .order(redemption_lines::id)
        .select((RedemptionLine::as_select(), Redemption::as_select()))
        .load(tx.conn)?)
}

/// The line whose latest attempt is at a place of a batch.
///
/// # Errors
/// When the database fails.
pub fn at_place(
    tx: &mut Tx<'_>,
    redemption: RedemptionId,
    (batch, place): (i64, i64),
) -> Result<Option<RedemptionLine>, StoreError> {
    Ok(redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .filter(redemption_lines::batch.eq(batch))
        .filter(redemption_lines::place.eq(place))
        .select(RedemptionLine::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of the lines of a redemption, in the order in which they were fixed; only those in a status, when one is named.
///
/// # Errors
/// When the database fails.
pub fn lines(
    tx: &mut Tx<'_>,
    (redemption, status): (RedemptionId, Option<RedemptionLineStatus>),
    after: Option<RedemptionLineId>,
    most: i64,
) -> Result<Vec<RedemptionLine>, StoreError> {
    let mut query = redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .order(redemption_lines::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(RedemptionLine::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(redemption_lines::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(redemption_lines::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Open lines that no batch has, in the order in which they were fixed.
///
/// # Errors
/// When the database fails.
pub fn unsent(
    tx: &mut Tx<'_>,
    redemption: RedemptionId,
    most: i64,
) -> Result<Vec<RedemptionLine>, StoreError> {
    Ok(redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .filter(redemption_lines::status.eq(RedemptionLineStatus::Open.as_str()))
        .filter(redemption_lines::batch.is_null())
        .order(redemption_lines::id)
        .limit(most.clamp(1, MAX_PAGE))
        .select(RedemptionLine::as_select())
        .load(tx.conn)?)
}

/// A page of what an investor gives and gets, newest first, each with its redemption.
///
/// # Errors
/// When the database fails.
pub fn of_investor(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    before: Option<RedemptionLineId>,
    most: i64,
) -> Result<Vec<(RedemptionLine, Redemption)>, StoreError> {
    let mut query = redemption_lines::table
        .inner_join(redemptions::table)
        .filter(redemption_lines::investor_id.eq(investor.to_string()))
        .filter(redemption_lines::status.ne(RedemptionLineStatus::Nil.as_str()))
        .order(redemption_lines::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select((RedemptionLine::as_select(), Redemption::as_select()))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(redemption_lines::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Notes the place of a line's latest attempt.
///
/// # Errors
/// When the database fails.
pub fn set_place(
    tx: &mut Tx<'_>,
    id: RedemptionLineId,
    (batch, place): (i64, i64),
) -> Result<(), StoreError> {
    diesel::update(redemption_lines::table.find(id.to_string()))
        .set((redemption_lines::batch.eq(batch), redemption_lines::place.eq(place)))
        .execute(tx.conn)?;
    Ok(())
}

/// Opens a line for another attempt.
///
/// # Errors
/// When the database fails.
pub fn open_again(tx: &mut Tx<'_>, id: RedemptionLineId) -> Result<(), StoreError> {
    let nothing: Option<i64> = None;
    diesel::update(redemption_lines::table.find(id.to_string()))
        .set((
            redemption_lines::status.eq(RedemptionLineStatus::Open.as_str()),
            redemption_lines::batch.eq(nothing),
            redemption_lines::place.eq(nothing),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The lines of a batch that are still open.
///
/// # Errors
/// When the database fails.
pub fn open_in_batch(
    tx: &mut Tx<'_>,
    redemption: RedemptionId,
    batch: i64,
) -> Result<Vec<RedemptionLineId>, StoreError> {
    let ids: Vec<String> = redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .filter(redemption_lines::status.eq(RedemptionLineStatus::Open.as_str()))
        .filter(redemption_lines::batch.eq(batch))
        .order(redemption_lines::id)
        .select(redemption_lines::id)
        .load(tx.conn)?;
    let id = |id: String| id.parse().map_err(|_| StoreError::Corrupt(format!("{id} is no id of a line")));
    ids.into_iter().map(id).collect()
}

/// Sets what has become of a line: in which transaction, or why not.
///
/// # Errors
/// When the database fails.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: RedemptionLineId,
    status: RedemptionLineStatus,
    (transaction_hash, refusal): (Option<&str>, Option<&str>),
) -> Result<(), StoreError> {
    diesel::update(redemption_lines::table.find(id.to_string()))
        .set((
            redemption_lines::status.eq(status.as_str()),
            redemption_lines::transaction_hash.eq(transaction_hash),
            redemption_lines::refusal.eq(refusal),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What the lines of a redemption add up to, status by status.
///
/// # Errors
/// When the database fails.
pub fn sums(
    tx: &mut Tx<'_>,
    redemption: RedemptionId,
) -> Result<BTreeMap<RedemptionLineStatus, Sum>, StoreError> {
    // PostgreSQL adds BIGINT up to NUMERIC.
    let rows: Vec<(String, i64, i64, i64)> = redemption_lines::table
        .filter(redemption_lines::redemption_id.eq(redemption.to_string()))
        .group_by(redemption_lines::status)
        .select((
            redemption_lines::status,
            count_star(),
            sql::<BigInt>("CAST(SUM(units) AS BIGINT)"),
            sql::<BigInt>("CAST(SUM(amount_minor) AS BIGINT)"),
        ))
        .load(tx.conn)?;
    let sum = |(status, lines, units, amount_minor): (String, i64, i64, i64)| {
        let status = status.parse::<RedemptionLineStatus>();
        let status = status.map_err(|invalid| StoreError::Corrupt(invalid.to_string()))?;
        Ok((status, Sum { lines, units, amount_minor }))
    };
    rows.into_iter().map(sum).collect()
}

/// What an investor's lines in a status add up to, in minor units of each currency.
///
/// # Errors
/// When the database fails.
pub fn totals_of_investor(
    tx: &mut Tx<'_>,
    investor: InvestorId,
    status: RedemptionLineStatus,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let amounts: Vec<(String, i64)> = redemption_lines::table
        .inner_join(redemptions::table)
        .filter(redemption_lines::investor_id.eq(investor.to_string()))
        .filter(redemption_lines::status.eq(status.as_str()))
        .select((redemptions::currency, redemption_lines::amount_minor))
        .load(tx.conn)?;
    let mut totals = BTreeMap::new();
    for (currency, amount_minor) in amounts {
        *totals.entry(currency).or_default() += amount_minor;
    }
    Ok(totals)
}

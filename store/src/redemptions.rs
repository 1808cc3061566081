//! Redemptions: principal that is paid back, and what each wallet on the register gives and gets.

use crate::schema::{partitions, redemption_lines, redemptions};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::ids::{InvestorId, PartitionId, PoolId, RedemptionId, RedemptionLineId};
use domain::redemption::{RedemptionDivision, RedemptionKind, RedemptionLineStatus, RedemptionStatus};
use domain::{Currency, Money};
use std::collections::BTreeMap;

/// A redemption that was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = redemptions)]
pub struct Redemption {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: RedemptionId,
    /// Units of which partition.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub partition_id: PartitionId,
    /// Why principal is paid back.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: RedemptionKind,
    /// Whose units end.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub division: RedemptionDivision,
    /// How many units end, above zero; fewer when the register is fixed with fewer.
    pub units: i64,
    /// What is paid for one, in minor units.
    pub price_minor: i64,
    /// What is paid for all, in minor units.
    pub amount_minor: i64,
    /// What of it the issuer brought of its own money, in minor units.
    pub contributed_minor: i64,
    /// The currency.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// The day at whose end the holders are fixed.
    pub record_date: NaiveDate,
    /// The day on which units and money change hands: nothing is redeemed before.
    pub payment_date: NaiveDate,
    /// The hash of the published notice, in hexadecimal.
    pub notice_sha256: Option<String>,
    /// The issuer's part of the randomness of a draw, known before the block that is the other part.
    pub seed: Option<String>,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: RedemptionStatus,
    /// The number of the record on chain by which each share is proved.
    pub record_number: Option<i64>,
    /// The last block of the record date.
    pub record_block: Option<i64>,
    /// The hash of that block, in hexadecimal.
    pub record_block_hash: Option<String>,
    /// The hash of the document that the terms on chain name, in hexadecimal.
    pub document_hash: Option<String>,
    /// The account that ordered it.
    pub requested_by: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

impl Redemption {
    /// What is paid for all.
    #[must_use]
    pub const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// What one wallet gives and gets.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = redemption_lines)]
pub struct RedemptionLine {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: RedemptionLineId,
    /// The redemption.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub redemption_id: RedemptionId,
    /// The beneficial owner.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// The wallet as it stood on the register.
    pub wallet: String,
    /// What it held at the end of the record date.
    pub held_units: i64,
    /// How many of them end.
    pub units: i64,
    /// What is paid for them, in minor units.
    pub amount_minor: i64,
    /// What has become of it.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: RedemptionLineStatus,
    /// The batch of its latest attempt.
    pub batch: Option<i64>,
    /// Its place in that batch, from 0.
    pub place: Option<i64>,
    /// Why the chain said no, as JSON.
    pub refusal: Option<String>,
    /// The transaction that ended its units and paid for them.
    pub transaction_hash: Option<String>,
}

/// What the lines in a status add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Lines.
    pub lines: i64,
    /// Units.
    pub units: i64,
    /// Minor units.
    pub amount_minor: i64,
}

/// Adds a redemption.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, redemption: Redemption) -> Result<(), StoreError> {
    diesel::insert_into(redemptions::table).values(redemption).execute(tx.conn)?;
    Ok(())
}

/// The redemption with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: RedemptionId) -> Result<Option<Redemption>, StoreError> {
    Ok(redemptions::table.find(id.to_string()).select(Redemption::as_select()).first(tx.conn).optional()?)
}

/// A page of redemptions, newest first; only those of some partitions, when they are named.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    of: Option<&[PartitionId]>,
    before: Option<RedemptionId>,
    most: i64,
) -> Result<Vec<Redemption>, StoreError> {
    let mut query = redemptions::table
        .order(redemptions::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Redemption::as_select())
        .into_boxed();
    if let Some(partitions) = of {
        let ids: Vec<String> = partitions.iter().map(ToString::to_string).collect();
        query = query.filter(redemptions::partition_id.eq_any(ids));
    }
    if let Some(before) = before {
        query = query.filter(redemptions::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The redemption of a partition that is ordered or being paid, if there is one.
///
/// # Errors
/// When the database fails.
pub fn under_way(tx: &mut Tx<'_>, partition: PartitionId) -> Result<Option<Redemption>, StoreError> {
    let under_way = [RedemptionStatus::Ordered.as_str(), RedemptionStatus::Paying.as_str()];
    Ok(redemptions::table
        .filter(redemptions::partition_id.eq(partition.to_string()))
        .filter(redemptions::status.eq_any(under_way))
        .order(redemptions::id)
        .select(Redemption::as_select())
        .first(tx.conn)
        .optional()?)
}

/// What is still to be paid in one currency for redemptions of a pool whose register is fixed, in minor units.
///
/// # Errors
/// When the database fails.
pub fn to_be_paid(tx: &mut Tx<'_>, pool: PoolId, currency: Currency) -> Result<i64, StoreError> {
    let unpaid = [RedemptionLineStatus::Open.as_str(), RedemptionLineStatus::Refused.as_str()];
    let amounts: Vec<i64> = redemption_lines::table
        .inner_join(redemptions::table.inner_join(partitions::table))
        .filter(partitions::pool_id.eq(pool.to_string()))
        .filter(redemptions::currency.eq(currency.code()))
        .filter(redemption_lines::status.eq_any(unpaid))
        .select(redemption_lines::amount_minor)
        .load(tx.conn)?;
    Ok(amounts.iter().sum())
}

/// Moves a redemption from one status to the next; `false` when it is no longer there.
///
/// # Errors
/// When the database fails.
pub fn move_on(
    tx: &mut Tx<'_>,
    id: RedemptionId,
    (from, to): (RedemptionStatus, RedemptionStatus),
) -> Result<bool, StoreError> {
    let there = redemptions::table.find(id.to_string()).filter(redemptions::status.eq(from.as_str()));
    Ok(diesel::update(there).set(redemptions::status.eq(to.as_str())).execute(tx.conn)? == 1)
}

/// Notes the register that a redemption is made with: its units and amount, and what the terms on chain say.
///
/// # Errors
/// When the database fails.
pub fn set_register(tx: &mut Tx<'_>, fixed: &Redemption) -> Result<(), StoreError> {
    diesel::update(redemptions::table.find(fixed.id.to_string()))
        .set((
            redemptions::units.eq(fixed.units),
            redemptions::amount_minor.eq(fixed.amount_minor),
            redemptions::record_number.eq(fixed.record_number),
            redemptions::record_block.eq(fixed.record_block),
            redemptions::record_block_hash.eq(fixed.record_block_hash.clone()),
            redemptions::document_hash.eq(fixed.document_hash.clone()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

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

/// The payment dates of the redemptions of a pool for which the chain keeps a record, in no order.
///
/// # Errors
/// When the database fails.
pub fn dates_with_record(tx: &mut Tx<'_>, pool: PoolId) -> Result<Vec<NaiveDate>, StoreError> {
    Ok(redemptions::table
        .inner_join(partitions::table)
        .filter(partitions::pool_id.eq(pool.to_string()))
        .filter(redemptions::division.ne(RedemptionDivision::Whole.as_str()))
        .select(redemptions::payment_date)
        .distinct()
        .load(tx.conn)?)
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
    // The sum of BIGINT is NUMERIC in PostgreSQL.
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

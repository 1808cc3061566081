//! Redemptions: principal that is paid back, and what each wallet on the register gives and gets.

mod lines;

pub use lines::{
    add_line, at_place, line, lines, of_investor, of_wallet, open_again, open_in_batch, set_place,
    set_status, sums, totals_of_investor, unpaid_of_wallet, unsent,
};

use crate::schema::{partitions, redemption_lines, redemptions};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::ids::{InvestorId, PartitionId, PoolId, RedemptionId, RedemptionLineId};
use domain::redemption::{RedemptionDivision, RedemptionKind, RedemptionLineStatus, RedemptionStatus};
use domain::{Currency, Money};

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

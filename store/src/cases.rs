//! Cases: what the compliance officer has to decide, and what was decided.

use crate::row::stamp;
use crate::schema::cases;
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{CaseId, InvestorId, UserId};
use domain::status::{CaseCause, CaseStatus};

/// A case.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = cases)]
pub struct Case {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: CaseId,
    /// Whom it is about.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub investor_id: InvestorId,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: CaseStatus,
    /// Why it was opened.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub opened_because: CaseCause,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<NaiveDateTime>,
    /// Why, in the officer's words.
    pub reason: Option<String>,
    /// When it was opened.
    pub created_at: NaiveDateTime,
}

/// Adds a case.
///
/// # Errors
/// When the database fails.
pub fn add(tx: &mut Tx<'_>, case: Case) -> Result<(), StoreError> {
    diesel::insert_into(cases::table).values(case).execute(tx.conn)?;
    Ok(())
}

/// The case with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Case>, StoreError> {
    Ok(cases::table.find(id.to_string()).select(Case::as_select()).first(tx.conn).optional()?)
}

/// The cases of an investor, newest first.
///
/// # Errors
/// When the database fails.
pub fn of_investor(tx: &mut Tx<'_>, investor: InvestorId) -> Result<Vec<Case>, StoreError> {
    Ok(cases::table
        .filter(cases::investor_id.eq(investor.to_string()))
        .order(cases::id.desc())
        .limit(MAX_PAGE)
        .select(Case::as_select())
        .load(tx.conn)?)
}

/// A page of cases, oldest first.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    status: Option<CaseStatus>,
    after: Option<CaseId>,
    most: i64,
) -> Result<Vec<Case>, StoreError> {
    let mut query =
        cases::table.order(cases::id).limit(most.clamp(1, MAX_PAGE)).select(Case::as_select()).into_boxed();
    if let Some(status) = status {
        query = query.filter(cases::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(cases::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// How many cases stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, status: CaseStatus) -> Result<i64, StoreError> {
    Ok(cases::table.filter(cases::status.eq(status.as_str())).count().get_result(tx.conn)?)
}

/// What an officer decided.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Approved or rejected.
    pub status: CaseStatus,
    /// Who decided; none for the program itself.
    pub by: Option<UserId>,
    /// Why.
    pub reason: &'a str,
}

/// Notes a decision; `false` when the case is not open.
///
/// # Errors
/// When the database fails.
pub fn decide(
    tx: &mut Tx<'_>,
    id: CaseId,
    decision: Decision<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let open = cases::table.find(id.to_string()).filter(cases::status.eq(CaseStatus::Open.as_str()));
    let changed = diesel::update(open)
        .set((
            cases::status.eq(decision.status.as_str()),
            cases::decided_by.eq(decision.by.map(|by| by.to_string())),
            cases::decided_at.eq(stamp(now)),
            cases::reason.eq(decision.reason),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

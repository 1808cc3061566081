//! Users, their sessions, and the issuers they act for.

use crate::row::{moment, stamp};
use crate::schema::{issuers, sessions, users};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::{IssuerId, UserId};
use domain::party::Role;

/// A person who signs in.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: UserId,
    /// What they sign in with, lower case.
    pub email: String,
    /// Argon2id, in the PHC string format.
    pub password_hash: String,
    /// What they may do.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub role: Role,
    /// The issuer they act for; issuers' people only.
    pub issuer_id: Option<String>,
    /// When the account was made.
    pub created_at: NaiveDateTime,
}

/// A company that brings assets.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = issuers)]
pub struct Issuer {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: IssuerId,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub created_at: NaiveDateTime,
}

/// Adds a user.
///
/// # Errors
/// [`StoreError::Duplicate`] when the e-mail address has an account.
pub fn add_user(tx: &mut Tx<'_>, user: User) -> Result<(), StoreError> {
    diesel::insert_into(users::table).values(user).execute(tx.conn)?;
    Ok(())
}

/// Adds an issuer.
///
/// # Errors
/// When the database fails.
pub fn add_issuer(tx: &mut Tx<'_>, id: IssuerId, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let issuer = Issuer { id, name: name.to_owned(), created_at: stamp(now) };
    diesel::insert_into(issuers::table).values(issuer).execute(tx.conn)?;
    Ok(())
}

/// The user with an e-mail address.
///
/// # Errors
/// When the database fails.
pub fn user_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>, StoreError> {
    Ok(users::table.filter(users::email.eq(email)).select(User::as_select()).first(tx.conn).optional()?)
}

/// The user with an id.
///
/// # Errors
/// When the database fails.
pub fn user(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    Ok(users::table.find(id.to_string()).select(User::as_select()).first(tx.conn).optional()?)
}

/// How many accounts have a role, not counting one of them.
///
/// # Errors
/// When the database fails.
pub fn count_others(tx: &mut Tx<'_>, role: Role, but: Option<UserId>) -> Result<i64, StoreError> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    let others = users::table.filter(users::role.eq(role.as_str())).filter(users::id.ne(but));
    Ok(others.count().get_result(tx.conn)?)
}

/// The issuer with an id.
///
/// # Errors
/// When the database fails.
pub fn issuer(tx: &mut Tx<'_>, id: IssuerId) -> Result<Option<Issuer>, StoreError> {
    Ok(issuers::table.find(id.to_string()).select(Issuer::as_select()).first(tx.conn).optional()?)
}

/// The issuer with exactly this name.
///
/// # Errors
/// When the database fails.
pub fn issuer_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Issuer>, StoreError> {
    let found = issuers::table.filter(issuers::name.eq(name)).order(issuers::id);
    Ok(found.select(Issuer::as_select()).first(tx.conn).optional()?)
}

/// A page of the users by their ids, each with the issuer that they act for.
///
/// # Errors
/// When the database fails.
pub fn users_page(
    tx: &mut Tx<'_>,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<(User, Option<Issuer>)>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    Ok(users::table
        .left_join(issuers::table)
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(limit.min(MAX_PAGE))
        .select((User::as_select(), Option::<Issuer>::as_select()))
        .load(tx.conn)?)
}

/// Opens a session under the hash of its secret.
///
/// # Errors
/// When the database fails.
pub fn open_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    user_id: UserId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token_hash),
            sessions::user_id.eq(user_id.to_string()),
            sessions::created_at.eq(stamp(from)),
            sessions::expires_at.eq(stamp(until)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The user of a session that is open at `now`, and when it ends.
///
/// # Errors
/// When the database fails.
pub fn session_user(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(User, DateTime<Utc>)>, StoreError> {
    let found: Option<(User, NaiveDateTime)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(stamp(now)))
        .select((User::as_select(), sessions::expires_at))
        .first(tx.conn)
        .optional()?;
    Ok(found.map(|(user, until)| (user, moment(until))))
}

/// Ends a session; one that has ended stays ended.
///
/// # Errors
/// When the database fails.
pub fn close_session(tx: &mut Tx<'_>, token_hash: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.find(token_hash)).execute(tx.conn)?;
    Ok(())
}

/// Removes the sessions that ended before `now`; returns how many.
///
/// # Errors
/// When the database fails.
pub fn sweep_sessions(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(stamp(now)))).execute(tx.conn)?)
}

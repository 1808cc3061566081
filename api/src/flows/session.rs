//! Signing in and out.

use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{IssuerId, UserId};
use domain::party::Role;
use domain::{Invalid, text};
use sha2::{Digest, Sha256};
use store::access::User;
use store::jobs::Ended;

/// How long a session lasts: a working day.
pub const SESSION_LIFE: TimeDelta = TimeDelta::hours(12);
/// The most characters of an e-mail address (RFC 5321, section 4.5.3.1.3).
pub const MAX_EMAIL: usize = 254;
/// The fewest characters of a password (NIST SP 800-63B, section 5.1.1.1, asks for 8 at least).
pub const MIN_PASSWORD: usize = 12;
/// The most characters of a password: hashing longer ones only costs time.
pub const MAX_PASSWORD: usize = 256;

/// A session that was opened. The secret is shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The bearer token or cookie value.
    pub secret: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whose it is.
    pub role: Role,
}

/// Who is behind a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub actor: Actor,
    /// Their role.
    pub role: Role,
    /// Their e-mail address, for the page they see.
    pub email: String,
    /// What the session is kept under: what must come back to the very session that asked is tied to it.
    pub session: String,
}

/// A new account.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they sign in with.
    pub email: String,
    /// Their password, which is only kept as a hash.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// The issuer they act for.
    pub issuer_id: Option<IssuerId>,
}

/// Argon2id with 19 MiB, two passes, one lane: the first choice of the OWASP password storage sheet.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Checks an e-mail address and lower-cases it: one `@` with something on both sides, no blanks.
///
/// # Errors
/// When it cannot be an address.
pub fn parse_email(email: &str) -> Result<String, Invalid> {
    let email = text::bounded("email", email, MAX_EMAIL).map_err(Invalid::unseen)?.to_lowercase();
    let parts: Vec<&str> = email.split('@').collect();
    let plain = parts.len() == 2 && parts.iter().all(|part| !part.is_empty());
    if !plain || email.chars().any(char::is_whitespace) {
        return Err(Invalid::new("email", "", "an e-mail address such as name@company.example"));
    }
    Ok(email)
}

/// Checks the length of a password; what it is stands in no error.
///
/// # Errors
/// When it is too short or too long.
pub fn parse_password(password: &str) -> Result<String, Invalid> {
    if (MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        return Ok(password.to_owned());
    }
    Err(Invalid::new("password", "", format!("{MIN_PASSWORD} to {MAX_PASSWORD} characters")))
}

/// What is kept of a password.
///
/// # Errors
/// When it is too short or too long.
pub(crate) fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, AppError> {
    parse_password(password)?;
    let salt = SaltString::encode_b64(&salt).map_err(AppError::internal)?;
    Ok(argon2().hash_password(password.as_bytes(), &salt).map_err(AppError::internal)?.to_string())
}

fn password_matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash that no password has, checked when there is no such account: the answer takes as long either way.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is kept of a session's secret.
#[must_use]
pub fn token_hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Makes an account.
///
/// # Errors
/// When the address or the password is not acceptable or the address has an account.
pub fn add_user(app: &App, command: &Command, new: &NewUser) -> Result<UserId, AppError> {
    let new = NewUser { email: parse_email(&new.email)?, ..new.clone() };
    let password_hash = hash_password(&new.password, app.chance.bytes())?;
    app.execute(command, &(&new.email, new.role.as_str()), |act| keep_user(act, &new, &password_hash))
}

/// Writes an account whose address was parsed and whose password was hashed.
///
/// # Errors
/// When the address has an account.
pub(super) fn keep_user(
    act: &mut Act<'_, '_>,
    new: &NewUser,
    password_hash: &str,
) -> Result<UserId, AppError> {
    if store::access::user_by_email(act.tx, &new.email)?.is_some() {
        return Err(Invalid::new("email", "", "an address without an account: this one has one").into());
    }
    let user = User {
        id: act.id(),
        email: new.email.clone(),
        password_hash: password_hash.to_owned(),
        role: new.role,
        issuer_id: new.issuer_id.map(|id| id.to_string()),
        created_at: act.now.naive_utc(),
    };
    let id = user.id;
    store::access::add_user(act.tx, user)?;
    act.audit("user.added", id, &serde_json::json!({ "role": new.role }))?;
    Ok(id)
}

/// Signs in with an e-mail address and a password.
///
/// # Errors
/// [`AppError::WrongCredentials`], whichever of the two is wrong.
pub fn sign_in(app: &App, email: &str, password: &str) -> Result<OpenedSession, AppError> {
    let email = email.trim().to_lowercase();
    let found = app.ask(|tx| Ok(store::access::user_by_email(tx, &email)?))?;
    let hash = found.as_ref().map_or(NOBODYS_HASH, |user| &user.password_hash);
    let user = match (password_matches(password, hash), found) {
        (true, Some(user)) => user,
        _ => return Err(AppError::WrongCredentials),
    };
    let secret = app.chance.secret();
    let (token_hash, role, now) = (token_hash(&secret), user.role, app.clock.wall_now());
    app.execute(&Command::from_system(), &(), |act| {
        let life = (now, now + SESSION_LIFE);
        store::access::open_session(act.tx, &token_hash, user.id, life)?;
        act.audit("session.opened", user.id, &serde_json::json!({}))?;
        Ok(life.1)
    })
    .map(|expires_at| OpenedSession { secret, expires_at, role })
}

/// Who holds a session's secret, if the session is open.
///
/// # Errors
/// When the database fails.
pub fn signed_in(app: &App, secret: &str) -> Result<Option<SignedIn>, AppError> {
    let (token_hash, now) = (token_hash(secret), app.clock.wall_now());
    let found = app.ask(|tx| Ok(store::access::session_user(tx, &token_hash, now)?))?;
    let Some((user, _)) = found else { return Ok(None) };
    let issuer_id = user.issuer_id.as_deref().map(str::parse).transpose()?;
    let actor = Actor::Person { user_id: user.id, role: user.role, issuer_id };
    Ok(Some(SignedIn { actor, role: user.role, email: user.email, session: token_hash }))
}

/// Signs out; the secret opens nothing any more.
///
/// # Errors
/// When the database fails.
pub fn sign_out(app: &App, secret: &str) -> Result<(), AppError> {
    let token_hash = token_hash(secret);
    app.execute(&Command::from_system(), &(), |act| Ok(store::access::close_session(act.tx, &token_hash)?))
}

/// The job that removes sessions which have ended.
///
/// # Errors
/// When the database fails.
pub fn sweep(running: &Running<'_>) -> Result<Ended, AppError> {
    let now = running.app.clock.wall_now();
    let removed = running.app.store.write(|tx| store::access::sweep_sessions(tx, now))?;
    if removed > 0 {
        tracing::info!(removed, "sessions swept");
    }
    Ok(Ended::Done)
}

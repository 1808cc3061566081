//! Accounts: an operator lets somebody in, and names the company that an issuer's person acts for.

use super::session::{self, NewUser};
use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use domain::ids::{IssuerId, UserId};
use domain::party::Role;
use domain::{Invalid, Invalids, text};
use store::access::{Issuer, User};

/// A new account, made by an operator.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What they sign in with.
    pub email: String,
    /// Their first password, which is only kept as a hash.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// The company that they act for: issuers' people have one, nobody else has.
    pub company: Option<String>,
}

impl NewAccount {
    /// Checks what was written down for an account.
    ///
    /// # Errors
    /// Every finding at once.
    pub fn read(email: &str, password: &str, role: &str, company: &str) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let email = found.check(session::parse_email(email));
        let password = found.check(session::parse_password(password));
        let role = found.check(role.trim().parse::<Role>().map_err(|invalid| invalid.named("role")));
        let company = role.and_then(|role| found.check(company_of(role, company)));
        match (email, password, role, company) {
            (Some(email), Some(password), Some(role), Some(company)) => {
                Ok(Self { email, password, role, company })
            }
            _ => Err(found),
        }
    }
}

fn company_of(role: Role, company: &str) -> Result<Option<String>, Invalid> {
    match (role, company.trim()) {
        (Role::Issuer, name) => text::bounded("company", name, text::MAX_NAME).map(Some),
        (_, "") => Ok(None),
        (_, name) => Err(Invalid::new("company", name, "nothing, as only issuers' people act for a company")),
    }
}

/// Makes an account, and the company when nobody has acted for one of that name yet.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but operators; [`AppError::Invalid`] when the address has an account.
pub fn add(app: &App, command: &Command, new: &NewAccount) -> Result<UserId, AppError> {
    command.by.must_be(&[Role::Operator])?;
    let password_hash = session::hash_password(&new.password, app.chance.bytes())?;
    let asked = (&new.email, new.role.as_str(), &new.company);
    app.execute(command, &asked, |act| enrol(act, new, &password_hash))
}

/// As [`add`], within a transaction and with the password hashed.
///
/// # Errors
/// As [`add`].
pub fn enrol(act: &mut Act<'_, '_>, new: &NewAccount, password_hash: &str) -> Result<UserId, AppError> {
    let issuer_id = new.company.as_deref().map(|name| company(act, name)).transpose()?;
    let NewAccount { email, password, role, .. } = new.clone();
    session::keep_user(act, &NewUser { email, password, role, issuer_id }, password_hash)
}

/// The company of a name; added when it is new.
fn company(act: &mut Act<'_, '_>, name: &str) -> Result<IssuerId, AppError> {
    if let Some(known) = store::access::issuer_by_name(act.tx, name)? {
        return Ok(known.id);
    }
    let id = act.id();
    store::access::add_issuer(act.tx, id, name, act.now)?;
    act.audit("issuer.added", id, &serde_json::json!({}))?;
    Ok(id)
}

/// A page of the accounts, by their ids, each with the company that it acts for.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but operators.
pub fn list(
    app: &App,
    by: &Actor,
    (after, rows): (Option<UserId>, i64),
) -> Result<Vec<(User, Option<Issuer>)>, AppError> {
    by.must_be(&[Role::Operator])?;
    app.ask(|tx| Ok(store::access::users_page(tx, after, rows)?))
}

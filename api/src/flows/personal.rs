//! What is personal about an investor: sealed under a key of its own, read with a trace, erased with the key.

use crate::actor::Actor;
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::secrets::{Secrets, open_under, seal_under};
use chrono::NaiveDate;
use domain::ids::InvestorId;
use domain::party::Role;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt;
use store::Tx;

/// The purpose of the key that seals the persons' keys.
const PURPOSE: &str = "personal-data";

/// What is personal. It is never logged: debugging shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// The name in official documents.
    pub legal_name: String,
    /// The date of birth; of an institution the date of its incorporation.
    pub date_of_birth: NaiveDate,
    /// Where they live, in one text.
    pub address: Option<String>,
}

impl fmt::Debug for PersonalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalData(hidden)")
    }
}

/// The key of one person. Whatever is sealed under it is gone when it is destroyed.
pub struct PersonKey([u8; 32]);

impl PersonKey {
    /// Seals what is personal.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn seal(&self, app: &App, plain: &impl Serialize) -> Result<Vec<u8>, AppError> {
        let plain = serde_json::to_vec(plain).map_err(AppError::internal)?;
        seal_under(&self.0, &plain, &app.chance)
    }

    /// Opens what was sealed under this key.
    ///
    /// # Errors
    /// When the bytes were changed, or hold something else.
    pub fn open<T: DeserializeOwned>(&self, sealed: &[u8]) -> Result<T, AppError> {
        // What went wrong is not repeated: it might quote what is personal.
        let unreadable = |_| AppError::internal("the sealed data holds something else");
        serde_json::from_slice(&open_under(&self.0, sealed)?).map_err(unreadable)
    }
}

/// Seals the data of a new investor under a new key.
///
/// # Errors
/// When the database fails.
pub fn keep(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: InvestorId,
    data: &PersonalData,
) -> Result<PersonKey, AppError> {
    let key = PersonKey(app.chance.bytes());
    let sealed = key.seal(app, data)?;
    let sealed_key = Some(app.secrets.seal(PURPOSE, &key.0, &app.chance)?);
    let row = store::personal::PersonalData { investor_id: investor, sealed, sealed_key, erased_at: None };
    store::personal::add(act.tx, row)?;
    Ok(key)
}

/// The key of an investor; none after the erasure.
///
/// # Errors
/// When the database fails or the key cannot be opened.
pub fn key(secrets: &Secrets, tx: &mut Tx<'_>, investor: InvestorId) -> Result<Option<PersonKey>, AppError> {
    let row = store::personal::find(tx, investor)?;
    let Some(sealed_key) = row.and_then(|row| row.sealed_key) else { return Ok(None) };
    let bytes = secrets.open(PURPOSE, &sealed_key)?;
    let bytes =
        <[u8; 32]>::try_from(bytes).map_err(|_| AppError::internal("a person's key of odd length"))?;
    Ok(Some(PersonKey(bytes)))
}

/// The data of an investor, for the program itself; none after the erasure.
///
/// # Errors
/// As [`key`].
pub(super) fn of_investor(
    app: &App,
    tx: &mut Tx<'_>,
    investor: InvestorId,
) -> Result<Option<(PersonKey, PersonalData)>, AppError> {
    let Some(key) = key(&app.secrets, tx, investor)? else { return Ok(None) };
    let Some(row) = store::personal::find(tx, investor)? else { return Ok(None) };
    let data = key.open(&row.sealed)?;
    Ok(Some((key, data)))
}

/// The command without its key: an answer that is personal is not kept to be given again.
fn unkept(command: &Command) -> Command {
    Command { by: command.by.clone(), idempotency_key: None, dry_run: false }
}

/// Reads the data of an investor: the officer, which leaves a trace, or the person about themselves.
/// None after the erasure.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody else; [`AppError::NotFound`].
pub fn read(app: &App, command: &Command, investor: InvestorId) -> Result<Option<PersonalData>, AppError> {
    let user = command.by.must_be(&[Role::Compliance, Role::Investor])?;
    app.execute(&unkept(command), &(), |act| {
        let row = store::investors::find(act.tx, investor)?;
        let row = row.ok_or_else(|| AppError::not_found("investor", investor))?;
        if is_investor(&command.by) && user != Some(row.user_id) {
            return Err(AppError::not_found("investor", investor));
        }
        traced(act, investor)?;
        Ok(of_investor(app, act.tx, investor)?.map(|(_, data)| data))
    })
}

/// Leaves the trace of a reading in the transaction that reads. Who reads about themselves leaves none.
///
/// # Errors
/// When the database fails.
pub(super) fn traced(act: &mut Act<'_, '_>, investor: InvestorId) -> Result<(), AppError> {
    if is_investor(act.by) {
        return Ok(());
    }
    act.audit("personal_data.read", investor, &serde_json::json!({}))
}

const fn is_investor(actor: &Actor) -> bool {
    matches!(actor, Actor::Person { role: Role::Investor, .. })
}

/// Destroys the key of an investor's data; what the register keeps is an opaque number. `false` when it was
/// destroyed before.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::NotFound`].
pub fn erase(app: &App, command: &Command, investor: InvestorId) -> Result<bool, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    app.execute(command, &("personal_data.erase", investor), |act| {
        let row = store::investors::find(act.tx, investor)?;
        row.ok_or_else(|| AppError::not_found("investor", investor))?;
        let erased = store::personal::erase(act.tx, investor, act.now)?;
        if erased {
            act.audit("personal_data.erased", investor, &serde_json::json!({}))?;
        }
        Ok(erased)
    })
}

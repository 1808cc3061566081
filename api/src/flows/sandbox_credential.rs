//! In the sandbox a demonstration provider vouches for whoever asks, so that a newcomer can click through.

use super::credential_issuer::{self, NewIssuer};
use super::onboard;
use super::personal::{self, PersonalData};
use super::present::{self, Asked, KYC_CREDENTIAL, Origin};
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{Format, NewCredential, NewPresentation, SignError, SigningKey, issue, present};
use domain::Invalid;
use store::investors::Investor;

/// The purpose of the demonstration provider's key.
const PROVIDER: &str = "sandbox/kyc-provider";
/// How long a demonstration credential holds, in days, when nothing is said.
pub const DEFAULT_DAYS: i64 = 365;
/// The longest that one holds: ten years, as a passport.
pub const MAX_DAYS: i64 = 3_650;

/// A demonstration credential with a presentation that answers the challenge.
pub struct DemoCredential {
    /// The credential, as the provider signed it.
    pub credential: String,
    /// The presentation, as the holder signed it.
    pub presentation: String,
    /// The challenge that it answers.
    pub asked: Asked,
    /// The first moment at which the credential no longer holds.
    pub valid_until: DateTime<Utc>,
}

/// Issues a demonstration credential about the investor who asks, and presents it to the challenge that is open, or to
/// a new one. The holder's key is kept by the platform, as a wallet on a phone would.
///
/// # Errors
/// [`AppError::NotFound`] outside the sandbox and before the profile is there; [`AppError::Invalid`] for the days.
pub fn demo_credential(
    app: &App,
    command: &Command,
    origin: &Origin,
    days: i64,
) -> Result<DemoCredential, AppError> {
    if !app.clock.is_movable() {
        return Err(AppError::not_found("sandbox", "here"));
    }
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Invalid::new("days", days, format!("1 to {MAX_DAYS}")).into());
    }
    believe_provider(app)?;
    let unkept = Command { by: command.by.clone(), idempotency_key: None, dry_run: false };
    let asked = match present::open_challenge(app, &unkept)? {
        Some(asked) => asked,
        None => present::ask(app, &unkept, origin)?,
    };
    let (investor, person) = app.ask(|tx| {
        let investor = onboard::own(tx, &command.by)?;
        let person = personal::of_investor(app, tx, investor.id)?.map(|(_, person)| person);
        Ok((investor, person.ok_or_else(|| AppError::not_found("profile", "of yours"))?))
    })?;
    let (now, failed) = (app.clock.now(), |error: SignError| AppError::internal(error));
    let holder = SigningKey::ed25519(&app.secrets.key(&format!("sandbox/holder/{}", investor.id)));
    let holder = holder.map_err(failed)?;
    let new = about(app, (&investor, &person), (&holder, now, days));
    let credential = issue(&provider(app)?, Format::VcJwt, &new).map_err(failed)?;
    let credentials = [credential.clone()];
    let (nonce, audience) = (asked.nonce.as_str(), asked.audience.as_str());
    let answer = NewPresentation { credentials: &credentials, nonce, audience, at: now };
    let presentation = present(&holder, Format::VcJwt, &answer).map_err(failed)?;
    Ok(DemoCredential { credential, presentation, asked, valid_until: new.valid_until })
}

fn provider(app: &App) -> Result<SigningKey, AppError> {
    SigningKey::ed25519(&app.secrets.key(PROVIDER)).map_err(AppError::internal)
}

/// Puts the demonstration provider on the list of those who are believed, once.
fn believe_provider(app: &App) -> Result<(), AppError> {
    let did = provider(app)?.did().to_owned();
    let issuers = credential_issuer::issuers(app)?;
    if issuers.iter().any(|issuer| issuer.did == did) {
        return Ok(());
    }
    let new = NewIssuer {
        did,
        name: "Demonstration KYC provider".to_owned(),
        credential_types: vec![KYC_CREDENTIAL.to_owned()],
        // What it issues in this second must be believed, too.
        trusted_from: Some(DateTime::UNIX_EPOCH),
        trusted_until: None,
    };
    credential_issuer::trust(app, &Command::from_system(), &new).map(|_| ())
}

fn about(
    app: &App,
    (investor, person): (&Investor, &PersonalData),
    (holder, now, days): (&SigningKey, DateTime<Utc>, i64),
) -> NewCredential {
    NewCredential {
        id: format!("urn:uuid:{}", app.chance.id::<uuid::Uuid>(now)),
        types: vec![KYC_CREDENTIAL.to_owned()],
        subject: holder.did().to_owned(),
        name: Some(person.legal_name.clone()),
        date_of_birth: Some(person.date_of_birth),
        country: Some(investor.country),
        investor_class: Some(investor.investor_class),
        wallet: None,
        valid_from: now,
        valid_until: now + TimeDelta::days(days),
        status: None,
    }
}

//! Somebody proves who they are: a challenge is given out, a signed presentation answers it, the policy judges.

use super::personal::{self, PersonKey, PersonalData};
use super::{decide, onboard};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{
    Claims, Code, CredentialPolicy, Decision, Expectation, Offline, PolicyFile, TrustedIssuer,
};
use domain::Invalid;
use domain::ids::PresentationId;
use domain::party::InvestorStatus;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::credentials::{Challenge, FOR_PRESENTATION, Presentation};
use store::investors::Investor;
use utoipa::ToSchema;

/// How long a challenge may be answered: time enough to find the phone.
pub const CHALLENGE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// The credential that every presentation must hold.
pub const KYC_CREDENTIAL: &str = "KycCredential";
/// The setting with the address of this portal as people reach it.
pub const PUBLIC_URL: &str = "portal.public_url";

/// The address at which this portal asks. A presentation names it, so that one made for another site is refused here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Scheme and host, as `https://portal.example`.
    pub url: String,
    /// The host and the port, if any.
    pub domain: String,
}

impl Origin {
    /// The address of the portal: what the operator set, else the one that the browser asked, when that is this very
    /// machine. A `Host` header alone is not believed: somebody else's site could ask in our name.
    ///
    /// # Errors
    /// [`AppError::WrongState`] when nothing was set and the portal is reached from elsewhere.
    pub fn of(app: &App, scheme: &str, host: &str) -> Result<Self, AppError> {
        let set = app.ask(|tx| Ok(store::settings::get(tx, PUBLIC_URL)?))?;
        if let Some(url) = set {
            let domain = url.split_once("://").map_or(url.as_str(), |(_, domain)| domain).to_owned();
            return Ok(Self { url, domain });
        }
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|it| it.is_ascii_digit()));
        let name = name.map_or(host, |(name, _)| name);
        if ["localhost", "127.0.0.1", "[::1]"].contains(&name) {
            return Ok(Self { url: format!("{scheme}://{host}"), domain: host.to_owned() });
        }
        Err(AppError::WrongState {
            what: "public address",
            state: "not set".to_owned(),
            limit: "start the program with --public-url".to_owned(),
        })
    }
}

/// Notes the address at which people reach the portal; without one it is found by itself on this very machine.
///
/// # Errors
/// When it is no address of a site.
pub fn set_public_url(app: &App, url: Option<&str>) -> Result<(), AppError> {
    let Some(url) = url.map(|url| url.trim_end_matches('/')) else { return Ok(()) };
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', ' '])) {
        return Err(
            Invalid::new("public-url", url, "scheme and host alone, as https://portal.example").into()
        );
    }
    Ok(app.store.write(|tx| store::settings::set(tx, PUBLIC_URL, url))?)
}

/// A question to answer with a presentation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Asked {
    /// The random text that the presentation must repeat.
    pub nonce: String,
    /// For whom the presentation must be made.
    pub audience: String,
    /// The first moment at which it no longer counts.
    pub expires_at: DateTime<Utc>,
}

/// One reason to refuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The fixed code.
    #[schema(example = "EXPIRED")]
    pub code: String,
    /// What was found, in a sentence without personal data.
    pub detail: String,
}

impl Reason {
    pub(super) fn new(code: &str, detail: &str) -> Self {
        Self { code: code.to_owned(), detail: detail.to_owned() }
    }
}

impl From<&compliance::credential::Reason> for Reason {
    fn from(reason: &compliance::credential::Reason) -> Self {
        Self::new(reason.code.as_str(), &reason.detail)
    }
}

/// What became of a presentation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Presented {
    /// The record of it.
    pub id: PresentationId,
    /// Whether everything held.
    pub accepted: bool,
    /// Everything that did not hold.
    pub reasons: Vec<Reason>,
    /// The first moment at which a credential in it no longer holds.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Gives out a challenge; it takes the place of the one before.
///
/// # Errors
/// [`AppError::NotFound`] before the profile is there.
pub fn ask(app: &App, command: &Command, origin: &Origin) -> Result<Asked, AppError> {
    give_out(app, command, (FOR_PRESENTATION, &origin.url))
}

/// Keeps a new challenge for a purpose and an audience.
pub(super) fn give_out(
    app: &App,
    command: &Command,
    (purpose, audience): (&str, &str),
) -> Result<Asked, AppError> {
    app.execute(command, &(purpose, audience), |act| challenge(act, (purpose, audience)))
}

/// Keeps a new challenge for the investor who acts.
pub(super) fn challenge(act: &mut Act<'_, '_>, (purpose, audience): (&str, &str)) -> Result<Asked, AppError> {
    let investor = onboard::own_in_good_standing(act.tx, act.by)?;
    let (nonce, expires_at) = (hex::encode(act.chance.bytes::<16>()), act.now + CHALLENGE_LIFE);
    let challenge = Challenge {
        nonce: nonce.clone(),
        investor_id: investor.id,
        purpose: purpose.to_owned(),
        audience: audience.to_owned(),
        issued_at: store::screening::at(act.now),
        expires_at: store::screening::at(expires_at),
        used_at: None,
    };
    store::credentials::add_challenge(act.tx, challenge)?;
    Ok(Asked { nonce, audience: audience.to_owned(), expires_at })
}

/// The challenge that waits for an answer of the investor who asks.
///
/// # Errors
/// As [`ask`].
pub fn open_challenge(app: &App, command: &Command) -> Result<Option<Asked>, AppError> {
    let now = app.clock.now();
    app.ask(|tx| {
        let investor = onboard::own(tx, &command.by)?;
        let latest = store::credentials::latest_challenge(tx, investor.id, FOR_PRESENTATION)?;
        let open = latest.filter(|it| it.used_at.is_none() && it.expires_at.and_utc() > now);
        Ok(open.map(|it| Asked {
            nonce: it.nonce,
            audience: it.audience,
            expires_at: it.expires_at.and_utc(),
        }))
    })
}

/// Judges a presentation in any format that is read here, and keeps what was decided. Refusals are outcomes.
///
/// # Errors
/// [`AppError::WrongState`] for somebody who was rejected or is frozen; [`AppError::NotFound`] before the profile.
pub fn submit(app: &App, command: &Command, presentation: &str) -> Result<Presented, AppError> {
    app.execute(command, &presentation, |act| {
        let investor = onboard::own_in_good_standing(act.tx, &command.by)?;
        let challenge = store::credentials::latest_challenge(act.tx, investor.id, FOR_PRESENTATION)?;
        let decision = policy(act.tx)?.verify_presentation(
            presentation,
            &Expectation {
                nonce: challenge.as_ref().map_or("", |it| &it.nonce),
                nonce_used: challenge.as_ref().is_some_and(|it| it.used_at.is_some()),
                audience: challenge.as_ref().map_or("", |it| &it.audience),
                at: act.now,
            },
            &Offline,
        );
        let other_challenge = [Code::NonceMissing, Code::NonceMismatch];
        let answered = !other_challenge.iter().any(|code| decision.refused_for(*code));
        if let Some(answered) = challenge.as_ref().filter(|_| answered) {
            store::credentials::use_challenge(act.tx, &answered.nonce, act.now)?;
        }
        let mut reasons = of_policy(&decision);
        reasons.extend(against_challenge(challenge.as_ref(), act.now));
        settle(app, act, &investor, (decision.claims.as_ref(), reasons))
    })
}

/// The reasons of the policy.
pub(super) fn of_policy(decision: &Decision) -> Vec<Reason> {
    decision.reasons.iter().map(Reason::from).collect()
}

fn against_challenge(challenge: Option<&Challenge>, now: DateTime<Utc>) -> Option<Reason> {
    match challenge {
        None => Some(Reason::new("CHALLENGE_MISSING", "no challenge was asked for")),
        Some(challenge) if challenge.expires_at.and_utc() <= now => Some(challenge_expired()),
        Some(_) => None,
    }
}

/// Compares what a presentation proves with the profile, and keeps what was decided. `reasons` are those there are already.
pub(super) fn settle(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    (claims, mut reasons): (Option<&Claims>, Vec<Reason>),
) -> Result<Presented, AppError> {
    let (key, others) = compare(app, act.tx, investor, claims)?;
    reasons.extend(others);
    let claims = claims.filter(|_| reasons.is_empty());
    let sealed_claims = claims.map(|claims| key.seal(app, claims)).transpose()?;
    keep(app, act, investor, (claims, sealed_claims, reasons))
}

/// What in the claims does not fit the profile, and the key of the person.
///
/// # Errors
/// [`AppError::WrongState`] after the erasure.
pub(super) fn compare(
    app: &App,
    tx: &mut Tx<'_>,
    investor: &Investor,
    claims: Option<&Claims>,
) -> Result<(PersonKey, Vec<Reason>), AppError> {
    let Some((key, person)) = personal::of_investor(app, tx, investor.id)? else {
        let (state, limit) = ("erased".to_owned(), "there is nothing to prove".to_owned());
        return Err(AppError::WrongState { what: "personal data", state, limit });
    };
    let Some(claims) = claims else { return Ok((key, Vec::new())) };
    let mut reasons = mismatches(claims, investor, &person);
    reasons.extend(strange_did(tx, investor, &claims.subject)?);
    Ok((key, reasons))
}

/// Keeps the record of a presentation, and goes on with the story when it was accepted.
fn keep(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    (claims, sealed_claims, reasons): (Option<&Claims>, Option<Vec<u8>>, Vec<Reason>),
) -> Result<Presented, AppError> {
    let (id, accepted) = (act.id(), claims.is_some());
    let valid_until = claims.and_then(|claims| claims.valid_until);
    let row = Presentation {
        id,
        investor_id: investor.id,
        accepted,
        reasons: serde_json::to_string(&reasons).map_err(AppError::internal)?,
        sealed_claims,
        valid_until: valid_until.map(store::screening::at),
        presented_at: store::screening::at(act.now),
    };
    store::credentials::add_presentation(act.tx, row)?;
    let codes: Vec<_> = reasons.iter().map(|reason| &reason.code).collect();
    let detail = serde_json::json!({ "investor": investor.id, "accepted": accepted, "reasons": codes });
    act.audit("credential.presented", id, &detail)?;
    if let Some(claims) = claims {
        store::investors::set_did(act.tx, investor.id, &claims.subject)?;
        match investor.status {
            InvestorStatus::Applied => decide::open_when_complete(act, investor)?,
            _ => decide::renew(app, act, investor, valid_until)?,
        }
    }
    Ok(Presented { id, accepted, reasons, valid_until })
}

pub(super) fn challenge_expired() -> Reason {
    Reason::new("CHALLENGE_EXPIRED", "the challenge has expired: ask for a new one")
}

/// What speaks against an identifier as this investor's.
pub(super) fn strange_did(tx: &mut Tx<'_>, investor: &Investor, did: &str) -> Result<Vec<Reason>, AppError> {
    let mut reasons = Vec::new();
    let known = store::investors::by_did(tx, did)?;
    if known.is_some_and(|known| known.id != investor.id) {
        reasons.push(Reason::new("DID_TAKEN", "another investor has shown to control this identifier"));
    }
    if investor.did.as_ref().is_some_and(|shown| shown != did) {
        reasons.push(Reason::new("DID_CHANGED", "another identifier was presented before"));
    }
    Ok(reasons)
}

/// What the credential says otherwise than the profile. Only the claims are named, not what they say.
fn mismatches(claims: &Claims, investor: &Investor, person: &PersonalData) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut compare = |claim: &str, code: &str, same: Option<bool>| match same {
        None => reasons.push(Reason::new("CLAIM_MISSING", &format!("the credential does not state {claim}"))),
        Some(false) => {
            reasons.push(Reason::new(code, &format!("{claim} in the credential is not that of the profile")));
        }
        Some(true) => {}
    };
    let name = claims.name.as_ref().map(|name| same_name(name, &person.legal_name));
    compare("name", "NAME_MISMATCH", name);
    compare("country", "COUNTRY_MISMATCH", claims.country.map(|country| country == investor.country));
    // A credential need not state these; what it does state must be so.
    let birth = claims.date_of_birth.is_none_or(|date| date == person.date_of_birth);
    compare("birthDate", "BIRTH_DATE_MISMATCH", Some(birth));
    let class = claims.investor_class.is_none_or(|class| class == investor.investor_class);
    compare("investorClass", "CLASS_MISMATCH", Some(class));
    reasons
}

/// Whether two spellings are the same name: case, order, blanks and punctuation aside.
fn same_name(left: &str, right: &str) -> bool {
    let words = |name: &str| {
        let name = name.to_lowercase();
        let mut words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort();
        words
    };
    words(left) == words(right)
}

/// The policy: the usual limits, the trusted issuers of the table, and a KYC credential in every presentation.
pub(super) fn policy(tx: &mut Tx<'_>) -> Result<CredentialPolicy, AppError> {
    let trusted = store::credentials::issuers(tx)?
        .into_iter()
        .map(|issuer| {
            Ok(TrustedIssuer {
                types: serde_json::from_str(&issuer.credential_types).map_err(AppError::internal)?,
                issuer: issuer.did,
                from: issuer.trusted_from.and_utc(),
                until: issuer.trusted_until.map(|until| until.and_utc()),
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    let mut file = PolicyFile::trusting(trusted);
    file.required_types = vec![KYC_CREDENTIAL.to_owned()];
    CredentialPolicy::try_from(file).map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_the_same() {
        for (left, right, same) in [
            ("Anna Schmidt", "SCHMIDT, Anna", true),
            ("Jean-Luc  Picard", "Jean Luc Picard", true),
            ("李 小龙", "李 小龙", true),
            ("Anna Schmidt", "Anna Schmitt", false),
            ("Anna Schmidt", "Anna Maria Schmidt", false),
        ] {
            assert_eq!(same_name(left, right), same, "{left} / {right}");
        }
    }
}

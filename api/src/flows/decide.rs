//! Cases of the compliance officer: opened when everything is there, decided with a reason.

use super::personal::{self, PersonalData};
use super::screen::{self, SeenHit};
use super::{identity, issue_credential, present};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CaseId, InvestorId};
use domain::party::{InvestorStatus, Role};
use domain::status::{CaseCause, CaseStatus};
use domain::{Invalid, text};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::cases::Case;
use store::credentials::Presentation;
use store::investors::{Investor, Wallet};
use store::jobs::Ended;
use store::screening::Screening;

/// The longest time that an approval holds: identities are looked at again once a year.
pub const LONGEST_APPROVAL: TimeDelta = TimeDelta::days(365);
/// How long before its end an approval is on the officer's list: time enough to ask for a new credential.
pub const EXPIRES_SOON: TimeDelta = TimeDelta::days(30);

/// What an officer decides.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether the person may hold.
    pub approve: bool,
    /// Why, in the officer's words.
    pub reason: String,
}

impl Verdict {
    /// Reads the word of a decision and its reason.
    ///
    /// # Errors
    /// Every finding.
    pub fn read(decision: &str, reason: &str) -> Result<Self, domain::Invalids> {
        let mut found = domain::Invalids::default();
        let approve = found.check(match decision {
            "approve" => Ok(true),
            "reject" => Ok(false),
            other => Err(Invalid::new("decision", other, "one of: approve reject")),
        });
        let reason = found.check(text::bounded("reason", reason, text::MAX_NOTE));
        let (Some(approve), Some(reason)) = (approve, reason) else { return Err(found) };
        Ok(Self { approve, reason })
    }
}

/// What became of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    /// The case.
    pub id: CaseId,
    /// Where it stands now.
    pub status: CaseStatus,
    /// Until when the person may hold, after an approval.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Everything on which an officer decides.
pub struct CaseFile {
    /// The case.
    pub case: Case,
    /// Whom it is about.
    pub investor: Investor,
    /// What is personal about them; none after the erasure.
    pub personal: Option<PersonalData>,
    /// Their wallets.
    pub wallets: Vec<Wallet>,
    /// The newest presentation that was accepted, and what it proves.
    pub presentation: Option<(Presentation, serde_json::Value)>,
    /// How many presentations were refused.
    pub refused_presentations: usize,
    /// The newest screening with its hits.
    pub screening: Option<(Screening, Vec<SeenHit>)>,
    /// Every case of the person, newest first.
    pub cases: Vec<Case>,
}

/// Opens a case unless one of the person is open.
///
/// # Errors
/// When the database fails.
pub(super) fn open(act: &mut Act<'_, '_>, investor: &Investor, cause: CaseCause) -> Result<(), AppError> {
    let cases = store::cases::of_investor(act.tx, investor.id)?;
    if cases.iter().any(|case| case.status == CaseStatus::Open) {
        return Ok(());
    }
    let case = Case {
        id: act.id(),
        investor_id: investor.id,
        status: CaseStatus::Open,
        opened_because: cause,
        decided_by: None,
        decided_at: None,
        reason: None,
        created_at: store::screening::at(act.now),
    };
    let id = case.id;
    store::cases::add(act.tx, case)?;
    act.audit("case.opened", id, &serde_json::json!({ "investor": investor.id, "because": cause }))
}

/// Opens the case of an applicant once wallet, accepted presentation and screening are all there.
///
/// # Errors
/// When the database fails.
pub(super) fn open_when_complete(act: &mut Act<'_, '_>, investor: &Investor) -> Result<(), AppError> {
    let complete = investor.status == InvestorStatus::Applied
        && !store::investors::wallets_of(act.tx, investor.id)?.is_empty()
        && store::credentials::latest_accepted(act.tx, investor.id)?.is_some()
        && store::screening::latest(act.tx, investor.id)?.is_some();
    if complete { open(act, investor, CaseCause::Application) } else { Ok(()) }
}

/// Everything on which the officer decides. Opening it is an event: it is personal.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::NotFound`].
pub fn case_file(app: &App, command: &Command, id: CaseId) -> Result<CaseFile, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut act = Act { tx, now, by: &command.by, chance: &app.chance };
        let (case, investor) = find(act.tx, id)?;
        personal::traced(&mut act, investor.id)?;
        read_file(app, act.tx, case, investor)
    })
}

fn read_file(app: &App, tx: &mut Tx<'_>, case: Case, investor: Investor) -> Result<CaseFile, AppError> {
    let opened = personal::of_investor(app, tx, investor.id)?;
    let presentations = store::credentials::presentations_of(tx, investor.id)?;
    let refused_presentations = presentations.iter().filter(|it| !it.accepted).count();
    let accepted = presentations.into_iter().find(|it| it.accepted);
    let presentation = accepted
        .map(|accepted| {
            let sealed = opened.as_ref().zip(accepted.sealed_claims.as_ref());
            let claims = sealed.map(|((key, _), sealed)| key.open(sealed)).transpose()?;
            Ok::<_, AppError>((accepted, claims.unwrap_or_default()))
        })
        .transpose()?;
    Ok(CaseFile {
        wallets: store::investors::wallets_of(tx, investor.id)?,
        screening: screen::latest(app, tx, &investor)?,
        cases: store::cases::of_investor(tx, investor.id)?,
        personal: opened.map(|(_, personal)| personal),
        presentation,
        refused_presentations,
        case,
        investor,
    })
}

fn find(tx: &mut Tx<'_>, id: CaseId) -> Result<(Case, Investor), AppError> {
    let case = store::cases::find(tx, id)?.ok_or_else(|| AppError::not_found("case", id))?;
    let investor = store::investors::find(tx, case.investor_id)?;
    let investor = investor.ok_or_else(|| AppError::internal("a case about nobody"))?;
    Ok((case, investor))
}

/// Decides a case: the person may hold, and the registry on chain is told; or may not.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::WrongState`] for a case that is decided, and for
/// an approval on a credential that has ended.
pub fn decide(app: &App, command: &Command, id: CaseId, verdict: &Verdict) -> Result<Decided, AppError> {
    let by = command.by.must_be(&[Role::Compliance])?;
    app.execute(command, &(id, verdict.approve, &verdict.reason), |act| {
        let (case, investor) = find(act.tx, id)?;
        let status = if verdict.approve { CaseStatus::Approved } else { CaseStatus::Rejected };
        let decision = store::cases::Decision { status, by, reason: &verdict.reason };
        if !store::cases::decide(act.tx, id, decision, act.now)? {
            let (state, limit) = (case.status.to_string(), "a case is decided once".to_owned());
            return Err(AppError::WrongState { what: "case", state, limit });
        }
        let valid_until = match (verdict.approve, case.opened_because) {
            (true, CaseCause::Application) => Some(approve(app, act, &investor)?),
            (true, CaseCause::Screening) => investor.valid_until.map(|until| until.and_utc()),
            (false, _) => {
                reject(app, act, &investor)?;
                None
            }
        };
        // The officer's words stay with the case: they may speak of the person.
        let detail = serde_json::json!({
            "investor": investor.id, "decision": status, "because": case.opened_because,
            "valid_until": valid_until,
        });
        act.audit("case.decided", id, &detail)?;
        Ok(Decided { id, status, valid_until })
    })
}

fn approve(app: &App, act: &mut Act<'_, '_>, investor: &Investor) -> Result<DateTime<Utc>, AppError> {
    let presentation = store::credentials::latest_accepted(act.tx, investor.id)?;
    let presentation = presentation.ok_or_else(|| AppError::internal("a case without a credential"))?;
    let valid_until = approved_until(presentation.valid_until.map(|until| until.and_utc()), act.now);
    if valid_until <= act.now {
        let (state, limit) = ("expired".to_owned(), "ask the investor to present a new one".to_owned());
        return Err(AppError::WrongState { what: "credential", state, limit });
    }
    store::investors::set_status(act.tx, investor.id, InvestorStatus::Approved)?;
    store::investors::set_valid_until(act.tx, investor.id, valid_until)?;
    identity::register_wallets(app, act, investor, valid_until)?;
    Ok(valid_until)
}

/// Until when an approval holds: as long as the credential, a year at most, to the second as on chain.
pub(super) fn approved_until(credential: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let longest = now + LONGEST_APPROVAL;
    let until = credential.map_or(longest, |until| until.min(longest));
    DateTime::from_timestamp(until.timestamp(), 0).unwrap_or(until)
}

fn reject(app: &App, act: &mut Act<'_, '_>, investor: &Investor) -> Result<(), AppError> {
    store::investors::set_status(act.tx, investor.id, InvestorStatus::Rejected)?;
    issue_credential::revoke_all(act, investor.id)?;
    // Whoever is on the registry already can no longer move anything.
    if investor.status == InvestorStatus::Approved {
        identity::set_frozen(app, act, investor, true)
    } else {
        Ok(())
    }
}

/// Freezes an identity in every token, or lets it move again.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer; [`AppError::WrongState`] unless the investor is approved, or
/// frozen; [`AppError::Invalid`] without a reason.
pub fn set_frozen(
    app: &App,
    command: &Command,
    (id, frozen): (InvestorId, bool),
    reason: &str,
) -> Result<InvestorStatus, AppError> {
    command.by.must_be(&[Role::Compliance])?;
    let reason = text::bounded("reason", reason, text::MAX_NOTE)?;
    let (from, to) = match frozen {
        true => (InvestorStatus::Approved, InvestorStatus::Frozen),
        false => (InvestorStatus::Frozen, InvestorStatus::Approved),
    };
    app.execute(command, &(id, frozen, &reason), |act| {
        let investor = store::investors::find(act.tx, id)?;
        let investor = investor.ok_or_else(|| AppError::not_found("investor", id))?;
        if investor.status != from {
            let (state, limit) = (investor.status.to_string(), format!("it must be {from}"));
            return Err(AppError::WrongState { what: "investor", state, limit });
        }
        store::investors::set_status(act.tx, id, to)?;
        if frozen {
            issue_credential::revoke_all(act, id)?;
        }
        identity::set_frozen(app, act, &investor, frozen)?;
        let action = if frozen { "investor.frozen" } else { "investor.unfrozen" };
        act.audit(action, id, &serde_json::json!({ "reason": reason }))?;
        Ok(to)
    })
}

/// The job that puts those whose approval ends soon on record, each end once.
///
/// # Errors
/// When the database fails.
pub fn list_expiring(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    app.execute(&Command::from_system(), &(), |act| {
        for investor in store::investors::expiring(act.tx, act.now + EXPIRES_SOON)? {
            let Some(until) = investor.valid_until else { continue };
            let listed = format!("identity.expiring/{}", investor.id);
            let until = until.and_utc().to_rfc3339();
            if store::settings::get(act.tx, &listed)?.as_deref() == Some(&until) {
                continue;
            }
            store::settings::set(act.tx, &listed, &until)?;
            act.audit("identity.expiring", investor.id, &serde_json::json!({ "valid_until": until }))?;
        }
        Ok(())
    })?;
    Ok(Ended::Done)
}

/// A new credential of somebody who is approved: the approval goes on, without another decision.
///
/// # Errors
/// When the database fails.
pub(super) fn renew(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    credential: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    let valid_until = approved_until(credential, act.now);
    let now_until = investor.valid_until.map(|until| until.and_utc());
    if investor.status != InvestorStatus::Approved || now_until.is_some_and(|until| valid_until <= until) {
        return Ok(());
    }
    store::investors::set_valid_until(act.tx, investor.id, valid_until)?;
    identity::renew(app, act, investor, valid_until)?;
    act.audit("investor.renewed", investor.id, &serde_json::json!({ "valid_until": valid_until }))
}

/// Whose approval ends soon.
///
/// # Errors
/// When the database fails.
pub fn expiring(app: &App) -> Result<Vec<Investor>, AppError> {
    let before = app.clock.now() + EXPIRES_SOON;
    app.ask(|tx| Ok(store::investors::expiring(tx, before)?))
}

/// The reasons of a presentation as they were kept.
///
/// # Errors
/// When they are no reasons.
pub fn reasons(presentation: &Presentation) -> Result<Vec<present::Reason>, AppError> {
    serde_json::from_str(&presentation.reasons).map_err(AppError::internal)
}

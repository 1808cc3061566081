//! Who lives in the demo: six logins, forty investors of four countries, one list of the sanctioned.

use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::decide::{self, Verdict};
use crate::flows::onboard::{self, Profile, ProfileText};
use crate::flows::present::{self, Origin};
use crate::flows::sandbox_credential;
use crate::flows::screen::{self, ListFiles, ListFormat};
use crate::flows::session::{self, NewUser};
use crate::flows::wallet::{self, NewWallet};
use domain::ids::{InvestorId, IssuerId};
use domain::party::Role;
use domain::status::CaseStatus;

/// Everybody's password in the demo. It opens nothing outside a sandbox on loopback.
pub const PASSWORD: &str = "muniment-demo-2026";
/// Investors of the demo.
pub const INVESTORS: usize = 40;
/// The investor who signs in as `investor@`.
pub const FIRST_INVESTOR: usize = 0;
/// The investor whose case waits for a decision: a namesake is on the list.
pub const WAITING: usize = 38;
/// The investor whose credential is about to expire.
pub const EXPIRING: usize = 7;
/// Days that credential holds from its presentation.
const EXPIRING_DAYS: i64 = 135;
/// Days every other one holds.
const CREDENTIAL_DAYS: i64 = 3 * 365;

/// Given and family names, so that forty people get forty names.
const GIVEN: [&str; 10] =
    ["Anna", "Benoît", "Chiara", "Darius", "Élodie", "Felix", "Grace", "Henri", "Ines", "Jun"];
const FAMILY: [&str; 10] =
    ["Keller", "Lefèvre", "Tan", "Meier", "Fontaine", "Lim", "Huber", "Moreau", "Wong", "Schneider"];
/// Countries and classes, taken in turn.
const COUNTRIES: [&str; 4] = ["DE", "FR", "CH", "SG"];
const CLASSES: [&str; 4] = ["professional", "retail", "institutional", "accredited"];
/// The demo's list: nobody on it is real.
const SANCTIONED: &str = "id,schema,name,aliases,dob,country,wallets\n\
    D-1,Person,Ines Wong,I. Wong;Wong Ines,,SG,\n\
    D-2,Organization,Blackwater Orchid Trading FZE,,,AE,\n\
    D-3,Person,Maximilian Grauwald,,1961-04-02,DE,\n";

/// The people who run the house.
pub struct Staff {
    /// Brings assets.
    pub issuer: Actor,
    /// Decides cases, and orders what an officer can.
    pub compliance: Actor,
    /// Confirms what the other officer ordered.
    pub second_officer: Actor,
    /// Runs jobs.
    pub operator: Actor,
}

/// An investor of the demo.
#[derive(Clone)]
pub struct Holder {
    /// Who it is.
    pub actor: Actor,
    /// Their id.
    pub investor_id: InvestorId,
}

/// A command of somebody, in earnest.
pub(super) fn by(actor: &Actor) -> Command {
    Command { by: actor.clone(), idempotency_key: None, dry_run: false }
}

/// The e-mail address of an investor.
#[must_use]
pub fn email(number: usize) -> String {
    if number == FIRST_INVESTOR {
        "investor@demo.example".to_owned()
    } else {
        format!("investor{number:02}@demo.example")
    }
}

/// Makes the accounts of the staff, and loads the list of the sanctioned.
///
/// # Errors
/// Those of the flows.
pub fn staff(app: &App) -> Result<Staff, AppError> {
    let issuer_id: IssuerId = app.chance.id(app.clock.now());
    app.store.write(|tx| {
        let now = app.clock.now();
        Ok::<_, AppError>(store::access::add_issuer(
            tx,
            issuer_id,
            "Nordlicht Handel & Immobilien GmbH",
            now,
        )?)
    })?;
    let account = |email: &str, role: Role, issuer_id: Option<IssuerId>| -> Result<Actor, AppError> {
        let new = NewUser { email: email.to_owned(), password: PASSWORD.to_owned(), role, issuer_id };
        let user_id = session::add_user(app, &Command::from_system(), &new)?;
        Ok(Actor::Person { user_id, role, issuer_id })
    };
    let issuer = account("issuer@demo.example", Role::Issuer, Some(issuer_id))?;
    let compliance = account("compliance@demo.example", Role::Compliance, None)?;
    let second_officer = account("compliance2@demo.example", Role::Compliance, None)?;
    account("regulator@demo.example", Role::Regulator, None)?;
    let operator = account("operator@demo.example", Role::Operator, None)?;
    let list = ListFiles {
        name: "demo-list".to_owned(),
        format: ListFormat::Csv,
        version: Some("2026-07".to_owned()),
        files: vec![("demo-list.csv".to_owned(), SANCTIONED.as_bytes().to_vec())],
    };
    screen::load_list(app, &by(&compliance), &list)?;
    Ok(Staff { issuer, compliance, second_officer, operator })
}

/// An investor applies, gets a managed wallet, presents a credential; the officer approves all but the one who waits.
///
/// # Errors
/// Those of the flows.
pub fn investor(app: &App, staff: &Staff, origin: &Origin, number: usize) -> Result<Holder, AppError> {
    let role = Role::Investor;
    let new = NewUser { email: email(number), password: PASSWORD.to_owned(), role, issuer_id: None };
    let user_id = session::add_user(app, &Command::from_system(), &new)?;
    let actor = Actor::Person { user_id, role, issuer_id: None };
    let name = name(number);
    let born = format!("{}-{:02}-{:02}", 1955 + number, 1 + number % 12, 1 + number % 28);
    let text = ProfileText {
        legal_name: &name,
        date_of_birth: &born,
        country: COUNTRIES[number % COUNTRIES.len()],
        investor_class: CLASSES[(number / COUNTRIES.len()) % CLASSES.len()],
        address: None,
    };
    let investor_id = onboard::apply(app, &by(&actor), &Profile::read(text, app.clock.now().date_naive())?)?;
    wallet::bring(app, &by(&actor), &NewWallet::Managed)?;
    let days = if number == EXPIRING { EXPIRING_DAYS } else { CREDENTIAL_DAYS };
    let shown = sandbox_credential::demo_credential(app, &by(&actor), origin, days)?;
    let presented = present::submit(app, &by(&actor), &shown.presentation)?;
    if !presented.accepted {
        return Err(AppError::internal(format!(
            "the demo's credential was refused: {:?}",
            presented.reasons
        )));
    }
    if number != WAITING {
        approve(app, staff, investor_id)?;
    }
    Ok(Holder { actor, investor_id })
}

fn approve(app: &App, staff: &Staff, investor_id: InvestorId) -> Result<(), AppError> {
    let cases = app.ask(|tx| Ok(store::cases::of_investor(tx, investor_id)?))?;
    let open = cases.into_iter().find(|case| case.status == CaseStatus::Open);
    let case = open.ok_or_else(|| AppError::internal("an investor of the demo has no open case"))?;
    let reason = "Identity and credential checked; no hit on the list.".to_owned();
    decide::decide(app, &by(&staff.compliance), case.id, &Verdict { approve: true, reason })?;
    Ok(())
}

fn name(number: usize) -> String {
    if number == WAITING {
        return "Ines Wong".to_owned();
    }
    // Forty different pairs: the family name moves on by three with each round of given names.
    format!("{} {}", GIVEN[number % 10], FAMILY[(number + 3 * (number / 10)) % 10])
}

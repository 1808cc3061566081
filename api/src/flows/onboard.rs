//! Somebody applies: the profile, and where they stand on the way to holding.

use super::personal::{self, PersonalData};
use super::recover;
use super::screen;
use super::session::{self, NewUser, OpenedSession};
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{Datelike, NaiveDate};
use domain::ids::{InvestorId, UserId};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::status::ActionStatus;
use domain::{Country, Invalid, Invalids, text};
use store::Tx;
use store::cases::Case;
use store::credentials::Presentation;
use store::investors::{Investor, Wallet};
use store::recoveries::Recovery;
use store::wallet_proofs::WalletProof;

/// The age of majority in most countries; younger people cannot subscribe.
pub const MIN_AGE: i32 = 18;
/// Nobody on record became older.
pub const MAX_AGE: i32 = 122;
/// The most characters of an address.
pub const MAX_ADDRESS: usize = 300;

/// What an applicant says of themselves, as text.
#[derive(Debug, Clone, Copy)]
pub struct ProfileText<'a> {
    /// The name in official documents.
    pub legal_name: &'a str,
    /// The date of birth, ISO 8601; of an institution the date of its incorporation.
    pub date_of_birth: &'a str,
    /// The country of residence, ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// The class of investor.
    pub investor_class: &'a str,
    /// Where they live.
    pub address: Option<&'a str>,
}

/// What an applicant says of themselves.
#[derive(Debug, Clone)]
pub struct Profile {
    /// What is personal, to be sealed.
    pub personal: PersonalData,
    /// The country of residence.
    pub country: Country,
    /// The class of investor.
    pub investor_class: InvestorClass,
}

impl Profile {
    /// Reads what an applicant says of themselves on a day.
    ///
    /// # Errors
    /// Every finding; personal values are not repeated in it.
    pub fn read(text: ProfileText<'_>, today: NaiveDate) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let name = text::bounded("legal_name", text.legal_name, text::MAX_NAME).map_err(Invalid::unseen);
        let legal_name = found.check(name);
        let class = text.investor_class.trim().parse::<InvestorClass>();
        let date_of_birth = found.check(birth(text.date_of_birth, class.as_ref().ok().copied(), today));
        let country = found.check(text.country.trim().parse());
        let investor_class = found.check(class);
        let address =
            found.check(text::optional("address", text.address, MAX_ADDRESS).map_err(Invalid::unseen));
        let (Some(legal_name), Some(date_of_birth), Some(country), Some(investor_class), Some(address)) =
            (legal_name, date_of_birth, country, investor_class, address)
        else {
            return Err(found);
        };
        Ok(Self { personal: PersonalData { legal_name, date_of_birth, address }, country, investor_class })
    }
}

fn birth(text: &str, class: Option<InvestorClass>, today: NaiveDate) -> Result<NaiveDate, Invalid> {
    let invalid = |limit: String| Invalid::new("date_of_birth", "", limit);
    let date: NaiveDate =
        text.trim().parse().map_err(|_| invalid("a date as YYYY-MM-DD, such as 1980-02-29".to_owned()))?;
    if class == Some(InvestorClass::Institutional) {
        return if date < today { Ok(date) } else { Err(invalid("a date before today".to_owned())) };
    }
    let mut age = today.year() - date.year();
    if (today.month(), today.day()) < (date.month(), date.day()) {
        age -= 1;
    }
    if (MIN_AGE..=MAX_AGE).contains(&age) {
        return Ok(date);
    }
    Err(invalid(format!("the date of birth of somebody from {MIN_AGE} to {MAX_AGE} years old")))
}

/// The investor behind the account that gives a command.
///
/// # Errors
/// [`AppError::Forbidden`] for other roles, [`AppError::NotFound`] before the profile is there.
pub(super) fn own(tx: &mut Tx<'_>, by: &Actor) -> Result<Investor, AppError> {
    let user = investor_user(by)?;
    store::investors::of_user(tx, user)?.ok_or_else(|| AppError::not_found("profile", "of yours"))
}

fn investor_user(by: &Actor) -> Result<UserId, AppError> {
    let user = by.must_be(&[Role::Investor])?;
    user.ok_or_else(|| AppError::Forbidden { needs: Role::Investor.to_string() })
}

/// As [`own`], for what only somebody may do who can still become or stay a holder.
pub(super) fn own_in_good_standing(tx: &mut Tx<'_>, by: &Actor) -> Result<Investor, AppError> {
    let investor = own(tx, by)?;
    in_good_standing(&investor).map(|()| investor)
}

/// Whether somebody can still become or stay a holder.
pub(super) fn in_good_standing(investor: &Investor) -> Result<(), AppError> {
    match investor.status {
        InvestorStatus::Applied | InvestorStatus::Approved => Ok(()),
        InvestorStatus::Rejected | InvestorStatus::Frozen => Err(AppError::WrongState {
            what: "investor",
            state: investor.status.to_string(),
            limit: "ask the compliance officer".to_owned(),
        }),
    }
}

/// Applies: keeps the profile with its personal part sealed, and compares the name with the lists.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but investors; [`AppError::WrongState`] when the account has a profile.
pub fn apply(app: &App, command: &Command, profile: &Profile) -> Result<InvestorId, AppError> {
    let user_id = investor_user(&command.by)?;
    let lists = screen::in_force(&app.store)?;
    let request = (&profile.personal, profile.country, profile.investor_class);
    app.execute(command, &request, |act| {
        if store::investors::of_user(act.tx, user_id)?.is_some() {
            let (state, limit) = ("there already".to_owned(), "an account has one profile".to_owned());
            return Err(AppError::WrongState { what: "profile", state, limit });
        }
        let investor = Investor {
            id: act.id(),
            user_id,
            identity_number: store::investors::next_identity_number(act.tx)?,
            investor_class: profile.investor_class,
            country: profile.country,
            status: InvestorStatus::Applied,
            valid_until: None,
            did: None,
            created_at: store::screening::at(act.now),
        };
        store::investors::add(act.tx, investor.clone())?;
        personal::keep(app, act, investor.id, &profile.personal)?;
        let detail = serde_json::json!({ "country": profile.country, "class": profile.investor_class });
        act.audit("investor.applied", investor.id, &detail)?;
        screen::screen(app, act, &investor, lists.as_ref())?;
        Ok(investor.id)
    })
}

/// Somebody new joins: their account, their profile, and a session in which they go on.
///
/// # Errors
/// [`AppError::Invalid`] for an address that has an account.
pub fn join(app: &App, new: &NewUser, profile: &Profile) -> Result<OpenedSession, AppError> {
    let user_id = session::add_user(app, &Command::from_system(), new)?;
    let by = Actor::Person { user_id, role: Role::Investor, issuer_id: None };
    apply(app, &Command { by, idempotency_key: None, dry_run: false }, profile)?;
    session::sign_in(app, &new.email, &new.password)
}

/// Everything that an investor's first page shows: what is done, and what comes next.
pub struct Standing {
    /// The investor.
    pub investor: Investor,
    /// Their wallets, oldest first.
    pub wallets: Vec<Wallet>,
    /// What their own wallets signed to show that they are theirs.
    pub wallet_proofs: Vec<WalletProof>,
    /// Their presentations, newest first.
    pub presentations: Vec<Presentation>,
    /// Whether the name was compared with the lists.
    pub screened: bool,
    /// Their cases, newest first.
    pub cases: Vec<Case>,
    /// Their wallets that were lost, with those in their place, oldest first.
    pub recoveries: Vec<(Recovery, ActionStatus)>,
}

impl Standing {
    /// Whether a wallet is there.
    #[must_use]
    pub const fn has_wallet(&self) -> bool {
        !self.wallets.is_empty()
    }

    /// The wallet in the place of a lost one; none for a wallet that is in use.
    #[must_use]
    pub fn replacement(&self, wallet: &Wallet) -> Option<WalletAddress> {
        let recovery = self.recoveries.iter().find(|(recovery, _)| recovery.lost_wallet == wallet.address);
        recovery.map(|(recovery, _)| recovery.replacement_wallet)
    }

    /// What a wallet signed; none for a managed one.
    #[must_use]
    pub fn proof(&self, wallet: &Wallet) -> Option<&WalletProof> {
        self.wallet_proofs.iter().find(|proof| proof.wallet == wallet.address)
    }

    /// Whether a presentation was accepted.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.presentations.iter().any(|it| it.accepted)
    }

    /// Whether a wallet is on the registry, so that units can be held.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.wallets.iter().any(|wallet| wallet.registered)
    }
}

/// Where an investor stands: the officers and the regulator see everybody, investors themselves.
///
/// # Errors
/// [`AppError::NotFound`] also for somebody else's.
pub fn standing(app: &App, by: &Actor, id: InvestorId) -> Result<Standing, AppError> {
    let user = by.must_be(&[Role::Investor, Role::Compliance, Role::Regulator, Role::Operator])?;
    let theirs = matches!(by, Actor::Person { role: Role::Investor, .. });
    app.ask(|tx| {
        let investor = store::investors::find(tx, id)?;
        let investor = investor.filter(|it| !theirs || Some(it.user_id) == user);
        standing_of(tx, investor.ok_or_else(|| AppError::not_found("investor", id))?)
    })
}

/// Where the investor stands who asks; none before the profile is there.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but investors.
pub fn own_standing(app: &App, by: &Actor) -> Result<Option<Standing>, AppError> {
    let user = investor_user(by)?;
    app.ask(|tx| store::investors::of_user(tx, user)?.map(|it| standing_of(tx, it)).transpose())
}

fn standing_of(tx: &mut Tx<'_>, investor: Investor) -> Result<Standing, AppError> {
    let id = investor.id;
    Ok(Standing {
        wallets: store::investors::wallets_of(tx, id)?,
        wallet_proofs: store::wallet_proofs::of_investor(tx, id)?,
        presentations: store::credentials::presentations_of(tx, id)?,
        screened: store::screening::latest(tx, id)?.is_some(),
        cases: store::cases::of_investor(tx, id)?,
        recoveries: recover::of_investor(tx, id)?,
        investor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_birth_is_that_of_somebody_of_age() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for (text, class, accepted) in [
            ("2008-11-21", InvestorClass::Retail, true),
            ("2008-11-22", InvestorClass::Retail, false),
            ("1903-01-01", InvestorClass::Retail, false),
            ("2026-11-20", InvestorClass::Institutional, true),
            ("2026-11-21", InvestorClass::Institutional, false),
            ("21.11.1980", InvestorClass::Retail, false),
        ] {
            assert_eq!(birth(text, Some(class), today).is_ok(), accepted, "{text} {class}");
        }
    }

    #[test]
    fn findings_do_not_repeat_what_is_personal() {
        let text = ProfileText {
            legal_name: &"Anna ".repeat(60),
            date_of_birth: "1980-13-01",
            country: "Germany",
            investor_class: "rich",
            address: Some(&"Weg ".repeat(100)),
        };
        let found = Profile::read(text, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()).unwrap_err();
        let shown: Vec<_> = found.0.iter().map(|it| (it.field.as_str(), it.value.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("legal_name", ""),
                ("date_of_birth", ""),
                ("country", "Germany"),
                ("investor_class", "rich"),
                ("address", ""),
            ]
        );
    }
}

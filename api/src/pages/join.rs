//! Somebody new comes: an account and a profile in one form, or the profile of an account that has none.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::app::Command;
use crate::error::AppError;
use crate::flows::onboard::{self, Profile, ProfileText};
use crate::flows::session::{self, MAX_PASSWORD, MIN_PASSWORD, NewUser};
use crate::http::identity::session_cookie;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::{InvestorClass, Role};
use domain::{Country, Invalid, Invalids};

/// The page on which somebody joins, or completes their profile.
#[derive(Template)]
#[template(path = "join.html")]
struct Join {
    page: PageContext,
    form: Form,
    with_account: bool,
}

impl Join {
    fn countries(&self) -> Vec<(&'static str, String)> {
        let all = (1..=u8::MAX).filter_map(Country::from_index);
        let mut named: Vec<_> = all.map(|country| (country.code(), self.page.say(country))).collect();
        named.sort_by(|left, right| left.1.cmp(&right.1));
        named
    }

    fn classes(&self) -> Vec<(&'static str, String)> {
        InvestorClass::ALL.iter().map(|class| (class.as_str(), self.page.say(class))).collect()
    }
}

/// The form for somebody who has no account yet.
#[get("/join")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    if page.reader.is_some() {
        return Ok(go_to("/onboarding"));
    }
    show(&Join { form: page.form("join"), with_account: true, page })
}

/// Makes the account with its profile, and signs in.
#[post("/join")]
async fn join(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let joined = match newcomer(&page, &posted) {
        Ok((new, profile)) => page.blocking(move |app| onboard::join(app, &new, &profile)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match joined {
        Ok(opened) => {
            let mut response = go_to("/onboarding");
            let cookie = session_cookie(&opened.secret, page.secure);
            response.add_cookie(&cookie).map_err(AppError::internal)?;
            Ok(response)
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("join").refused(&posted, invalids);
            refuse(&Join { form, with_account: true, page })
        }
        Err(error) => Err(error),
    }
}

/// The account and the profile that a form describes, with everything that is wrong with either.
fn newcomer(page: &PageContext, posted: &Posted) -> Result<(NewUser, Profile), Invalids> {
    let mut found = Invalids::default();
    let email = found.check(session::parse_email(posted.text("email")));
    let password = posted.text("password").to_owned();
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        found.push(Invalid::new("password", "", format!("{MIN_PASSWORD} to {MAX_PASSWORD} characters")));
    }
    match (profile(page, posted), email) {
        (Ok(profile), Some(email)) if found.0.is_empty() => {
            Ok((NewUser { email, password, role: Role::Investor, issuer_id: None }, profile))
        }
        (Err(more), _) => Err(Invalids(found.0.into_iter().chain(more.0).collect())),
        _ => Err(found),
    }
}

fn profile(page: &PageContext, posted: &Posted) -> Result<Profile, Invalids> {
    let text = ProfileText {
        legal_name: posted.text("legal_name"),
        date_of_birth: posted.text("date_of_birth"),
        country: posted.text("country"),
        investor_class: posted.text("investor_class"),
        address: posted.optional("address"),
    };
    Profile::read(text, page.now.date_naive())
}

/// The form for an account without a profile.
#[get("/onboarding/profile")]
async fn ask_profile(page: PageContext) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Investor])?;
    show(&Join { form: page.form("join"), with_account: false, page })
}

/// Applies with a profile.
#[post("/onboarding/profile")]
async fn apply(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command: Command = page.command(&posted)?;
    let applied = match profile(&page, &posted) {
        Ok(profile) => page.blocking(move |app| onboard::apply(app, &command, &profile)).await.map(|_| ()),
        Err(invalids) => Err(invalids.into()),
    };
    match applied {
        Ok(()) => Ok(go_to("/onboarding")),
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("join").refused(&posted, invalids);
            refuse(&Join { form, with_account: false, page })
        }
        Err(error) => Err(error),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(join).service(ask_profile).service(apply);
}

//! Where an investor stands: what is done, what comes next, and the managed wallet at one press.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::onboard::{self, Standing};
use crate::flows::wallet::{self, NewWallet};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::{InvestorStatus, Role};

/// Where an investor stands.
#[derive(Template)]
#[template(path = "onboarding.html")]
struct Onboarding {
    page: PageContext,
    standing: Standing,
    wallet_form: Form,
}

/// A step on the way to holding.
struct Step {
    /// The last part of the keys of its texts.
    key: &'static str,
    done: bool,
}

/// The steps in their order; the first that is not done is next.
fn steps(standing: &Standing) -> Vec<Step> {
    let decided = standing.investor.status != InvestorStatus::Applied;
    vec![
        Step { key: "profile", done: true },
        Step { key: "wallet", done: standing.has_wallet() },
        Step { key: "credential", done: standing.is_proven() },
        Step { key: "decision", done: decided },
        Step { key: "registered", done: standing.is_registered() },
    ]
}

impl Onboarding {
    fn steps(&self) -> Vec<Step> {
        steps(&self.standing)
    }

    fn next(&self) -> &'static str {
        if self.standing.investor.status == InvestorStatus::Rejected {
            return "rejected";
        }
        self.steps().iter().find(|step| !step.done).map_or("holding", |step| step.key)
    }

    fn step_name(&self, step: &Step) -> String {
        self.page.t(&format!("step-{}", step.key))
    }

    fn what_next(&self) -> String {
        self.page.t(&format!("next-{}", self.next()))
    }

    fn may_add(&self) -> bool {
        let status = self.standing.investor.status;
        let good = matches!(status, InvestorStatus::Applied | InvestorStatus::Approved);
        good && self.standing.wallets.len() < wallet::MAX_WALLETS
    }

    fn has_managed(&self) -> bool {
        self.standing.wallets.iter().any(|wallet| wallet.managed)
    }
}

/// The colour of an investor's status.
pub(super) const fn tone(status: InvestorStatus) -> &'static str {
    match status {
        InvestorStatus::Applied => "info",
        InvestorStatus::Approved => "good",
        InvestorStatus::Rejected => "bad",
        InvestorStatus::Frozen => "warn",
    }
}

/// Where the reader stands.
#[get("/onboarding")]
async fn show_standing(page: PageContext) -> Result<HttpResponse, AppError> {
    let actor = page.must_be(&[Role::Investor])?.clone();
    let found = page.blocking(move |app| onboard::own_standing(app, &actor)).await?;
    let Some(standing) = found else { return Ok(go_to("/onboarding/profile")) };
    show(&Onboarding { wallet_form: page.form("wallet"), standing, page })
}

/// Brings a wallet whose key the platform keeps.
#[post("/onboarding/wallet")]
async fn bring_managed(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    page.blocking(move |app| wallet::bring(app, &command, &NewWallet::Managed)).await?;
    Ok(go_to("/onboarding"))
}

/// An investor hears what comes next.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(&[Role::Investor]).is_err() || *actor == Actor::System {
        return Ok(Vec::new());
    }
    let standing = onboard::own_standing(app, actor)?;
    let steps = standing.as_ref().map(steps).unwrap_or_default();
    let done = steps.iter().filter(|step| step.done).count();
    let next = steps.iter().find(|step| !step.done).map_or("", |step| step.key);
    if standing.is_some() && next.is_empty() {
        return Ok(Vec::new());
    }
    let waits = standing.is_none() || ["wallet", "credential"].contains(&next);
    let text = if standing.is_none() { "next-profile".to_owned() } else { format!("next-{next}") };
    let total: usize = 5;
    Ok(vec![Card {
        title: locale.t("card-onboarding"),
        figure: locale.text("progress-steps", &[("done", &done), ("total", &total)]),
        text: locale.t(&text),
        path: "/onboarding",
        waits,
    }])
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_standing).service(bring_managed);
}

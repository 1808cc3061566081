//! The officer recovers a lost wallet: which one, what takes its place, why, and what moves.

use super::answer::show;
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use super::review::{Reviewed, review_or_order};
use crate::error::AppError;
use crate::flows::onboard::{self, Standing};
use crate::flows::recover::{self, NewRecovery, Recovered};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::InvestorId;
use domain::party::Role;
use store::investors::Wallet;

/// The form, and what it would do.
#[derive(Template)]
#[template(path = "recovery_new.html")]
struct RecoveryNew {
    page: PageContext,
    form: Form,
    standing: Standing,
    reviewed: Option<Recovered>,
}

impl RecoveryNew {
    fn action(&self) -> String {
        format!("/investors/{}/recovery", self.standing.investor.id)
    }

    /// The wallets that one can choose: on the registry and not lost.
    fn options(&self) -> Vec<(String, String)> {
        let usable = |wallet: &&Wallet| wallet.registered && self.standing.replacement(wallet).is_none();
        let address = |wallet: &Wallet| (wallet.address.to_string(), wallet.address.to_string());
        self.standing.wallets.iter().filter(usable).map(address).collect()
    }
}

impl Reviewed for RecoveryNew {
    type Done = Recovered;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.form
    }

    fn leads_to(&self, done: &Recovered) -> Option<String> {
        Some(match &done.order {
            Some(waiting) => format!("/orders/{}", waiting.order_id),
            None => format!("/investors/{}", self.standing.investor.id),
        })
    }

    fn show(&mut self, done: Recovered, _step: Step) {
        self.reviewed = Some(done);
    }
}

async fn the_form(page: PageContext, id: InvestorId) -> Result<RecoveryNew, AppError> {
    let by = page.must_be(&[Role::Compliance])?.clone();
    let standing = page.blocking(move |app| onboard::standing(app, &by, id)).await?;
    Ok(RecoveryNew { form: page.form("recovery"), page, standing, reviewed: None })
}

/// The form.
#[get("/investors/{id}/recovery")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&the_form(page, id.parse()?).await?)
}

/// Reviews or orders the recovery.
#[post("/investors/{id}/recovery")]
async fn order(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let shown = the_form(page, id.parse()?).await?;
    let text = |field| posted.text(field);
    let read = NewRecovery::read(text("lost_wallet"), text("replacement_wallet"), text("reason"));
    review_or_order(shown, &posted, read, recover::recover).await
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(order);
}

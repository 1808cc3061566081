//! The chain as the operator sees it: how far it was read, and the alarm with the way to end it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::outbox::alarm::{self, Alarm};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::Role;
use serde::Deserialize;

/// Where the page lies.
pub(super) const PATH: &str = "/chain";
/// Who reads it; only the operator ends an alarm.
pub(super) const READERS: &[Role] = &[Role::Operator, Role::Regulator];

/// The chain.
#[derive(Template)]
#[template(path = "chain.html")]
struct Chain {
    page: PageContext,
    form: Form,
    chain_id: u64,
    embedded: bool,
    read_block: Option<i64>,
    confirmations: i64,
    alarm: Option<Alarm>,
    may_resume: bool,
    resumed: bool,
}

impl Chain {
    /// The first block that was taken back.
    fn first_lost(&self, alarm: &Alarm) -> i64 {
        alarm.common_block + 1
    }
}

/// What was just done.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    resumed: bool,
}

/// How far the chain was read, and whether it is trusted.
#[get("/chain")]
async fn show_chain(page: PageContext, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let may_resume = page.must_be(READERS)?.must_be(&[Role::Operator]).is_ok();
    let read = page.blocking(|app| app.ask(|tx| Ok((store::projection::head(tx)?, alarm::standing(tx)?))));
    let (head, alarm) = read.await?;
    show(&Chain {
        form: page.form("chain"),
        chain_id: page.app.chain.chain_id(),
        embedded: page.app.embedded.is_some(),
        read_block: head.map(|block| block.number),
        confirmations: page.app.confirmations,
        alarm,
        may_resume,
        resumed: done.resumed,
        page,
    })
}

/// Ends the alarm: what was taken back is sent again, and payments go on.
#[post("/chain/resume")]
async fn resume(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    let command = page.command(&posted)?;
    page.blocking(move |app| alarm::end(app, &command)).await?;
    Ok(go_to("/chain?resumed=true"))
}

/// The operator hears at once of an alarm: nothing is paid while it lasts.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(READERS).is_err() || app.ask(alarm::standing)?.is_none() {
        return Ok(Vec::new());
    }
    let (title, text) = (locale.t("card-chain-alarm"), locale.t("card-chain-alarm-text"));
    Ok(vec![Card { title, figure: locale.t("chain-alarm-short"), text, path: PATH, waits: true }])
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_chain).service(resume);
}

//! Reconciliation: register, chain and ledger side by side, and the breaks that are open.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::names::Names;
use super::posted::Posted;
use super::say::Say;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::reconcile;
use crate::http::v1::ledger::READERS;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use serde::Deserialize;
use store::breaks::{self, Break};

/// The breaks that are open, and what was compared last.
#[derive(Template)]
#[template(path = "reconciliation.html")]
struct Reconciliation {
    page: PageContext,
    form: Form,
    breaks: Vec<Break>,
    names: Names,
    compared: Option<Compared>,
}

impl Reconciliation {
    fn kind(&self, one: &Break) -> String {
        let key = format!("break-{}", one.kind.replace('.', "-"));
        self.page.locale.find(&key, &[]).unwrap_or_else(|| one.kind.clone())
    }

    /// What a break is about: the id before a slash stands for a thing with a name, a wallet may follow.
    fn subject(&self, one: &Break) -> String {
        match one.subject.split_once('/') {
            Some((id, wallet)) => format!("{} {wallet}", self.names.of(id)),
            None => self.names.of(&one.subject),
        }
    }
}

/// What was just compared: it comes back in the address, so that the page can be loaded again.
#[derive(Clone, Copy, Deserialize)]
struct Compared {
    block: i64,
    holdings: i64,
    coupons: i64,
}

/// The breaks that are open, newest first.
#[get("/reconciliation")]
async fn show_breaks(
    page: PageContext,
    compared: Option<web::Query<Compared>>,
) -> Result<HttpResponse, AppError> {
    page.must_be(READERS)?;
    let mut names = Names::new(page.locale);
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let open = breaks::open(tx, None)?;
            for one in &open {
                let id = one.subject.split_once('/').map_or(one.subject.as_str(), |(id, _)| id);
                names.anything(tx, id)?;
            }
            Ok((open, names.clone()))
        })
    });
    let (breaks, names) = read.await?;
    let compared = compared.map(web::Query::into_inner);
    show(&Reconciliation { form: page.form("reconciliation"), page, breaks, names, compared })
}

/// Compares everything now.
#[post("/reconciliation")]
async fn compare(page: PageContext, _posted: Posted) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let found = reconcile::reconcile(&page.app, &by).await?;
    let (block, holdings, coupons) = (found.block, found.holdings, found.coupons);
    Ok(go_to(&format!("/reconciliation?block={block}&holdings={holdings}&coupons={coupons}")))
}

/// Whoever reads the books hears of breaks.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(READERS).is_err() {
        return Ok(Vec::new());
    }
    let open = app.ask(|tx| Ok(breaks::open(tx, None)?))?.len();
    Ok(vec![Card {
        title: locale.t("card-breaks"),
        figure: open.say(locale),
        text: locale.text("card-breaks-text", &[("count", &open)]),
        path: "/reconciliation",
        waits: open > 0,
    }])
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_breaks).service(compare);
}

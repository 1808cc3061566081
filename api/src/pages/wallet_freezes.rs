//! Wallets that are frozen or freed together: what was done in a pool's token, and the form that takes a list or a file.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::limits;
use super::posted::{Posted, Step};
use crate::error::AppError;
use crate::flows::freeze_wallets::{self, Frozen, LeftOut, NewFreeze, READERS, Unfit, lines};
use crate::http::request::{Page, PageQuery};
use crate::http::v1::pools::parse_id;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Invalids;
use domain::ids::{FreezeId, PoolId};
use domain::party::Role;
use domain::status::ActionStatus;
use store::pools::Pool;
use store::wallet_freezes::WalletFreeze;

/// What was done, and the form.
#[derive(Template)]
#[template(path = "wallet_freezes.html")]
struct WalletFreezes {
    page: PageContext,
    pool: Pool,
    freezes: Page<(WalletFreeze, ActionStatus)>,
    form: Form,
    reviewed: Option<Frozen>,
}

/// The colour of how far the chain has come.
pub(super) const fn tone(status: &ActionStatus) -> &'static str {
    match status {
        ActionStatus::UnderWay => "info",
        ActionStatus::Done => "good",
        ActionStatus::Refused => "bad",
    }
}

impl WalletFreezes {
    fn action(&self) -> String {
        format!("/pools/{}/wallet-freezes", self.pool.id)
    }

    fn is_officer(&self) -> bool {
        self.page.must_be(&[Role::Compliance]).is_ok()
    }

    fn what(&self) -> Vec<(&'static str, String)> {
        vec![("freeze", self.page.t("freeze-wallets")), ("unfreeze", self.page.t("unfreeze-wallets"))]
    }

    fn wallets(&self, freeze: &WalletFreeze) -> usize {
        serde_json::from_str::<Vec<String>>(&freeze.wallets).map_or(0, |wallets| wallets.len())
    }

    fn left_out(&self, freeze: &WalletFreeze) -> usize {
        serde_json::from_str::<Vec<LeftOut>>(&freeze.left_out).map_or(0, |lines| lines.len())
    }

    fn why(&self, left: &LeftOut) -> String {
        limits::limit(&left.reason, self.page.locale)
    }
}

async fn read(page: PageContext, id: &str, query: &PageQuery) -> Result<WalletFreezes, AppError> {
    let (by, id) = (page.must_be(READERS)?.clone(), parse_id(id)?);
    let (before, rows) = (query.cursor::<FreezeId>()?, query.rows()?);
    let (pool, found) = page
        .blocking(move |app| {
            app.ask(|tx| {
                let found = freeze_wallets::page(tx, &by, id, (before, rows))?;
                let pool = store::pools::find(tx, id)?.ok_or_else(|| AppError::not_found("pool", id))?;
                Ok((pool, found))
            })
        })
        .await?;
    let freezes = Page::of(found, rows, |(freeze, _): &(WalletFreeze, ActionStatus)| freeze.id.to_string());
    Ok(WalletFreezes { form: page.form("freeze-wallets"), page, pool, freezes, reviewed: None })
}

/// What was frozen and freed in the token of a pool, newest first.
#[get("/pools/{id}/wallet-freezes")]
async fn list(
    page: PageContext,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    show(&read(page, &id, &query).await?)
}

/// Reviews or orders a freeze.
#[post("/pools/{id}/wallet-freezes")]
async fn order(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Compliance])?;
    let mut shown = read(page, &id, &PageQuery::default()).await?;
    let command = shown.page.command(&posted)?;
    let new = new_freeze(shown.pool.id, &posted);
    shown.form = filled(shown.form, &posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    match shown.page.blocking(move |app| freeze_wallets::freeze(app, &command, &new)).await {
        Ok(_) if posted.step() == Step::Confirm => Ok(go_to(&shown.action())),
        Ok(frozen) => {
            shown.reviewed = Some(frozen);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = filled(shown.page.form("freeze-wallets"), &posted).wrong(in_the_list(invalids));
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The list that was typed, and that of a file behind it.
fn list_of(posted: &Posted) -> String {
    let typed = posted.text("wallets").trim().to_owned();
    let files = posted.files("file").map(|file| String::from_utf8_lossy(&file.content).into_owned());
    let all: Vec<String> =
        std::iter::once(typed).chain(files).filter(|text| !text.trim().is_empty()).collect();
    all.join("\n")
}

fn new_freeze(pool_id: PoolId, posted: &Posted) -> NewFreeze {
    NewFreeze {
        pool_id,
        wallets: lines(&list_of(posted)),
        frozen: posted.text("what") != "unfreeze",
        unfit: if posted.ticked("skip_unfit") { Unfit::IsLeftOut } else { Unfit::RefusesAll },
        reason: posted.text("reason").to_owned(),
    }
}

/// The form with everything in it, what came in a file as well: a review sends it again.
fn filled(form: Form, posted: &Posted) -> Form {
    let form = form
        .with("wallets", list_of(posted))
        .with("what", posted.text("what"))
        .with("reason", posted.text("reason"));
    if posted.ticked("skip_unfit") { form.with("skip_unfit", "yes") } else { form }
}

/// What is wrong with a line, said about the list.
fn in_the_list(mut invalids: Invalids) -> Invalids {
    for invalid in invalids.0.iter_mut().filter(|invalid| invalid.field.starts_with("wallets[")) {
        "wallets".clone_into(&mut invalid.field);
    }
    invalids
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(order);
}

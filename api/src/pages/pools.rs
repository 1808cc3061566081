//! Pools: the list, and one with its assets, partitions, documents and what the chain knows of it.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::plan::list as in_a_row;
use super::posted::Posted;
use super::say::Say;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::document;
use crate::flows::pool::{self, LeftOut, Totals};
use crate::flows::rules::{self, InForce};
use crate::http::request::{Page, PageQuery};
use crate::http::v1::documents::brought;
use crate::http::v1::pools::{PoolView, listed, parse_id};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::asset::InvoiceStatus;
use domain::party::{InvestorClass, Role};
use domain::pool::PoolStatus;
use domain::status::CallStatus;
use domain::{BasisPoints, Country, Money};
use store::pools::{Filter, Partition, Pool};

/// The list.
#[derive(Template)]
#[template(path = "pools.html")]
struct Pools {
    page: PageContext,
    may_draft: bool,
    pools: Page<Pool>,
}

/// One pool.
#[derive(Template)]
#[template(path = "pool.html")]
struct PoolPage {
    page: PageContext,
    view: PoolView,
    form: Form,
    is_own: bool,
    /// The rules in force, once there is a token.
    rules: Vec<InForce>,
}

/// The colour of a pool's status.
pub(super) const fn tone(status: &PoolStatus) -> &'static str {
    match status {
        PoolStatus::Draft | PoolStatus::Redeemed => "",
        PoolStatus::Tokenising => "warn",
        PoolStatus::Offered => "info",
        PoolStatus::Live => "good",
    }
}

const fn call_tone(status: &CallStatus) -> &'static str {
    match status {
        CallStatus::Queued | CallStatus::Submitted => "info",
        CallStatus::Mined | CallStatus::Final => "good",
        CallStatus::Refused => "bad",
    }
}

impl PoolPage {
    fn is_draft(&self) -> bool {
        self.is_own && self.view.pool.status == PoolStatus::Draft
    }

    fn price(&self, partition: &Partition) -> Money {
        Money::new(partition.unit_price_minor, self.view.pool.currency)
    }

    fn size(&self, partition: &Partition) -> Money {
        let size = partition.authorised_units.saturating_mul(partition.unit_price_minor);
        Money::new(size, self.view.pool.currency)
    }

    fn coupon(&self, partition: &Partition) -> String {
        super::coupons::terms(partition, self.page.locale)
    }

    fn cap(&self, partition: &Partition) -> String {
        let cap = BasisPoints::try_from(partition.cap_bps).ok();
        let units = domain::Units::try_from(partition.authorised_units).unwrap_or_default();
        let most = cap.map(|cap| cap.of(units));
        self.page.locale.text("pool-cap", &[("units", &most), ("bps", &cap)])
    }

    fn open_to(&self, partition: &Partition) -> String {
        let countries: Vec<Country> = serde_json::from_str(&partition.allowed_countries).unwrap_or_default();
        let classes: Vec<InvestorClass> =
            serde_json::from_str(&partition.allowed_classes).unwrap_or_default();
        let (countries, classes) =
            (in_a_row(&countries, self.page.locale), in_a_row(&classes, self.page.locale));
        self.page.locale.text("pool-open-to", &[("classes", &classes), ("countries", &countries)])
    }

    /// What the assets that do not add up are called: not eligible for a draft, but of a pool that stands they are
    /// its own, paid or late.
    fn left_out_title(&self) -> String {
        let key = if self.stands() { "pool-no-longer-open" } else { "pool-left-out" };
        self.page.t1(key, "count", self.view.assets.left_out_count)
    }

    fn left_out_why(&self) -> String {
        self.page.t(if self.stands() { "pool-standing" } else { "pool-reasons" })
    }

    fn stands(&self) -> bool {
        self.view.pool.status != PoolStatus::Draft
    }

    /// Whether the reader may follow the money of a pool that stands.
    fn reads_money(&self) -> bool {
        self.stands() && self.page.must_be(crate::http::v1::collections::READERS).is_ok()
    }

    fn sentences(&self, rules: &InForce) -> Vec<String> {
        super::rules::sentences(rules, self.page.locale)
    }

    fn sets_rules(&self) -> bool {
        self.page.must_be(&[Role::Compliance]).is_ok()
    }

    /// Whether the reader can pay principal of it back.
    fn pays_back(&self) -> bool {
        self.is_own && self.view.pool.status == PoolStatus::Live
    }

    /// Whether the reader may see which wallets were frozen in its token.
    fn sees_freezes(&self) -> bool {
        self.view.pool.token_address.is_some()
            && self.page.must_be(crate::flows::freeze_wallets::READERS).is_ok()
    }

    fn reasons(&self, left: &LeftOut) -> String {
        in_a_row(&left.reasons, self.page.locale)
    }

    fn call_name(&self, kind: &str) -> String {
        let key = format!("call-{}", kind.replace('.', "-"));
        self.page.locale.find(&key, &[]).unwrap_or_else(|| kind.to_owned())
    }
}

/// The list.
#[get("/pools")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[])?.clone();
    let issuer = by.issuer().ok();
    let (after, rows) = (query.cursor()?, query.rows()?);
    let filter = Filter { issuer, status: None };
    let found = page.blocking(move |app| app.ask(|tx| Ok(store::pools::page(tx, filter, after, rows)?)));
    let mut pools = Page::of(found.await?, rows, |pool: &Pool| pool.id.to_string());
    pools.items.retain(|pool| listed(&by, pool));
    show(&Pools { page, may_draft: issuer.is_some(), pools })
}

async fn read(page: PageContext, id: &str) -> Result<PoolPage, AppError> {
    let (by, id) = (page.must_be(&[])?.clone(), parse_id(id)?);
    let is_own = by.must_be(&[Role::Issuer]).is_ok();
    let (view, rules) = page
        .blocking(move |app| {
            let view = PoolView::read(app, &by, id)?;
            let stands = view.pool.token_address.is_some();
            let rules = if stands { app.ask(|tx| rules::in_force(tx, &by, id))? } else { Vec::new() };
            Ok((view, rules))
        })
        .await?;
    Ok(PoolPage { form: page.form("document"), view, is_own, rules, page })
}

/// One pool.
#[get("/pools/{id}")]
async fn show_one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&read(page, &id).await?)
}

/// Keeps a version of a document.
#[post("/pools/{id}/documents")]
async fn bring(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let (command, pool_id) = (page.command(&posted)?, parse_id(&id)?);
    let kept = match brought(pool_id, &posted) {
        Ok(brought) => page.blocking(move |app| document::bring(app, &command, &brought)).await.map(|_| ()),
        Err(invalids) => Err(invalids.into()),
    };
    match kept {
        Ok(()) => Ok(go_to(&format!("/pools/{pool_id}"))),
        Err(AppError::Invalid(invalids)) => {
            let mut again = read(page, &id).await?;
            again.form = again.form.refused(&posted, invalids);
            refuse(&again)
        }
        Err(error) => Err(error),
    }
}

/// Gives a draft up.
#[post("/pools/{id}/discard")]
async fn discard(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let (command, id) = (page.command(&posted)?, parse_id(&id)?);
    page.blocking(move |app| pool::discard(app, &command, id)).await?;
    Ok(go_to("/pools"))
}

/// What an issuer has to do: invoices that are in no pool, drafts that are no token yet.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    let Ok(issuer) = actor.issuer() else { return Ok(Vec::new()) };
    let (counts, drafts) = app.ask(|tx| {
        let filter = Filter { issuer: Some(issuer), status: Some(PoolStatus::Draft) };
        let drafts = store::pools::page(tx, filter, None, store::MAX_PAGE)?.len();
        Ok((store::invoices::counts(tx, issuer)?, drafts))
    })?;
    let of = |status| counts.iter().find(|(known, _)| *known == status).map_or(0, |(_, count)| *count);
    let card = |key: &str, figure: i64, path, waits| Card {
        title: locale.t(key),
        figure: figure.say(locale),
        text: locale.text(&format!("{key}-text"), &[("count", &figure)]),
        path,
        waits,
    };
    let (available, disputed) = (of(InvoiceStatus::Available), of(InvoiceStatus::Disputed));
    let drafts = i64::try_from(drafts).map_err(AppError::internal)?;
    Ok(vec![
        card("card-available", available, "/invoices?status=available", false),
        card("card-drafts", drafts, "/pools", drafts > 0),
        card("card-disputed", disputed, "/invoices?status=disputed", disputed > 0),
    ])
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_one).service(bring).service(discard);
}

//! Coupons: the list, and the run of one: who is paid, who waits, who is owed, and what an operator can do about it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::home::Card;
use super::jobs::Progress;
use super::names::Names;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::{pay_coupon, pay_owed, pool};
use crate::http::request::{Page, PageQuery};
use crate::http::v1::collections::READERS;
use crate::http::v1::coupons::readable;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::{CouponId, EntitlementId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::{Money, Rate};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::Tx;
use store::coupons::Coupon;
use store::entitlements::{self, Entitlement};
use store::pools::{Filter, Partition, Pool};

/// The list.
#[derive(Template)]
#[template(path = "coupons.html")]
struct Coupons {
    page: PageContext,
    coupons: Page<Coupon>,
    names: Names,
    /// Partitions that the reader can declare a coupon of.
    earning: Vec<Tranche>,
}

impl Coupons {
    fn terms(&self, partition: &Partition) -> String {
        terms(partition, self.page.locale)
    }
}

/// What a partition earns, in words.
pub(super) fn terms(partition: &Partition, locale: Locale) -> String {
    let rate = partition.coupon_rate.parse::<rust_decimal::Decimal>().ok();
    let rate = rate.and_then(|rate| Rate::try_from(rate).ok());
    let day_count = super::pool_terms::day_count(&partition.day_count);
    let named: [(&str, &dyn super::say::Say); 3] =
        [("rate", &rate), ("months", &partition.coupon_months), ("day_count", &day_count)];
    locale.text("pool-coupon", &named)
}

/// The colour of a coupon's status.
pub(super) const fn tone(status: &CouponStatus) -> &'static str {
    match status {
        CouponStatus::Declared => "",
        CouponStatus::BooksClosed => "warn",
        CouponStatus::Paying => "info",
        CouponStatus::Paid => "good",
    }
}

/// The colour of what has become of an entitlement.
pub(super) const fn entitlement_tone(status: &EntitlementStatus) -> &'static str {
    match status {
        EntitlementStatus::Open => "info",
        EntitlementStatus::Paid => "good",
        EntitlementStatus::Owed => "bad",
        EntitlementStatus::Nil => "",
    }
}

/// The partitions of an issuer that earn now.
fn earning(tx: &mut Tx<'_>, by: &Actor) -> Result<Vec<Tranche>, AppError> {
    let Ok(issuer) = by.issuer() else { return Ok(Vec::new()) };
    let filter = Filter { issuer: Some(issuer), status: Some(PoolStatus::Live) };
    let mut earning = Vec::new();
    for pool in store::pools::page(tx, filter, None, store::MAX_PAGE)? {
        let partitions = store::pools::partitions_of(tx, pool.id)?.into_iter();
        earning.extend(partitions.map(|partition| Tranche { pool: pool.clone(), partition }));
    }
    Ok(earning)
}

/// The coupons, newest first: an issuer's own, all for officials.
#[get("/coupons")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let (before, rows, mut names) = (query.cursor()?, query.rows()?, Names::new(page.locale));
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let own = match by.issuer() {
                Ok(issuer) => Some(pool::partition_ids(tx, Filter { issuer: Some(issuer), status: None })?),
                Err(_) => None,
            };
            let coupons = store::coupons::page(tx, own.as_deref(), before, rows)?;
            for coupon in &coupons {
                names.coupon(tx, coupon)?;
            }
            Ok((Page::of(coupons, rows, |it| it.id.to_string()), names.clone(), earning(tx, &by)?))
        })
    });
    let (coupons, names, earning) = read.await?;
    show(&Coupons { page, coupons, names, earning })
}

/// How many holders stand in a status, and with how much.
struct Stand {
    status: EntitlementStatus,
    holders: i64,
    amount: Money,
}

/// A coupon and its run.
#[derive(Template)]
#[template(path = "coupon.html")]
struct CouponPage {
    page: PageContext,
    coupon: Coupon,
    name: String,
    pool: Pool,
    stands: Vec<Stand>,
    progress: Option<Progress>,
    /// Why the job was given up, if it was.
    failed: Option<String>,
    owed: Vec<Entitlement>,
    entitlements: Page<Entitlement>,
    /// The identity number of each investor.
    numbers: BTreeMap<String, i64>,
    operates: bool,
    retried: bool,
}

impl CouponPage {
    fn amount(&self, of: &Entitlement) -> Money {
        Money::new(of.amount_minor, self.coupon.currency)
    }

    fn holder(&self, of: &Entitlement) -> String {
        let number = self.numbers.get(&of.investor_id.to_string());
        number.map_or_else(|| of.investor_id.to_string(), |it| self.page.t1("investor-number", "number", *it))
    }

    /// Where the coupon is on its way: each step with its day, and `done`, `next` or nothing.
    fn steps(&self) -> Vec<(&'static str, String, chrono::NaiveDate)> {
        let reached = CouponStatus::ALL.iter().position(|status| *status == self.coupon.status).unwrap_or(0);
        let days = [
            self.coupon.created_at.date(),
            self.coupon.record_date,
            self.coupon.payment_date,
            self.coupon.payment_date,
        ];
        let step = |(at, (status, day)): (usize, (&CouponStatus, chrono::NaiveDate))| {
            let state = match at.cmp(&reached) {
                std::cmp::Ordering::Greater if at == reached + 1 => "next",
                std::cmp::Ordering::Greater => "",
                _ => "done",
            };
            (state, self.page.say(*status), day)
        };
        CouponStatus::ALL.iter().zip(days).enumerate().map(step).collect()
    }

    /// Whether the operator can start the payment, or start it again.
    fn can_pay(&self) -> bool {
        let due = self.page.now.date_naive() >= self.coupon.payment_date;
        let waits = self.coupon.status == CouponStatus::BooksClosed && due;
        self.operates && (waits || self.failed.is_some())
    }

    fn path(&self) -> String {
        format!("/coupons/{}", self.coupon.id)
    }
}

/// What was just done.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    retried: bool,
}

fn parse_id(id: &str) -> Result<CouponId, AppError> {
    id.parse().map_err(|_| AppError::not_found("coupon", id))
}

/// A coupon with its run.
#[get("/coupons/{id}")]
async fn show_one(
    page: PageContext,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let (by, id) = (page.must_be(READERS)?.clone(), parse_id(&id)?);
    let (after, rows) = (query.cursor()?, query.rows()?);
    let (shown, retried) = (page.clone(), done.retried);
    let read = page.blocking(move |app| {
        let coupon = readable(app, &by, id)?;
        let progress = Progress::of(app, &id.to_string())?;
        let failed = pay_coupon::standing(app, id)?.failed;
        let mut names = Names::new(shown.locale);
        app.ask(|tx| {
            names.coupon(tx, &coupon)?;
            let entitlements =
                Page::of(entitlements::page(tx, id, after, rows)?, rows, |it| it.id.to_string());
            let owed = entitlements::in_status(tx, id, EntitlementStatus::Owed, store::MAX_PAGE)?;
            let investors = entitlements.items.iter().chain(&owed).map(|it| it.investor_id);
            Ok(CouponPage {
                page: shown.clone(),
                name: names.of(id),
                pool: Tranche::find(tx, coupon.partition_id)?.pool,
                stands: stands(tx, &coupon)?,
                progress: progress.clone(),
                failed: failed.clone(),
                numbers: store::investors::numbers(tx, investors)?,
                owed,
                entitlements,
                operates: by.must_be(&[Role::Operator]).is_ok(),
                retried,
                coupon: coupon.clone(),
            })
        })
    });
    show(&read.await?)
}

fn stands(tx: &mut Tx<'_>, coupon: &Coupon) -> Result<Vec<Stand>, AppError> {
    let stand = |status: &EntitlementStatus| {
        let holders = entitlements::count(tx, coupon.id, *status)?;
        let amount = Money::new(entitlements::total(tx, coupon.id, *status)?, coupon.currency);
        Ok(Stand { status: *status, holders, amount })
    };
    EntitlementStatus::ALL.iter().map(stand).collect()
}

/// Starts the payment, or starts it again after it was given up.
#[post("/coupons/{id}/pay")]
async fn pay(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    let (command, id) = (page.command(&posted)?, parse_id(&id)?);
    page.blocking(move |app| pay_coupon::start(app, &command, id)).await?;
    Ok(go_to(&format!("/coupons/{id}")))
}

/// Tries again to pay one holder who is owed, or all of them.
#[post("/coupons/{id}/retry")]
async fn retry(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    // Without the key of the form: it stands for one thing, and a call that is on its way is not sent twice.
    let command = Command { idempotency_key: None, ..page.command(&posted)? };
    let id = parse_id(&id)?;
    let one = posted.parse_optional::<EntitlementId>("entitlement_id")?;
    let again = page.blocking(move |app| {
        let wanted = match one {
            Some(one) => vec![one],
            None => {
                let owed = app.ask(|tx| {
                    Ok(entitlements::in_status(tx, id, EntitlementStatus::Owed, store::MAX_PAGE)?)
                })?;
                owed.into_iter().map(|entitlement| entitlement.id).collect()
            }
        };
        wanted.into_iter().try_for_each(|one| pay_owed::retry(app, &command, (id, one)).map(|_| ()))
    });
    again.await?;
    Ok(go_to(&format!("/coupons/{id}?retried=true")))
}

/// The operator hears what is owed over all coupons, and of payments that were given up.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    let Ok(_) = actor.must_be(&[Role::Operator]) else { return Ok(Vec::new()) };
    let owed = app.ask(|tx| Ok(entitlements::count_all(tx, EntitlementStatus::Owed)?))?;
    if owed == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Card {
        title: locale.t("card-owed"),
        figure: super::say::Say::say(&owed, locale),
        text: locale.text("card-owed-text", &[("count", &owed)]),
        path: "/coupons",
        waits: true,
    }])
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_one).service(pay).service(retry);
}

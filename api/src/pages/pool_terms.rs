//! The pool builder, second step: the partitions, what will happen in plain words, and the button.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::plan::sentences;
use super::posted::{Posted, Step};
use crate::error::AppError;
use crate::flows::pool;
use crate::flows::tokenise::{self, Tokenise};
use crate::http::request::day;
use crate::http::v1::pools::parse_id;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::party::{InvestorClass, Role};
use domain::{BasisPoints, Country, Currency, Invalid, Invalids, Money, Rate};
use rust_decimal::prelude::ToPrimitive;
use store::pools::Pool;
use tokenizer::day_count::DayCount;
use tokenizer::pool::{DAY_COUNTS, MAX_PARTITIONS, PartitionOffer};

/// Partitions that an empty form has: senior and junior.
const FIRST_PARTITIONS: usize = 2;

/// The fields, and after a review what will happen.
#[derive(Template)]
#[template(path = "pool_terms.html")]
struct PoolTerms {
    page: PageContext,
    pool: Pool,
    form: Form,
    partitions: usize,
    plan: Vec<String>,
}

impl PoolTerms {
    fn action(&self) -> String {
        format!("/pools/{}/tokenise", self.pool.id)
    }

    fn positions(&self) -> std::ops::Range<usize> {
        0..self.partitions
    }

    fn field(&self, position: &usize, name: &str) -> String {
        named(*position, name)
    }

    fn months(&self) -> Vec<(String, String)> {
        [1_i64, 3, 6, 12]
            .iter()
            .map(|months| (months.to_string(), self.page.t1("every-months", "months", *months)))
            .collect()
    }

    fn day_counts(&self) -> Vec<(&'static str, String)> {
        DAY_COUNTS.iter().map(|it| (it.name(), day_count(it.name()))).collect()
    }

    fn classes(&self) -> Vec<(&'static str, String)> {
        InvestorClass::ALL.iter().map(|class| (class.as_str(), self.page.say(*class))).collect()
    }

    fn currency(&self) -> String {
        self.pool.currency.code().to_owned()
    }

    fn may_have_more(&self) -> bool {
        self.partitions < MAX_PARTITIONS
    }
}

/// The name of a partition's field.
fn named(position: usize, name: &str) -> String {
    format!("partitions[{position}].{name}")
}

/// A day count as contracts write it: `30E/360` for `30E_360`.
pub(super) fn day_count(name: &str) -> String {
    name.replace('_', "/")
}

async fn builder(page: PageContext, id: &str) -> Result<PoolTerms, AppError> {
    let issuer = page.must_be(&[Role::Issuer])?.issuer()?;
    let id = parse_id(id)?;
    let pool = page.blocking(move |app| app.ask(|tx| pool::own(tx, issuer, id))).await?;
    let mut form = page.form("terms");
    let today = page.now.date_naive();
    for (position, name) in ["senior", "junior"].iter().enumerate() {
        form = form.with(&named(position, "name"), name);
    }
    for position in 0..MAX_PARTITIONS {
        for (name, value) in [("cap_percent", "5"), ("coupon_months", "3"), ("day_count", "ACT_360")] {
            form = form.with(&named(position, name), value);
        }
        form = form.with(&named(position, "first_period_start"), today);
    }
    Ok(PoolTerms { page, pool, form, partitions: FIRST_PARTITIONS, plan: Vec::new() })
}

/// The fields.
#[get("/pools/{id}/tokenise")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&builder(page, &id).await?)
}

/// Shows what will happen, or lets it happen.
#[post("/pools/{id}/tokenise")]
async fn answer(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut builder = builder(page.clone(), &id).await?;
    let given =
        (0..MAX_PARTITIONS).rev().find(|position| posted.optional(&named(*position, "name")).is_some());
    let given = given.map_or(FIRST_PARTITIONS, |last| last + 1);
    builder.partitions = given;
    if posted.ticked("more") || posted.step() == Step::Change {
        builder.partitions = (given + usize::from(posted.ticked("more"))).min(MAX_PARTITIONS);
        let defaults = builder.form.clone();
        builder.form = page.form("terms").typed(&posted);
        for position in given..builder.partitions {
            for name in ["cap_percent", "coupon_months", "day_count", "first_period_start"] {
                let name = named(position, name);
                builder.form = builder.form.with(&name, defaults.value(&name));
            }
        }
        return show(&builder);
    }
    let command = page.command(&posted)?;
    let pool_id = builder.pool.id;
    let tokenised = match offers(&posted, given, builder.pool.currency) {
        Ok(partitions) => {
            let request = Tokenise { pool_id, name: None, symbol: None, partitions };
            page.blocking(move |app| tokenise::tokenise(app, &command, &request)).await
        }
        Err(invalids) => Err(invalids.into()),
    };
    match tokenised {
        Ok(plan) if posted.step() == Step::Review => {
            builder.form = page.form("terms").typed(&posted);
            builder.plan = sentences(&plan, page.locale);
            show(&builder)
        }
        Ok(_) => Ok(go_to(&format!("/pools/{pool_id}"))),
        Err(AppError::Invalid(invalids)) => {
            builder.form = page.form("terms").refused(&posted, in_the_form(invalids));
            refuse(&builder)
        }
        Err(error) => Err(error),
    }
}

/// People write prices in major units and the cap in percent, so the fields of the form are called so.
fn in_the_form(mut invalids: Invalids) -> Invalids {
    for invalid in &mut invalids.0 {
        let field = invalid.field.replace("unit_price_minor", "unit_price").replace("cap_bps", "cap_percent");
        invalid.field = if field == "partitions" { named(0, "authorised_units") } else { field };
    }
    invalids
}

fn offers(posted: &Posted, count: usize, currency: Currency) -> Result<Vec<PartitionOffer>, Invalids> {
    let mut found = Invalids::default();
    let mut offers = Vec::with_capacity(count);
    for position in 0..count {
        match offer(posted, position, currency) {
            Ok(offer) => offers.push(offer),
            Err(more) => found.0.extend(more.0),
        }
    }
    found.into_result()?;
    Ok(offers)
}

fn offer(posted: &Posted, position: usize, currency: Currency) -> Result<PartitionOffer, Invalids> {
    let mut found = Invalids::default();
    let field = |name: &str| named(position, name);
    let text = |name: &str| posted.text(&field(name)).trim().to_owned();
    let name = found.check(posted.parse(&field("name")));
    let authorised = found.check(posted.units(&field("authorised_units")));
    let price = Money::parse(&text("unit_price").replace(',', ""), currency);
    let price = found.check(price.map_err(|invalid| invalid.named(field("unit_price"))));
    let cap = found.check(cap(&text("cap_percent")).map_err(|invalid| invalid.named(field("cap_percent"))));
    let rate = Rate::from_percent(&text("coupon_rate_percent"));
    let rate = found.check(rate.map_err(|invalid| invalid.named(field("coupon_rate_percent"))));
    let months = whole(&field("coupon_months"), &text("coupon_months"));
    let coupon_months = found.check(months);
    let day_count = DayCount::named(&text("day_count"))
        .ok_or_else(|| Invalid::new(field("day_count"), text("day_count"), "one of the choices offered"));
    let day_count = found.check(day_count);
    let start = found.check(day(&field("first_period_start"), &text("first_period_start")));
    let limit = posted.optional(&field("holder_limit")).map(|limit| whole(&field("holder_limit"), limit));
    let holder_limit = found.check(limit.transpose());
    let lock = posted.optional(&field("locked_until")).map(|text| first_moment(&field("locked_until"), text));
    let locked_until = found.check(lock.transpose());
    let codes = text("allowed_countries");
    let mut countries: Vec<Country> = Vec::new();
    for code in codes.split([',', ' ', ';', '\n', '，', '、']).filter(|code| !code.is_empty()) {
        let parsed = code.parse::<Country>().map_err(|invalid| invalid.named(field("allowed_countries")));
        countries.extend(found.check(parsed));
    }
    let classes_field = field("allowed_classes");
    let classes: Vec<InvestorClass> =
        posted.all(&classes_field).filter_map(|text| text.parse().ok()).collect();
    let parsed = (|| {
        Some(PartitionOffer {
            name: name?,
            seniority: i64::try_from(position).ok()? + 1,
            authorised: authorised?,
            unit_price_minor: price?.minor,
            cap: cap?,
            coupon_rate: rate?,
            coupon_months: coupon_months?,
            day_count: day_count?,
            first_period_start: start?,
            holder_limit: holder_limit?,
            locked_until: locked_until?,
            countries,
            classes,
        })
    })();
    found.into_result()?;
    parsed.ok_or_else(|| Invalid::new(field("name"), "", "the terms of a partition").into())
}

/// A share in percent with at most two decimals, as basis points.
fn cap(text: &str) -> Result<BasisPoints, Invalid> {
    let limit = || Invalid::new("cap_percent", text, "a percentage from 0.01 to 100 with at most 2 decimals");
    let fraction = Rate::from_percent(text).map_err(|_| limit())?.get();
    let bps = fraction.checked_mul(10_000.into()).filter(|bps| bps.fract().is_zero());
    let bps = bps.and_then(|bps| bps.to_i64()).ok_or_else(limit)?;
    BasisPoints::try_from(bps).map_err(|_| limit())
}

fn whole(field: &str, text: &str) -> Result<i64, Invalid> {
    text.replace(',', "").parse().map_err(|_| Invalid::new(field, text, "a whole number"))
}

fn first_moment(field: &str, text: &str) -> Result<DateTime<Utc>, Invalid> {
    let first = day(field, text)?.and_hms_opt(0, 0, 0);
    first.map(|at| at.and_utc()).ok_or_else(|| Invalid::new(field, text, "a date as YYYY-MM-DD"))
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(answer);
}

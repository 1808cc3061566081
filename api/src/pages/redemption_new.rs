//! Principal is paid back: what is ordered, what the plan says of it in plain words, and the order.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use super::say::Say;
use crate::error::AppError;
use crate::flows::collect::own_pool;
use crate::flows::facts::Tranche;
use crate::flows::redeem::{self, NewRedemption, PlannedLine, RedemptionPlan};
use crate::http::v1::redemptions::RedemptionRequest;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::TimeDelta;
use domain::ids::PartitionId;
use domain::party::Role;
use domain::redemption::{RedemptionDivision, RedemptionKind};
use domain::{Invalid, Invalids, Money};

/// The fields of an order, and after a review what will happen.
#[derive(Template)]
#[template(path = "redemption_new.html")]
struct RedemptionNew {
    page: PageContext,
    form: Form,
    tranche: Tranche,
    outstanding: i64,
    /// The plan of what was typed.
    reviewed: Option<RedemptionPlan>,
}

impl RedemptionNew {
    fn action(&self) -> String {
        format!("/redemptions/order/{}", self.tranche.partition.id)
    }

    fn name(&self) -> String {
        super::holdings::name(&self.tranche)
    }

    fn currency(&self) -> String {
        self.tranche.pool.currency.to_string()
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.tranche.pool.currency)
    }

    fn amount(&self, line: &PlannedLine) -> Option<Money> {
        line.amount_minor.map(|minor| self.money(minor))
    }

    fn why(&self, line: &PlannedLine) -> String {
        let name = &self.tranche.partition.name;
        let why = |refusal| super::redemptions::why(refusal, name, self.page.locale);
        line.refusal.as_ref().map_or_else(String::new, why)
    }

    fn kinds(&self) -> Vec<(&'static str, String)> {
        RedemptionKind::ALL.iter().map(|kind| (kind.as_str(), self.page.say(*kind))).collect()
    }

    fn divisions(&self) -> Vec<(&'static str, String)> {
        RedemptionDivision::ALL.iter().map(|one| (one.as_str(), self.page.say(*one))).collect()
    }

    /// What will happen, sentence by sentence.
    fn sentences(&self, plan: &RedemptionPlan) -> Vec<String> {
        let (locale, terms) = (self.page.locale, &plan.terms);
        let money = |minor| self.money(minor);
        let mut sentences = vec![
            locale.text(
                "redemption-plan-kind",
                &[("kind", &terms.kind), ("name", &self.name()), ("division", &terms.division)],
            ),
            locale.text(
                "redemption-plan-units",
                &[
                    ("units", &terms.units),
                    ("left", &plan.left_units),
                    ("face", &money(plan.left_face_minor)),
                ],
            ),
            locale.text(
                "redemption-plan-price",
                &[
                    ("price", &money(terms.price_minor)),
                    ("amount", &money(terms.amount_minor)),
                    ("face", &money(terms.unit_face_minor)),
                ],
            ),
            locale.text("redemption-plan-cash", &[("cash", &money(plan.cash_minor))]),
        ];
        if terms.contributed_minor > 0 {
            let amount = money(terms.contributed_minor);
            sentences.push(locale.text("redemption-plan-contributed", &[("amount", &amount)]));
        }
        for kept in plan.kept.iter().filter(|kept| kept.kept_minor > 0) {
            let named: [(&str, &dyn Say); 2] =
                [("amount", &money(kept.kept_minor)), ("name", &kept.partition)];
            let is_own = kept.partition == self.tranche.partition.name.to_string();
            let key = if is_own { "redemption-plan-interest" } else { "redemption-plan-kept" };
            sentences.push(locale.text(key, &named));
        }
        sentences.push(locale.text("redemption-plan-dates", &[("payment", &terms.payment_date)]));
        if terms.division == RedemptionDivision::ByLot {
            sentences.push(locale.text("redemption-plan-lot", &[("payment", &terms.payment_date)]));
        }
        if plan.refused > 0 {
            sentences.push(locale.text("redemption-plan-refused", &[("count", &plan.refused)]));
        }
        let breach = |breach: &redeem::Breach| {
            let named: [(&str, &dyn Say); 3] =
                [("identity", &breach.identity), ("units", &breach.units), ("limit", &breach.limit)];
            locale.text("redemption-plan-breach", &named)
        };
        sentences.extend(plan.breaches.iter().map(breach));
        sentences
    }
}

async fn the_form(page: PageContext, id: &str) -> Result<RedemptionNew, AppError> {
    let by = page.must_be(&[Role::Issuer])?.clone();
    let id: PartitionId = id.parse().map_err(|_| AppError::not_found("partition", id))?;
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let tranche = Tranche::find(tx, id)?;
            own_pool(tx, &by, tranche.pool.id)?;
            let outstanding = store::projection::outstanding(tx, id)?;
            Ok((tranche, outstanding))
        })
    });
    let (tranche, outstanding) = read.await?;
    Ok(RedemptionNew { form: page.form("redemption"), page, tranche, outstanding, reviewed: None })
}

/// The form, for tomorrow.
#[get("/redemptions/order/{partition_id}")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page, &id).await?;
    let tomorrow = shown.page.now.date_naive() + TimeDelta::days(1);
    shown.form = shown.form.with("payment_date", tomorrow);
    show(&shown)
}

/// Shows the plan, or orders.
#[post("/redemptions/order/{partition_id}")]
async fn order(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page, &id).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let planned = match new_redemption(&shown.tranche, &posted) {
        Ok(new) => shown.page.blocking(move |app| redeem::order(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match planned {
        Ok(plan) if posted.step() == Step::Confirm => {
            Ok(go_to(&format!("/redemptions/{}", plan.redemption_id)))
        }
        Ok(plan) => {
            shown.reviewed = Some(plan);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            let invalids = in_money(&shown, &posted, invalids);
            shown.form = shown.page.form("redemption").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The order that a form describes.
fn new_redemption(tranche: &Tranche, posted: &Posted) -> Result<NewRedemption, Invalids> {
    let mut found = Invalids::default();
    let currency = tranche.pool.currency;
    let units = posted.optional("units").map(|_| posted.units("units")).transpose();
    let units = found.check(units).flatten().map(|units| units.get());
    let price = found.check(posted.money_optional("price", currency)).flatten();
    let contributed = found.check(posted.money_optional("contributed", currency)).flatten();
    let text = |field: &str| posted.optional(field).map(str::to_owned);
    let request = RedemptionRequest {
        partition_id: tranche.partition.id.to_string(),
        kind: posted.text("kind").to_owned(),
        division: text("division"),
        units,
        face_minor: None,
        price_minor: price.map(|price| price.minor),
        payment_date: text("payment_date"),
        contributed_minor: contributed.map(|amount| amount.minor),
        notice_sha256: text("notice_sha256"),
        seed: text("seed"),
    };
    let new = NewRedemption::try_from(request);
    let new = new.map_err(|invalids| found.0.extend(invalids.0)).ok();
    new.filter(|_| found.0.is_empty()).ok_or(found)
}

/// What is wrong, in the money and by the names that the form speaks of instead of minor units.
fn in_money(shown: &RedemptionNew, posted: &Posted, mut invalids: Invalids) -> Invalids {
    for invalid in &mut invalids.0 {
        let field = match invalid.field.as_str() {
            "price_minor" => "price",
            "contributed_minor" => "contributed",
            _ => "",
        };
        let limit = money_limit(shown, &invalid.limit);
        if field.is_empty() {
            invalid.limit = limit;
        } else {
            *invalid = Invalid::new(field, posted.text(field), limit);
        }
    }
    invalids
}

/// Minor units in the sentences that speak of them, as money.
fn money_limit(shown: &RedemptionNew, limit: &str) -> String {
    let in_minor = limit.contains(" for all units: ")
        || limit.contains(", the face value")
        || limit.contains(" that are paid");
    if !in_minor {
        return limit.to_owned();
    }
    let money = |word: &str| {
        let digits = word.trim_end_matches([',', ';']);
        let amount = digits.parse::<i64>().ok().map(|minor| shown.money(minor).to_string());
        amount.map_or_else(|| word.to_owned(), |amount| format!("{amount}{}", &word[digits.len()..]))
    };
    limit.split(' ').map(money).collect::<Vec<_>>().join(" ")
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(order);
}

//! A coupon is declared: its dates and amount, what the plan says of them in plain words, and the declaration.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use crate::app::Command;
use crate::error::AppError;
use crate::flows::declare_coupon::{self, CouponPlan, NewCoupon};
use crate::flows::facts::Tranche;
use crate::http::v1::coupons::CouponRequest;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::PartitionId;
use domain::party::Role;
use domain::{Invalid, Invalids, Money};

/// The fields of a coupon, and after a review what will happen.
#[derive(Template)]
#[template(path = "coupon_new.html")]
struct CouponNew {
    page: PageContext,
    form: Form,
    tranche: Tranche,
    /// What the terms say of the next period, when the form is opened.
    proposed: CouponPlan,
    /// The plan of what was typed.
    reviewed: Option<CouponPlan>,
}

impl CouponNew {
    fn action(&self) -> String {
        format!("/coupons/declare/{}", self.tranche.partition.id)
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

    /// What will happen, sentence by sentence.
    fn sentences(&self, plan: &CouponPlan) -> Vec<String> {
        let (locale, money) = (self.page.locale, |minor| self.money(minor));
        let mut sentences = vec![
            locale.text(
                "coupon-plan-period",
                &[
                    ("number", &plan.number),
                    ("name", &self.name()),
                    ("start", &plan.period_start),
                    ("end", &plan.period_end),
                ],
            ),
            locale.text(
                "coupon-plan-earned",
                &[
                    ("units", &plan.units),
                    ("nominal", &money(plan.nominal_minor)),
                    ("interest", &money(plan.interest_minor)),
                ],
            ),
        ];
        if plan.arrears_minor > 0 {
            let (arrears, due) = (money(plan.arrears_minor), money(plan.due_minor));
            sentences.push(locale.text("coupon-plan-arrears", &[("arrears", &arrears), ("due", &due)]));
        }
        sentences.push(locale.text("coupon-plan-cash", &[("cash", &money(plan.cash_minor))]));
        for kept in plan.kept.iter().filter(|kept| kept.kept_minor > 0) {
            let amount = money(kept.kept_minor);
            sentences
                .push(locale.text("coupon-plan-kept", &[("amount", &amount), ("name", &kept.partition)]));
        }
        if plan.carried_minor > 0 {
            sentences.push(locale.text("coupon-plan-carried", &[("amount", &money(plan.carried_minor))]));
        }
        sentences.push(locale.text("coupon-plan-available", &[("amount", &money(plan.available_minor))]));
        sentences.extend(self.outcome(plan));
        sentences
    }

    /// What is paid and when, or that there is nothing to pay.
    fn outcome(&self, plan: &CouponPlan) -> Vec<String> {
        let (locale, paid) = (self.page.locale, self.money(plan.amount_minor));
        if plan.amount_minor == 0 {
            return vec![locale.t("coupon-plan-nothing")];
        }
        let rest = match plan.shortfall_minor {
            0 => locale.t("coupon-plan-whole"),
            short => locale.text("coupon-plan-shortfall", &[("amount", &self.money(short))]),
        };
        vec![
            format!("{}{rest}", locale.text("coupon-plan-paid", &[("amount", &paid)])),
            locale
                .text("coupon-plan-dates", &[("record", &plan.record_date), ("payment", &plan.payment_date)]),
        ]
    }
}

async fn the_form(page: PageContext, id: &str) -> Result<CouponNew, AppError> {
    let by = page.must_be(&[Role::Issuer])?.clone();
    let id: PartitionId = id.parse().map_err(|_| AppError::not_found("partition", id))?;
    let read = page.blocking(move |app| {
        let tranche = app.ask(|tx| Tranche::find(tx, id))?;
        let command = Command { by, idempotency_key: None, dry_run: true };
        let next = NewCoupon { partition_id: id, number: None, dates: None, amount_minor: None };
        Ok((tranche, declare_coupon::declare(app, &command, &next)?))
    });
    let (tranche, proposed) = read.await?;
    let form = page.form("coupon");
    Ok(CouponNew { form, page, tranche, proposed, reviewed: None })
}

/// The form, with the dates of the next period.
#[get("/coupons/declare/{partition_id}")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page, &id).await?;
    let plan = &shown.proposed;
    shown.form = shown
        .form
        .with("period_start", plan.period_start)
        .with("period_end", plan.period_end)
        .with("record_date", plan.record_date)
        .with("payment_date", plan.payment_date);
    show(&shown)
}

/// Shows the plan, or declares the coupon.
#[post("/coupons/declare/{partition_id}")]
async fn declare(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page, &id).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let planned = match new_coupon(&shown.tranche, &posted) {
        Ok(new) => shown.page.blocking(move |app| declare_coupon::declare(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match planned {
        Ok(plan) => match plan.coupon_id.filter(|_| posted.step() == Step::Confirm) {
            Some(coupon) => Ok(go_to(&format!("/coupons/{coupon}"))),
            None => {
                shown.reviewed = Some(plan);
                show(&shown)
            }
        },
        Err(AppError::Invalid(invalids)) => {
            let invalids = in_money(&shown, &posted, invalids);
            shown.form = shown.page.form("coupon").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The coupon that a form describes.
fn new_coupon(tranche: &Tranche, posted: &Posted) -> Result<NewCoupon, Invalids> {
    let mut found = Invalids::default();
    let amount = found.check(posted.money_optional("amount", tranche.pool.currency)).flatten();
    let text = |field: &str| posted.optional(field).map(str::to_owned);
    let request = CouponRequest {
        number: None,
        period_start: text("period_start"),
        period_end: text("period_end"),
        record_date: text("record_date"),
        payment_date: text("payment_date"),
        amount_minor: amount.map(|amount| amount.minor),
    };
    let new = NewCoupon::try_from((tranche.partition.id, request));
    let new = new.map_err(|invalids| found.0.extend(invalids.0)).ok();
    new.filter(|_| found.0.is_empty()).ok_or(found)
}

/// What is wrong with the amount, in the money that the form speaks of instead of minor units.
fn in_money(shown: &CouponNew, posted: &Posted, mut invalids: Invalids) -> Invalids {
    let plan = &shown.proposed;
    let kept: i64 = plan.kept.iter().map(|kept| kept.kept_minor).sum();
    for invalid in invalids.0.iter_mut().filter(|invalid| invalid.field == "amount_minor") {
        let (most, cash) = (shown.money(plan.available_minor), shown.money(plan.cash_minor));
        let (kept, carried) = (shown.money(kept), shown.money(plan.carried_minor));
        let limit = format!(
            "at most {most}: {cash} in cash, less {kept} for partitions that come first, and {carried} carried"
        );
        *invalid = Invalid::new("amount", posted.text("amount"), limit);
    }
    invalids
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(declare);
}

//! The officer says that a partition is in default, or writes a part of its face value off.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::posted::{Posted, Step};
use super::review::{Reviewed, review_or_order};
use super::rules::percent;
use crate::app::App;
use crate::error::AppError;
use crate::flows::distress::{self, Distress, NewDistress, Told};
use crate::flows::facts::Tranche;
use crate::flows::waterfall::{self, NewWaterfall};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::PartitionId;
use domain::party::{Role, WalletAddress};
use domain::{Invalid, Invalids, Money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The form, and what it would change.
#[derive(Template)]
#[template(path = "distress.html")]
struct DistressPage {
    page: PageContext,
    tranche: Tranche,
    now: Distress,
    /// How many partitions the pool has.
    partitions: usize,
    /// Whom the token asks before each write-down.
    waterfall: Option<WalletAddress>,
    form: Form,
    waterfall_form: Form,
    reviewed: Option<Told>,
}

impl DistressPage {
    fn action(&self) -> String {
        format!("/partitions/{}/distress", self.tranche.partition.id)
    }

    fn name(&self) -> String {
        name(&self.tranche)
    }

    fn state(&self) -> String {
        self.page.t(if self.now.in_default { "distress-in-default" } else { "distress-none" })
    }

    fn left(&self, of: &Distress) -> String {
        percent(of.remaining)
    }

    fn face(&self, minor: &i64) -> Money {
        Money::new(*minor, self.tranche.pool.currency)
    }

    fn steps(&self) -> Vec<(&'static str, String)> {
        let default = if self.now.in_default { "cure" } else { "default" };
        let said = self.page.t(if self.now.in_default { "distress-cure" } else { "distress-default" });
        vec![(default, said), ("write-down", self.page.t("distress-write-down"))]
    }
}

impl Reviewed for DistressPage {
    type Done = Told;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.form
    }

    fn leads_to(&self, _done: &Told) -> Option<String> {
        Some(format!("/pools/{}", self.tranche.pool.id))
    }

    fn show(&mut self, done: Told, _step: Step) {
        self.reviewed = Some(done);
    }

    /// What is left is spoken of in percent.
    fn named(&self, posted: &Posted, mut invalids: Invalids) -> Invalids {
        for invalid in invalids.0.iter_mut().filter(|invalid| invalid.field == "remaining_millionths") {
            let limit = match invalid.value.is_empty() {
                true => invalid.limit.clone(),
                false => format!("less than the {} that are left", percent(self.now.remaining)),
            };
            *invalid = Invalid::new("remaining_percent", posted.text("remaining_percent"), limit);
        }
        invalids
    }
}

async fn the_form(page: PageContext, id: PartitionId) -> Result<DistressPage, AppError> {
    page.must_be(&[Role::Compliance])?;
    let (form, waterfall_form) = (page.form("distress"), page.form("waterfall"));
    let read = move |app: &App| {
        app.ask(|tx| {
            let tranche = Tranche::find(tx, id)?;
            let token = tranche.token()?.to_string();
            let now = distress::of(tx, &token, &tranche.partition)?;
            let partitions = store::pools::partitions_of(tx, tranche.pool.id)?.len();
            Ok((tranche, now, partitions, waterfall::of(tx, &token)?))
        })
    };
    let (tranche, now, partitions, waterfall) = page.blocking(read).await?;
    Ok(DistressPage { page, tranche, now, partitions, waterfall, form, waterfall_form, reviewed: None })
}

/// The form.
#[get("/partitions/{id}/distress")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&the_form(page, id.parse()?).await?)
}

/// Reviews it, or says it.
#[post("/partitions/{id}/distress")]
async fn say(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let id: PartitionId = id.parse()?;
    let shown = the_form(page, id).await?;
    if posted.text("act") == "waterfall" {
        return bind(shown, &posted).await;
    }
    let read = new_distress(id, &posted).map_err(Invalids::from);
    review_or_order(shown, &posted, read, distress::say).await
}

/// Has the chain keep the order of losses too.
async fn bind(mut shown: DistressPage, posted: &Posted) -> Result<HttpResponse, AppError> {
    let command = shown.page.command(posted)?;
    let new = NewWaterfall { pool_id: shown.tranche.pool.id, reason: posted.text("reason").to_owned() };
    match shown.page.blocking(move |app| waterfall::bind(app, &command, &new)).await {
        Ok(_) => Ok(go_to(&shown.action())),
        Err(AppError::Invalid(invalids)) => {
            shown.waterfall_form = shown.waterfall_form.refused(posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

fn new_distress(partition_id: PartitionId, posted: &Posted) -> Result<NewDistress, Invalid> {
    let step = match posted.text("step_taken") {
        "default" => distress::Step::Default(true),
        "cure" => distress::Step::Default(false),
        "write-down" => distress::Step::WriteDown(remaining(posted)?),
        other => return Err(Invalid::new("step_taken", other, "one of: default cure write-down")),
    };
    Ok(NewDistress { partition_id, step, reason: posted.text("reason").to_owned() })
}

/// Percent with at most four decimals, as millionths.
fn remaining(posted: &Posted) -> Result<u32, Invalid> {
    let typed = posted.text("remaining_percent").trim();
    let wrong =
        || Invalid::new("remaining_percent", typed, "percent from 0 to 99.9999, with at most 4 decimals");
    let percent: Decimal = typed.parse().map_err(|_| wrong())?;
    let millionths = percent.checked_mul(Decimal::from(10_000)).filter(|whole| whole.is_integer());
    millionths.and_then(|whole| whole.to_u32()).filter(|left| *left <= distress::WHOLE).ok_or_else(wrong)
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(say);
}

//! Redemptions: the list, and the run of one: who is paid, who waits, why not, and what can be done about it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::jobs::Progress;
use super::names::Names;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::Command;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::redeem;
use crate::http::request::{Page, PageQuery};
use crate::http::v1::redemptions::readable;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Money;
use domain::ids::{RedemptionId, RedemptionLineId};
use domain::party::Role;
use domain::pool::{PartitionName, PoolStatus};
use domain::redemption::{RedemptionLineStatus, RedemptionStatus};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::Tx;
use store::pools::{Filter, Pool};
use store::redemptions::{self, Redemption, RedemptionLine, Sum};
use tokenizer::chain::CallRefusal;

/// The list.
#[derive(Template)]
#[template(path = "redemptions.html")]
struct Redemptions {
    page: PageContext,
    redemptions: Page<Redemption>,
    names: Names,
    /// Partitions whose principal the reader can pay back, each with its units outstanding.
    own: Vec<(Tranche, i64)>,
}

/// The colour of a redemption's status.
pub(super) const fn tone(status: &RedemptionStatus) -> &'static str {
    match status {
        RedemptionStatus::Ordered | RedemptionStatus::Cancelled => "",
        RedemptionStatus::Paying => "info",
        RedemptionStatus::PartlyPaid => "warn",
        RedemptionStatus::Paid => "good",
    }
}

/// The colour of what has become of a line.
pub(super) const fn line_tone(status: &RedemptionLineStatus) -> &'static str {
    match status {
        RedemptionLineStatus::Open => "info",
        RedemptionLineStatus::Paid => "good",
        RedemptionLineStatus::Refused => "bad",
        RedemptionLineStatus::Nil | RedemptionLineStatus::Cancelled => "",
    }
}

/// Why the chain does not redeem a holder, in the reader's language.
pub(super) fn why(refusal: &CallRefusal, partition: &PartitionName, locale: Locale) -> String {
    if let CallRefusal::Rule(rule) = refusal
        && let Some(refusal) = rule.in_words_of_the_engine(partition)
    {
        return super::say::Say::say(&refusal, locale);
    }
    let text = locale.find(&format!("refused-{}", refusal.code()), &[]);
    text.unwrap_or_else(|| refusal.to_string())
}

/// The partitions of an issuer in which somebody holds units.
fn own(tx: &mut Tx<'_>, by: &Actor) -> Result<Vec<(Tranche, i64)>, AppError> {
    let Ok(issuer) = by.issuer() else { return Ok(Vec::new()) };
    let filter = Filter { issuer: Some(issuer), status: Some(PoolStatus::Live) };
    let mut own = Vec::new();
    for pool in store::pools::page(tx, filter, None, store::MAX_PAGE)? {
        for partition in store::pools::partitions_of(tx, pool.id)? {
            let units = store::projection::outstanding(tx, partition.id)?;
            if units > 0 {
                own.push((Tranche { pool: pool.clone(), partition }, units));
            }
        }
    }
    Ok(own)
}

/// The redemptions, newest first: an issuer's own, all for officials.
#[get("/redemptions")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(redeem::READERS)?.clone();
    let (before, rows, mut names) = (query.cursor()?, query.rows()?, Names::new(page.locale));
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let found = readable(tx, &by, (None, before, rows))?;
            for redemption in &found {
                names.redemption(tx, redemption)?;
            }
            Ok((Page::of(found, rows, |it| it.id.to_string()), names.clone(), own(tx, &by)?))
        })
    });
    let (redemptions, names, own) = read.await?;
    show(&Redemptions { page, redemptions, names, own })
}

/// A redemption and its run.
#[derive(Template)]
#[template(path = "redemption.html")]
struct RedemptionPage {
    page: PageContext,
    form: Form,
    redemption: Redemption,
    name: String,
    pool: Pool,
    partition: PartitionName,
    stands: Vec<(RedemptionLineStatus, Sum)>,
    progress: Option<Progress>,
    /// Why the job was given up, if it was.
    failed: Option<String>,
    refused: Vec<RedemptionLine>,
    lines: Page<RedemptionLine>,
    /// The identity number of each investor.
    numbers: BTreeMap<String, i64>,
    operates: bool,
    owns: bool,
    retried: bool,
}

impl RedemptionPage {
    fn money(&self, minor: &i64) -> Money {
        Money::new(*minor, self.redemption.currency)
    }

    fn holder(&self, of: &RedemptionLine) -> String {
        let number = self.numbers.get(&of.investor_id.to_string());
        number.map_or_else(|| of.investor_id.to_string(), |it| self.page.t1("investor-number", "number", *it))
    }

    fn why(&self, line: &RedemptionLine) -> String {
        let refusal = line.refusal.as_deref().and_then(|json| serde_json::from_str::<CallRefusal>(json).ok());
        refusal.map_or_else(|| "–".to_owned(), |refusal| why(&refusal, &self.partition, self.page.locale))
    }

    /// Whether the issuer can call it off, or what is left of it.
    fn can_cancel(&self) -> bool {
        self.owns
            && matches!(self.redemption.status, RedemptionStatus::Ordered | RedemptionStatus::PartlyPaid)
    }

    fn is_ordered(&self) -> bool {
        self.redemption.status == RedemptionStatus::Ordered
    }

    fn path(&self) -> String {
        format!("/redemptions/{}", self.redemption.id)
    }
}

/// What was just done.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    retried: bool,
}

fn parse_id(id: &str) -> Result<RedemptionId, AppError> {
    id.parse().map_err(|_| AppError::not_found("redemption", id))
}

/// A redemption with its run.
#[get("/redemptions/{id}")]
async fn show_one(
    page: PageContext,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let (by, id) = (page.must_be(redeem::READERS)?.clone(), parse_id(&id)?);
    let (after, rows) = (query.cursor()?, query.rows()?);
    let (shown, retried) = (page.clone(), done.retried);
    let read = page.blocking(move |app| {
        let progress = Progress::of(app, &id.to_string())?;
        app.ask(|tx| {
            let redemption = redeem::find_own(tx, &by, id)?;
            let mut names = Names::new(shown.locale);
            names.redemption(tx, &redemption)?;
            let found = redemptions::lines(tx, (id, None), after, rows)?;
            let lines = Page::of(found, rows, |it| it.id.to_string());
            let status = Some(RedemptionLineStatus::Refused);
            let refused = redemptions::lines(tx, (id, status), None, store::MAX_PAGE)?;
            let investors = lines.items.iter().chain(&refused).map(|it| it.investor_id);
            let tranche = Tranche::find(tx, redemption.partition_id)?;
            Ok(RedemptionPage {
                page: shown.clone(),
                form: shown.form("redemption-run"),
                name: names.of(id),
                pool: tranche.pool,
                partition: tranche.partition.name,
                stands: redemptions::sums(tx, id)?.into_iter().collect(),
                progress: progress.clone(),
                failed: redeem::failed(tx, id)?,
                numbers: store::investors::numbers(tx, investors)?,
                refused,
                lines,
                operates: by.must_be(&[Role::Operator]).is_ok(),
                owns: by.must_be(&[Role::Issuer]).is_ok(),
                retried,
                redemption,
            })
        })
    });
    show(&read.await?)
}

/// Tries those again who could not be paid, or one of them; resumes a payment that was given up.
#[post("/redemptions/{id}/retry")]
async fn retry(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Operator])?;
    // Without the key of the form: each of its buttons stands for another thing, and nobody is paid twice.
    let command = Command { idempotency_key: None, ..page.command(&posted)? };
    let id = parse_id(&id)?;
    let one = posted.parse_optional::<RedemptionLineId>("line_id")?;
    page.blocking(move |app| redeem::retry(app, &command, (id, one))).await?;
    Ok(go_to(&format!("/redemptions/{id}?retried=true")))
}

/// Calls off what has not begun, or what could not be paid.
#[post("/redemptions/{id}/cancel")]
async fn cancel(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let (command, id) = (page.command(&posted)?, parse_id(&id)?);
    page.blocking(move |app| redeem::cancel(app, &command, id)).await?;
    Ok(go_to(&format!("/redemptions/{id}")))
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_one).service(retry).service(cancel);
}

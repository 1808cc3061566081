//! Holds: the list, one with what may be done about it, and the form that has units kept.

use super::answer::show;
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::posted::{Posted, Step};
use super::review::{Reviewed, review_or_order};
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::hold::{self, Execution, NewHold, Ordered, Seen};
use crate::flows::transfer::ToSign;
use crate::http::request::{Page, PageQuery};
use crate::http::v1::holds::{HoldRequest, optional_wallet};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::HoldId;
use domain::party::{Role, WalletAddress};
use domain::status::HoldStatus;
use domain::{Invalids, Units};
use store::Tx;

/// Who orders holds.
const HANDS: &[Role] = &[Role::Compliance, Role::Investor];

/// The colour of a hold's status.
const fn tone(status: &HoldStatus) -> &'static str {
    match status {
        HoldStatus::Ordered | HoldStatus::Held => "info",
        HoldStatus::Refused => "bad",
        HoldStatus::Expired => "warn",
        HoldStatus::Executed => "good",
        HoldStatus::Released => "",
    }
}

/// The list.
#[derive(Template)]
#[template(path = "holds.html")]
struct Holds {
    page: PageContext,
    holds: Page<Seen>,
}

impl Holds {
    fn may_order(&self) -> bool {
        self.page.must_be(HANDS).is_ok()
    }
}

/// The holds that the reader may see, newest first.
#[get("/holds")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(hold::READERS)?.clone();
    let (before, rows) = (query.cursor::<HoldId>()?, query.rows()?);
    let found = page.blocking(move |app| app.ask(|tx| hold::page(app, tx, &by, (before, rows)))).await?;
    show(&Holds { page, holds: Page::of(found, rows, |seen: &Seen| seen.hold.id.to_string()) })
}

/// Where an order leads that was given: to what waits for another officer, or on; nowhere when it was refused, or is still
/// to be signed.
fn goes_on(ordered: &Ordered, on: String) -> Option<String> {
    if !ordered.refusals.is_empty() || ordered.to_sign.is_some() {
        return None;
    }
    Some(ordered.order.as_ref().map_or(on, |waiting| format!("/orders/{}", waiting.order_id)))
}

/// One hold.
#[derive(Template)]
#[template(path = "hold.html")]
struct HoldPage {
    page: PageContext,
    seen: Seen,
    form: Form,
    /// What became of an order, or would.
    answer: Option<Ordered>,
    confirmed: bool,
}

impl HoldPage {
    fn action(&self) -> String {
        format!("/holds/{}", self.seen.hold.id)
    }

    /// What the reader has to sign.
    fn sent(&self) -> Option<&ToSign> {
        self.answer.as_ref().filter(|_| self.confirmed).and_then(|answer| answer.to_sign.as_ref())
    }

    fn name(&self) -> String {
        name(&self.seen.tranche)
    }

    /// The reader's wallet that signs.
    fn signer(&self) -> String {
        self.seen.own_wallet.map(|wallet| wallet.to_string()).unwrap_or_default()
    }

    /// The execution when it would be accepted.
    fn acceptable(&self) -> Option<&Ordered> {
        self.answer.as_ref().filter(|answer| answer.refusals.is_empty())
    }

    fn recipient(&self) -> &str {
        let typed = self.form.value("recipient_wallet");
        self.seen.hold.recipient_wallet.as_deref().unwrap_or(typed)
    }
}

async fn read(page: PageContext, id: HoldId) -> Result<HoldPage, AppError> {
    let by = page.must_be(hold::READERS)?.clone();
    let seen = page.blocking(move |app| app.ask(|tx| hold::find(app, tx, &by, id))).await?;
    Ok(HoldPage { form: page.form("hold-execution"), page, seen, answer: None, confirmed: false })
}

/// One hold.
#[get("/holds/{id}")]
async fn show_one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&read(page, id.parse()?).await?)
}

impl Reviewed for HoldPage {
    type Done = Ordered;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.form
    }

    fn leads_to(&self, done: &Ordered) -> Option<String> {
        goes_on(done, self.action())
    }

    fn show(&mut self, done: Ordered, step: Step) {
        (self.answer, self.confirmed) = (Some(done), step == Step::Confirm);
    }
}

/// Executes or releases it, as the button says.
#[post("/holds/{id}")]
async fn act(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let id: HoldId = id.parse()?;
    let shown = read(page, id).await?;
    if posted.text("act") == "release" {
        return review_or_order(shown, &posted, Ok(id), |app, command, id| hold::release(app, command, *id))
            .await;
    }
    review_or_order(shown, &posted, execution(id, &posted), hold::execute).await
}

fn execution(hold_id: HoldId, posted: &Posted) -> Result<Execution, Invalids> {
    let mut found = Invalids::default();
    let units = found.check(posted.optional("units").map(|_| posted.units("units")).transpose());
    let to = found.check(optional_wallet("recipient_wallet", posted.optional("recipient_wallet")));
    found.into_result()?;
    Ok(Execution { hold_id, units: units.flatten(), recipient_wallet: to.flatten() })
}

/// The form that has units kept.
#[derive(Template)]
#[template(path = "hold_new.html")]
struct HoldNew {
    page: PageContext,
    form: Form,
    /// What an investor holds: partition and wallet, with the units that are free.
    holdings: Vec<(Tranche, WalletAddress, i64)>,
    /// What the officer chooses from.
    partitions: Vec<Tranche>,
    reviewed: Option<Ordered>,
    confirmed: bool,
}

impl HoldNew {
    /// What the holder has to sign.
    fn sent(&self) -> Option<&ToSign> {
        self.reviewed.as_ref().filter(|_| self.confirmed).and_then(|ordered| ordered.to_sign.as_ref())
    }

    fn is_officer(&self) -> bool {
        self.page.must_be(&[Role::Compliance]).is_ok()
    }

    fn holding_options(&self) -> Vec<(String, String)> {
        let option = |(tranche, wallet, free): &(Tranche, WalletAddress, i64)| {
            let text = wallet.to_string();
            let short = format!("{}…{}", &text[..6], &text[text.len() - 4..]);
            let key = format!("{}/{wallet}", tranche.partition.id);
            (key, format!("{}: {} ({short})", name(tranche), self.page.say(*free)))
        };
        self.holdings.iter().map(option).collect()
    }

    fn partition_options(&self) -> Vec<(String, String)> {
        self.partitions.iter().map(|tranche| (tranche.partition.id.to_string(), name(tranche))).collect()
    }

    fn chosen(&self) -> (String, String) {
        let (partition, wallet) = ends(self.form.values());
        let mut all = self.partitions.iter().chain(self.holdings.iter().map(|(tranche, ..)| tranche));
        let tranche = all.find(|tranche| tranche.partition.id.to_string() == partition);
        (tranche.map(name).unwrap_or_default(), wallet)
    }

    /// Whether it was judged and nothing speaks against it.
    fn is_acceptable(&self) -> bool {
        self.reviewed.as_ref().is_some_and(|ordered| ordered.refusals.is_empty())
    }

    fn partition_name(&self) -> String {
        self.chosen().0
    }

    fn holder(&self) -> String {
        self.chosen().1
    }
}

/// The partition and the wallet that a form names: together as a holding, or one by one.
fn ends(fields: &[(String, String)]) -> (String, String) {
    let text =
        |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim());
    let (partition, wallet) =
        text("holding").split_once('/').unwrap_or((text("partition_id"), text("holder_wallet")));
    (partition.to_owned(), wallet.to_owned())
}

fn choices(tx: &mut Tx<'_>, by: &crate::actor::Actor) -> Result<Choices, AppError> {
    let mut found = (Vec::new(), Vec::new());
    if by.must_be(&[Role::Compliance]).is_ok() {
        let filter = store::pools::Filter { issuer: None, status: None };
        for pool in store::pools::page(tx, filter, None, store::MAX_PAGE)? {
            if pool.token_address.is_none() {
                continue;
            }
            for partition in store::pools::partitions_of(tx, pool.id)? {
                found.1.push(Tranche { pool: pool.clone(), partition });
            }
        }
        return Ok(found);
    }
    let investor = crate::flows::subscribe::own_investor(tx, by)?;
    for position in store::holders::portfolio(tx, investor.id)? {
        let tranche = Tranche::find(tx, position.partition_id.parse()?)?;
        let wallet: WalletAddress = position.wallet.parse()?;
        let free = hold::free_units(tx, &tranche, wallet)?;
        found.0.push((tranche, wallet, free));
    }
    Ok(found)
}

/// An investor's holdings with what is free of each, and an officer's partitions.
type Choices = (Vec<(Tranche, WalletAddress, i64)>, Vec<Tranche>);

async fn the_form(page: PageContext) -> Result<HoldNew, AppError> {
    let by = page.must_be(HANDS)?.clone();
    let (holdings, partitions) = page.blocking(move |app| app.ask(|tx| choices(tx, &by))).await?;
    Ok(HoldNew { form: page.form("hold"), page, holdings, partitions, reviewed: None, confirmed: false })
}

/// The form.
#[get("/holds/new")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    show(&the_form(page).await?)
}

impl Reviewed for HoldNew {
    type Done = Ordered;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.form
    }

    fn leads_to(&self, done: &Ordered) -> Option<String> {
        goes_on(done, format!("/holds/{}", done.hold_id))
    }

    fn show(&mut self, done: Ordered, step: Step) {
        (self.reviewed, self.confirmed) = (Some(done), step == Step::Confirm);
    }
}

/// Reviews or orders the hold.
#[post("/holds/new")]
async fn order(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let shown = the_form(page).await?;
    review_or_order(shown, &posted, new_hold(&posted), hold::place).await
}

/// The hold that a form describes.
fn new_hold(posted: &Posted) -> Result<NewHold, Invalids> {
    let mut found = Invalids::default();
    let typed: Vec<_> = posted.typed().cloned().collect();
    let (partition_id, holder_wallet) = ends(&typed);
    let units = found.check(posted.units("units"));
    let request = HoldRequest {
        partition_id,
        holder_wallet,
        // Units that are none are found above; one stands in so that the rest is looked at too.
        units: units.map_or(1, Units::get),
        expires_on: posted.text("expires_on").to_owned(),
        recipient_wallet: posted.optional("recipient_wallet").map(str::to_owned),
        notary_wallet: posted.optional("notary_wallet").map(str::to_owned),
        purpose: posted.text("purpose").to_owned(),
    };
    match NewHold::try_from(request) {
        Ok(new) if found.0.is_empty() => Ok(new),
        Ok(_) => Err(found),
        Err(more) => {
            found.0.extend(more.0);
            Err(found)
        }
    }
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(ask).service(order).service(show_one).service(act);
}

//! Holds: the list, one with what may be done about it, and the form that has units kept.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::posted::{Posted, Step};
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

/// The order that waits for another officer, or where it leads otherwise.
fn waits_or(ordered: &Ordered, otherwise: String) -> String {
    ordered.order.as_ref().map_or(otherwise, |waiting| format!("/orders/{}", waiting.order_id))
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

/// Executes or releases it, as the button says.
#[post("/holds/{id}")]
async fn act(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let id: HoldId = id.parse()?;
    let mut shown = read(page, id).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let done = if posted.text("act") == "release" {
        shown.page.blocking(move |app| hold::release(app, &command, id)).await
    } else {
        match execution(id, &posted) {
            Ok(asked) => shown.page.blocking(move |app| hold::execute(app, &command, &asked)).await,
            Err(invalids) => Err(invalids.into()),
        }
    };
    match done {
        Ok(ordered)
            if posted.step() == Step::Confirm && ordered.refusals.is_empty() && ordered.to_sign.is_none() =>
        {
            Ok(go_to(&waits_or(&ordered, shown.action())))
        }
        Ok(ordered) => {
            (shown.answer, shown.confirmed) = (Some(ordered), posted.step() == Step::Confirm);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("hold-execution").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
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

/// Reviews or orders the hold.
#[post("/holds/new")]
async fn order(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let ordered = match new_hold(&posted) {
        Ok(new) => shown.page.blocking(move |app| hold::place(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match ordered {
        Ok(ordered)
            if posted.step() == Step::Confirm && ordered.refusals.is_empty() && ordered.to_sign.is_none() =>
        {
            Ok(go_to(&waits_or(&ordered, format!("/holds/{}", ordered.hold_id))))
        }
        Ok(ordered) => {
            (shown.reviewed, shown.confirmed) = (Some(ordered), posted.step() == Step::Confirm);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("hold").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
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

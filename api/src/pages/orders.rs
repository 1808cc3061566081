//! Orders to confirm: what another officer ordered, what it would do now, and the decision below it.

use super::answer::{go_to, refuse, show};
use super::around::sentence;
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::home::Card;
use super::posted::Posted;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::approval::{self, Asked, Decided, Outcome, Seen};
use crate::http::request::{Page, PageQuery};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Refusal;
use domain::ids::OrderId;
use domain::party::{Role, WalletAddress};
use domain::status::OrderStatus;
use std::collections::BTreeMap;
use store::orders::Order;

/// The colour of an order's status.
const fn tone(status: &OrderStatus) -> &'static str {
    match status {
        OrderStatus::Awaiting => "info",
        OrderStatus::Confirmed => "good",
        OrderStatus::Rejected => "bad",
        OrderStatus::Withdrawn | OrderStatus::Expired => "",
    }
}

/// The list.
#[derive(Template)]
#[template(path = "orders.html")]
struct Orders {
    page: PageContext,
    orders: Page<(Order, OrderStatus)>,
    /// Accounts by id.
    people: BTreeMap<String, String>,
}

impl Orders {
    fn person(&self, id: &Option<String>) -> String {
        person(&self.page, &self.people, id.as_deref())
    }
}

/// Who it was, by the address that they sign in with.
fn person(page: &PageContext, people: &BTreeMap<String, String>, id: Option<&str>) -> String {
    let email = id.and_then(|id| people.get(id)).cloned();
    email.unwrap_or_else(|| page.t("order-by-command-line"))
}

/// The people of some orders.
fn people<'a>(
    app: &App,
    orders: impl Iterator<Item = &'a Order>,
) -> Result<BTreeMap<String, String>, AppError> {
    let ids = orders.flat_map(|order| [&order.requested_by, &order.decided_by]).flatten();
    let ids: std::collections::BTreeSet<String> = ids.cloned().collect();
    app.ask(|tx| {
        let mut people = BTreeMap::new();
        for id in &ids {
            let user = store::access::user(tx, id.parse()?)?;
            people.extend(user.map(|user| (id.clone(), user.email)));
        }
        Ok(people)
    })
}

/// The orders, newest first.
#[get("/orders")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(approval::READERS)?.clone();
    let (before, rows) = (query.cursor::<OrderId>()?, query.rows()?);
    let (found, people) = page
        .blocking(move |app| {
            let found = approval::page(app, &by, false, (before, rows))?;
            let people = people(app, found.iter().map(|(order, _)| order))?;
            Ok((found, people))
        })
        .await?;
    let orders = Page::of(found, rows, |(order, _): &(Order, OrderStatus)| order.id.to_string());
    show(&Orders { page, orders, people })
}

/// One order.
#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    page: PageContext,
    seen: Seen,
    people: BTreeMap<String, String>,
    form: Form,
}

impl OrderPage {
    fn action(&self) -> String {
        format!("/orders/{}", self.seen.order.id)
    }

    fn person(&self, id: &Option<String>) -> String {
        person(&self.page, &self.people, id.as_deref())
    }

    /// Why it was ordered, or what it is for.
    fn purpose(&self) -> Option<&str> {
        match &self.seen.asked {
            Asked::Recovery(new) => Some(&new.reason),
            Asked::Hold(new) => Some(&new.purpose),
            Asked::Execution(_) => {
                let (_, hold) = self.seen.about.as_ref()?;
                hold.as_ref()?.purpose.as_deref()
            }
        }
    }

    /// What was made or changed, once it is confirmed.
    fn made(&self) -> Option<String> {
        if self.seen.status != OrderStatus::Confirmed {
            return None;
        }
        match &self.seen.asked {
            Asked::Recovery(_) => None,
            Asked::Hold(_) => Some(format!("/holds/{}", self.seen.order.id)),
            Asked::Execution(order) => Some(format!("/holds/{}", order.hold_id)),
        }
    }

    /// What it asks for, in sentences.
    fn sentences(&self) -> Vec<String> {
        let page = &self.page;
        let name = self.seen.about.as_ref().map(|(tranche, _)| name(tranche)).unwrap_or_default();
        match &self.seen.asked {
            Asked::Recovery(_) => Vec::new(),
            Asked::Hold(new) => {
                let goes = match new.recipient_wallet {
                    Some(wallet) => page.t1("hold-review-recipient", "wallet", wallet),
                    None => page.t("hold-review-anybody"),
                };
                let decides = match new.notary_wallet {
                    Some(wallet) => page.t2("hold-review-notary", "wallet", wallet, "day", new.expires_on),
                    None => page.t1("hold-review-officer", "day", new.expires_on),
                };
                let units = page.say(new.units);
                vec![
                    page.t3("hold-review", "units", units, "name", name, "wallet", new.holder_wallet),
                    goes,
                    decides,
                ]
            }
            Asked::Execution(order) => {
                let hold = self.seen.about.as_ref().and_then(|(_, hold)| hold.as_ref());
                let named = hold.and_then(|hold| hold.recipient_wallet.clone());
                let to = named.or_else(|| order.recipient_wallet.as_ref().map(WalletAddress::to_string));
                let kept = hold.map_or(0, store::holds::Hold::kept);
                let units = order.units.map_or(kept, |units| units.get());
                let to = to.unwrap_or_default();
                vec![page.t3("hold-execution-review", "units", units, "name", name, "wallet", to)]
            }
        }
    }

    /// The recovery that it asks for, with what it moves now.
    fn moves(&self) -> Option<&crate::flows::recover::Recovered> {
        match self.seen.would.as_ref()?.as_ref().ok()? {
            Outcome::Recovery(recovered) => Some(recovered),
            Outcome::Hold(_) => None,
        }
    }

    /// The wallets of a recovery that is decided.
    fn wallets(&self) -> Option<(WalletAddress, WalletAddress)> {
        match &self.seen.asked {
            Asked::Recovery(new) => Some((new.lost_wallet, new.replacement_wallet)),
            _ => None,
        }
    }

    fn refusals(&self) -> &[Refusal] {
        match &self.seen.would {
            Some(Ok(Outcome::Hold(ordered))) => &ordered.refusals,
            _ => &[],
        }
    }

    /// What stands against it by now.
    fn against(&self) -> Option<String> {
        let error = self.seen.would.as_ref()?.as_ref().err()?;
        Some(sentence(&self.page, error))
    }

    fn waits(&self) -> bool {
        self.seen.status == OrderStatus::Awaiting
    }

    fn may_decide(&self) -> bool {
        self.waits() && self.page.must_be(&[Role::Compliance]).is_ok()
    }

    fn may_confirm(&self) -> bool {
        self.may_decide() && !self.seen.own && self.refusals().is_empty() && self.against().is_none()
    }
}

async fn read(page: PageContext, id: OrderId) -> Result<OrderPage, AppError> {
    let by = page.must_be(approval::READERS)?.clone();
    let (seen, people) = page
        .blocking(move |app| {
            let seen = approval::look(app, &by, id)?;
            let people = people(app, std::iter::once(&seen.order))?;
            Ok((seen, people))
        })
        .await?;
    Ok(OrderPage { form: page.form("order"), page, seen, people })
}

/// One order.
#[get("/orders/{id}")]
async fn show_one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&read(page, id.parse()?).await?)
}

/// Confirms or rejects it, as the button says.
#[post("/orders/{id}")]
async fn decide(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let (id, command) = (id.parse::<OrderId>()?, page.command(&posted)?);
    let (confirms, reason) = (posted.text("act") == "confirm", posted.text("reason").to_owned());
    let decided = page
        .blocking(move |app| match confirms {
            true => approval::confirm(app, &command, id),
            false => approval::reject(app, &command, id, &reason),
        })
        .await;
    match decided {
        Ok(Decided { .. }) => Ok(go_to(&format!("/orders/{id}"))),
        Err(AppError::Invalid(invalids)) if !confirms => {
            let mut shown = read(page, id).await?;
            shown.form = shown.page.form("order").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The officer hears how many orders of others wait.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    let Ok(Some(officer)) = actor.must_be(&[Role::Compliance]) else { return Ok(Vec::new()) };
    let now = app.clock.now();
    let count = app.ask(|tx| Ok(store::orders::count_for(tx, officer, now)?))?;
    Ok(vec![Card {
        title: locale.t("nav-orders"),
        figure: super::say::Say::say(&count, locale),
        text: locale.text("card-orders-text", &[("count", &count)]),
        path: "/orders",
        waits: count > 0,
    }])
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_one).service(decide);
}

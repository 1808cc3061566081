//! Collections: the cash of the pools, what came in on each, and the form that books an invoice paid or a rent.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use crate::actor::Actor;
use crate::error::AppError;
use crate::flows::collect::{self, NewCollection, Source};
use crate::flows::declare_coupon;
use crate::http::request::{Page, PageQuery};
use crate::http::v1::collections::{CollectionRequest, READERS, pool_id};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::asset::InvoiceStatus;
use domain::ids::{CollectionId, InvoiceId, LeaseId, PoolId};
use domain::party::Role;
use domain::pool::PoolStatus;
use domain::{Currency, Invalid, Invalids, Money};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::Tx;
use store::collections::Collection;
use store::invoices::Invoice;
use store::ledger::Account;
use store::pools::{Filter, Pool};
use store::properties::Lease;

/// Open invoices that the page of a pool offers to book; the list of invoices has all.
const MAX_OFFERED: i64 = 20;

/// A pool with its cash.
struct Till {
    pool: Pool,
    came_in: Money,
    available: Money,
}

impl Till {
    fn read(tx: &mut Tx<'_>, pool: Pool) -> Result<Self, AppError> {
        let came_in = store::ledger::balance(tx, Account::Cash(pool.id), pool.currency)?;
        let available = declare_coupon::cash(tx, pool.id, pool.currency)?;
        let money = |minor| Money::new(minor, pool.currency);
        Ok(Self { came_in: money(came_in), available: money(available), pool })
    }

    /// Whether cash is booked on it.
    fn is_open(&self) -> bool {
        takes_cash(&self.pool)
    }
}

/// Whether cash is booked on a pool.
pub(super) fn takes_cash(pool: &Pool) -> bool {
    matches!(pool.status, PoolStatus::Offered | PoolStatus::Live)
}

/// The pools with their cash.
#[derive(Template)]
#[template(path = "collections.html")]
struct Collections {
    page: PageContext,
    tills: Page<Till>,
}

/// The pools with their cash.
#[get("/collections")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let filter = Filter { issuer: page.must_be(READERS)?.issuer().ok(), status: None };
    let (after, rows) = (query.cursor()?, query.rows()?);
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let pools = Page::of(store::pools::page(tx, filter, after, rows)?, rows, |it| it.id.to_string());
            let on_chain = pools.items.into_iter().filter(|pool| pool.token_address.is_some());
            let tills = on_chain.map(|pool| Till::read(tx, pool)).collect::<Result<Vec<_>, _>>()?;
            Ok(Page { items: tills, next: pools.next })
        })
    });
    let tills = read.await?;
    show(&Collections { page, tills })
}

/// What cash came in on, or can.
enum Item {
    /// An invoice.
    Invoice(Box<Invoice>),
    /// The lease of a unit.
    Lease(String, Box<Lease>),
}

impl Item {
    /// Reads what a collection of a pool is about.
    fn read(tx: &mut Tx<'_>, pool: &Pool, source: Source) -> Result<Self, AppError> {
        match source {
            Source::Invoice(id) => {
                let found = store::invoices::find(tx, id)?;
                let found = found.filter(|invoice| invoice.pool_id == Some(pool.id.to_string()));
                Ok(Self::Invoice(Box::new(found.ok_or_else(|| AppError::not_found("invoice", id))?)))
            }
            Source::Lease(id) => {
                let mut leases = leases_of(tx, pool)?.into_iter();
                let found = leases.find(|(_, lease)| lease.id == id);
                let (unit, lease) = found.ok_or_else(|| AppError::not_found("lease", id))?;
                Ok(Self::Lease(unit, Box::new(lease)))
            }
        }
    }

    /// What is to be expected: the rest of the invoice, the rent of a period.
    fn expected(&self) -> Money {
        match self {
            Self::Invoice(invoice) => invoice.outstanding(),
            Self::Lease(_, lease) => Money::new(lease.rent_minor, lease.currency),
        }
    }

    fn currency(&self) -> Currency {
        self.expected().currency
    }
}

fn leases_of(tx: &mut Tx<'_>, pool: &Pool) -> Result<Vec<(String, Lease)>, AppError> {
    let property = pool.property_id.as_deref().map(str::parse).transpose()?;
    Ok(property.map(|id| store::properties::leases_of(tx, id)).transpose()?.unwrap_or_default())
}

/// What came in on a pool.
#[derive(Template)]
#[template(path = "pool_collections.html")]
struct PoolCollections {
    page: PageContext,
    till: Till,
    collections: Page<Collection>,
    /// What each of them was paid on: a sentence by the id of invoice or lease.
    paid_on: BTreeMap<String, String>,
    /// What the reader can book cash on.
    open: Vec<Item>,
    booked: bool,
}

impl PoolCollections {
    fn paid_on(&self, collection: &Collection) -> &str {
        let id = collection.invoice_id.as_ref().or(collection.lease_id.as_ref());
        id.and_then(|id| self.paid_on.get(id)).map_or("", String::as_str)
    }

    fn is_late(&self, invoice: &Invoice) -> bool {
        invoice.status.is_open() && invoice.due_date < self.page.now.date_naive()
    }
}

/// Whether something was just booked.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    booked: bool,
}

/// What the page of a pool shows.
struct Seen {
    till: Till,
    collections: Page<Collection>,
    invoices: Vec<Invoice>,
    leases: Vec<(String, Lease)>,
    open: Vec<Item>,
}

fn seen(
    tx: &mut Tx<'_>,
    by: &Actor,
    (id, before, rows): (PoolId, Option<CollectionId>, i64),
) -> Result<Seen, AppError> {
    let pool = collect::own_pool(tx, by, id)?;
    let collections = store::collections::page(tx, id, before, rows)?;
    let named = collections.iter().filter_map(|it| it.invoice_id.as_deref()?.parse::<InvoiceId>().ok());
    let invoices = store::invoices::by_ids(tx, &named.collect::<Vec<_>>())?;
    let leases = leases_of(tx, &pool)?;
    let open = if by.issuer().is_ok() && takes_cash(&pool) { open_items(tx, &pool)? } else { Vec::new() };
    Ok(Seen {
        till: Till::read(tx, pool)?,
        collections: Page::of(collections, rows, |it| it.id.to_string()),
        invoices,
        leases,
        open,
    })
}

/// The first invoices that are open, and every lease.
fn open_items(tx: &mut Tx<'_>, pool: &Pool) -> Result<Vec<Item>, AppError> {
    let filter = store::invoices::Filter {
        pool: Some(pool.id),
        status: Some(InvoiceStatus::Pledged),
        ..store::invoices::Filter::default()
    };
    let mut invoices = store::invoices::page(tx, &filter, None, MAX_OFFERED)?;
    invoices.sort_by_key(|invoice| invoice.due_date);
    let invoices = invoices.into_iter().map(|invoice| Item::Invoice(Box::new(invoice)));
    let leases = leases_of(tx, pool)?.into_iter();
    Ok(invoices.chain(leases.map(|(unit, lease)| Item::Lease(unit, Box::new(lease)))).collect())
}

/// What came in on a pool, newest first.
#[get("/collections/{pool_id}")]
async fn of_pool(
    page: PageContext,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let asked = (pool_id(&id)?, query.cursor()?, query.rows()?);
    let seen = page.blocking(move |app| app.ask(|tx| seen(tx, &by, asked))).await?;
    let Seen { till, collections, invoices, leases, open } = seen;
    let invoice = |it: Invoice| {
        let named = page.t2("collection-on-invoice", "number", &it.invoice_number, "buyer", &it.buyer_name);
        (it.id.to_string(), named)
    };
    let lease = |(unit, it): (String, Lease)| {
        let named = page.t2("collection-on-lease", "unit", &unit, "tenant", &it.tenant_reference);
        (it.id.to_string(), named)
    };
    let paid_on = invoices.into_iter().map(invoice).chain(leases.into_iter().map(lease)).collect();
    show(&PoolCollections { page, till, collections, paid_on, open, booked: done.booked })
}

/// The form that books cash, and what it would do.
#[derive(Template)]
#[template(path = "collection_new.html")]
struct CollectionNew {
    page: PageContext,
    form: Form,
    pool: Pool,
    item: Item,
    /// What would stay open on the invoice; nothing for rents.
    reviewed: Option<Option<Money>>,
}

impl CollectionNew {
    fn action(&self) -> String {
        format!("/collections/{}/new", self.pool.id)
    }

    /// The amount that was typed.
    fn amount(&self) -> String {
        let typed = self.form.value("amount").replace(',', "");
        Money::parse(&typed, self.pool.currency).map_or(typed, |money| self.page.say(money))
    }
}

/// What a link to the form names.
#[derive(Deserialize)]
struct Asked {
    invoice_id: Option<InvoiceId>,
    lease_id: Option<LeaseId>,
}

async fn the_form(page: PageContext, id: &str, source: Option<Source>) -> Result<CollectionNew, AppError> {
    let by = page.must_be(&[Role::Issuer])?.clone();
    let id = pool_id(id)?;
    let source = source.ok_or_else(|| AppError::not_found("invoice", ""))?;
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let pool = collect::own_pool(tx, &by, id)?;
            let item = Item::read(tx, &pool, source)?;
            Ok((pool, item))
        })
    });
    let (pool, item) = read.await?;
    Ok(CollectionNew { form: page.form("collection"), page, pool, item, reviewed: None })
}

/// The form for an invoice or a lease.
#[get("/collections/{pool_id}/new")]
async fn ask(
    page: PageContext,
    id: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let source = match (asked.invoice_id, asked.lease_id) {
        (Some(invoice), None) => Some(Source::Invoice(invoice)),
        (None, lease) => lease.map(Source::Lease),
        (Some(_), Some(_)) => None,
    };
    let mut shown = the_form(page, &id, source).await?;
    let form = match source {
        Some(Source::Invoice(invoice)) => shown.form.with("invoice_id", invoice),
        Some(Source::Lease(lease)) => shown.form.with("lease_id", lease),
        None => shown.form,
    };
    let (amount, today) = (shown.item.expected().amount_text(), shown.page.now.date_naive());
    shown.form = form.with("amount", amount).with("received_on", today);
    show(&shown)
}

/// Reviews or books the cash.
#[post("/collections/{pool_id}/new")]
async fn book(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let source = match posted.optional("invoice_id") {
        Some(id) => Some(Source::Invoice(id.parse()?)),
        None => posted.parse_optional("lease_id")?.map(Source::Lease),
    };
    let mut shown = the_form(page, &id, source).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let booked = match new_collection(&shown, &posted) {
        Ok(new) => shown.page.blocking(move |app| collect::collect(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match booked {
        Ok(_) if posted.step() == Step::Confirm => {
            Ok(go_to(&format!("/collections/{}?booked=true", shown.pool.id)))
        }
        Ok(booked) => {
            let currency = shown.pool.currency;
            shown.reviewed = Some(booked.open_minor.map(|minor| Money::new(minor, currency)));
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            let invalids = in_money(&shown, &posted, invalids);
            shown.form = shown.page.form("collection").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The collection that a form describes.
fn new_collection(shown: &CollectionNew, posted: &Posted) -> Result<NewCollection, Invalids> {
    let mut found = Invalids::default();
    let amount = found.check(posted.money("amount", shown.item.currency()));
    let request = CollectionRequest {
        external_id: posted.text("external_id").to_owned(),
        invoice_id: posted.optional("invoice_id").map(str::to_owned),
        lease_id: posted.optional("lease_id").map(str::to_owned),
        // An amount that is none is found above; one cent stands in so that the rest is looked at too.
        amount_minor: amount.map_or(1, |amount| amount.minor),
        received_on: posted.text("received_on").to_owned(),
    };
    match NewCollection::try_from((shown.pool.id, request)) {
        Ok(new) if found.0.is_empty() => Ok(new),
        Ok(_) => Err(found),
        Err(more) => {
            found.0.extend(more.0);
            Err(found)
        }
    }
}

/// What is wrong with the amount, in the money that the form speaks of instead of minor units.
fn in_money(shown: &CollectionNew, posted: &Posted, mut invalids: Invalids) -> Invalids {
    for invalid in invalids.0.iter_mut().filter(|invalid| invalid.field == "amount_minor") {
        let limit = match &shown.item {
            Item::Invoice(invoice) => {
                let came_in = Money::new(invoice.collected_minor, invoice.currency);
                let (open, whole) = (invoice.outstanding(), invoice.amount());
                format!("at most {open}: {came_in} of {whole} has come in on this invoice")
            }
            Item::Lease(..) => invalid.limit.clone(),
        };
        *invalid = Invalid::new("amount", posted.text("amount"), limit);
    }
    invalids
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(ask).service(book).service(of_pool);
}

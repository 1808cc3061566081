//! The market: what an investor may order, why not more, and the order itself.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::posted::{Posted, Step};
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::subscribe::{self, OnSale, Order, Placed, Room};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::PartitionId;
use domain::party::Role;
use domain::{BasisPoints, Invalids, Money};
use store::investors::Wallet;

/// What is on sale.
#[derive(Template)]
#[template(path = "market.html")]
struct Market {
    page: PageContext,
    offers: Vec<OnSale>,
}

impl Market {
    fn price(&self, offer: &OnSale) -> Money {
        Money::new(offer.tranche.partition.unit_price_minor, offer.tranche.pool.currency)
    }

    fn cap(&self, offer: &OnSale) -> String {
        let cap = BasisPoints::try_from(offer.tranche.partition.cap_bps);
        cap.map_or_else(|_| String::new(), |cap| cap.to_string())
    }

    fn left(&self, offer: &OnSale) -> i64 {
        offer.tranche.partition.authorised_units - offer.outstanding_units
    }
}

/// What is on sale, and how much of it I may order.
#[get("/market")]
async fn list(page: PageContext) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let now = page.now;
    let offers = page.blocking(move |app| app.ask(|tx| subscribe::market(tx, &by, now))).await?;
    show(&Market { page, offers })
}

/// The page on which an order is placed.
#[derive(Template)]
#[template(path = "subscription_new.html")]
struct SubscriptionNew {
    page: PageContext,
    form: Form,
    tranche: Tranche,
    room: Room,
    wallets: Vec<Wallet>,
    /// What became of the order, or would.
    placed: Option<Placed>,
}

impl SubscriptionNew {
    fn wallet_options(&self) -> Vec<(String, String)> {
        self.wallets.iter().map(|wallet| (wallet.address.to_string(), wallet.address.to_string())).collect()
    }

    /// The order when it would be placed.
    fn acceptable(&self) -> Option<&Placed> {
        self.placed.as_ref().filter(|placed| placed.refusals.is_empty())
    }

    fn action(&self) -> String {
        format!("/market/{}", self.tranche.partition.id)
    }

    fn price(&self) -> Money {
        Money::new(self.tranche.partition.unit_price_minor, self.tranche.pool.currency)
    }

    fn cost(&self, placed: &Placed) -> Money {
        Money::new(placed.cost_minor, placed.currency)
    }
}

async fn the_form(page: PageContext, id: PartitionId) -> Result<SubscriptionNew, AppError> {
    let (by, now) = (page.must_be(&[Role::Investor])?.clone(), page.now);
    let (tranche, room, wallets) = page
        .blocking(move |app| {
            app.ask(|tx| {
                let tranche = Tranche::find(tx, id)?;
                subscribe::must_be_on_sale(tx, &tranche)?;
                let investor = subscribe::own_investor(tx, &by)?;
                let wallets = store::recoveries::wallets_in_use(tx, investor.id)?;
                Ok((tranche.clone(), subscribe::room(tx, &by, &tranche, now)?, wallets))
            })
        })
        .await?;
    Ok(SubscriptionNew { form: page.form("subscription"), page, tranche, room, wallets, placed: None })
}

/// The form.
#[get("/market/{partition_id}")]
async fn ask(page: PageContext, path: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&the_form(page, path.parse()?).await?)
}

/// Reviews or places the order.
#[post("/market/{partition_id}")]
async fn order_units(
    page: PageContext,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page, path.parse()?).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let placed = match order(shown.tranche.partition.id, &posted) {
        Ok(order) => shown.page.blocking(move |app| subscribe::place(app, &command, &order)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match placed {
        Ok(placed) if placed.refusals.is_empty() && posted.step() == Step::Confirm => {
            Ok(go_to("/holdings?ordered=true"))
        }
        Ok(placed) => {
            shown.placed = Some(placed);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("subscription").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The order that a form describes.
fn order(partition_id: PartitionId, posted: &Posted) -> Result<Order, Invalids> {
    let mut found = Invalids::default();
    let wallet = found.check(posted.parse("wallet"));
    let units = found.check(posted.units("units"));
    let (Some(wallet), Some(units)) = (wallet, units) else { return Err(found) };
    Ok(Order { partition_id, wallet, units })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(ask).service(order_units);
}

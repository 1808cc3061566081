//! What an investor holds, has ordered and has transferred; and the form that gives units to somebody else.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use crate::actor::Actor;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::subscribe;
use crate::flows::transfer::{self, Answer, Request};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::party::{Role, WalletAddress};
use domain::status::{SubscriptionStatus, TransferStatus};
use domain::{Invalid, Invalids, Refusal};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Tx;
use store::subscriptions::Subscription;
use store::transfers::Transfer;

/// Orders and transfers that the page shows: the newest.
const MAX_SHOWN: i64 = 50;

/// Units of one partition in one wallet.
struct Holding {
    tranche: Tranche,
    wallet: WalletAddress,
    units: i64,
}

impl Holding {
    /// The value of the option that stands for it in the form.
    fn key(&self) -> String {
        format!("{}/{}", self.tranche.partition.id, self.wallet)
    }
}

/// What an investor has.
#[derive(Template)]
#[template(path = "holdings.html")]
struct Holdings {
    page: PageContext,
    done: Done,
    holdings: Vec<Holding>,
    orders: Vec<Subscription>,
    transfers: Vec<Transfer>,
    names: BTreeMap<String, String>,
}

impl Holdings {
    fn name(&self, partition: impl ToString) -> &str {
        self.names.get(&partition.to_string()).map_or("", String::as_str)
    }

    fn refusals(&self, json: &str) -> Vec<Refusal> {
        serde_json::from_str(json).unwrap_or_default()
    }

    fn order_tone(&self, status: SubscriptionStatus) -> &'static str {
        match status {
            SubscriptionStatus::Open => "",
            SubscriptionStatus::Allocated => "info",
            SubscriptionStatus::Settled => "good",
            SubscriptionStatus::Declined | SubscriptionStatus::Refused => "bad",
        }
    }

    fn transfer_tone(&self, status: TransferStatus) -> &'static str {
        match status {
            TransferStatus::Accepted => "info",
            TransferStatus::Settled => "good",
            TransferStatus::Refused => "bad",
        }
    }
}

/// What was just done.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    transferred: bool,
}

fn holdings_of(tx: &mut Tx<'_>, by: &Actor) -> Result<Vec<Holding>, AppError> {
    let investor = subscribe::own_investor(tx, by)?;
    let positions = store::holders::portfolio(tx, investor.id)?;
    let holding = |position: store::holders::Position| -> Result<Holding, AppError> {
        let tranche = Tranche::find(tx, position.partition_id.parse()?)?;
        Ok(Holding { tranche, wallet: position.wallet.parse()?, units: position.units })
    };
    positions.into_iter().map(holding).collect()
}

/// What I hold, have ordered and have transferred.
#[get("/holdings")]
async fn list(page: PageContext, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let investor = subscribe::own_investor(tx, &by)?;
            let holdings = holdings_of(tx, &by)?;
            let orders = store::subscriptions::of_investor(tx, investor.id, None, MAX_SHOWN)?;
            let filter = transfer::visible(tx, &by)?;
            let transfers = store::transfers::page(tx, &filter, None, MAX_SHOWN)?;
            let named = orders.iter().map(|order| order.partition_id);
            let mut names = BTreeMap::new();
            for id in named.chain(transfers.iter().map(|transfer| transfer.partition_id)) {
                if let Entry::Vacant(place) = names.entry(id.to_string()) {
                    place.insert(name(&Tranche::find(tx, id)?));
                }
            }
            Ok((holdings, orders, transfers, names))
        })
    });
    let (holdings, orders, transfers, names) = read.await?;
    show(&Holdings { page, done: done.into_inner(), holdings, orders, transfers, names })
}

/// The name of a partition with its token.
pub(super) fn name(tranche: &Tranche) -> String {
    format!("{} {}", tranche.pool.symbol, tranche.partition.name)
}

/// The page on which a transfer is asked for.
#[derive(Template)]
#[template(path = "transfer_new.html")]
struct TransferNew {
    page: PageContext,
    form: Form,
    holdings: Vec<Holding>,
    /// What became of the transfer, or would.
    answer: Option<Answer>,
    sent: bool,
}

impl TransferNew {
    /// The transfer when it would be accepted.
    fn acceptable(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|answer| answer.refusals.is_empty())
    }

    /// The wallet that gives, as it was chosen.
    fn giving_wallet(&self) -> &str {
        self.form.value("holding").split_once('/').map_or("", |(_, wallet)| wallet)
    }

    /// The holding that gives, as a partition of a token.
    fn giving_partition(&self) -> String {
        let chosen = self.holdings.iter().find(|holding| holding.key() == self.form.value("holding"));
        chosen.map(|holding| name(&holding.tranche)).unwrap_or_default()
    }

    fn options(&self) -> Vec<(String, String)> {
        let option = |holding: &Holding| {
            let units = self.page.say(holding.units);
            let wallet = holding.wallet.to_string();
            // The address does not fit into the field; its ends tell the wallets of one person apart.
            let short = format!("{}…{}", &wallet[..6], &wallet[wallet.len() - 4..]);
            (holding.key(), format!("{}: {units} ({short})", name(&holding.tranche)))
        };
        self.holdings.iter().map(option).collect()
    }
}

async fn the_form(page: PageContext) -> Result<TransferNew, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let holdings = page.blocking(move |app| app.ask(|tx| holdings_of(tx, &by))).await?;
    Ok(TransferNew { form: page.form("transfer"), page, holdings, answer: None, sent: false })
}

/// What a link to the form may fill in.
#[derive(Deserialize)]
struct Prefilled {
    holding: Option<String>,
}

/// The form.
#[get("/transfers/new")]
async fn ask(page: PageContext, prefilled: web::Query<Prefilled>) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page).await?;
    if let Some(holding) = &prefilled.holding {
        shown.form = shown.form.with("holding", holding);
    }
    show(&shown)
}

/// Reviews or asks for the transfer; a refusal shows every reason.
#[post("/transfers/new")]
async fn give(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut shown = the_form(page).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let answer = match request(&posted) {
        Ok(request) => shown.page.blocking(move |app| transfer::ask(app, &command, &request)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match answer {
        Ok(answer) => {
            let sent = posted.step() == Step::Confirm && answer.refusals.is_empty();
            if sent && answer.to_sign.is_none() {
                return Ok(go_to("/holdings?transferred=true"));
            }
            (shown.answer, shown.sent) = (Some(answer), sent);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("transfer").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The transfer that a form describes.
fn request(posted: &Posted) -> Result<Request, Invalids> {
    let mut found = Invalids::default();
    let holding = posted.text("holding");
    let ends =
        holding.split_once('/').and_then(|(id, wallet)| Some((id.parse().ok()?, wallet.parse().ok()?)));
    let ends = found.check(ends.ok_or_else(|| Invalid::new("holding", holding, "one of your holdings")));
    let to_wallet = found.check(posted.parse("to_wallet"));
    let units = found.check(posted.units("units"));
    let (Some((partition_id, from_wallet)), Some(to_wallet), Some(units)) = (ends, to_wallet, units) else {
        return Err(found);
    };
    Ok(Request { partition_id, from_wallet, to_wallet, units })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(ask).service(give);
}

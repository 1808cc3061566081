//! Payments: what an investor was paid, what is still to come, and what is owed until a wallet can take it.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::home::Card;
use super::names::Names;
use super::posted::Posted;
use super::say::Say;
use super::texts::Locale;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::pay_owed;
use crate::http::request::{Page, PageQuery};
use crate::http::v1::coupons::my_payments;
use crate::http::v1::redemptions::my_repayments;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Money;
use domain::coupon::EntitlementStatus;
use domain::ids::EntitlementId;
use domain::party::Role;
use domain::redemption::RedemptionLineStatus;
use serde::Deserialize;
use store::Tx;
use store::coupons::Coupon;
use store::entitlements::{self, Entitlement};
use store::redemptions::{self, Redemption, RedemptionLine};

/// What an investor gets.
#[derive(Template)]
#[template(path = "payments.html")]
struct Payments {
    page: PageContext,
    form: Form,
    payments: Page<(Entitlement, Coupon)>,
    /// The newest parts of redemptions.
    repayments: Vec<(RedemptionLine, Redemption)>,
    names: Names,
    totals: Totals,
    claimed: bool,
}

/// What an investor's payments add up to, an amount for each currency.
#[derive(Clone, Default)]
struct Totals {
    paid: Vec<Money>,
    open: Vec<Money>,
    owed: Vec<Money>,
    redeemed: Vec<Money>,
}

impl Payments {
    fn amount(&self, (entitlement, coupon): &(Entitlement, Coupon)) -> Money {
        Money::new(entitlement.amount_minor, coupon.currency)
    }

    fn repaid(&self, (line, redemption): &(RedemptionLine, Redemption)) -> Money {
        Money::new(line.amount_minor, redemption.currency)
    }

    fn sums(&self, amounts: &[Money]) -> String {
        in_words(amounts, self.page.locale)
    }
}

fn in_words(amounts: &[Money], locale: Locale) -> String {
    if amounts.is_empty() { None::<Money>.say(locale) } else { super::plan::list(amounts, locale) }
}

/// What was just done.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    claimed: bool,
}

fn totals(tx: &mut Tx<'_>, by: &Actor) -> Result<Totals, AppError> {
    let user = by.must_be(&[Role::Investor])?;
    let investor = user.map(|user| store::investors::of_user(tx, user)).transpose()?.flatten();
    let Some(investor) = investor else { return Ok(Totals::default()) };
    let mut of = |status| -> Result<Vec<Money>, AppError> {
        let sums = entitlements::totals_of_investor(tx, investor.id, status)?;
        sums.into_iter().map(|(currency, minor)| Ok(Money::new(minor, currency.parse()?))).collect()
    };
    let (paid, open) = (of(EntitlementStatus::Paid)?, of(EntitlementStatus::Open)?);
    let owed = of(EntitlementStatus::Owed)?;
    let sums = redemptions::totals_of_investor(tx, investor.id, RedemptionLineStatus::Paid)?;
    let redeemed = sums.into_iter().map(|(currency, minor)| Ok(Money::new(minor, currency.parse()?)));
    Ok(Totals { paid, open, owed, redeemed: redeemed.collect::<Result<_, AppError>>()? })
}

/// What I was paid and will be, newest first.
#[get("/payments")]
async fn list(
    page: PageContext,
    query: web::Query<PageQuery>,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let (before, rows, mut names) = (query.cursor()?, query.rows()?, Names::new(page.locale));
    let read = page.blocking(move |app| {
        let payments = my_payments(app, &by, (before, rows))?;
        let (repayments, names, totals) = app.ask(|tx| {
            for (_, coupon) in &payments {
                names.coupon(tx, coupon)?;
            }
            let repayments = my_repayments(tx, &by, (None, store::MAX_PAGE))?;
            for (_, redemption) in &repayments {
                names.redemption(tx, redemption)?;
            }
            Ok((repayments, names.clone(), totals(tx, &by)?))
        })?;
        Ok((Page::of(payments, rows, |(it, _)| it.id.to_string()), repayments, names, totals))
    });
    let (payments, repayments, names, totals) = read.await?;
    let (form, claimed) = (page.form("claim"), done.claimed);
    show(&Payments { form, page, payments, repayments, names, totals, claimed })
}

/// Asks for what is owed once more: the money goes to the same wallet, when that can take it now.
#[post("/payments/{entitlement_id}/claim")]
async fn claim(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Investor])?;
    let command = page.command(&posted)?;
    let id: EntitlementId = id.parse().map_err(|_| AppError::not_found("entitlement", &*id))?;
    page.blocking(move |app| pay_owed::claim(app, &command, id)).await?;
    Ok(go_to("/payments?claimed=true"))
}

/// An investor hears what came in, and what is owed.
pub(super) fn cards(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<Card>, AppError> {
    if actor.must_be(&[Role::Investor]).is_err() {
        return Ok(Vec::new());
    }
    let totals = app.ask(|tx| totals(tx, actor))?;
    let card = |key: &str, amounts: &[Money], waits| Card {
        title: locale.t(key),
        figure: in_words(amounts, locale),
        text: locale.t(&format!("{key}-text")),
        path: "/payments",
        waits,
    };
    let paid = (!totals.paid.is_empty()).then(|| card("card-paid", &totals.paid, false));
    let owed = (!totals.owed.is_empty()).then(|| card("card-owed-to-you", &totals.owed, true));
    Ok(owed.into_iter().chain(paid).collect())
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(claim);
}

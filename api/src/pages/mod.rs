//! The portal: server-rendered pages, one file a noun, that call the same flows as the API.
//!
//! # A page in five steps
//!
//! 1. **Route and handler**: `pages/<noun>.rs` with one struct, one handler and a `configure`; call it in
//!    [`configure`] below. A handler takes [`context::PageContext`] and, for a form, [`posted::Posted`]:
//!    ```text
//!    #[get("/pools/new")]
//!    async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
//!        page.must_be(&[Role::Issuer])?;                    // 403, or on to signing in
//!        show(&PoolNew { form: page.form("pool"), page })
//!    }
//!    ```
//! 2. **Template** of the same name: `templates/<noun>.html` starts with `{% extends "layout.html" %}` and
//!    `{% import "ui.html" as ui %}`, fills `title` and `main`, and uses the parts of `ui.html`
//!    (`accounts.rs` with `account_new.html` is the example to copy). Every template has `page`.
//! 3. **Texts**: `locales/en/<story>.ftl` and `locales/zh-CN/<story>.ftl`, one line in [`texts`]. Labels of
//!    fields are `field-<name>` with `.hint`, or `<form>-field-<name>` where a form says it in its own way.
//! 4. **Place**: one line in [`nav::NAVIGATION`]; cards for the first page are one line in [`home`].
//! 5. **Form**: `posted.parse("units")` makes types of text, `page.command(&posted)` makes the command: with
//!    the key of the form, so that it acts once, and as a dry run when the button said `review`. What comes
//!    back as [`crate::error::AppError::Invalid`] goes into `page.form(..).refused(&posted, invalids)` and the
//!    template again with `refuse`, which answers 422. Every other error becomes a page by itself.
//!
//! Fields that several forms have keep their labels in `forms.ftl`; a limit of the business that people meet is
//! one text `limit-…` (see [`limits`]); a job that a page waits for is `parts/progress.html` with
//! [`jobs::Progress`]. `tests/portal/order.rs` has `in_order` for the test of the page.

pub mod address;
pub mod answer;
mod around;
pub mod assets;
pub mod context;
pub mod form;
pub mod limits;
pub mod nav;
pub mod posted;
pub mod say;
pub mod texts;
#[cfg(test)]
mod texts_agree;

mod accounts;
mod cases;
mod credential;
mod credentials;
pub mod home;
mod investors;
pub mod jobs;
mod join;
mod language;
mod onboarding;
mod own_wallet;
mod imports;
mod invoices;
pub mod plan;
mod pool_new;
mod pool_terms;
mod pools;
mod properties;
mod sanctions_lists;
mod sign_in;

mod review;
mod orders;
mod recovery;

mod holdings;
mod holds;
mod wallet_freezes;
mod rules;
mod pool_rules;
mod distress;
mod contract_roles;
mod market;
mod registers;
mod sales;
mod cosignatures;

mod chain;
mod clock;
mod collections;
mod coupon_new;
mod coupons;
mod decisions;
mod ledger;
mod names;
mod payments;
mod redemption_new;
mod redemptions;
mod reconciliation;

use crate::error::AppError;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, web};
use texts::Locale;

/// The routes of the portal: everything that is not the API's.
pub fn configure(routes: &mut web::ServiceConfig) {
    let pages = web::scope("")
        .wrap(from_fn(around::page))
        .service(assets::serve)
        .configure(home::configure)
        .configure(sign_in::configure)
        .configure(language::configure)
        .configure(jobs::configure)
        .configure(accounts::configure)
        .configure(imports::configure)
        .configure(invoices::configure)
        .configure(properties::configure)
        .configure(pool_new::configure)
        .configure(pool_terms::configure)
        .configure(pools::configure)
        .configure(join::configure)
        .configure(onboarding::configure)
        .configure(own_wallet::configure)
        .configure(credential::configure)
        .configure(credentials::configure)
        .configure(cases::configure)
        .configure(investors::configure)
        .configure(orders::configure)
        .configure(recovery::configure)
        .configure(sanctions_lists::configure)
        .configure(market::configure)
        .configure(holdings::configure)
        .configure(holds::configure)
        .configure(wallet_freezes::configure)
        .configure(rules::configure)
        .configure(pool_rules::configure)
        .configure(distress::configure)
        .configure(contract_roles::configure)
        .configure(sales::configure)
        .configure(cosignatures::configure)
        .configure(registers::configure)
        .configure(collections::configure)
        .configure(coupon_new::configure)
        .configure(coupons::configure)
        .configure(redemption_new::configure)
        .configure(redemptions::configure)
        .configure(payments::configure)
        .configure(ledger::configure)
        .configure(reconciliation::configure)
        .configure(decisions::configure)
        .configure(clock::configure)
        .configure(chain::configure)
        .default_service(web::to(no_such_page));
    routes.service(pages);
}

async fn no_such_page(request: HttpRequest) -> Result<HttpResponse, AppError> {
    Err(AppError::not_found("page", request.path()))
}

/// What an error calls a thing, in the reader's language; a thing without a text keeps its name.
fn thing(locale: Locale, what: &str) -> String {
    locale.find(&format!("thing-{}", what.replace(' ', "-")), &[]).unwrap_or_else(|| what.to_owned())
}

/// What an error calls a state, in the reader's language; a state without a text keeps its name.
fn state(locale: Locale, state: &str) -> String {
    locale.find(&format!("state-{state}"), &[]).unwrap_or_else(|| state.to_owned())
}

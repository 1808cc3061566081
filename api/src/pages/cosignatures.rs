//! The issuer's consent to single transfers in a protected partition: what waits, and a button for each.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::cosign::{self, Waiting};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Refusal;
use domain::ids::TransferId;
use domain::party::Role;

/// What waits for the issuer.
#[derive(Template)]
#[template(path = "cosignatures.html")]
struct Cosignatures {
    page: PageContext,
    waiting: Vec<(Waiting, Form)>,
    /// What else speaks against the transfer that was to be co-signed.
    refusals: Vec<Refusal>,
}

async fn read(page: PageContext, refusals: Vec<Refusal>) -> Result<Cosignatures, AppError> {
    let by = page.must_be(&[Role::Issuer])?.clone();
    let now = page.now;
    let found = page.blocking(move |app| app.ask(|tx| cosign::waiting(tx, &by, now))).await?;
    let waiting = found.into_iter().map(|waiting| (waiting, page.form("cosign"))).collect();
    Ok(Cosignatures { page, waiting, refusals })
}

/// The transfers that wait.
#[get("/cosignatures")]
async fn list(page: PageContext) -> Result<HttpResponse, AppError> {
    show(&read(page, Vec::new()).await?)
}

/// Co-signs one.
#[post("/cosignatures")]
async fn sign(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let (command, id) = (page.command(&posted)?, posted.parse::<TransferId>("transfer_id")?);
    let cosigned = page.blocking(move |app| cosign::cosign(app, &command, id)).await?;
    if cosigned.refusals.is_empty() {
        return Ok(go_to("/cosignatures"));
    }
    show(&read(page, cosigned.refusals).await?)
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(sign);
}

//! Credentials of the platform: investors get, renew and take away theirs; the officer sees and revokes all.

use super::answer::{go_to, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::{issue_credential, onboard};
use crate::http::request::{Page, PageQuery};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::Invalid;
use domain::ids::IssuedCredentialId;
use domain::party::{Role, WalletAddress};
use store::investors::Wallet;
use store::issued_credentials::IssuedCredential;

/// The credentials that the reader may see.
#[derive(Template)]
#[template(path = "credentials.html")]
struct Credentials {
    page: PageContext,
    credentials: Page<IssuedCredential>,
    /// The reader's wallets that can have one and have none.
    wallets: Vec<Wallet>,
    form: Form,
    officer: bool,
    holder: bool,
}

impl Credentials {
    fn in_force(&self, credential: &IssuedCredential) -> bool {
        credential.revoked_at.is_none() && self.page.now.naive_utc() < credential.valid_until
    }
}

/// The credentials, oldest first.
#[get("/credentials")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Investor, Role::Compliance, Role::Regulator, Role::Operator])?.clone();
    let (officer, holder) = (by.must_be(&[Role::Compliance]).is_ok(), by.must_be(&[Role::Investor]).is_ok());
    let (after, rows) = (query.cursor()?, query.rows()?);
    let found = page.blocking(move |app| {
        let standing = if holder { onboard::own_standing(app, &by)? } else { None };
        if holder && standing.is_none() {
            return Ok((Vec::new(), Vec::new()));
        }
        let issued = issue_credential::issued(app, &by, (after, rows))?;
        let wallets = standing.map(|standing| standing.wallets).unwrap_or_default();
        Ok((issued, wallets))
    });
    let (issued, wallets) = found.await?;
    let form = page.form("credential");
    let credentials = Page::of(issued, rows, |it: &IssuedCredential| it.id.to_string());
    let mut shown = Credentials { page, credentials, wallets: Vec::new(), form, officer, holder };
    let has_one = |wallet: &Wallet| {
        shown.credentials.items.iter().any(|it| it.wallet == wallet.address && shown.in_force(it))
    };
    let wallets = wallets.into_iter().filter(|wallet| wallet.registered && !has_one(wallet)).collect();
    shown.wallets = wallets;
    show(&shown)
}

/// Gets, renews or revokes a credential, as the button says.
#[post("/credentials")]
async fn act(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let (what, subject) = (posted.text("act").to_owned(), posted.text("subject").to_owned());
    let done = page.blocking(move |app| match what.as_str() {
        "obtain" => issue_credential::obtain(app, &command, subject.parse::<WalletAddress>()?).map(|_| ()),
        "renew" => issue_credential::renew(app, &command, subject.parse()?).map(|_| ()),
        "revoke" => issue_credential::revoke(app, &command, subject.parse()?),
        other => Err(Invalid::new("act", other, "one of: obtain renew revoke").into()),
    });
    done.await?;
    Ok(go_to("/credentials"))
}

/// The text of a credential, as a file for its holder's wallet program.
#[get("/credentials/{id}/file")]
async fn file(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let id = id.parse::<IssuedCredentialId>()?;
    let credential = page.blocking(move |app| issue_credential::own(app, &by, id)).await?;
    let mut answer = HttpResponse::Ok();
    Ok(answer
        .insert_header((CONTENT_TYPE, "application/vc+jwt"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.vc.jwt\"")))
        .body(credential.content))
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(act).service(file);
}

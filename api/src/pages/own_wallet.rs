//! An investor brings a wallet of their own: a message to sign, and the signature.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::present::{Origin, Reason};
use crate::flows::wallet::{self, Brought, NewWallet};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use askama::Template;
use domain::party::{Role, WalletAddress};

/// The page on which an own wallet shows its key.
#[derive(Template)]
#[template(path = "wallet_own.html")]
struct OwnWallet {
    page: PageContext,
    form: Form,
    /// The message to sign, once the address is known.
    message: Option<String>,
    reasons: Vec<Reason>,
}

impl OwnWallet {
    fn sentence(&self, reason: &Reason) -> String {
        super::credential::sentence(&self.page, reason)
    }

    /// The address that the message asks: its second line (EIP-4361).
    fn asked_address(&self) -> &str {
        self.message.as_deref().and_then(|message| message.lines().nth(1)).unwrap_or_default()
    }
}

/// Asks for the address.
#[get("/onboarding/wallet/own")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Investor])?;
    show(&OwnWallet { form: page.form("own-wallet"), message: None, reasons: Vec::new(), page })
}

/// Shows the message to sign for an address.
#[post("/onboarding/wallet/own")]
async fn question(page: PageContext, request: HttpRequest, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let (scheme, host) = crate::http::v1::asked_at(&request);
    let asked = match posted.parse::<WalletAddress>("address") {
        Ok(address) => {
            let put = move |app: &crate::app::App| {
                let origin = Origin::of(app, &scheme, &host)?;
                wallet::ask(app, &command, (address, &origin))
            };
            page.blocking(put).await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match asked {
        Ok(question) => {
            let form = page.form("own-wallet").with("message", &question.message);
            show(&OwnWallet { form, message: Some(question.message), reasons: Vec::new(), page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("own-wallet").refused(&posted, invalids);
            refuse(&OwnWallet { form, message: None, reasons: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

/// Brings the wallet that signed.
#[post("/onboarding/wallet/own/signature")]
async fn bring(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let message = posted.text("message").to_owned();
    let brought = match NewWallet::answered(&message, posted.text("signature")) {
        Ok(new) => page.blocking(move |app| wallet::bring(app, &command, &new)).await,
        Err(invalid) => Err(invalid.into()),
    };
    match brought {
        Ok(Brought::Added { .. }) => Ok(go_to("/onboarding")),
        Ok(Brought::Refused { reasons }) => {
            let form = page.form("own-wallet").typed(&posted);
            refuse(&OwnWallet { form, message: Some(message), reasons, page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("own-wallet").refused(&posted, invalids);
            refuse(&OwnWallet { form, message: Some(message), reasons: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(question).service(bring);
}

//! An investor brings a wallet of their own: what it is asked to sign, and the signature.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::present::{Origin, Reason};
use crate::flows::wallet::{self, Brought, NewWallet};
use crate::flows::wallet_proof::{self, Asking, WalletAnswer};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use askama::Template;
use domain::party::{Role, WalletAddress};
use domain::{Invalid, Invalids};
use serde_json::Value;

/// The page on which an own wallet shows whose it is.
#[derive(Template)]
#[template(path = "wallet_own.html")]
struct OwnWallet {
    page: PageContext,
    form: Form,
    /// What there is to sign, once the address is known.
    asked: Option<ToSign>,
    reasons: Vec<Reason>,
}

/// What the wallet is asked to sign.
#[derive(Clone)]
enum ToSign {
    /// The message, by the wallet alone.
    Message(String),
    /// The words, by the wallet and by the investor's identifier.
    TypedData(Value),
}

impl ToSign {
    fn posted(posted: &Posted) -> Self {
        match posted.optional("typed_data").and_then(|text| serde_json::from_str(text).ok()) {
            Some(typed_data) => Self::TypedData(typed_data),
            None => Self::Message(posted.text("message").to_owned()),
        }
    }

    fn answered(&self, posted: &Posted) -> Result<NewWallet, Invalid> {
        let signature = posted.text("signature");
        let answer = match self {
            Self::Message(message) => WalletAnswer::message(message, signature),
            Self::TypedData(words) => WalletAnswer::binding(words, signature, posted.text("did_signature")),
        };
        answer.map(NewWallet::Own)
    }
}

impl OwnWallet {
    fn sentence(&self, reason: &Reason) -> String {
        super::credential::sentence(&self.page, reason)
    }

    fn message(&self) -> Option<&str> {
        match &self.asked {
            Some(ToSign::Message(message)) => Some(message),
            _ => None,
        }
    }

    /// The typed data as one line for the wallet.
    fn typed_data(&self) -> Option<String> {
        match &self.asked {
            Some(ToSign::TypedData(words)) => Some(words.to_string()),
            _ => None,
        }
    }

    /// The words of the typed data, for people and for the key of the identifier.
    fn words(&self) -> String {
        match &self.asked {
            Some(ToSign::TypedData(words)) => format!("{:#}", words["message"]),
            _ => String::new(),
        }
    }

    /// The address that is asked: the second line of the message (EIP-4361), or a member of the words.
    fn asked_address(&self) -> &str {
        match &self.asked {
            Some(ToSign::Message(message)) => message.lines().nth(1).unwrap_or_default(),
            Some(ToSign::TypedData(words)) => words["message"]["wallet"].as_str().unwrap_or_default(),
            None => "",
        }
    }
}

/// Asks for the address, and for the identifier that is to sign as well.
#[get("/onboarding/wallet/own")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Investor])?;
    show(&OwnWallet { form: page.form("own-wallet"), asked: None, reasons: Vec::new(), page })
}

/// Shows what there is to sign for an address.
#[post("/onboarding/wallet/own")]
async fn question(page: PageContext, request: HttpRequest, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let (scheme, host) = crate::http::v1::asked_at(&request);
    let asked = match whom(&posted) {
        Ok((wallet, did)) => {
            let put = move |app: &crate::app::App| {
                let origin = Origin::of(app, &scheme, &host)?;
                wallet_proof::ask(app, &command, &Asking { wallet, did, origin })
            };
            page.blocking(put).await
        }
        Err(invalids) => Err(invalids.into()),
    };
    match asked {
        Ok(question) => {
            let asked = question.typed_data.map_or(ToSign::Message(question.message), ToSign::TypedData);
            let form = page.form("own-wallet");
            show(&OwnWallet { form, asked: Some(asked), reasons: Vec::new(), page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("own-wallet").refused(&posted, invalids);
            refuse(&OwnWallet { form, asked: None, reasons: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

/// The wallet and the identifier that a form names, or what is wrong with either.
fn whom(posted: &Posted) -> Result<(WalletAddress, Option<String>), Invalids> {
    let mut found = Invalids::default();
    let wallet = found.check(posted.parse::<WalletAddress>("address"));
    let did = found.check(posted.optional("did").map(wallet_proof::read_did).transpose());
    match (wallet, did) {
        (Some(wallet), Some(did)) => Ok((wallet, did)),
        _ => Err(found),
    }
}

/// Brings the wallet that signed.
#[post("/onboarding/wallet/own/signature")]
async fn bring(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let asked = ToSign::posted(&posted);
    let brought = match asked.answered(&posted) {
        Ok(new) => wallet::bring_asking(&page.app, command, new).await,
        Err(invalid) => Err(invalid.into()),
    };
    match brought {
        Ok(Brought::Added { .. }) => Ok(go_to("/onboarding")),
        Ok(Brought::Refused { reasons }) => {
            let form = page.form("own-wallet").typed(&posted);
            refuse(&OwnWallet { form, asked: Some(asked), reasons, page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("own-wallet").refused(&posted, invalids);
            refuse(&OwnWallet { form, asked: Some(asked), reasons: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(question).service(bring);
}

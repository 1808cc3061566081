//! Wallets: managed by the platform, or an own one that shows its key.

use crate::app::App;
use crate::error::AppError;
use crate::flows::onboard;
use crate::flows::present::{Origin, Reason};
use crate::flows::wallet::{self, Brought, NewWallet};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::party::WalletAddress;
use serde::{Deserialize, Serialize};
use store::investors::Wallet;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_wallets, challenge_wallet, bring_wallet))]
pub struct Api;

/// A wallet of an investor.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WalletView {
    /// Its address with the checksum of EIP-55.
    address: String,
    /// Whether the platform keeps its key.
    managed: bool,
    /// Whether the registry on chain knows it.
    registered: bool,
    /// When it was brought.
    created_at: DateTime<Utc>,
}

impl From<&Wallet> for WalletView {
    fn from(wallet: &Wallet) -> Self {
        Self {
            address: wallet.address.to_string(),
            managed: wallet.managed,
            registered: wallet.registered,
            created_at: wallet.created_at.and_utc(),
        }
    }
}

/// Which wallet is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionRequest {
    /// Its address; where both cases occur the checksum of EIP-55 must hold.
    #[serde(default)]
    #[schema(example = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    address: String,
}

/// A message for the wallet to sign (EIP-4361).
#[derive(Serialize, ToSchema)]
struct QuestionView {
    /// The text for `personal_sign`.
    message: String,
    /// The challenge in it.
    nonce: String,
    /// The first moment at which it no longer counts.
    expires_at: DateTime<Utc>,
}

/// A wallet to be brought: `managed`, or `message` and `signature`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWalletRequest {
    /// The platform makes it and keeps its key.
    #[serde(default)]
    managed: bool,
    /// The address, when the signature is an own wallet's: it must be the one in the message.
    address: Option<String>,
    /// The message as it was signed.
    message: Option<String>,
    /// The signature: `0x` and 130 hexadecimal digits.
    signature: Option<String>,
}

/// What became of a wallet.
#[derive(Serialize, ToSchema)]
struct BroughtView {
    /// Whether it is the caller's now.
    accepted: bool,
    /// Its address.
    address: Option<String>,
    /// Why not.
    reasons: Vec<Reason>,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_wallets).service(challenge_wallet).service(bring_wallet);
}

/// The caller's wallets.
#[utoipa::path(context_path = "/v1", tag = "wallets", security(("session" = [])), responses(
    (status = 200, description = "The wallets, oldest first; there are at most 16", body = Vec<WalletView>),
    (status = 404, description = "No profile yet", body = Problem),
))]
#[get("/wallets")]
async fn list_wallets(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    let actor = caller.signed_in.actor;
    let found = app.blocking(move |app| onboard::own_standing(app, &actor)).await?;
    let standing = found.ok_or_else(|| AppError::not_found("profile", "of yours"))?;
    Ok(HttpResponse::Ok().json(standing.wallets.iter().map(WalletView::from).collect::<Vec<_>>()))
}

/// Ask for a message that an own wallet signs.
#[utoipa::path(context_path = "/v1", tag = "wallets", security(("session" = [])), params(WriteQuery),
    request_body = QuestionRequest, responses(
    (status = 201, description = "The message; it counts for ten minutes", body = QuestionView),
    (status = 422, description = "Not an address", body = Problem),
))]
#[post("/wallets/challenge")]
async fn challenge_wallet(
    app: web::Data<App>,
    request: HttpRequest,
    write: Write,
    body: Json<QuestionRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let address: WalletAddress = body.address.parse().map_err(|invalid: Invalid| invalid.named("address"))?;
    let (scheme, host) = super::asked_at(&request);
    let dry_run = command.dry_run;
    let question = app
        .blocking(move |app| {
            let origin = Origin::of(app, &scheme, &host)?;
            wallet::ask(app, &command, (address, &origin))
        })
        .await?;
    let wallet::WalletQuestion { message, nonce, expires_at } = question;
    Ok(super::created(dry_run).json(QuestionView { message, nonce, expires_at }))
}

/// Bring a wallet. One that is refused is an answer, not an error.
#[utoipa::path(context_path = "/v1", tag = "wallets", security(("session" = [])), params(WriteQuery),
    request_body = NewWalletRequest, responses(
    (status = 201, description = "The wallet is the caller's", body = BroughtView),
    (status = 200, description = "Refused, with reasons", body = BroughtView),
    (status = 409, description = "There is a managed one already", body = Problem),
    (status = 422, description = "Neither managed nor signed, or too many wallets", body = Problem),
))]
#[post("/wallets")]
async fn bring_wallet(
    app: web::Data<App>,
    write: Write,
    body: Json<NewWalletRequest>,
) -> Result<HttpResponse, AppError> {
    let command = write.command()?;
    let new = new_wallet(&body)?;
    let dry_run = command.dry_run;
    let brought = app.blocking(move |app| wallet::bring(app, &command, &new)).await?;
    Ok(match brought {
        Brought::Added { wallet } => super::created(dry_run).json(BroughtView {
            accepted: true,
            address: Some(wallet.to_string()),
            reasons: Vec::new(),
        }),
        Brought::Refused { reasons } => {
            HttpResponse::Ok().json(BroughtView { accepted: false, address: None, reasons })
        }
    })
}

fn new_wallet(body: &NewWalletRequest) -> Result<NewWallet, AppError> {
    let address = body.address.as_deref().map(str::parse::<WalletAddress>).transpose();
    let address = address.map_err(|invalid| invalid.named("address"))?;
    match (body.managed, &body.message, &body.signature) {
        (true, None, None) => Ok(NewWallet::Managed),
        (false, Some(message), Some(signature)) => {
            if let Some(address) = address.filter(|address| !message.contains(&address.to_string())) {
                return Err(Invalid::new("address", address, "the address in the message").into());
            }
            Ok(NewWallet::answered(message, signature)?)
        }
        _ => Err(Invalid::new("managed", body.managed, "true alone, or message and signature").into()),
    }
}

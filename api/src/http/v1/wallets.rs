//! Wallets: managed by the platform, or an own one that shows its key.

use crate::app::App;
use crate::error::AppError;
use crate::flows::onboard;
use crate::flows::present::{Origin, Reason};
use crate::flows::wallet::{self, Brought, NewWallet};
use crate::flows::wallet_proof::{self, Asking, WalletAnswer, WalletQuestion};
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
use store::wallet_proofs::WalletProof;
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

/// What a wallet signed when it was brought, and the signatures under it: anybody can check them again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProofView {
    /// The wallet.
    wallet: String,
    /// The standard of the statement.
    #[schema(example = "EIP-712")]
    standard: String,
    /// What was signed: the text (EIP-4361), or the typed data as JSON (EIP-712).
    statement: String,
    /// The wallet's signature.
    signature: String,
    /// The signature by the identifier's key over the same words, a compact JWS.
    did_signature: Option<String>,
    /// Whether the wallet is a contract that said so on the chain then (EIP-1271).
    by_contract: bool,
    /// When it was judged.
    shown_at: DateTime<Utc>,
}

impl From<WalletProof> for ProofView {
    fn from(proof: WalletProof) -> Self {
        let WalletProof { wallet, standard, statement, signature, did_signature, by_contract, shown_at } =
            proof;
        let (wallet, shown_at) = (wallet.to_string(), shown_at.and_utc());
        Self { wallet, standard, statement, signature, did_signature, by_contract, shown_at }
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
    /// The caller's own DID, to be bound to the wallet by the signatures of both.
    did: Option<String>,
}

/// What the wallet is asked to sign: the message (EIP-4361), or the typed data (EIP-712) where a DID was named.
#[derive(Serialize, ToSchema)]
struct QuestionView {
    /// The text for `personal_sign`.
    message: String,
    /// The words for `eth_signTypedData_v4`. The DID's key signs their member `message` too, as a compact JWS whose
    /// header says `"typ":"bind-wallet+jwt"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    typed_data: Option<serde_json::Value>,
    /// The challenge in it.
    nonce: String,
    /// The first moment at which it no longer counts.
    expires_at: DateTime<Utc>,
}

/// A wallet to be brought: `managed`; `message` and `signature`; or `typed_data`, `signature` and `did_signature`.
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
    /// The typed data as it was signed.
    #[schema(value_type = Option<Object>)]
    typed_data: Option<serde_json::Value>,
    /// The wallet's signature: `0x` and hexadecimal digits; 65 bytes by a key, or what the wallet's contract understands.
    signature: Option<String>,
    /// The signature by the DID's key: a compact JWS.
    did_signature: Option<String>,
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

/// Ask for what an own wallet signs.
#[utoipa::path(context_path = "/v1", tag = "wallets", security(("session" = [])), params(WriteQuery),
    request_body = QuestionRequest, responses(
    (status = 201, description = "The words; they count once and for ten minutes", body = QuestionView),
    (status = 422, description = "Not an address, or not a DID", body = Problem),
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
    let did = body.did.as_deref().map(wallet_proof::read_did).transpose()?;
    let (scheme, host) = super::asked_at(&request);
    let dry_run = command.dry_run;
    let question = app
        .blocking(move |app| {
            let origin = Origin::of(app, &scheme, &host)?;
            wallet_proof::ask(app, &command, &Asking { wallet: address, did, origin })
        })
        .await?;
    let WalletQuestion { message, typed_data, nonce, expires_at } = question;
    Ok(super::created(dry_run).json(QuestionView { message, typed_data, nonce, expires_at }))
}

/// Bring a wallet, with a key or as a contract (EIP-1271). One that is refused is an answer, not an error.
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
    let brought = wallet::bring_asking(&app, command, new).await?;
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
    let is_in = |text: &str| address.is_none_or(|address| text.contains(&address.to_string()));
    let elsewhere = || Invalid::new("address", body.address.as_deref().unwrap_or_default(), "the address that signed");
    match (body.managed, &body.message, &body.typed_data, &body.signature, &body.did_signature) {
        (true, None, None, None, None) => Ok(NewWallet::Managed),
        (false, Some(message), None, Some(signature), None) if is_in(message) => {
            Ok(NewWallet::Own(WalletAnswer::message(message, signature)?))
        }
        (false, None, Some(typed_data), Some(signature), Some(did_signature))
            if is_in(&typed_data.to_string()) =>
        {
            Ok(NewWallet::Own(WalletAnswer::binding(typed_data, signature, did_signature)?))
        }
        (false, Some(_), None, Some(_), None) | (false, None, Some(_), Some(_), Some(_)) => {
            Err(elsewhere().into())
        }
        _ => {
            let ways = "true alone, or message and signature, or typed_data, signature and did_signature";
            Err(Invalid::new("managed", body.managed, ways).into())
        }
    }
}

//! An investor brings a wallet: one whose key the platform keeps, or an own one that signs a challenge.

use super::present::{self, Asked, Origin, Reason};
use super::{decide, identity, onboard, screen};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::credential::{KeyWallets, SignInMessage, WalletExpectation, verify_sign_in};
use domain::Invalid;
use domain::party::{InvestorStatus, WalletAddress};
use domain::status::CaseCause;
use serde::{Deserialize, Serialize};
use store::credentials::FOR_WALLET;
use store::investors::{Investor, Wallet};

/// The most wallets of one identity: the registry on chain allows no more, so that sums over them stay bounded.
pub const MAX_WALLETS: usize = 16;
/// What the wallet's owner agrees to.
const STATEMENT: &str = "This wallet is mine. I bind it to my investor account at Muniment.";
/// Bytes of a signature: r, s and v.
const SIGNATURE_BYTES: usize = 65;

/// A message for a wallet to sign (EIP-4361).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalletQuestion {
    /// The text to sign with `personal_sign`.
    pub message: String,
    /// The challenge in it.
    pub nonce: String,
    /// The first moment at which it no longer counts.
    pub expires_at: DateTime<Utc>,
}

/// A wallet to be brought.
#[derive(Debug, Clone, Serialize)]
pub enum NewWallet {
    /// The platform makes it and keeps its key.
    Managed,
    /// The investor's own, with its answer to the challenge.
    Own {
        /// The message as it was signed.
        message: String,
        /// The signature.
        signature: Vec<u8>,
    },
}

impl NewWallet {
    /// Reads an answer: the message, and the signature as `0x` and 130 hexadecimal digits.
    ///
    /// # Errors
    /// When the signature has another form.
    pub fn answered(message: &str, signature: &str) -> Result<Self, Invalid> {
        let digits = signature.trim().trim_start_matches("0x");
        let bytes = hex::decode(digits).ok().filter(|bytes| bytes.len() == SIGNATURE_BYTES);
        let signature =
            bytes.ok_or_else(|| Invalid::new("signature", signature, "0x and 130 hexadecimal digits"))?;
        // Browsers send the line ends of a form as CR LF; the wallet signed LF.
        Ok(Self::Own { message: message.replace("\r\n", "\n").trim().to_owned(), signature })
    }
}

/// What became of a wallet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Brought {
    /// It is the investor's.
    Added {
        /// Its address.
        wallet: WalletAddress,
    },
    /// It is not, for these reasons.
    Refused {
        /// All of them.
        reasons: Vec<Reason>,
    },
}

/// Asks a wallet to show that somebody has its key.
///
/// # Errors
/// [`AppError::NotFound`] before the profile is there.
pub fn ask(
    app: &App,
    command: &Command,
    (wallet, origin): (WalletAddress, &Origin),
) -> Result<WalletQuestion, AppError> {
    let asked = present::give_out(app, command, (FOR_WALLET, &origin.domain))?;
    let Asked { nonce, expires_at, .. } = asked;
    let message = SignInMessage {
        domain: origin.domain.clone(),
        wallet,
        statement: STATEMENT.to_owned(),
        uri: format!("{}/onboarding", origin.url),
        chain_id: app.chain.chain_id(),
        nonce: nonce.clone(),
        issued_at: expires_at - present::CHALLENGE_LIFE,
        expires_at,
    };
    Ok(WalletQuestion { message: message.text(), nonce, expires_at })
}

/// Brings a wallet. Refusals are outcomes.
///
/// # Errors
/// [`AppError::Invalid`] beyond [`MAX_WALLETS`]; [`AppError::WrongState`] for a second managed one, and for somebody
/// who was rejected or is frozen.
pub fn bring(app: &App, command: &Command, new: &NewWallet) -> Result<Brought, AppError> {
    let lists = screen::in_force(&app.store)?;
    app.execute(command, new, |act| {
        let investor = onboard::own_in_good_standing(act.tx, &command.by)?;
        let wallets = store::investors::wallets_of(act.tx, investor.id)?;
        if wallets.len() >= MAX_WALLETS {
            return Err(
                Invalid::new("wallet", wallets.len(), format!("at most {MAX_WALLETS} wallets")).into()
            );
        }
        let address = match new {
            NewWallet::Managed => managed(app, act, &investor, &wallets)?,
            NewWallet::Own { message, signature } => match answered(app, act, &investor, message, signature)?
            {
                Ok(address) => address,
                Err(reasons) => return Ok(Brought::Refused { reasons }),
            },
        };
        if let Some(known) = store::investors::wallet(act.tx, address)? {
            let mine = known.investor_id == investor.id;
            let detail = if mine { "it is yours already" } else { "it belongs to another investor" };
            let code = if mine { "WALLET_KNOWN" } else { "WALLET_TAKEN" };
            let reasons = vec![Reason { code: code.to_owned(), detail: detail.to_owned() }];
            return Ok(Brought::Refused { reasons });
        }
        let wallet = Wallet {
            address,
            investor_id: investor.id,
            managed: matches!(new, NewWallet::Managed),
            registered: false,
            created_at: store::screening::at(act.now),
        };
        let detail = serde_json::json!({ "wallet": address, "managed": wallet.managed });
        store::investors::add_wallet(act.tx, wallet)?;
        act.audit("wallet.added", investor.id, &detail)?;
        go_on(app, act, &investor, lists.as_ref())?;
        Ok(Brought::Added { wallet: address })
    })
}

/// The wallet is compared with the lists; the case of an applicant may be complete now, an approved investor's wallet
/// goes to the registry.
fn go_on(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    lists: Option<&screen::Lists>,
) -> Result<(), AppError> {
    let hit_before = screen::latest(app, act.tx, investor)?.map_or(0, |(_, hits)| hits.len());
    let hits = screen::screen(app, act, investor, lists)?.len();
    match (investor.status, investor.valid_until) {
        (InvestorStatus::Approved, _) if hits > hit_before => {
            decide::open(act, investor, CaseCause::Screening)
        }
        (InvestorStatus::Approved, Some(until)) => {
            identity::register_wallets(app, act, investor, until.and_utc())
        }
        _ => decide::open_when_complete(act, investor),
    }
}

fn managed(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    wallets: &[Wallet],
) -> Result<WalletAddress, AppError> {
    if wallets.iter().any(|wallet| wallet.managed) {
        let (state, limit) = ("there already".to_owned(), "one is kept for each investor".to_owned());
        return Err(AppError::WrongState { what: "managed wallet", state, limit });
    }
    let purpose = format!("wallet/{}", investor.id);
    let address = app.signer(&purpose)?.address();
    store::outbox::add_signer(act.tx, address, &purpose)?;
    Ok(address)
}

/// The wallet that answered the challenge, or every reason why none did.
fn answered(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    message: &str,
    signature: &[u8],
) -> Result<Result<WalletAddress, Vec<Reason>>, AppError> {
    let challenge = store::credentials::latest_challenge(act.tx, investor.id, FOR_WALLET)?;
    let Some(challenge) = challenge else {
        let detail = "no challenge was asked for".to_owned();
        return Ok(Err(vec![Reason { code: "CHALLENGE_MISSING".to_owned(), detail }]));
    };
    let expected = WalletExpectation {
        domain: &challenge.audience,
        chain_id: app.chain.chain_id(),
        nonce: &challenge.nonce,
        nonce_used: challenge.used_at.is_some(),
        at: act.now,
        contracts: &KeyWallets,
    };
    let verified = verify_sign_in(message, signature, &expected);
    if verified.is_ok() {
        store::credentials::use_challenge(act.tx, &challenge.nonce, act.now)?;
    }
    Ok(verified.map_err(|reasons| reasons.iter().map(Reason::from).collect()))
}

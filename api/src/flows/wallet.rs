//! An investor brings a wallet: one whose key the platform keeps, or an own one that shows whose it is.

use super::present::Reason;
use super::wallet_proof::{self, WalletAnswer};
use super::{decide, identity, onboard, screen};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use compliance::credential::{ContractWallets, KeyWallets};
use domain::Invalid;
use domain::party::{InvestorStatus, WalletAddress};
use domain::status::CaseCause;
use serde::{Deserialize, Serialize};
use store::investors::{Investor, Wallet};

/// The most wallets of one identity: the registry on chain allows no more, so that sums over them stay bounded.
pub const MAX_WALLETS: usize = 16;

/// A wallet to be brought.
#[derive(Debug, Clone, Serialize)]
pub enum NewWallet {
    /// The platform makes it and keeps its key.
    Managed,
    /// The investor's own, with its answer to the challenge.
    Own(WalletAnswer),
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

/// Brings a wallet with a key; one that is a contract is refused. Refusals are outcomes.
///
/// # Errors
/// [`AppError::Invalid`] beyond [`MAX_WALLETS`]; [`AppError::WrongState`] for a second managed one, and for somebody
/// who was rejected or is frozen.
pub fn bring(app: &App, command: &Command, new: &NewWallet) -> Result<Brought, AppError> {
    add(app, command, new, &KeyWallets)
}

/// As [`bring`], and the contract of a wallet without a key is asked on the chain.
///
/// # Errors
/// As [`bring`]; [`AppError::Chain`] when the chain cannot be asked.
pub async fn bring_asking(app: &App, command: Command, new: NewWallet) -> Result<Brought, AppError> {
    let contract = match &new {
        NewWallet::Own(answer) => wallet_proof::contract_answer(app, answer).await?,
        NewWallet::Managed => None,
    };
    app.blocking(move |app| match &contract {
        Some(contract) => add(app, &command, &new, contract),
        None => add(app, &command, &new, &KeyWallets),
    })
    .await
}

fn add(
    app: &App,
    command: &Command,
    new: &NewWallet,
    contracts: &dyn ContractWallets,
) -> Result<Brought, AppError> {
    let lists = screen::in_force(&app.store)?;
    app.execute(command, new, |act| {
        let investor = onboard::own_in_good_standing(act.tx, &command.by)?;
        let wallets = store::investors::wallets_of(act.tx, investor.id)?;
        if wallets.len() >= MAX_WALLETS {
            return Err(
                Invalid::new("wallet", wallets.len(), format!("at most {MAX_WALLETS} wallets")).into()
            );
        }
        let (address, did) = match new {
            NewWallet::Managed => (managed(app, act, &investor, &wallets)?, None),
            NewWallet::Own(answer) => match wallet_proof::judge(app, act, &investor, (answer, contracts))? {
                Ok(proven) => (proven.address, proven.did),
                Err(reasons) => return Ok(Brought::Refused { reasons }),
            },
        };
        if let Some(known) = store::investors::wallet(act.tx, address)? {
            let mine = known.investor_id == investor.id;
            let detail = if mine { "it is yours already" } else { "it belongs to another investor" };
            let code = if mine { "WALLET_KNOWN" } else { "WALLET_TAKEN" };
            return Ok(Brought::Refused { reasons: vec![Reason::new(code, detail)] });
        }
        if let Some(did) = did {
            store::investors::set_did(act.tx, investor.id, &did)?;
        }
        let wallet = Wallet {
            address,
            investor_id: investor.id,
            managed: matches!(new, NewWallet::Managed),
            registered: false,
            created_at: store::screening::at(act.now),
        };
        let shown_by = match new {
            NewWallet::Managed => None,
            NewWallet::Own(answer) => Some(answer.standard()),
        };
        let detail =
            serde_json::json!({ "wallet": address, "managed": wallet.managed, "shown_by": shown_by });
        store::investors::add_wallet(act.tx, wallet)?;
        if let NewWallet::Own(answer) = new {
            store::wallet_proofs::add(act.tx, answer.proof(address, act.now))?;
        }
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

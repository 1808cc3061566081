//! A wallet shows whose it is: by a message that it signs (EIP-4361), or by words that it and the investor's identifier
//! both sign (EIP-712, `BindWallet`). Wallets that are contracts are asked on the chain (EIP-1271).

use super::present::{self, Asked, Origin, Reason};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use compliance::credential::{
    BindWallet, ContractAnswer, ContractQuestion, ContractWallets, Offline, SignInMessage, SignedBinding,
    WalletExpectation, sign_in_question, verify_sign_in,
};
use domain::party::WalletAddress;
use domain::{Invalid, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::credentials::FOR_WALLET;
use store::investors::Investor;
use store::wallet_proofs::WalletProof;
use tokenizer::chain::ContractSays;

/// What the wallet's owner agrees to.
const STATEMENT: &str = "This wallet is mine. I bind it to my investor account at Muniment.";
/// The longest signature: a contract wallet may ask for one of each of its sixty owners.
const MAX_SIGNATURE_BYTES: usize = 4_096;
/// The longest identifier and the longest signature by its key: a `did:jwk` holds a whole key.
const MAX_DID: usize = 1_000;
const MAX_DID_SIGNATURE: usize = 8_192;

/// What a wallet is asked to sign: the message, or the typed data where an identifier was named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalletQuestion {
    /// The text to sign with `personal_sign` (EIP-4361).
    pub message: String,
    /// The words to sign with `eth_signTypedData_v4` (EIP-712), whose `message` the identifier signs as well.
    pub typed_data: Option<Value>,
    /// The challenge in it.
    pub nonce: String,
    /// The first moment at which it no longer counts.
    pub expires_at: DateTime<Utc>,
}

/// How a wallet answered.
#[derive(Debug, Clone, Serialize)]
pub enum WalletAnswer {
    /// The message as it was signed, and the signature.
    Message(String, Vec<u8>),
    /// The words that both signed.
    Binding(SignedBinding),
}

impl WalletAnswer {
    /// Reads a signed message.
    ///
    /// # Errors
    /// When the signature is not hexadecimal.
    pub fn message(message: &str, signature: &str) -> Result<Self, Invalid> {
        // Browsers send the line ends of a form as CR LF; the wallet signed LF.
        Ok(Self::Message(message.replace("\r\n", "\n").trim().to_owned(), bytes(signature)?))
    }

    /// Reads a binding: the typed data as it was given out, the wallet's signature, and the identifier's JWS.
    ///
    /// # Errors
    /// Which of them cannot be read.
    pub fn binding(typed_data: &Value, signature: &str, did_signature: &str) -> Result<Self, Invalid> {
        let words = BindWallet::read(typed_data);
        let words =
            words.ok_or_else(|| Invalid::new("typed_data", "", "the typed data as it was given out"))?;
        let by_did = text::bounded("did_signature", did_signature, MAX_DID_SIGNATURE)?;
        Ok(Self::Binding(SignedBinding { words, by_wallet: bytes(signature)?, by_did }))
    }

    fn contract_question(&self) -> Option<ContractQuestion> {
        match self {
            Self::Message(text, signature) => sign_in_question(text, signature),
            Self::Binding(binding) => binding.contract_question(),
        }
    }

    fn signature(&self) -> &[u8] {
        match self {
            Self::Message(_, signature) => signature,
            Self::Binding(binding) => &binding.by_wallet,
        }
    }

    /// The standard by which it was signed.
    pub(super) const fn standard(&self) -> &'static str {
        match self {
            Self::Message(..) => "EIP-4361",
            Self::Binding(_) => "EIP-712",
        }
    }

    /// What is kept of it as evidence, once it has shown a wallet.
    pub(super) fn proof(&self, wallet: WalletAddress, now: DateTime<Utc>) -> WalletProof {
        let (statement, did_signature) = match self {
            Self::Message(text, _) => (text.clone(), None),
            Self::Binding(SignedBinding { words, by_did, .. }) => {
                (words.typed_data().to_string(), Some(by_did.clone()))
            }
        };
        WalletProof {
            wallet,
            standard: self.standard().to_owned(),
            statement,
            signature: format!("0x{}", hex::encode(self.signature())),
            did_signature,
            by_contract: self.contract_question().is_some(),
            shown_at: store::screening::at(now),
        }
    }
}

/// `0x` and digits. Nothing at all is no signature; `0x` alone is one that a contract may know.
fn bytes(signature: &str) -> Result<Vec<u8>, Invalid> {
    let (given, most) = (signature.trim(), 2 * MAX_SIGNATURE_BYTES);
    let digits = given.strip_prefix("0x").unwrap_or(given);
    let bytes = hex::decode(digits).ok().filter(|bytes| bytes.len() <= MAX_SIGNATURE_BYTES);
    bytes
        .filter(|_| !given.is_empty())
        .ok_or_else(|| Invalid::new("signature", given, format!("0x and at most {most} hexadecimal digits")))
}

/// Reads an identifier.
///
/// # Errors
/// When it is none.
pub fn read_did(did: &str) -> Result<String, Invalid> {
    let did = text::bounded("did", did, MAX_DID)?;
    let well_formed = did.starts_with("did:") && !did.contains(|c: char| c.is_whitespace() || c == '#');
    if well_formed { Ok(did) } else { Err(Invalid::new("did", did, "a DID without path or fragment")) }
}

/// Whom a wallet is asked for.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The wallet.
    pub wallet: WalletAddress,
    /// The investor's identifier, when it is to sign as well.
    pub did: Option<String>,
    /// Where the portal is.
    pub origin: Origin,
}

/// Asks a wallet to show that it is the investor's.
///
/// # Errors
/// [`AppError::NotFound`] before the profile is there.
pub fn ask(app: &App, command: &Command, asking: &Asking) -> Result<WalletQuestion, AppError> {
    let Asking { wallet, did, origin } = asking;
    let asked = present::give_out(app, command, (FOR_WALLET, &origin.domain))?;
    let (Asked { nonce, expires_at, .. }, chain_id) = (asked, app.chain.chain_id());
    let message = SignInMessage {
        domain: origin.domain.clone(),
        wallet: *wallet,
        statement: STATEMENT.to_owned(),
        uri: format!("{}/onboarding", origin.url),
        chain_id,
        nonce: nonce.clone(),
        issued_at: expires_at - present::CHALLENGE_LIFE,
        expires_at,
    };
    let binding = did.clone().map(|did| BindWallet {
        did,
        wallet: *wallet,
        chain_id,
        nonce: nonce.clone(),
        valid_until: expires_at,
    });
    let typed_data = binding.map(|binding| binding.typed_data());
    Ok(WalletQuestion { message: message.text(), typed_data, nonce, expires_at })
}

/// What the contract of the wallet says to an answer that no key signed; nothing when a key did.
///
/// # Errors
/// When the chain cannot be asked.
pub(super) async fn contract_answer(
    app: &App,
    answer: &WalletAnswer,
) -> Result<Option<ContractAnswer>, AppError> {
    let Some(question) = answer.contract_question() else { return Ok(None) };
    let ContractQuestion { wallet, hash } = question;
    let is_valid = match app.chain.is_valid_signature(wallet, hash, answer.signature()).await? {
        ContractSays::Valid => Ok(true),
        ContractSays::Invalid => Ok(false),
        ContractSays::NoContract => {
            Err(format!("{wallet} did not sign with its key, and is no contract on this chain"))
        }
    };
    Ok(Some(ContractAnswer { question, signature: answer.signature().to_vec(), is_valid }))
}

/// A wallet that is shown to be the investor's.
pub(super) struct ProvenWallet {
    pub(super) address: WalletAddress,
    /// The identifier that signed as well.
    pub(super) did: Option<String>,
}

/// The wallet that answered the challenge, which is used up then; or every reason why none did.
pub(super) fn judge(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    (answer, contracts): (&WalletAnswer, &dyn ContractWallets),
) -> Result<Result<ProvenWallet, Vec<Reason>>, AppError> {
    let challenge = store::credentials::latest_challenge(act.tx, investor.id, FOR_WALLET)?;
    let Some(challenge) = challenge else {
        return Ok(Err(vec![Reason::new("CHALLENGE_MISSING", "no challenge was asked for")]));
    };
    let expires_at = challenge.expires_at.and_utc();
    let expected = WalletExpectation {
        domain: &challenge.audience,
        chain_id: app.chain.chain_id(),
        nonce: &challenge.nonce,
        nonce_used: challenge.used_at.is_some(),
        at: act.now,
        contracts,
    };
    let proven = match answer {
        WalletAnswer::Message(text, signature) => {
            verify_sign_in(text, signature, &expected).map(|address| ProvenWallet { address, did: None })
        }
        WalletAnswer::Binding(binding) => {
            let words = &binding.words;
            let holds = present::policy(act.tx)?.verify_binding(binding, (&expected, expires_at), &Offline);
            holds.map(|()| ProvenWallet { address: words.wallet, did: Some(words.did.clone()) })
        }
    };
    let mut reasons = match &proven {
        Err(found) => found.iter().map(Reason::from).collect(),
        Ok(ProvenWallet { did: Some(did), .. }) => present::strange_did(act.tx, investor, did)?,
        Ok(_) => Vec::new(),
    };
    if expires_at <= act.now {
        reasons.push(present::challenge_expired());
    }
    let Some(proven) = proven.ok().filter(|_| reasons.is_empty()) else { return Ok(Err(reasons)) };
    store::credentials::use_challenge(act.tx, &challenge.nonce, act.now)?;
    Ok(Ok(proven))
}

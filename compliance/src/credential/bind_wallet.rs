//! Binding a wallet to a person (EIP-712, `BindWallet`): the wallet and the DID sign the same words.

use crate::credential::{
    decision::{Checked, Code, Findings, Reason},
    fetch::Fetch,
    input::Input,
    key::Purpose,
    policy::CredentialPolicy,
    signer::{SignError, SigningKey},
    verify::{Judge, Party},
    wallet::{ContractQuestion, WalletExpectation, keccak, settled},
};
use chrono::{DateTime, Utc};
use domain::party::WalletAddress;
use serde::Serialize;
use serde_json::{Value, json};

/// The type, as EIP-712 encodes it.
const BIND_WALLET: &[u8] =
    b"BindWallet(string did,address wallet,uint256 chainId,string nonce,uint256 validUntil)";
/// The domain, as EIP-712 encodes it.
const DOMAIN: &[u8] = b"EIP712Domain(string name,string version,uint256 chainId)";
/// The name of the domain, as the wallet shows it.
const DOMAIN_NAME: &str = "Muniment";
/// The version of these words.
const DOMAIN_VERSION: &str = "1";
/// The media type of the DID's signature.
const MEDIA_TYPE: &str = "bind-wallet+jwt";

/// The words that bind a wallet to a DID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BindWallet {
    /// The person.
    pub did: String,
    /// Their wallet.
    pub wallet: WalletAddress,
    /// The network.
    pub chain_id: u64,
    /// The challenge that was given out for this.
    pub nonce: String,
    /// The first moment at which the offer no longer counts, to the second.
    pub valid_until: DateTime<Utc>,
}

impl BindWallet {
    /// The typed data for `eth_signTypedData_v4`.
    #[must_use]
    pub fn typed_data(&self) -> Value {
        let member = |name: &str, kind: &str| json!({ "name": name, "type": kind });
        json!({
            "types": {
                "EIP712Domain": [
                    member("name", "string"), member("version", "string"), member("chainId", "uint256"),
                ],
                "BindWallet": [
                    member("did", "string"), member("wallet", "address"), member("chainId", "uint256"),
                    member("nonce", "string"), member("validUntil", "uint256"),
                ],
            },
            "primaryType": "BindWallet",
            "domain": { "name": DOMAIN_NAME, "version": DOMAIN_VERSION, "chainId": self.chain_id },
            "message": self.claims(),
        })
    }

    /// Reads typed data. Only what [`Self::typed_data`] would write is read, so that what the wallet showed is what is
    /// meant.
    #[must_use]
    pub fn read(typed_data: &Value) -> Option<Self> {
        let message = typed_data.get("message")?;
        let text = |name: &str| message.get(name)?.as_str().map(str::to_owned);
        let binding = Self {
            did: text("did")?,
            wallet: text("wallet")?.parse().ok()?,
            chain_id: message.get("chainId")?.as_u64()?,
            nonce: text("nonce")?,
            valid_until: DateTime::from_timestamp(message.get("validUntil")?.as_i64()?, 0)?,
        };
        (binding.typed_data() == *typed_data).then_some(binding)
    }

    /// The hash that the wallet signs.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let number = |number: u64| {
            let mut word = [0; 32];
            word[24..].copy_from_slice(&number.to_be_bytes());
            word
        };
        let mut wallet = [0; 32];
        wallet[12..].copy_from_slice(&self.wallet.0);
        let text = |text: &str| keccak(text.as_bytes());
        let domain = [keccak(DOMAIN), text(DOMAIN_NAME), text(DOMAIN_VERSION), number(self.chain_id)];
        // A date before 1970 is long over, so that its seconds do not matter.
        let until = u64::try_from(self.valid_until.timestamp()).unwrap_or_default();
        let words = [
            keccak(BIND_WALLET),
            text(&self.did),
            wallet,
            number(self.chain_id),
            text(&self.nonce),
            number(until),
        ];
        let (domain, words) = (keccak(domain.as_flattened()), keccak(words.as_flattened()));
        keccak(&[b"\x19\x01".as_slice(), &domain, &words].concat())
    }

    fn claims(&self) -> Value {
        json!({
            "did": self.did,
            "wallet": self.wallet.to_string(),
            "chainId": self.chain_id,
            "nonce": self.nonce,
            "validUntil": self.valid_until.timestamp(),
        })
    }
}

/// Signs the words as the DID.
///
/// # Errors
/// When the library cannot sign.
pub fn sign_binding(holder: &SigningKey, binding: &BindWallet) -> Result<String, SignError> {
    holder.sign(MEDIA_TYPE, &binding.claims())
}

/// A binding with the two signatures under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedBinding {
    /// The words.
    pub words: BindWallet,
    /// By the wallet over [`BindWallet::hash`]: 65 bytes, or what its contract understands.
    pub by_wallet: Vec<u8>,
    /// By the DID over the same words: a JWS as [`sign_binding`] makes it.
    pub by_did: String,
}

impl SignedBinding {
    /// What only the contract of the wallet can say about it; nothing when a key signed.
    #[must_use]
    pub fn contract_question(&self) -> Option<ContractQuestion> {
        ContractQuestion::left(self.words.wallet, self.words.hash(), &self.by_wallet)
    }
}

impl CredentialPolicy {
    /// Judges a binding that both sides signed, offered until a moment, to the second. Algorithms and clock skew are
    /// those of the policy; of what is expected the domain does not matter, because the words are ours.
    ///
    /// # Errors
    /// Every reason to refuse.
    pub fn verify_binding(
        &self,
        binding: &SignedBinding,
        (expected, offered_until): (&WalletExpectation<'_>, DateTime<Utc>),
        fetch: &dyn Fetch,
    ) -> Result<(), Vec<Reason>> {
        let SignedBinding { words, by_wallet, by_did } = binding;
        let mut findings = Findings::about("binding");
        expected.check(&words.nonce, words.chain_id, &mut findings);
        let (until, at) = (words.valid_until, expected.at);
        if until <= at {
            findings.refuse(Code::Expired, format!("it ended at {until}, and it is {at}"));
        }
        // Words that outlive the challenge would be an offer that nobody made.
        if until.timestamp() > offered_until.timestamp() {
            let detail = format!("it ends at {until}, and was offered until {offered_until}");
            findings.refuse(Code::TooLongValid, detail);
        }
        findings.keep(expected.signed(words.wallet, words.hash(), by_wallet));
        if let Some(Input::Jwt(token)) = findings.keep(same_words(by_did, words)) {
            let judge = Judge { policy: self, at: expected.at, fetch };
            let party = Party { did: &words.did, purpose: Purpose::Authentication, fetch };
            judge.signature(&token, &party, &mut findings);
        }
        settled(findings)
    }
}

/// The token of the DID, when it says the same words.
fn same_words<'a>(text: &'a str, binding: &BindWallet) -> Checked<Input<'a>> {
    let input = Input::parse(text)?;
    let same = matches!(&input, Input::Jwt(token)
        if token.typ().as_deref() == Some(MEDIA_TYPE) && Value::Object(token.payload.clone()) == binding.claims());
    let problem = || (Code::ClaimsDisagree, "the wallet and the DID did not sign the same words".to_owned());
    same.then_some(input).ok_or_else(problem)
}

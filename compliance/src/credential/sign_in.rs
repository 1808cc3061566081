//! Sign-in with Ethereum (EIP-4361): the message that a wallet signs, written and read by the letter.

use crate::credential::{
    decision::{Code, Findings, Reason},
    wallet::{ContractQuestion, WalletExpectation, personal_hash, settled},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::party::WalletAddress;

/// The shortest nonce that the standard allows.
const MIN_NONCE: usize = 8;
/// Clocks of wallets differ from ours by less than this.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);
/// Nobody looks at a wallet's question longer than this.
const MAX_AGE: TimeDelta = TimeDelta::minutes(15);

/// A message of EIP-4361, version 1, without the members that are not used here (`Not Before`, `Request ID`,
/// `Resources`): a message that has them is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInMessage {
    /// The host, and port if any, that asks.
    pub domain: String,
    /// The wallet that is asked.
    pub wallet: WalletAddress,
    /// What the person agrees to, in one line.
    pub statement: String,
    /// The page that asks.
    pub uri: String,
    /// The network.
    pub chain_id: u64,
    /// The challenge: at least eight letters and digits.
    pub nonce: String,
    /// When it was made, to the second.
    pub issued_at: DateTime<Utc>,
    /// The first moment at which it no longer counts, to the second.
    pub expires_at: DateTime<Utc>,
}

impl SignInMessage {
    /// The text that the wallet shows and signs.
    #[must_use]
    pub fn text(&self) -> String {
        let rfc3339 = |date: DateTime<Utc>| date.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(
            "{} wants you to sign in with your Ethereum account:\n{}\n\n{}\n\nURI: {}\nVersion: 1\nChain ID: {}\n\
             Nonce: {}\nIssued At: {}\nExpiration Time: {}",
            self.domain,
            self.wallet,
            self.statement,
            self.uri,
            self.chain_id,
            self.nonce,
            rfc3339(self.issued_at),
            rfc3339(self.expires_at),
        )
    }

    /// Reads a text. Only the text that [`Self::text`] would write is read, so that what was shown is what
    /// is meant.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let mut next = || lines.next();
        let domain = next()?.strip_suffix(" wants you to sign in with your Ethereum account:")?.to_owned();
        let wallet = next()?.parse().ok()?;
        next()?;
        let statement = next()?.to_owned();
        next()?;
        let mut member = |name: &str| next()?.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned);
        let date = |text: String| text.parse::<DateTime<Utc>>().ok();
        let uri = member("URI")?;
        member("Version")?;
        let message = Self {
            domain,
            wallet,
            statement,
            uri,
            chain_id: member("Chain ID")?.parse().ok()?,
            nonce: member("Nonce")?,
            issued_at: date(member("Issued At")?)?,
            expires_at: date(member("Expiration Time")?)?,
        };
        (message.text() == text).then_some(message)
    }
}

/// What only the contract of the wallet can say about a signed message; nothing when a key signed, or for a text that is
/// refused anyway.
#[must_use]
pub fn sign_in_question(text: &str, signature: &[u8]) -> Option<ContractQuestion> {
    let message = SignInMessage::parse(text)?;
    ContractQuestion::left(message.wallet, personal_hash(text), signature)
}

/// Judges a signed message: the wallet that signed in, or every reason to refuse.
///
/// # Errors
/// The reasons, when one thing does not hold.
pub fn verify_sign_in(
    text: &str,
    signature: &[u8],
    expected: &WalletExpectation<'_>,
) -> Result<WalletAddress, Vec<Reason>> {
    let mut findings = Findings::about("sign-in");
    let Some(message) = SignInMessage::parse(text) else {
        findings.refuse(Code::Malformed, "the message is not one that is written here");
        return Err(findings.into_reasons());
    };
    if message.domain != expected.domain || same_site(&message.uri, expected.domain).is_none() {
        findings.refuse(Code::AudienceMismatch, format!("it is not made for {}", expected.domain));
    }
    expected.check(&message.nonce, message.chain_id, &mut findings);
    if message.nonce.len() < MIN_NONCE || !message.nonce.chars().all(|c| c.is_ascii_alphanumeric()) {
        findings.refuse(Code::Malformed, format!("the nonce is not {MIN_NONCE} letters and digits or more"));
    }
    let (at, issued, expires) = (expected.at, message.issued_at, message.expires_at);
    if issued > at + CLOCK_SKEW {
        findings.refuse(Code::NotYetValid, format!("it begins at {issued}, and it is {at}"));
    }
    if expires <= at {
        findings.refuse(Code::Expired, format!("it ended at {expires}, and it is {at}"));
    }
    if at - issued > MAX_AGE {
        findings.refuse(Code::PresentationTooOld, format!("it was made at {issued}, and it is {at}"));
    }
    findings.keep(expected.signed(message.wallet, personal_hash(text), signature));
    settled(findings).map(|()| message.wallet)
}

/// The rest of a URI on this host.
fn same_site<'a>(uri: &'a str, domain: &str) -> Option<&'a str> {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?.strip_prefix(domain)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then_some(rest)
}

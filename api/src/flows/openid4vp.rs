//! A wallet presents by OpenID4VP 1.0: the portal gives out a signed request, the wallet fetches it and posts its answer.
//!
//! The challenge of a request is one of [`super::present`]: it counts once and for ten minutes, and the newest one alone.
//! Its nonce is random and given out once, so it names the request and is its `state` as well.
//!
//! A link can be sent to somebody else's wallet. So an answer that proves something counts only when the very session that
//! asked comes back with the code that the wallet was given (section 8.2, `redirect_uri` and `response_code`), and says yes.

use super::present::{self, Asked, KYC_CREDENTIAL, Presented, Reason};
use super::session::token_hash;
use super::site::{Site, current_key, unsigned};
use super::{onboard, personal};
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use compliance::credential::{
    Claims, CredentialQuery, Format, Offline, PresentationRequest, PresentationResponse, sign_request,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::credentials::{Challenge, FOR_PRESENTATION};
use store::investors::Investor;
use utoipa::ToSchema;

/// Where requests are fetched, followed by their name.
pub const REQUESTS_PATH: &str = "/openid4vp/requests";
/// Where answers are posted.
pub const RESPONSES_PATH: &str = "/openid4vp/responses";
/// Where a wallet sends the browser back to, with the code as [`RESPONSE_CODE`].
pub const RETURN_PATH: &str = "/onboarding/credential/return";
/// The parameter of the code.
pub const RESPONSE_CODE: &str = "response_code";
/// How long an answer waits for its session: the wallet opens the browser at once, and a person reads one page.
pub const RESPONSE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// The scheme that wallets of the standard answer to (section 13.1.2).
const SCHEME: &str = "openid4vp://";
/// The longest `state` that is looked up.
const MAX_STATE: usize = 100;

/// What a wallet needs to find a request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WalletRequest {
    /// The name of the platform as the wallet sees it: the presentation is made for it.
    pub client_id: String,
    /// Where the wallet fetches the signed request.
    pub request_uri: String,
    /// Both as a link that opens a wallet on this device, or as the text of a QR code.
    #[schema(example = "openid4vp://?client_id=…&request_uri=…")]
    pub link: String,
    /// The first moment at which no answer is taken any more.
    pub expires_at: DateTime<Utc>,
}

impl WalletRequest {
    fn of(site: &Site, asked: &Asked) -> Self {
        let request_uri = format!("{}{REQUESTS_PATH}/{}", site.url, asked.nonce);
        let link = format!(
            "{SCHEME}?client_id={}&request_uri={}",
            percent_encoded(&asked.audience),
            percent_encoded(&request_uri)
        );
        Self { client_id: asked.audience.clone(), request_uri, link, expires_at: asked.expires_at }
    }
}

/// A text within a query: everything but the unreserved characters of RFC 3986 as `%` and two digits.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Asks for a presentation of the investor who acts, in a session; it takes the place of the request or challenge before.
///
/// # Errors
/// [`AppError::WrongState`] without a public address; [`AppError::NotFound`] before the profile is there.
pub fn ask(app: &App, command: &Command, session: &str) -> Result<WalletRequest, AppError> {
    app.execute(command, &("openid4vp.ask", session), |act| {
        let site = Site::of(act.tx)?;
        current_key(act)?;
        let asked = present::challenge(act, (FOR_PRESENTATION, &client_id(&site)))?;
        let investor = onboard::own(act.tx, act.by)?;
        store::wallet_requests::forget(act.tx, investor.id)?;
        store::wallet_requests::add(act.tx, &asked.nonce, session)?;
        Ok(WalletRequest::of(&site, &asked))
    })
}

/// What wallets can be asked for at this address of the portal.
#[derive(Debug, Clone)]
pub enum Offer {
    /// Nothing: others cannot reach it.
    Nowhere,
    /// A presentation; the request, when one waits for the answer of the investor who asks.
    Presentation(Option<WalletRequest>),
}

/// What wallets can be asked for, and what waits for the investor who asks.
///
/// # Errors
/// When the database fails, and before the profile is there.
pub fn offer(app: &App, command: &Command) -> Result<Offer, AppError> {
    let site = match app.ask(Site::of) {
        Err(AppError::WrongState { .. }) => return Ok(Offer::Nowhere),
        site => site?,
    };
    let open = present::open_challenge(app, command)?.filter(|open| open.audience == client_id(&site));
    Ok(Offer::Presentation(open.map(|open| WalletRequest::of(&site, &open))))
}

fn client_id(site: &Site) -> String {
    let nothing = DateTime::UNIX_EPOCH;
    question(site, "", (nothing, nothing)).client_id()
}

/// What is asked: a KYC credential, in any of the ways that are judged here.
fn question(
    site: &Site,
    nonce: &str,
    (issued_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> PresentationRequest {
    let ways = [("jwt", Format::VcJwt), ("sd_jwt", Format::SdJwt), ("document", Format::DataIntegrity)];
    let way = |(id, format): (&str, Format)| CredentialQuery {
        id: id.to_owned(),
        format,
        types: vec![KYC_CREDENTIAL.to_owned()],
    };
    PresentationRequest {
        verifier: site.did.clone(),
        response_uri: format!("{}{RESPONSES_PATH}", site.url),
        nonce: nonce.to_owned(),
        state: nonce.to_owned(),
        credentials: ways.map(way).to_vec(),
        issued_at,
        expires_at,
    }
}

/// The challenge of a request, with what it asks.
fn find(
    tx: &mut Tx<'_>,
    site: &Site,
    state: &str,
) -> Result<Option<(Challenge, PresentationRequest)>, AppError> {
    // No state of ours has anything else, and PostgreSQL takes no text with a zero in it.
    if state.len() > MAX_STATE || !state.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(None);
    }
    let found = store::credentials::challenge(tx, state)?;
    let ours = |it: &Challenge| it.purpose == FOR_PRESENTATION && it.audience == client_id(site);
    Ok(found.filter(ours).map(|challenge| {
        let second = |date: chrono::NaiveDateTime| date.and_utc().trunc_subsecs(0);
        let dates = (second(challenge.issued_at), second(challenge.expires_at));
        let request = question(site, &challenge.nonce, dates);
        (challenge, request)
    }))
}

/// That a request still waits for its answer.
fn must_be_open(tx: &mut Tx<'_>, challenge: &Challenge, now: DateTime<Utc>) -> Result<(), AppError> {
    let newest = store::credentials::latest_challenge(tx, challenge.investor_id, FOR_PRESENTATION)?;
    let state = if challenge.used_at.is_some() {
        "answered"
    } else if newest.is_none_or(|it| it.nonce != challenge.nonce) {
        "replaced"
    } else if challenge.expires_at.and_utc() <= now {
        "expired"
    } else {
        return Ok(());
    };
    Err(over("request", state))
}

fn over(what: &'static str, state: &str) -> AppError {
    AppError::WrongState { what, state: state.to_owned(), limit: "ask for a new one".to_owned() }
}

/// The signed request object, for the wallet that fetches it.
///
/// # Errors
/// [`AppError::NotFound`] for one that was never given out; [`AppError::WrongState`] for one that was answered, has expired
/// or was replaced, and without a public address.
pub fn request_object(app: &App, name: &str) -> Result<String, AppError> {
    let now = app.clock.now();
    let (site, request, key) = app.ask(|tx| {
        let site = Site::of(tx)?;
        let missing = || AppError::not_found("request", "of this name");
        let (challenge, request) = find(tx, &site, name)?.ok_or_else(missing)?;
        must_be_open(tx, &challenge, now)?;
        let key = store::issued_credentials::keys(tx)?.first().copied().ok_or_else(missing)?;
        Ok((site, request, key))
    })?;
    sign_request(&site.key(app, key)?, &request).map_err(unsigned)
}

/// What became of a wallet's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Answered {
    /// It proves something, which waits for the session that asked.
    Waits {
        /// Where the wallet sends the browser.
        redirect_uri: String,
    },
    /// It proves nothing, for these reasons.
    Refused(Vec<Reason>),
}

/// Judges the answer of a wallet. What it proves waits for the session that asked; a refusal is an outcome, and kept at
/// once. A request takes one answer, whatever it is, so that nobody fills the records by answering again.
///
/// # Errors
/// [`AppError::NotFound`] for an answer to nothing; [`AppError::WrongState`] for a request that is over, and for somebody who
/// was rejected or is frozen.
pub fn respond(app: &App, vp_token: &str, state: &str) -> Result<Answered, AppError> {
    let (command, code) = (Command::from_system(), app.chance.secret());
    app.execute(&command, &("openid4vp.respond", vp_token, state), |act| {
        let site = Site::of(act.tx)?;
        let missing = || AppError::not_found("request", "of this state");
        let (challenge, request) = find(act.tx, &site, state)?.ok_or_else(missing)?;
        let investor = store::investors::find(act.tx, challenge.investor_id)?.ok_or_else(missing)?;
        onboard::in_good_standing(&investor)?;
        must_be_open(act.tx, &challenge, act.now)?;
        store::credentials::use_challenge(act.tx, &challenge.nonce, act.now)?;
        let response = PresentationResponse { vp_token, state };
        let decision =
            present::policy(act.tx)?.verify_response(&request, &response, (false, act.now), &Offline);
        let reasons = present::of_policy(&decision);
        let claims = decision.claims.as_ref();
        let (key, strange) = present::compare(app, act.tx, &investor, claims)?;
        let Some(proven) = claims.filter(|_| reasons.is_empty() && strange.is_empty()) else {
            let refused = present::settle(app, act, &investor, (claims, reasons))?;
            return Ok(Answered::Refused(refused.reasons));
        };
        let waiting = (token_hash(&code), key.seal(app, proven)?);
        store::wallet_requests::answer(act.tx, &challenge.nonce, (&waiting.0, waiting.1), act.now)?;
        Ok(Answered::Waits { redirect_uri: format!("{}{RETURN_PATH}?{RESPONSE_CODE}={code}", site.url) })
    })
}

/// Why an answer does not count where somebody came back with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotReturned {
    /// No wallet was given this code.
    Unknown,
    /// Another session asked, or nobody is signed in: the request was made elsewhere, perhaps by somebody else.
    OtherSession,
    /// It was used before.
    Used,
    /// It waited longer than [`RESPONSE_LIFE`], or a newer request took its place.
    Expired,
}

impl NotReturned {
    /// Every reason, for the texts.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::OtherSession, Self::Used, Self::Expired];

    /// The fixed code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "RESPONSE_UNKNOWN",
            Self::OtherSession => "RESPONSE_OF_ANOTHER_SESSION",
            Self::Used => "RESPONSE_USED",
            Self::Expired => "RESPONSE_EXPIRED",
        }
    }
}

impl From<NotReturned> for AppError {
    fn from(not: NotReturned) -> Self {
        match not {
            NotReturned::Unknown => Self::not_found("response", "of this code"),
            NotReturned::OtherSession => over("response", "of another session"),
            NotReturned::Used => over("response", "used"),
            NotReturned::Expired => over("response", "expired"),
        }
    }
}

/// What waits for a session under a code: the request, what was proven, and about whom.
struct Waiting {
    nonce: String,
    claims: Claims,
    investor: Investor,
}

fn waiting(
    app: &App,
    tx: &mut Tx<'_>,
    (session, code): (&str, &str),
) -> Result<Result<Waiting, NotReturned>, AppError> {
    let Some((request, Challenge { investor_id: investor, .. })) =
        store::wallet_requests::by_code(tx, &token_hash(code))?
    else {
        return Ok(Err(NotReturned::Unknown));
    };
    if request.session != session {
        tracing::warn!(%investor, "a wallet's answer came back to another session than the one that asked");
        return Ok(Err(NotReturned::OtherSession));
    }
    if request.returned_at.is_some() {
        return Ok(Err(NotReturned::Used));
    }
    let now = app.clock.now();
    let in_time = request.answered_at.is_some_and(|at| now < at.and_utc() + RESPONSE_LIFE);
    let (Some(sealed), true) = (request.sealed_claims, in_time) else {
        return Ok(Err(NotReturned::Expired));
    };
    let (Some(investor), Some(key)) =
        (store::investors::find(tx, investor)?, personal::key(&app.secrets, tx, investor)?)
    else {
        return Ok(Err(NotReturned::Expired));
    };
    Ok(Ok(Waiting { nonce: request.nonce, claims: key.open(&sealed)?, investor }))
}

/// What a wallet sent, for the person who is to say yes to it.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// What it proves.
    pub claims: Claims,
    /// What each issuer of a credential is called here; its identifier where it has no name.
    pub issuers: Vec<String>,
}

/// Shows what waits for a session under a code.
///
/// # Errors
/// When the database fails.
pub fn arrived(app: &App, session: &str, code: &str) -> Result<Result<Arrived, NotReturned>, AppError> {
    app.ask(|tx| {
        let claims = match waiting(app, tx, (session, code))? {
            Ok(waiting) => waiting.claims,
            Err(not) => return Ok(Err(not)),
        };
        let mut issuers = Vec::new();
        for credential in &claims.credentials {
            let known = store::credentials::issuer_by_did(tx, &credential.issuer)?;
            issuers.push(known.map_or_else(|| credential.issuer.clone(), |known| known.name));
        }
        Ok(Ok(Arrived { claims, issuers }))
    })
}

/// The person says yes to what their wallet sent: the presentation counts from here on, and the code never again.
///
/// # Errors
/// Those of [`NotReturned`]; [`AppError::WrongState`] for somebody who was rejected or is frozen.
pub fn hand_in(app: &App, command: &Command, (session, code): (&str, &str)) -> Result<Presented, AppError> {
    app.execute(command, &("openid4vp.hand_in", session, code), |act| {
        let Waiting { nonce, claims, investor } = waiting(app, act.tx, (session, code))??;
        onboard::in_good_standing(&investor)?;
        store::wallet_requests::take(act.tx, &nonce, act.now)?;
        present::settle(app, act, &investor, (Some(&claims), Vec::new()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_where_the_request_is() {
        let site =
            Site { url: "https://portal.example".to_owned(), did: "did:web:portal.example".to_owned() };
        let asked =
            Asked { nonce: "n".to_owned(), audience: client_id(&site), expires_at: DateTime::UNIX_EPOCH };
        let link = WalletRequest::of(&site, &asked).link;
        let client = "decentralized_identifier%3Adid%3Aweb%3Aportal.example";
        let request = "https%3A%2F%2Fportal.example%2Fopenid4vp%2Frequests%2Fn";
        assert_eq!(link, format!("openid4vp://?client_id={client}&request_uri={request}"));
    }
}

//! A wallet presents by OpenID4VP 1.0: the portal gives out a signed request, the wallet fetches it and posts its answer.
//!
//! The challenge of a request is one of [`super::present`]: it counts once and for ten minutes, and the newest one alone.
//! Its nonce is random and given out once, so it names the request and is its `state` as well.

use super::onboard;
use super::present::{self, Asked, KYC_CREDENTIAL, Presented};
use super::site::{Site, current_key, unsigned};
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, SubsecRound, Utc};
use compliance::credential::{
    CredentialQuery, Format, Offline, PresentationRequest, PresentationResponse, sign_request,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::credentials::{Challenge, FOR_PRESENTATION};
use utoipa::ToSchema;

/// Where requests are fetched, followed by their name.
pub const REQUESTS_PATH: &str = "/openid4vp/requests";
/// Where answers are posted.
pub const RESPONSES_PATH: &str = "/openid4vp/responses";
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

/// Asks for a presentation of the investor who acts; it takes the place of the request or challenge before.
///
/// # Errors
/// [`AppError::WrongState`] without a public address; [`AppError::NotFound`] before the profile is there.
pub fn ask(app: &App, command: &Command) -> Result<WalletRequest, AppError> {
    app.execute(command, &"openid4vp.ask", |act| {
        let site = Site::of(act.tx)?;
        current_key(act)?;
        let asked = present::challenge(act, (FOR_PRESENTATION, &client_id(&site)))?;
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

/// The signed request object, for the wallet that fetches it.
///
/// # Errors
/// [`AppError::NotFound`] for one that was never given out; [`AppError::WrongState`] for one that was answered or has
/// expired, and without a public address.
pub fn request_object(app: &App, name: &str) -> Result<String, AppError> {
    let now = app.clock.now();
    let (site, request, key) = app.ask(|tx| {
        let site = Site::of(tx)?;
        let missing = || AppError::not_found("request", "of this name");
        let (challenge, request) = find(tx, &site, name)?.ok_or_else(missing)?;
        let over = |state: &str| AppError::WrongState {
            what: "request",
            state: state.to_owned(),
            limit: "ask for a new one".to_owned(),
        };
        if challenge.used_at.is_some() {
            return Err(over("answered"));
        }
        if challenge.expires_at.and_utc() <= now {
            return Err(over("expired"));
        }
        let key = store::issued_credentials::keys(tx)?.first().copied().ok_or_else(missing)?;
        Ok((site, request, key))
    })?;
    sign_request(&site.key(app, key)?, &request).map_err(unsigned)
}

/// Judges the answer of a wallet and keeps what was decided for the investor who was asked. Refusals are outcomes. Nobody
/// is signed in: the answer is tied to the investor by the request that it answers, and by what it proves.
///
/// # Errors
/// [`AppError::NotFound`] for an answer to nothing; [`AppError::WrongState`] for somebody who was rejected or is frozen.
pub fn respond(app: &App, vp_token: &str, state: &str) -> Result<Presented, AppError> {
    let command = Command::from_system();
    app.execute(&command, &("openid4vp.respond", vp_token, state), |act| {
        let site = Site::of(act.tx)?;
        let missing = || AppError::not_found("request", "of this state");
        let (challenge, request) = find(act.tx, &site, state)?.ok_or_else(missing)?;
        let investor = store::investors::find(act.tx, challenge.investor_id)?.ok_or_else(missing)?;
        onboard::in_good_standing(&investor)?;
        let newest = store::credentials::latest_challenge(act.tx, investor.id, FOR_PRESENTATION)?;
        // A newer challenge took the place of this one: it counts as answered.
        let used = challenge.used_at.is_some() || newest.is_none_or(|it| it.nonce != challenge.nonce);
        let response = PresentationResponse { vp_token, state };
        let decision =
            present::policy(act.tx)?.verify_response(&request, &response, (used, act.now), &Offline);
        present::settle(app, act, &investor, (Some(&challenge), &decision))
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

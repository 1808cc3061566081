//! An investor presents a credential: the challenge, and the presentation that answers it, pasted or as a file.

use super::answer::{go_to, refuse, show, with_status};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::app::App;
use crate::error::AppError;
use crate::flows::openid4vp::{self, Arrived, NotReturned, Offer, RESPONSE_CODE, WalletRequest};
use crate::flows::present::{self, Asked, Origin, Reason};
use crate::flows::sandbox_credential::{self, DEFAULT_DAYS};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use askama::Template;
use domain::Invalid;
use domain::party::Role;

/// The page on which a credential is presented.
#[derive(Template)]
#[template(path = "credential_present.html")]
struct CredentialPresent {
    page: PageContext,
    form: Form,
    asked: Waiting,
    reasons: Vec<Reason>,
}

/// What waits for an answer.
struct Waiting {
    /// The challenge.
    asked: Option<Asked>,
    /// What wallets on a phone can be asked for.
    offer: Offer,
}

impl Waiting {
    fn by_wallet(&self) -> bool {
        matches!(self.offer, Offer::Presentation(_))
    }

    fn request(&self) -> Option<&WalletRequest> {
        match &self.offer {
            Offer::Presentation(request) => request.as_ref(),
            Offer::Nowhere => None,
        }
    }
}

impl CredentialPresent {
    fn sentence(&self, reason: &Reason) -> String {
        sentence(&self.page, reason)
    }
}

/// What a reason says in the reader's language; one without a text says itself.
pub(super) fn sentence(page: &PageContext, reason: &Reason) -> String {
    let key = format!("reason-{}", reason.code.to_lowercase().replace('_', "-"));
    page.locale.find(&key, &[]).unwrap_or_else(|| reason.detail.clone())
}

async fn waiting(page: &PageContext) -> Result<Waiting, AppError> {
    let by = page.must_be(&[Role::Investor])?.clone();
    let command = crate::app::Command { by, idempotency_key: None, dry_run: false };
    page.blocking(move |app| {
        let asked = present::open_challenge(app, &command)?;
        Ok(Waiting { asked, offer: openid4vp::offer(app, &command)? })
    })
    .await
}

/// The challenge, if one waits, and the form.
#[get("/onboarding/credential")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    let asked = waiting(&page).await?;
    show(&CredentialPresent { form: page.form("presentation"), asked, reasons: Vec::new(), page })
}

/// The origin of a request, to be found beside the asynchronous work.
fn origin(request: &HttpRequest) -> impl FnOnce(&App) -> Result<Origin, AppError> + Send + 'static {
    let (scheme, host) = crate::http::v1::asked_at(request);
    move |app| Origin::of(app, &scheme, &host)
}

/// Gives out a new challenge.
#[post("/onboarding/credential/challenge")]
async fn challenge(
    page: PageContext,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (command, origin) = (page.command(&posted)?, origin(&request));
    page.blocking(move |app| present::ask(app, &command, &origin(app)?)).await?;
    Ok(go_to("/onboarding/credential"))
}

/// Asks a wallet on a phone.
#[post("/onboarding/credential/wallet")]
async fn ask_wallet(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let session = session(&page)?;
    page.blocking(move |app| openid4vp::ask(app, &command, &session)).await?;
    Ok(go_to("/onboarding/credential"))
}

/// The session that reads the page.
fn session(page: &PageContext) -> Result<String, AppError> {
    page.reader.as_ref().map(|reader| reader.session.clone()).ok_or(AppError::SignedOut)
}

/// What a wallet sent, for the session that asked for it.
#[derive(Template)]
#[template(path = "credential_return.html")]
struct CredentialReturn {
    page: PageContext,
    form: Form,
    code: String,
    arrived: Result<Arrived, NotReturned>,
}

impl CredentialReturn {
    /// Why nothing waits here.
    fn why_not(&self, not: &NotReturned) -> String {
        sentence(&self.page, &Reason { code: not.code().to_owned(), detail: String::new() })
    }
}

/// The parameter with which a wallet sends the browser back.
#[derive(serde::Deserialize)]
struct Returned {
    #[serde(default)]
    response_code: String,
}

/// The wallet sent the browser back. Nobody need be signed in here: whoever was sent a link that somebody else had asked
/// for is told so.
#[get("/onboarding/credential/return")]
async fn came_back(page: PageContext, query: web::Query<Returned>) -> Result<HttpResponse, AppError> {
    show_return(page, query.into_inner().response_code).await
}

async fn show_return(page: PageContext, code: String) -> Result<HttpResponse, AppError> {
    let (session, shown) = (session(&page).unwrap_or_default(), code.clone());
    let arrived = page.blocking(move |app| openid4vp::arrived(app, &session, &shown)).await?;
    let form = page.form("return");
    match &arrived {
        Ok(_) => show(&CredentialReturn { form, code, arrived, page }),
        Err(_) => with_status(StatusCode::CONFLICT, &CredentialReturn { form, code, arrived, page }),
    }
}

/// The person says yes.
#[post("/onboarding/credential/return")]
async fn say_yes(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let (command, session, code) =
        (page.command(&posted)?, session(&page)?, posted.text(RESPONSE_CODE).to_owned());
    let shown = code.clone();
    let judged = page.blocking(move |app| openid4vp::hand_in(app, &command, (&session, &code))).await;
    match judged {
        Err(AppError::NotFound { .. } | AppError::WrongState { what: "response", .. }) => {
            show_return(page, shown).await
        }
        judged => answer(page, &posted, judged).await,
    }
}

/// Judges what was pasted, or the file that was chosen.
#[post("/onboarding/credential")]
async fn submit(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let judged = match presentation(&posted) {
        Ok(text) => page.blocking(move |app| present::submit(app, &command, &text)).await,
        Err(invalid) => Err(invalid.into()),
    };
    answer(page, &posted, judged).await
}

/// What was judged: on to the steps when it was accepted, else the form with the reasons.
async fn answer(
    page: PageContext,
    posted: &Posted,
    judged: Result<present::Presented, AppError>,
) -> Result<HttpResponse, AppError> {
    let asked = waiting(&page).await?;
    match judged {
        Ok(presented) if presented.accepted => Ok(go_to("/onboarding")),
        Ok(presented) => {
            let form = page.form("presentation").typed(posted);
            refuse(&CredentialPresent { form, asked, reasons: presented.reasons, page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("presentation").refused(posted, invalids);
            refuse(&CredentialPresent { form, asked, reasons: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

fn presentation(posted: &Posted) -> Result<String, Invalid> {
    let needed = || Invalid::new("presentation", "", "a presentation, pasted or as a file");
    if let Some(text) = posted.optional("presentation") {
        return Ok(text.to_owned());
    }
    let file = posted.files("file").next().ok_or_else(needed)?;
    String::from_utf8(file.content.clone()).map_err(|_| needed())
}

/// In the sandbox: the demonstration provider vouches for the reader, and the presentation is sent at once.
#[post("/onboarding/credential/demo")]
async fn demo(page: PageContext, request: HttpRequest, posted: Posted) -> Result<HttpResponse, AppError> {
    let (command, origin) = (page.command(&posted)?, origin(&request));
    let judged = page.blocking(move |app| {
        let origin = origin(app)?;
        let made = sandbox_credential::demo_credential(app, &command, &origin, DEFAULT_DAYS)?;
        present::submit(app, &command, &made.presentation)
    });
    let judged = judged.await;
    answer(page, &posted, judged).await
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(ask)
        .service(challenge)
        .service(ask_wallet)
        .service(came_back)
        .service(say_yes)
        .service(submit)
        .service(demo);
}

#[cfg(test)]
mod tests {
    use super::super::texts::Locale;
    use crate::flows::openid4vp::NotReturned;
    use compliance::credential::Code;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        let ours = [
            "NAME_MISMATCH",
            "COUNTRY_MISMATCH",
            "BIRTH_DATE_MISMATCH",
            "CLASS_MISMATCH",
            "CLAIM_MISSING",
            "DID_TAKEN",
            "DID_CHANGED",
            "CHALLENGE_MISSING",
            "CHALLENGE_EXPIRED",
            "WALLET_KNOWN",
            "WALLET_TAKEN",
        ];
        let returned = NotReturned::ALL.map(NotReturned::code);
        for code in Code::ALL.iter().map(|code| code.as_str()).chain(ours).chain(returned) {
            let key = format!("reason-{}", code.to_lowercase().replace('_', "-"));
            for locale in Locale::ALL {
                assert!(locale.find(&key, &[]).is_some(), "{key} {}", locale.tag());
            }
        }
    }
}

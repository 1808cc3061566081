//! What a wallet fetches and posts to present by OpenID4VP 1.0; nobody is signed in here.

use crate::app::App;
use crate::error::AppError;
use crate::flows::openid4vp::{self, Answered};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, get, post, web};
use domain::Invalid;
use serde::Deserialize;
use serde_json::json;

/// What stands before the name of a request; the name is its secret.
pub(super) const REQUESTS_PATH: &str = "/openid4vp/requests/";

/// The signed request object (RFC 9101).
#[get("/openid4vp/requests/{name}")]
async fn request_object(app: web::Data<App>, name: web::Path<String>) -> Result<HttpResponse, AppError> {
    let object = app.blocking(move |app| openid4vp::request_object(app, &name)).await?;
    let mut answer = HttpResponse::Ok();
    Ok(answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "application/oauth-authz-req+jwt"))
        .body(object))
}

/// The form that a wallet posts: its answer, or the error why there is none.
#[derive(Deserialize)]
struct Posted {
    vp_token: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Takes the answer of a wallet (`direct_post`). The wallet hears where to send the browser of its owner, or every reason
/// why its answer was refused.
#[post("/openid4vp/responses")]
async fn respond(app: web::Data<App>, form: web::Form<Posted>) -> Result<HttpResponse, AppError> {
    let Posted { vp_token, state, error } = form.into_inner();
    if error.is_some() && vp_token.is_none() {
        // The person said no in their wallet: the request stays open until it expires.
        return Ok(HttpResponse::Ok().json(json!({})));
    }
    let needed = |field: &str| Invalid::new(field, "", "the answer of a wallet: vp_token and state");
    let vp_token = vp_token.ok_or_else(|| needed("vp_token"))?;
    let state = state.ok_or_else(|| needed("state"))?;
    let answered = app.blocking(move |app| openid4vp::respond(app, &vp_token, &state)).await?;
    let not_kept = (CACHE_CONTROL, "no-store");
    Ok(match answered {
        Answered::Waits { redirect_uri } => {
            HttpResponse::Ok().insert_header(not_kept).json(json!({ "redirect_uri": redirect_uri }))
        }
        Answered::Refused(reasons) => {
            let details: Vec<_> = reasons.iter().map(|reason| reason.detail.as_str()).collect();
            HttpResponse::BadRequest().insert_header(not_kept).json(json!({
                "error": "invalid_request",
                "error_description": details.join("; "),
                "reasons": reasons,
            }))
        }
    })
}

/// The routes of both.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(request_object).service(respond);
}

//! Sanctions lists and credential issuers: what the officer's checks rest on.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::app::Command;
use crate::error::AppError;
use crate::flows::credential_issuer::{self, NewIssuer};
use crate::flows::present;
use crate::flows::screen::{self, ListFiles, ListFormat};
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::ids::CredentialIssuerId;
use domain::party::Role;
use domain::{Invalid, Invalids};
use store::credentials::CredentialIssuer;
use store::screening::ListVersion;

/// The lists in force, and the form for a new version.
#[derive(Template)]
#[template(path = "sanctions_lists.html")]
struct SanctionsLists {
    page: PageContext,
    lists: Vec<ListVersion>,
    form: Form,
    /// What else the publisher of a list gives and was not among its files.
    warnings: Vec<String>,
}

impl SanctionsLists {
    fn stale(&self, list: &ListVersion) -> bool {
        is_stale(list, self.page.now)
    }

    /// The files that are missing, in the reader's language.
    fn absent(&self) -> Vec<String> {
        let file = |warning: &String| warning.split_once(' ').map(|(file, _)| file.to_owned());
        let text = |file: String| self.page.t(&format!("list-absent-{}", file.replace(".csv", "")));
        self.warnings.iter().filter_map(file).map(text).collect()
    }

    fn formats(&self) -> Vec<(&'static str, String)> {
        let all = ListFormat::ALL;
        all.iter().map(|it| (it.as_str(), self.page.t(&format!("format-{}", it.as_str())))).collect()
    }
}

/// Whether a list is so old that its publisher will have changed it since.
pub(super) fn is_stale(list: &ListVersion, now: DateTime<Utc>) -> bool {
    now - list.loaded_at.and_utc() > compliance::screening::MAX_AGE
}

async fn lists(page: &PageContext) -> Result<Vec<ListVersion>, AppError> {
    let by = page.must_be(&[Role::Compliance, Role::Operator])?.clone();
    let command = Command { by, idempotency_key: None, dry_run: false };
    page.blocking(move |app| screen::lists_in_force(app, &command)).await
}

/// The lists in force.
#[get("/sanctions-lists")]
async fn show_lists(page: PageContext) -> Result<HttpResponse, AppError> {
    let lists = lists(&page).await?;
    show(&SanctionsLists { form: page.form("list"), lists, warnings: Vec::new(), page })
}

/// Puts a list in force.
#[post("/sanctions-lists")]
async fn load(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let loaded = match list_files(&posted) {
        Ok(from) => page.blocking(move |app| screen::load_list(app, &command, &from)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match loaded {
        Ok(loaded) if loaded.warnings.is_empty() => Ok(go_to("/sanctions-lists")),
        Ok(loaded) => {
            let (form, lists) = (page.form("list"), lists(&page).await?);
            show(&SanctionsLists { lists, form, warnings: loaded.warnings, page })
        }
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("list").refused(&posted, invalids);
            refuse(&SanctionsLists { lists: lists(&page).await?, form, warnings: Vec::new(), page })
        }
        Err(error) => Err(error),
    }
}

fn list_files(posted: &Posted) -> Result<ListFiles, Invalids> {
    let format = posted.parse::<ListFormat>("format").map_err(Invalids::from)?;
    let files: Vec<_> = posted.files("file").map(|file| (file.name.clone(), file.content.clone())).collect();
    if files.is_empty() {
        return Err(Invalid::new("file", "", "at least one file").into());
    }
    let version = posted.optional("version").map(str::to_owned);
    Ok(ListFiles { name: posted.text("list").to_owned(), format, version, files })
}

/// The providers that are believed, and the form for another one.
#[derive(Template)]
#[template(path = "credential_issuers.html")]
struct CredentialIssuers {
    page: PageContext,
    issuers: Vec<CredentialIssuer>,
    form: Form,
}

impl CredentialIssuers {
    fn types(&self, issuer: &CredentialIssuer) -> String {
        let types: Vec<String> = serde_json::from_str(&issuer.credential_types).unwrap_or_default();
        types.join(", ")
    }

    fn trusted(&self, issuer: &CredentialIssuer) -> bool {
        let now = self.page.now.naive_utc();
        issuer.trusted_from <= now && issuer.trusted_until.is_none_or(|until| now < until)
    }
}

async fn issuers(page: &PageContext) -> Result<Vec<CredentialIssuer>, AppError> {
    page.must_be(&[Role::Compliance, Role::Operator])?;
    page.blocking(credential_issuer::issuers).await
}

/// The providers that are or were believed.
#[get("/credential-issuers")]
async fn show_issuers(page: PageContext) -> Result<HttpResponse, AppError> {
    let issuers = issuers(&page).await?;
    let form = page.form("issuer").with("credential_types", present::KYC_CREDENTIAL);
    show(&CredentialIssuers { form, issuers, page })
}

/// Believes a provider.
#[post("/credential-issuers")]
async fn trust(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let command = page.command(&posted)?;
    let types = posted.text("credential_types").split([',', '\n']).map(str::trim);
    let new = NewIssuer {
        did: posted.text("did").trim().to_owned(),
        name: posted.text("issuer_name").to_owned(),
        credential_types: types.filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        trusted_from: None,
        trusted_until: None,
    };
    match page.blocking(move |app| credential_issuer::trust(app, &command, &new)).await {
        Ok(_) => Ok(go_to("/credential-issuers")),
        Err(AppError::Invalid(invalids)) => {
            let renamed = |it: Invalid| if it.field == "name" { it.named("issuer_name") } else { it };
            let invalids = Invalids(invalids.0.into_iter().map(renamed).collect());
            let form = page.form("issuer").refused(&posted, invalids);
            refuse(&CredentialIssuers { issuers: issuers(&page).await?, form, page })
        }
        Err(error) => Err(error),
    }
}

/// Ends the trust in a provider, now.
#[post("/credential-issuers/{id}/end")]
async fn end(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let (id, command) = (id.parse::<CredentialIssuerId>()?, page.command(&posted)?);
    page.blocking(move |app| credential_issuer::end_trust(app, &command, id)).await?;
    Ok(go_to("/credential-issuers"))
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_lists).service(load).service(show_issuers).service(trust).service(end);
}

//! The pool builder, first step: which assets, and what they add up to.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::plan::list as in_a_row;
use super::posted::{Posted, Step};
use crate::app::App;
use crate::error::AppError;
use crate::flows::pool::{self, Choice, Drafted, InvoiceFilter, LeftOut, NewPool, Totals};
use crate::http::request::day;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::IssuerId;
use domain::party::Role;
use domain::text::{MAX_NAME, bounded};
use domain::{Currency, Invalid, Invalids, Money};

/// The fields, and after a review what they would make.
#[derive(Template)]
#[template(path = "pool_new.html")]
struct PoolNew {
    page: PageContext,
    form: Form,
    /// Properties that can be chosen: id and name.
    properties: Vec<(String, String)>,
    /// Imports that can be chosen: id and moment.
    imports: Vec<(String, String)>,
    drafted: Option<Drafted>,
}

impl PoolNew {
    fn reasons(&self, left: &LeftOut) -> String {
        in_a_row(&left.reasons, self.page.locale)
    }
}

/// What an issuer can choose from.
type Offered = (Vec<(String, String)>, Vec<(String, chrono::NaiveDateTime)>);

fn offered(app: &App, issuer: IssuerId) -> Result<Offered, AppError> {
    app.ask(|tx| {
        let mut properties = Vec::new();
        for property in store::properties::page(tx, Some(issuer), None, store::MAX_PAGE)? {
            if store::pools::of_property(tx, property.id)?.is_none() {
                properties.push((property.id.to_string(), property.name));
            }
        }
        let mut imports = store::imports::page(tx, issuer, None, store::MAX_PAGE)?;
        imports.retain(|import| import.accepted > 0 && import.kind == domain::asset::ImportKind::Invoices);
        let imports = imports.into_iter().map(|import| (import.id.to_string(), import.created_at)).collect();
        Ok((properties, imports))
    })
}

async fn builder(page: PageContext) -> Result<PoolNew, AppError> {
    let issuer = page.must_be(&[Role::Issuer])?.issuer()?;
    let (properties, imports) = page.blocking(move |app| offered(app, issuer)).await?;
    let imports = imports.into_iter().map(|(id, at)| (id, page.say(at))).collect();
    let form = page.form("pool").with("currency", "EUR");
    Ok(PoolNew { page, form, properties, imports, drafted: None })
}

/// The fields.
#[get("/pools/new")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    show(&builder(page).await?)
}

/// Shows what a draft would hold, or makes it.
#[post("/pools/new")]
async fn draft(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    let mut builder = builder(page.clone()).await?;
    if posted.step() == Step::Change {
        builder.form = page.form("pool").typed(&posted);
        return show(&builder);
    }
    let command = page.command(&posted)?;
    let drafted = match new_pool(&posted) {
        Ok(new) => page.blocking(move |app| pool::draft(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match drafted {
        Ok(drafted) if posted.step() == Step::Review => {
            builder.form = page.form("pool").typed(&posted);
            builder.drafted = Some(drafted);
            show(&builder)
        }
        Ok(drafted) => Ok(go_to(&format!("/pools/{}", drafted.pool_id))),
        Err(AppError::Invalid(mut invalids)) => {
            for invalid in &mut invalids.0 {
                if invalid.field == "invoice_ids" {
                    invalid.field = "import_id".to_owned();
                }
            }
            builder.form = page.form("pool").refused(&posted, invalids);
            refuse(&builder)
        }
        Err(error) => Err(error),
    }
}

/// The pool that a form describes: of a property when one is chosen, else of invoices.
fn new_pool(posted: &Posted) -> Result<NewPool, Invalids> {
    let mut found = Invalids::default();
    let name = found.check(bounded("name", posted.text("name"), MAX_NAME));
    let symbol = found.check(posted.parse("symbol"));
    let property = found.check(posted.parse_optional("property_id"));
    let currency = match posted.optional("property_id") {
        Some(_) => Some(None),
        None => found.check(posted.parse::<Currency>("currency")).map(Some),
    };
    let import_id = found.check(posted.parse_optional("import_id"));
    let mut day_in =
        |field: &str| found.check(posted.optional(field).map(|text| day(field, text)).transpose());
    let (due_from, due_to) = (day_in("due_from"), day_in("due_to"));
    let mut amount = |field: &str| match (posted.optional(field), currency.flatten()) {
        (Some(text), Some(currency)) => {
            let parsed =
                Money::parse(&text.replace(',', ""), currency).map_err(|invalid| invalid.named(field));
            found.check(parsed).map(|money| Some(money.minor))
        }
        _ => Some(None),
    };
    let (amount_from_minor, amount_to_minor) = (amount("amount_from"), amount("amount_to"));
    let parsed = (|| {
        let filter = InvoiceFilter {
            import_id: import_id?,
            due_from: due_from?,
            due_to: due_to?,
            amount_from_minor: amount_from_minor?,
            amount_to_minor: amount_to_minor?,
            buyer_country: None,
        };
        let choice = property?.map_or(Choice::Filter(filter), Choice::Property);
        Some(NewPool { name: name?, symbol: symbol?, currency: currency?, choice })
    })();
    found.into_result()?;
    parsed.ok_or_else(|| Invalid::new("form", "", "a pool").into())
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(draft);
}

//! Properties: a list, a form for a new one, and one with its units and leases.

use super::answer::{go_to, refuse, show};
use super::collections::takes_cash;
use super::context::PageContext;
use super::form::Form;
use super::posted::Posted;
use crate::error::AppError;
use crate::flows::pool;
use crate::flows::property::{self, NewProperty};
use crate::http::request::{Page, PageQuery};
use crate::http::v1::invoices::OFFICIALS;
use crate::http::v1::properties as v1;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::{PoolId, PropertyId};
use domain::party::Role;
use domain::{Currency, Invalids, Money};
use store::properties::{self, Lease, Property, RentalUnit};
use tokenizer::pool::RentalTotals;

/// The list.
#[derive(Template)]
#[template(path = "properties.html")]
struct Properties {
    page: PageContext,
    may_add: bool,
    properties: Page<Property>,
}

/// The form of a new one.
#[derive(Template)]
#[template(path = "property_new.html")]
struct PropertyNew {
    page: PageContext,
    form: Form,
}

/// One property.
#[derive(Template)]
#[template(path = "property.html")]
struct PropertyPage {
    page: PageContext,
    property: Property,
    totals: RentalTotals,
    units: Vec<(RentalUnit, Vec<Lease>)>,
    /// The pool on which the reader can book its rents.
    till: Option<PoolId>,
}

impl PropertyPage {
    fn rent(&self, lease: &Lease) -> Money {
        Money::new(lease.rent_minor, lease.currency)
    }
}

/// The list.
#[get("/properties")]
async fn list(page: PageContext, query: web::Query<PageQuery>) -> Result<HttpResponse, AppError> {
    let issuer = page.must_be(OFFICIALS)?.issuer().ok();
    let (after, rows) = (query.cursor()?, query.rows()?);
    let found = page.blocking(move |app| app.ask(|tx| Ok(properties::page(tx, issuer, after, rows)?)));
    let properties = Page::of(found.await?, rows, |property| property.id.to_string());
    show(&Properties { page, may_add: issuer.is_some(), properties })
}

/// The form.
#[get("/properties/new")]
async fn ask(page: PageContext) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    show(&PropertyNew { form: page.form("property"), page })
}

/// Adds the property.
#[post("/properties/new")]
async fn add(page: PageContext, posted: Posted) -> Result<HttpResponse, AppError> {
    page.must_be(&[Role::Issuer])?;
    let command = page.command(&posted)?;
    let added = match new_property(&posted) {
        Ok(new) => page.blocking(move |app| property::add(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match added {
        Ok(id) => Ok(go_to(&format!("/properties/{id}"))),
        Err(AppError::Invalid(invalids)) => {
            let form = page.form("property").refused(&posted, invalids);
            refuse(&PropertyNew { form, page })
        }
        Err(error) => Err(error),
    }
}

/// The property that a form describes: people write its value in major units.
fn new_property(posted: &Posted) -> Result<NewProperty, Invalids> {
    let mut found = Invalids::default();
    let currency = found.check(posted.parse::<Currency>("currency"));
    let valuation = currency.and_then(|currency| {
        let parsed = Money::parse(&posted.text("valuation").replace(',', ""), currency);
        found.check(parsed.map_err(|invalid| invalid.named("valuation")))
    });
    let body = v1::NewPropertyBody {
        external_id: posted.text("external_id").to_owned(),
        name: posted.text("name").to_owned(),
        address: posted.text("address").to_owned(),
        country: posted.text("country").to_owned(),
        currency: posted.text("currency").to_owned(),
        // What could not be read is found above; the others are still to be checked.
        valuation_minor: valuation.map_or(1, |valuation| valuation.minor),
    };
    let renamed = |mut invalids: Invalids| {
        for invalid in &mut invalids.0 {
            if invalid.field == "valuation_minor" {
                invalid.field = "valuation".to_owned();
            }
        }
        invalids
    };
    match NewProperty::try_from(body).map_err(renamed) {
        Ok(new) => found.into_result().map(|()| new),
        Err(more) => {
            let known: Vec<String> = found.0.iter().map(|invalid| invalid.field.clone()).collect();
            found.0.extend(more.0.into_iter().filter(|invalid| !known.contains(&invalid.field)));
            Err(found)
        }
    }
}

/// One property.
#[get("/properties/{id}")]
async fn show_one(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(OFFICIALS)?.clone();
    let id: PropertyId = id.parse().map_err(|_| AppError::not_found("property", &*id))?;
    let today = page.now.date_naive();
    let found = page.blocking(move |app| {
        app.ask(|tx| {
            let property = v1::visible(tx, &by, id)?;
            let totals = pool::rental_totals(tx, &property, today)?;
            let mut units: Vec<(RentalUnit, Vec<Lease>)> =
                properties::units(tx, id)?.into_iter().map(|unit| (unit, Vec::new())).collect();
            for (_, lease) in properties::leases_of(tx, id)? {
                let unit = units.iter_mut().find(|(unit, _)| unit.id == lease.rental_unit_id);
                if let Some((_, leases)) = unit {
                    leases.push(lease);
                }
            }
            let pool = store::pools::of_property(tx, id)?;
            let till = pool.filter(|pool| by.issuer().is_ok() && takes_cash(pool)).map(|pool| pool.id);
            Ok((property, totals, units, till))
        })
    });
    let (property, totals, units, till) = found.await?;
    show(&PropertyPage { page, property, totals, units, till })
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(ask).service(add).service(show_one);
}

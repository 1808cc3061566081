//! Properties that earn rent, with what they add up to.

use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use crate::flows::{pool, property};
use crate::http::body::MoneyBody;
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery, Write, WriteQuery};
use actix_web::{HttpResponse, get, post, web};
use domain::ids::PropertyId;
use domain::money::MAX_MINOR;
use domain::text::{MAX_NAME, MAX_REFERENCE, bounded};
use domain::{Currency, Invalid, Invalids, Money};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::properties::{self, Property};
use tokenizer::pool::RentalTotals;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(add_property, list_properties, show_property))]
pub struct Api;

/// The most characters of an address: several lines.
const MAX_ADDRESS: usize = 400;

/// A property to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPropertyBody {
    /// The issuer's own key, as the column `property` of the rent roll names it.
    #[schema(example = "Hafenstrasse 12")]
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub address: String,
    /// The country it stands in.
    #[schema(example = "DE")]
    pub country: String,
    /// The currency of its value and its rents.
    #[schema(example = "EUR")]
    pub currency: String,
    /// What it was valued at, in minor units.
    pub valuation_minor: i64,
}

impl TryFrom<NewPropertyBody> for property::NewProperty {
    type Error = Invalids;

    fn try_from(body: NewPropertyBody) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let external_id = found.check(bounded("external_id", &body.external_id, MAX_REFERENCE));
        let name = found.check(bounded("name", &body.name, MAX_NAME));
        let address = found.check(bounded("address", &body.address, MAX_ADDRESS));
        let country = found.check(body.country.trim().parse());
        let currency = found.check(body.currency.trim().parse::<Currency>());
        let minor = body.valuation_minor;
        if !(1..=MAX_MINOR).contains(&minor) {
            found.push(Invalid::new("valuation_minor", minor, format!("from 1 to {MAX_MINOR}")));
        }
        let parsed = (|| {
            let valuation = Money::new(minor, currency?);
            Some(Self {
                external_id: external_id?,
                name: name?,
                address: address?,
                country: country?,
                valuation,
            })
        })();
        found.into_result()?;
        parsed.ok_or_else(|| Invalid::new("body", "", "a property").into())
    }
}

/// A property.
#[derive(Serialize, ToSchema)]
struct PropertyBody {
    /// Its id.
    id: String,
    /// The issuer's own key.
    external_id: String,
    /// Its name.
    name: String,
    /// Where it stands.
    address: String,
    /// The country it stands in.
    country: &'static str,
    /// What it was valued at.
    valuation: MoneyBody,
    /// What it adds up to; only where one property is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    totals: Option<RentalTotalsBody>,
}

/// What a let property adds up to.
#[derive(Serialize, ToSchema)]
#[schema(as = RentalTotals)]
pub(crate) struct RentalTotalsBody {
    /// What it was valued at.
    valuation: MoneyBody,
    /// Units that can be let.
    units: i64,
    /// Units that are let today.
    let_units: i64,
    /// Rent that falls due in the next twelve months.
    rent_of_next_year: MoneyBody,
}

impl From<RentalTotals> for RentalTotalsBody {
    fn from(totals: RentalTotals) -> Self {
        Self {
            valuation: totals.valuation.into(),
            units: totals.units,
            let_units: totals.let_units,
            rent_of_next_year: totals.rent_of_next_year.into(),
        }
    }
}

impl From<Property> for PropertyBody {
    fn from(property: Property) -> Self {
        Self {
            id: property.id.to_string(),
            valuation: property.valuation().into(),
            external_id: property.external_id,
            name: property.name,
            address: property.address,
            country: property.country.code(),
            totals: None,
        }
    }
}

/// A property that was added.
#[derive(Serialize, ToSchema)]
struct Added {
    /// Its id.
    id: String,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(add_property).service(list_properties).service(show_property);
}

/// The property, if the actor may see it: issuers their own, officials all.
pub(crate) fn visible(tx: &mut Tx<'_>, by: &Actor, id: PropertyId) -> Result<Property, AppError> {
    by.must_be(super::invoices::OFFICIALS)?;
    let issuer = by.issuer().ok();
    let found = properties::find(tx, id)?;
    let own = found.filter(|property| issuer.is_none_or(|issuer| property.issuer_id == issuer));
    own.ok_or_else(|| AppError::not_found("property", id))
}

/// Add a property.
#[utoipa::path(context_path = "/v1", tag = "properties", params(WriteQuery), request_body = NewPropertyBody,
    security(("session" = [])), responses(
    (status = 201, description = "The property was added", body = Added),
    (status = 200, description = "A dry run: it would be added", body = Added),
    (status = 422, description = "Something is not accepted", body = Problem),
))]
#[post("/properties")]
async fn add_property(
    app: web::Data<App>,
    write: Write,
    body: Json<NewPropertyBody>,
) -> Result<HttpResponse, AppError> {
    write.caller.signed_in.actor.issuer()?;
    let command = write.command()?;
    let new = property::NewProperty::try_from(body.into_inner())?;
    let id = app.blocking(move |app| property::add(app, &command, &new)).await?;
    Ok(super::created(write.query.dry_run).json(Added { id: id.to_string() }))
}

/// Properties, oldest first.
#[utoipa::path(context_path = "/v1", tag = "properties", params(PageQuery), security(("session" = [])), responses(
    (status = 200, description = "A page of properties", body = Page<PropertyBody>),
))]
#[get("/properties")]
async fn list_properties(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(super::invoices::OFFICIALS)?;
    let issuer = caller.signed_in.actor.issuer().ok();
    let (after, rows) = (query.cursor()?, query.rows()?);
    let found = app.blocking(move |app| app.ask(|tx| Ok(properties::page(tx, issuer, after, rows)?)));
    let items = found.await?.into_iter().map(PropertyBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |property: &PropertyBody| property.id.clone())))
}

/// A property with what it adds up to today.
#[utoipa::path(context_path = "/v1", tag = "properties", security(("session" = [])), responses(
    (status = 200, description = "The property", body = PropertyBody),
    (status = 404, description = "There is no such property for you", body = Problem),
))]
#[get("/properties/{id}")]
async fn show_property(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: PropertyId = id.parse().map_err(|_| AppError::not_found("property", &*id))?;
    let found = app.blocking(move |app| {
        let today = app.clock.now().date_naive();
        app.ask(|tx| {
            let property = visible(tx, &caller.signed_in.actor, id)?;
            let totals = pool::rental_totals(tx, &property, today)?;
            Ok((property, totals))
        })
    });
    let (property, totals) = found.await?;
    Ok(HttpResponse::Ok().json(PropertyBody { totals: Some(totals.into()), ..property.into() }))
}

//! Leases of a property, as the rent roll brought them.

use crate::app::App;
use crate::error::AppError;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use domain::ids::PropertyId;
use serde::Serialize;
use store::properties::{self, Lease};
use tokenizer::intake::lease;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_leases))]
pub struct Api;

/// A unit of a property with its leases.
#[derive(Serialize, ToSchema)]
struct UnitBody {
    /// The unit's id.
    id: String,
    /// The issuer's own name of it.
    #[schema(example = "1A")]
    unit: String,
    /// Whether it is let today.
    is_let: bool,
    /// Its leases, by their first days.
    leases: Vec<LeaseBody>,
}

/// A lease.
#[derive(Serialize, ToSchema)]
struct LeaseBody {
    /// Its id.
    id: String,
    /// The issuer's code for the tenant.
    tenant_reference: String,
    /// The first day.
    starts_on: NaiveDate,
    /// The last day; none when it runs until notice.
    ends_on: Option<NaiveDate>,
    /// The currency of the rent.
    currency: &'static str,
    /// The rent of a whole period in the first year, in minor units.
    rent_minor: i64,
    /// `monthly`, `quarterly`, `half_yearly` or `yearly`.
    #[schema(example = "monthly")]
    frequency: String,
    /// The day of the month on which it falls due.
    due_day: u32,
    /// What the rent rises by each year.
    #[schema(example = "2.5%")]
    escalator: String,
    /// Months from the start without rent.
    free_months: u32,
    /// What the tenant has deposited, in minor units.
    deposit_minor: i64,
}

fn body(lease: &Lease) -> Result<LeaseBody, AppError> {
    let read: lease::Lease = serde_json::from_str(&lease.terms).map_err(AppError::internal)?;
    let terms = read.terms();
    Ok(LeaseBody {
        id: lease.id.to_string(),
        tenant_reference: lease.tenant_reference.clone(),
        starts_on: lease.starts_on,
        ends_on: lease.ends_on,
        currency: lease.currency.code(),
        rent_minor: lease.rent_minor,
        frequency: terms.frequency.to_string(),
        due_day: terms.due_day,
        escalator: terms.escalator.to_string(),
        free_months: terms.free_months,
        deposit_minor: terms.deposit.minor,
    })
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_leases);
}

/// The units of a property with their leases; at most 5,000 units and 20,000 leases.
#[utoipa::path(context_path = "/v1", tag = "properties", security(("session" = [])), responses(
    (status = 200, description = "Units with their leases", body = Vec<UnitBody>),
    (status = 404, description = "There is no such property for you", body = Problem),
))]
#[get("/properties/{id}/leases")]
async fn list_leases(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id: PropertyId = id.parse().map_err(|_| AppError::not_found("property", &*id))?;
    let found = app.blocking(move |app| {
        let today = app.clock.now().date_naive();
        app.ask(|tx| {
            let property = super::properties::visible(tx, &caller.signed_in.actor, id)?;
            let mut units: Vec<UnitBody> = properties::units(tx, property.id)?
                .into_iter()
                .map(|unit| UnitBody {
                    id: unit.id.to_string(),
                    unit: unit.external_id,
                    is_let: false,
                    leases: Vec::new(),
                })
                .collect();
            for (name, lease) in properties::leases_of(tx, property.id)? {
                let Some(unit) = units.iter_mut().find(|unit| unit.unit == name) else { continue };
                unit.is_let |= lease.starts_on <= today && lease.ends_on.is_none_or(|last| last >= today);
                unit.leases.push(body(&lease)?);
            }
            Ok(units)
        })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

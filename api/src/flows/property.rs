//! A property is added, so that a rent roll can name it.

use crate::app::{App, Command};
use crate::error::AppError;
use domain::ids::PropertyId;
use domain::{Country, Invalid, Money};
use serde::Serialize;
use store::properties::{self, Property};

/// A property to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewProperty {
    /// The issuer's own key, as the rent roll names it.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub address: String,
    /// The country it stands in.
    pub country: Country,
    /// What it was valued at, in the currency of its rents; more than nothing.
    pub valuation: Money,
}

/// Adds a property.
///
/// # Errors
/// When the issuer has one under the same key.
pub fn add(app: &App, command: &Command, new: &NewProperty) -> Result<PropertyId, AppError> {
    let issuer = command.by.issuer()?;
    app.execute(command, new, |act| {
        if properties::by_external_id(act.tx, issuer, &new.external_id)?.is_some() {
            let limit = "a key that no other property of yours has";
            return Err(Invalid::new("external_id", &new.external_id, limit).into());
        }
        let id: PropertyId = act.id();
        let property = Property {
            id,
            issuer_id: issuer,
            external_id: new.external_id.clone(),
            name: new.name.clone(),
            address: new.address.clone(),
            country: new.country,
            currency: new.valuation.currency,
            valuation_minor: new.valuation.minor,
            created_at: act.now.naive_utc(),
        };
        properties::add(act.tx, property)?;
        act.audit("property.added", id, &serde_json::json!({ "valuation": new.valuation }))?;
        Ok(id)
    })
}

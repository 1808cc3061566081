//! Properties, their units that can be let, and the leases.

use crate::schema::{leases, properties, rental_units};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::ids::{ImportId, IssuerId, LeaseId, PropertyId, RentalUnitId};
use domain::{Country, Currency, Money};

/// The most units that are read of one property: a tower has under a thousand.
pub const MAX_UNITS: i64 = 5_000;
/// The most leases that are read of one property: those of ten years of a tower.
pub const MAX_LEASES: i64 = 20_000;

/// A building or plot that earns rent.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = properties)]
pub struct Property {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: PropertyId,
    /// Whose it is.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub issuer_id: IssuerId,
    /// The issuer's own key, as the rent roll names it.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub address: String,
    /// The country it stands in.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub country: Country,
    /// The currency of its value and rents.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// What it was valued at, in minor units.
    pub valuation_minor: i64,
    /// When it was added.
    pub created_at: NaiveDateTime,
}

impl Property {
    /// What it was valued at.
    #[must_use]
    pub const fn valuation(&self) -> Money {
        Money::new(self.valuation_minor, self.currency)
    }
}

/// A unit that can be let.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rental_units)]
pub struct RentalUnit {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: RentalUnitId,
    /// Its property.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub property_id: PropertyId,
    /// The issuer's own name of it.
    pub external_id: String,
}

/// A lease of a unit.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = leases)]
pub struct Lease {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: LeaseId,
    /// The unit.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub rental_unit_id: RentalUnitId,
    /// The import that brought it.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub import_id: ImportId,
    /// Tenant reference and first day: a unit is let once at a time.
    pub external_id: String,
    /// The issuer's code for the tenant.
    pub tenant_reference: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day; none when it runs until notice.
    pub ends_on: Option<NaiveDate>,
    /// The currency of the rent.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub currency: Currency,
    /// The rent of a whole period in the first year, in minor units.
    pub rent_minor: i64,
    /// All terms, as JSON.
    pub terms: String,
}

/// Adds a property.
///
/// # Errors
/// [`StoreError::Duplicate`] when the issuer has one under the same key.
pub fn add(tx: &mut Tx<'_>, property: Property) -> Result<(), StoreError> {
    diesel::insert_into(properties::table).values(property).execute(tx.conn)?;
    Ok(())
}

/// The property with an id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx<'_>, id: PropertyId) -> Result<Option<Property>, StoreError> {
    Ok(properties::table.find(id.to_string()).select(Property::as_select()).first(tx.conn).optional()?)
}

/// An issuer's property under the issuer's own key.
///
/// # Errors
/// When the database fails.
pub fn by_external_id(
    tx: &mut Tx<'_>,
    issuer: IssuerId,
    external_id: &str,
) -> Result<Option<Property>, StoreError> {
    Ok(properties::table
        .filter(properties::issuer_id.eq(issuer.to_string()))
        .filter(properties::external_id.eq(external_id))
        .select(Property::as_select())
        .first(tx.conn)
        .optional()?)
}

/// A page of properties, oldest first; only an issuer's, when one is named.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    issuer: Option<IssuerId>,
    after: Option<PropertyId>,
    most: i64,
) -> Result<Vec<Property>, StoreError> {
    let query = properties::table.order(properties::id).limit(most.clamp(1, MAX_PAGE));
    let mut query = query.select(Property::as_select()).into_boxed();
    if let Some(issuer) = issuer {
        query = query.filter(properties::issuer_id.eq(issuer.to_string()));
    }
    if let Some(after) = after {
        query = query.filter(properties::id.gt(after.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// Adds a unit.
///
/// # Errors
/// [`StoreError::Duplicate`] when the property has one of that name.
pub fn add_unit(tx: &mut Tx<'_>, unit: RentalUnit) -> Result<(), StoreError> {
    diesel::insert_into(rental_units::table).values(unit).execute(tx.conn)?;
    Ok(())
}

/// The units of a property by their names.
///
/// # Errors
/// When the database fails.
pub fn units(tx: &mut Tx<'_>, property: PropertyId) -> Result<Vec<RentalUnit>, StoreError> {
    Ok(rental_units::table
        .filter(rental_units::property_id.eq(property.to_string()))
        .order(rental_units::external_id)
        .limit(MAX_UNITS)
        .select(RentalUnit::as_select())
        .load(tx.conn)?)
}

/// The unit of a property with a name.
///
/// # Errors
/// When the database fails.
pub fn unit(
    tx: &mut Tx<'_>,
    property: PropertyId,
    external_id: &str,
) -> Result<Option<RentalUnit>, StoreError> {
    Ok(rental_units::table
        .filter(rental_units::property_id.eq(property.to_string()))
        .filter(rental_units::external_id.eq(external_id))
        .select(RentalUnit::as_select())
        .first(tx.conn)
        .optional()?)
}

/// Adds a lease.
///
/// # Errors
/// [`StoreError::Duplicate`] when the unit has one under the same key.
pub fn add_lease(tx: &mut Tx<'_>, lease: Lease) -> Result<(), StoreError> {
    diesel::insert_into(leases::table).values(lease).execute(tx.conn)?;
    Ok(())
}

/// The lease with an id.
///
/// # Errors
/// When the database fails.
pub fn lease(tx: &mut Tx<'_>, id: LeaseId) -> Result<Option<Lease>, StoreError> {
    Ok(leases::table.find(id.to_string()).select(Lease::as_select()).first(tx.conn).optional()?)
}

/// The leases of a unit, in the order of their first days.
///
/// # Errors
/// When the database fails.
pub fn leases_of_unit(tx: &mut Tx<'_>, unit: RentalUnitId) -> Result<Vec<Lease>, StoreError> {
    Ok(leases::table
        .filter(leases::rental_unit_id.eq(unit.to_string()))
        .order((leases::starts_on, leases::id))
        .limit(MAX_LEASES)
        .select(Lease::as_select())
        .load(tx.conn)?)
}

/// The leases of a property with the names of their units, by unit and first day.
///
/// # Errors
/// When the database fails.
pub fn leases_of(tx: &mut Tx<'_>, property: PropertyId) -> Result<Vec<(String, Lease)>, StoreError> {
    Ok(leases::table
        .inner_join(rental_units::table)
        .filter(rental_units::property_id.eq(property.to_string()))
        .order((rental_units::external_id, leases::starts_on, leases::id))
        .limit(MAX_LEASES)
        .select((rental_units::external_id, Lease::as_select()))
        .load(tx.conn)?)
}

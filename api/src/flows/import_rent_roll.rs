//! A rent roll is brought in: units of properties that are there, and the leases of those that are let.

use super::import::{self, Finding, Place, Report, Source};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::Invalid;
use domain::asset::{FindingKind, ImportKind};
use domain::ids::{ImportId, IssuerId};
use store::properties::{self, Lease, Property, RentalUnit};
use tokenizer::intake::lease::{self, LeaseTerms};
use tokenizer::intake::rent_roll::{RentRoll, RentRollRow};

/// Brings a rent roll in. Good rows are taken and bad ones are named; a lease that was taken before is only counted.
///
/// # Errors
/// When there are no files, too many files or too many rows, or a file cannot be read from disk.
pub fn import_rent_roll(app: &App, command: &Command, sources: &[Source]) -> Result<Report, AppError> {
    let issuer = command.by.issuer()?;
    import::check_files(sources)?;
    app.execute(command, &import::request(sources), |act| take(act, issuer, sources, command.dry_run))
}

/// Takes a rent roll within a transaction that is open.
///
/// # Errors
/// As [`import_rent_roll`].
pub fn take(
    act: &mut Act<'_, '_>,
    issuer: IssuerId,
    sources: &[Source],
    dry_run: bool,
) -> Result<Report, AppError> {
    let id: ImportId = act.id();
    store::imports::begin(act.tx, id, (issuer, ImportKind::RentRoll), act.now)?;
    let report = Report::empty((!dry_run).then_some(id), ImportKind::RentRoll);
    let mut intake = Intake { issuer, import: id, report };
    for source in sources {
        intake.take_rows(act, source)?;
    }
    intake.finish(act)
}

/// The import as it goes on.
struct Intake {
    issuer: IssuerId,
    import: ImportId,
    report: Report,
}

impl Intake {
    fn take_rows(&mut self, act: &mut Act<'_, '_>, source: &Source) -> Result<(), AppError> {
        let rows = match RentRoll::open(&source.name, source.open()?) {
            Ok(rows) => rows,
            Err(bad) => return self.report.reject(import::of_bad_row(bad)),
        };
        for row in rows {
            match row {
                Ok(row) => self.take(act, &source.name, &row)?,
                Err(bad) => self.report.reject(import::of_bad_row(bad))?,
            }
        }
        Ok(())
    }

    fn take(&mut self, act: &mut Act<'_, '_>, file: &str, row: &RentRollRow) -> Result<(), AppError> {
        let place = Place { file: file.to_owned(), row: Some(row.row) };
        let invalid = |found| vec![Finding::at(&place, FindingKind::Invalid, found)];
        let Some(property) = properties::by_external_id(act.tx, self.issuer, &row.property)? else {
            let found = Invalid::new("property", "", "the external_id of a property that was added before");
            return self.report.reject(invalid(found));
        };
        let Some(lease) = &row.lease else {
            self.unit(act, &property, &row.unit)?;
            return self.report.accept(None);
        };
        let terms = lease.terms();
        if terms.rent.currency != property.currency {
            let limit = format!("{}, as the property has", property.currency);
            return self.report.reject(invalid(Invalid::new("currency", terms.rent.currency, limit)));
        }
        let unit = self.unit(act, &property, &row.unit)?;
        let external_id = format!("{}@{}", terms.tenant_reference, terms.start);
        for known in properties::leases_of_unit(act.tx, unit.id)? {
            if known.external_id == external_id {
                return self.same_key(&place, &known, lease);
            }
            if overlap((terms.start, terms.end), (known.starts_on, known.ends_on)) {
                let limit = format!("a unit once at a time; {} has it then", known.external_id);
                return self.report.reject(invalid(Invalid::new("unit", &row.unit, limit)));
            }
        }
        properties::add_lease(act.tx, self.row(act, &unit, external_id, (lease, terms))?)?;
        self.report.accept(None)
    }

    fn unit(&self, act: &mut Act<'_, '_>, property: &Property, name: &str) -> Result<RentalUnit, AppError> {
        if let Some(unit) = properties::unit(act.tx, property.id, name)? {
            return Ok(unit);
        }
        let unit = RentalUnit { id: act.id(), property_id: property.id, external_id: name.to_owned() };
        properties::add_unit(act.tx, unit.clone())?;
        Ok(unit)
    }

    /// The lease of this tenant from this day is there: with the same terms it is the same row once more.
    fn same_key(&mut self, place: &Place, known: &Lease, lease: &lease::Lease) -> Result<(), AppError> {
        let stored: lease::Lease = serde_json::from_str(&known.terms).map_err(AppError::internal)?;
        if stored == *lease {
            let found = Invalid::new("tenant_reference", &known.external_id, "taken before, and taken once");
            return self.report.repeat(Finding::at(place, FindingKind::Repeated, found));
        }
        let limit = "the terms that were brought before; a lease that changes ends, and a new one begins";
        let found = Invalid::new("tenant_reference", &known.external_id, limit);
        self.report.reject(vec![Finding::at(place, FindingKind::Conflict, found)])
    }

    fn row(
        &self,
        act: &Act<'_, '_>,
        unit: &RentalUnit,
        external_id: String,
        (lease, terms): (&lease::Lease, &LeaseTerms),
    ) -> Result<Lease, AppError> {
        Ok(Lease {
            id: act.id(),
            rental_unit_id: unit.id,
            import_id: self.import,
            external_id,
            tenant_reference: terms.tenant_reference.clone(),
            starts_on: terms.start,
            ends_on: terms.end,
            currency: terms.rent.currency,
            rent_minor: terms.rent.minor,
            terms: serde_json::to_string(lease).map_err(AppError::internal)?,
        })
    }

    fn finish(self, act: &mut Act<'_, '_>) -> Result<Report, AppError> {
        let report = self.report;
        let findings = serde_json::to_string(&report.findings).map_err(AppError::internal)?;
        store::imports::finish(act.tx, self.import, report.counts(), &findings)?;
        let detail = serde_json::json!({
            "accepted": report.accepted, "repeated": report.repeated, "rejected": report.rejected });
        act.audit("rent-roll.imported", self.import, &detail)?;
        Ok(report)
    }
}

/// First and last day, none for no last day.
type Term = (NaiveDate, Option<NaiveDate>);

fn overlap(a: Term, b: Term) -> bool {
    a.0 <= b.1.unwrap_or(NaiveDate::MAX) && b.0 <= a.1.unwrap_or(NaiveDate::MAX)
}

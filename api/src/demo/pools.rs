//! The two pools of the demo: two hundred invoices and a let building, two partitions each.

use super::papers;
use super::people::{self, Staff};
use crate::app::App;
use crate::error::AppError;
use crate::flows::document::{self, Brought};
use crate::flows::import::Source;
use crate::flows::pool::{self, Choice, NewPool};
use crate::flows::property::{self, NewProperty};
use crate::flows::tokenise::{self, Tokenise};
use crate::flows::{import_invoices, import_rent_roll, sandbox};
use chrono::TimeDelta;
use domain::ids::PoolId;
use domain::party::InvestorClass;
use domain::{BasisPoints, Country, Currency, Money, Rate, Units};
use tokenizer::day_count::DayCount;
use tokenizer::pool::PartitionOffer;

/// What the building was valued at, in cents.
const VALUATION_MINOR: i64 = 2_400_000_00;

/// The terms in which the partitions of the demo differ.
struct Terms {
    name: &'static str,
    seniority: i64,
    authorised: i64,
    rate_percent: &'static str,
    months: i64,
}

/// Imports the invoices and offers them as a pool.
///
/// # Errors
/// Those of the flows; a row of the demo's own papers that is refused.
pub fn receivables(app: &App, staff: &Staff) -> Result<PoolId, AppError> {
    let begin = app.clock.now().date_naive();
    let source = Source::from_bytes("invoices.csv", papers::invoices_csv(begin).into_bytes());
    let report = import_invoices::import_invoices(app, &people::by(&staff.issuer), &[source])?;
    if report.accepted != papers::INVOICES {
        return Err(AppError::internal(format!("{} invoices of the demo were accepted", report.accepted)));
    }
    let one_late_in = papers::LATE_EVERY.to_string();
    app.store.write(|tx| Ok::<_, AppError>(store::settings::set(tx, sandbox::ONE_LATE_IN, &one_late_in)?))?;
    let filter = pool::InvoiceFilter { import_id: report.import_id, ..pool::InvoiceFilter::default() };
    let new = NewPool {
        name: "Nordlicht Trade Receivables 2026".to_owned(),
        symbol: "NLTR26".parse()?,
        currency: Some(Currency::EUR),
        choice: Choice::Filter(filter),
    };
    offer(
        app,
        staff,
        &new,
        [
            Terms { name: "senior", seniority: 1, authorised: 1_000_000, rate_percent: "6", months: 1 },
            Terms { name: "junior", seniority: 2, authorised: 200_000, rate_percent: "10", months: 1 },
        ],
    )
}

/// Adds the building with its leases and offers it as a pool.
///
/// # Errors
/// As [`receivables`].
pub fn rental(app: &App, staff: &Staff) -> Result<PoolId, AppError> {
    let begin = app.clock.now().date_naive();
    let property = NewProperty {
        external_id: papers::PROPERTY.to_owned(),
        name: "Kastanienhof".to_owned(),
        address: "Kastanienallee 12, Berlin".to_owned(),
        country: "DE".parse()?,
        valuation: Money::new(VALUATION_MINOR, Currency::EUR),
    };
    let property_id = property::add(app, &people::by(&staff.issuer), &property)?;
    let source = Source::from_bytes("rent-roll.csv", papers::rent_roll_csv(begin).into_bytes());
    let report = import_rent_roll::import_rent_roll(app, &people::by(&staff.issuer), &[source])?;
    if report.rejected > 0 {
        return Err(AppError::internal(format!(
            "the rent roll of the demo was refused: {:?}",
            report.findings
        )));
    }
    let new = NewPool {
        name: "Kastanienhof Rental Income".to_owned(),
        symbol: "KASTH".parse()?,
        currency: None,
        choice: Choice::Property(property_id),
    };
    offer(
        app,
        staff,
        &new,
        [
            Terms { name: "senior", seniority: 1, authorised: 1_000_000, rate_percent: "4", months: 6 },
            Terms { name: "junior", seniority: 2, authorised: 500_000, rate_percent: "7", months: 6 },
        ],
    )
}

fn offer(app: &App, staff: &Staff, new: &NewPool, terms: [Terms; 2]) -> Result<PoolId, AppError> {
    let drafted = pool::draft(app, &people::by(&staff.issuer), new)?;
    let prospectus = Brought {
        pool_id: drafted.pool_id,
        name: "prospectus".parse()?,
        file: "prospectus.txt".to_owned(),
        content: format!("{}\n\nTerms and risks of the demonstration pool.\n", new.name).into_bytes(),
        valid_from: None,
    };
    document::bring(app, &people::by(&staff.issuer), &prospectus)?;
    let partitions = terms.into_iter().map(|terms| partition(app, &terms)).collect::<Result<_, _>>()?;
    let request = Tokenise { pool_id: drafted.pool_id, name: None, symbol: None, partitions };
    tokenise::tokenise(app, &people::by(&staff.issuer), &request)?;
    Ok(drafted.pool_id)
}

fn partition(app: &App, terms: &Terms) -> Result<PartitionOffer, AppError> {
    let countries =
        ["DE", "FR", "CH", "SG"].into_iter().map(str::parse::<Country>).collect::<Result<_, _>>()?;
    Ok(PartitionOffer {
        name: terms.name.parse()?,
        seniority: terms.seniority,
        authorised: Units::try_from(terms.authorised)?,
        unit_price_minor: 1_00,
        cap: BasisPoints::DEFAULT_CAP,
        coupon_rate: Rate::from_percent(terms.rate_percent)?,
        coupon_months: terms.months,
        day_count: DayCount::ThirtyE360,
        first_period_start: (app.clock.now() + TimeDelta::days(super::DAYS_TO_CLOSE)).date_naive(),
        holder_limit: None,
        locked_until: None,
        countries,
        classes: InvestorClass::ALL.to_vec(),
    })
}

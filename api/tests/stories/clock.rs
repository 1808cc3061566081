//! The clock of the sandbox moves, and what is due happens by itself.

use crate::treasury::Treasury;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use domain::asset::{AssetKind, ImportKind};
use domain::ids::PoolId;
use domain::pool::PoolStatus;
use domain::{Currency, Money};
use muniment::app::Command;
use serde_json::json;
use store::pools::Pool;
use store::properties::{self, Lease, Property, RentalUnit};
use tokenizer::intake::lease::{self, Frequency, LeaseTerms};

#[test]
pub(crate) fn in_a_year_the_coupons_declare_close_and_pay_by_themselves() {
    let house = Treasury::open(&[(700, 300), (300, 700)]);
    for month in 1..=12 {
        let due = house.today() + TimeDelta::days(month * 30);
        house.invoice(&format!("R-{month}"), 2_000_00, due);
    }
    house.advance(365);
    let coupons = |partition| {
        let page = house.issuer.get(&format!("/v1/partitions/{partition}/coupons?limit=50")).expect(200);
        page["items"].as_array().unwrap().clone()
    };
    let senior = coupons(house.senior);
    assert!((11..=13).contains(&senior.len()), "{} senior coupons", senior.len());
    for coupon in senior.iter().chain(&coupons(house.junior)) {
        if coupon["payment_date"].as_str().unwrap() < house.day(0).as_str() {
            assert_eq!(coupon["status"], "paid", "{coupon}");
        }
    }
    // 24,000.00 came in; what was declared never exceeds it.
    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 24_000_00);
    let distributed = house.balance(&format!("distributed/{}", house.pool));
    assert!((10_000_00..=24_000_00).contains(&distributed), "{distributed}");
    let reconciled = house.operator.post("/v1/reconciliations", &json!({})).expect(200);
    assert_eq!(reconciled["breaks"], json!([]));
}

#[test]
pub(crate) fn the_clock_goes_forward_only_and_only_for_the_operator() {
    let house = Treasury::open(&[(1, 0)]);
    for (body, field) in [
        (json!({}), "days"),
        (json!({ "days": 0 }), "days"),
        (json!({ "days": 3_654 }), "days"),
        (json!({ "to": "2001-01-01T00:00:00Z" }), "to"),
        (json!({ "to": "tomorrow" }), "to"),
        (json!({ "days": 1, "to": "2100-01-01T00:00:00Z" }), "to"),
    ] {
        assert_eq!(house.operator.post("/v1/clock/advance", &body).refused_field(), field, "{body}");
    }
    house.issuer.post("/v1/clock/advance", &json!({ "days": 1 })).expect(403);
    let dry = house.operator.post("/v1/clock/advance?dry_run=true", &json!({ "days": 1 })).expect(200);
    assert!(dry["target"].is_string());
    let state = house.operator.get("/v1/clock").expect(200);
    assert_eq!((&state["movable"], &state["target"]), (&json!(true), &json!(null)));
}

#[test]
pub(crate) fn rent_comes_in_as_often_as_the_lease_says_and_rises_as_it_says() {
    let house = Treasury::open(&[(1, 0)]);
    let quarter = next_quarter(house.today());
    // 3,000.00 a quarter for a year by then, and 10% more from then on.
    let pool = house.let_house(LeaseTerms {
        tenant_reference: "T-1".to_owned(),
        start: quarter.checked_sub_months(Months::new(12)).unwrap(),
        end: None,
        rent: Money::new(3_000_00, Currency::EUR),
        frequency: Frequency::Quarterly,
        due_day: 1,
        escalator: domain::Rate::from_percent("10").unwrap(),
        free_months: 0,
        deposit: Money::new(0, Currency::EUR),
    });
    let cash = || house.balance(&format!("cash/{pool}"));
    house.advance((quarter - house.today()).num_days() - 1);
    assert_eq!(cash(), 0);
    house.advance(40);
    assert_eq!(cash(), 3_300_00);
}

/// The first day of the calendar quarter after a day.
fn next_quarter(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap();
    first.checked_add_months(Months::new(3 - first.month0() % 3)).unwrap()
}

impl Treasury {
    /// A live pool over a house with one unit, which is let.
    fn let_house(&self, terms: LeaseTerms) -> PoolId {
        let (app, lease) = (self.app(), lease::Lease::try_from(terms).unwrap());
        app.execute(&Command::from_system(), &(), |act| {
            let issuer_id = store::pools::find(act.tx, self.pool)?.unwrap().issuer_id;
            let created_at = act.now.naive_utc();
            let (property, unit, import_id, pool) = (act.id(), act.id(), act.id(), act.id());
            store::imports::begin(act.tx, import_id, (issuer_id, ImportKind::RentRoll), act.now)?;
            let house = Property {
                id: property,
                issuer_id,
                external_id: "H-1".to_owned(),
                name: "Linden House".to_owned(),
                address: "Linden Street 1".to_owned(),
                country: "DE".parse().unwrap(),
                currency: Currency::EUR,
                valuation_minor: 1_000_000_00,
                created_at,
            };
            properties::add(act.tx, house)?;
            let external_id = "U-1".to_owned();
            properties::add_unit(act.tx, RentalUnit { id: unit, property_id: property, external_id })?;
            let row = Lease {
                id: act.id(),
                rental_unit_id: unit,
                import_id,
                external_id: "T-1".to_owned(),
                tenant_reference: "T-1".to_owned(),
                starts_on: lease.terms().start,
                ends_on: None,
                currency: Currency::EUR,
                rent_minor: lease.terms().rent.minor,
                terms: serde_json::to_string(&lease).unwrap(),
            };
            properties::add_lease(act.tx, row)?;
            let live = Pool {
                id: pool,
                issuer_id,
                asset_kind: AssetKind::Rental,
                property_id: Some(property.to_string()),
                name: "Linden House".to_owned(),
                symbol: "LIN1".to_owned(),
                currency: Currency::EUR,
                status: PoolStatus::Live,
                token_address: None,
                created_at,
            };
            store::pools::add(act.tx, live)?;
            Ok(pool)
        })
        .unwrap()
    }
}

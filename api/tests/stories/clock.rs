//! The clock of the sandbox moves, and what is due happens by itself.

use crate::treasury::Treasury;
use chrono::TimeDelta;
use serde_json::json;

#[test]
fn in_a_year_the_coupons_declare_close_and_pay_by_themselves() {
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
fn the_clock_goes_forward_only_and_only_for_the_operator() {
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

//! Cash comes in: on invoices, once, and never more than is open.

use crate::treasury::Treasury;
use domain::party::Role;
use serde_json::json;

#[test]
fn an_invoice_is_paid_in_parts_and_never_beyond_what_is_open() {
    let house = Treasury::open(&[(10, 0)]);
    let invoice = house.invoice("R-1", 1_000_00, house.today()).to_string();
    let path = format!("/v1/pools/{}/collections", house.pool);
    let body = |key: &str, amount: i64| {
        json!({
            "external_id": key, "invoice_id": invoice, "amount_minor": amount, "received_on": house.day(0),
        })
    };
    let dry = house.issuer.post(&format!("{path}?dry_run=true"), &body("b-1", 400_00)).expect(200);
    assert_eq!(dry["open_minor"], 600_00);
    let first = house.issuer.post(&path, &body("b-1", 400_00)).expect(201);
    assert_eq!((&first["new"], &first["open_minor"]), (&json!(true), &json!(600_00)));
    // The same again is the same; another amount under the same key is a mistake.
    let again = house.issuer.post(&path, &body("b-1", 400_00)).expect(200);
    assert_eq!((&again["id"], &again["new"]), (&first["id"], &json!(false)));
    assert_eq!(house.issuer.post(&path, &body("b-1", 1)).refused_field(), "external_id");
    let too_much = house.issuer.post(&path, &body("b-2", 600_01)).expect(422);
    let limit = too_much["errors"][0]["limit"].as_str().unwrap();
    assert_eq!(limit, "at most 60000: 40000 of 100000 has come in on this invoice");
    house.issuer.post(&path, &body("b-2", 600_00)).expect(201);
    assert_eq!(house.issuer.get(&format!("/v1/invoices/{invoice}")).expect(200)["status"], "paid");
    assert_eq!(house.issuer.get(&path).expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 1_000_00);
    assert_eq!(house.balance(&format!("receivable/{}", house.pool)), -1_000_00);
}

#[test]
fn what_cannot_be_booked_is_refused_with_its_field_and_writes_nothing() {
    let house = Treasury::open(&[(10, 0)]);
    let invoice = house.invoice("R-1", 1_000_00, house.today()).to_string();
    let path = format!("/v1/pools/{}/collections", house.pool);
    let with = |field: &str, value: serde_json::Value| {
        let mut body = json!({
            "external_id": "b-1", "invoice_id": invoice, "amount_minor": 1, "received_on": house.day(0),
        });
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("external_id", json!("")), "external_id"),
        (with("amount_minor", json!(0)), "amount_minor"),
        (with("amount_minor", json!(-5)), "amount_minor"),
        (with("invoice_id", json!(null)), "invoice_id"),
        (with("invoice_id", json!("01890a5d-ac96-774b-bcce-b302099a8057")), "invoice_id"),
        (with("lease_id", json!("01890a5d-ac96-774b-bcce-b302099a8057")), "lease_id"),
        (with("received_on", json!(house.day(1))), "received_on"),
        (with("received_on", json!("31.1.2026")), "received_on"),
    ] {
        assert_eq!(house.issuer.post(&path, &body).refused_field(), field, "{body}");
    }
    let stranger = house.stage.person("stranger", Role::Issuer);
    stranger.post(&path, &with("amount_minor", json!(1))).expect(404);
    stranger.get(&path).expect(404);
    house.sign_in(1).get(&path).expect(403);
    assert_eq!(house.issuer.get(&path).expect(200)["items"], json!([]));
    assert_eq!(house.balance("cash/"), 0);
}

//! From the first cent that comes in to the last holder who is paid.

use crate::treasury::Treasury;
use domain::party::Role;
use muniment::flows::install;
use serde_json::json;
use tokenizer::chain::calls;

#[test]
pub(crate) fn twelve_thousand_over_333_333_and_334_units_pays_every_cent_once() {
    let house = Treasury::open(&[(333, 0), (333, 0), (334, 0)]);
    house.cash("rent-1", 12_345_67);
    let plan = house.declare(house.senior, &house.soon(12_345_67)).expect(201);
    let coupon = plan["coupon_id"].as_str().unwrap().to_owned();
    assert_eq!((plan["number"].as_i64(), plan["shortfall_minor"].as_i64()), (Some(1), Some(0)));

    house.advance(3);
    let paid = house.wait_for(&coupon, "paid");
    assert_eq!(paid["progress"]["paid"], 3);
    assert_eq!(paid["progress"]["paid_minor"], 12_345_67);
    assert_eq!(paid["merkle_root"].as_str().unwrap().len(), 64);
    let expected = [4_111_11, 4_111_11, 4_123_45];
    assert_eq!(house.entitlements(&coupon), expected.map(|amount| (amount, "paid".to_owned())));
    // The payment token has six decimals.
    let on_chain: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(on_chain, expected.map(|amount| amount * 10_000));

    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 12_345_67);
    assert_eq!(house.balance(&format!("distributed/{}", house.pool)), 12_345_67);
    assert_eq!(house.balance(&format!("coupon-payable/{coupon}")), 0);
    assert_eq!(house.balance(&format!("paid/{coupon}")), -12_345_67);
    let reconciled = house.operator.post("/v1/reconciliations", &json!({})).expect(200);
    assert_eq!((&reconciled["breaks"], &reconciled["coupons"]), (&json!([]), &json!(1)));
    assert_eq!(reconciled["holdings"], 3);

    let mine = house.sign_in(3).get("/v1/payments").expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(mine["items"][0]["entitlement"]["amount_minor"], 4_123_45);
}

#[test]
pub(crate) fn a_payee_who_cannot_receive_is_owed_and_holds_up_nobody() {
    let house = Treasury::open(&[(1, 0), (1, 0), (1_000_000 - 3, 0), (1, 0)]);
    let contracts = house.app().ask(install::installed).unwrap();
    let blocked = house.holders[2];
    house.call("block", calls::set_blocked(contracts.payment_token, blocked, true));
    house.cash("rent-1", 1_000_00);
    let plan = house.declare(house.senior, &house.soon(1_000_00)).expect(201);
    let coupon = plan["coupon_id"].as_str().unwrap().to_owned();
    house.advance(3);
    let done = house.wait_for(&coupon, "paid");
    // A millionth of a thousand euros is a tenth of a cent: those holders get nothing, and are no leaves.
    let nothing = (0, "nil".to_owned());
    let owed = (1_000_00, "owed".to_owned());
    assert_eq!(house.entitlements(&coupon), [nothing.clone(), nothing.clone(), owed, nothing.clone()]);
    assert_eq!((&done["progress"]["nil"], &done["progress"]["owed_minor"]), (&json!(3), &json!(1_000_00)));
    assert_eq!(house.balance(&format!("owed/{coupon}")), -1_000_00);

    let page = house.operator.get(&format!("/v1/coupons/{coupon}/entitlements")).expect(200);
    let items = page["items"].as_array().unwrap();
    let id = items.iter().find(|item| item["status"] == "owed").unwrap()["id"].as_str().unwrap();
    let retry = format!("/v1/coupons/{coupon}/entitlements/{id}/retry");
    house.issuer.post(&retry, &json!({})).expect(403);
    // While the wallet is blocked another try ends where it began.
    house.operator.post(&retry, &json!({})).expect(200);
    house.stage.wait_until("the retry is refused", || {
        let calls = house.app().ask(|tx| Ok(store::outbox::refused_about(tx, id)?)).unwrap();
        calls.len() == 1
    });
    assert_eq!(house.entitlements(&coupon)[2].1, "owed");

    house.call("unblock", calls::set_blocked(contracts.payment_token, blocked, false));
    house.operator.post(&retry, &json!({})).expect(200);
    house.stage.wait_until("it is paid", || house.entitlements(&coupon)[2].1 == "paid");
    assert_eq!(house.balance(&format!("owed/{coupon}")), 0);
    assert_eq!(house.balance(&format!("paid/{coupon}")), -1_000_00);
    assert_eq!(house.cash_of(blocked), 1_000_00 * 10_000);
    assert_eq!(house.operator.post(&retry, &json!({})).expect(409)["type"], "/problems/wrong-state");
    let reconciled = house.operator.post("/v1/reconciliations", &json!({})).expect(200);
    assert_eq!(reconciled["breaks"], json!([]));
}

#[test]
pub(crate) fn the_senior_partition_comes_first_and_the_junior_gets_what_is_left() {
    // Nominal 100,000.00 each; a month of 30/360: 500.00 senior at 6%, 1,000.00 junior at 12%.
    let house = Treasury::open(&[(1_000, 1_000)]);
    house.cash("rent-1", 700_00);
    let dry = format!("/v1/partitions/{}/coupons?dry_run=true", house.junior);
    let plan = house.issuer.post(&dry, &json!({})).expect(200);
    assert!(plan["coupon_id"].is_null());
    let line = |name: &str| plan[name].as_i64().unwrap();
    let interest = line("interest_minor");
    assert_eq!(line("nominal_minor"), 100_000_00);
    assert_eq!((line("cash_minor"), line("arrears_minor")), (700_00, 0));
    let kept = plan["kept"][0]["kept_minor"].as_i64().unwrap();
    assert_eq!((plan["kept"][0]["partition"].as_str(), kept * 2), (Some("senior"), interest));
    assert_eq!(line("amount_minor"), 700_00 - kept);
    assert_eq!(line("shortfall_minor"), interest - (700_00 - kept));
    // More than what is left cannot be declared, whoever asks for it.
    let refused = house.declare(house.junior, &json!({ "amount_minor": 700_00 - kept + 1 }));
    assert_eq!(refused.refused_field(), "amount_minor");

    let junior = house.declare(house.junior, &json!({})).expect(201);
    let senior = house.declare(house.senior, &json!({})).expect(201);
    assert_eq!(senior["amount_minor"].as_i64(), Some(kept));
    // What the junior is missing is owed by its next coupon.
    let next = house.issuer.post(&dry, &json!({})).expect(200);
    assert_eq!(next["arrears_minor"], junior["shortfall_minor"]);
    assert_eq!((next["amount_minor"].as_i64(), &next["coupon_id"]), (Some(0), &json!(null)));
}

#[test]
pub(crate) fn a_coupon_for_nobody_is_carried_to_the_next_one() {
    let house = Treasury::open(&[(0, 10)]);
    house.cash("rent-1", 90_00);
    let first = house.declare(house.senior, &house.soon(90_00)).expect(201);
    house.advance(1);
    house.wait_for(first["coupon_id"].as_str().unwrap(), "paid");
    assert_eq!(house.balance(&format!("residual/{}", house.senior)), -90_00);
    let next = house.declare(house.senior, &house.soon(90_00));
    assert_eq!(next.refused_field(), "period_start");
    let body = json!({
        "period_start": house.day(0), "period_end": house.day(20),
        "record_date": house.day(20), "payment_date": house.day(22), "amount_minor": 90_00,
    });
    let next = house.declare(house.senior, &body).expect(201);
    assert_eq!((next["carried_minor"].as_i64(), next["cash_minor"].as_i64()), (Some(90_00), Some(0)));
    assert_eq!(house.balance(&format!("residual/{}", house.senior)), 0);
}

#[test]
pub(crate) fn what_cannot_be_declared_is_refused_with_its_field_and_writes_nothing() {
    let house = Treasury::open(&[(10, 0)]);
    house.cash("rent-1", 100_00);
    let path = format!("/v1/partitions/{}/coupons", house.senior);
    let with = |field: &str, value: serde_json::Value| {
        let mut body = house.soon(50_00);
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("amount_minor", json!(100_01)), "amount_minor"),
        (with("amount_minor", json!(0)), "amount_minor"),
        (with("period_end", json!(house.day(-40))), "period_end"),
        (with("payment_date", json!(house.day(0))), "payment_date"),
        (with("record_date", json!(house.day(-1))), "record_date"),
        (with("record_date", json!("yesterday")), "record_date"),
        (with("period_start", json!(null)), "period_start"),
        (with("number", json!(2)), "number"),
    ] {
        assert_eq!(house.issuer.post(&path, &body).refused_field(), field, "{body}");
    }
    let stranger = house.stage.person("stranger", Role::Issuer);
    stranger.post(&path, &house.soon(50_00)).expect(404);
    house.operator.post(&path, &house.soon(50_00)).expect(403);
    assert_eq!(house.issuer.get(&path).expect(200)["items"], json!([]));
    // The same key twice declares once.
    let first = house.issuer.post_once(&path, "key-1", &house.soon(50_00)).expect(201);
    let again = house.issuer.post_once(&path, "key-1", &house.soon(50_00)).expect(201);
    assert_eq!(first["coupon_id"], again["coupon_id"]);
    assert_eq!(house.issuer.get(&path).expect(200)["items"].as_array().unwrap().len(), 1);
    let early = format!("/v1/coupons/{}/pay", first["coupon_id"].as_str().unwrap());
    house.operator.post(&early, &json!({})).expect(409);
}

//! A wallet is lost: everything goes to another one of its owner, coupons that are still to pay included.

use super::{shows, units};
use crate::treasury::Treasury;
use domain::party::Role;
use muniment::flows::install;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Movement};

/// A second coupon that follows the one of `soon`, after three days.
fn next_coupon(house: &Treasury, amount_minor: i64) -> Value {
    json!({
        "period_start": house.day(-3), "period_end": house.day(0),
        "record_date": house.day(0), "payment_date": house.day(2), "amount_minor": amount_minor,
    })
}

#[test]
pub(crate) fn a_lost_wallet_is_replaced_with_its_units_and_its_unpaid_coupons() {
    let house = Treasury::open(&[(333, 7), (667, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let other_officer = house.stage.person("second", Role::Compliance);
    let (lost, other) = (house.holders[0], house.holders[1]);
    let new = house.further_wallet(0, 0x55);
    let contracts = house.app().ask(install::installed).unwrap();

    // The first coupon stays owed to the wallet, the books of the second close while it is still in use.
    house.call("block", calls::set_blocked(contracts.payment_token, lost, true));
    house.cash("rent-1", 1_000_00);
    let first = house.declare(house.senior, &house.soon(1_000_00)).expect(201);
    let first = first["coupon_id"].as_str().unwrap().to_owned();
    house.advance(3);
    house.wait_for(&first, "paid");
    assert_eq!(house.entitlements(&first), [(333_00, "owed".into()), (667_00, "paid".into())]);
    house.cash("rent-2", 1_000_00);
    let second = house.declare(house.senior, &next_coupon(&house, 1_000_00)).expect(201);
    let second = second["coupon_id"].as_str().unwrap().to_owned();
    house.advance(1);
    house.wait_for(&second, "books-closed");

    let body = json!({ "lost_wallet": lost, "replacement_wallet": new, "reason": "key lost, case 9" });
    let dry = officer.post("/v1/recoveries?dry_run=true", &body).expect(200);
    let moved = |answer: &Value| {
        let line =
            |line: &Value| (line["name"].as_str().unwrap().to_owned(), line["units"].as_i64().unwrap());
        answer["units"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let mut units_that_move = moved(&dry);
    units_that_move.sort();
    assert_eq!(units_that_move, [("HFN1 junior".to_owned(), 7), ("HFN1 senior".to_owned(), 333)]);
    let payment = |line: &Value| (line["amount_minor"].as_i64().unwrap(), line["status"].clone());
    let payments: Vec<_> = dry["payments"].as_array().unwrap().iter().map(payment).collect();
    assert_eq!(payments, [(333_00, json!("owed")), (333_00, json!("open"))]);
    house.settle();
    assert_eq!(house.on_chain("senior", lost), 333, "a dry run moves nothing");

    let ordered = officer.post_once("/v1/recoveries", "recovery-1", &body).expect(202);
    let again = officer.post_once("/v1/recoveries", "recovery-1", &body).expect(202);
    assert_eq!(ordered["recovery_id"], again["recovery_id"]);
    house.settle();
    assert_eq!(house.on_chain("senior", lost), 333, "it waits for another officer");
    let decided = house.confirm(&other_officer, &ordered);
    assert_eq!(moved(&decided["recovery"]), moved(&dry));
    house.settle();
    let path = format!("/v1/recoveries/{}", ordered["recovery_id"].as_str().unwrap());
    assert_eq!(officer.get(&path).expect(200)["status"], "done");
    assert_eq!(house.sign_in(1).get(&path).expect(200)["replacement_wallet"], json!(new));
    house.sign_in(2).get(&path).expect(404);

    // Chain and register say the same: another wallet, the same owner.
    for (partition, held) in [("senior", 333), ("junior", 7)] {
        assert_eq!(
            (house.on_chain(partition, lost), house.on_chain(partition, new)),
            (0, held),
            "{partition}"
        );
    }
    assert_eq!(house.register(house.junior), [(1, new.to_string(), 7)]);
    let senior = house.register(house.senior);
    assert_eq!(senior.len(), 2);
    assert!(senior.contains(&(1, new.to_string(), 333)), "{senior:?}");

    // The old wallet is refused by the engine, the chain, and whoever orders with it.
    let check = json!({ "partition_id": house.senior, "from_wallet": lost, "to_wallet": other, "units": 1 });
    let verdict = officer.post("/v1/transfers/check", &check).expect(200);
    let partition = "senior".parse().unwrap();
    let movement = Movement { partition: &partition, from: lost, to: other, units: units(1) };
    let call = calls::transfer(house.token(), movement);
    let refused = house.stage.wait_for(house.app().chain.simulate(lost, &call)).unwrap().unwrap_err();
    assert_eq!(verdict["refusals"][0]["code"], refused.code());
    let check = json!({ "partition_id": house.senior, "from_wallet": other, "to_wallet": lost, "units": 1 });
    assert_eq!(officer.post("/v1/transfers/check", &check).expect(200)["allowed"], false);
    let back = json!({ "lost_wallet": new, "replacement_wallet": lost, "reason": "back" });
    assert_eq!(officer.post("/v1/recoveries", &back).refused_field(), "replacement_wallet");
    assert_eq!(officer.post("/v1/recoveries", &body).expect(409)["type"], "/problems/wrong-state");

    // What was owed went to the new wallet, and so does what was open.
    house.stage.wait_until("the owed coupon is paid", || house.entitlements(&first)[0].1 == "paid");
    assert_eq!((house.cash_of(lost), house.cash_of(new)), (0, 333_00 * 10_000));
    house.advance(2);
    house.wait_for(&second, "paid");
    assert_eq!(house.entitlements(&second), [(333_00, "paid".into()), (667_00, "paid".into())]);
    assert_eq!((house.cash_of(lost), house.cash_of(new)), (0, 666_00 * 10_000));
    let reconciled = house.operator.post("/v1/reconciliations", &json!({})).expect(200);
    assert_eq!(reconciled["breaks"], json!([]));
}

#[test]
pub(crate) fn a_lost_wallet_ends_where_it_was_only_allowed_to_act() {
    let house = Treasury::open(&[(10, 0), (0, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let other_officer = house.stage.person("second", Role::Compliance);
    let (token, lost, new) = (house.token(), house.holders[1], house.further_wallet(1, 0x55));
    let senior = "senior".parse().unwrap();
    let client = &house.app().chain;
    house.call("operator", calls::authorize_operator(token, &senior, lost));
    house.settle();
    let body = json!({ "lost_wallet": lost, "replacement_wallet": new, "reason": "key stolen" });
    let ordered = officer.post("/v1/recoveries", &body).expect(202);
    assert_eq!(ordered["units"], json!([]));
    house.confirm(&other_officer, &ordered);
    house.settle();
    let successor = |of| house.stage.wait_for(client.current_wallet_of(token, of)).unwrap();
    assert_eq!((successor(lost), successor(new)), (new, new));
    // What it is allowed afterwards does not help it either.
    house.call("again", calls::authorize_operator(token, &senior, lost));
    let from = house.app().platform().unwrap();
    let movement = Movement { partition: &senior, from, to: new, units: units(1) };
    let call = calls::operator_transfer(token, movement);
    let refused = house.stage.wait_for(client.simulate(lost, &call)).unwrap().unwrap_err();
    assert_eq!(refused.code(), "RECOVERED");
}

#[test]
pub(crate) fn only_an_officer_recovers_and_only_to_a_wallet_of_the_same_investor() {
    let house = Treasury::open(&[(10, 0), (10, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let (lost, other) = (house.holders[0], house.holders[1]);
    let new = house.further_wallet(0, 0x55);
    let body = |lost: Value, replacement: Value, reason: &str| json!({ "lost_wallet": lost, "replacement_wallet": replacement, "reason": reason });
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        person.post("/v1/recoveries", &body(json!(lost), json!(new), "lost")).expect(403);
    }
    for (body, field) in [
        (body(json!("0x1"), json!(new), "lost"), "lost_wallet"),
        (body(json!(lost), json!(""), "lost"), "replacement_wallet"),
        (body(json!(lost), json!(new), " "), "reason"),
        (body(json!(lost), json!(lost), "lost"), "replacement_wallet"),
        (body(json!(lost), json!(other), "lost"), "replacement_wallet"),
        (body(json!(house.token()), json!(new), "lost"), "lost_wallet"),
    ] {
        assert_eq!(officer.post("/v1/recoveries", &body).refused_field(), field, "{body}");
    }
    assert_eq!(officer.get("/v1/recoveries").expect(200)["items"], json!([]));
    house.settle();
    assert_eq!(house.on_chain("senior", lost), 10);
}

#[test]
fn the_officer_recovers_a_wallet_by_hand_in_either_language() {
    let house = Treasury::open(&[(10, 0), (20, 0)]);
    house.stage.person("officer", Role::Compliance);
    house.stage.person("second", Role::Compliance);
    for (holder, byte, language, title, [lost_word, own], moves) in [
        (
            0,
            0x55,
            "en",
            "Recover a lost wallet",
            ["Lost", "You ordered this yourself"],
            "10 units of HFN1 senior",
        ),
        (1, 0x56, "zh-CN", "找回遗失的钱包", ["已遗失", "此指令由您本人下达"], "HFN1 senior 20 份"),
    ] {
        let (lost, new) = (house.holders[holder], house.further_wallet(holder, byte));
        let app = house.app();
        let wallet = app.ask(|tx| Ok(store::investors::wallet(tx, lost)?)).unwrap().unwrap();
        let investor = format!("/investors/{}", wallet.investor_id);
        let browser = house.reader("officer", language);
        shows(browser.get(&investor), &[title]);
        let form = browser.get(&format!("{investor}/recovery")).form(&format!("{investor}/recovery"));
        let form = form.set("lost_wallet", &lost.to_string()).set("replacement_wallet", &new.to_string());
        let blank = form.clone().set("reason", "").set("step", "review").send(&browser);
        assert_eq!(blank.status, 422);
        let review = form.set("reason", "key lost").set("step", "review").send(&browser);
        let review = shows(review, &[moves, &new.to_string()]);
        let done = review.form(&format!("{investor}/recovery")).set("step", "confirm").send(&browser);
        let order = done.location.expect("it leads to the order");
        shows(browser.get(&order), &[moves, own]);
        let other = house.reader("second", language);
        shows(other.get("/orders"), &[&order]);
        let confirm = shows(other.get(&order), &[moves, &new.to_string()]).form(&order);
        let confirmed = confirm.set("act", "confirm").send(&other);
        assert_eq!(confirmed.location, Some(order.clone()));
        house.settle();
        shows(browser.get(&investor), &[lost_word, &new.to_string()]);
        assert_eq!(house.on_chain("senior", lost), 0);
    }
}

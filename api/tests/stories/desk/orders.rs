//! What one officer orders, another one confirms: never the same person, in time, and judged again.

use super::shows;
use crate::treasury::Treasury;
use domain::party::Role;
use serde_json::{Value, json};

/// An order to keep units of the first holder.
fn hold(house: &Treasury, units: i64) -> Value {
    json!({
        "partition_id": house.senior, "holder_wallet": house.holders[0], "units": units,
        "expires_on": house.day(20), "recipient_wallet": house.holders[1], "purpose": "pledge for loan 21",
    })
}

fn path(answer: &Value, act: &str) -> String {
    format!("/v1/orders/{}/{act}", answer["order"]["id"].as_str().unwrap())
}

#[test]
pub(crate) fn an_order_is_confirmed_by_another_officer_alone() {
    let house = Treasury::open(&[(10, 0), (10, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    // Nobody else is there: that is said beforehand, with what to do about it.
    let dry = officer.post("/v1/holds?dry_run=true", &hold(&house, 5)).expect(200);
    assert_eq!(dry["order"]["other_officers"], 0);
    let needs = dry["order"]["needs"].as_str().unwrap();
    assert!(needs.contains("muniment account add"), "{needs}");
    assert_eq!(officer.get("/v1/orders").expect(200)["items"], json!([]), "a dry run orders nothing");

    let second = house.stage.person("second", Role::Compliance);
    let placed = officer.post("/v1/holds", &hold(&house, 5)).expect(202);
    assert_eq!((&placed["order"]["other_officers"], &placed["order"]["needs"]), (&json!(1), &json!(null)));
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        assert_eq!(
            person.post(&path(&placed, "confirm"), &json!({})).expect(403)["type"],
            "/problems/forbidden"
        );
        person.post(&path(&placed, "reject"), &json!({ "reason": "no" })).expect(403);
    }
    house.issuer.get("/v1/orders").expect(403);
    let own = officer.post(&path(&placed, "confirm"), &json!({})).expect(403);
    assert_eq!(own["type"], "/problems/same-person");
    house.settle();
    assert_eq!(officer.get("/v1/holds").expect(200)["items"], json!([]));

    // The other one tries it, confirms it once, and the audit log names both.
    let dry = second.post(&format!("{}?dry_run=true", path(&placed, "confirm")), &json!({})).expect(200);
    assert_eq!((&dry["status"], &dry["hold"]["units"]), (&json!("confirmed"), &json!(5)));
    assert_eq!(second.get("/v1/orders?awaiting=true").expect(200)["items"].as_array().unwrap().len(), 1);
    house.confirm(&second, &placed);
    second.post(&path(&placed, "confirm"), &json!({})).expect(409);
    second.post(&path(&placed, "reject"), &json!({ "reason": "late" })).expect(409);
    house.settle();
    let held = officer.get(&format!("/v1/holds/{}", placed["order"]["id"].as_str().unwrap())).expect(200);
    assert_eq!(held["status"], "held");
    assert_eq!(second.get("/v1/orders?awaiting=true").expect(200)["items"], json!([]));
    let order = second.get(&format!("/v1/orders/{}", placed["order"]["id"].as_str().unwrap())).expect(200);
    assert_ne!(order["requested_by"], order["decided_by"]);
    let decisions = officer.get("/v1/decisions?limit=200").expect(200);
    let of = |action: &str| {
        let about = &placed["order"]["id"];
        let all = decisions["items"].as_array().unwrap();
        all.iter().find(|it| it["action"] == action && it["subject"] == *about).unwrap()["actor"].clone()
    };
    assert_eq!(
        (of("order.awaiting"), of("order.confirmed")),
        (order["requested_by"].clone(), order["decided_by"].clone())
    );
}

#[test]
pub(crate) fn an_order_is_rejected_withdrawn_or_runs_out() {
    let house = Treasury::open(&[(10, 0), (10, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let second = house.stage.person("second", Role::Compliance);
    let order = || officer.post("/v1/holds", &hold(&house, 5)).expect(202);
    let (rejected, withdrawn, forgotten) = (order(), order(), order());
    assert_eq!(second.post(&path(&rejected, "reject"), &json!({})).refused_field(), "reason");
    let reason = json!({ "reason": "no contract" });
    assert_eq!(second.post(&path(&rejected, "reject"), &reason).expect(200)["status"], "rejected");
    assert_eq!(officer.post(&path(&withdrawn, "reject"), &reason).expect(200)["status"], "withdrawn");
    house.advance(8);
    let late = second.post(&path(&forgotten, "confirm"), &json!({})).expect(409);
    assert_eq!(late["type"], "/problems/wrong-state");
    let all = officer.get("/v1/orders").expect(200);
    let states: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!(states, ["expired", "withdrawn", "rejected"]);
    assert_eq!(all["items"][2]["reason"], "no contract");
    house.settle();
    assert_eq!(officer.get("/v1/holds").expect(200)["items"], json!([]));

    // Of a lost wallet one order waits at a time; one that ran out stands in nobody's way.
    let new = house.further_wallet(0, 0x55);
    let lost = json!({ "lost_wallet": house.holders[0], "replacement_wallet": new, "reason": "key lost" });
    officer.post("/v1/recoveries", &lost).expect(202);
    officer.post("/v1/recoveries", &lost).expect(409);
    house.advance(8);
    officer.post("/v1/recoveries", &lost).expect(202);
}

#[test]
pub(crate) fn what_is_confirmed_is_judged_again() {
    let house = Treasury::open(&[(10, 0), (10, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let second = house.stage.person("second", Role::Compliance);
    // Two orders fit one by one, and not together.
    let (first, other) = (
        officer.post("/v1/holds", &hold(&house, 6)).expect(202),
        officer.post("/v1/holds", &hold(&house, 6)).expect(202),
    );
    house.confirm(&second, &first);
    house.settle();
    assert_eq!(second.post(&path(&other, "confirm"), &json!({})).refused_field(), "units");
    house.settle();
    // The receiver is frozen between the order and its confirmation: refused with the reason, and it still waits.
    let hold = format!("/v1/holds/{}", first["order"]["id"].as_str().unwrap());
    let delivery = officer.post(&format!("{hold}/execute"), &json!({})).expect(202);
    let freeze = |frozen: bool| {
        let call = tokenizer::chain::calls::set_wallet_frozen(house.token(), house.holders[1], frozen);
        house.stage.send(&format!("freeze/{frozen}"), call);
    };
    freeze(true);
    let refused = second.post(&path(&delivery, "confirm"), &json!({})).expect(200);
    assert_eq!(
        (&refused["status"], &refused["hold"]["refusals"][0]["code"]),
        (&json!("awaiting"), &json!("FROZEN"))
    );
    freeze(false);
    house.confirm(&second, &delivery);
    house.settle();
    assert_eq!(officer.get(&hold).expect(200)["status"], "executed");
    assert_eq!(house.on_chain("senior", house.holders[1]), 16);
}

#[test]
fn an_order_says_by_hand_what_is_missing_in_either_language() {
    for (language, missing, reject, rejected) in [
        ("en", "There is no other compliance officer", "Withdraw", "Withdrawn"),
        ("zh-CN", "目前没有另一位合规专员可以确认", "撤回", "已撤回"),
    ] {
        let house = Treasury::open(&[(10, 0), (10, 0)]);
        let officer = house.stage.person("officer", Role::Compliance);
        let browser = house.reader("officer", language);
        let placed = officer.post("/v1/holds", &hold(&house, 5)).expect(202);
        let order = format!("/orders/{}", placed["order"]["id"].as_str().unwrap());
        let page = shows(browser.get(&order), &[missing, "muniment account add", reject]);
        let form = page.form(&order).set("act", "reject");
        assert_eq!(form.clone().set("reason", " ").send(&browser).status, 422);
        assert_eq!(form.clone().set("act", "confirm").send(&browser).status, 403);
        let done = form.set("reason", "a mistake").send(&browser);
        assert_eq!(done.location, Some(order.clone()));
        shows(browser.get(&order), &[rejected, "a mistake"]);
    }
}

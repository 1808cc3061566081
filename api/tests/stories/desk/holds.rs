//! A pledge from its first day to its end: the holder stays the owner, is paid, and moves nothing of it.

use super::{shows, units};
use crate::stage::Stage;
use crate::treasury::Treasury;
use chrono::DateTime;
use domain::party::{Role, WalletAddress};
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Hold, Issue, Movement};

/// Units of a wallet that holds keep, by the chain's own word.
fn held(house: &Treasury, wallet: WalletAddress) -> i64 {
    let partition = "senior".parse().unwrap();
    let held = house.app().chain.held_by_partition(house.token(), &partition, wallet);
    house.stage.wait_for(held).unwrap().get()
}

#[test]
pub(crate) fn a_pledge_is_kept_paid_delivered_in_part_and_freed() {
    let house = Treasury::open(&[(300, 0), (100, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let second = house.stage.person("second", Role::Compliance);
    let (holder, lender) = (house.holders[0], house.holders[1]);
    let body = json!({
        "partition_id": house.senior, "holder_wallet": holder, "units": 120, "expires_on": house.day(20),
        "recipient_wallet": lender, "purpose": "pledge for loan 17",
    });
    let dry = officer.post("/v1/holds?dry_run=true", &body).expect(200);
    assert_eq!((&dry["units"], &dry["refusals"]), (&json!(120), &json!([])));
    let placed = officer.post_once("/v1/holds", "hold-1", &body).expect(202);
    assert_eq!(officer.post_once("/v1/holds", "hold-1", &body).expect(202)["hold_id"], placed["hold_id"]);
    house.confirm(&second, &placed);
    let path = format!("/v1/holds/{}", placed["hold_id"].as_str().unwrap());
    house.settle();
    let state = |person: &crate::stage::Person| {
        let hold = person.get(&path).expect(200);
        (hold["status"].as_str().unwrap().to_owned(), hold["kept_units"].as_i64().unwrap())
    };
    assert_eq!(state(&officer), ("held".to_owned(), 120));
    // Holder, lender and issuer see it, nobody else does.
    for reader in [&house.sign_in(1), &house.sign_in(2), &house.issuer, &house.operator] {
        assert_eq!(state(reader), ("held".to_owned(), 120));
    }
    house.stage.person("stranger", Role::Issuer).get(&path).expect(404);

    // The holder stays the owner on the register, and moves no more than what is free.
    assert_eq!((house.on_chain("senior", holder), held(&house, holder)), (300, 120));
    assert!(house.register(house.senior).contains(&(1, holder.to_string(), 300)));
    let partition = "senior".parse().unwrap();
    let movement = |count| Movement { partition: &partition, from: holder, to: lender, units: units(count) };
    let simulate = |count| {
        let call = calls::transfer(house.token(), movement(count));
        house.stage.wait_for(house.app().chain.simulate(holder, &call)).unwrap()
    };
    assert_eq!(simulate(181).unwrap_err().code(), "HELD_UNITS");
    assert!(simulate(180).is_ok());
    let more = json!({
        "partition_id": house.senior, "holder_wallet": holder, "units": 181, "expires_on": house.day(20),
        "purpose": "too much",
    });
    assert_eq!(officer.post("/v1/holds", &more).refused_field(), "units");

    // While it is pledged, the holder is paid for all 300 of 400 units.
    house.cash("rent-1", 400_00);
    let coupon = house.declare(house.senior, &house.soon(400_00)).expect(201);
    let coupon = coupon["coupon_id"].as_str().unwrap().to_owned();
    house.advance(3);
    house.wait_for(&coupon, "paid");
    assert_eq!(house.entitlements(&coupon), [(300_00, "paid".into()), (100_00, "paid".into())]);

    // The officer delivers a part, and frees the rest.
    let execute = format!("{path}/execute");
    assert_eq!(officer.post(&execute, &json!({ "units": 121 })).refused_field(), "units");
    let elsewhere = json!({ "units": 1, "recipient_wallet": holder });
    assert_eq!(officer.post(&execute, &elsewhere).refused_field(), "recipient_wallet");
    house.sign_in(1).post(&execute, &json!({})).expect(404);
    house.issuer.post(&execute, &json!({})).expect(403);
    let ordered = officer.post(&execute, &json!({ "units": 50 })).expect(202);
    house.settle();
    assert_eq!(state(&officer), ("held".to_owned(), 120), "it waits for another officer");
    house.confirm(&second, &ordered);
    house.settle();
    assert_eq!(state(&officer), ("held".to_owned(), 70));
    assert_eq!((house.on_chain("senior", holder), house.on_chain("senior", lender)), (250, 150));
    let register = house.register(house.senior);
    assert!(register.contains(&(1, holder.to_string(), 250)), "{register:?}");
    assert!(register.contains(&(2, lender.to_string(), 150)), "{register:?}");
    officer.post(&format!("{path}/release"), &json!({})).expect(200);
    house.settle();
    assert_eq!((state(&officer), held(&house, holder)), (("executed".to_owned(), 0), 0));
    officer.post(&execute, &json!({})).expect(409);
}

#[test]
pub(crate) fn a_hold_whose_time_is_over_is_freed_by_itself() {
    let house = Treasury::open(&[(300, 0), (100, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let body = json!({
        "partition_id": house.senior, "holder_wallet": house.holders[0], "units": 120,
        "expires_on": house.day(1), "purpose": "pledge for loan 18",
    });
    let placed = officer.post("/v1/holds", &body).expect(202);
    house.confirm(&house.stage.person("second", Role::Compliance), &placed);
    house.settle();
    let path = format!("/v1/holds/{}", placed["hold_id"].as_str().unwrap());
    assert_eq!(officer.get(&path).expect(200)["status"], "held");
    // One made past the platform that ends as late as the token can say, in a year of five digits.
    let endless = Hold {
        partition: "senior".parse().unwrap(),
        holder: house.holders[1],
        recipient: Some(house.holders[0]),
        notary: Some(house.holders[0]),
        units: units(30),
        expiry: DateTime::from_timestamp((1 << 40) - 1, 0).unwrap(),
        secret_hash: None,
        salt: [7; 32],
    };
    house.stage.send("endless", calls::create_hold(house.token(), &endless));
    house.advance(3);
    house.settle();
    assert_eq!(officer.get("/v1/holds").expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(held(&house, house.holders[1]), 30, "its time is not over");
    let hold = officer.get(&path).expect(200);
    assert_eq!((&hold["status"], &hold["released_units"]), (&json!("released"), &json!(120)));
    assert_eq!(held(&house, house.holders[0]), 0);
    officer.post(&format!("{path}/execute"), &json!({})).expect(409);
}

#[test]
pub(crate) fn what_is_no_hold_is_refused_with_its_field() {
    let house = Treasury::open(&[(10, 0), (10, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let good = json!({
        "partition_id": house.senior, "holder_wallet": house.holders[0], "units": 5,
        "expires_on": house.day(5), "purpose": "pledge",
    });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("partition_id", json!("senior")), "partition_id"),
        (with("holder_wallet", json!("0x1")), "holder_wallet"),
        (with("holder_wallet", json!(house.token())), "holder_wallet"),
        (with("units", json!(0)), "units"),
        (with("units", json!(11)), "units"),
        (with("expires_on", json!(house.day(-1))), "expires_on"),
        (with("expires_on", json!(house.day(4_000))), "expires_on"),
        (with("expires_on", json!("soon")), "expires_on"),
        (with("recipient_wallet", json!(house.holders[0])), "recipient_wallet"),
        (with("recipient_wallet", json!(house.token())), "recipient_wallet"),
        (with("notary_wallet", json!("0x2")), "notary_wallet"),
        (with("purpose", json!("")), "purpose"),
    ] {
        assert_eq!(officer.post("/v1/holds", &body).refused_field(), field, "{body}");
    }
    house.issuer.post("/v1/holds", &good).expect(403);
    house.operator.post("/v1/holds", &good).expect(403);
    assert_eq!(house.sign_in(2).post("/v1/holds", &good).refused_field(), "holder_wallet");
    assert_eq!(officer.get("/v1/holds").expect(200)["items"], json!([]));
}

#[test]
pub(crate) fn an_investor_pledges_their_own_units_and_the_notary_decides() {
    let stage = Stage::start();
    stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let issue = Issue { to: anna.wallet, units: units(100) };
    stage.send("issue", calls::issue(offer.token, &offer.partitions[0].1, issue));
    let today = stage.app.clock.now().date_naive();
    let body = json!({
        "partition_id": offer.partitions[0].0, "holder_wallet": anna.wallet, "units": 60,
        "expires_on": (today + chrono::TimeDelta::days(9)).to_string(), "notary_wallet": ben.wallet,
        "recipient_wallet": ben.wallet, "purpose": "pledge",
    });
    stage.send("freeze", calls::set_wallet_frozen(offer.token, anna.wallet, true));
    let refused = anna.person.post("/v1/holds", &body).expect(200);
    assert_eq!(refused["refusals"][0]["code"], "FROZEN");
    assert_eq!(anna.person.get("/v1/holds").expect(200)["items"], json!([]));
    stage.send("thaw", calls::set_wallet_frozen(offer.token, anna.wallet, false));
    let placed = anna.person.post("/v1/holds", &body).expect(201);
    assert!(placed["to_sign"].is_null(), "the platform keeps the key");
    stage.settle();
    let path = format!("/v1/holds/{}", placed["hold_id"].as_str().unwrap());
    assert_eq!(anna.person.get(&path).expect(200)["status"], "held");
    anna.person.post(&format!("{path}/release"), &json!({})).expect(404);
    ben.person.post(&format!("{path}/execute"), &json!({})).expect(200);
    stage.settle();
    assert_eq!(ben.person.get(&path).expect(200)["status"], "executed");
    let balance = stage.app.chain.balance_of(offer.token, ben.wallet);
    assert_eq!(stage.wait_for(balance).unwrap(), units(60));
}

#[test]
fn the_officer_keeps_and_delivers_units_by_hand_in_either_language() {
    let house = Treasury::open(&[(300, 0), (100, 0)]);
    house.stage.person("officer", Role::Compliance);
    house.stage.person("second", Role::Compliance);
    let (holder, lender) = (house.holders[0], house.holders[1]);
    for (language, kept, delivered) in [
        ("en", "30 units of HFN1 senior", "10 units of HFN1 senior are delivered"),
        ("zh-CN", "HFN1 senior 30 份将被保留", "将 HFN1 senior 10 份交付"),
    ] {
        let browser = house.reader("officer", language);
        let confirmed = |order: &str| {
            let other = house.reader("second", language);
            let page =
                shows(other.get(order), &["HFN1 senior"]).form(order).set("act", "confirm").send(&other);
            assert_eq!(page.location.as_deref(), Some(order));
            house.settle();
        };
        let form = shows(browser.get("/holds/new"), &[]).form("/holds/new");
        let form = form
            .set("partition_id", &house.senior.to_string())
            .set("holder_wallet", &holder.to_string())
            .set("units", "30")
            .set("expires_on", &house.day(3))
            .set("recipient_wallet", &lender.to_string())
            .set("step", "review");
        assert_eq!(form.send(&browser).status, 422, "it needs a purpose");
        let review = shows(form.set("purpose", "pledge 19").send(&browser), &[kept]);
        let done = review.form("/holds/new").set("step", "confirm").send(&browser);
        let order = done.location.expect("it leads to the order");
        confirmed(&order);
        let path = order.replace("/orders/", "/holds/");
        let decides = if language == "en" { "Compliance officer" } else { "合规专员" };
        assert!(shows(browser.get(&path), &[]).texts("dl.facts").remove(0).contains(decides));
        shows(browser.get("/holds"), &["pledge 19"]);
        let form = shows(browser.get(&path), &["pledge 19"]).form(&path).set("units", "10");
        let review = shows(form.set("step", "review").send(&browser), &[delivered]);
        let done = review.form(&path).set("step", "confirm").send(&browser);
        confirmed(&done.location.expect("it leads to the order"));
        shows(browser.get(&path), &[]);
    }
    assert_eq!(held(&house, holder), 40);
    assert_eq!(house.on_chain("senior", lender), 120);
}

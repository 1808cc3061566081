//! A partition defaults and is written down: said on chain, shown to everybody, and its interest follows to the cent.

use super::shows;
use crate::treasury::Treasury;
use domain::party::Role;
use serde_json::json;
use tokenizer::chain::calls;

#[test]
pub(crate) fn losses_are_borne_by_the_junior_first_and_interest_follows() {
    // Face value 100,000.00 each.
    let house = Treasury::open(&[(1_000, 1_000)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let of = |partition, matter: &str| format!("/v1/partitions/{partition}/{matter}");
    let body = |left: i64| json!({ "remaining_millionths": left, "reason": "three debtors failed" });
    let interest = |partition| {
        let path = format!("/v1/partitions/{partition}/coupons?dry_run=true");
        let plan = house.issuer.post(&path, &json!({})).expect(200);
        (plan["nominal_minor"].as_i64().unwrap(), plan["interest_minor"].as_i64().unwrap())
    };
    let (senior, junior) = (interest(house.senior), interest(house.junior));
    assert_eq!((senior.0, junior.0), (100_000_00, 100_000_00));

    assert_eq!(
        officer.post(&of(house.senior, "write-down"), &body(900_000)).refused_field(),
        "remaining_millionths"
    );
    assert_eq!(
        officer.post(&of(house.junior, "write-down"), &body(1_000_000)).refused_field(),
        "remaining_millionths"
    );
    assert_eq!(
        officer.post(&of(house.junior, "default"), &json!({ "in_default": true })).refused_field(),
        "reason"
    );
    let default = json!({ "in_default": true, "reason": "missed two coupons" });
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        person.post(&of(house.junior, "write-down"), &body(250_000)).expect(403);
        person.post(&of(house.junior, "default"), &default).expect(403);
    }
    officer.post(&of(house.junior, "default"), &default).expect(200);
    house.settle();
    officer.post(&of(house.junior, "default"), &default).expect(409);
    let dry =
        officer.post(&format!("{}?dry_run=true", of(house.junior, "write-down")), &body(250_000)).expect(200);
    assert_eq!(
        (&dry["before"]["face_minor"], &dry["after"]["face_minor"]),
        (&json!(100_000_00), &json!(25_000_00))
    );
    officer.post_once(&of(house.junior, "write-down"), "loss-1", &body(250_000)).expect(200);
    officer.post_once(&of(house.junior, "write-down"), "loss-1", &body(250_000)).expect(200);
    house.settle();
    let rules = house.sign_in(1).get(&format!("/v1/pools/{}/rules", house.pool)).expect(200);
    assert_eq!(
        (&rules[0]["in_default"], &rules[0]["remaining_millionths"]),
        (&json!(false), &json!(1_000_000))
    );
    assert_eq!((&rules[1]["in_default"], &rules[1]["remaining_millionths"]), (&json!(true), &json!(250_000)));
    // A quarter of the face value earns a quarter of the interest; the senior partition earns as before.
    let (face, earned) = interest(house.junior);
    assert_eq!((face, earned), (25_000_00, (junior.1 + 2).div_euclid(4)));
    assert_eq!(interest(house.senior), senior);
    // The chain has the same: less than 250,000 can be said, as much cannot.
    let again = calls::write_down(house.token(), &"junior".parse().unwrap(), 250_000, b"");
    let platform = house.app().platform().unwrap();
    let refused = house.stage.wait_for(house.app().chain.simulate(platform, &again)).unwrap().unwrap_err();
    assert_eq!(refused.code(), "NotWrittenDown");
    // The register is as it was.
    assert_eq!(house.register(house.junior)[0].2, 1_000);
    officer.post(&of(house.junior, "write-down"), &body(0)).expect(200);
    house.settle();
    officer.post(&of(house.senior, "write-down"), &body(999_999)).expect(200);
    house.settle();
    assert_eq!(interest(house.senior).0, 99_999_90);
}

#[test]
pub(crate) fn the_chain_keeps_the_order_of_losses_too() {
    let house = Treasury::open(&[(1_000, 1_000)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let path = format!("/v1/pools/{}/waterfall", house.pool);
    let why = json!({ "reason": "the prospectus promises it" });
    let platform = house.app().platform().unwrap();
    // Past the platform's own check, as somebody could who holds its key.
    let senior_first = calls::write_down(house.token(), &"senior".parse().unwrap(), 900_000, b"");
    let allowed =
        || house.stage.wait_for(house.app().chain.simulate(platform, &senior_first)).unwrap().is_ok();
    assert!(allowed());
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        person.post(&path, &why).expect(403);
    }
    assert_eq!(officer.post(&path, &json!({})).refused_field(), "reason");
    let dry = officer.post(&format!("{path}?dry_run=true"), &why).expect(200);
    assert_eq!(dry["order"], json!(["junior", "senior"]));
    officer.post(&path, &why).expect(200);
    house.settle();
    assert!(!allowed());
    let rules = house.sign_in(1).get(&format!("/v1/pools/{}/rules", house.pool)).expect(200);
    assert!(rules[0]["waterfall"].is_string(), "{rules}");
    officer.post(&path, &why).expect(409);
    let body = json!({ "remaining_millionths": 0, "reason": "all debtors failed" });
    officer.post(&format!("/v1/partitions/{}/write-down", house.junior), &body).expect(200);
    house.settle();
    assert!(allowed(), "nothing is left below");
}

#[test]
fn the_officer_writes_down_by_hand_in_either_language() {
    let house = Treasury::open(&[(1_000, 1_000)]);
    house.stage.person("officer", Role::Compliance);
    let (pool, path) = (format!("/pools/{}", house.pool), format!("/partitions/{}/distress", house.junior));
    for (language, left, face, sentence) in [
        ("en", "90.5", "90,500.00 EUR instead of 100,000.00 EUR", "90.5% of a unit"),
        ("zh-CN", "80", "由 90,500.00 EUR 减至 80,000.00 EUR", "尚余 80%"),
    ] {
        let browser = house.reader("officer", language);
        let form = shows(browser.get(&path), &[]).form(&path).set("step_taken", "write-down");
        let form = form.set("reason", "a debtor failed").set("step", "review");
        assert_eq!(form.clone().set("remaining_percent", "101").send(&browser).status, 422);
        let review = shows(form.set("remaining_percent", left).send(&browser), &[face]);
        let done = review.form(&path).set("step", "confirm").send(&browser);
        assert_eq!(done.location, Some(pool.clone()));
        house.settle();
        shows(browser.get(&pool), &[sentence]);
    }
    let browser = house.reader("officer", "en");
    let bind = shows(browser.get(&path), &["Have the chain keep this order too"]).form(&path);
    let bind = bind.set("act", "waterfall");
    assert_eq!(bind.clone().set("reason", " ").send(&browser).status, 422);
    assert_eq!(bind.set("reason", "promised").send(&browser).location, Some(path.clone()));
    house.settle();
    shows(browser.get(&path), &["A write-down is refused by the chain itself"]);
}

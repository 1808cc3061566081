//! The further rules of a partition: shown to everybody, changed by the officer, kept by engine and chain.

use super::{shows, units};
use crate::treasury::Treasury;
use domain::party::Role;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Movement};

#[test]
pub(crate) fn a_rule_is_shown_changed_and_kept() {
    let house = Treasury::open(&[(10, 0), (20, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let (first, second) = (house.holders[0], house.holders[1]);
    let shown = format!("/v1/pools/{}/rules", house.pool);
    let path = format!("/v1/partitions/{}/rules", house.senior);
    let senior = |person: &crate::stage::Person| person.get(&shown).expect(200)[0].clone();
    for reader in [&house.issuer, &house.operator, &officer, &house.sign_in(1)] {
        assert_eq!(
            (&senior(reader)["partition"], &senior(reader)["max_holding"]),
            (&json!("senior"), &json!(null))
        );
    }
    let put = |query: &str, body: &Value| {
        let request = officer.request(reqwest::Method::PUT, &format!("{path}{query}"));
        crate::stage::Answer::of(request.json(body).send().unwrap())
    };
    for (body, field) in [
        (json!({ "max_holding": 0, "reason": "r" }), "max_holding"),
        (json!({ "min_holding": 9, "max_holding": 8, "reason": "r" }), "min_holding"),
        (json!({ "transfer_limit": -1, "reason": "r" }), "transfer_limit"),
        (json!({ "max_holding": 5 }), "reason"),
    ] {
        assert_eq!(put("", &body).refused_field(), field, "{body}");
    }
    let body = json!({ "max_holding": 15, "transfer_limit": 4, "reason": "board decision 3" });
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        let request = person.request(reqwest::Method::PUT, &path).json(&body);
        assert_eq!(request.send().unwrap().status().as_u16(), 403);
    }
    // A dry run names what changes, and the holder of 20 who would be above it.
    let dry = put("?dry_run=true", &body).expect(200);
    let expected = json!([
        { "rule": "max_holding", "before": null, "after": 15 },
        { "rule": "transfer_limit", "before": null, "after": 4 },
    ]);
    assert_eq!((&dry["changes"], &dry["passive_breaches"]), (&expected, &json!(1)));
    assert_eq!(senior(&officer)["max_holding"], json!(null));
    put("", &body).expect(200);
    house.settle();
    for reader in [&house.issuer, &officer, &house.sign_in(1)] {
        let rules = senior(reader);
        let told = (&rules["max_holding"], &rules["transfer_limit"], &rules["change"]);
        assert_eq!(told, (&json!(15), &json!(4), &json!("done")));
    }
    // Engine and chain give the same verdict, with the same reason first.
    let partition = "senior".parse().unwrap();
    for (from, to, count, expected) in [
        (second, first, 5, Some("TRANSFER_LIMIT")),
        (first, second, 1, Some("MAX_HOLDING")),
        (second, first, 4, None),
    ] {
        let movement = Movement { partition: &partition, from, to, units: units(count) };
        let call = calls::transfer(house.token(), movement);
        let chain = house.stage.wait_for(house.app().chain.simulate(from, &call)).unwrap();
        assert_eq!(chain.err().map(|refusal| refusal.code().to_owned()).as_deref(), expected);
        let check =
            json!({ "partition_id": house.senior, "from_wallet": from, "to_wallet": to, "units": count });
        let verdict = officer.post("/v1/transfers/check", &check).expect(200);
        assert_eq!(verdict["refusals"][0]["code"].as_str(), expected);
    }
    assert_eq!(put("", &body).expect(409)["type"], "/problems/wrong-state");
    put("", &json!({ "reason": "board decision 4" })).expect(200);
    house.settle();
    assert_eq!(senior(&officer)["max_holding"], json!(null));
}

#[test]
fn the_officer_changes_rules_by_hand_in_either_language() {
    let house = Treasury::open(&[(10, 0), (20, 0)]);
    house.stage.person("officer", Role::Compliance);
    let (pool, path) = (format!("/pools/{}", house.pool), format!("/partitions/{}/rules", house.senior));
    for (language, most, sentence, changes) in [
        ("en", "15", "One owner holds at most 15 units, whatever their share.", "Most units of one owner"),
        ("zh-CN", "16", "不论占比，单一持有人最多 16 份。", "单一持有人最多份额"),
    ] {
        let browser = house.reader("officer", language);
        shows(browser.get(&pool), &[&path]);
        let form = shows(browser.get(&path), &[]).form(&path).set("max_holding", most);
        let form = form.set("sale_closes", &house.day(30)).set("step", "review");
        assert_eq!(form.send(&browser).status, 422, "it needs a reason");
        let review = shows(form.set("reason", "board").send(&browser), &[changes, most]);
        let done = review.form(&path).set("step", "confirm").send(&browser);
        assert_eq!(done.location, Some(pool.clone()));
        house.settle();
        shows(browser.get(&pool), &[sentence]);
        // An investor reads the same rules, and no way to change them.
        let investor = house.reader("holder-1", language);
        let read = shows(investor.get(&pool), &[sentence]);
        assert!(!read.html.contains(&path));
        assert_eq!(investor.get(&path).status, 403);
    }
}

//! Many wallets are frozen under one operation, and freed again.

use super::{shows, units};
use crate::treasury::Treasury;
use domain::party::Role;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Movement};

#[test]
pub(crate) fn a_list_of_wallets_is_frozen_once_and_freed() {
    let house = Treasury::open(&[(10, 0), (20, 0), (30, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let path = format!("/v1/pools/{}/wallet-freezes", house.pool);
    let (first, second, third) = (house.holders[0], house.holders[1], house.holders[2]);
    let body = |wallets: Value, frozen: bool, skip: bool| json!({ "wallets": wallets, "frozen": frozen, "skip_unfit": skip, "reason": "court order 4" });
    let mixed = json!([first, "0x12", second, house.token(), first]);
    // One line that cannot be done refuses all, and is named by its place.
    let refused = officer.post(&path, &body(mixed.clone(), true, false)).expect(422);
    let fields: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, [json!("wallets[2]"), json!("wallets[4]"), json!("wallets[5]")]);
    for (wrong, field) in [
        (body(json!([]), true, true), "wallets"),
        (body(json!([second]), false, true), "wallets[1]"),
        (json!({ "wallets": [first], "frozen": true, "reason": "" }), "reason"),
    ] {
        assert_eq!(officer.post(&path, &wrong).refused_field(), field, "{wrong}");
    }
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        person.post(&path, &body(mixed.clone(), true, true)).expect(403);
    }
    assert_eq!(officer.get(&path).expect(200)["items"], json!([]));

    // Or it is left out and named.
    let dry = officer.post(&format!("{path}?dry_run=true"), &body(mixed.clone(), true, true)).expect(200);
    assert_eq!(dry["wallets"], json!([first, second]));
    let ordered = officer.post_once(&path, "freeze-1", &body(mixed.clone(), true, true)).expect(201);
    let again = officer.post_once(&path, "freeze-1", &body(mixed, true, true)).expect(201);
    assert_eq!(ordered["freeze_id"], again["freeze_id"]);
    let lines: Vec<_> = ordered["left_out"].as_array().unwrap().iter().map(|it| it["line"].clone()).collect();
    assert_eq!(lines, [json!(2), json!(4), json!(5)]);
    house.settle();
    assert_eq!(house.issuer.get(&path).expect(200)["items"][0]["status"], "done");

    // The chain refuses what they send and what they would get, the engine says the same, the register shows it.
    let partition = "senior".parse().unwrap();
    let code = |from, to| {
        let call =
            calls::transfer(house.token(), Movement { partition: &partition, from, to, units: units(1) });
        let answer = house.stage.wait_for(house.app().chain.simulate(from, &call)).unwrap();
        let check = json!({ "partition_id": house.senior, "from_wallet": from, "to_wallet": to, "units": 1 });
        let verdict = officer.post("/v1/transfers/check", &check).expect(200);
        assert_eq!(verdict["allowed"], answer.is_ok(), "{verdict}");
        answer.err().map(|refusal| refusal.code().to_owned())
    };
    assert_eq!(code(first, third).as_deref(), Some("FROZEN"));
    assert_eq!(code(third, second).as_deref(), Some("FROZEN"));
    let register = format!("/v1/partitions/{}/register", house.senior);
    let frozen = || {
        let register = house.operator.get(&register).expect(200);
        let mut lines: Vec<_> = register["holders"].as_array().unwrap().clone();
        lines.sort_by_key(|line| line["identity_number"].as_i64());
        lines.iter().map(|line| line["frozen"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(frozen(), [true, true, false]);
    officer.post(&path, &body(json!([first, second]), false, false)).expect(201);
    house.settle();
    assert_eq!(frozen(), [false, false, false]);
    assert_eq!(code(first, third), None);
}

#[test]
fn the_officer_freezes_a_list_by_hand_in_either_language() {
    let house = Treasury::open(&[(10, 0), (20, 0)]);
    house.stage.person("officer", Role::Compliance);
    let path = format!("/pools/{}/wallet-freezes", house.pool);
    let list = format!("wallet\n{}\n{}\nnobody", house.holders[0], house.holders[1]);
    for (language, what, frozen, left_out) in [
        ("en", "freeze", "2 wallets are frozen in this token", "1 line is left out"),
        ("zh-CN", "unfreeze", "在此通证中解冻 2 个钱包", "略过 1 行"),
    ] {
        let browser = house.reader("officer", language);
        shows(browser.get(&format!("/pools/{}", house.pool)), &[&path]);
        let form = shows(browser.get(&path), &[]).form(&path);
        let form = form.set("what", what).set("wallets", &list).set("reason", "court order 4");
        let form = form.set("step", "review");
        assert_eq!(form.send(&browser).status, 422, "a line cannot be done");
        let review = shows(form.set("skip_unfit", "yes").send(&browser), &[frozen, left_out]);
        let done = review.form(&path).set("step", "confirm").send(&browser);
        assert_eq!(done.location, Some(path.clone()));
        house.settle();
        shows(browser.get(&path), &["court order 4"]);
        let marked = browser.get(&format!("/registers/{}", house.senior));
        let frozen_word = if language == "en" { ">Frozen<" } else { ">已冻结<" };
        assert_eq!(marked.html.contains(frozen_word), what == "freeze");
    }
}

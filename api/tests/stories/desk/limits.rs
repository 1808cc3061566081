//! The rules that go beyond one number: each is set by the API, and engine and chain refuse with the same reason.

use super::{shows, units};
use crate::stage::{Answer, Person};
use crate::treasury::Treasury;
use domain::party::{Role, WalletAddress};
use domain::pool::PartitionName;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Movement};

fn put(officer: &Person, path: &str, body: &Value) -> Answer {
    Answer::of(officer.request(reqwest::Method::PUT, path).json(body).send().unwrap())
}

/// What engine and chain say of a transfer; they must say the same first.
fn verdict(
    house: &Treasury,
    officer: &Person,
    partition: &str,
    ends: (usize, usize),
    count: i64,
) -> Option<String> {
    let (from, to) = (house.holders[ends.0], house.holders[ends.1]);
    let name: PartitionName = partition.parse().unwrap();
    let movement = Movement { partition: &name, from, to, units: units(count) };
    let call = calls::transfer(house.token(), movement);
    let chain = house.stage.wait_for(house.app().chain.simulate(from, &call)).unwrap();
    let chain = chain.err().map(|refusal| refusal.code().to_owned());
    let id = if partition == "senior" { house.senior } else { house.junior };
    let check = json!({ "partition_id": id, "from_wallet": from, "to_wallet": to, "units": count });
    let engine = officer.post("/v1/transfers/check", &check).expect(200);
    assert_eq!(engine["refusals"][0]["code"].as_str(), chain.as_deref(), "{engine}");
    chain
}

fn rules_of(house: &Treasury, person: &Person, place: usize) -> Value {
    person.get(&format!("/v1/pools/{}/rules", house.pool)).expect(200)[place].clone()
}

#[test]
pub(crate) fn owners_are_counted_by_country_and_by_class() {
    let house = Treasury::open(&[(10, 5), (20, 5), (30, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let path = format!("/v1/partitions/{}/rules", house.junior);
    for (body, field) in [
        (json!({ "country_limits": { "XX": 3 }, "reason": "r" }), "country_limits"),
        (json!({ "country_limits": { "DE": 0 }, "reason": "r" }), "country_limits[DE]"),
        (json!({ "class_limits": { "rich": 3 }, "reason": "r" }), "class_limits"),
    ] {
        assert_eq!(put(&officer, &path, &body).refused_field(), field, "{body}");
    }
    assert_eq!(verdict(&house, &officer, "junior", (0, 2), 1), None);
    for (limits, code) in [
        (json!({ "country_limits": { "DE": 2, "FR": 9 }, "reason": "r" }), "COUNTRY_COUNT"),
        (json!({ "class_limits": { "professional": 2 }, "reason": "r" }), "CLASS_COUNT"),
    ] {
        put(&officer, &path, &limits).expect(200);
        house.settle();
        assert_eq!(rules_of(&house, &officer, 1)["change"], "done", "{limits}");
        // A third owner does not enter; one of the two may give to the other, and all that it has to the third.
        assert_eq!(verdict(&house, &officer, "junior", (0, 2), 1).as_deref(), Some(code));
        assert_eq!(verdict(&house, &officer, "junior", (0, 1), 1), None);
        assert_eq!(verdict(&house, &officer, "junior", (0, 2), 5), None);
    }
    let shown = rules_of(&house, &house.sign_in(1), 1);
    assert_eq!(shown["class_limits"], json!({ "professional": { "limit": 2, "owners": 2 } }));
    assert_eq!(shown["country_limits"], json!({}), "what is left out ends");
    // A dry run says how many are above a limit.
    let dry = put(
        &officer,
        &format!("{path}?dry_run=true"),
        &json!({ "country_limits": { "DE": 1 }, "reason": "r" }),
    );
    let dry = dry.expect(200);
    assert_eq!(dry["owners_too_many"], 1);
    let names: Vec<_> = dry["changes"].as_array().unwrap().iter().map(|it| it["rule"].clone()).collect();
    assert_eq!(names, ["country_limits[DE]", "class_limits[professional]"]);
    put(&officer, &path, &json!({ "reason": "none any more" })).expect(200);
    house.settle();
    assert_eq!(verdict(&house, &officer, "junior", (0, 2), 1), None);
}

#[test]
pub(crate) fn a_release_schedule_and_a_co_signature_bind_engine_and_chain_alike() {
    let house = Treasury::open(&[(10, 5), (20, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let path = format!("/v1/partitions/{}/rules", house.senior);
    let step = |days: i64, free_bps: i64| json!({ "from": format!("{}T00:00:00Z", house.day(days)), "free_bps": free_bps });
    let with = |steps: &[Value]| json!({ "release": steps, "reason": "r" });
    for steps in [vec![step(20, 5_000), step(10, 10_000)], vec![step(10, 5_000), step(20, 5_000)]] {
        assert_eq!(put(&officer, &path, &with(&steps)).refused_field(), "release");
    }
    let wallet = house.holders[0];
    let scheduled = format!("/v1/partitions/{}/scheduled-units/{wallet}", house.senior);
    let eight = json!({ "units": 8, "reason": "issued before the schedule" });
    assert_eq!(
        put(&officer, &scheduled, &eight).refused_field(),
        "partition_id",
        "no schedule speaks of them"
    );
    put(&officer, &path, &with(&[step(10, 2_500), step(20, 10_000)])).expect(200);
    house.settle();
    assert_eq!(rules_of(&house, &officer, 0)["release"][0]["free_bps"], 2_500);
    assert_eq!(
        verdict(&house, &officer, "senior", (0, 1), 10),
        None,
        "it speaks of what is issued from now on"
    );
    let changed = put(&officer, &scheduled, &eight).expect(200);
    assert_eq!(changed["before"]["scheduled_units"]["units"], 0);
    house.settle();
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 3).as_deref(), Some("RELEASE"));
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 2), None);
    house.advance(11);
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 5).as_deref(), Some("RELEASE"));
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 4), None);
    house.advance(10);
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 10), None);

    put(&officer, &path, &json!({ "cosigned": true, "reason": "r" })).expect(200);
    house.settle();
    assert_eq!(rules_of(&house, &officer, 0)["cosigned"], true);
    assert_eq!(verdict(&house, &officer, "senior", (0, 1), 1).as_deref(), Some("COSIGNATURE"));
    assert_eq!(verdict(&house, &officer, "junior", (0, 1), 1), None, "it is a rule of one partition");
}

#[test]
pub(crate) fn a_cap_over_all_partitions_binds_everybody_but_system_accounts() {
    let house = Treasury::open(&[(10, 5), (20, 0), (0, 5)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let path = format!("/v1/pools/{}/rules", house.pool);
    for (body, field) in [
        (json!({ "cap_bps": 10_001, "reason": "r" }), "cap_bps"),
        (json!({ "cap_units": 0, "reason": "r" }), "cap_units"),
        (json!({ "cap_units": 16 }), "reason"),
    ] {
        assert_eq!(put(&officer, &path, &body).refused_field(), field, "{body}");
    }
    let cap = json!({ "cap_units": 16, "reason": "board decision 8" });
    for person in [&house.issuer, &house.operator, &house.sign_in(1)] {
        put(person, &path, &cap).expect(403);
    }
    let dry = put(&officer, &format!("{path}?dry_run=true"), &cap).expect(200);
    assert_eq!((&dry["passive_breaches"], &dry["before"]["cap"]["units"]), (&json!(1), &json!(null)));
    put(&officer, &path, &cap).expect(200);
    house.settle();
    put(&officer, &path, &cap).expect(409);
    for place in [0, 1] {
        assert_eq!(rules_of(&house, &house.sign_in(1), place)["pool_cap_units"], 16);
    }
    // The first holder has 15 of 16 over both partitions.
    assert_eq!(verdict(&house, &officer, "senior", (1, 0), 1), None);
    assert_eq!(verdict(&house, &officer, "senior", (1, 0), 2).as_deref(), Some("CAP_POOL"));
    assert_eq!(verdict(&house, &officer, "junior", (2, 0), 2).as_deref(), Some("CAP_POOL"));
    let account = |wallet: WalletAddress| format!("/v1/pools/{}/system-accounts/{wallet}", house.pool);
    let exempt = |exempt: bool| json!({ "exempt": exempt, "reason": "escrow" });
    assert_eq!(put(&officer, &account(house.token()), &exempt(true)).refused_field(), "wallet");
    put(&officer, &account(house.holders[0]), &exempt(false)).expect(409);
    put(&officer, &account(house.holders[0]), &exempt(true)).expect(200);
    house.settle();
    assert_eq!(rules_of(&house, &officer, 0)["system_accounts"], json!([house.holders[0]]));
    assert_eq!(verdict(&house, &officer, "senior", (1, 0), 2), None);
    put(&officer, &account(house.holders[0]), &exempt(false)).expect(200);
    house.settle();
    assert_eq!(verdict(&house, &officer, "senior", (1, 0), 2).as_deref(), Some("CAP_POOL"));
    // A share of what is authorised, until the primary sale closes.
    put(&officer, &path, &json!({ "cap_bps": 10_000, "reason": "as good as none" })).expect(200);
    house.settle();
    assert_eq!(verdict(&house, &officer, "senior", (1, 0), 2), None);
}

#[test]
fn the_officer_sets_these_rules_by_hand_in_either_language() {
    let house = Treasury::open(&[(10, 5), (20, 0)]);
    house.stage.person("officer", Role::Compliance);
    let (path, of_pool) =
        (format!("/partitions/{}/rules", house.senior), format!("/pools/{}/rules", house.pool));
    for (language, most, release, said) in [
        (
            "en",
            "30",
            "2031-06-30 25\n2032-06-30 100",
            [
                "At most 30 owners from Germany; there are 2.",
                "25% are free from 2031-06-30",
                "one owner holds at most 30 units",
            ],
        ),
        (
            "zh-CN",
            "31",
            "2031-06-30 25.5",
            [
                "德国持有人最多 31 位；现有 2 位。",
                "自 2031-06-30 00:00 UTC 起 25.5% 可自由转让",
                "单一持有人最多 31 份",
            ],
        ),
    ] {
        let browser = house.reader("officer", language);
        let form = shows(browser.get(&path), &[]).form(&path).set("reason", "board").set("step", "review");
        for (field, wrong) in
            [("release", "soon 25"), ("country_limits", "DE many"), ("class_limit_retail", "0")]
        {
            assert_eq!(form.clone().set(field, wrong).send(&browser).status, 422, "{field}");
        }
        let form = form.set("release", release).set("country_limits", &format!("DE {most}\nFR 5"));
        let review = shows(form.set("class_limit_retail", "9").send(&browser), &[most]);
        let done = review.form(&path).set("step", "confirm").send(&browser);
        assert_eq!(done.location, Some(format!("/pools/{}", house.pool)));
        house.settle();
        let page = shows(browser.get(&path), &[said[0], said[1]]);
        assert!(page.html.contains(release.lines().next().unwrap()), "the form is filled with what holds");

        let forms = shows(browser.get(&of_pool), &[]);
        let cap = forms.form(&of_pool).set("what", "pool-cap").set("cap_units", most).set("reason", "board");
        assert_eq!(cap.clone().set("cap_percent", "101").set("step", "review").send(&browser).status, 422);
        let review = shows(cap.set("step", "review").send(&browser), &[most]);
        let done = review.form(&of_pool).set("step", "confirm").send(&browser);
        assert_eq!(done.location, Some(of_pool.clone()));
        house.settle();
        shows(browser.get(&of_pool), &[said[2]]);
    }
}

//! The register as of any moment and the decisions, as JSON and CSV, and who may read them.

use crate::stage::{Person, Stage};
use crate::transfers::{allocate, order};
use domain::party::Role;
use serde_json::{Value, json};

fn header(person: &Person, path: &str, name: &str) -> String {
    let response = person.request(reqwest::Method::GET, path).send().unwrap();
    response.headers()[name].to_str().unwrap().to_owned()
}

#[test]
fn the_register_of_any_moment_adds_up_and_its_reading_is_noted() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let regulator = stage.person("regulator", Role::Regulator);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let path = format!("/v1/partitions/{}/register", offer.partitions[0].0);
    assert_eq!(regulator.get(&path).expect(200)["holders"], json!([]));

    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    order(&offer, &anna, 200).expect(201);
    order(&offer, &ben, 100).expect(201);
    allocate(&stage, &issuer, &offer);
    // Blocks have whole seconds: the next one begins a new moment.
    let before = stage.app.clock.now();
    stage.wait_until("the second has passed", || stage.app.clock.now().timestamp() > before.timestamp());
    let body = json!({ "partition_id": offer.partitions[0].0, "from_wallet": anna.wallet, "to_wallet": ben.wallet, "units": 50 });
    anna.person.post("/v1/transfers", &body).expect(201);
    stage.settle();

    let units_at = |moment: &str| -> Vec<(i64, String)> {
        let register = regulator.get(&format!("{path}?as_of={moment}")).expect(200);
        assert_eq!(register["total_units"], register["outstanding_units"], "{moment}");
        let lines = register["holders"].as_array().unwrap().iter();
        let mut lines: Vec<_> = lines
            .map(|line| (line["units"].as_i64().unwrap(), line["share_bps"].as_str().unwrap().to_owned()))
            .collect();
        lines.sort();
        lines
    };
    let bps = |units: i64, share: &str| (units, share.to_owned());
    let then = before.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert_eq!(units_at(&then), [bps(100, "3333.333333"), bps(200, "6666.666666")]);
    let today = stage.app.clock.now().format("%Y-%m-%d").to_string();
    assert_eq!(units_at(&today), [bps(150, "5000"), bps(150, "5000")]);
    assert_eq!(units_at("2020-01-01"), []);

    let csv = format!("{path}?as_of={today}&format=csv");
    let text = regulator.get(&csv).expect(200).as_str().unwrap().to_owned();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "identity_number,wallet,units,share_bps,country,investor_class,status,frozen");
    assert_eq!((lines.len(), lines[3], lines[4]), (5, "total,,300,10000,,,,", ""));
    let annas = format!(",{},150,5000,DE,professional,approved,false", anna.wallet);
    assert!(lines.iter().any(|line| line.ends_with(&annas)), "{text}");
    assert_eq!(header(&regulator, &csv, "content-type"), "text/csv; charset=utf-8");

    let stranger = stage.person("other", Role::Issuer);
    stranger.get(&path).expect(404);
    anna.person.get(&path).expect(403);
    for (query, field) in [("as_of=soon", "as_of"), ("as_of=2999-01-01", "as_of"), ("format=xml", "format")] {
        assert_eq!(regulator.get(&format!("{path}?{query}")).refused_field(), field, "{query}");
    }
    let read = stage.app.ask(|tx| Ok(store::audit::after(tx, 0, 200)?)).unwrap();
    let read = read.iter().filter(|entry| entry.action == "register.read").count();
    assert!(read >= 5, "{read} readings are noted");
}

#[test]
fn every_decision_comes_with_its_reasons_in_pages_and_in_one_piece() {
    let stage = Stage::start();
    stage.person("issuer", Role::Issuer);
    let regulator = stage.person("regulator", Role::Regulator);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let anna = stage.holder("anna", "DE");
    order(&offer, &anna, 50_001).expect(200);
    order(&offer, &anna, 5).expect(201);

    let all = regulator.get("/v1/decisions").expect(200);
    let told: Vec<&Value> = all["items"].as_array().unwrap().iter().collect();
    let actions: Vec<_> = told.iter().map(|decision| decision["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["subscription.refused", "subscription.placed"]);
    assert_eq!(
        told[0]["detail"]["refusals"][0],
        json!({ "code": "CAP_HOLDER", "message": "the holder would hold 50001 units, the cap is 50000",
            "would_hold": 50_001, "limit": 50_000 })
    );

    let first = regulator.get("/v1/decisions?limit=1").expect(200);
    let next = first["next"].as_str().unwrap();
    let second = regulator.get(&format!("/v1/decisions?limit=1&after={next}")).expect(200);
    assert_eq!(second["items"][0]["action"], "subscription.placed");
    assert_eq!(regulator.get("/v1/decisions?from=2999-01-01").expect(200)["items"], json!([]));
    assert_eq!(regulator.get("/v1/decisions?to=2020-01-01").expect(200)["items"], json!([]));

    let text = regulator.get("/v1/decisions?format=csv").expect(200).as_str().unwrap().to_owned();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines[0], lines.len()), ("position,at,actor,action,subject,detail,hash", 4));
    assert!(lines[1].contains("CAP_HOLDER"));

    anna.person.get("/v1/decisions").expect(403);
    for (query, field) in
        [("from=x", "from"), ("to=x", "to"), ("from=2026-02-02&to=2026-01-01", "to"), ("after=x", "after")]
    {
        assert_eq!(regulator.get(&format!("/v1/decisions?{query}")).refused_field(), field, "{query}");
    }
}

//! Orders, allocation, mint and transfers: what settles, what is refused, and by whom.

use crate::market::{Holder, Offer, units};
use crate::stage::{Answer, Person, Stage};
use chrono::TimeDelta;
use domain::party::{Role, WalletAddress};
use serde_json::{Value, json};
use tokenizer::chain::CallRefusal;
use tokenizer::chain::calls::{self, Movement};

/// An order for a holder's own wallet.
pub(crate) fn order(offer: &Offer, holder: &Holder, units: i64) -> Answer {
    let body = json!({ "partition_id": offer.partitions[0].0, "wallet": holder.wallet, "units": units });
    holder.person.post("/v1/subscriptions", &body)
}

/// Serves all open orders and waits until they are on the register.
pub(crate) fn allocate(stage: &Stage, issuer: &Person, offer: &Offer) -> Value {
    let path = format!("/v1/partitions/{}/allocations", offer.partitions[0].0);
    let table = issuer.post(&path, &json!({})).expect(201);
    let id = table["allocation_id"].as_str().unwrap().to_owned();
    let progress = || issuer.get(&format!("/v1/allocations/{id}")).expect(200);
    stage.wait_until("every order has landed", || {
        let now = progress();
        let landed = now["orders_settled"].as_i64().unwrap() + now["orders_declined"].as_i64().unwrap();
        landed == now["orders_to_mint"].as_i64().unwrap()
    });
    progress()
}

fn transfer(offer: &Offer, from: &Holder, to: WalletAddress, units: i64) -> Value {
    json!({ "partition_id": offer.partitions[0].0, "from_wallet": from.wallet, "to_wallet": to, "units": units })
}

fn settled(stage: &Stage, person: &Person, body: &Value) -> String {
    let answer = person.post("/v1/transfers", body).expect(201);
    let path = format!("/v1/transfers/{}", answer["transfer_id"].as_str().unwrap());
    stage.wait_until("the transfer settles", || person.get(&path).expect(200)["status"] == "settled");
    path
}

fn codes(refusals: &Value) -> Vec<&str> {
    refusals.as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

fn code_of(refusal: &CallRefusal) -> String {
    refusal.code().to_owned()
}

#[test]
pub(crate) fn orders_are_served_minted_and_seen_on_the_register() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior", "junior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let usa = stage.holder("usa", "US");

    let room = anna.person.get(&format!("/v1/partitions/{}/room", offer.partitions[0].0)).expect(200);
    assert_eq!((&room["most_units"], &room["refusals"][0]["code"]), (&json!(50_000), &json!("CAP_HOLDER")));

    let refused = order(&offer, &anna, 50_001).expect(200);
    assert_eq!(refused["status"], "refused");
    assert_eq!(refused["refusals"][0]["would_hold"], 50_001);
    assert_eq!(refused["refusals"][0]["limit"], 50_000);
    let placed = order(&offer, &anna, 50_000).expect(201);
    assert_eq!((&placed["cost_minor"], &placed["currency"]), (&json!(5_000_000_00_i64), &json!("EUR")));
    let more = order(&offer, &anna, 1).expect(200);
    assert_eq!(more["refusals"][0]["would_hold"], 50_001, "what is ordered counts");
    assert_eq!(codes(&order(&offer, &usa, 5).expect(200)["refusals"]), ["COUNTRY"]);
    order(&offer, &ben, 30_000).expect(201);

    let path = format!("/v1/partitions/{}/allocations", offer.partitions[0].0);
    let table = issuer.post(&format!("{path}?dry_run=true"), &json!({})).expect(200);
    assert_eq!((&table["asked_units"], &table["allocated_units"]), (&json!(80_000), &json!(80_000)));
    let stranger = stage.person("other", Role::Issuer);
    stranger.post(&path, &json!({})).expect(404);
    let done = allocate(&stage, &issuer, &offer);
    assert_eq!((&done["orders_settled"], &done["orders_declined"]), (&json!(2), &json!(0)));
    issuer.post(&path, &json!({})).expect(409);

    let orders = anna.person.get("/v1/subscriptions").expect(200);
    let states: Vec<_> = orders["items"].as_array().unwrap().iter().map(|row| &row["status"]).collect();
    assert_eq!(states, ["refused", "settled", "refused"]);
    let register = issuer.get(&format!("/v1/partitions/{}/register", offer.partitions[0].0)).expect(200);
    assert_eq!((&register["total_units"], &register["outstanding_units"]), (&json!(80_000), &json!(80_000)));
    assert_eq!(register["holders"].as_array().unwrap().len(), 2);

    let close = format!("/v1/pools/{}/primary-close", offer.pool);
    assert_eq!(issuer.post(&close, &json!({})).expect(200)["outstanding_units"], 80_000);
    stage.settle();
    assert_eq!(order(&offer, &ben, 1).expect(409)["type"], "/problems/wrong-state");
    let verdict = transfer(&offer, &anna, ben.wallet, 1);
    let verdict = ben.person.post("/v1/transfers/check", &verdict).expect(200);
    assert_eq!(verdict["refusals"][0]["limit"], 4_000, "the cap counts from what is outstanding now");
}

#[test]
pub(crate) fn an_oversubscribed_partition_is_given_out_pro_rata_to_the_last_unit() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let platform = stage.app.platform().unwrap();
    // All but 100 units are held by others, each at the cap.
    for (position, holder) in (0..20).map(|one| (one, stage.holder(&format!("h{one}"), "DE"))) {
        let to = holder.wallet;
        let units = units(if position == 0 { 49_900 } else { 50_000 });
        let issue = calls::issue(offer.token, &offer.partitions[0].1, calls::Issue { to, units });
        assert_eq!(platform, stage.app.platform().unwrap());
        stage.send(&format!("issue/{position}"), issue);
    }
    let three = ["anna", "ben", "carla"].map(|name| stage.holder(name, "SG"));
    for holder in &three {
        order(&offer, holder, 60).expect(201);
    }
    let done = allocate(&stage, &issuer, &offer);
    let given: Vec<_> =
        done["orders"].as_array().unwrap().iter().map(|row| &row["allocated_units"]).collect();
    assert_eq!(given, [34, 33, 33]);
    assert_eq!((&done["available_units"], &done["orders_settled"]), (&json!(100), &json!(3)));
}

#[test]
pub(crate) fn one_lapsed_holder_costs_only_their_own_order() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    order(&offer, &anna, 10).expect(201);
    order(&offer, &ben, 20).expect(201);
    let registry = stage.app.ask(muniment::flows::install::installed).unwrap().identity_registry;
    let yesterday = stage.app.clock.now() - TimeDelta::days(1);
    stage.send("lapse", calls::set_valid_until(registry, ben.wallet, yesterday));
    let done = allocate(&stage, &issuer, &offer);
    assert_eq!((&done["orders_settled"], &done["orders_declined"]), (&json!(1), &json!(1)));
    let orders = done["orders"].as_array().unwrap();
    assert_eq!((&orders[0]["status"], &orders[0]["allocated_units"]), (&json!("settled"), &json!(10)));
    assert_eq!((&orders[1]["status"], &orders[1]["allocated_units"]), (&json!("declined"), &json!(0)));
    assert_eq!(codes(&orders[1]["refusals"]), ["KYC_EXPIRED"]);
    let supply = stage.wait_for(stage.app.chain.total_supply(offer.token)).unwrap();
    assert_eq!(supply, units(10), "nothing is minted twice");
}

#[test]
pub(crate) fn a_transfer_settles_or_is_refused_with_every_reason_by_the_engine_and_by_the_contract() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior", "junior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let usa = stage.holder("usa", "US");
    let lapsed = stage.holder_until("lapsed", "DE", stage.app.clock.now() - TimeDelta::days(1));
    order(&offer, &anna, 50_000).expect(201);
    order(&offer, &ben, 30_000).expect(201);
    allocate(&stage, &issuer, &offer);
    let stranger = WalletAddress([0x5a; 20]);

    let cases = [
        ("a stranger", stranger, 1, vec!["RECEIVER_UNKNOWN"]),
        ("past the cap", ben.wallet, 20_001, vec!["CAP_HOLDER"]),
        ("a country that is not allowed", usa.wallet, 1, vec!["COUNTRY"]),
        ("an expired approval", lapsed.wallet, 1, vec!["KYC_EXPIRED"]),
        ("too much for a stranger", stranger, 50_001, vec!["BALANCE", "RECEIVER_UNKNOWN"]),
        ("too much and past the cap", ben.wallet, 50_001, vec!["BALANCE", "CAP_HOLDER"]),
        ("too much, abroad, past the cap", usa.wallet, 50_001, vec!["BALANCE", "COUNTRY", "CAP_HOLDER"]),
    ];
    for (name, to, count, expected) in &cases {
        let body = transfer(&offer, &anna, *to, *count);
        let refused = anna.person.post("/v1/transfers", &body).expect(200);
        assert_eq!(refused["status"], "refused", "{name}");
        assert_eq!(codes(&refused["refusals"]), *expected, "{name}");
    }
    let past = anna.person.post("/v1/transfers", &transfer(&offer, &anna, ben.wallet, 20_001)).expect(200);
    let reason = &past["refusals"][0];
    assert_eq!((&reason["would_hold"], &reason["limit"]), (&json!(50_001), &json!(50_000)));

    settled(&stage, &anna.person, &transfer(&offer, &anna, ben.wallet, 20_000));
    let register = issuer.get(&format!("/v1/partitions/{}/register", offer.partitions[0].0)).expect(200);
    let mut held: Vec<_> =
        register["holders"].as_array().unwrap().iter().map(|row| row["units"].as_i64().unwrap()).collect();
    held.sort_unstable();
    assert_eq!(held, [30_000, 50_000]);

    // Past the house, with the holder's own key: the contract says the same. Anna holds 30,000 now.
    let key = stage.key_of(&anna);
    for (name, to, count, expected) in [
        ("a stranger", stranger, 1, "RECEIVER_UNKNOWN"),
        ("past the cap", ben.wallet, 1, "CAP_HOLDER"),
        ("a country that is not allowed", usa.wallet, 1, "COUNTRY"),
        ("an expired approval", lapsed.wallet, 1, "KYC_EXPIRED"),
        ("more than there is", ben.wallet, 30_001, "BALANCE"),
    ] {
        let movement =
            Movement { partition: &offer.partitions[0].1, from: anna.wallet, to, units: units(count) };
        let call = calls::transfer(offer.token, movement);
        let simulated = stage.wait_for(stage.app.chain.simulate(anna.wallet, &call)).unwrap().unwrap_err();
        let reverted = stage.send_raw(&key, &call).unwrap_err();
        assert_eq!((code_of(&simulated), code_of(&reverted)), (expected.into(), expected.into()), "{name}");
        let verdict = transfer(&offer, &anna, to, count);
        let verdict = anna.person.post("/v1/transfers/check", &verdict).expect(200);
        assert_eq!(verdict["refusals"][0]["code"], expected, "{name}");
    }
    let balance = stage.app.chain.balance_of(offer.token, anna.wallet);
    assert_eq!(stage.wait_for(balance).unwrap(), units(30_000));
}

#[test]
pub(crate) fn a_wallet_of_ones_own_signs_what_the_answer_prepares() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let key = [0x11; 32];
    let own = stage.brought_wallet(&anna, &key);
    order(&offer, &anna, 100).expect(201);
    allocate(&stage, &issuer, &offer);
    settled(&stage, &anna.person, &transfer(&offer, &anna, own, 40));

    let body = json!({ "partition_id": offer.partitions[0].0, "from_wallet": own, "to_wallet": ben.wallet, "units": 15 });
    let accepted = anna.person.post("/v1/transfers", &body).expect(201);
    let sign = &accepted["to_sign"];
    assert_eq!(sign["chain_id"], stage.app.chain.chain_id());
    let path = format!("/v1/transfers/{}", accepted["transfer_id"].as_str().unwrap());
    stage.settle();
    assert_eq!(anna.person.get(&path).expect(200)["status"], "accepted", "nobody else can sign");
    let call = tokenizer::chain::ChainCall {
        to: Some(sign["to"].as_str().unwrap().parse().unwrap()),
        data: hex::decode(sign["data"].as_str().unwrap().trim_start_matches("0x")).unwrap(),
        value_wei: 0,
    };
    stage.send_raw(&key, &call).unwrap();
    stage.wait_until("the event is heard", || anna.person.get(&path).expect(200)["status"] == "settled");
}

#[test]
pub(crate) fn promised_units_are_gone_and_one_key_acts_once() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    order(&offer, &anna, 100).expect(201);
    allocate(&stage, &issuer, &offer);
    let body = transfer(&offer, &anna, ben.wallet, 60);
    let first = anna.person.post_once("/v1/transfers", "one", &body).expect(201);
    let again = anna.person.post_once("/v1/transfers", "one", &body).expect(201);
    assert_eq!(first["transfer_id"], again["transfer_id"]);
    let second = anna.person.post("/v1/transfers", &body).expect(200);
    let reason = &second["refusals"][0];
    assert_eq!((&reason["code"], &reason["available"]), (&json!("BALANCE"), &json!(40)));
    stage.settle();
    let balance = stage.app.chain.balance_of(offer.token, ben.wallet);
    assert_eq!(stage.wait_for(balance).unwrap(), units(60));
}

#[test]
pub(crate) fn what_is_no_order_and_no_transfer_writes_nothing() {
    let stage = Stage::start();
    stage.person("issuer", Role::Issuer);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let id = offer.partitions[0].0;
    let nowhere = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (body, field) in [
        (json!({ "partition_id": "x", "wallet": anna.wallet, "units": 1 }), "partition_id"),
        (json!({ "partition_id": id, "wallet": "0x1", "units": 1 }), "wallet"),
        (json!({ "partition_id": id, "wallet": ben.wallet, "units": 1 }), "wallet"),
        (json!({ "partition_id": id, "wallet": anna.wallet, "units": 0 }), "units"),
        (json!({ "partition_id": id, "wallet": anna.wallet, "units": -5 }), "units"),
        (json!({ "partition_id": id, "wallet": anna.wallet, "units": 100_000_000_001_i64 }), "units"),
    ] {
        assert_eq!(anna.person.post("/v1/subscriptions", &body).refused_field(), field, "{body}");
    }
    for (body, field) in [
        (
            json!({ "partition_id": id, "from_wallet": ben.wallet, "to_wallet": anna.wallet, "units": 1 }),
            "from_wallet",
        ),
        (
            json!({ "partition_id": id, "from_wallet": anna.wallet, "to_wallet": "ben", "units": 1 }),
            "to_wallet",
        ),
        (
            json!({ "partition_id": id, "from_wallet": anna.wallet, "to_wallet": ben.wallet, "units": 0 }),
            "units",
        ),
    ] {
        assert_eq!(anna.person.post("/v1/transfers", &body).refused_field(), field, "{body}");
    }
    let elsewhere = json!({ "partition_id": nowhere, "wallet": anna.wallet, "units": 1 });
    anna.person.post("/v1/subscriptions", &elsewhere).expect(404);
    let officer = stage.person("officer", Role::Compliance);
    let body = json!({ "partition_id": id, "wallet": anna.wallet, "units": 1 });
    officer.post("/v1/subscriptions", &body).expect(403);
    let newcomer = stage.person("newcomer", Role::Investor);
    newcomer.post("/v1/subscriptions", &body).expect(409);
    assert_eq!(anna.person.get("/v1/subscriptions").expect(200)["items"], json!([]));
    assert_eq!(anna.person.get("/v1/transfers").expect(200)["items"], json!([]));
}

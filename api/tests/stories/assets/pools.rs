//! From a draft to a token on the chain.

use super::{bring_document, draft, pool_in, row, terms, three_invoices, upload};
use crate::stage::Stage;
use domain::party::Role;
use domain::pool::{DocumentName, PartitionName};
use serde_json::json;

#[test]
fn a_draft_shows_what_is_eligible_and_what_it_adds_up_to() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let late = super::csv(&[row(&stage, ("ERP-9", "R-1009"), -3, "500.00", "DE136695976")]);
    upload(&issuer, "/v1/imports/invoices", &[("late.csv", &late)]).expect(201);
    let new = json!({ "name": "Nord 1", "symbol": "NRD1", "currency": "EUR", "filter": {} });
    let dry = issuer.post("/v1/pools?dry_run=true", &new).expect(200);
    assert_eq!(issuer.get("/v1/pools").expect(200)["items"], json!([]));
    let drafted = issuer.post("/v1/pools", &new).expect(201);
    assert_eq!(drafted["assets"], dry["assets"]);
    let assets = &drafted["assets"];
    assert_eq!(assets["worth"], json!({ "minor": 2_115_050, "currency": "EUR" }));
    let receivables = &assets["receivables"];
    assert_eq!((&receivables["count"], &receivables["debtors"]), (&json!(3), &json!(1)));
    // (11,900.00 x 30 + 1,250.50 x 60 + 8,000.00 x 45) / 21,150.50 = 37.45 days.
    assert_eq!(receivables["weighted_days_to_due"], "37.4");
    assert_eq!(receivables["largest_debtors"][0]["share_bps"], 10_000);
    assert_eq!(assets["left_out_count"], 1);
    assert_eq!(assets["left_out"][0]["external_id"], "ERP-9");
    assert_eq!(assets["left_out"][0]["reasons"][0]["reason"], "past-due");
    // What is chosen for one pool is not eligible for another one.
    let other = json!({ "name": "Nord 2", "symbol": "NRD2", "currency": "EUR", "filter": {} });
    let refused = issuer.post("/v1/pools", &other).expect(422);
    assert!(refused["errors"].to_string().contains("in the pool"), "{refused}");
    // Given up, it sets them free.
    let id = drafted["id"].as_str().unwrap();
    let gone = issuer.request(reqwest::Method::DELETE, &format!("/v1/pools/{id}")).send().unwrap();
    assert_eq!(gone.status(), 204);
    issuer.get(&format!("/v1/pools/{id}")).expect(404);
    issuer.post("/v1/pools", &other).expect(201);
}

#[test]
fn what_is_no_draft_is_refused_by_its_field() {
    let stage = Stage::start();
    let (nord, sued) = (stage.person("nord", Role::Issuer), stage.person("sued", Role::Issuer));
    three_invoices(&stage, &nord);
    let theirs = nord.get("/v1/invoices").expect(200)["items"][0]["id"].clone();
    draft(&nord, "NRD1");
    let cases = [
        (json!({ "name": "", "symbol": "S1", "currency": "EUR", "filter": {} }), "name"),
        (json!({ "name": "P", "symbol": "s1", "currency": "EUR", "filter": {} }), "symbol"),
        (json!({ "name": "P", "symbol": "NRD1", "currency": "EUR", "filter": {} }), "symbol"),
        (json!({ "name": "P", "symbol": "S1", "currency": "EURO", "filter": {} }), "currency"),
        (json!({ "name": "P", "symbol": "S1", "filter": {} }), "currency"),
        (json!({ "name": "P", "symbol": "S1", "currency": "EUR" }), "invoice_ids"),
        (json!({ "name": "P", "symbol": "S1", "currency": "EUR", "invoice_ids": [theirs] }), "invoice_ids"),
        (json!({ "name": "P", "symbol": "S1", "currency": "EUR", "invoice_ids": ["x"] }), "invoice_ids"),
        (
            json!({ "name": "P", "symbol": "S1", "currency": "EUR", "filter": { "due_to": "soon" } }),
            "filter.due_to",
        ),
        (json!({ "name": "P", "symbol": "S1", "property_id": theirs }), "property_id"),
        (json!({ "name": "P", "symbol": "S1", "currency": "EUR", "filter": {} }), "invoice_ids"),
    ];
    for (body, field) in cases {
        assert_eq!(sued.post("/v1/pools", &body).refused_field(), field, "{body}");
    }
    assert_eq!(sued.get("/v1/pools").expect(200)["items"], json!([]), "nothing was written");
    stage.person("anna", Role::Investor).post("/v1/pools", &json!({})).expect(422);
}

#[test]
fn a_pool_of_receivables_becomes_a_token_that_the_chain_describes() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    let anna = stage.person("anna", Role::Investor);
    three_invoices(&stage, &issuer);
    let pool = draft(&issuer, "NRD1");
    anna.get(&format!("/v1/pools/{pool}")).expect(404);
    let kept = bring_document(&issuer, &pool, "prospectus", "prospectus.pdf", "%PDF version 1").expect(201);
    let path = format!("/v1/pools/{pool}/tokenisation");
    let request = json!({ "partitions": [
        terms(&stage, ("senior", 1), 15_000, 1_00), terms(&stage, ("junior", 2), 5_000, 1_00)] });
    let plan = issuer.post(&format!("{path}?dry_run=true"), &request).expect(200);
    assert_eq!(plan["cover"]["surplus"], json!({ "minor": 115_050, "currency": "EUR" }));
    assert_eq!(plan["cover"]["cover_percent"], "105.75");
    let words = plan["plan"].to_string();
    assert!(words.contains("3 invoices over 21,150.50 EUR"), "{words}");
    assert!(words.contains("at most 750 units of senior"), "{words}");
    assert_eq!(issuer.get(&format!("/v1/pools/{pool}")).expect(200)["status"], "draft");
    let begun = issuer.post_once(&path, "go", &request).expect(201);
    assert_eq!(issuer.post_once(&path, "go", &request).expect(201), begun);
    let shown = pool_in(&stage, &issuer, &pool, "offered");
    let token = shown["token_address"].as_str().unwrap().parse().unwrap();
    assert_eq!(shown["partitions"][0]["cap_units"], 750);
    let pledged = issuer.get(&format!("/v1/invoices?pool_id={pool}&status=pledged")).expect(200);
    assert_eq!(pledged["items"].as_array().unwrap().len(), 3);
    // Pledged invoices and live terms stay as they are.
    issuer.post(&path, &request).expect(409);
    // The chain says the same.
    let (app, runtime) = (&stage.app, tokio_runtime());
    let senior: PartitionName = "senior".parse().unwrap();
    let state = runtime.block_on(app.chain.partition_state(token, &senior)).unwrap();
    assert_eq!(state.cap.map(|cap| cap.get()), Some(750));
    let name: DocumentName = "prospectus".parse().unwrap();
    let hash_on_chain = || {
        let hash = runtime.block_on(app.chain.document_hash(token, name.bytes32())).unwrap();
        serde_json::json!(hash.map(hex::encode))
    };
    stage.wait_until("the document is on chain", || hash_on_chain() == kept["sha256"]);
    // Investors see what is offered, and read its documents.
    assert_eq!(anna.get("/v1/pools").expect(200)["items"][0]["id"], json!(pool));
    let document = format!("/v1/documents/{}", kept["id"].as_str().unwrap());
    assert_eq!(anna.get(&document).expect(200), "%PDF version 1");
    // A new version follows on chain by itself.
    let second = bring_document(&issuer, &pool, "prospectus", "prospectus.pdf", "%PDF version 2").expect(201);
    assert_eq!(second["version"], 2);
    stage.wait_until("the new version is on chain", || hash_on_chain() == second["sha256"]);
    let versions = anna.get(&format!("/v1/pools/{pool}/documents")).expect(200);
    let numbers: Vec<_> = versions.as_array().unwrap().iter().map(|version| &version["version"]).collect();
    assert_eq!(numbers, [2, 1]);
}

#[test]
fn an_offer_beyond_its_assets_is_refused_with_the_numbers() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let pool = draft(&issuer, "NRD1");
    let path = format!("/v1/pools/{pool}/tokenisation");
    let refused = issuer
        .post(&path, &json!({ "partitions": [terms(&stage, ("senior", 1), 21_151, 1_00)] }))
        .expect(422);
    assert_eq!(
        refused["errors"],
        json!([{ "field": "partitions", "value": "21,151.00 EUR",
            "limit": "at most 21,150.50 EUR, which is what the assets add up to" }])
    );
    let good = terms(&stage, ("senior", 1), 1_000, 1_00);
    let changed = |field: &str, value: serde_json::Value| {
        let mut terms = good.clone();
        terms[field] = value;
        json!({ "partitions": [terms] })
    };
    for (request, field) in [
        (changed("name", json!("Senior A")), "partitions[0].name"),
        (changed("seniority", json!(2)), "partitions[0].seniority"),
        (changed("authorised_units", json!(0)), "partitions[0].authorised_units"),
        (changed("authorised_units", json!(-1)), "partitions[0].authorised_units"),
        (changed("unit_price_minor", json!(0)), "partitions[0].unit_price_minor"),
        (changed("cap_bps", json!(10_001)), "partitions[0].cap_bps"),
        (changed("coupon_rate_percent", json!("fifty")), "partitions[0].coupon_rate_percent"),
        (changed("coupon_months", json!(5)), "partitions[0].coupon_months"),
        (changed("day_count", json!("BUS_252")), "partitions[0].day_count"),
        (changed("first_period_start", json!("2001-01-01")), "partitions[0].first_period_start"),
        (changed("holder_limit", json!(3)), "partitions[0].holder_limit"),
        (changed("allowed_countries", json!(["Germany"])), "partitions[0].allowed_countries"),
        (changed("allowed_classes", json!([])), "partitions[0].allowed_classes"),
        (json!({ "partitions": [] }), "partitions"),
        (json!({ "partitions": [good, good] }), "partitions[1].name"),
        (json!({ "partitions": [good], "symbol": "x" }), "symbol"),
    ] {
        assert_eq!(issuer.post(&path, &request).refused_field(), field, "{request}");
    }
    let shown = issuer.get(&format!("/v1/pools/{pool}")).expect(200);
    assert_eq!(
        (&shown["status"], &shown["partitions"], &shown["calls"]),
        (&json!("draft"), &json!([]), &json!([]))
    );
}

#[test]
fn what_fell_out_of_a_draft_is_set_free_when_it_becomes_a_token() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let pool = draft(&issuer, "NRD1");
    let listed = issuer.get("/v1/invoices").expect(200);
    let first =
        listed["items"].as_array().unwrap().iter().find(|item| item["external_id"] == "ERP-1").unwrap();
    let id = first["id"].as_str().unwrap();
    issuer.post(&format!("/v1/invoices/{id}/dispute"), &json!({})).expect(200);
    let request = json!({ "partitions": [terms(&stage, ("senior", 1), 9_250, 1_00)] });
    let plan = issuer.post(&format!("/v1/pools/{pool}/tokenisation"), &request).expect(201);
    assert_eq!(
        (&plan["assets"]["left_out_count"], &plan["cover"]["assets"]["minor"]),
        (&json!(1), &json!(925_050))
    );
    pool_in(&stage, &issuer, &pool, "offered");
    let disputed = issuer.get(&format!("/v1/invoices/{id}")).expect(200);
    assert_eq!((&disputed["status"], &disputed["pool_id"]), (&json!("disputed"), &json!(null)));
}

#[test]
fn a_let_property_becomes_a_token() {
    let stage = Stage::start();
    let issuer = stage.person("haus", Role::Issuer);
    let property = json!({ "external_id": "H12", "name": "Hafenstrasse", "country": "DE",
        "address": "Hafenstrasse 12, Hamburg", "currency": "EUR", "valuation_minor": 250_000_000 });
    let property = issuer.post("/v1/properties", &property).expect(201)["id"].clone();
    let new = json!({ "name": "Haus 1", "symbol": "HAUS", "property_id": property });
    let drafted = issuer.post("/v1/pools", &new).expect(201);
    assert_eq!(drafted["assets"]["worth"]["minor"], 250_000_000);
    let again = json!({ "name": "Haus 2", "symbol": "HAUS2", "property_id": property });
    assert_eq!(issuer.post("/v1/pools", &again).refused_field(), "property_id");
    let pool = drafted["id"].as_str().unwrap();
    let request = json!({ "partitions": [terms(&stage, ("equity", 1), 1_000_000, 2_50)] });
    issuer.post(&format!("/v1/pools/{pool}/tokenisation"), &request).expect(201);
    let shown = pool_in(&stage, &issuer, pool, "offered");
    assert_eq!((&shown["asset_kind"], &shown["currency"]), (&json!("rental"), &json!("EUR")));
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

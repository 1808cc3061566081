//! What comes in, what is refused, and by which file, row and column.

use super::{HEADER, csv, row, three_invoices, today, upload};
use crate::stage::Stage;
use chrono::TimeDelta;
use domain::party::Role;
use serde_json::json;

const UBL: &str = include_str!("../../../../samples/invoice-ubl.xml");
const CII: &str = include_str!("../../../../samples/invoice-cii.xml");
const CREDIT_NOTE: &str = include_str!("../../../../samples/credit-note-ubl.xml");

#[test]
fn xml_and_csv_come_in_together_and_each_bad_row_is_named() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    let good = row(&stage, ("ERP-1", "R-1001"), 30, "11900.00", "DE136695976");
    let bad = row(&stage, ("ERP-2", "R-1002"), 30, "-5", "DE136695976").replace("EUR", "EURO");
    let late = row(&stage, ("ERP-3", "R-1003"), -11, "5.00", "DE136695976");
    let table = csv(&[good, bad, late]);
    // The samples are one invoice in two syntaxes.
    let cii = CII.replace("R-2026-0001", "R-2026-0077");
    let files = [
        ("a.xml", UBL),
        ("b.xml", &cii),
        ("c.csv", table.as_str()),
        ("d.xml", CREDIT_NOTE),
        ("e.xml", "<Invoice/>"),
        ("f.csv", "number,amount\n1,2\n"),
    ];
    let dry = upload(&issuer, "/v1/imports/invoices?dry_run=true", &files).expect(200);
    assert_eq!(dry["import_id"], json!(null));
    assert_eq!(issuer.get("/v1/invoices").expect(200)["items"], json!([]), "a dry run writes nothing");
    let report = upload(&issuer, "/v1/imports/invoices", &files).expect(201);
    assert_eq!(report["findings"], dry["findings"]);
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(3), &json!(5)), "{report}");
    let places: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let row = finding["row"].as_u64().map_or_else(|| "-".to_owned(), |row| row.to_string());
            format!("{} {row} {}", finding["file"].as_str().unwrap(), finding["column"].as_str().unwrap())
        })
        .collect();
    for place in ["c.csv 3 currency", "c.csv 4 due_date", "d.xml - type_code", "f.csv 1 header"] {
        assert!(places.contains(&place.to_owned()), "{place} is not among {places:?}");
    }
    assert!(places.iter().any(|place| place.starts_with("e.xml - ")), "{places:?}");
    let reasons = report["findings"].as_array().unwrap();
    assert!(reasons.iter().all(|finding| !finding["reason"].as_str().unwrap().is_empty()));
    let listed = issuer.get("/v1/invoices").expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    let id = report["import_id"].as_str().unwrap();
    let kept = issuer.get(&format!("/v1/imports/{id}")).expect(200);
    assert_eq!((&kept["accepted"], &kept["findings"]), (&json!(3), &report["findings"]));
}

#[test]
fn an_external_id_is_taken_once_and_that_is_no_error() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let again = row(&stage, ("ERP-1", "R-1001"), 30, "11900.00", "DE136695976");
    let new = row(&stage, ("ERP-4", "R-1004"), 30, "70.00", "DE136695976");
    let other_amount = row(&stage, ("ERP-2", "R-1002"), 60, "9999.00", "DE136695976");
    let other_invoice = row(&stage, ("ERP-3", "S-77"), 45, "1.00", "DE136695976");
    let table = csv(&[again, new, other_amount, other_invoice]);
    let report = upload(&issuer, "/v1/imports/invoices", &[("more.csv", &table)]).expect(201);
    let counts = (&report["accepted"], &report["repeated"], &report["rejected"]);
    assert_eq!(counts, (&json!(1), &json!(1), &json!(2)), "{report}");
    let kinds: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|finding| &finding["kind"]).collect();
    assert_eq!(kinds, ["repeated", "conflict", "invalid"]);
    // Documents have no key of the issuer's own, and come once all the same.
    for (accepted, repeated) in [(1, 0), (0, 1)] {
        let report = upload(&issuer, "/v1/imports/invoices", &[("a.xml", UBL)]).expect(201);
        assert_eq!((&report["accepted"], &report["repeated"]), (&json!(accepted), &json!(repeated)));
    }
}

#[test]
fn the_same_invoice_is_pledged_already_in_any_spelling_and_by_any_issuer() {
    let stage = Stage::start();
    let (nord, sued) = (stage.person("nord", Role::Issuer), stage.person("sued", Role::Issuer));
    three_invoices(&stage, &nord);
    let respelled = |key: &str, number: &str| row(&stage, (key, number), 30, "11900.00", "DE 136.695.976");
    let rows = [respelled("X-1", "r 1001"), respelled("X-2", "R1001"), respelled("X-3", "R-01001")];
    for issuer in [&nord, &sued] {
        let report = upload(issuer, "/v1/imports/invoices", &[("x.csv", &csv(&rows))]).expect(201);
        assert_eq!((&report["accepted"], &report["rejected"]), (&json!(0), &json!(3)), "{report}");
        for finding in report["findings"].as_array().unwrap() {
            assert_eq!((&finding["kind"], &finding["column"]), (&json!("pledged-already"), &json!("number")));
        }
    }
    // Of another issuer's invoice nothing is told.
    let report = upload(&sued, "/v1/imports/invoices", &[("x.csv", &csv(&rows))]).expect(201);
    let told = report["findings"].to_string();
    assert!(!told.contains("ERP-1") && !told.contains("11,900"), "{told}");
    // The same invoice over another amount contradicts it.
    let dearer = csv(&[row(&stage, ("X-4", "R-1001"), 30, "12000.00", "DE136695976")]);
    let report = upload(&sued, "/v1/imports/invoices", &[("x.csv", &dearer)]).expect(201);
    assert_eq!(report["findings"][0]["kind"], "conflict");
    // Twice in one file it is taken once.
    let twice = csv(&[
        row(&stage, ("Y-1", "T-5"), 30, "10.00", "DE136695976"),
        row(&stage, ("Y-2", "T 5"), 30, "10.00", "DE136695976"),
    ]);
    let report = upload(&sued, "/v1/imports/invoices", &[("y.csv", &twice)]).expect(201);
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(1), &json!(1)), "{report}");
}

#[test]
fn a_key_sent_twice_imports_once() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    let table = csv(&[row(&stage, ("ERP-1", "R-1001"), 30, "11900.00", "DE136695976")]);
    let send = |table: &str| {
        let part = reqwest::blocking::multipart::Part::text(table.to_owned()).file_name("a.csv");
        let form = reqwest::blocking::multipart::Form::new().part("files", part);
        let request = issuer.request(reqwest::Method::POST, "/v1/imports/invoices");
        let answer = request.header("Idempotency-Key", "once").multipart(form).send().unwrap();
        (answer.status().as_u16(), answer.json::<serde_json::Value>().unwrap())
    };
    let (first, second) = (send(&table), send(&table));
    assert_eq!(first, second);
    assert_eq!(first.1["accepted"], 1);
    assert_eq!(send(HEADER).0, 409);
}

#[test]
fn ten_thousand_rows_come_in_with_one_request() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    let rows: Vec<String> = (0..10_000)
        .map(|number| {
            let (key, number) = (format!("ERP-{number}"), format!("R-{}", 100_000 + number));
            row(&stage, (&key, &number), 30, "100.00", "DE136695976")
        })
        .collect();
    let report = upload(&issuer, "/v1/imports/invoices", &[("many.csv", &csv(&rows))]).expect(201);
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(10_000), &json!(0)));
    assert_eq!(report["accepted_amounts"], json!([{ "minor": 100_000_000, "currency": "EUR" }]));
}

#[test]
fn what_is_no_import_is_refused() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    let anna = stage.person("anna", Role::Investor);
    let none = reqwest::blocking::multipart::Form::new().text("files", "no file");
    let empty = issuer.request(reqwest::Method::POST, "/v1/imports/invoices").multipart(none).send().unwrap();
    assert_eq!(crate::stage::Answer::of(empty).refused_field(), "files");
    let refused = issuer.post("/v1/imports/invoices", &json!({})).expect(415);
    assert_eq!(refused["errors"][0]["field"], "Content-Type");
    upload(&anna, "/v1/imports/invoices", &[("a.csv", HEADER)]).expect(403);
    anna.get("/v1/invoices").expect(403);
    issuer.get("/v1/imports/01890a5d-ac96-7000-8000-000000000001").expect(404);
    for (path, column) in [
        ("/v1/imports/invoices/template.csv", "external_id,"),
        ("/v1/imports/rent-roll/template.csv", "property,"),
    ] {
        let text = issuer.get(path).expect(200);
        assert!(text.as_str().unwrap().starts_with(column), "{text}");
    }
}

#[test]
fn an_invoice_is_disputed_agreed_and_given_up() {
    let stage = Stage::start();
    let (nord, sued) = (stage.person("nord", Role::Issuer), stage.person("sued", Role::Issuer));
    three_invoices(&stage, &nord);
    let listed = nord.get("/v1/invoices?limit=2").expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let next = listed["next"].as_str().unwrap();
    let rest = nord.get(&format!("/v1/invoices?limit=2&after={next}")).expect(200);
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &json!(null)));
    let id = listed["items"][0]["id"].as_str().unwrap();
    let (dispute, default) = (format!("/v1/invoices/{id}/dispute"), format!("/v1/invoices/{id}/default"));
    sued.post(&dispute, &json!({})).expect(404);
    assert_eq!(nord.post(&dispute, &json!({})).expect(200)["status"], "disputed");
    nord.post(&dispute, &json!({})).expect(409);
    assert_eq!(nord.get("/v1/invoices?status=disputed").expect(200)["items"].as_array().unwrap().len(), 1);
    let agreed = nord.request(reqwest::Method::DELETE, &dispute).send().unwrap();
    assert_eq!(agreed.json::<serde_json::Value>().unwrap()["status"], "available");
    assert_eq!(nord.post(&default, &json!({})).expect(200)["status"], "defaulted");
    nord.post(&dispute, &json!({})).expect(409);
    for (query, field) in [
        ("status=lost", "invoice_status"),
        ("due_from=1.2.2026", "due_from"),
        ("currency=XXY", "currency"),
        ("limit=0", "limit"),
    ] {
        assert_eq!(nord.get(&format!("/v1/invoices?{query}")).refused_field(), field, "{query}");
    }
}

#[test]
fn a_rent_roll_fills_a_property() {
    let stage = Stage::start();
    let issuer = stage.person("haus", Role::Issuer);
    let property = json!({ "external_id": "Hafenstrasse 12", "name": "Hafenstrasse", "country": "DE",
        "address": "Hafenstrasse 12, Hamburg", "currency": "EUR", "valuation_minor": 250_000_000 });
    let id = issuer.post("/v1/properties", &property).expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(issuer.post("/v1/properties", &property).refused_field(), "external_id");
    let (start, today) = (today(&stage) - TimeDelta::days(400), today(&stage));
    let header =
        "property,unit,vacant,tenant_reference,lease_start,lease_end,rent,currency,frequency,due_day";
    let roll = format!(
        "{header}\nHafenstrasse 12,1A,no,T-1,{start},,1000.00,EUR,monthly,3\nHafenstrasse 12,1B,yes,,,,,,,\n\
         Nowhere,1A,yes,,,,,,,\nHafenstrasse 12,2A,no,T-2,{start},,900.00,USD,monthly,3\n"
    );
    for (accepted, repeated) in [(2, 0), (1, 1)] {
        let report = upload(&issuer, "/v1/imports/rent-roll", &[("roll.csv", &roll)]).expect(201);
        let counts = (&report["accepted"], &report["repeated"], &report["rejected"]);
        assert_eq!(counts, (&json!(accepted), &json!(repeated), &json!(2)), "{report}");
        let columns: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["kind"] == "invalid")
            .map(|finding| (finding["row"].as_u64().unwrap(), finding["column"].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(columns, [(4, "property".to_owned()), (5, "currency".to_owned())]);
    }
    let overlapping = format!("{header}\nHafenstrasse 12,1A,no,T-9,{today},,1.00,EUR,monthly,3\n");
    let report = upload(&issuer, "/v1/imports/rent-roll", &[("roll.csv", &overlapping)]).expect(201);
    assert_eq!(report["findings"][0]["column"], "unit");
    let shown = issuer.get(&format!("/v1/properties/{id}")).expect(200);
    let totals = &shown["totals"];
    // The unit of the refused row is not there; the twelve months hold twelve rents.
    assert_eq!((&totals["units"], &totals["let_units"]), (&json!(2), &json!(1)), "{shown}");
    assert_eq!(totals["rent_of_next_year"], json!({ "minor": 1_200_000, "currency": "EUR" }));
    let units = issuer.get(&format!("/v1/properties/{id}/leases")).expect(200);
    assert_eq!((&units[0]["unit"], &units[0]["is_let"]), (&json!("1A"), &json!(true)));
    assert_eq!(units[0]["leases"][0]["tenant_reference"], "T-1");
    assert_eq!(units[1]["leases"], json!([]));
}

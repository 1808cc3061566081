//! Steps 1 and 2: papers come in, and become pools and tokens.

use super::{House, Pool};
use crate::assets::{HEADER, bring_document, csv, pool_in, terms, upload};
use crate::stage::Person;
use chrono::TimeDelta;
use domain::party::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Invoices of the pool, each over 100,000.00.
const INVOICES: i64 = 12;
/// What the building is valued at, in cents.
const VALUATION_MINOR: i64 = 1_200_000_00;
/// The building, as the rent roll calls it.
const BUILDING: &str = "Hafenstrasse 12";

/// The reference documents, when they lie beside the project.
fn reference_documents() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/invoices");
    folder.is_dir().then_some(folder)
}

/// Which of the reference documents the official rules accept.
fn labels(folder: &std::path::Path) -> BTreeMap<String, bool> {
    let text = std::fs::read_to_string(folder.join("labels.csv")).unwrap();
    // The first two columns are the file and the verdict, and need no quotes.
    let row = |line: &str| {
        let mut columns = line.split(',');
        (columns.next().unwrap().to_owned(), columns.next() == Some("1"))
    };
    text.lines().skip(1).filter(|line| line.starts_with("inv")).map(row).collect()
}

impl House {
    /// One invoice of the pool: 100,000.00, due in so many days.
    fn row(&self, number: i64, due_in: i64) -> String {
        let today = self.office.now().date_naive();
        let (issued, due) = (today - TimeDelta::days(5), today + TimeDelta::days(due_in));
        format!(
            "ERP-{number},R-{number:04},{issued},{due},EUR,100000.00,Nordlicht GmbH,DE136695976,DE,\
             Van Dijk B.V.,NL809163160B01,NL,"
        )
    }

    /// Real UBL and CII documents: the import takes what the official rules accept, and says why not of the rest.
    pub(super) fn documents_are_judged_as_their_labels_say(&self) {
        let Some(folder) = reference_documents() else {
            println!("  the reference invoices are not there: left out");
            return;
        };
        let labels = labels(&folder);
        let mut files = Vec::new();
        for name in labels.keys() {
            files.push((name.clone(), std::fs::read(folder.join("documents").join(name)).unwrap()));
        }
        let report = self.import(&self.issuer, "?dry_run=true", &files).expect(200);
        let findings = report["findings"].as_array().unwrap();
        for (name, accepted) in &labels {
            let about: Vec<&Value> = findings.iter().filter(|finding| finding["file"] == **name).collect();
            assert!(*accepted || !about.is_empty(), "{name} is no invoice by the official rules");
            assert!(about.iter().all(|finding| !finding["reason"].as_str().unwrap().is_empty()), "{name}");
        }
        let taken = report["accepted"].as_u64().unwrap();
        println!("  {} real documents judged, {taken} would be taken", labels.len());
        // Most of the good ones are spellings of one another, and a pledge counts once.
        assert!(taken >= 10, "{taken} would be taken");
        assert_eq!(
            self.issuer.get("/v1/invoices").expect(200)["items"],
            json!([]),
            "a dry run keeps nothing"
        );
        let real = self.import(&self.issuer, "", &files).expect(201);
        assert_eq!((&real["accepted"], &real["findings"]), (&report["accepted"], &report["findings"]));
    }

    fn import(&self, by: &Person, query: &str, files: &[(String, Vec<u8>)]) -> crate::stage::Answer {
        let mut form = reqwest::blocking::multipart::Form::new();
        for (name, content) in files {
            let part = reqwest::blocking::multipart::Part::bytes(content.clone()).file_name(name.clone());
            form = form.part("files", part);
        }
        let path = format!("/v1/imports/invoices{query}");
        let request = by.request(reqwest::Method::POST, &path).timeout(std::time::Duration::from_secs(300));
        crate::stage::Answer::of(request.multipart(form).send().unwrap())
    }

    /// The rows of the pool, a bad one among them, once; and the second pledge of one of them.
    pub(super) fn invoices_come_in(&self) {
        let template = self.issuer.get("/v1/imports/invoices/template.csv").expect(200);
        assert!(template.as_str().unwrap().starts_with(HEADER), "{template}");
        let mut rows: Vec<String> = (1..=INVOICES).map(|number| self.row(number, 20 + 25 * number)).collect();
        rows.push(
            self.row(99, 60).replace("100000.00", "-5").replace("DE136695976,DE", "DE136695976,Germany"),
        );
        let table = csv(&rows);
        let files = [("invoices.csv", table.as_str())];
        let dry = upload(&self.issuer, "/v1/imports/invoices?dry_run=true", &files).expect(200);
        let places: Vec<String> = dry["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                let (row, column) = (&finding["row"], finding["column"].as_str().unwrap());
                format!("{} {row} {column}", finding["file"].as_str().unwrap())
            })
            .collect();
        assert_eq!(places, ["invoices.csv 14 amount", "invoices.csv 14 seller_country"], "{dry}");
        let taken = upload(&self.issuer, "/v1/imports/invoices", &files).expect(201);
        assert_eq!((&taken["accepted"], &taken["rejected"]), (&json!(INVOICES), &json!(1)));
        let again = upload(&self.issuer, "/v1/imports/invoices", &files).expect(201);
        assert_eq!((&again["accepted"], &again["repeated"]), (&json!(0), &json!(INVOICES)));

        let respelled = csv(&[self.row(7, 195).replace("ERP-7,R-0007", "X-1,r 7")]);
        let other = self.office.stage.person("sued", Role::Issuer);
        for issuer in [&self.issuer, &other] {
            let refused = upload(issuer, "/v1/imports/invoices", &[("x.csv", &respelled)]).expect(201);
            assert_eq!(refused["accepted"], 0, "{refused}");
            assert_eq!(refused["findings"][0]["kind"], "pledged-already", "{refused}");
        }
    }

    /// A building with its units and leases; returns the property.
    pub(super) fn rent_roll_comes_in(&self) -> String {
        let property = json!({ "external_id": BUILDING, "name": "Hafenhaus", "country": "DE",
            "address": "Hafenstrasse 12, Hamburg", "currency": "EUR", "valuation_minor": VALUATION_MINOR });
        let property = self.issuer.post("/v1/properties", &property).expect(201);
        let property = property["id"].as_str().unwrap().to_owned();
        let roll = include_str!("../../../../samples/rent-roll.csv");
        let bad = format!("{roll}{BUILDING},9Z,no,T-9,2026-13-01,,-1,EUR,monthly,3,,,\n");
        let dry = upload(&self.issuer, "/v1/imports/rent-roll?dry_run=true", &[("roll.csv", &bad)]);
        let dry = dry.expect(200);
        let columns: Vec<&str> = dry["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                assert_eq!((&finding["file"], &finding["row"]), (&json!("roll.csv"), &json!(6)));
                finding["column"].as_str().unwrap()
            })
            .collect();
        assert_eq!(columns, ["lease_start", "rent"], "{dry}");
        let report = upload(&self.issuer, "/v1/imports/rent-roll", &[("roll.csv", roll)]).expect(201);
        assert_eq!((&report["accepted"], &report["rejected"]), (&json!(4), &json!(0)), "{report}");
        let shown = self.issuer.get(&format!("/v1/properties/{property}")).expect(200);
        assert_eq!((&shown["totals"]["units"], &shown["totals"]["let_units"]), (&json!(4), &json!(3)));
        property
    }

    /// What is due in time becomes a pool: 1,000,000 senior units at 1.00 under a cap of 5%, 1,000 junior ones at 100.00.
    pub(super) fn receivables_become_a_token(&self) -> Pool {
        let new =
            json!({ "name": "Nord Trade Receivables", "symbol": "NRD1", "currency": "EUR", "filter": {} });
        let drafted = self.issuer.post("/v1/pools", &new).expect(201);
        assert_eq!(drafted["assets"]["receivables"]["count"], INVOICES, "old documents are past due");
        assert_eq!(drafted["assets"]["worth"]["minor"], INVOICES * 100_000_00);
        let stage = &self.office.stage;
        let senior = terms(stage, ("senior", 1), 1_000_000, 1_00);
        let mut junior = terms(stage, ("junior", 2), 1_000, 100_00);
        junior["cap_bps"] = json!(4_000);
        self.tokenise(&drafted, [senior, junior], "at most 50,000 units of senior")
    }

    /// The building becomes a pool of its own.
    pub(super) fn property_becomes_a_token(&self, property: &str) -> Pool {
        let new = json!({ "name": "Hafenhaus Rents", "symbol": "HAFEN", "property_id": property });
        let drafted = self.issuer.post("/v1/pools", &new).expect(201);
        let stage = &self.office.stage;
        let terms = |name, units| {
            let mut terms = terms(stage, name, units, 100_00);
            terms["cap_bps"] = json!(5_000);
            terms
        };
        self.tokenise(
            &drafted,
            [terms(("senior", 1), 8_000), terms(("junior", 2), 2_000)],
            "4,000 units of senior",
        )
    }

    fn tokenise(&self, drafted: &Value, partitions: [Value; 2], said: &str) -> Pool {
        let id = drafted["id"].as_str().unwrap().to_owned();
        bring_document(&self.issuer, &id, "prospectus", "prospectus.pdf", "%PDF terms and risks").expect(201);
        let path = format!("/v1/pools/{id}/tokenisation");
        let request = json!({ "partitions": partitions });
        let plan = self.issuer.post(&format!("{path}?dry_run=true"), &request).expect(200);
        assert!(plan["plan"].to_string().contains(said), "{}", plan["plan"]);
        let shown = self.issuer.get(&format!("/v1/pools/{id}")).expect(200);
        assert_eq!((&shown["status"], &shown["token_address"]), (&json!("draft"), &json!(null)));
        self.issuer.post_once(&path, &format!("tokenise-{id}"), &request).expect(201);
        let shown = pool_in(&self.office.stage, &self.issuer, &id, "offered");
        let partition = |place: usize| shown["partitions"][place]["id"].as_str().unwrap().to_owned();
        let token = shown["token_address"].as_str().unwrap().to_owned();
        Pool { id, senior: partition(0), junior: partition(1), token }
    }
}

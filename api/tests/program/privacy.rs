//! What is personal stays where it is sealed: a person whose every field is recognisable goes from the application to
//! a coupon, and then nothing of them is found where it does not belong.

use crate::house::{Folder, Login, Program};
use crate::tables;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{Format, NewCredential, NewPresentation, SigningKey, issue, present};
use domain::party::InvestorClass;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What is personal, each in words that stand nowhere else.
const NAME: &str = "Quirinella Xoqvist";
const BORN: &str = "1957-03-17";
const ADDRESS: &str = "Zwirbelgasse 7723, 99999 Plumsdorf";
const DOCUMENT: &str = "PASS-X0QV1ST-7723";
const EMAIL: &str = "briefkasten@flimmerpost.example";
const PASSWORD: &str = "zwirbel-zwackel-8841";
/// The parts by which they are recognised, whatever becomes of their order.
const MARKS: [&str; 8] =
    ["Quirinella", "Xoqvist", BORN, "Zwirbelgasse", "Plumsdorf", "X0QV1ST", "flimmerpost", PASSWORD];
/// The columns in which something personal may be read, and why.
const MAY_HOLD: [(&str, &str); 1] = [("users.email", "the login of an account: signing in looks for it")];
/// How long something on the chain may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A mark in every spelling that a log or a database could have, in lower case: plain, hexadecimal, and within base64.
fn spellings(mark: &str) -> Vec<String> {
    let mut all = vec![mark.to_lowercase()];
    for mark in [mark.to_owned(), mark.to_lowercase()] {
        all.push(mark.bytes().map(|byte| format!("{byte:02x}")).collect());
        for before in 0..3 {
            // What stands before it shifts the letters; the first and the last ones depend on the neighbours.
            let encoded = URL_SAFE_NO_PAD.encode([&vec![b'-'; before], mark.as_bytes()].concat());
            let start = if before == 0 { 0 } else { before + 1 };
            all.push(encoded[start..encoded.len() - 2].to_lowercase());
        }
    }
    all
}

/// The marks that stand in some bytes.
fn found_in(bytes: &[u8]) -> Vec<&'static str> {
    let lower = String::from_utf8_lossy(&bytes.to_ascii_lowercase()).into_owned();
    let stands = |mark: &&str| spellings(mark).iter().any(|spelling| lower.contains(spelling));
    MARKS.into_iter().filter(stands).collect()
}

fn now(operator: &Login) -> DateTime<Utc> {
    operator.get("/v1/clock").expect(200)["now"].as_str().unwrap().parse().unwrap()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The person applies, proves who they are, is looked at by an officer, and approved. Returns them and their wallet.
fn onboarded(program: &Program, operator: &Login, officer: &Login) -> (Login, String) {
    let account = json!({ "email": EMAIL, "password": PASSWORD, "role": "investor" });
    operator.post("/v1/accounts", &account).expect(201);
    let person = program.sign_in(EMAIL, PASSWORD);
    let profile = json!({ "legal_name": NAME, "date_of_birth": BORN, "country": "DE", "address": ADDRESS,
                          "investor_class": "professional" });
    let applying =
        person.request("POST", "/v1/investors").header("Idempotency-Key", "apply-1").json(&profile);
    let applied = crate::house::Answer::of(applying.send().unwrap()).expect(201);
    let id = applied["id"].as_str().unwrap();
    person.post("/v1/wallets", &json!({ "managed": true })).expect(201);
    let provider = SigningKey::ed25519(&[7; 32]).unwrap();
    let trust = json!({ "did": provider.did(), "name": "Ident GmbH", "credential_types": ["KycCredential"],
                        "trusted_from": "2020-01-01T00:00:00Z" });
    officer.post("/v1/credential-issuers", &trust).expect(201);
    let (holder, at) = (SigningKey::ed25519(&[8; 32]).unwrap(), now(operator));
    let about = NewCredential {
        id: format!("urn:example:{DOCUMENT}"),
        types: vec!["KycCredential".to_owned()],
        subject: holder.did().to_owned(),
        name: Some(NAME.to_owned()),
        date_of_birth: BORN.parse().ok(),
        country: Some("DE".parse().unwrap()),
        investor_class: Some(InvestorClass::Professional),
        wallet: None,
        valid_from: at - TimeDelta::days(1),
        valid_until: at + TimeDelta::days(400),
        status: None,
    };
    let credentials = [issue(&provider, Format::VcJwt, &about).unwrap()];
    let asked = person.post("/v1/presentations/challenge", &json!({})).expect(201);
    let (nonce, audience) = (asked["nonce"].as_str().unwrap(), asked["audience"].as_str().unwrap());
    let answer = NewPresentation { credentials: &credentials, nonce, audience, at };
    let shown = present(&holder, Format::VcJwt, &answer).unwrap();
    let judged = person.post("/v1/presentations", &json!({ "presentation": shown })).expect(201);
    assert_eq!(judged["accepted"], true, "{judged}");
    let cases = officer.all("/v1/cases?status=open");
    let case = cases.iter().find(|case| case["investor_id"] == id).unwrap()["id"].as_str().unwrap();
    // The officer reads everything there is, as data and as a page.
    let personal = officer.get(&format!("/v1/investors/{id}/personal-data")).expect(200);
    assert_eq!((&personal["legal_name"], &personal["address"]), (&json!(NAME), &json!(ADDRESS)));
    let evidence = officer.get(&format!("/v1/cases/{case}")).expect(200);
    assert!(!evidence["hits"].as_array().unwrap().is_empty(), "a namesake is on the list: {evidence}");
    for page in [format!("/cases/{case}"), format!("/investors/{id}"), "/investors?limit=200".to_owned()] {
        officer.get(&page).expect(200);
    }
    let decision = json!({ "decision": "approve", "reason": "Documents seen." });
    officer.post(&format!("/v1/cases/{case}/decision"), &decision).expect(200);
    wait_until("registered", || person.get("/v1/wallets").expect(200)[0]["registered"] == true);
    let wallet = person.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    (person, wallet)
}

/// Answers to what is wrong with personal fields.
fn refusals(person: &Login, program: &Program) -> Vec<String> {
    let long = format!("{NAME} {}", "x".repeat(200));
    let stranger = program.stranger();
    let mut told = Vec::new();
    for body in [
        json!({ "legal_name": long, "date_of_birth": format!("{BORN}T00"), "address": ADDRESS.repeat(99) }),
        json!({ "legal_name": [NAME], "date_of_birth": BORN }),
        json!({ "legal_name": NAME, "date_of_birth": { "day": BORN } }),
        json!({ "legal_name": NAME, "date_of_birth": BORN, "country": "DE", "investor_class": "professional" }),
        json!([NAME, BORN, ADDRESS]),
        json!(NAME),
    ] {
        let answer = person.post("/v1/investors", &body);
        assert!(answer.status == 422 || answer.status == 409, "{}", answer.text);
        told.push(answer.text);
    }
    let cut = format!("{{\"legal_name\":\"{NAME}\",\"date_of_birth\":\"{BORN}");
    let answer =
        person.request("POST", "/v1/investors").header("Content-Type", "application/json").body(cut).send();
    told.push(answer.unwrap().text().unwrap());
    for (email, password) in [(EMAIL, "wrong"), ("nobody@flimmerpost.example", PASSWORD)] {
        let answer = stranger.post("/v1/sessions", &json!({ "email": email, "password": password }));
        assert_eq!(answer.status, 401, "{}", answer.text);
        told.push(answer.text);
    }
    let spoilt = json!({ "presentation": format!("{NAME}.{BORN}.{DOCUMENT}") });
    told.push(person.post("/v1/presentations", &spoilt).text);
    let operator = program.login("operator");
    for email in [EMAIL, "Quirinella at flimmerpost", &format!("x@{}.example", "flimmerpost".repeat(60))] {
        let account = json!({ "email": email, "password": PASSWORD, "role": "investor" });
        let answer = operator.post("/v1/accounts", &account);
        assert_eq!(answer.status, 422, "{}", answer.text);
        told.push(answer.text);
    }
    told
}

#[test]
fn nothing_personal_is_in_logs_errors_metrics_the_chain_or_the_open_columns_of_the_database() {
    let folder = Folder::with_the_demo();
    let program = folder.demo("debug");
    let (operator, officer) = (program.login("operator"), program.login("compliance"));
    let list = "id,schema,name,aliases,dob,country,wallets\n9,Person,Quirinela Xoquist,,,,\n";
    let file = reqwest::blocking::multipart::Part::bytes(list.as_bytes()).file_name("list.csv");
    let form = reqwest::blocking::multipart::Form::new()
        .text("name", "own")
        .text("format", "csv")
        .part("file", file);
    officer
        .request("POST", "/v1/sanctions-lists")
        .multipart(form)
        .send()
        .unwrap()
        .error_for_status()
        .unwrap();
    let (person, wallet) = onboarded(&program, &operator, &officer);

    // Units come in, and a month later a coupon.
    let seller = program.login("investor");
    let from = seller.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    let pools = seller.all("/v1/pools");
    let pool = pools.iter().find(|pool| pool["asset_kind"] == "receivables").unwrap()["id"].as_str().unwrap();
    let partition = seller.get(&format!("/v1/pools/{pool}")).expect(200)["partitions"][0]["id"].clone();
    let order = json!({ "partition_id": partition, "from_wallet": from, "to_wallet": wallet, "units": 500 });
    let asked = seller.post("/v1/transfers", &order).expect(201);
    let transfer = format!("/v1/transfers/{}", asked["transfer_id"].as_str().unwrap());
    wait_until("the units came", || seller.get(&transfer).expect(200)["status"] == "settled");
    operator.post("/v1/clock/advance", &json!({ "days": 40 })).expect(200);
    wait_until("a month has passed", || operator.get("/v1/clock").expect(200)["target"].is_null());
    let payments = person.all("/v1/payments");
    let paid = |line: &Value| line["entitlement"]["status"] == "paid";
    assert!(payments.iter().any(paid), "a coupon was paid: {payments:?}");

    let told = refusals(&person, &program).join("\n");
    let metrics = program.stranger().get("/metrics").text;
    assert!(metrics.contains("muniment_http_requests_total"));
    let log = program.stop();
    assert!(log.contains("DEBUG"), "the log was as open as it gets");
    for (place, text) in [("the log", &log), ("an error", &told), ("the metrics", &metrics)] {
        let found = found_in(text.as_bytes());
        let shows = |line: &&str| !found_in(line.as_bytes()).is_empty();
        assert!(found.is_empty(), "{place} shows {found:?}: {:?}", text.lines().find(shows));
    }
    let mut open = Vec::new();
    for file in ["muniment.db", "chain.db"] {
        for (name, table) in tables::read(&folder.data().join(file)) {
            for (at, column) in table.columns.iter().enumerate() {
                if table.rows.iter().any(|row| !found_in(&row[at]).is_empty()) {
                    open.push(format!("{name}.{column}"));
                }
            }
        }
    }
    assert_eq!(open, MAY_HOLD.map(|(column, _)| column));
    // Nor in what SQLite has not overwritten yet.
    for entry in std::fs::read_dir(folder.data()).unwrap() {
        let file = entry.unwrap().path();
        let mut found = found_in(&std::fs::read(&file).unwrap());
        if file.ends_with("muniment.db") {
            found.retain(|mark| !EMAIL.contains(mark));
        }
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}

#[test]
fn a_mark_is_found_in_every_spelling() {
    assert!(found_in(b"quirinela xoqvst 1957-03-18").is_empty());
    for text in
        ["Quirinella", "QUIRINELLA", "517569 72696e656c6c61", "5175697269 6E656C6C61", "71756972696E656C6C61"]
    {
        let hexadecimal = text.replace(' ', "");
        assert_eq!(found_in(hexadecimal.as_bytes()), ["Quirinella"], "{text}");
    }
    for before in ["", "a", "ab", "abc", "{\"legal_name\":\""] {
        let encoded = URL_SAFE_NO_PAD.encode(format!("{before}Quirinella and more"));
        assert_eq!(found_in(encoded.as_bytes()), ["Quirinella"], "{encoded}");
    }
}

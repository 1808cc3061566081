//! Lists that are old, and lists with parts missing: the officer is told, and so is the program.

use crate::house::Browser;
use crate::office::Office;
use crate::stage::{Answer, PASSWORD, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use domain::party::Role;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::json;
use std::process::Command;

const SDN: &str =
    "2674,\"ABBAS, Abu\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 10 Dec 1948.\"\r\n";
const ALT: &str = "2674,1,\"aka\",\"ZAYDAN, Muhammad\",-0- \r\n";
const ADD: &str = "2674,25,-0- ,\"Baghdad\",\"Iraq\",-0- \r\n";
const COMMENTS: &str = "2674,\"Linked To: SOMEONE.\"\r\n";

fn officer(stage: &Stage) -> Browser {
    let browser = Browser::at(&stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    let sent = form.set("email", "officer@example.org").set("password", PASSWORD).send(&browser);
    assert_eq!(sent.status, 303);
    browser
}

#[test]
fn a_list_that_is_older_than_a_day_is_an_alarm() {
    let office = Office::open();
    let browser = officer(&office.stage);
    let alarm = |browser: &Browser| {
        let card =
            browser.get("/").texts(".card.waits h2").contains(&"Sanctions lists are out of date".to_owned());
        let badge = browser.get("/sanctions-lists").texts("tbody .badge.bad") == ["out of date"];
        (card, badge)
    };
    let loaded = office.now();
    assert_eq!(alarm(&browser), (false, false));
    let operator = office.stage.person("operator", Role::Operator);
    let go_to = |at: DateTime<Utc>| {
        operator.post("/v1/clock/advance", &json!({ "to": at.to_rfc3339() })).expect(200);
        office.stage.wait_until("the clock arrives", || office.now() >= at);
    };
    go_to(loaded + TimeDelta::hours(25));
    let browser = officer(&office.stage);
    assert_eq!(alarm(&browser), (false, false), "a day and an hour is not old yet");
    go_to(loaded + TimeDelta::hours(26) + TimeDelta::minutes(1));
    let browser = officer(&office.stage);
    assert_eq!(alarm(&browser), (true, true));
    let newer = format!("{}9,Person,Somebody Else,,,,\n", crate::office::LIST);
    crate::office::load(&office.officer, &newer).expect(201);
    assert_eq!(alarm(&browser), (false, false));
}

#[test]
fn parts_of_the_list_of_ofac_that_are_missing_are_named() {
    let stage = Stage::start();
    let desk = stage.person("officer", Role::Compliance);
    let load = |files: &[(&'static str, &'static str)]| {
        let form = Form::new().text("name", "ofac-sdn").text("format", "ofac-sdn");
        let form = files.iter().fold(form, |form, (name, content)| {
            form.part("file", Part::bytes(content.as_bytes()).file_name(*name))
        });
        let request = desk.request(reqwest::Method::POST, "/v1/sanctions-lists").multipart(form);
        Answer::of(request.send().unwrap()).expect(201)["warnings"].clone()
    };
    let all = [
        "alt.csv is absent: the list may lack aliases",
        "add.csv is absent: the list may lack addresses",
        "comments.csv is absent: the list may lack dates of birth and wallets",
    ];
    assert_eq!(load(&[("sdn.csv", SDN)]), json!(all));
    assert_eq!(load(&[("SDN.CSV", SDN), ("ALT.CSV", ALT)]), json!(all[1..]));
    let whole = [("sdn.csv", SDN), ("alt.csv", ALT), ("add.csv", ADD), ("sdn_comments.csv", COMMENTS)];
    assert_eq!(load(&whole), json!([]));

    let browser = officer(&stage);
    let page = browser.get("/sanctions-lists");
    let token = page.attributes("main input[name=form_token]", "value").remove(0);
    let form = Form::new().text("form_token", token).text("list", "ofac-sdn").text("format", "ofac-sdn");
    let form = form.part("file", Part::bytes(SDN.as_bytes()).file_name("sdn.csv"));
    let url = format!("{}/sanctions-lists", stage.url);
    let answer = browser.client.post(url).multipart(form).send().unwrap();
    assert_eq!(answer.status(), 200);
    let html = answer.text().unwrap();
    for missing in ["alt.csv is absent: aliases", "add.csv is absent", "sdn_comments.csv is absent"] {
        assert!(html.contains(missing), "{missing}: {html}");
    }
}

/// The command line program says it on standard error, and to programs in its answer.
#[test]
fn the_program_names_the_missing_parts_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_muniment"));
        program.arg("--data-dir").arg(&data).args(arguments).output().unwrap()
    };
    assert!(run(&["migrate"]).status.success());
    let sdn = folder.path().join("sdn.csv");
    std::fs::write(&sdn, SDN).unwrap();
    std::fs::write(folder.path().join("alt.csv"), ALT).unwrap();
    let loaded = run(&["screen", "load", sdn.to_str().unwrap(), "--json"]);
    let said = String::from_utf8(loaded.stderr).unwrap();
    assert!(loaded.status.success(), "{said}");
    assert!(said.contains("warning: add.csv is absent") && said.contains("warning: comments.csv is absent"));
    assert!(!said.contains("alt.csv is absent"), "{said}");
    let answer: serde_json::Value = serde_json::from_slice(&loaded.stdout).unwrap();
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 2, "{answer}");
}

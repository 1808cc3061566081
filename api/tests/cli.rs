//! The commands that need no installation, as a script calls them: schedules, invoices, rent rolls.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn samples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples").join(name)
}

fn muniment(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_muniment"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn schedules_answer_line_by_line_and_explain_when_asked() {
    let terms = json!({
        "contractType": "PAM", "contractRole": "RPA", "currency": "EUR", "statusDate": "2025-12-31",
        "initialExchangeDate": "2026-01-01", "maturityDate": "2027-01-01", "notionalPrincipal": "1000",
        "nominalInterestRate": "0.05", "dayCountConvention": "30E360",
    });
    let case =
        json!({ "identifier": "c", "terms": terms, "to": "", "dataObserved": {}, "eventsObserved": [] });
    let question =
        r#"{"id":"q","kind":"yf","convention":"30_360_US","start":"2026-01-31","end":"2026-07-31"}"#;
    let input = format!("{case}\n{question}\nnonsense\n");
    let output = muniment(&["schedule", "--ndjson"], &input);
    assert!(output.status.success());
    let answers = lines(&output);
    assert_eq!(answers[0]["results"][1]["payoff"], 50);
    assert_eq!(answers[0]["results"][1]["explanation"], Value::Null);
    assert_eq!(answers[1], json!({ "id": "q", "days": "180", "yf": "0.5" }));
    assert_eq!(answers[2]["line"], 3);
    let explained = lines(&muniment(&["schedule", "--ndjson", "--explain"], &input));
    let interest = "Isc*(Ipac + y*Ipnr*Ipcb); y = 2026-01-01 to 2027-01-01 by 30E_360 = 1/1";
    assert!(explained[0]["results"][1]["explanation"].as_str().unwrap().starts_with(interest));
}

#[test]
fn an_operators_table_of_holidays_takes_the_place_of_the_older_one() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("sg.csv");
    let text =
        "# calendar: SG\n# source: the gazette\n# from: 2027-01-01\n# until: 2027-12-31\n2027-02-08, a day\n";
    std::fs::write(&table, text).unwrap();
    let question = r#"{"kind":"adjust","calendar":"SG","bdc":"FOLLOWING","start":"2027-02-08"}"#;
    let without = lines(&muniment(&["schedule", "--ndjson"], question));
    assert!(without[0]["error"].as_str().unwrap().contains("known from 2021-01-01 until 2025-12-31"));
    let path = table.to_str().unwrap();
    let with = lines(&muniment(&["schedule", "--ndjson", "--calendar", path], question));
    assert_eq!(with[0]["date"], "2027-02-09");
    let listed = lines(&muniment(&["schedule", "--calendars", "--json", "--calendar", path], ""));
    let singapore = listed.iter().find(|calendar| calendar["calendar"] == "SG").unwrap();
    assert_eq!((&singapore["source"], &singapore["until"]), (&json!("the gazette"), &json!("2027-12-31")));
    std::fs::write(&table, "# calendar: SG\n").unwrap();
    assert!(!muniment(&["schedule", "--ndjson", "--calendar", path], question).status.success());
}

#[test]
fn a_dry_run_says_of_each_file_what_it_is_and_one_bad_file_spoils_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("a/b");
    std::fs::create_dir_all(&inside).unwrap();
    std::fs::copy(samples("invoice-zugferd.pdf"), inside.join("invoice.pdf")).unwrap();
    std::fs::write(inside.join("half.xml"), "<Invoice").unwrap();
    let invoice = samples("invoice-ubl.xml");
    let paths = [folder.path().to_str().unwrap(), "there/is/no/such.xml", invoice.to_str().unwrap()];
    let output = muniment(&[&["import", "invoices", "--dry-run", "--json"], &paths[..]].concat(), "");
    assert_eq!(output.status.code(), Some(2));
    let looked = lines(&output);
    let told: Vec<_> = looked.iter().map(|file| (&file["accept"], &file["rules"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(
        told,
        [(&no, &json!(["XML"])), (&yes, &json!([])), (&no, &json!(["FILE-READ"])), (&yes, &json!([])),]
    );
    assert_eq!(
        (&looked[1]["fields"]["number"], &looked[1]["fields"]["payable"]),
        (&json!("R-2026-0001"), &json!("11900.00"))
    );
}

#[test]
fn two_files_of_one_invoice_are_the_same() {
    let (pdf, xml) = (samples("invoice-zugferd.pdf"), samples("invoice-ubl.xml"));
    let compare = |a: &Path, b: &Path| {
        let output = muniment(&["import", "compare", "--json", a.to_str().unwrap(), b.to_str().unwrap()], "");
        lines(&output).remove(0)
    };
    assert_eq!(compare(&pdf, &xml)["outcome"], "same");
    assert_eq!(compare(&pdf, &samples("corrected-invoice-cii.xml"))["outcome"], "conflict");
    let missing = muniment(&["import", "compare", "a.xml", "b.xml"], "");
    assert!(!missing.status.success() && missing.stdout.is_empty());
}

#[test]
fn the_leases_of_a_rent_roll_are_schedules() {
    let roll = samples("rent-roll.csv");
    let roll = roll.to_str().unwrap();
    let output =
        muniment(&["import", "rent-roll", "--dry-run", "--contracts", "--until", "2027-12-31", roll], "");
    assert!(output.status.success());
    let contracts = String::from_utf8(output.stdout).unwrap();
    let schedules = lines(&muniment(&["schedule", "--ndjson"], &contracts));
    assert_eq!(schedules.len(), 3);
    let first = schedules[0]["results"].as_array().unwrap();
    assert_eq!((&first[1]["eventDate"], &first[1]["payoff"]), (&json!("2025-04-03T00:00:00"), &json!(1150)));
    assert_eq!(first.last().unwrap()["notionalPrincipal"], 0);
    let rows = lines(&muniment(&["import", "rent-roll", "--dry-run", "--json", roll], ""));
    assert!(rows.iter().all(|row| row["accept"] == true), "{rows:?}");
}

#[test]
fn a_worker_says_which_network_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let output = muniment(&["worker", "--data-dir", folder.path().to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--rpc-url"));
}

//! The demo holds what it says, comes back as it was, and starts over when asked.

use crate::house::{Folder, Login, muniment};
use crate::tables::{self, Table};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn count(rows: &[Value], is_it: impl Fn(&Value) -> bool) -> usize {
    rows.iter().filter(|row| is_it(row)).count()
}

fn words<'a>(rows: &'a [Value], field: &str) -> BTreeMap<&'a str, usize> {
    let mut found = BTreeMap::new();
    rows.iter().for_each(|row| *found.entry(row[field].as_str().unwrap()).or_default() += 1);
    found
}

/// Two hundred invoices in one pool: some late, one defaulted, one disputed; twelve units in the other, one vacant.
fn assets(issuer: &Login, today: &str) {
    let invoices = issuer.all("/v1/invoices");
    assert_eq!(invoices.len(), 200);
    let by_status = words(&invoices, "status");
    assert_eq!((by_status["defaulted"], by_status["disputed"]), (1, 1), "{by_status:?}");
    assert_eq!(by_status.keys().copied().collect::<Vec<_>>(), ["defaulted", "disputed", "paid", "pledged"]);
    let late = |one: &Value| one["status"] == "pledged" && one["due_date"].as_str().unwrap() < today;
    assert!(count(&invoices, late) >= 1, "some are late today");
    let pools = issuer.all("/v1/pools");
    assert_eq!(words(&pools, "asset_kind"), BTreeMap::from([("receivables", 1), ("rental", 1)]));
    let due: BTreeMap<&str, &str> =
        invoices.iter().map(|one| (one["id"].as_str().unwrap(), one["due_date"].as_str().unwrap())).collect();
    let mut paid_late = 0;
    for pool in &pools {
        let pool = pool["id"].as_str().unwrap();
        let shown = issuer.get(&format!("/v1/pools/{pool}")).expect(200);
        assert_eq!(shown["status"], "live");
        assert_eq!(shown["partitions"].as_array().unwrap().len(), 2);
        let collections = issuer.all(&format!("/v1/pools/{pool}/collections"));
        assert!(!collections.is_empty(), "money came in");
        paid_late += count(&collections, |one| {
            one["invoice_id"].as_str().is_some_and(|id| one["received_on"].as_str().unwrap() > due[id])
        });
    }
    assert!(paid_late >= 1, "some were paid late");
    let properties = issuer.all("/v1/properties");
    assert_eq!(properties.len(), 1);
    let path = format!("/v1/properties/{}/leases", properties[0]["id"].as_str().unwrap());
    let units = issuer.get(&path).expect(200);
    let units = units.as_array().unwrap();
    let vacant = count(units, |unit| unit["leases"].as_array().unwrap().is_empty());
    assert_eq!((units.len(), vacant), (12, 1));
}

/// Forty investors of four countries over several classes; one waits for a decision, one credential ends soon.
fn people(officer: &Login, now: &str, soon: &str) {
    let investors = officer.all("/v1/investors");
    assert_eq!(investors.len(), 40);
    assert_eq!(words(&investors, "country"), BTreeMap::from([("CH", 10), ("DE", 10), ("FR", 10), ("SG", 10)]));
    assert!(words(&investors, "investor_class").len() >= 3, "several classes");
    let expiring = |one: &Value| one["valid_until"].as_str().is_some_and(|until| now < until && until < soon);
    assert_eq!(count(&investors, expiring), 1, "one credential is about to expire");
    let waiting = officer.all("/v1/cases?status=open");
    assert_eq!(waiting.len(), 1);
    let case = officer.get(&format!("/v1/cases/{}", waiting[0]["id"].as_str().unwrap())).expect(200);
    assert!(!case["hits"].as_array().unwrap().is_empty(), "there is something to decide: {case}");
}

/// Six coupons are paid, one payee failed and is owed, and one holder has just under 5% of a partition.
fn money(issuer: &Login, regulator: &Login) {
    let (mut coupons, mut owed, mut shares) = (0, BTreeSet::new(), Vec::new());
    for pool in issuer.all("/v1/pools") {
        let shown = issuer.get(&format!("/v1/pools/{}", pool["id"].as_str().unwrap())).expect(200);
        for partition in shown["partitions"].as_array().unwrap() {
            let partition = partition["id"].as_str().unwrap();
            for coupon in issuer.all(&format!("/v1/partitions/{partition}/coupons")) {
                coupons += usize::from(coupon["status"] == "paid");
                let lines = issuer.all(&format!("/v1/coupons/{}/entitlements", coupon["id"].as_str().unwrap()));
                let failed = lines.iter().filter(|line| line["status"] == "owed");
                owed.extend(failed.map(|line| line["wallet"].as_str().unwrap().to_owned()));
            }
            let register = regulator.get(&format!("/v1/partitions/{partition}/register")).expect(200);
            let outstanding = register["outstanding_units"].as_i64().unwrap();
            let holders = register["holders"].as_array().unwrap();
            let bps = |line: &Value| line["units"].as_i64().unwrap() * 10_000 / outstanding;
            shares.push(holders.iter().map(bps).max().unwrap());
        }
    }
    assert_eq!(coupons, 6);
    assert_eq!(owed.len(), 1, "one payee failed and is owed: {owed:?}");
    assert_eq!(shares, [499; 4], "the largest holder of each partition, in basis points");
}

#[test]
fn demo_holds_what_it_says() {
    let folder = Folder::with_the_demo();
    let program = folder.demo("error");
    let clock = program.login("operator").get("/v1/clock").expect(200);
    let now: chrono::DateTime<chrono::Utc> = clock["now"].as_str().unwrap().parse().unwrap();
    let soon = (now + chrono::TimeDelta::days(30)).to_rfc3339();
    assets(&program.login("issuer"), &now.date_naive().to_string());
    people(&program.login("compliance"), &now.to_rfc3339(), &soon);
    money(&program.login("issuer"), &program.login("regulator"));
    let investor = program.login("investor");
    assert!(!investor.all("/v1/payments").is_empty(), "the investor of the login was paid");
    let refused = investor.all("/v1/transfers");
    assert_eq!(words(&refused, "status"), BTreeMap::from([("refused", 1), ("settled", 1)]));
    program.stop();
    // It was loaded as people would have done it: everything is in the log, and register, chain and ledger agree.
    folder.command(&["audit", "verify"]);
    folder.command(&["chain", "verify"]);
    folder.command(&["reconcile"]);
}

/// What moves although nobody does anything: leases and duties of processes, sessions, what cron was last asked.
pub(crate) const RESTLESS: [&str; 4] = ["duties", "jobs", "schedules", "sessions"];

type Rows<'a> = &'a Vec<Vec<Vec<u8>>>;

fn contents(tables: &BTreeMap<String, Table>) -> BTreeMap<&str, Rows<'_>> {
    let still = tables.iter().filter(|(name, _)| !RESTLESS.contains(&name.as_str()));
    still.map(|(name, table)| (name.as_str(), &table.rows)).collect()
}

#[test]
fn a_kept_folder_comes_back_exactly_as_it_was() {
    let folder = Folder::with_the_demo();
    let files = ["muniment.db", "chain.db"].map(|file| folder.data().join(file));
    let before = files.clone().map(|file| tables::read(&file));
    let program = folder.demo("error");
    assert!(!program.said().contains("loads its demo data"), "{}", program.said());
    program.stop();
    for (file, before) in files.iter().zip(&before) {
        let after = tables::read(file);
        let (before, after) = (contents(before), contents(&after));
        assert!(before.len() > 9 && before.keys().eq(after.keys()));
        for (table, rows) in &before {
            assert!(rows == &after[table], "{table} of {} is not what it was", file.display());
        }
    }
}

#[test]
fn reset_starts_over_and_what_is_half_loaded_is_not_served() {
    let folder = Folder::with_the_demo();
    let users = || tables::read(&folder.data().join("muniment.db")).remove("users").map_or(0, |it| it.rows.len());
    assert_eq!(users(), 44);
    let program = crate::house::Program::begin(&folder.data(), &["demo", "--reset"], "error");
    program.wait_until_said("Muniment loads its demo data");
    // Killed: told to stop, it would load to the end first.
    drop(program);
    assert!(users() < 44, "the people of before are gone");
    let again = muniment(&folder.data()).args(["demo", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("start once with --reset"), "{said}");
}

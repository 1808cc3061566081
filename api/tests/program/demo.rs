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
    // Whoever looks at the building can book a rent of each unit that is let.
    let page = issuer.get(&format!("/properties/{}", properties[0]["id"].as_str().unwrap()));
    assert_eq!(page.text.matches("/new?lease_id=").count(), 11, "{}", page.text);
}

/// Forty investors of four countries over several classes; one waits for a decision, one credential ends soon.
fn people(officer: &Login, now: &str, soon: &str) {
    let investors = officer.all("/v1/investors");
    assert_eq!(investors.len(), 40);
    assert_eq!(
        words(&investors, "country"),
        BTreeMap::from([("CH", 10), ("DE", 10), ("FR", 10), ("SG", 10)])
    );
    assert!(words(&investors, "investor_class").len() >= 3, "several classes");
    let expiring = |one: &Value| one["valid_until"].as_str().is_some_and(|until| now < until && until < soon);
    assert_eq!(count(&investors, expiring), 1, "one credential is about to expire");
    let waiting = officer.all("/v1/cases?status=open");
    assert_eq!(waiting.len(), 1);
    let orders = officer.all("/v1/orders?awaiting=true");
    assert_eq!(
        words(&orders, "kind"),
        BTreeMap::from([("hold", 1)]),
        "the second officer has one to confirm"
    );
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
                let lines =
                    issuer.all(&format!("/v1/coupons/{}/entitlements", coupon["id"].as_str().unwrap()));
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
    let said = program.said();
    assert!(!said.contains("loads its demo data"), "{said}");
    let logins: Vec<&str> =
        said.lines().filter_map(|line| line.trim().strip_suffix("@demo.example")).collect();
    assert_eq!(logins, ["issuer", "investor", "compliance", "compliance2", "regulator", "operator"]);
    assert!(said.contains("all with the password muniment-demo-2026"), "{said}");
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
    let users =
        || tables::read(&folder.data().join("muniment.db")).remove("users").map_or(0, |it| it.rows.len());
    assert_eq!(users(), 45);
    let program = crate::house::Program::begin(&folder.data(), &["demo", "--reset"], "error");
    program.wait_until_said("Muniment loads its demo data");
    // Killed: told to stop, it would load to the end first.
    drop(program);
    assert!(users() < 45, "the people of before are gone");
    let again = muniment(&folder.data()).args(["demo", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("start once with --reset"), "{said}");
}

#[test]
fn logins_of_the_readme_sign_in() {
    let readme = include_str!("../../../README.md");
    let folder = Folder::with_the_demo();
    let program = folder.demo("error");
    let named: BTreeSet<&str> = readme
        .split("**")
        .filter_map(|word| word.strip_suffix("@demo.example"))
        .inspect(|login| assert!(program.login(login).token.is_some()))
        .collect();
    assert_eq!(named.len(), 6, "{named:?}");
    let example = readme.lines().find_map(|line| line.trim().strip_prefix("-d '")).unwrap();
    let body: Value = serde_json::from_str(example.trim_end_matches('\'')).unwrap();
    program.stranger().post("/v1/sessions", &body).expect(201);
}

/// Runs a command that ends with a status, and returns what it said.
fn ends_with(folder: &Folder, status: i32, arguments: &[&str]) -> String {
    let output = muniment(&folder.data()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn wallets_are_frozen_and_rules_read_from_the_command_line() {
    let folder = Folder::with_the_demo();
    let program = folder.demo("error");
    let officer = program.login("compliance");
    let pool = officer.all("/v1/pools")[0]["id"].as_str().unwrap().to_owned();
    let shown = officer.get(&format!("/v1/pools/{pool}/rules")).expect(200);
    let partition = shown[0]["partition_id"].as_str().unwrap();
    let register = officer.get(&format!("/v1/partitions/{partition}/register")).expect(200);
    let wallets: Vec<_> = (0..2).map(|at| register["holders"][at]["wallet"].as_str().unwrap()).collect();

    // Beside the running server the rules are those that the API says.
    let said = folder.command(&["rules", "show", &pool, "--json"]);
    let rules: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&rules, shown.as_array().unwrap());
    let said = folder.command(&["rules", "show", &pool]);
    assert!(said.contains("\n  cap_bps               500\n"), "{said}");
    program.stop();

    let list = folder.data().join("wallets.csv");
    std::fs::write(&list, format!("wallet,note\n{}\nnobody\n{},second\n", wallets[0], wallets[1])).unwrap();
    let order = |more: &[&str], status: i32| {
        let file = list.to_str().unwrap();
        let always = ["freeze", "order", &pool, "--wallets", file, "--reason", "court order 4", "--json"];
        let said = ends_with(&folder, status, &[&always[..], more].concat());
        serde_json::from_str::<Value>(&said).unwrap_or_default()
    };
    let by = ["--as", "compliance@demo.example"];
    assert_eq!(order(&by, 1), Value::Null, "one line that cannot be done refuses all");
    assert_eq!(order(&["--as", "operator@demo.example", "--skip-unfit"], 1), Value::Null);
    let dry = order(&[&by[..], &["--skip-unfit", "--dry-run"]].concat(), 0);
    assert_eq!((&dry["wallets"], &dry["status"]), (&serde_json::json!(wallets), &Value::Null));
    assert_eq!(folder.command(&["freeze", "list", &pool]), "");

    let done = order(&[&by[..], &["--skip-unfit"]].concat(), 0);
    assert_eq!((&done["status"], &done["left_out"][0]["line"]), (&"done".into(), &3.into()));
    let said = folder.command(&["freeze", "list", &pool, "--json"]);
    let listed: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&listed["id"], &listed["wallets"]), (&done["freeze_id"], &done["wallets"]));
    assert!(folder.command(&["freeze", "list", &pool]).contains("2 wallets to be frozen, 1 left out: done"));
    let freed = order(&[&by[..], &["--skip-unfit", "--unfreeze"]].concat(), 0);
    assert_eq!((&freed["status"], &freed["wallets"]), (&"done".into(), &done["wallets"]));
    folder.command(&["audit", "verify"]);
}

#[test]
fn a_rent_roll_is_brought_in_from_the_command_line_once() {
    let folder = Folder::with_the_demo();
    let roll = folder.data().join("roll.csv");
    let header = "property,unit,vacant,tenant_reference,lease_start,lease_end,rent,currency,frequency,due_day,\
                  escalator_percent,free_months,deposit\n";
    let row = "kastanienhof,WE 13,no,T-013,2026-01-01,,1355.00,EUR,monthly,1,2,,4065.00\n";
    std::fs::write(&roll, format!("{header}{row}nowhere,WE 1,yes,,,,,,,,,,\n")).unwrap();
    let bring = ["import", "rent-roll", "--as", "issuer@demo.example", roll.to_str().unwrap()];
    let units = || tables::read(&folder.data().join("muniment.db"))["rental_units"].rows.len();
    let dry = ends_with(&folder, 2, &[&bring[..], &["--dry-run"]].concat());
    assert!(dry.contains("1 taken, 0 taken before, 1 rejected") && dry.contains("row 3, property"), "{dry}");
    assert_eq!(units(), 12, "a dry run keeps nothing");
    let brought = ends_with(&folder, 2, &bring);
    assert!(brought.contains("1 taken, 0 taken before, 1 rejected"), "{brought}");
    let again = ends_with(&folder, 2, &bring);
    assert!(again.contains("0 taken, 1 taken before, 1 rejected"), "{again}");
    assert_eq!(units(), 13);
    let stranger = ["import", "rent-roll", "--as", "operator@demo.example", roll.to_str().unwrap()];
    ends_with(&folder, 1, &stranger);
}

#[test]
fn what_is_owed_is_tried_again_from_the_command_line() {
    let folder = Folder::with_the_demo();
    let read = tables::read(&folder.data().join("muniment.db")).remove("entitlements").unwrap();
    let at = |column: &str| read.columns.iter().position(|name| name == column).unwrap();
    let owed = read.rows.iter().find(|row| row[at("status")] == b"owed").unwrap();
    let text = |column: &str| String::from_utf8(owed[at(column)].clone()).unwrap();
    let (coupon, entitlement) = (text("coupon_id"), text("id"));
    // The wallet is blocked still.
    for _ in 0..3 {
        let said = ends_with(&folder, 2, &["coupon", "retry", &coupon, &entitlement]);
        assert_eq!(said, format!("the entitlement {entitlement} is owed\n"));
    }
    ends_with(&folder, 1, &["coupon", "retry", &coupon, &entitlement]);
}

//! Two processes share one PostgreSQL and one network: each coupon is paid once, and one goes on when the other is
//! killed, whichever it is.

use crate::TURN;
use crate::network::{Anvil, Network};
use crate::stage::{Stage, platform_of};
use crate::treasury::Treasury;
use chrono::TimeDelta;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::party::WalletAddress;
use muniment::actor::Actor;
use muniment::app::App;
use muniment::config::Place;
use muniment::flows::pay_coupon::chain_key;
use muniment::flows::{install, reconcile};
use muniment::run::{self, Mode};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use store::coupons::{self, Coupon};
use store::{entitlements, ledger};
use tokenizer::chain::ChainEvent;
use tokio::runtime::Runtime;

/// Names the administrator's URL of a PostgreSQL cluster; `scripts/with-postgres` sets it.
const CLUSTER: &str = "MUNIMENT_TEST_POSTGRES";
/// Senior and junior units of each holder.
const HELD: [(i64, i64); 3] = [(333, 0), (333, 500), (334, 500)];
/// Days that pass: four monthly coupons of each partition are paid in them.
const DAYS: i64 = 130;
/// Coupons that are paid before one process is killed.
const PAID_BEFORE: usize = 3;
/// And before the other one is.
const PAID_BETWEEN: usize = 6;
/// How a worker is started.
const WORKER: [&str; 2] = ["worker", "--sandbox"];
/// Smallest units of the payment token in a cent.
const CASH_UNITS: i64 = 10_000;
/// How long the days may take, with the leases of the dead process in them.
const PATIENCE: Duration = Duration::from_secs(300);
/// What a process says when it has worked on a job.
const WORKED: &str = "the job was worked on";
/// What it says when it has sent a call.
const SENT: &str = "sent to the chain";

/// A database of the cluster, for one test.
struct Database {
    admin: String,
    name: String,
    url: String,
}

impl Database {
    fn create() -> Self {
        let admin = std::env::var(CLUSTER).expect("run it beside a cluster: scripts/with-postgres");
        let name = format!("replicas_{}", std::process::id());
        let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
        assert!(psql(&admin, &format!("CREATE DATABASE {name}")));
        Self { admin, name, url }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        psql(&self.admin, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn psql(url: &str, sql: &str) -> bool {
    Command::new("psql").args(["--quiet", url, "-c", sql]).status().unwrap().success()
}

/// A process of the real program with a log of its own.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn start(place: &Place, name: &str, arguments: &[&str]) -> Self {
        let log = place.data_dir.join(format!("{name}.log"));
        let child = Command::new(env!("CARGO_BIN_EXE_muniment"))
            .args(arguments)
            .env("MUNIMENT_DATA_DIR", &place.data_dir)
            .env("MUNIMENT_RPC_URL", place.rpc_url.as_ref().unwrap())
            .env("MUNIMENT_CONFIRMATIONS", "0")
            .env("DATABASE_URL", place.database_url.as_ref().unwrap())
            .env("MUNIMENT_LOG", "json")
            .env("RUST_LOG", "warn,muniment=debug")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// Waits for a line that begins so; the rest of it.
    fn says(&mut self, begin: &str) -> String {
        let said = BufReader::new(self.child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = said.filter_map(|line| line.strip_prefix(begin).map(str::to_owned));
        said.next().unwrap_or_else(|| panic!("it ended: {}", std::fs::read_to_string(&self.log).unwrap()))
    }

    /// How often its log has a sentence.
    fn told(&self, sentence: &str) -> usize {
        std::fs::read_to_string(&self.log).unwrap().matches(sentence).count()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as a service manager does, and waits until it has.
    fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what may take long.
fn wait_until(what: &str, mut question: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !question() {
        assert!(begin.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn coupons(app: &App) -> Vec<Coupon> {
    app.ask(|tx| Ok(coupons::page(tx, None, None, store::MAX_PAGE)?)).unwrap()
}

/// Whether one coupon is being paid, and so many were before.
fn is_paying(app: &App, paid: usize) -> bool {
    let coupons = coupons(app);
    let count = |status| coupons.iter().filter(|coupon| coupon.status == status).count();
    count(CouponStatus::Paid) >= paid && count(CouponStatus::Paying) > 0
}

/// Whether the clock of the processes has come to a moment.
fn has_come(app: &App, to: chrono::DateTime<chrono::Utc>) -> bool {
    let offset = app.ask(|tx| Ok(store::settings::get(tx, "clock.offset_seconds")?)).unwrap();
    app.clock.follow(offset.unwrap().parse().unwrap());
    app.clock.now() >= to
}

#[test]
#[ignore = "needs PostgreSQL and anvil: scripts/test-rust runs it"]
fn two_processes_pay_each_coupon_once_and_one_goes_on_when_the_other_is_killed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (database, anvil, folder) = (Database::create(), Anvil::start(), tempfile::tempdir().unwrap());
    let place = Place {
        data_dir: folder.path().join("data"),
        rpc_url: Some(anvil.url.clone()),
        confirmations: Some(0),
        database_url: Some(database.url.clone()),
    };
    anvil.fund(platform_of(&place));
    // They start together on an empty database, and install once.
    let portal = ["serve", "--sandbox", "--listen", "127.0.0.1:0", "--chain-listen", "127.0.0.1:0"];
    let mut portal = Process::start(&place, "portal", &portal);
    let mut worker = Process::start(&place, "worker", &WORKER);
    let url = portal.says("Muniment serves on ");
    worker.says("Muniment works on ");

    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(run::open(&place, Mode::Sandbox { begins_days_ago: 0 })).unwrap();
    let house = Treasury::open_on(Stage::beside(url, app.clone(), Network::Anvil(anvil), folder), &HELD);
    for month in 1..=5 {
        house.invoice(&format!("R-{month}"), 2_000_00, house.today() + TimeDelta::days(month * 25));
    }
    let end = app.clock.now() + TimeDelta::days(DAYS);
    house.operator.post("/v1/clock/advance", &json!({ "days": DAYS })).expect(200);
    wait_until("both have worked, and a payment is on its way", || {
        portal.told(WORKED) > 0 && worker.told(WORKED) > 0 && is_paying(&app, PAID_BEFORE)
    });
    // The one that sends to the chain is killed: somebody else has to take that over.
    let (mut sender, mut other) = if portal.told(SENT) > 0 { (portal, worker) } else { (worker, portal) };
    sender.kill();
    println!("killed after {} jobs; the other has worked on {}", sender.told(WORKED), other.told(WORKED));
    let mut last = Process::start(&place, "last", &WORKER);
    last.says("Muniment works on ");
    wait_until("payments go on", || is_paying(&app, PAID_BETWEEN));
    // And then the one that has done most of the jobs, in the middle of one if it comes so.
    other.kill();
    let (worked, sent) = (last.told(WORKED), last.told(SENT));
    println!("killed after {} jobs; the last has worked on {worked}", other.told(WORKED));
    wait_until("the days have passed", || has_come(&app, end));
    let due = |coupon: &Coupon| coupon.payment_date < end.date_naive();
    wait_until("what is due is paid", || {
        coupons(&app).iter().filter(|coupon| due(coupon)).all(|coupon| coupon.status == CouponStatus::Paid)
    });
    println!("the last has worked on {} jobs in the end", last.told(WORKED));
    assert!(last.told(WORKED) > worked && last.told(SENT) > sent);

    let paid: Vec<Coupon> = coupons(&app).into_iter().filter(due).collect();
    println!("{} coupons are paid", paid.len());
    assert!(paid.len() >= 2 * 3, "{} coupons", paid.len());
    check_chain(&runtime, &app, &house.holders, &paid);
    let reconciled = runtime.block_on(reconcile::reconcile(&app, &Actor::System)).unwrap();
    assert_eq!(reconciled.breaks, []);
    assert_eq!(app.ask(|tx| Ok(ledger::imbalances(tx)?)).unwrap(), []);
    assert!(app.ask(|tx| Ok(store::audit::verify(tx)?)).unwrap().is_ok_and(|entries| entries > 0));

    last.stop();
    let now = app.clock.wall_now();
    let free = app.store.write(|tx| store::duties::hold(tx, ("outbox", "the next"), (now, now)));
    assert!(free.unwrap(), "who ends in order gives its duty back");
}

/// By the chain each coupon was declared once, each of its payees was paid once, and the wallets hold exactly that.
fn check_chain(runtime: &Runtime, app: &App, holders: &[WalletAddress], paid: &[Coupon]) {
    let contracts = app.ask(install::installed).unwrap();
    let head = runtime.block_on(app.chain.head()).unwrap().number;
    let (mut declared, mut payees) = (BTreeMap::<[u8; 32], usize>::new(), BTreeMap::new());
    for logged in runtime.block_on(app.chain.events(0, head, &[contracts.coupon_payer])).unwrap() {
        match logged.event {
            ChainEvent::CouponDeclared { coupon_id, .. } => *declared.entry(coupon_id).or_default() += 1,
            ChainEvent::CouponChunkPaid { coupon_id, paid, .. } => {
                payees.entry(coupon_id).or_insert_with(Vec::new).extend(paid);
            }
            _ => {}
        }
    }
    let mut whole = 0;
    // A coupon of nothing is no matter of the chain.
    for coupon in paid.iter().filter(|coupon| coupon.merkle_root.is_some()) {
        let leaves = app.ask(|tx| Ok(entitlements::leaves(tx, coupon.id)?)).unwrap();
        assert_eq!(declared.remove(&chain_key(coupon.id)), Some(1), "{}", coupon.id);
        let mut indices = payees.remove(&chain_key(coupon.id)).unwrap_or_default();
        indices.sort_unstable();
        assert_eq!(indices, (0..).take(leaves.len()).collect::<Vec<u32>>(), "{}: each payee once", coupon.id);
        whole += app.ask(|tx| Ok(entitlements::total(tx, coupon.id, EntitlementStatus::Paid)?)).unwrap();
    }
    assert!(declared.is_empty() && payees.is_empty(), "{declared:?} {payees:?}");
    let balance =
        |wallet| runtime.block_on(app.chain.payment_balance(contracts.payment_token, wallet)).unwrap();
    let held: i64 = holders.iter().map(|wallet| balance(*wallet)).sum();
    assert_eq!(held, whole * CASH_UNITS);
    assert!(whole > 0);
}

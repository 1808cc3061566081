//! A data folder whose coupon falls due, copied for each run of the real program, with or without strace.

use crate::treasury::Treasury;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::coupon::CouponStatus;
use domain::ids::CouponId;
use muniment::app::Command as Order;
use muniment::config::Place;
use muniment::flows::clock::{self, Advance};
use muniment::flows::install;
use muniment::run::{self, Mode};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use store::Store;
use tempfile::TempDir;
use tokenizer::chain::calls;

/// Tells the process that builds the house to do so.
const BUILD: &str = "MUNIMENT_CRASH_BUILD";
/// What it says when the house is built: the folder and the coupon follow.
const BUILT: &str = "BUILT ";
/// Holders of the coupon, in one chunk. The last is blocked in the payment token, and is owed.
const HOLDERS: usize = 24;
/// What is paid, in cents: a prime number, so that nearly every payee gets a rounded share.
const AMOUNT_MINOR: i64 = 1_234_577;
/// How long a run may take until the coupon is paid, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a run is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long a thread is held after each write, so that it does no more before it is killed.
const HELD: Duration = Duration::from_millis(2);

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// At the write that was drawn.
    Killed,
    /// The coupon was paid before.
    Paid,
}

/// A data folder and its coupon.
pub(crate) struct House {
    folder: TempDir,
    /// The coupon that falls due.
    pub(crate) coupon: CouponId,
}

/// Builds a house when this process was started to do so, and ends the process with everything in it.
pub(crate) fn build_when_asked() {
    if std::env::var_os(BUILD).is_none() {
        return;
    }
    // 41, 42, 43, … units: shares that differ.
    let held: Vec<(i64, i64)> = (41..).take(HOLDERS).map(|units| (units, 0)).collect();
    let house = Treasury::open(&held);
    let contracts = house.app().ask(install::installed).unwrap();
    let blocked = *house.holders.last().unwrap();
    house.call("block", calls::set_blocked(contracts.payment_token, blocked, true));
    house.cash("rent-1", AMOUNT_MINOR);
    let plan = house.declare(house.senior, &house.soon(AMOUNT_MINOR)).expect(201);
    let coupon = plan["coupon_id"].as_str().unwrap().to_owned();
    house.advance(1);
    house.wait_for(&coupon, "books-closed");
    println!("\n{BUILT}{} {coupon}", house.stage.data_dir().display());
    std::process::exit(0);
}

impl House {
    /// Builds the first house: its books are closed, and the clock is on its way to the hour of payment.
    pub(crate) fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "house_with_a_coupon_that_is_due", "--ignored", "--nocapture"])
            .env(BUILD, "1")
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(builder.stdout.take().unwrap()).lines().map_while(Result::ok);
        let built: Vec<String> = said.filter(|line| line.starts_with(BUILT)).collect();
        builder.wait().unwrap();
        let built = built.first().expect("the house is built");
        let (data, coupon) = built[BUILT.len()..].split_once(' ').unwrap();
        let house = Self { folder: tempfile::tempdir().unwrap(), coupon: coupon.parse().unwrap() };
        copy_files(Path::new(data), &house.data_dir());
        house.send_clock_to_the_payment();
        house
    }

    /// A house of its own that stands where this one does.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap(), coupon: self.coupon };
        copy_files(&self.data_dir(), &copy.data_dir());
        copy
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        Place { data_dir: self.data_dir(), rpc_url: None, confirmations: None, database_url: None }
    }

    /// Stores where the test clock goes, so that the program finds its way there when it starts.
    fn send_clock_to_the_payment(&self) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let app = runtime.block_on(run::open(&self.place(), Mode::Sandbox { begins_days_ago: 0 })).unwrap();
        let coupon = app.ask(|tx| Ok(store::coupons::find(tx, self.coupon)?)).unwrap().unwrap();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let hour: DateTime<Utc> = coupon.payment_date.and_time(noon).and_utc();
        assert!(hour - app.clock.now() < TimeDelta::days(3));
        clock::advance(&app, &Order::from_system(), Advance::To(hour)).unwrap();
    }

    /// Runs the program until the coupon is paid, and counts its writes.
    pub(crate) fn count_writes(&self) -> u32 {
        let (run, writes) = self.run(strace(), None);
        assert_eq!(run, Run::Paid);
        writes
    }

    /// Runs the program and kills it at its write of that number, counted over all of its threads.
    pub(crate) fn run_killed_at(&self, write: u32) -> Run {
        self.run(strace(), Some(write)).0
    }

    /// Runs the program undisturbed until the coupon is paid.
    pub(crate) fn run_until_paid(&self) {
        assert_eq!(self.run(Command::new("env"), None).0, Run::Paid);
    }

    fn run(&self, mut beneath: Command, kill_at: Option<u32>) -> (Run, u32) {
        let program = env!("CARGO_BIN_EXE_muniment");
        let data_dir = self.data_dir();
        let mut child = beneath
            .args([program, "serve", "--sandbox", "--listen", "127.0.0.1:0", "--chain-listen", "127.0.0.1:0"])
            .env("MUNIMENT_DATA_DIR", &data_dir)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is installed");
        let (log, beneath) = (child.stderr.take().unwrap(), child.id());
        let watch = std::thread::spawn(move || watch_writes(log, beneath, kill_at));
        let begin = Instant::now();
        loop {
            std::thread::sleep(LOOK_AGAIN);
            if let Some(status) = child.try_wait().unwrap() {
                // strace ends as the program did.
                let killed = status.signal() == Some(9) || status.code() == Some(128 + 9);
                let (writes, said) = watch.join().unwrap();
                assert!(killed, "it ended by itself: {status}: {said}");
                return (Run::Killed, writes);
            }
            if self.is_paid() {
                stop(&mut child);
                // It may have been killed while it was on its way out.
                return (Run::Paid, watch.join().unwrap().0);
            }
            if begin.elapsed() > PATIENCE {
                signal(program_of(beneath), "KILL");
                panic!("not paid after {PATIENCE:?}: {}", watch.join().unwrap().1);
            }
        }
    }

    fn is_paid(&self) -> bool {
        let Ok(store) = Store::open(&self.place().database()) else { return false };
        let found = store.read(|tx| store::coupons::find(tx, self.coupon));
        found.is_ok_and(|coupon| coupon.is_some_and(|coupon| coupon.status == CouponStatus::Paid))
    }
}

/// Tells of every write as it ends, and holds the thread that wrote for a moment.
fn strace() -> Command {
    let mut strace = Command::new("strace");
    let held = format!("inject=pwrite64:delay_exit={}", HELD.as_micros());
    strace.args(["-f", "-qq", "-s", "0", "-e", "trace=pwrite64", "-e", "signal=none", "-e", &held]);
    strace
}

/// Counts the writes that strace tells of, kills the program at one of them, and keeps what it said itself.
fn watch_writes(log: ChildStderr, beneath: u32, kill_at: Option<u32>) -> (u32, String) {
    // A shell that waits for its word: a process that has to be started first would come too late.
    let mut shell = Command::new("sh").stdin(Stdio::piped()).spawn().unwrap();
    let mut orders = shell.stdin.take().unwrap();
    let (mut writes, mut said) = (0, String::new());
    for line in BufReader::new(log).lines().map_while(Result::ok) {
        if !line.contains("pwrite64") {
            said += &line;
            said.push('\n');
        } else if line.contains(") = ") || line.contains("resumed") {
            writes += 1;
            if kill_at == Some(writes) {
                writeln!(orders, "kill -KILL {}", program_of(beneath)).unwrap();
            }
        }
    }
    drop(orders);
    shell.wait().unwrap();
    (writes, said)
}

/// The program that runs beneath strace, or in its place.
fn program_of(beneath: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{beneath}/task/{beneath}/children"));
    let traced = children.unwrap_or_default();
    traced.split_whitespace().next().map_or(beneath, |child| child.parse().unwrap())
}

fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Asks the program to stop and waits until it has.
fn stop(child: &mut Child) {
    signal(program_of(child.id()), "TERM");
    child.wait().unwrap();
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

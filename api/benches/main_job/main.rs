//! What the main job costs, printed and never asserted: `cargo bench -p muniment --bench main_job`.
//!
//! Each measurement runs in a process of its own, so that its peak memory (`VmHWM` of Linux) is its own too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench stops at the first surprise"
)]
#![allow(clippy::float_arithmetic, reason = "figures for people, no money")]

mod house;

use chrono::Days;
use domain::coupon::{CouponDates, CouponStatus, RawCouponDates};
use domain::pool::PoolStatus;
use house::House;
use muniment::flows::collect::{self, NewCollection, Source as Paid};
use muniment::flows::declare_coupon::{self, NewCoupon};
use muniment::flows::import::Source;
use muniment::flows::{clock, close_primary, import_invoices};
use std::time::Instant;

/// Names the measurement that a process of its own runs.
const MEASURE: &str = "MUNIMENT_BENCH";
/// The measurements: a name and a size.
const MEASUREMENTS: [(&str, usize); 7] = [
    ("import", 1_000),
    ("import", 10_000),
    ("import", 40_000),
    ("funds", 100),
    ("coupon", 1_000),
    ("coupon", 10_000),
    ("books", 100_000),
];

fn main() {
    if let Ok(asked) = std::env::var(MEASURE) {
        let (name, size) = asked.split_once(' ').unwrap();
        return measure(name, size.parse().unwrap());
    }
    for (name, size) in MEASUREMENTS {
        let program = std::env::current_exe().unwrap();
        let ended = std::process::Command::new(program).env(MEASURE, format!("{name} {size}")).status();
        assert!(ended.unwrap().success(), "{name} {size}");
    }
}

fn measure(name: &str, size: usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let house = House::open(&runtime);
    let figures = match name {
        "import" => import(&house, size),
        "funds" => funds(&house, size),
        "coupon" => coupon(&house, size),
        _ => books(&house, size),
    };
    println!("{name} {size}: {figures}; peak memory {} MB", peak_megabytes());
    runtime.block_on(house.stop());
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// Rows of one CSV file: parsed, validated, held against what is pledged, stored in one transaction.
fn import(house: &House, rows: usize) -> String {
    let file = house.folder.path().join("invoices.csv");
    std::fs::write(&file, house::invoices_csv(house.today(), rows)).unwrap();
    let begin = Instant::now();
    let source = Source::from_path(file).unwrap();
    let report = import_invoices::import_invoices(&house.app, &house.issuer(), &[source]).unwrap();
    let seconds = begin.elapsed().as_secs_f64();
    assert_eq!(report.accepted, i64::try_from(rows).unwrap());
    format!("{:.0} rows a second", rows as f64 / seconds)
}

/// From the upload of the invoices until the token is sold, minted and live.
fn funds(house: &House, invoices: usize) -> String {
    let investors: Vec<_> = (0..25).map(|number| house.investor(number)).collect();
    house.settle();
    let begin = Instant::now();
    let pool = house.pool_on_sale(invoices);
    let senior = house.senior(pool);
    for investor in &investors {
        house.order(investor, senior, house::AUTHORISED / 25);
    }
    muniment::flows::allocate::allocate(&house.app, &house.issuer(), senior).unwrap();
    house.wait("everything is minted", || house.outstanding(senior) == house::AUTHORISED);
    close_primary::close(&house.app, &house.issuer(), pool).unwrap();
    house.wait("the pool is live", || house.status(pool) == PoolStatus::Live);
    format!("{:.1} s from the upload to funds, 25 investors", begin.elapsed().as_secs_f64())
}

/// A coupon on the chain, from the morning of its payment until everybody is paid.
fn coupon(house: &House, holders: usize) -> String {
    let pool = house.pool_on_sale(100);
    house.holders_on_chain(pool, holders);
    let id = declare(house, pool, 1);
    let noon = |days| {
        let day = house.today() + Days::new(days);
        clock::Advance::To(day.and_hms_opt(12, 0, 0).unwrap().and_utc())
    };
    let to_payment = noon(3);
    clock::advance(&house.app, &house.operator(), noon(2)).unwrap();
    house.wait("the books are closed", || house.coupon(id).status == CouponStatus::BooksClosed);
    house.wait("the clock stands", || house.clock_stands());
    let begin = Instant::now();
    clock::advance(&house.app, &house.operator(), to_payment).unwrap();
    house.wait("everybody is paid", || house.coupon(id).status == CouponStatus::Paid);
    let seconds = begin.elapsed().as_secs_f64();
    let gas = house.gas_about(&id.to_string());
    format!("{seconds:.1} s, {} gas a holder", gas / i64::try_from(holders).unwrap())
}

/// The books of one coupon: entitlements, their published tree and postings, off the chain.
fn books(house: &House, holders: usize) -> String {
    let pool = house.pool_on_sale(100);
    house.holders_in_rows(pool, holders);
    let id = declare(house, pool, 300);
    house.settle();
    // Past the record date, and long before the payment date.
    house.app.clock.follow(2 * 86_400);
    let coupon = house.coupon(id);
    let begin = Instant::now();
    let closed = house.close_books(&coupon);
    let seconds = begin.elapsed().as_secs_f64();
    assert!(closed);
    format!("{seconds:.1} s for entitlements, tree and postings")
}

/// Brings cash in and declares a coupon whose books close tomorrow night.
fn declare(house: &House, pool: domain::ids::PoolId, pays_in: u64) -> domain::ids::CouponId {
    close_primary::close(&house.app, &house.issuer(), pool).unwrap();
    house.wait("the pool is live", || house.status(pool) == PoolStatus::Live);
    let today = house.today();
    let paid = NewCollection {
        pool_id: pool,
        external_id: "bank-1".to_owned(),
        source: Paid::Invoice(house.an_invoice()),
        amount_minor: house::INVOICE_MINOR,
        received_on: today,
    };
    collect::collect(&house.app, &house.issuer(), &paid).unwrap();
    let raw = RawCouponDates {
        period_start: today,
        period_end: today + Days::new(1),
        record_date: today + Days::new(1),
        payment_date: today + Days::new(2 + pays_in),
    };
    let dates = CouponDates::try_from(raw).unwrap();
    let (partition_id, amount) = (house.senior(pool), Some(house::INVOICE_MINOR));
    let new = NewCoupon { partition_id, number: None, dates: Some(dates), amount_minor: amount };
    declare_coupon::declare(&house.app, &house.issuer(), &new).unwrap().coupon_id.unwrap()
}

//! A coupon in one chunk whose last payee cannot receive: everybody else is paid once, by the chain and by the books.

use crate::house::{House, Subject};
use crate::stage::Stage;
use crate::treasury::Treasury;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::ids::CouponId;
use domain::party::WalletAddress;
use muniment::app::{App, Command};
use muniment::flows::clock::{self, Advance};
use muniment::flows::install::{self, Contracts};
use muniment::flows::pay_coupon::chain_key;
use std::collections::BTreeMap;
use store::entitlements;
use store::{Store, ledger};
use tokenizer::chain::{ChainEvent, calls};
use tokio::runtime::Runtime;

/// Smallest units of the payment token in a cent: it has six decimals.
const CASH_UNITS: i64 = 10_000;

/// Holders of the coupon, in one chunk. The last is blocked in the payment token, and is owed.
const HOLDERS: usize = 24;
/// What is paid, in cents: a prime number, so that nearly every payee gets a rounded share.
const AMOUNT_MINOR: i64 = 1_234_577;

/// What is to be paid, read before anything was.
pub(crate) struct DueCoupon {
    coupon: CouponId,
    /// Place in the published tree, wallet and cents.
    leaves: BTreeMap<u32, (WalletAddress, i64)>,
    /// The payee who cannot receive.
    blocked: WalletAddress,
}

fn leaves(app: &App, coupon: CouponId) -> BTreeMap<u32, (WalletAddress, i64)> {
    let leaves = app.ask(|tx| Ok(entitlements::leaves(tx, coupon)?)).unwrap();
    (0..).zip(leaves.into_iter().map(|(wallet, minor)| (wallet.parse().unwrap(), minor))).collect()
}

impl Subject for DueCoupon {
    const NAME: &'static str = "coupon";

    /// A coupon whose books are closed.
    fn set_the_scene() -> (Stage, String) {
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
        (house.stage, coupon)
    }

    /// Sends the test clock to the hour of payment.
    fn begin(app: &App, id: &str) -> Self {
        let coupon: CouponId = id.parse().unwrap();
        let leaves = leaves(app, coupon);
        // The last holder has the highest identity number and the most units.
        let blocked = leaves.values().max_by_key(|(_, minor)| *minor).unwrap().0;
        let found = app.ask(|tx| Ok(store::coupons::find(tx, coupon)?)).unwrap().unwrap();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let hour: DateTime<Utc> = found.payment_date.and_time(noon).and_utc();
        assert!(hour - app.clock.now() < TimeDelta::days(3));
        clock::advance(app, &Command::from_system(), Advance::To(hour)).unwrap();
        Self { coupon, leaves, blocked }
    }

    fn is_done(&self, store: &Store) -> bool {
        let found = store.read(|tx| store::coupons::find(tx, self.coupon));
        found.is_ok_and(|coupon| coupon.is_some_and(|coupon| coupon.status == CouponStatus::Paid))
    }

    /// Everybody has exactly what is theirs, once, by the chain; and database, ledger and logs say the same.
    fn check(&self, house: &House, when: &str) {
        let (runtime, app) = house.open();
        let contracts = app.ask(install::installed).unwrap();
        self.check_chain(&runtime, &app, contracts, when);
        self.check_rows(&app, when);
        let replayed = app.embedded.as_ref().unwrap().replay().unwrap();
        assert_eq!(replayed.difference, None, "{when}");
    }
}

impl DueCoupon {
    fn check_chain(&self, runtime: &Runtime, app: &App, contracts: Contracts, when: &str) {
        // How often each payee was paid; its balance below says how much it got.
        let mut paid: BTreeMap<u32, usize> = BTreeMap::new();
        let mut owed: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        let (mut declared, key) = (0, chain_key(self.coupon));
        let head = runtime.block_on(app.chain.head()).unwrap().number;
        for logged in runtime.block_on(app.chain.events(0, head, &[contracts.coupon_payer])).unwrap() {
            match logged.event {
                ChainEvent::CouponDeclared { coupon_id, .. } if coupon_id == key => declared += 1,
                ChainEvent::CouponChunkPaid { coupon_id, paid: indices, .. } if coupon_id == key => {
                    for index in indices {
                        *paid.entry(index).or_default() += 1;
                    }
                }
                ChainEvent::CouponOwed { coupon_id, index, amount, .. } if coupon_id == key => {
                    owed.entry(index).or_default().push(amount);
                }
                _ => {}
            }
        }
        assert_eq!(declared, 1, "{when}");
        for (index, (wallet, minor)) in &self.leaves {
            let (amount, is_blocked) = (minor * CASH_UNITS, *wallet == self.blocked);
            let balance = app.chain.payment_balance(contracts.payment_token, *wallet);
            let balance = runtime.block_on(balance).unwrap();
            assert_eq!(balance, if is_blocked { 0 } else { amount }, "{when}: the wallet of payee {index}");
            assert_eq!(paid.remove(index), (!is_blocked).then_some(1), "{when}: payee {index}");
            assert_eq!(owed.remove(index), is_blocked.then(|| vec![amount]), "{when}: payee {index}");
        }
        assert!(paid.is_empty() && owed.is_empty(), "{when}: {paid:?} {owed:?}");
        // Nothing was minted twice: what was funded is with the payees, or with the payer for the one who is owed.
        let left = [app.platform().unwrap(), contracts.coupon_payer].map(|wallet| {
            runtime.block_on(app.chain.payment_balance(contracts.payment_token, wallet)).unwrap()
        });
        assert_eq!(left, [0, self.owed() * CASH_UNITS], "{when}");
    }

    fn owed(&self) -> i64 {
        self.leaves.values().filter(|(wallet, _)| *wallet == self.blocked).map(|(_, minor)| minor).sum()
    }

    fn check_rows(&self, app: &App, when: &str) {
        assert_eq!(leaves(app, self.coupon), self.leaves, "{when}");
        let whole: i64 = self.leaves.values().map(|(_, minor)| minor).sum();
        let (coupon, totals, imbalances, audit) = app
            .ask(|tx| {
                let coupon = store::coupons::find(tx, self.coupon)?.unwrap();
                let mut total = |status| entitlements::total(tx, self.coupon, status);
                let totals = [
                    total(EntitlementStatus::Open)?,
                    total(EntitlementStatus::Paid)?,
                    total(EntitlementStatus::Owed)?,
                ];
                Ok((coupon, totals, ledger::imbalances(tx)?, store::audit::verify(tx)?))
            })
            .unwrap();
        assert_eq!((coupon.status, coupon.amount_minor), (CouponStatus::Paid, whole), "{when}");
        assert_eq!(totals, [0, whole - self.owed(), self.owed()], "{when}");
        assert_eq!(imbalances, [], "{when}");
        assert!(audit.is_ok_and(|entries| entries > 0), "{when}: the audit log");
        let accounts = [
            ledger::Account::CouponPayable(self.coupon),
            ledger::Account::Paid(self.coupon),
            ledger::Account::Owed(self.coupon),
        ];
        let booked = accounts.map(|account| {
            let currency = coupon.currency;
            -app.ask(|tx| Ok(ledger::balance(tx, account, currency)?)).unwrap()
        });
        assert_eq!(booked, totals, "{when}: the ledger");
    }
}

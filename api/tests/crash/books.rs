//! What must be true of a coupon that was paid, by the chain and by the books alike.

use crate::house::House;
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::party::WalletAddress;
use muniment::app::App;
use muniment::flows::install::{self, Contracts};
use muniment::flows::pay_coupon::chain_key;
use muniment::run::{self, Mode};
use std::collections::BTreeMap;
use store::entitlements;
use store::ledger;
use tokenizer::chain::ChainEvent;
use tokio::runtime::Runtime;

/// Smallest units of the payment token in a cent: it has six decimals.
const CASH_UNITS: i64 = 10_000;

/// What is to be paid, read before anything was.
pub(crate) struct Books {
    /// Place in the published tree, wallet and cents.
    leaves: BTreeMap<u32, (WalletAddress, i64)>,
    /// The payee who cannot receive.
    blocked: WalletAddress,
}

fn open(house: &House) -> (Runtime, App) {
    let runtime = Runtime::new().unwrap();
    let mode = Mode::Sandbox { begins_days_ago: 0 };
    let app = runtime.block_on(run::open(&house.place(), mode)).unwrap();
    (runtime, app)
}

fn leaves(app: &App, house: &House) -> BTreeMap<u32, (WalletAddress, i64)> {
    let leaves = app.ask(|tx| Ok(entitlements::leaves(tx, house.coupon)?)).unwrap();
    (0..).zip(leaves.into_iter().map(|(wallet, minor)| (wallet.parse().unwrap(), minor))).collect()
}

impl Books {
    /// Reads what is to be paid.
    pub(crate) fn before(house: &House) -> Self {
        let (_runtime, app) = open(house);
        let leaves = leaves(&app, house);
        // The last holder has the highest identity number and the most units.
        let blocked = leaves.values().max_by_key(|(_, minor)| *minor).unwrap().0;
        Self { leaves, blocked }
    }

    /// Everybody has exactly what is theirs, once, by the chain; and database, ledger and logs say the same.
    pub(crate) fn check_paid(&self, house: &House, when: &str) {
        let (runtime, app) = open(house);
        let contracts = app.ask(install::installed).unwrap();
        self.check_chain(&runtime, &app, (house, contracts), when);
        self.check_rows(&app, house, when);
        let replayed = app.embedded.as_ref().unwrap().replay().unwrap();
        assert_eq!(replayed.difference, None, "{when}");
    }

    fn check_chain(&self, runtime: &Runtime, app: &App, of: (&House, Contracts), when: &str) {
        let (house, contracts) = of;
        // How often each payee was paid; its balance below says how much it got.
        let mut paid: BTreeMap<u32, usize> = BTreeMap::new();
        let mut owed: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        let (mut declared, key) = (0, chain_key(house.coupon));
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

    fn check_rows(&self, app: &App, house: &House, when: &str) {
        assert_eq!(leaves(app, house), self.leaves, "{when}");
        let whole: i64 = self.leaves.values().map(|(_, minor)| minor).sum();
        let (coupon, totals, imbalances, audit) = app
            .ask(|tx| {
                let coupon = store::coupons::find(tx, house.coupon)?.unwrap();
                let mut total = |status| entitlements::total(tx, house.coupon, status);
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
            ledger::Account::CouponPayable(house.coupon),
            ledger::Account::Paid(house.coupon),
            ledger::Account::Owed(house.coupon),
        ];
        let booked = accounts.map(|account| {
            let currency = coupon.currency;
            -app.ask(|tx| Ok(ledger::balance(tx, account, currency)?)).unwrap()
        });
        assert_eq!(booked, totals, "{when}: the ledger");
    }
}

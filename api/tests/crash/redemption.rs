//! A redemption in two batches whose last holder cannot be paid: everybody else gives up their units once, for their money.

use crate::house::{House, Subject};
use crate::stage::Stage;
use crate::treasury::Treasury;
use chrono::{DateTime, NaiveTime, Utc};
use domain::ids::RedemptionId;
use domain::party::WalletAddress;
use domain::redemption::{RedemptionLineStatus, RedemptionStatus};
use muniment::app::{App, Command};
use muniment::flows::clock::{self, Advance};
use muniment::flows::facts::Tranche;
use muniment::flows::install;
use muniment::flows::redeem::chain_key;
use serde_json::json;
use std::collections::BTreeMap;
use store::{Store, ledger, redemptions};
use tokenizer::chain::{ChainEvent, calls};
use tokio::runtime::Runtime;

/// Smallest units of the payment token in a cent: it has six decimals.
const CASH_UNITS: i64 = 10_000;
/// Holders, in two batches. The last is blocked in the payment token.
const HOLDERS: usize = 45;
/// The face value of a unit, in cents.
const FACE_MINOR: i64 = 100_00;

/// What is to be redeemed.
pub(crate) struct DueRedemption {
    id: RedemptionId,
    token: WalletAddress,
    /// The units of each wallet.
    held: BTreeMap<String, i64>,
    /// The wallet that cannot receive.
    blocked: String,
}

impl Subject for DueRedemption {
    const NAME: &'static str = "redemption";

    /// A redemption that is ordered for tomorrow.
    fn set_the_scene() -> (Stage, String) {
        let held: Vec<(i64, i64)> = (1..).take(HOLDERS).map(|units| (units, 0)).collect();
        let units: i64 = held.iter().map(|(units, _)| units).sum();
        let house = Treasury::open_today(&held);
        let contracts = house.app().ask(install::installed).unwrap();
        let blocked = *house.holders.last().unwrap();
        house.call("block", calls::set_blocked(contracts.payment_token, blocked, true));
        house.cash("principal", units * FACE_MINOR);
        let body = json!({ "partition_id": house.senior.to_string(), "kind": "maturity" });
        let plan = house.issuer.post("/v1/redemptions", &body).expect(201);
        (house.stage, plan["redemption_id"].as_str().unwrap().to_owned())
    }

    /// Sends the test clock to the payment date.
    fn begin(app: &App, id: &str) -> Self {
        let id: RedemptionId = id.parse().unwrap();
        let (found, token, register) = app
            .ask(|tx| {
                let found = redemptions::find(tx, id)?.unwrap();
                let token = Tranche::find(tx, found.partition_id)?.token()?;
                let register = store::projection::register(tx, found.partition_id)?;
                Ok((found, token, register))
            })
            .unwrap();
        let blocked = register.iter().max_by_key(|line| line.units).unwrap().wallet.clone();
        let held = register.into_iter().map(|line| (line.wallet, line.units)).collect();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let hour: DateTime<Utc> = found.payment_date.and_time(noon).and_utc();
        clock::advance(app, &Command::from_system(), Advance::To(hour)).unwrap();
        Self { id, token, held, blocked }
    }

    fn is_done(&self, store: &Store) -> bool {
        let found = store.read(|tx| redemptions::find(tx, self.id));
        found.is_ok_and(|found| found.is_some_and(|found| found.status == RedemptionStatus::PartlyPaid))
    }

    /// Everybody gave up their units once and has their money, by the chain; and lines and ledger say the same.
    fn check(&self, house: &House, when: &str) {
        let (runtime, app) = house.open();
        self.check_chain(&runtime, &app, when);
        self.check_rows(&app, when);
        let replayed = app.embedded.as_ref().unwrap().replay().unwrap();
        assert_eq!(replayed.difference, None, "{when}");
    }
}

impl DueRedemption {
    fn is_paid(&self, wallet: &str) -> bool {
        wallet != self.blocked
    }

    fn open_minor(&self) -> i64 {
        self.held[&self.blocked] * FACE_MINOR
    }

    fn check_chain(&self, runtime: &Runtime, app: &App, when: &str) {
        let cash = app.ask(install::installed).unwrap().payment_token;
        let (mut times, key) = (BTreeMap::<String, usize>::new(), chain_key(self.id));
        let head = runtime.block_on(app.chain.head()).unwrap().number;
        for logged in runtime.block_on(app.chain.events(0, head, &[self.token])).unwrap() {
            if let ChainEvent::RedemptionPaid { redemption_id, holder, .. } = logged.event
                && redemption_id == key
            {
                *times.entry(holder.to_string()).or_default() += 1;
            }
        }
        let senior = "senior".parse().unwrap();
        let balance = |wallet| runtime.block_on(app.chain.payment_balance(cash, wallet)).unwrap();
        for (wallet, units) in &self.held {
            let (address, is_paid) = (wallet.parse().unwrap(), self.is_paid(wallet));
            let left = app.chain.balance_of_by_partition(self.token, &senior, address);
            let left = runtime.block_on(left).unwrap().get();
            assert_eq!(left, if is_paid { 0 } else { *units }, "{when}: the units of {wallet}");
            let money = if is_paid { units * FACE_MINOR * CASH_UNITS } else { 0 };
            assert_eq!(balance(address), money, "{when}: the money of {wallet}");
            assert_eq!(times.remove(wallet), is_paid.then_some(1), "{when}: {wallet}");
        }
        assert!(times.is_empty(), "{when}: {times:?}");
        // Nothing was minted twice: what is left waits for the holder who could not be paid.
        assert_eq!(balance(app.platform().unwrap()), self.open_minor() * CASH_UNITS, "{when}");
    }

    fn check_rows(&self, app: &App, when: &str) {
        let (sums, payable, imbalances, breaks) = app
            .ask(|tx| {
                let found = redemptions::find(tx, self.id)?.unwrap();
                let payable = ledger::Account::RedemptionPayable(self.id);
                let payable = ledger::balance(tx, payable, found.currency)?;
                let sums = redemptions::sums(tx, self.id)?;
                Ok((sums, payable, ledger::imbalances(tx)?, store::breaks::open(tx, None)?))
            })
            .unwrap();
        let whole: i64 = self.held.values().map(|units| units * FACE_MINOR).sum();
        let of = |status| sums.get(&status).copied().unwrap_or_default();
        let (paid, refused) = (of(RedemptionLineStatus::Paid), of(RedemptionLineStatus::Refused));
        assert_eq!((paid.lines, refused.lines), (44, 1), "{when}");
        assert_eq!(paid.amount_minor, whole - self.open_minor(), "{when}");
        assert_eq!((refused.amount_minor, payable), (self.open_minor(), -self.open_minor()), "{when}");
        assert!(imbalances.is_empty() && breaks.is_empty(), "{when}: {imbalances:?} {breaks:?}");
    }
}

//! An allocation that is minted in three batches: each buyer's units come once, by the chain and by the books.

use crate::house::{House, Subject};
use crate::market::Offer;
use crate::stage::Stage;
use chrono::TimeDelta;
use domain::ids::{AllocationId, PartitionId};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::status::{CallStatus, SubscriptionStatus};
use domain::{Currency, Units};
use muniment::actor::Actor;
use muniment::app::{Act, App, Command};
use muniment::error::AppError;
use muniment::flows::{allocate, install, mint};
use std::collections::BTreeMap;
use store::access::User;
use store::investors::{Investor, Wallet};
use store::ledger::{self, Account};
use store::outbox::Call;
use store::subscriptions::Subscription;
use store::{Store, projection, subscriptions};
use tokenizer::chain::ChainEvent;
use tokenizer::chain::calls::{self, Registration};

/// Who buys: two batches are full and the third is not.
const BUYERS: i64 = 2 * mint::MAX_HOLDERS + 10;
/// The calls that this takes.
const BATCHES: usize = 3;
/// The price of a unit of the offer, in cents.
const PRICE_MINOR: i64 = 100_00;
/// Registrations of one call, of which the gas of a transaction holds more.
const REGISTERED_AT_ONCE: usize = 105;

/// What is to be minted, read before anything was.
pub(crate) struct AllocatedOrders {
    allocation: AllocationId,
    partition: PartitionId,
    ordered: BTreeMap<WalletAddress, i64>,
}

fn wallet_of(buyer: i64) -> WalletAddress {
    let mut address = [0x42; 20];
    address[12..].copy_from_slice(&buyer.to_be_bytes());
    WalletAddress(address)
}

/// 1,001, 1,002, 1,003, … units: orders that differ.
fn units_of(buyer: i64) -> i64 {
    1_000 + buyer
}

/// An approved investor with a wallet and an order, straight from rows.
fn add_buyer(act: &mut Act<'_, '_>, buyer: i64, partition_id: PartitionId) -> Result<(), AppError> {
    let (address, created_at) = (wallet_of(buyer), act.now.naive_utc());
    let user = User {
        id: act.id(),
        email: format!("buyer-{buyer}@example.org"),
        password_hash: "nobody signs in".to_owned(),
        role: Role::Investor,
        issuer_id: None,
        created_at,
    };
    let investor = Investor {
        id: act.id(),
        user_id: user.id,
        identity_number: buyer,
        investor_class: InvestorClass::Professional,
        country: "DE".parse()?,
        status: InvestorStatus::Approved,
        valid_until: None,
        did: None,
        created_at,
    };
    let order = Subscription {
        id: act.id(),
        partition_id,
        investor_id: investor.id,
        wallet: address,
        units: units_of(buyer),
        allocated_units: 0,
        status: SubscriptionStatus::Open,
        allocation_id: None,
        batch: None,
        refusals: "[]".to_owned(),
        transaction_hash: None,
        created_at,
    };
    let wallet = Wallet { address, investor_id: investor.id, managed: false, registered: false, created_at };
    store::access::add_user(act.tx, user)?;
    store::investors::add(act.tx, investor)?;
    store::investors::add_wallet(act.tx, wallet)?;
    Ok(subscriptions::add(act.tx, order)?)
}

fn register_buyers(stage: &Stage) {
    let valid_until = stage.app.clock.now() + TimeDelta::days(365);
    let registration = |buyer: i64| Registration {
        wallet: wallet_of(buyer),
        identity: buyer.unsigned_abs(),
        country: "DE".parse().unwrap(),
        class: InvestorClass::Professional,
        valid_until,
    };
    let registrations: Vec<Registration> = (1..=BUYERS).map(registration).collect();
    let registry = stage.app.ask(install::installed).unwrap().identity_registry;
    for (number, some) in (1..).zip(registrations.chunks(REGISTERED_AT_ONCE)) {
        let call = calls::register(registry, [number; 32], some).unwrap();
        stage.send(&format!("register/{number}"), call);
    }
}

impl Subject for AllocatedOrders {
    const NAME: &'static str = "mint";

    /// A partition on sale, with its orders.
    fn set_the_scene() -> (Stage, String) {
        let stage = Stage::start();
        stage.person("issuer", Role::Issuer);
        let Offer { partitions, .. } = stage.offer("issuer", "HFN1", &["senior"]);
        let partition = partitions[0].0;
        let add_all =
            |act: &mut Act<'_, '_>| (1..=BUYERS).try_for_each(|buyer| add_buyer(act, buyer, partition));
        stage.app.execute(&Command::from_system(), &(), add_all).unwrap();
        register_buyers(&stage);
        (stage, partition.to_string())
    }

    /// The issuer allocates: everybody gets what was ordered.
    fn begin(app: &App, id: &str) -> Self {
        let partition: PartitionId = id.parse().unwrap();
        let user =
            app.ask(|tx| Ok(store::access::user_by_email(tx, "issuer@example.org")?)).unwrap().unwrap();
        let issuer_id = Some(user.issuer_id.unwrap().parse().unwrap());
        let by = Actor::Person { user_id: user.id, role: Role::Issuer, issuer_id };
        let command = Command { by, ..Command::from_system() };
        let allocated = allocate::allocate(app, &command, partition).unwrap();
        let ordered = (1..=BUYERS).map(|buyer| (wallet_of(buyer), units_of(buyer))).collect();
        Self { allocation: allocated.allocation_id, partition, ordered }
    }

    fn is_done(&self, store: &Store) -> bool {
        let orders = store.read(|tx| subscriptions::of_allocation(tx, self.allocation));
        orders.is_ok_and(|orders| {
            let settled = orders.iter().filter(|order| order.status == SubscriptionStatus::Settled);
            settled.count() == self.ordered.len()
        })
    }

    fn check(&self, house: &House, when: &str) {
        let (runtime, app) = house.open();
        let head = runtime.block_on(app.chain.head()).unwrap().number;
        let partition = app.ask(|tx| Ok(store::pools::partition(tx, self.partition)?)).unwrap().unwrap();
        let pool = app.ask(|tx| Ok(store::pools::find(tx, partition.pool_id)?)).unwrap().unwrap();
        let token: WalletAddress = pool.token_address.unwrap().parse().unwrap();

        // What the chain says was issued, each time it says so, and what everybody holds.
        let events = runtime.block_on(app.chain.events(0, head, &[token])).unwrap();
        let issued: Vec<(WalletAddress, i64)> = events
            .into_iter()
            .filter_map(|logged| match logged.event {
                ChainEvent::Transferred { from: None, to: Some(to), amount, .. } => Some((to, amount)),
                _ => None,
            })
            .collect();
        let mut sorted = issued.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, self.ordered.clone().into_iter().collect::<Vec<_>>(), "{when}: issued once each");
        for (wallet, units) in &self.ordered {
            let held = app.chain.balance_of_by_partition(token, &partition.name, *wallet);
            assert_eq!(runtime.block_on(held).unwrap().get(), *units, "{when}: {wallet}");
        }
        let whole: i64 = self.ordered.values().sum();
        let supply = runtime.block_on(app.chain.total_supply(token)).unwrap();
        assert_eq!(supply, Units::try_from(whole).unwrap(), "{when}");

        // What the rows say.
        let (outstanding, due, imbalances, audit, calls) = app
            .ask(|tx| {
                Ok((
                    projection::outstanding(tx, self.partition)?,
                    ledger::balance(tx, Account::Subscribers(pool.id), Currency::EUR)?,
                    ledger::imbalances(tx)?,
                    store::audit::verify(tx)?,
                    store::outbox::about(tx, &self.allocation.to_string())?,
                ))
            })
            .unwrap();
        assert_eq!((outstanding, due), (whole, whole * PRICE_MINOR), "{when}");
        assert_eq!(imbalances, [], "{when}");
        assert!(audit.is_ok_and(|entries| entries > 0), "{when}: the audit log");
        let is_in_a_block = |call: &Call| matches!(call.status, CallStatus::Mined | CallStatus::Final);
        assert!(calls.len() == BATCHES && calls.iter().all(is_in_a_block), "{when}: {calls:?}");
        let replayed = app.embedded.as_ref().unwrap().replay().unwrap();
        assert_eq!(replayed.difference, None, "{when}");
    }
}

//! A house to measure in: everything embedded, jobs at work, a pool on sale and any number of holders.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{CouponId, InvestorId, InvoiceId, PartitionId, PoolId, UserId};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::pool::PoolStatus;
use domain::status::CallStatus;
use domain::{BasisPoints, Currency, Rate, Units};
use muniment::actor::Actor;
use muniment::app::{App, Command};
use muniment::config::Place;
use muniment::demo::people::{self, Holder, Staff};
use muniment::flows::import::Source;
use muniment::flows::pool::{self, Choice, InvoiceFilter, NewPool};
use muniment::flows::present::Origin;
use muniment::flows::subscribe::{self, Order};
use muniment::flows::tokenise::{self, Tokenise};
use muniment::flows::{close_books, import_invoices, install};
use muniment::outbox::Intent;
use muniment::run::{self, AtWork, Mode};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::Duration;
use store::access::User;
use store::coupons::Coupon;
use store::investors::{Investor, Wallet};
use store::projection::Movement;
use tokenizer::chain::ChainCall;
use tokenizer::chain::calls::{self, Issue, Registration};
use tokenizer::day_count::DayCount;
use tokenizer::pool::PartitionOffer;
use tokio::runtime::Runtime;

/// Units of the one partition.
pub(crate) const AUTHORISED: i64 = 1_000_000;
/// What an invoice of the house is over, in cents.
pub(crate) const INVOICE_MINOR: i64 = 100_000_00;
/// Wallets in one call of registration or issue.
const BATCH: usize = 100;
/// How often a wait looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The house.
pub(crate) struct House<'r> {
    pub(crate) app: App,
    pub(crate) folder: tempfile::TempDir,
    staff: Staff,
    work: AtWork,
    runtime: &'r Runtime,
}

fn by(actor: &Actor) -> Command {
    Command { by: actor.clone(), idempotency_key: None, dry_run: false }
}

/// So many rows over [`INVOICE_MINOR`] each, due within half a year.
pub(crate) fn invoices_csv(today: NaiveDate, rows: usize) -> String {
    let mut csv =
        "external_id,number,issue_date,due_date,currency,amount,seller_name,seller_vat_id,seller_country,\
                   buyer_name,buyer_vat_id,buyer_country,iban\n"
            .to_owned();
    for number in 0..rows {
        let due = today + TimeDelta::days(20 + i64::try_from(number % 150).unwrap());
        let issued = today - TimeDelta::days(10);
        writeln!(
            csv,
            "ERP-{number},R-{number:06},{issued},{due},EUR,100000.00,Nordlicht GmbH,DE136695976,DE,\
             Debtor {} B.V.,,NL,",
            number % 40
        )
        .unwrap();
    }
    csv
}

/// The wallet of a holder by number.
fn wallet(number: usize) -> WalletAddress {
    WalletAddress(Sha256::digest(number.to_be_bytes())[..20].try_into().unwrap())
}

impl<'r> House<'r> {
    /// Opens it in a folder that goes away.
    pub(crate) fn open(runtime: &'r Runtime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let place = Place { data_dir, rpc_url: None, confirmations: None, database_url: None };
        let (app, work) = runtime.block_on(async {
            let app = run::open(&place, Mode::Sandbox { begins_days_ago: 0 }).await.unwrap();
            let work = AtWork::start(&app).unwrap();
            run::install(&app).await.unwrap();
            (app, work)
        });
        let staff = people::staff(&app).unwrap();
        Self { app, folder, staff, work, runtime }
    }

    /// Lets everything end that is on its way.
    pub(crate) async fn stop(self) {
        self.work.stop().await;
    }

    pub(crate) fn issuer(&self) -> Command {
        by(&self.staff.issuer)
    }

    pub(crate) fn operator(&self) -> Command {
        by(&self.staff.operator)
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.app.clock.now().date_naive()
    }

    /// Waits until a question has the answer yes.
    pub(crate) fn wait(&self, _what: &str, mut question: impl FnMut() -> bool) {
        while !question() {
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits until the chain has everything and the register shows it.
    pub(crate) fn settle(&self) {
        self.app.outbox_bell.notify_one();
        self.wait("the chain is quiet", || self.runtime.block_on(self.app.chain_is_quiet()).unwrap());
    }

    pub(crate) fn clock_stands(&self) -> bool {
        muniment::flows::clock::state(&self.app).unwrap().target.is_none()
    }

    pub(crate) fn status(&self, id: PoolId) -> PoolStatus {
        self.app.ask(|tx| Ok(store::pools::find(tx, id)?)).unwrap().unwrap().status
    }

    pub(crate) fn senior(&self, pool: PoolId) -> PartitionId {
        self.app.ask(|tx| Ok(store::pools::partitions_of(tx, pool)?)).unwrap()[0].id
    }

    pub(crate) fn outstanding(&self, partition: PartitionId) -> i64 {
        self.app.ask(|tx| Ok(store::projection::outstanding(tx, partition)?)).unwrap()
    }

    pub(crate) fn coupon(&self, id: CouponId) -> Coupon {
        self.app.ask(|tx| Ok(store::coupons::find(tx, id)?)).unwrap().unwrap()
    }

    pub(crate) fn close_books(&self, coupon: &Coupon) -> bool {
        close_books::close(&self.app, coupon).unwrap()
    }

    pub(crate) fn an_invoice(&self) -> InvoiceId {
        let issuer = self.staff.issuer.issuer().unwrap();
        self.app.ask(|tx| Ok(store::invoices::by_external_id(tx, issuer, "ERP-0")?)).unwrap().unwrap().id
    }

    /// Gas of all calls about a subject.
    pub(crate) fn gas_about(&self, subject: &str) -> i64 {
        let calls = self.app.ask(|tx| Ok(store::outbox::about(tx, subject)?)).unwrap();
        calls.iter().filter_map(|call| call.gas_used).sum()
    }

    /// Invoices come in and become a pool whose token is on the chain.
    pub(crate) fn pool_on_sale(&self, invoices: usize) -> PoolId {
        let csv = invoices_csv(self.today(), invoices);
        let source = Source::from_bytes("invoices.csv", csv.into_bytes());
        import_invoices::import_invoices(&self.app, &self.issuer(), &[source]).unwrap();
        let new = NewPool {
            name: "Nordlicht Trade".to_owned(),
            symbol: "NLT".parse().unwrap(),
            currency: Some(Currency::EUR),
            choice: Choice::Filter(InvoiceFilter::default()),
        };
        let pool_id = pool::draft(&self.app, &self.issuer(), &new).unwrap().pool_id;
        let offer = PartitionOffer {
            name: "senior".parse().unwrap(),
            seniority: 1,
            authorised: Units::try_from(AUTHORISED).unwrap(),
            unit_price_minor: 1_00,
            cap: BasisPoints::DEFAULT_CAP,
            coupon_rate: Rate::from_percent("6").unwrap(),
            coupon_months: 12,
            day_count: DayCount::ThirtyE360,
            first_period_start: self.today(),
            holder_limit: None,
            locked_until: None,
            countries: ["DE", "FR", "CH", "SG"].map(|code| code.parse().unwrap()).to_vec(),
            classes: InvestorClass::ALL.to_vec(),
        };
        let request = Tokenise { pool_id, name: None, symbol: None, partitions: vec![offer] };
        tokenise::tokenise(&self.app, &self.issuer(), &request).unwrap();
        self.wait("the pool is on sale", || self.status(pool_id) == PoolStatus::Offered);
        self.settle();
        pool_id
    }

    /// An approved investor of the demo, by number below 38.
    pub(crate) fn investor(&self, number: usize) -> Holder {
        let origin = Origin { url: "http://localhost".to_owned(), domain: "localhost".to_owned() };
        people::investor(&self.app, &self.staff, &origin, number).unwrap()
    }

    pub(crate) fn order(&self, holder: &Holder, partition_id: PartitionId, units: i64) {
        let wallets = self.app.ask(|tx| Ok(store::investors::wallets_of(tx, holder.investor_id)?)).unwrap();
        let order =
            Order { partition_id, wallet: wallets[0].address, units: Units::try_from(units).unwrap() };
        let placed = subscribe::place(&self.app, &by(&holder.actor), &order).unwrap();
        assert!(placed.refusals.is_empty(), "{:?}", placed.refusals);
    }

    /// So many holders with 1 to 90 units each, registered and issued on the chain.
    pub(crate) fn holders_on_chain(&self, pool: PoolId, holders: usize) {
        self.investor_rows(holders);
        let token = self.app.ask(|tx| Ok(store::pools::find(tx, pool)?)).unwrap().unwrap().token_address;
        let token: WalletAddress = token.unwrap().parse().unwrap();
        let registry = self.app.ask(install::installed).unwrap().identity_registry;
        let valid_until = self.app.clock.now() + TimeDelta::days(3_000);
        let numbers: Vec<usize> = (0..holders).collect();
        for (batch, numbers) in numbers.chunks(BATCH).enumerate() {
            let registrations: Vec<Registration> = numbers
                .iter()
                .map(|number| Registration {
                    wallet: wallet(*number),
                    identity: 1_000 + *number as u64,
                    country: "DE".parse().unwrap(),
                    class: InvestorClass::Professional,
                    valid_until,
                })
                .collect();
            let key = |what: &str| -> [u8; 32] { Sha256::digest(format!("{what}/{batch}")).into() };
            self.call(
                &format!("register/{batch}"),
                calls::register(registry, key("register"), &registrations).unwrap(),
            );
            let issues: Vec<Issue> = numbers
                .iter()
                .map(|number| Issue { to: wallet(*number), units: Units::try_from(units(*number)).unwrap() })
                .collect();
            let senior = "senior".parse().unwrap();
            self.call(
                &format!("issue/{batch}"),
                calls::issue_batch(token, key("issue"), &senior, &issues).unwrap(),
            );
        }
        let expected: i64 = (0..holders).map(units).sum();
        let senior = self.senior(pool);
        self.wait("the register is full", || self.outstanding(senior) == expected);
        self.settle();
    }

    /// As many holders in rows alone: what the chain would have told, written down.
    pub(crate) fn holders_in_rows(&self, pool: PoolId, holders: usize) {
        self.investor_rows(holders);
        let (partition_id, at) = (self.senior(pool), self.app.clock.now().naive_utc());
        let block = self.app.ask(|tx| Ok(store::projection::head(tx)?)).unwrap().unwrap().number;
        self.app
            .execute(&Command::from_system(), &(), |act| {
                for number in 0..holders {
                    let movement = Movement {
                        block,
                        log_index: 1_000_000 + number as i64,
                        transaction_hash: String::new(),
                        partition_id,
                        from_wallet: None,
                        to_wallet: Some(wallet(number).to_string()),
                        units: 1 + number as i64 % 9,
                        at,
                    };
                    store::projection::record_movement(act.tx, movement)?;
                }
                Ok(())
            })
            .unwrap();
    }

    fn investor_rows(&self, holders: usize) {
        let now: DateTime<Utc> = self.app.clock.now();
        self.app
            .execute(&Command::from_system(), &(), |act| {
                for number in 0..holders {
                    let user_id: UserId = act.id();
                    let user = User {
                        id: user_id,
                        email: format!("h{number}@bench.example"),
                        password_hash: String::new(),
                        role: Role::Investor,
                        issuer_id: None,
                        created_at: now.naive_utc(),
                    };
                    store::access::add_user(act.tx, user)?;
                    let id: InvestorId = act.id();
                    let investor = Investor {
                        id,
                        user_id,
                        identity_number: 1_000 + number as i64,
                        investor_class: InvestorClass::Professional,
                        country: "DE".parse()?,
                        status: InvestorStatus::Approved,
                        valid_until: None,
                        did: None,
                        created_at: now.naive_utc(),
                    };
                    store::investors::add(act.tx, investor)?;
                    let wallet = Wallet {
                        address: wallet(number),
                        investor_id: id,
                        managed: false,
                        registered: false,
                        created_at: now.naive_utc(),
                    };
                    store::investors::add_wallet(act.tx, wallet)?;
                }
                Ok(())
            })
            .unwrap();
    }

    fn call(&self, key: &str, call: ChainCall) {
        let signer = self.app.platform().unwrap();
        let operation_key = format!("bench/{key}");
        self.app
            .execute(&Command::from_system(), &(), |act| {
                let (operation_key, call) = (operation_key.clone(), call.clone());
                act.call_chain(&Intent {
                    operation_key,
                    kind: "bench",
                    subject: "bench".to_owned(),
                    signer,
                    call,
                })
            })
            .unwrap();
        self.wait("the call lands", || {
            let found = self.app.ask(|tx| Ok(store::outbox::by_operation_key(tx, &operation_key)?));
            let found = found.unwrap().unwrap();
            assert_ne!(found.status, CallStatus::Refused, "{key}: {:?}", found.refusal);
            matches!(found.status, CallStatus::Mined | CallStatus::Final)
        });
    }
}

fn units(number: usize) -> i64 {
    1 + number as i64 % 90
}

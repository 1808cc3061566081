//! A live pool with holders, put in place without the stories that lead there, for the stories about its money.

use crate::stage::{Answer, PASSWORD, Person, Stage};
use chrono::{NaiveDate, TimeDelta};
use domain::asset::{AssetKind, ImportKind, InvoiceStatus};
use domain::ids::{InvestorId, InvoiceId, PartitionId, PoolId};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::pool::PoolStatus;
use domain::status::CallStatus;
use domain::{BasisPoints, Currency, Units};
use muniment::app::{Act, App, Command};
use muniment::flows::install;
use muniment::outbox::Intent;
use serde_json::{Value, json};
use std::time::Duration;
use store::investors::{Investor, Wallet};
use store::invoices::Invoice;
use store::pools::{Partition, Pool};
use store::projection::WatchedContract;
use tokenizer::chain::ChainCall;
use tokenizer::chain::calls::{self, Issue, PartitionTerms, Registration, TokenPlan};

/// How often a moving clock is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How many looks it is given: ten minutes.
const MAX_LOOKS: u32 = 12_000;

/// What stands behind the names of the test.
pub(crate) struct Treasury {
    /// The house.
    pub(crate) stage: Stage,
    /// The issuer of the pool.
    pub(crate) issuer: Person,
    /// The operator.
    pub(crate) operator: Person,
    /// The pool.
    pub(crate) pool: PoolId,
    /// Paid first.
    pub(crate) senior: PartitionId,
    /// Paid last.
    pub(crate) junior: PartitionId,
    /// The holders, in the order of their identity numbers.
    pub(crate) holders: Vec<WalletAddress>,
}

/// Units of senior and junior that each holder has.
pub(crate) type Held = (i64, i64);

impl Treasury {
    /// A live pool in euros: units at 100.00, 6% senior and 12% junior, monthly over 360 days.
    pub(crate) fn open(holders: &[Held]) -> Self {
        Self::open_on(Stage::start(), holders)
    }

    /// The same, and the first period of interest begins today: none is due yet.
    pub(crate) fn open_today(holders: &[Held]) -> Self {
        Self::open_since(Stage::start(), 0, holders)
    }

    /// The same as [`Treasury::open`] in a house that has started.
    pub(crate) fn open_on(stage: Stage, holders: &[Held]) -> Self {
        Self::open_since(stage, 30, holders)
    }

    /// The same with interest since so many days.
    pub(crate) fn open_since(stage: Stage, days: i64, holders: &[Held]) -> Self {
        let issuer = stage.person("treasurer", Role::Issuer);
        let operator = stage.person("operator", Role::Operator);
        let app = stage.app.clone();
        let (pool, senior, junior) = add_pool(&app, days);
        let wallets = add_holders(&app, holders.len());
        let treasury = Self { stage, issuer, operator, pool, senior, junior, holders: wallets };
        treasury.deploy(holders);
        treasury
    }

    /// The program.
    pub(crate) fn app(&self) -> &App {
        &self.stage.app
    }

    /// Today by the clock of the house.
    pub(crate) fn today(&self) -> NaiveDate {
        self.app().clock.now().date_naive()
    }

    /// A day so many days from today.
    pub(crate) fn day(&self, days: i64) -> String {
        (self.today() + TimeDelta::days(days)).to_string()
    }

    fn deploy(&self, held: &[Held]) {
        let app = self.app();
        let contracts = app.ask(install::installed).unwrap();
        let token = self.call("token", deployment(app, self.pool)).unwrap();
        app.execute(&Command::from_system(), &(), |act| {
            store::pools::set_token(act.tx, self.pool, token)?;
            let (kind, subject) = ("security-token".to_owned(), self.pool.to_string());
            let watched = WatchedContract { address: token.to_string(), kind, subject, from_block: 0 };
            store::projection::watch(act.tx, watched)?;
            install::grant_platform(app, act, (token, "test"))
        })
        .unwrap();
        let valid_until = app.clock.now() + TimeDelta::days(5_000);
        let registrations: Vec<Registration> = (1..)
            .zip(&self.holders)
            .map(|(identity, wallet)| Registration {
                wallet: *wallet,
                identity,
                country: "DE".parse().unwrap(),
                class: InvestorClass::Professional,
                valid_until,
            })
            .collect();
        let register = calls::register(contracts.identity_registry, [1; 32], &registrations).unwrap();
        self.call("register", register);
        for (name, of) in [("senior", 0), ("junior", 1)] {
            let units = |held: &Held| if of == 0 { held.0 } else { held.1 };
            let issues: Vec<Issue> = self
                .holders
                .iter()
                .zip(held)
                .filter(|(_, held)| units(held) > 0)
                .map(|(to, held)| Issue { to: *to, units: Units::try_from(units(held)).unwrap() })
                .collect();
            if !issues.is_empty() {
                let call = calls::issue_batch(token, [of + 2; 32], &name.parse().unwrap(), &issues).unwrap();
                self.call(name, call);
            }
        }
        let issued = [
            (self.senior, held.iter().map(|held| held.0).sum::<i64>()),
            (self.junior, held.iter().map(|held| held.1).sum()),
        ];
        self.stage.wait_until("the register is full", || {
            let outstanding = |of| app.ask(|tx| Ok(store::projection::outstanding(tx, of)?)).unwrap();
            issued.iter().all(|(partition, units)| outstanding(*partition) == *units)
        });
    }

    /// Sends a call of the platform and waits until it has landed; the contract that it deployed.
    pub(crate) fn call(&self, key: &str, call: ChainCall) -> Option<WalletAddress> {
        let (app, key) = (self.app(), format!("test/{key}"));
        let signer = app.platform().unwrap();
        app.execute(&Command::from_system(), &(), |act: &mut Act<'_, '_>| {
            let (operation_key, call) = (key.clone(), call.clone());
            act.call_chain(&Intent { operation_key, kind: "test", subject: "test".to_owned(), signer, call })
        })
        .unwrap();
        let mut contract = None;
        self.stage.wait_until("the call lands", || {
            let found = app.ask(|tx| Ok(store::outbox::by_operation_key(tx, &key)?)).unwrap().unwrap();
            assert_ne!(found.status, CallStatus::Refused, "{key}: {:?}", found.refusal);
            contract = found.contract_address.as_deref().map(|address| address.parse().unwrap());
            matches!(found.status, CallStatus::Mined | CallStatus::Final)
        });
        contract
    }

    /// A pledged invoice of the pool.
    pub(crate) fn invoice(&self, number: &str, amount_minor: i64, due_date: NaiveDate) -> InvoiceId {
        let app = self.app();
        app.execute(&Command::from_system(), &(), |act| {
            let pool = store::pools::find(act.tx, self.pool)?.unwrap();
            let (id, import_id) = (act.id(), act.id());
            store::imports::begin(act.tx, import_id, (pool.issuer_id, ImportKind::Invoices), act.now)?;
            let invoice = Invoice {
                id,
                issuer_id: pool.issuer_id,
                import_id,
                external_id: number.to_owned(),
                invoice_number: number.to_owned(),
                issue_date: due_date - TimeDelta::days(30),
                due_date,
                currency: Currency::EUR,
                amount_minor,
                collected_minor: 0,
                seller_name: "Seller".to_owned(),
                seller_vat_id: None,
                buyer_name: "Buyer".to_owned(),
                buyer_vat_id: None,
                buyer_country: None,
                source: "test".to_owned(),
                source_sha256: String::new(),
                claim: "{}".to_owned(),
                fingerprint: number.to_owned(),
                status: InvoiceStatus::Pledged,
                pool_id: Some(self.pool.to_string()),
                created_at: act.now.naive_utc(),
            };
            store::invoices::add(act.tx, invoice, &[])?;
            Ok(id)
        })
        .unwrap()
    }

    /// Brings cash into the pool.
    pub(crate) fn cash(&self, key: &str, amount_minor: i64) {
        let invoice = self.invoice(key, amount_minor, self.today());
        let body = json!({
            "external_id": key, "invoice_id": invoice.to_string(),
            "amount_minor": amount_minor, "received_on": self.day(0),
        });
        self.issuer.post(&format!("/v1/pools/{}/collections", self.pool), &body).expect(201);
    }

    /// Declares a coupon; dates are days from today.
    pub(crate) fn declare(&self, partition: PartitionId, body: &Value) -> Answer {
        self.issuer.post(&format!("/v1/partitions/{partition}/coupons"), body)
    }

    /// A coupon whose books close tonight and which is paid the day after tomorrow.
    pub(crate) fn soon(&self, amount_minor: i64) -> Value {
        json!({
            "period_start": self.day(-30), "period_end": self.day(0),
            "record_date": self.day(0), "payment_date": self.day(2), "amount_minor": amount_minor,
        })
    }

    /// Moves the clock on and waits until it has arrived.
    pub(crate) fn advance(&self, days: i64) {
        self.operator.post("/v1/clock/advance", &json!({ "days": days })).expect(200);
        // A year takes a minute, and several on a machine that is busy.
        for _ in 0..MAX_LOOKS {
            if self.operator.get("/v1/clock").expect(200)["target"].is_null() {
                return;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        panic!("the clock did not arrive after {days} days");
    }

    /// Waits until a coupon stands in a status, and reads it.
    pub(crate) fn wait_for(&self, coupon: &str, status: &str) -> Value {
        let path = format!("/v1/coupons/{coupon}");
        self.stage.wait_until(status, || self.issuer.get(&path).expect(200)["status"] == status);
        self.issuer.get(&path).expect(200)
    }

    /// What each holder gets of a coupon: amount and status in the order of the identities.
    pub(crate) fn entitlements(&self, coupon: &str) -> Vec<(i64, String)> {
        let page = self.issuer.get(&format!("/v1/coupons/{coupon}/entitlements?limit=200")).expect(200);
        let lines = page["items"].as_array().unwrap().iter();
        lines
            .map(|line| (line["amount_minor"].as_i64().unwrap(), line["status"].as_str().unwrap().to_owned()))
            .collect()
    }

    /// The balance of an account of the ledger in euro cents.
    pub(crate) fn balance(&self, account: &str) -> i64 {
        let page = self.operator.get(&format!("/v1/ledger/balances?prefix={account}")).expect(200);
        page["items"][0]["balance_minor"].as_i64().unwrap_or(0)
    }

    /// What a wallet has of the payment token, in millionths.
    pub(crate) fn cash_of(&self, wallet: WalletAddress) -> i64 {
        let app = self.app().clone();
        let contracts = app.ask(install::installed).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(app.chain.payment_balance(contracts.payment_token, wallet)).unwrap()
    }

    /// An account for a holder, to sign in with.
    pub(crate) fn sign_in(&self, holder: usize) -> Person {
        let name = format!("holder-{holder}");
        self.stage.sign_in(&format!("{name}@example.org"), PASSWORD)
    }
}

fn add_pool(app: &App, days: i64) -> (PoolId, PartitionId, PartitionId) {
    let first_period_start = app.clock.now().date_naive() - TimeDelta::days(days);
    app.execute(&Command::from_system(), &(), |act| {
        let issuer_id = store::access::user_by_email(act.tx, "treasurer@example.org")?.unwrap();
        let issuer_id = issuer_id.issuer_id.unwrap().parse().unwrap();
        let pool = Pool {
            id: act.id(),
            issuer_id,
            asset_kind: AssetKind::Receivables,
            property_id: None,
            name: "Harbour Finance".to_owned(),
            symbol: "HFN1".to_owned(),
            currency: Currency::EUR,
            status: PoolStatus::Live,
            token_address: None,
            created_at: act.now.naive_utc(),
        };
        let pool_id = pool.id;
        store::pools::add(act.tx, pool)?;
        let mut ids = Vec::new();
        for (name, seniority, rate) in [("senior", 1, "0.06"), ("junior", 2, "0.12")] {
            let partition = Partition {
                id: act.id(),
                pool_id,
                name: name.parse().unwrap(),
                seniority,
                authorised_units: 1_000_000,
                unit_price_minor: 100_00,
                cap_bps: 10_000,
                coupon_rate: rate.to_owned(),
                coupon_months: 1,
                day_count: "30E_360".to_owned(),
                first_period_start,
                holder_limit: None,
                locked_until: None,
                allowed_countries: r#"["DE"]"#.to_owned(),
                allowed_classes: r#"["professional"]"#.to_owned(),
                primary_closed: false,
            };
            ids.push(partition.id);
            store::pools::add_partition(act.tx, partition)?;
        }
        Ok((pool_id, ids[0], ids[1]))
    })
    .unwrap()
}

fn add_holders(app: &App, count: usize) -> Vec<WalletAddress> {
    (1..=count)
        .map(|number| {
            let new = muniment::flows::session::NewUser {
                email: format!("holder-{number}@example.org"),
                password: PASSWORD.to_owned(),
                role: Role::Investor,
                issuer_id: None,
            };
            let user_id = muniment::flows::session::add_user(app, &Command::from_system(), &new).unwrap();
            let address = WalletAddress([u8::try_from(0xa0 - number).unwrap(); 20]);
            app.execute(&Command::from_system(), &(), |act| {
                let id: InvestorId = act.id();
                let investor = Investor {
                    id,
                    user_id,
                    identity_number: i64::try_from(number).unwrap(),
                    investor_class: InvestorClass::Professional,
                    country: "DE".parse().unwrap(),
                    status: InvestorStatus::Approved,
                    valid_until: None,
                    did: None,
                    created_at: act.now.naive_utc(),
                };
                store::investors::add(act.tx, investor)?;
                let created_at = act.now.naive_utc();
                let wallet =
                    Wallet { address, investor_id: id, managed: false, registered: false, created_at };
                Ok(store::investors::add_wallet(act.tx, wallet)?)
            })
            .unwrap();
            address
        })
        .collect()
}

fn deployment(app: &App, pool: PoolId) -> ChainCall {
    let contracts = app.ask(install::installed).unwrap();
    let partitions = app.ask(|tx| Ok(store::pools::partitions_of(tx, pool)?)).unwrap();
    let terms = |partition: Partition| PartitionTerms {
        partition: partition.name,
        authorised: Units::try_from(partition.authorised_units).unwrap(),
        cap: Some(BasisPoints::WHOLE),
        holder_limit: None,
        classes: vec![InvestorClass::Professional],
        countries: vec!["DE".parse().unwrap()],
        locked_until: None,
    };
    calls::deploy_token(&TokenPlan {
        name: "Harbour Finance".to_owned(),
        symbol: "HFN1".to_owned(),
        admin: app.platform().unwrap(),
        registry: contracts.identity_registry,
        back_office: contracts.back_office,
        partitions: partitions.into_iter().map(terms).collect(),
    })
}

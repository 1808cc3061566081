//! A pool on sale and investors who may hold, straight from rows and chain calls: for the stories that begin after both.

use crate::stage::{Person, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use domain::asset::AssetKind;
use domain::ids::{InvestorId, PartitionId, PoolId};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::pool::{PartitionName, PoolStatus};
use domain::{BasisPoints, Country, Units};
use muniment::app::Command;
use muniment::error::AppError;
use muniment::flows::install;
use muniment::outbox::Intent;
use sha2::{Digest, Sha256};
use store::investors::{Investor, Wallet};
use store::pools::{Partition, Pool};
use store::projection::WatchedContract;
use tokenizer::chain::calls::{self, PartitionTerms, Registration, TokenPlan};
use tokenizer::chain::{CallRefusal, ChainCall};
use tokio::runtime::Runtime;

/// The countries whose residents may hold.
const COUNTRIES: [&str; 2] = ["DE", "SG"];
/// Fees of a managed wallet on the stage: one unit of the native currency.
const FEES_WEI: u128 = 1_000_000_000_000_000_000;

/// A pool that is on sale.
pub(crate) struct Offer {
    /// Its id.
    pub(crate) pool: PoolId,
    /// Its token.
    pub(crate) token: WalletAddress,
    /// Its partitions, the senior one first: 1,000,000 units each under a cap of 5%.
    pub(crate) partitions: Vec<(PartitionId, PartitionName)>,
}

/// An investor who has an account.
pub(crate) struct Holder {
    /// The account.
    pub(crate) person: Person,
    /// The investor.
    pub(crate) id: InvestorId,
    /// Their managed wallet.
    pub(crate) wallet: WalletAddress,
}

/// Units of a pool's terms.
pub(crate) fn units(units: i64) -> Units {
    Units::try_from(units).unwrap()
}

impl Stage {
    /// Runs asynchronous work and waits for it.
    pub(crate) fn wait_for<T>(&self, work: impl Future<Output = T>) -> T {
        Runtime::new().unwrap().block_on(work)
    }

    /// Waits until the chain has everything and the register shows it.
    pub(crate) fn settle(&self) {
        let runtime = Runtime::new().unwrap();
        self.app.outbox_bell.notify_one();
        self.wait_until("the chain is quiet", || runtime.block_on(self.app.chain_is_quiet()).unwrap());
    }

    /// Sends a call of the platform through the outbox and waits for its end.
    pub(crate) fn send(&self, name: &str, call: ChainCall) {
        let signer = self.app.platform().unwrap();
        let operation_key = format!("stage/{name}");
        let intent = Intent { operation_key, kind: "stage.call", subject: name.to_owned(), signer, call };
        self.app.execute(&Command::from_system(), &(), |act| act.call_chain(&intent)).unwrap();
        self.settle();
    }

    /// A pool of an issuer with these partitions, deployed and on sale.
    pub(crate) fn offer(&self, issuer: &str, symbol: &str, partitions: &[&str]) -> Offer {
        let names: Vec<PartitionName> = partitions.iter().map(|name| name.parse().unwrap()).collect();
        let pool_id = self.pool_row(issuer, symbol);
        let contracts = self.app.ask(install::installed).unwrap();
        let plan = TokenPlan {
            name: format!("{symbol} of {issuer}"),
            symbol: symbol.to_owned(),
            admin: self.app.platform().unwrap(),
            registry: contracts.identity_registry,
            back_office: contracts.back_office,
            partitions: names.iter().map(terms).collect(),
        };
        self.send(&format!("deploy/{symbol}"), calls::deploy_token(&plan));
        let key = format!("stage/deploy/{symbol}");
        let call = self.app.ask(|tx| Ok(store::outbox::by_operation_key(tx, &key)?)).unwrap().unwrap();
        let token: WalletAddress = call.contract_address.unwrap().parse().unwrap();
        let ids = self.offered_rows(pool_id, token, (&names, call.block.unwrap()));
        self.settle();
        Offer { pool: pool_id, token, partitions: ids.into_iter().zip(names).collect() }
    }

    fn pool_row(&self, issuer: &str, symbol: &str) -> PoolId {
        let (app, now) = (&self.app, self.app.clock.now());
        let id: PoolId = app.chance.id(now);
        let email = format!("{issuer}@example.org");
        app.store
            .write(|tx| {
                let user = store::access::user_by_email(tx, &email)?.unwrap();
                let pool = Pool {
                    id,
                    issuer_id: user.issuer_id.unwrap().parse()?,
                    asset_kind: AssetKind::Receivables,
                    property_id: None,
                    name: format!("{symbol} of {issuer}"),
                    symbol: symbol.to_owned(),
                    currency: "EUR".parse()?,
                    status: PoolStatus::Tokenising,
                    token_address: None,
                    created_at: now.naive_utc(),
                };
                Ok::<_, AppError>(store::pools::add(tx, pool)?)
            })
            .unwrap();
        id
    }

    fn offered_rows(
        &self,
        pool: PoolId,
        token: WalletAddress,
        (names, block): (&[PartitionName], i64),
    ) -> Vec<PartitionId> {
        let app = &self.app;
        app.execute(&Command::from_system(), &(), |act| {
            let mut ids = Vec::new();
            for (position, name) in names.iter().enumerate() {
                let id: PartitionId = act.id();
                let row = partition_row(id, pool, name, i64::try_from(position).unwrap() + 1);
                store::pools::add_partition(act.tx, row)?;
                ids.push(id);
            }
            store::pools::set_token(act.tx, pool, token)?;
            let (address, kind, subject) = (token.to_string(), "security-token".to_owned(), pool.to_string());
            store::projection::watch(act.tx, WatchedContract { address, kind, subject, from_block: block })?;
            install::grant_platform(app, act, (token, &pool.to_string()))?;
            store::pools::set_status(act.tx, pool, PoolStatus::Offered)?;
            Ok(ids)
        })
        .unwrap()
    }

    /// An approved professional investor of a country with a managed wallet, on the registry for a year.
    pub(crate) fn holder(&self, name: &str, country: &str) -> Holder {
        self.holder_until(name, country, self.app.clock.now() + TimeDelta::days(365))
    }

    /// As [`Stage::holder`], approved until a moment.
    pub(crate) fn holder_until(&self, name: &str, country: &str, until: DateTime<Utc>) -> Holder {
        let person = self.person(name, Role::Investor);
        let (app, now) = (&self.app, self.app.clock.now());
        let id: InvestorId = app.chance.id(now);
        let purpose = format!("wallet/{id}");
        let wallet = app.signer(&purpose).unwrap().address();
        let email = format!("{name}@example.org");
        let number = app
            .store
            .write(|tx| {
                let user = store::access::user_by_email(tx, &email)?.unwrap();
                let number = store::investors::next_identity_number(tx)?;
                let investor = Investor {
                    id,
                    user_id: user.id,
                    identity_number: number,
                    investor_class: InvestorClass::Professional,
                    country: country.parse()?,
                    status: InvestorStatus::Approved,
                    valid_until: Some(until.naive_utc()),
                    did: None,
                    created_at: now.naive_utc(),
                };
                store::investors::add(tx, investor)?;
                let wallet = Wallet {
                    address: wallet,
                    investor_id: id,
                    managed: true,
                    registered: false,
                    created_at: now.naive_utc(),
                };
                store::outbox::add_signer(tx, wallet.address, &purpose)?;
                store::investors::add_wallet(tx, wallet)?;
                Ok::<_, AppError>(number)
            })
            .unwrap();
        let registration = Registration {
            wallet,
            identity: number.unsigned_abs(),
            country: country.parse().unwrap(),
            class: InvestorClass::Professional,
            valid_until: until,
        };
        let registry = app.ask(install::installed).unwrap().identity_registry;
        let operation_id = Sha256::digest(name).into();
        let call = calls::register(registry, operation_id, &[registration]).unwrap();
        self.send(&format!("register/{name}"), call);
        self.send(&format!("fund/{name}"), calls::fund(wallet, FEES_WEI));
        Holder { person, id, wallet }
    }

    /// A second wallet of a holder, whose key is theirs alone: brought, registered and funded.
    pub(crate) fn brought_wallet(&self, holder: &Holder, key: &[u8; 32]) -> WalletAddress {
        let address = tokenizer::chain::Signer::from_key(key).unwrap().address();
        let (investor_id, created_at) = (holder.id, self.app.clock.now().naive_utc());
        let wallet = Wallet { address, investor_id, managed: false, registered: false, created_at };
        self.app
            .store
            .write(|tx| Ok::<_, AppError>(store::investors::add_wallet(tx, wallet.clone())?))
            .unwrap();
        let registry = self.app.ask(install::installed).unwrap().identity_registry;
        self.send(&format!("wallet/{address}"), calls::add_wallet(registry, holder.wallet, address));
        self.send(&format!("fund/{address}"), calls::fund(address, FEES_WEI));
        address
    }

    /// Signs a call with a key and sends it past the house, straight to the chain: whether it did anything, or why not.
    pub(crate) fn send_raw(&self, key: &[u8; 32], call: &ChainCall) -> Result<(), CallRefusal> {
        let signer = tokenizer::chain::Signer::from_key(key).unwrap();
        let chain = &self.app.chain;
        self.wait_for(async {
            let nonce = chain.transaction_count(signer.address()).await.unwrap();
            let fees = chain.suggest_fees().await.unwrap();
            // Enough for any transfer: the estimate of a call that is refused is none.
            let signed = chain.sign(&signer, call, nonce, 1_000_000, fees).unwrap();
            assert_eq!(chain.broadcast(&signed.raw).await.unwrap(), tokenizer::chain::Broadcast::Accepted);
            let outcome = loop {
                match chain.outcome(signed.hash).await.unwrap() {
                    Some(outcome) => break outcome,
                    None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                }
            };
            if outcome.succeeded {
                return Ok(());
            }
            let why = chain.why_reverted(signer.address(), call, outcome.block - 1).await.unwrap();
            Err(why.expect("it reverted for a reason"))
        })
    }

    /// The key of a holder's managed wallet.
    pub(crate) fn key_of(&self, holder: &Holder) -> [u8; 32] {
        self.app.secrets.key(&format!("wallet/{}", holder.id))
    }
}

fn countries() -> Vec<Country> {
    COUNTRIES.iter().map(|code| code.parse().unwrap()).collect()
}

fn terms(name: &PartitionName) -> PartitionTerms {
    PartitionTerms {
        partition: name.clone(),
        authorised: units(1_000_000),
        cap: Some(BasisPoints::DEFAULT_CAP),
        holder_limit: Some(1_000),
        classes: vec![InvestorClass::Professional, InvestorClass::Institutional],
        countries: countries(),
        locked_until: None,
    }
}

fn partition_row(id: PartitionId, pool_id: PoolId, name: &PartitionName, seniority: i64) -> Partition {
    Partition {
        id,
        pool_id,
        name: name.clone(),
        seniority,
        authorised_units: 1_000_000,
        unit_price_minor: 100_00,
        cap_bps: 500,
        coupon_rate: "0.05".to_owned(),
        coupon_months: 3,
        day_count: "ACT_360".to_owned(),
        first_period_start: "2026-01-01".parse().unwrap(),
        holder_limit: Some(1_000),
        locked_until: None,
        allowed_countries: serde_json::to_string(&countries()).unwrap(),
        allowed_classes: r#"["professional","institutional"]"#.to_owned(),
        primary_closed: false,
    }
}

//! The stage of the stories: all contracts deployed, roles given, four investors registered.

use crate::network::{Network, key};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BasisPoints, Country, Units, party::InvestorClass, party::WalletAddress, pool::PartitionName};
use muniment_tokenizer::chain::{
    Signer,
    calls::{self, ChainRole, PartitionTerms, Registration, TokenPlan},
};

pub(crate) struct Stage {
    pub(crate) network: Network,
    pub(crate) office: Signer,
    pub(crate) registry: WalletAddress,
    pub(crate) token: WalletAddress,
    pub(crate) payer: WalletAddress,
    pub(crate) cash: WalletAddress,
    pub(crate) senior: PartitionName,
}

pub(crate) fn units(units: i64) -> Units {
    Units::try_from(units).unwrap()
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

/// An id of 32 bytes for one operation of a test.
pub(crate) fn id(n: u8) -> [u8; 32] {
    [n; 32]
}

impl Stage {
    /// 1,000,000 units authorised, a cap of 5%, residents of Germany and France, retail and professional.
    pub(crate) async fn set(network: Network) -> Self {
        let office = key(0);
        let admin = office.address();
        let registry = network.deploy(&office, &calls::deploy_registry(admin)).await;
        let back_office = network.deploy(&office, &calls::deploy_back_office()).await;
        let payer = network.deploy(&office, &calls::deploy_payer(admin)).await;
        let cash = network.deploy(&office, &calls::deploy_payment_token("Demo Euro", "dEUR", admin)).await;
        let senior: PartitionName = "senior".parse().unwrap();
        let plan = TokenPlan {
            name: "Trade Receivables 1".to_owned(),
            symbol: "TR1".to_owned(),
            admin,
            registry,
            back_office,
            partitions: vec![terms(&senior), terms(&"junior".parse().unwrap())],
        };
        let token = network.deploy(&office, &calls::deploy_token(&plan)).await;
        let roles = [
            ChainRole::Issuer,
            ChainRole::TransferAgent,
            ChainRole::Compliance,
            ChainRole::Payer,
            ChainRole::Pauser,
        ];
        for contract in [registry, token, payer, cash] {
            network.send(&office, &calls::grant_roles(contract, admin, &roles)).await;
        }
        Self { network, office, registry, token, payer, cash, senior }
    }

    /// The stage with investors 1 to 4 registered: Germany, France, Germany, United States.
    pub(crate) async fn with_investors(network: Network) -> Self {
        let stage = Self::set(network).await;
        let until = stage.now().await + TimeDelta::days(365);
        let registrations: Vec<_> = [(1, "DE"), (2, "FR"), (3, "DE"), (4, "US")]
            .map(|(n, code)| Registration {
                wallet: key(n).address(),
                identity: u64::from(n),
                country: country(code),
                class: InvestorClass::Retail,
                valid_until: until,
            })
            .into();
        let call = calls::register(stage.registry, id(1), &registrations).unwrap();
        stage.network.send(&stage.office, &call).await;
        stage
    }

    pub(crate) async fn now(&self) -> DateTime<Utc> {
        let head = self.network.client.head().await.unwrap();
        DateTime::from_timestamp(i64::try_from(head.timestamp).unwrap(), 0).unwrap()
    }

    pub(crate) async fn issue(&self, to: u16, amount: i64) {
        let issue = calls::Issue { to: key(to).address(), units: units(amount) };
        self.network.send(&self.office, &calls::issue(self.token, &self.senior, issue)).await;
    }

    pub(crate) async fn held(&self, by: u16) -> i64 {
        let client = &self.network.client;
        client.balance_of_by_partition(self.token, &self.senior, key(by).address()).await.unwrap().get()
    }

    pub(crate) fn movement(&self, from: u16, to: u16, amount: i64) -> calls::Movement<'_> {
        calls::Movement {
            partition: &self.senior,
            from: key(from).address(),
            to: key(to).address(),
            units: units(amount),
        }
    }
}

fn terms(partition: &PartitionName) -> PartitionTerms {
    PartitionTerms {
        partition: partition.clone(),
        authorised: units(1_000_000),
        cap: Some(BasisPoints::DEFAULT_CAP),
        holder_limit: None,
        classes: vec![InvestorClass::Retail, InvestorClass::Professional],
        countries: vec![country("DE"), country("FR")],
        locked_until: None,
    }
}

//! What the officer does with wallets and units that nobody simply sends: recoveries, holds, freezes, rules, redemptions.

pub(crate) mod orders;
pub(crate) mod recovery;
pub(crate) mod holds;
pub(crate) mod freezes;
pub(crate) mod rules;
pub(crate) mod limits;
pub(crate) mod cosignatures;
pub(crate) mod distress;
pub(crate) mod roles;

use crate::house::Browser;
use crate::money_pages::{reader, shows};
use crate::stage::Person;
use crate::treasury::Treasury;
use domain::Units;
use domain::ids::PartitionId;
use domain::party::WalletAddress;
use muniment::app::Command;
use muniment::flows::install;
use serde_json::{Value, json};
use store::investors::Wallet;
use tokenizer::chain::calls;

impl Treasury {
    /// The token of the pool.
    pub(crate) fn token(&self) -> WalletAddress {
        let pool = self.app().ask(|tx| Ok(store::pools::find(tx, self.pool)?)).unwrap().unwrap();
        pool.token_address.unwrap().parse().unwrap()
    }

    /// A further wallet of a holder, brought and on the registry.
    pub(crate) fn further_wallet(&self, holder: usize, byte: u8) -> WalletAddress {
        let (app, address) = (self.app(), WalletAddress([byte; 20]));
        let first = self.holders[holder];
        app.execute(&Command::from_system(), &(), |act| {
            let investor_id = store::investors::wallet(act.tx, first)?.unwrap().investor_id;
            let created_at = act.now.naive_utc();
            let wallet = Wallet { address, investor_id, managed: false, registered: false, created_at };
            Ok(store::investors::add_wallet(act.tx, wallet)?)
        })
        .unwrap();
        let registry = app.ask(install::installed).unwrap().identity_registry;
        self.call(&format!("wallet/{byte}"), calls::add_wallet(registry, first, address));
        self.stage.wait_until("the registry knows the wallet", || {
            let wallet = app.ask(|tx| Ok(store::investors::wallet(tx, address)?)).unwrap();
            wallet.is_some_and(|wallet| wallet.registered)
        });
        address
    }

    /// Units of a wallet in a partition by the chain's own word.
    pub(crate) fn on_chain(&self, partition: &str, wallet: WalletAddress) -> i64 {
        let (token, partition) = (self.token(), partition.parse().unwrap());
        let units = self.app().chain.balance_of_by_partition(token, &partition, wallet);
        self.stage.wait_for(units).unwrap().get()
    }

    /// The register of a partition: identity number, wallet and units of each line.
    fn register(&self, partition: PartitionId) -> Vec<(i64, String, i64)> {
        let register = self.issuer.get(&format!("/v1/partitions/{partition}/register")).expect(200);
        let line = |line: &Value| {
            let (wallet, units) =
                (line["wallet"].as_str().unwrap().to_owned(), line["units"].as_i64().unwrap());
            (line["identity_number"].as_i64().unwrap(), wallet, units)
        };
        register["holders"].as_array().unwrap().iter().map(line).collect()
    }

    /// Waits until the chain has what was ordered and the register shows it.
    pub(crate) fn settle(&self) {
        self.stage.settle();
    }

    /// Another officer confirms an order that waits.
    pub(crate) fn confirm(&self, officer: &Person, answer: &Value) -> Value {
        let path = format!("/v1/orders/{}/confirm", answer["order"]["id"].as_str().unwrap());
        let decided = officer.post(&path, &json!({})).expect(200);
        assert_eq!(decided["status"], "confirmed", "{decided}");
        decided
    }

    /// Somebody at a browser, without a script, who reads one language.
    fn reader(&self, name: &str, language: &str) -> Browser {
        reader(self, name, language)
    }
}

fn units(units: i64) -> Units {
    Units::try_from(units).unwrap()
}

//! Steps 4 and 5: orders, allocations, mints and transfers.

use super::people::{Investor, LAPSES_AFTER};
use super::{House, Pool, wallets};
use domain::Units;
use domain::pool::PartitionName;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Movement};

/// A wallet that nobody of the house knows.
const STRANGER: &str = "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

fn codes(refusals: &Value) -> Vec<&str> {
    refusals.as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

impl House {
    /// 50,001 of 1,000,000 are refused with the numbers; 50,000 may be ordered.
    pub(super) fn cap_is_seen_before_the_order(&self, pool: &Pool, anna: &Investor) {
        let room = anna.person.get(&format!("/v1/partitions/{}/room", pool.senior)).expect(200);
        assert_eq!(room["most_units"], 50_000);
        let body = json!({ "partition_id": pool.senior, "wallet": anna.wallet, "units": 50_001 });
        let refused = anna.person.post("/v1/subscriptions", &body).expect(200);
        let reason = &refused["refusals"][0];
        assert_eq!((&reason["code"], &reason["limit"]), (&json!("CAP_HOLDER"), &json!(50_000)));
    }

    /// 333, 333 and 334 units of the junior partition.
    pub(super) fn junior_is_sold_to_three(&self, pool: &Pool, buyers: &[&Investor; 3]) {
        let orders = [(buyers[0], 333), (buyers[1], 333), (buyers[2], 334)];
        self.sell(&pool.junior, &orders);
    }

    /// The senior partition is sold as ordered.
    pub(super) fn senior_is_sold(&self, pool: &Pool, orders: &[(&Investor, i64)]) {
        self.sell(&pool.senior, orders);
        let close = format!("/v1/pools/{}/primary-close", pool.id);
        let dry = self.issuer.post(&format!("{close}?dry_run=true"), &json!({})).expect(200);
        assert_eq!(dry["outstanding_units"], 80_100 + 1_000, "{dry}");
    }

    /// Both partitions of the building are sold to three and the sale is closed.
    pub(super) fn rental_is_sold(&self, pool: &Pool, buyers: &[&Investor; 3]) {
        for (partition, units) in [(&pool.senior, 2_000), (&pool.junior, 500)] {
            let orders: Vec<_> = buyers.iter().map(|buyer| (*buyer, units)).collect();
            self.sell(partition, &orders);
        }
        self.issuer.post(&format!("/v1/pools/{}/primary-close", pool.id), &json!({})).expect(200);
        self.office.stage.settle();
    }

    fn sell(&self, partition: &str, orders: &[(&Investor, i64)]) {
        for (investor, units) in orders {
            let body = json!({ "partition_id": partition, "wallet": investor.wallet, "units": units });
            investor.person.post("/v1/subscriptions", &body).expect(201);
        }
        let table = self.issuer.post(&format!("/v1/partitions/{partition}/allocations"), &json!({}));
        let id = table.expect(201)["allocation_id"].as_str().unwrap().to_owned();
        let progress = || self.issuer.get(&format!("/v1/allocations/{id}")).expect(200);
        self.office.stage.wait_until("everything is minted", || {
            progress()["orders_settled"].as_i64() == i64::try_from(orders.len()).ok()
        });
        let register = self.issuer.get(&format!("/v1/partitions/{partition}/register")).expect(200);
        let mut held: Vec<(String, i64)> = register["holders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["wallet"].as_str().unwrap().to_owned(), line["units"].as_i64().unwrap()))
            .collect();
        let investors: Vec<&Investor> = orders.iter().map(|(investor, _)| *investor).collect();
        let mut expected: Vec<(String, i64)> =
            wallets(&investors).into_iter().zip(orders.iter().map(|(_, units)| *units)).collect();
        held.sort();
        expected.sort();
        assert_eq!(held, expected, "the register filled from what the chain said");
    }

    /// The credential of one holder ends.
    pub(super) fn credential_lapses(&self, lapsing: &Investor) {
        self.advance(LAPSES_AFTER + 1);
        let standing = lapsing.person.get("/v1/investors/current").expect(200);
        assert_eq!(standing["status"], "approved", "what lapses is the credential, on its own");
    }

    fn transfer(&self, pool: &Pool, (from, to): (&Investor, &str), units: i64) -> Value {
        json!({ "partition_id": pool.senior, "from_wallet": from.wallet, "to_wallet": to, "units": units })
            .clone()
    }

    /// Units go from one eligible holder to another.
    pub(super) fn transfer_settles(&self, pool: &Pool, (from, to): (&Investor, &Investor), units: i64) {
        let body = self.transfer(pool, (from, &to.wallet.to_string()), units);
        let dry = from.person.post("/v1/transfers?dry_run=true", &body).expect(200);
        assert_eq!(dry["status"], "accepted");
        let asked = from.person.post("/v1/transfers", &body).expect(201);
        let path = format!("/v1/transfers/{}", asked["transfer_id"].as_str().unwrap());
        let standing = || from.person.get(&path).expect(200)["status"].clone();
        self.office.stage.wait_until("the transfer settles", || standing() == "settled");
    }

    /// To a stranger, past the cap, abroad, to a lapsed holder: no, with every reason; and the contract says the same
    /// to the holder's own raw transaction.
    pub(super) fn transfers_are_refused_with_every_reason(
        &self,
        pool: &Pool,
        (anna, ben): (&Investor, &Investor),
        (usa, lapsing): (&Investor, &Investor),
    ) {
        let stage = &self.office.stage;
        let (token, partition): (_, PartitionName) = (pool.token.parse().unwrap(), "senior".parse().unwrap());
        let key = anna.key(self);
        // Anna has 30,000 and Ben 50,000, the most that one owner may have of 1,000,000.
        for (to, units, expected) in [
            (STRANGER.to_owned(), 1, vec!["RECEIVER_UNKNOWN"]),
            (ben.wallet.to_string(), 1, vec!["CAP_HOLDER"]),
            (usa.wallet.to_string(), 1, vec!["COUNTRY"]),
            (lapsing.wallet.to_string(), 1, vec!["KYC_EXPIRED"]),
            (usa.wallet.to_string(), 50_001, vec!["BALANCE", "COUNTRY", "CAP_HOLDER"]),
        ] {
            let body = self.transfer(pool, (anna, &to), units);
            let refused = anna.person.post("/v1/transfers", &body).expect(200);
            assert_eq!(
                (&refused["status"], codes(&refused["refusals"])),
                (&json!("refused"), expected.clone())
            );
            if to == ben.wallet.to_string() {
                let reason = &refused["refusals"][0];
                assert_eq!((&reason["would_hold"], &reason["limit"]), (&json!(50_001), &json!(50_000)));
            }
            let units = Units::try_from(units).unwrap();
            let movement =
                Movement { partition: &partition, from: anna.wallet, to: to.parse().unwrap(), units };
            let said = stage.send_raw(&key, &calls::transfer(token, movement)).unwrap_err();
            assert_eq!(said.code(), expected[0], "the contract, asked directly");
        }
    }

    /// Moves the clock on and waits until it has arrived.
    pub(super) fn advance(&self, days: i64) {
        self.operator.post("/v1/clock/advance", &json!({ "days": days })).expect(200);
        let arrived = || self.operator.get("/v1/clock").expect(200)["target"].is_null();
        let begin = std::time::Instant::now();
        while !arrived() {
            assert!(begin.elapsed() < super::money::PATIENCE, "the clock did not arrive after {days} days");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.office.stage.settle();
    }
}

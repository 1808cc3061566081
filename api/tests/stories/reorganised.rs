//! The chain takes blocks back, and loses what was sent: the register follows, and the same bytes fly again.

use crate::network::Network;
use crate::stage::Stage;
use crate::treasury::Treasury;
use domain::status::CallStatus;
use serde_json::json;
use std::time::Duration;
use store::outbox::{Call, Landing};
use tokenizer::chain::calls;
use tokenizer::chain::embedded::Mining;

/// How long nothing must happen before a test believes that nothing will.
const STILLNESS: Duration = Duration::from_secs(3);
/// What is paid, in cents.
const AMOUNT_MINOR: i64 = 12_345_67;
/// What the holders get of it, in cents.
const SHARES: [i64; 3] = [4_111_11, 4_111_11, 4_123_45];

/// A nonce, and the hashes of what was signed under it.
type Flown = (Option<i64>, Vec<String>);

impl Treasury {
    fn chain(&self) -> &Network {
        &self.stage.network
    }

    fn calls_about(&self, subject: &str) -> Vec<Call> {
        self.app().ask(|tx| Ok(store::outbox::about(tx, subject)?)).unwrap()
    }

    fn flown(&self, subject: &str) -> Vec<Flown> {
        let hashes = |call: &Call| {
            let signed = self.app().ask(|tx| Ok(store::outbox::submissions(tx, call.id)?)).unwrap();
            signed.into_iter().map(|signed| signed.hash).collect()
        };
        self.calls_about(subject).iter().map(|call| (call.nonce, hashes(call))).collect()
    }

    fn outstanding(&self) -> i64 {
        self.app().ask(|tx| Ok(store::projection::outstanding(tx, self.senior)?)).unwrap()
    }

    /// A coupon that was paid to three holders.
    fn paid_coupon(&self) -> String {
        self.cash("rent-1", AMOUNT_MINOR);
        let plan = self.declare(self.senior, &self.soon(AMOUNT_MINOR)).expect(201);
        let coupon = plan["coupon_id"].as_str().unwrap().to_owned();
        self.advance(1);
        // The books close when the last block that counts is final.
        for _ in 0..self.app().confirmations {
            self.chain().mine();
        }
        self.wait_for(&coupon, "books-closed");
        self.advance(2);
        self.wait_for(&coupon, "paid");
        coupon
    }

    fn assert_paid_once(&self, coupon: &str) {
        assert_eq!(self.entitlements(coupon), SHARES.map(|share| (share, "paid".to_owned())));
        let on_chain: Vec<i64> = self.holders.iter().map(|wallet| self.cash_of(*wallet)).collect();
        // The payment token has six decimals.
        assert_eq!(on_chain, SHARES.map(|share| share * 10_000));
        assert_eq!(self.balance(&format!("paid/{coupon}")), -AMOUNT_MINOR);
        let reconciled = self.operator.post("/v1/reconciliations", &json!({})).expect(200);
        assert_eq!(reconciled["breaks"], json!([]));
        self.chain().must_replay();
    }
}

#[test]
pub(crate) fn a_payment_that_was_reorganised_away_is_made_again_with_the_same_bytes_and_once() {
    let house = Treasury::open_on(Stage::start_with_confirmations(12), &[(333, 0), (333, 0), (334, 0)]);
    let coupon = house.paid_coupon();
    let flown = house.flown(&coupon);
    assert_eq!(flown.len(), 4, "funded, approved, declared, one chunk");
    let paid_in = house.calls_about(&coupon)[3].block.unwrap();

    // The chunk, the declaration, and with manual mining nothing comes back by itself.
    house.chain().set_mining(Mining::Manual);
    house.chain().reorg(2);
    house.stage.wait_until("the payment is taken back", || {
        house.entitlements(&coupon).iter().all(|(_, status)| status == "open")
    });
    assert_eq!(house.balance(&format!("paid/{coupon}")), 0);
    assert_eq!(house.balance(&format!("coupon-payable/{coupon}")), -AMOUNT_MINOR);
    let standing: Vec<CallStatus> = house.calls_about(&coupon).iter().map(|call| call.status).collect();
    assert_eq!(
        standing,
        [CallStatus::Mined, CallStatus::Mined, CallStatus::Submitted, CallStatus::Submitted]
    );

    house.stage.wait_until("it is paid again", || {
        house.chain().mine();
        house.issuer.get(&format!("/v1/coupons/{coupon}")).expect(200)["status"] == "paid"
    });
    assert_eq!(house.flown(&coupon), flown, "the same nonces and the same bytes");
    assert!(house.calls_about(&coupon)[3].block.unwrap() > paid_in);
    assert!(house.operator.get("/v1/chain").expect(200)["alarm"].is_null());
    house.chain().set_mining(Mining::Auto);
    house.assert_paid_once(&coupon);
}

#[test]
pub(crate) fn units_that_were_reorganised_away_leave_the_register_and_come_back_once() {
    let house = Treasury::open_on(Stage::start_with_confirmations(12), &[(60, 0), (40, 0)]);
    let flown = house.flown("test");
    assert_eq!(house.outstanding(), 100);
    house.chain().set_mining(Mining::Manual);
    house.chain().reorg(1);
    house.stage.wait_until("the register is empty", || house.outstanding() == 0);
    let register = || house.app().ask(|tx| Ok(store::projection::register(tx, house.senior)?)).unwrap();
    assert_eq!(register(), []);

    house.stage.wait_until("the units are back", || {
        house.chain().mine();
        house.outstanding() == 100
    });
    assert_eq!(register().iter().map(|line| line.units).sum::<i64>(), 100);
    assert_eq!(house.flown("test"), flown, "the same nonces and the same bytes");
    house.chain().set_mining(Mining::Auto);
    let reconciled = house.operator.post("/v1/reconciliations", &json!({})).expect(200);
    assert_eq!(reconciled["breaks"], json!([]));
}

#[test]
pub(crate) fn a_reorganisation_deeper_than_its_confirmations_stops_payments_until_an_operator_lets_them_go_on()
 {
    let house = Treasury::open_on(Stage::start_with_confirmations(2), &[(333, 0), (333, 0), (334, 0)]);
    let coupon = house.paid_coupon();
    let flown = house.flown(&coupon);
    let platform = house.app().platform().unwrap();
    let sent = || house.stage.wait_for(house.app().chain.transaction_count(platform)).unwrap();
    let before = sent();

    house.chain().reorg(3);
    let alarm = || house.operator.get("/v1/chain").expect(200)["alarm"].clone();
    house.stage.wait_until("the alarm", || !alarm().is_null());
    let breaks = house.app().ask(|tx| Ok(store::breaks::open(tx, Some("chain"))?)).unwrap();
    assert_eq!(breaks.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["chain.reorganised"]);
    assert_eq!(house.entitlements(&coupon)[0].1, "open", "the register says what the chain says");
    std::thread::sleep(STILLNESS);
    assert_eq!(sent(), before - 3, "nothing was sent");
    assert!(house.operator.get("/metrics").expect(200).as_str().unwrap().contains("muniment_chain_alarm 1"));

    house.issuer.post("/v1/chain/resume", &json!({})).expect(403);
    house.operator.post("/v1/chain/resume", &json!({})).expect(200);
    house.operator.post("/v1/chain/resume", &json!({})).expect(409);
    assert!(alarm().is_null());
    house.wait_for(&coupon, "paid");
    assert_eq!(house.flown(&coupon), flown, "the same nonces and the same bytes");
    assert_eq!(sent(), before);
    house.assert_paid_once(&coupon);
}

#[test]
pub(crate) fn what_the_network_forgot_is_sent_again_with_the_same_bytes() {
    let house = Treasury::open(&[(1, 0)]);
    let (call, hash) = house.pending_call();
    assert!(house.chain().drop_pending(hash));
    house.land(&call, hash);
}

#[test]
pub(crate) fn a_call_whose_block_went_before_it_was_read_flies_again() {
    let house = Treasury::open(&[(1, 0)]);
    let (call, hash) = house.pending_call();
    // As if the receipt had come from a branch that the network left before its blocks were read.
    let head = house.chain().head();
    let landing = Landing {
        block: i64::try_from(head).unwrap() + 1,
        block_hash: "ab".repeat(32),
        gas_used: 1,
        contract_address: None,
        refusal: None,
    };
    let now = house.app().clock.now();
    assert!(house.chain().drop_pending(hash));
    assert!(house.app().store.write(|tx| store::outbox::landed(tx, call.id, &landing, now)).unwrap());
    house.chain().mine();
    house.land(&call, hash);
}

impl Treasury {
    /// A call of the platform that is sent and in no block, and its transaction.
    fn pending_call(&self) -> (Call, [u8; 32]) {
        self.chain().set_mining(Mining::Manual);
        let contracts = self.app().ask(muniment::flows::install::installed).unwrap();
        self.send_later("approve", calls::approve(contracts.payment_token, contracts.coupon_payer, 1));
        self.stage.wait_until("the call is sent", || {
            let found = self.calls_about("approve");
            found.first().is_some_and(|call| call.status == CallStatus::Submitted)
        });
        let call = self.calls_about("approve").remove(0);
        let signed = self.app().ask(|tx| Ok(store::outbox::submissions(tx, call.id)?)).unwrap();
        let hash = hex::decode(&signed[0].hash).unwrap().try_into().unwrap();
        self.stage
            .wait_until("the network has it", || self.stage.wait_for(self.app().chain.knows(hash)).unwrap());
        (call, hash)
    }

    /// Makes blocks until the call is in one, which must be by the bytes that were signed first.
    fn land(&self, call: &Call, hash: [u8; 32]) {
        let found = || self.calls_about("approve").remove(0);
        self.stage.wait_until("the call lands", || {
            self.chain().mine();
            let outcome = self.stage.wait_for(self.app().chain.outcome(hash)).unwrap();
            outcome.is_some_and(|outcome| found().block_hash == Some(hex::encode(outcome.block_hash)))
        });
        let found = found();
        assert!(matches!(found.status, CallStatus::Mined | CallStatus::Final));
        assert_eq!((found.id, found.nonce.is_some()), (call.id, true));
        assert_eq!(self.flown("approve")[0].1, [hex::encode(hash)], "signed once");
    }
}

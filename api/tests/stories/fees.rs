//! The base fee jumps: what was sent becomes too cheap, is sent again better paid under its nonce, and never beyond the
//! limit.

use crate::treasury::Treasury;
use chrono::TimeDelta;
use domain::status::CallStatus;
use std::time::Duration;
use store::outbox::{Call, Submission};
use tokenizer::chain::MAX_FEE_PER_GAS;
use tokenizer::chain::calls;
use tokenizer::chain::embedded::Mining;

/// The silence after which a fee is raised, and a little more.
const SILENCE: TimeDelta = TimeDelta::seconds(61);
/// How long nothing must happen before a test believes that nothing will: several of the house's looks.
const STILLNESS: Duration = Duration::from_secs(5);

impl Treasury {
    /// A call that is sent and in no block, with the bytes that were signed for it.
    fn sent_and_waiting(&self) -> (Call, Submission) {
        self.mining(Mining::Manual);
        let contracts = self.contracts();
        self.send_later("approve", calls::approve(contracts.payment_token, contracts.coupon_payer, 1));
        let call = self.wait_for_call("approve", CallStatus::Submitted);
        let first = self.signed(&call).remove(0);
        self.wait_until_known(&first);
        (call, first)
    }

    /// What was signed for a call, the newest first.
    fn signed(&self, call: &Call) -> Vec<Submission> {
        self.app().ask(|tx| Ok(store::outbox::submissions(tx, call.id)?)).unwrap()
    }

    fn wait_until_known(&self, submission: &Submission) {
        let hash = hash(submission);
        let known = || self.stage.wait_for(self.app().chain.knows(hash)).unwrap();
        self.stage.wait_until("the network has it", known);
    }

    /// A block at this base fee comes, and then nothing for a while.
    fn base_fee_jumps(&self, wei: u128) {
        self.stage.network.set_next_base_fee(wei);
        self.stage.network.mine();
        let clock = &self.app().clock;
        clock.follow(clock.offset_seconds() + SILENCE.num_seconds());
    }

    /// The bytes that were signed after some others.
    fn better_paid_than(&self, call: &Call, last: &Submission) -> Submission {
        let newest = || self.signed(call).remove(0);
        self.stage.wait_until("a higher fee", || newest().attempt > last.attempt);
        newest()
    }

    /// The next block takes the call in by exactly these bytes, under the nonce it had from the beginning.
    fn lands_by(&self, call: &Call, bytes: &Submission) {
        self.wait_until_known(bytes);
        self.stage.network.mine();
        let landed = self.wait_for_call("approve", CallStatus::Final);
        assert_eq!((landed.id, landed.nonce), (call.id, call.nonce));
        let outcome = self.stage.wait_for(self.app().chain.outcome(hash(bytes))).unwrap().unwrap();
        assert!(outcome.succeeded);
        assert_eq!(landed.block_hash, Some(hex::encode(outcome.block_hash)));
        let about = self.app().ask(|tx| Ok(store::outbox::about(tx, "approve")?)).unwrap();
        assert_eq!(about.len(), 1, "one call, whatever it was sent for");
    }
}

fn hash(submission: &Submission) -> [u8; 32] {
    hex::decode(&submission.hash).unwrap().try_into().unwrap()
}

/// Fee and tip per gas, in wei.
fn fees(submission: &Submission) -> [u128; 2] {
    [&submission.max_fee_per_gas, &submission.max_priority_fee_per_gas].map(|wei| wei.parse().unwrap())
}

/// What nodes ask of a transaction that takes the place of a pending one.
fn is_a_tenth_more(new: &Submission, old: &Submission) -> bool {
    fees(new).into_iter().zip(fees(old)).all(|(new, old)| new * 100 >= old * 110)
}

pub(crate) fn a_call_that_became_too_cheap_is_sent_again_with_a_higher_fee_under_its_nonce() {
    let house = Treasury::open(&[(1, 0)]);
    let (call, first) = house.sent_and_waiting();
    let jumped = fees(&first)[0] * 10;
    house.base_fee_jumps(jumped);
    assert_eq!(house.of_cause("approve").status, CallStatus::Submitted, "the block was too dear for it");
    let second = house.better_paid_than(&call, &first);
    assert!(is_a_tenth_more(&second, &first), "{second:?}");
    // An empty block takes an eighth off the base fee.
    assert!(fees(&second)[0] >= jumped * 7 / 8, "it pays for the next block: {second:?}");
    house.lands_by(&call, &second);
    assert_eq!(house.signed(&call).len(), 2);
}

pub(crate) fn a_fee_ends_at_its_limit_and_the_call_waits_for_cheaper_blocks() {
    let house = Treasury::open(&[(1, 0)]);
    let (call, first) = house.sent_and_waiting();
    house.base_fee_jumps(MAX_FEE_PER_GAS * 2);
    let second = house.better_paid_than(&call, &first);
    assert!(is_a_tenth_more(&second, &first), "{second:?}");
    assert_eq!(fees(&second)[0], MAX_FEE_PER_GAS);
    let clock = &house.app().clock;
    clock.follow(clock.offset_seconds() + SILENCE.num_seconds());
    std::thread::sleep(STILLNESS);
    assert_eq!(house.signed(&call).len(), 2, "nothing is offered beyond the limit");
    assert_eq!(house.of_cause("approve").status, CallStatus::Submitted, "and the call is not given up");
    // Blocks become cheaper again: the bytes at the limit pay for one of them, the first ones for none.
    house.stage.wait_until("it lands", || {
        house.stage.network.set_next_base_fee(MAX_FEE_PER_GAS / 2);
        house.stage.network.mine();
        house.of_cause("approve").status == CallStatus::Final
    });
    let landed = house.of_cause("approve");
    assert_eq!((landed.id, landed.nonce), (call.id, call.nonce));
    let outcome = house.stage.wait_for(house.app().chain.outcome(hash(&second))).unwrap();
    assert!(outcome.is_some_and(|outcome| outcome.succeeded), "by the bytes at the limit");
}

//! Calls that come to nothing: refused inside a block, robbed of their nonce, not paid for. None of them is forgotten,
//! and none holds up another signer.

use crate::network::Network;
use crate::stage::Stage;
use crate::treasury::Treasury;
use domain::party::WalletAddress;
use domain::status::CallStatus;
use muniment::app::Command;
use muniment::flows::install::{self, Contracts};
use muniment::outbox::{Intent, PLATFORM};
use serde_json::json;
use store::outbox::Call;
use tokenizer::chain::calls::{self, ChainRole};
use tokenizer::chain::embedded::Mining;
use tokenizer::chain::{Broadcast, ChainCall, Signer};

/// Funds of somebody besides the house: an ether.
const ETHER: u128 = 1_000_000_000_000_000_000;
/// The gas of a call that nobody tried.
const GAS: u64 = 200_000;

impl Treasury {
    /// Writes a call of the platform and does not wait for it; its name is its subject.
    pub(crate) fn send_later(&self, name: &str, call: ChainCall) {
        self.send_by(self.app().platform().unwrap(), name, call);
    }

    fn send_by(&self, signer: WalletAddress, name: &str, call: ChainCall) {
        let operation_key = format!("story/{name}");
        let intent = Intent { operation_key, kind: "test", subject: name.to_owned(), signer, call };
        self.app().execute(&Command::from_system(), &(), |act| act.call_chain(&intent)).unwrap();
    }

    pub(crate) fn of_cause(&self, name: &str) -> Call {
        let key = format!("story/{name}");
        self.app().ask(|tx| Ok(store::outbox::by_operation_key(tx, &key)?)).unwrap().unwrap()
    }

    pub(crate) fn wait_for_call(&self, name: &str, status: CallStatus) -> Call {
        let name_and_status = format!("{name} is {status}");
        self.stage.wait_until(&name_and_status, || self.of_cause(name).status == status);
        self.of_cause(name)
    }

    pub(crate) fn contracts(&self) -> Contracts {
        self.app().ask(install::installed).unwrap()
    }

    /// Sends a call past the outbox; it waits for a block when mining is manual.
    fn send_raw(&self, signer: &Signer, call: &ChainCall) {
        let chain = &self.app().chain;
        let said = self.stage.wait_for(async {
            let nonce = chain.transaction_count(signer.address()).await.unwrap();
            let fees = chain.suggest_fees().await.unwrap();
            let signed = chain.sign(signer, call, nonce, GAS, fees).unwrap();
            chain.broadcast(&signed.raw).await.unwrap()
        });
        assert_eq!(said, Broadcast::Accepted);
    }

    pub(crate) fn mining(&self, mining: Mining) {
        self.stage.network.set_mining(mining);
    }

    fn drop_newest(&self, call: &Call) {
        let signed = self.app().ask(|tx| Ok(store::outbox::submissions(tx, call.id)?)).unwrap();
        let hash = hex::decode(&signed[0].hash).unwrap().try_into().unwrap();
        self.stage.wait_until("the network has it", || self.stage.network.drop_pending(hash));
    }
}

#[test]
pub(crate) fn a_chunk_that_was_refused_inside_a_block_is_sent_again_under_another_nonce() {
    let house = Treasury::open(&[(1, 0), (2, 0)]);
    let (app, payer, platform) =
        (house.app(), house.contracts().coupon_payer, house.app().platform().unwrap());
    // Somebody else administers the payer, and can take the platform's role away at a bad moment.
    let admin = Signer::from_key(&[9; 32]).unwrap();
    house.call("fund", calls::fund(admin.address(), ETHER));
    house.call("offer", calls::offer_admin(payer, admin.address()));
    house.send_raw(&admin, &calls::accept_admin(payer));
    house.cash("rent-1", 300_00);
    let plan = house.declare(house.senior, &house.soon(300_00)).expect(201);
    let coupon = plan["coupon_id"].as_str().unwrap().to_owned();

    house.mining(Mining::Manual);
    house.operator.post("/v1/clock/advance", &json!({ "days": 3 })).expect(200);
    let chunk = || {
        let calls = app.ask(|tx| Ok(store::outbox::about(tx, &coupon)?)).unwrap();
        calls.into_iter().filter(|call| call.kind == "coupon.chunk").collect::<Vec<_>>()
    };
    let chain = &house.stage.network;
    house.stage.wait_until("the chunk is sent", || {
        let is_sent = |call: &Call| call.status == CallStatus::Submitted;
        if chunk().first().is_some_and(is_sent) {
            return true;
        }
        // The embedded chain tries a call upon its newest block, so what goes before it must be in one. Others try it
        // upon what is pending too, and there the chunk must not get into a block.
        let before = app.ask(|tx| Ok(store::outbox::about(tx, &coupon)?)).unwrap();
        if matches!(chain, Network::Embedded(_)) && before.iter().any(is_sent) {
            chain.mine();
        }
        false
    });
    // The chunk is lost, and when it is sent again something else is before it.
    house.drop_newest(&chunk()[0]);
    house.send_raw(&admin, &calls::revoke_roles(payer, platform, &[ChainRole::Payer]));
    house.stage.wait_until("the chunk is refused", || {
        let hash = app.ask(|tx| Ok(store::outbox::submissions(tx, chunk()[0].id)?)).unwrap()[0].hash.clone();
        let hash = hex::decode(hash).unwrap().try_into().unwrap();
        if house.stage.wait_for(app.chain.knows(hash)).unwrap() {
            chain.mine();
        }
        chunk()[0].status == CallStatus::Refused
    });
    house.mining(Mining::Auto);
    let refused = chunk().remove(0);
    assert!(refused.block.is_some() && refused.nonce.is_some());
    assert!(refused.refusal.as_ref().unwrap().contains("MissingRole"), "{:?}", refused.refusal);

    house.send_raw(&admin, &calls::grant_roles(payer, platform, &[ChainRole::Payer]));
    house.wait_for(&coupon, "paid");
    let chunks = chunk();
    assert!(chunks.len() >= 2, "{chunks:?}");
    let (first, last) = (&chunks[0], chunks.last().unwrap());
    assert_eq!((first.id, first.status, first.nonce), (refused.id, CallStatus::Refused, refused.nonce));
    assert_eq!(first.block_hash, refused.block_hash, "what happened stays on record");
    assert!(last.nonce > first.nonce && last.status == CallStatus::Final);
    assert_eq!(last.data, first.data);
    let paid: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(paid, [100_00 * 10_000, 200_00 * 10_000]);
}

#[test]
pub(crate) fn a_call_whose_nonce_another_program_used_is_sent_under_the_next() {
    let house = Treasury::open(&[(1, 0)]);
    let (cash, payer) = (house.contracts().payment_token, house.contracts().coupon_payer);
    house.mining(Mining::Manual);
    house.send_later("approve", calls::approve(cash, payer, 77));
    let robbed = house.wait_for_call("approve", CallStatus::Submitted);
    house.drop_newest(&robbed);
    // As a program would that was started from a backup of the same secret.
    let twin = house.app().signer(PLATFORM).unwrap();
    house.send_raw(&twin, &calls::set_blocked(cash, house.holders[0], true));
    house.stage.network.mine();
    house.mining(Mining::Auto);

    let landed = house.wait_for_call("approve", CallStatus::Final);
    assert_ne!(landed.id, robbed.id);
    assert_eq!(landed.nonce, robbed.nonce.map(|nonce| nonce + 1));
    let about = house.app().ask(|tx| Ok(store::outbox::about(tx, "approve")?)).unwrap();
    assert_eq!((about[0].status, about[0].nonce, about.len()), (CallStatus::Refused, robbed.nonce, 2));
}

#[test]
pub(crate) fn what_is_mined_the_moment_it_is_sent_again_becomes_final_without_another_block() {
    let house = Treasury::open(&[(1, 0)]);
    let (cash, payer) = (house.contracts().payment_token, house.contracts().coupon_payer);
    house.mining(Mining::Manual);
    house.send_later("approve", calls::approve(cash, payer, 77));
    let sent = house.wait_for_call("approve", CallStatus::Submitted);
    house.drop_newest(&sent);
    house.mining(Mining::Auto);
    let landed = house.wait_for_call("approve", CallStatus::Final);
    assert_eq!((landed.id, landed.nonce), (sent.id, sent.nonce));
}

#[test]
pub(crate) fn a_database_that_is_behind_the_chain_goes_on_with_the_nonce_of_the_chain() {
    let house = Treasury::open(&[(1, 0)]);
    let cash = house.contracts().payment_token;
    let twin = house.app().signer(PLATFORM).unwrap();
    house.send_raw(&twin, &calls::set_blocked(cash, house.holders[0], true));
    let used = house.stage.wait_for(house.app().chain.transaction_count(twin.address())).unwrap();
    house.send_later("unblock", calls::set_blocked(cash, house.holders[0], false));
    let landed = house.wait_for_call("unblock", CallStatus::Final);
    assert_eq!(landed.nonce, Some(i64::try_from(used).unwrap()));
}

#[test]
pub(crate) fn a_managed_wallet_that_ran_out_of_fees_is_given_more_and_holds_up_nobody() {
    let house = Treasury::open(&[(1, 0)]);
    let (cash, payer) = (house.contracts().payment_token, house.contracts().coupon_payer);
    let poor = house.poor_wallet();
    assert_eq!(house.stage.wait_for(house.app().chain.funds(poor)).unwrap(), 0);
    // The top-up waits for a block, so that the wallet stays poor for a while.
    house.mining(Mining::Manual);
    house.send_by(poor, "poor", calls::approve(cash, payer, 5));
    house.send_later("rich", calls::approve(cash, payer, 6));
    house.send_by(poor, "poor-too", calls::approve(cash, payer, 7));
    house.wait_for_call("rich", CallStatus::Submitted);
    assert_eq!(house.of_cause("poor").status, CallStatus::Queued);
    house.mining(Mining::Auto);
    house.stage.network.mine();

    house.wait_for_call("poor", CallStatus::Final);
    house.wait_for_call("poor-too", CallStatus::Final);
    let given = house.app().ask(|tx| Ok(store::outbox::about(tx, &poor.to_string())?)).unwrap();
    assert_eq!(given.iter().map(|call| call.kind.as_str()).collect::<Vec<_>>(), ["wallet.top-up"]);
}

#[test]
pub(crate) fn a_platform_that_ran_out_of_fees_says_so_and_holds_up_nobody() {
    let house = Treasury::open(&[(1, 0)]);
    let (cash, payer) = (house.contracts().payment_token, house.contracts().coupon_payer);
    let platform = house.app().platform().unwrap();
    let (wallet, bank) = (house.poor_wallet(), Signer::from_key(&[8; 32]).unwrap());
    house.call("fund", calls::fund(wallet, ETHER));
    let has = house.stage.wait_for(house.app().chain.funds(platform)).unwrap();
    // Too little is left to deploy a contract, whatever the base fee of the next blocks.
    house.call("drain", calls::fund(bank.address(), has - ETHER / 1_000));
    house.send_later("unpaid", calls::deploy_payer(platform));
    // More than the platform has is sent along: no node tries such a call.
    house.send_later("overdrawn", calls::fund(wallet, 2 * ETHER));
    house.send_by(wallet, "paid", calls::approve(cash, payer, 6));
    house.wait_for_call("paid", CallStatus::Final);
    // A refusal does not wait for those who cannot pay either.
    house.send_by(wallet, "refused", calls::pause(cash));
    house.wait_for_call("refused", CallStatus::Refused);
    let breaks = || house.app().ask(|tx| Ok(store::breaks::open(tx, Some(&platform.to_string()))?)).unwrap();
    house.stage.wait_until("the alarm", || breaks().iter().any(|one| one.kind == "signer.funds"));
    assert_eq!(house.of_cause("unpaid").status, CallStatus::Queued);

    house.send_raw(&bank, &calls::fund(platform, has / 2));
    house.wait_for_call("unpaid", CallStatus::Final);
    house.wait_for_call("overdrawn", CallStatus::Final);
    assert_eq!(breaks().len(), 0);
}

impl Treasury {
    /// A wallet whose key the house keeps, without funds.
    fn poor_wallet(&self) -> WalletAddress {
        let app = self.app();
        let address = app.signer("wallet/poor").unwrap().address();
        app.store.write(|tx| store::outbox::add_signer(tx, address, "wallet/poor")).unwrap();
        address
    }
}

#[test]
pub(crate) fn a_revert_that_may_be_taken_back_is_no_refusal_yet() {
    let house = Treasury::open_on(Stage::start_with_confirmations(3), &[(1, 0)]);
    let chain = &house.stage.network;
    let (cash, admin) = (house.contracts().payment_token, Signer::from_key(&[9; 32]).unwrap());
    house.call("fund", calls::fund(admin.address(), ETHER));
    house.call("offer", calls::offer_admin(cash, admin.address()));
    house.send_raw(&admin, &calls::accept_admin(cash));
    house.mining(Mining::Manual);
    let platform = house.app().platform().unwrap();
    house.send_later("block", calls::set_blocked(cash, house.holders[0], true));
    let sent = house.wait_for_call("block", CallStatus::Submitted);
    house.drop_newest(&sent);
    house.send_raw(&admin, &calls::revoke_roles(cash, platform, &[ChainRole::Compliance]));
    let signed = house.app().ask(|tx| Ok(store::outbox::submissions(tx, sent.id)?)).unwrap();
    let hash = hex::decode(&signed[0].hash).unwrap().try_into().unwrap();
    house
        .stage
        .wait_until("it is sent again", || house.stage.wait_for(house.app().chain.knows(hash)).unwrap());
    chain.mine();
    let outcome = house.stage.wait_for(house.app().chain.outcome(hash)).unwrap().unwrap();
    assert!(!outcome.succeeded);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(house.of_cause("block").status, CallStatus::Submitted);

    // In the other branch nobody took the role away, and the same bytes do their work.
    chain.reorg(1);
    house.mining(Mining::Auto);
    house.wait_for_call("block", CallStatus::Mined);
    assert!(house.stage.wait_for(house.app().chain.outcome(hash)).unwrap().unwrap().succeeded);
}

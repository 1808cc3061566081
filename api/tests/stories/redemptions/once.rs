//! What is called off, taken back or done before: the money is given once, or not at all.

use super::{id_of, paid};
use crate::network::Network;
use crate::stage::Stage;
use crate::treasury::Treasury;
use muniment::app::Command;
use muniment::flows::redeem;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::jobs::NewJob;
use tokenizer::chain::calls;
use tokenizer::chain::embedded::Mining;

#[test]
pub(crate) fn what_is_called_off_gives_its_money_back_and_the_same_order_twice_is_one() {
    let house = Treasury::open_today(&[(3, 0), (5, 0)]);
    house.cash("principal", 800_00);
    let body =
        json!({ "kind": "maturity", "partition_id": house.senior.to_string(), "contributed_minor": 1_00 });
    let first = house.issuer.post_once("/v1/redemptions", "key-1", &body).expect(201);
    let again = house.issuer.post_once("/v1/redemptions", "key-1", &body).expect(201);
    assert_eq!(first["redemption_id"], again["redemption_id"]);
    assert_eq!(house.issuer.get("/v1/redemptions").expect(200)["items"].as_array().unwrap().len(), 1);
    let cancel = format!("/v1/redemptions/{}/cancel", id_of(&first));
    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 800_00 + 1_00);
    house.operator.post(&cancel, &json!({})).expect(403);
    assert_eq!(house.issuer.post(&cancel, &json!({})).expect(200)["status"], "cancelled");
    assert_eq!(house.balance(&format!("distributed/{}", house.pool)), 0);
    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 800_00, "what was brought goes back");
    house.issuer.post(&cancel, &json!({})).expect(409);

    // What somebody could not be paid is called off alone.
    house.block("block", house.holders[1], true);
    let second = id_of(&house.redeem(house.senior, json!({ "kind": "maturity" })).expect(201));
    house.advance(2);
    house.redeemed(&second, "partly-paid");
    let cancel = format!("/v1/redemptions/{second}/cancel");
    house.issuer.post(&cancel, &json!({})).expect(200);
    assert_eq!(house.lines(&second)[1], (5, 500_00, "cancelled".to_owned()));
    assert_eq!(house.balance(&format!("distributed/{}", house.pool)), 300_00);
    assert_eq!(house.balance(&format!("redemption-payable/{second}")), 0);
    house.agrees();

    assert_eq!(house.units_left(house.senior), 5, "nothing came of the first order");
    // A job that is started once more pays nobody twice.
    let app = house.app();
    app.execute(&Command::from_system(), &(), |act| {
        let id = act.id();
        let (kind, subject, run_key) = (redeem::REDEEM, &*second, "once more");
        store::jobs::enqueue(act.tx, NewJob { id, kind, subject, run_key, run_at: act.now }, act.now)?;
        Ok(())
    })
    .unwrap();
    house.stage.wait_until("the job has run", || {
        let job = app.ask(|tx| Ok(store::jobs::latest_for(tx, &second)?)).unwrap().unwrap();
        job.status == domain::status::JobStatus::Done
    });
    house.settle();
    assert_eq!(house.cash_of(house.holders[0]), 300_00 * 10_000);
}

#[test]
pub(crate) fn a_redemption_that_was_reorganised_away_is_made_again_once() {
    let house = Treasury::open_since(Stage::start_with_confirmations(12), 0, &[(3, 0), (5, 0)]);
    let chain: &Network = &house.stage.network;
    house.cash("principal", 800_00);
    let id = id_of(&house.redeem(house.senior, json!({ "kind": "maturity" })).expect(201));
    house.advance(1);
    // The register is fixed when the last block that counts is final.
    for _ in 0..house.app().confirmations {
        chain.mine();
    }
    house.advance(1);
    house.redeemed(&id, "paid");
    let sent = house.app().ask(|tx| Ok(store::outbox::count_all_about(tx, &id)?)).unwrap();

    // The batch and the allowance.
    chain.set_mining(Mining::Manual);
    chain.reorg(2);
    house.stage.wait_until("the redemption is taken back", || {
        house.lines(&id).iter().all(|(_, _, status)| status == "open")
    });
    assert_eq!((house.units_left(house.senior), house.balance(&format!("redeemed/{id}"))), (8, 0));
    house.stage.wait_until("it is paid again", || {
        chain.mine();
        house.issuer.get(&format!("/v1/redemptions/{id}")).expect(200)["status"] == "paid"
    });
    chain.set_mining(Mining::Auto);
    assert_eq!(house.lines(&id), paid(&[(3, 300_00), (5, 500_00)]));
    let on_chain: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(on_chain, [300_00, 500_00].map(|amount| amount * 10_000));
    let after = house.app().ask(|tx| Ok(store::outbox::count_all_about(tx, &id)?)).unwrap();
    assert_eq!(after, sent, "the same calls flew again");
    house.agrees();
}

#[test]
pub(crate) fn a_batch_that_the_chain_did_before_a_backup_was_restored_holds_up_nobody() {
    let house = Treasury::open_today(&[(3, 0), (5, 0)]);
    house.cash("principal", 800_00);
    let id = id_of(&house.redeem(house.senior, json!({ "kind": "maturity" })).expect(201));
    // The chain has used the id of the first batch, and nobody knows any more who was left out.
    let first = Sha256::digest(format!("redemption/{id}/batch/0")).into();
    let other = calls::set_wallet_frozen(house.token(), house.holders[0], false);
    house.call("before", calls::batch(house.token(), first, &[other], calls::Refused::IsSkipped).unwrap());
    house.advance(2);
    house.redeemed(&id, "paid");
    assert_eq!(house.lines(&id), paid(&[(3, 300_00), (5, 500_00)]));
    let on_chain: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(on_chain, [300_00, 500_00].map(|amount| amount * 10_000));
    house.agrees();
}

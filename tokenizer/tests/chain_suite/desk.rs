//! What the desk does: a pledge, a lost wallet, a redemption against payment, documents as of a time.

use crate::{
    network::{Network, key},
    stage::{Stage, id, units},
};
use chrono::TimeDelta;
use domain::{Refusal, refusal::Side};
use muniment_tokenizer::chain::{
    CallRefusal, ChainEvent,
    calls::{self, Hold, RedemptionTerms, Refused},
};
use sha2::{Digest, Sha256};

/// Investor 1 pledges 300 units to investor 2; investor 3 is the notary.
async fn pledge(stage: &Stage) -> Hold {
    let hold = Hold {
        partition: stage.senior.clone(),
        holder: key(1).address(),
        recipient: Some(key(2).address()),
        notary: Some(key(3).address()),
        units: units(300),
        expiry: stage.now().await + TimeDelta::days(30),
        secret_hash: Some(Sha256::digest(id(7)).into()),
        salt: id(1),
    };
    stage.network.send(&key(1), &calls::create_hold(stage.token, &hold)).await;
    hold
}

async fn kept(stage: &Stage, of: u16) -> i64 {
    let client = &stage.network.client;
    client.held_by_partition(stage.token, &stage.senior, key(of).address()).await.unwrap().get()
}

pub(crate) async fn pledged_units_stay_their_holder_s_until_the_notary_or_the_secret_decides(
    network: Network,
) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 1_000).await;
    let hold = pledge(&stage).await;
    assert_eq!((stage.held(1).await, kept(&stage, 1).await), (1_000, 300));
    let transfer = calls::transfer(stage.token, stage.movement(1, 2, 701));
    let refusal = client.simulate(key(1).address(), &transfer).await.unwrap().unwrap_err();
    let CallRefusal::Rule(rule) = refusal else { panic!("{refusal:?}") };
    let expected = Refusal::HeldUnits { units: 701, free: 700 };
    assert_eq!(rule.in_words_of_the_engine(&stage.senior), Some(expected));

    let execute = calls::execute_hold(stage.token, &hold, key(2).address(), units(100));
    let executed = stage.network.send(&key(3), &execute).await;
    let execute = calls::execute_hold_with_secret(stage.token, &hold, id(7));
    stage.network.send(&key(4), &execute).await;
    assert_eq!((stage.held(1).await, stage.held(2).await, kept(&stage, 1).await), (700, 300, 0));
    let told = client.events(executed.block, executed.block, &[stage.token]).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|logged| logged.event).collect();
    let ChainEvent::HoldExecuted { holder, units: 100, .. } = told[1] else { panic!("{told:?}") };
    assert_eq!(holder, Some(key(1).address()), "the movement before tells whose they were");

    let again = Hold { salt: id(2), ..hold };
    stage.network.send(&key(1), &calls::create_hold(stage.token, &again)).await;
    stage.network.send(&key(2), &calls::release_hold(stage.token, &again)).await;
    assert_eq!((stage.held(1).await, kept(&stage, 1).await), (700, 0));
}

pub(crate) async fn a_lost_wallet_is_recovered_with_its_pledge_and_never_acts_again(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 1_000).await;
    let hold = pledge(&stage).await;
    let (lost, fresh) = (key(1).address(), key(5).address());
    stage.network.send(&stage.office, &calls::add_wallet(stage.registry, lost, fresh)).await;
    let recover = calls::recover_wallet(stage.token, lost, fresh, b"case 9");
    let recovered = stage.network.send(&stage.office, &recover).await;
    assert_eq!((stage.held(1).await, stage.held(5).await, kept(&stage, 5).await), (0, 1_000, 300));
    assert_eq!(client.current_wallet_of(stage.token, lost).await.unwrap(), fresh);
    let told = client.events(recovered.block, recovered.block, &[stage.token]).await.unwrap();
    let expected = ChainEvent::WalletRecovered { lost, replacement: fresh };
    assert!(told.iter().any(|logged| logged.event == expected), "{told:?}");

    let verdict = client.judge_transfer(stage.token, stage.movement(1, 2, 1)).await.unwrap();
    let refusal = verdict.unwrap_err().in_words_of_the_engine(&stage.senior);
    assert_eq!(refusal, Some(Refusal::Frozen { side: Side::Sender }));
    let execute = calls::execute_hold(stage.token, &hold, key(2).address(), units(300));
    stage.network.send(&key(3), &execute).await;
    assert_eq!((stage.held(5).await, stage.held(2).await), (700, 300));
}

pub(crate) async fn a_redemption_pays_each_holder_or_leaves_its_units(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 700).await;
    stage.issue(2, 300).await;
    let office = stage.office.address();
    for call in [
        calls::mint_cash(stage.cash, id(9), office, 1_000_000),
        calls::approve(stage.cash, stage.token, 1_000_000),
        calls::set_blocked(stage.cash, key(2).address(), true),
    ] {
        stage.network.send(&stage.office, &call).await;
    }
    let terms = RedemptionTerms {
        partition: stage.senior.clone(),
        payment_token: stage.cash,
        price: 105,
        units: units(1_000),
        record: None,
        not_before: stage.now().await,
        document_hash: id(3),
    };
    let redeem = |holder: u16, amount| {
        calls::redeem_against_payment(stage.token, id(4), &terms, key(holder).address(), units(amount))
    };
    let both = [redeem(1, 700), redeem(2, 300)];
    let all_or_none = calls::batch(stage.token, id(5), &both, Refused::RevertsAll).unwrap();
    assert!(client.simulate(office, &all_or_none).await.unwrap().is_err());
    let batch = calls::batch(stage.token, id(5), &both, Refused::IsSkipped).unwrap();
    let redeemed = stage.network.send(&stage.office, &batch).await;
    assert_eq!((stage.held(1).await, stage.held(2).await), (0, 300));
    assert_eq!(client.payment_balance(stage.cash, key(1).address()).await.unwrap(), 73_500);
    let told = client.events(redeemed.block, redeemed.block, &[stage.token]).await.unwrap();
    let skipped = told.iter().find_map(|logged| match &logged.event {
        ChainEvent::CallSkipped { operation_id, place: 1, refusal } if *operation_id == id(5) => {
            refusal.clone()
        }
        _ => None,
    });
    assert_eq!(skipped.as_ref().map(CallRefusal::code), Some("PullFailed"), "{told:?}");
    assert!(client.simulate(office, &batch).await.unwrap().is_err(), "an operation id works once");
}

pub(crate) async fn losses_are_borne_by_the_junior_first_and_told(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let junior = "junior".parse().unwrap();
    let ranks = [junior, stage.senior.clone()];
    let waterfall = stage.network.deploy(&stage.office, &calls::deploy_junior_first(&ranks)).await;
    let set = stage.network.send(&stage.office, &calls::set_waterfall(stage.token, waterfall)).await;
    let told = client.events(set.block, set.block, &[stage.token]).await.unwrap();
    assert_eq!(told[0].event, ChainEvent::WaterfallSet { waterfall: Some(waterfall) });
    let senior_first = calls::write_down(stage.token, &ranks[1], 900_000, b"loss");
    assert!(client.simulate(stage.office.address(), &senior_first).await.unwrap().is_err());
    stage.network.send(&stage.office, &calls::write_down(stage.token, &ranks[0], 0, b"loss")).await;
    let written = stage.network.send(&stage.office, &senior_first).await;
    let told = client.events(written.block, written.block, &[stage.token]).await.unwrap();
    let expected = ChainEvent::WrittenDown { partition: ranks[1].clone(), remaining: 900_000 };
    assert_eq!(told[0].event, expected);
    let missed =
        stage.network.send(&stage.office, &calls::set_default(stage.token, &ranks[0], true, b"")).await;
    let told = client.events(missed.block, missed.block, &[stage.token]).await.unwrap();
    assert_eq!(told[0].event, ChainEvent::DefaultSet { partition: ranks[0].clone(), in_default: true });
}

pub(crate) async fn a_document_is_asked_as_of_a_time(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let set = |hash| calls::set_document(stage.token, id(1), "https://example.org/prospectus", id(hash));
    stage.network.send(&stage.office, &set(2)).await;
    let then = stage.now().await;
    stage.network.pass(3_600).await;
    stage.network.send(&stage.office, &set(3)).await;
    let at = async |time| client.document_hash_at(stage.token, id(1), time).await.unwrap();
    assert_eq!(at(then - TimeDelta::seconds(1)).await, None);
    assert_eq!(at(then).await, Some(id(2)));
    assert_eq!(at(then + TimeDelta::seconds(3_000)).await, Some(id(2)));
    assert_eq!(client.document_hash(stage.token, id(1)).await.unwrap(), Some(id(3)));
}

pub(crate) async fn many_wallets_are_frozen_at_once(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 10).await;
    let wallets = [key(1).address(), key(2).address()];
    let freeze = calls::set_wallets_frozen(stage.token, id(8), &wallets, true).unwrap();
    stage.network.send(&stage.office, &freeze).await;
    let verdict = client.judge_transfer(stage.token, stage.movement(1, 3, 1)).await.unwrap();
    let refusal = verdict.unwrap_err().in_words_of_the_engine(&stage.senior);
    assert_eq!(refusal, Some(Refusal::Frozen { side: Side::Sender }));
    let too_many = [key(1).address(); calls::MAX_BATCH + 1];
    assert!(calls::set_wallets_frozen(stage.token, id(8), &too_many, true).is_err());
}

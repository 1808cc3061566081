//! Signing, sending, sending again, replacing.

use crate::{
    network::{Network, key},
    stage::Stage,
};
use muniment_tokenizer::chain::{Broadcast, CallRefusal, calls};

const GAS: u64 = 3_000_000;

pub(crate) async fn signed_bytes_may_be_sent_again(network: Network) {
    let (client, signer) = (&network.client, key(0));
    let call = calls::deploy_payer(signer.address());
    let fees = client.suggest_fees().await.unwrap();
    let signed = client.sign(&signer, &call, 0, GAS, fees).unwrap();
    assert_eq!(client.sign(&signer, &call, 0, GAS, fees).unwrap(), signed, "signing is deterministic");
    assert_eq!(client.outcome(signed.hash).await.unwrap(), None);
    assert!(!client.knows(signed.hash).await.unwrap());

    network.set_automatic(false).await;
    assert_eq!(client.broadcast(&signed.raw).await.unwrap(), Broadcast::Accepted);
    assert_eq!(client.broadcast(&signed.raw).await.unwrap(), Broadcast::AlreadyKnown);
    assert!(client.knows(signed.hash).await.unwrap());
    assert_eq!(client.outcome(signed.hash).await.unwrap(), None, "pending is not an outcome");
    network.mine().await;

    let outcome = network.outcome(signed.hash).await;
    assert!(outcome.succeeded && outcome.gas_used > 500_000);
    assert!(client.has_code(outcome.contract.unwrap()).await.unwrap());
    assert_eq!(client.block_hash(outcome.block).await.unwrap(), Some(outcome.block_hash));
    assert_eq!(client.broadcast(&signed.raw).await.unwrap(), Broadcast::NonceTooLow);
    assert_eq!(client.transaction_count(signer.address()).await.unwrap(), 1);
}

pub(crate) async fn a_gap_in_the_nonces_waits_for_what_fills_it(network: Network) {
    let (client, signer) = (&network.client, key(1));
    let call = calls::deploy_payer(signer.address());
    let fees = client.suggest_fees().await.unwrap();
    let [first, second] = [0, 1].map(|nonce| client.sign(&signer, &call, nonce, GAS, fees).unwrap());

    assert_eq!(client.broadcast(&second.raw).await.unwrap(), Broadcast::Accepted);
    network.mine().await;
    assert_eq!(client.outcome(second.hash).await.unwrap(), None);
    assert_eq!(client.broadcast(&first.raw).await.unwrap(), Broadcast::Accepted);

    assert!(network.outcome(first.hash).await.succeeded);
    assert!(network.outcome(second.hash).await.succeeded);
}

pub(crate) async fn a_replacement_must_offer_more(network: Network) {
    let (client, signer) = (&network.client, key(2));
    let call = calls::deploy_payer(signer.address());
    let fees = client.suggest_fees().await.unwrap();
    let bumped = fees.bumped().unwrap();
    let mut less = fees;
    less.max_fee_per_gas -= 1;
    network.set_automatic(false).await;

    let first = client.sign(&signer, &call, 0, GAS, fees).unwrap();
    assert_eq!(client.broadcast(&first.raw).await.unwrap(), Broadcast::Accepted);
    let less = client.sign(&signer, &call, 0, GAS, less).unwrap();
    assert_eq!(client.broadcast(&less.raw).await.unwrap(), Broadcast::Underpriced);
    let second = client.sign(&signer, &call, 0, GAS, bumped).unwrap();
    assert_eq!(client.broadcast(&second.raw).await.unwrap(), Broadcast::Accepted);
    network.mine().await;

    assert!(network.outcome(second.hash).await.succeeded);
    assert_eq!(client.outcome(first.hash).await.unwrap(), None, "one nonce, one transaction");

    let poor = key(77);
    let broke = client.sign(&poor, &call, 0, GAS, fees).unwrap();
    assert_eq!(client.broadcast(&broke.raw).await.unwrap(), Broadcast::InsufficientFunds);
}

pub(crate) async fn a_call_that_reverts_is_in_a_block_with_its_reason(network: Network) {
    let stage = Stage::set(network).await;
    let (client, outsider) = (&stage.network.client, key(9));
    let call = calls::pause(stage.token);

    let refusal = client.simulate(outsider.address(), &call).await.unwrap().unwrap_err();
    assert_eq!(refusal.code(), "MissingRole");
    let outcome = stage.network.send_unasked(&outsider, &call, 200_000).await;
    assert!(!outcome.succeeded);
    let why = client.why_reverted(outsider.address(), &call, outcome.block).await.unwrap();
    assert_eq!(why, Some(refusal));

    // A call without any code behind its selector: the words of the node, not of a contract.
    let nothing = muniment_tokenizer::chain::ChainCall {
        to: Some(stage.registry),
        data: vec![1, 2, 3, 4],
        value_wei: 0,
    };
    let refusal = client.simulate(outsider.address(), &nothing).await.unwrap().unwrap_err();
    assert!(matches!(refusal, CallRefusal::Other(_)), "{refusal:?}");
}

pub(crate) async fn a_wallet_that_was_given_funds_pays_for_its_own_calls(network: Network) {
    let (client, giver, newcomer) = (&network.client, key(0), key(55));
    let call = calls::deploy_payer(newcomer.address());
    assert_eq!(client.funds(newcomer.address()).await.unwrap(), 0);
    network.send(&giver, &calls::fund(newcomer.address(), 1_000_000_000_000_000_000)).await;
    assert_eq!(client.funds(newcomer.address()).await.unwrap(), 1_000_000_000_000_000_000);
    network.deploy(&newcomer, &call).await;
    assert!(client.funds(newcomer.address()).await.unwrap() < 1_000_000_000_000_000_000);
}

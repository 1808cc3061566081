//! Coupons: six hundred payees in chunks, one who cannot be paid, one who claims alone, and what goes back.

use crate::{
    network::{Network, key},
    stage::{Stage, id},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::party::WalletAddress;
use muniment_tokenizer::{
    chain::{
        ChainEvent, CouponBalance, MAX_GAS,
        calls::{self, CouponPlan},
    },
    coupon::{CouponTree, Payee},
};

const TAX_OFFICE: WalletAddress = WalletAddress([0x7a; 20]);

fn payee(n: u16) -> WalletAddress {
    let mut address = [0xee; 20];
    address[18..].copy_from_slice(&n.to_be_bytes());
    WalletAddress(address)
}

/// Payee `n` gets `n + 1` smallest units.
fn tree(coupon_id: [u8; 32], payees: u16) -> CouponTree {
    let payees: Vec<_> =
        (0..payees).map(|n| Payee { account: payee(n), amount: u64::from(n) + 1, withheld: 0 }).collect();
    CouponTree::build(coupon_id, &payees).unwrap()
}

async fn declare(stage: &Stage, tree: &CouponTree) -> DateTime<Utc> {
    declare_with(stage, tree, id(9)).await
}

async fn declare_with(stage: &Stage, tree: &CouponTree, operation: [u8; 32]) -> DateTime<Utc> {
    let claim_deadline = stage.now().await + TimeDelta::days(90);
    let total = i64::try_from(tree.total()).unwrap();
    let plan = CouponPlan {
        token: stage.token,
        payment_token: stage.cash,
        tree,
        claim_deadline,
        withholding_account: Some(TAX_OFFICE),
    };
    for call in [
        calls::mint_cash(stage.cash, operation, stage.office.address(), total),
        calls::approve(stage.cash, stage.payer, total),
        calls::declare_coupon(stage.payer, plan),
    ] {
        stage.network.send(&stage.office, &call).await;
    }
    claim_deadline
}

pub(crate) async fn six_hundred_payees_are_paid_in_three_chunks_and_one_is_owed(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let tree = tree(id(5), 600);
    assert_eq!((tree.total(), tree.chunk_count()), (180_300, 3));
    assert_eq!(client.coupon_balance(stage.payer, id(5)).await.unwrap(), None);
    declare(&stage, &tree).await;
    let blocked = payee(299);
    stage.network.send(&stage.office, &calls::set_blocked(stage.cash, blocked, true)).await;

    let mut last = 0;
    for number in 0..3 {
        assert!(!client.is_chunk_paid(stage.payer, id(5), number).await.unwrap());
        let pay = calls::pay_chunk(stage.payer, id(5), &tree.chunk(number).unwrap());
        let paid = stage.network.send(&stage.office, &pay).await;
        assert!(paid.gas_used < MAX_GAS, "chunk {number} used {}", paid.gas_used);
        assert!(client.is_chunk_paid(stage.payer, id(5), number).await.unwrap());
        let again = client.simulate(stage.office.address(), &pay).await.unwrap().unwrap_err();
        assert_eq!(again.code(), "AlreadyPaid");
        last = paid.block;
    }

    let balance = client.coupon_balance(stage.payer, id(5)).await.unwrap().unwrap();
    let expected =
        CouponBalance { funded: 180_300, paid: 180_000, owed: 300, withheld: 0, returned: 0, open: 0 };
    assert_eq!(balance, expected);
    assert_eq!(client.owed_to(stage.payer, id(5), blocked).await.unwrap(), 300);
    assert_eq!(client.payment_balance(stage.cash, payee(599)).await.unwrap(), 600);
    assert_eq!(client.payment_balance(stage.cash, blocked).await.unwrap(), 0);
    let events = client.events(0, last, &[stage.payer]).await.unwrap();
    let pushed: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.event {
            ChainEvent::CouponChunkPaid { coupon_id, chunk, paid } if *coupon_id == id(5) => {
                Some((*chunk, paid))
            }
            _ => None,
        })
        .collect();
    assert_eq!(pushed.iter().map(|(chunk, _)| *chunk).collect::<Vec<_>>(), [0, 1, 2]);
    let paid: Vec<u32> = pushed.into_iter().flat_map(|(_, paid)| paid.iter().copied()).collect();
    assert_eq!(paid, (0..600).filter(|index| *index != 299).collect::<Vec<_>>());
    let owed = ChainEvent::CouponOwed { coupon_id: id(5), index: 299, account: blocked, amount: 300 };
    assert!(events.iter().any(|event| event.event == owed));

    stage.network.send(&stage.office, &calls::set_blocked(stage.cash, blocked, false)).await;
    stage.network.send(&key(9), &calls::pay_owed(stage.payer, id(5), blocked)).await;
    assert_eq!(client.payment_balance(stage.cash, blocked).await.unwrap(), 300);
}

pub(crate) async fn a_payee_claims_alone_and_the_rest_goes_back(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let tree = tree(id(6), 300);
    declare(&stage, &tree).await;

    let claim = calls::claim(stage.payer, &tree, 270).unwrap();
    stage.network.send(&key(9), &claim).await;
    assert_eq!(client.payment_balance(stage.cash, payee(270)).await.unwrap(), 271);
    let again = client.simulate(key(9).address(), &claim).await.unwrap().unwrap_err();
    assert_eq!(again.code(), "AlreadyPaid");
    let reclaim = calls::reclaim(stage.payer, id(6));
    let early = client.simulate(stage.office.address(), &reclaim).await.unwrap().unwrap_err();
    assert_eq!(early.code(), "DeadlineNotReached");

    stage.network.pass(TimeDelta::days(91).num_seconds().unsigned_abs()).await;
    stage.network.send(&stage.office, &reclaim).await;
    let balance = client.coupon_balance(stage.payer, id(6)).await.unwrap().unwrap();
    assert_eq!(
        balance,
        CouponBalance { funded: 45_150, paid: 271, owed: 0, withheld: 0, returned: 44_879, open: 0 }
    );
    assert_eq!(client.payment_balance(stage.cash, stage.office.address()).await.unwrap(), 44_879);
}

pub(crate) async fn what_is_withheld_goes_to_the_tax_office(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let payees =
        [(1, 80, 20), (2, 90, 0)].map(|(n, amount, withheld)| Payee { account: payee(n), amount, withheld });
    let tree = CouponTree::build(id(7), &payees).unwrap();
    assert_eq!(tree.total(), 190);
    declare(&stage, &tree).await;
    let pay = calls::pay_chunk(stage.payer, id(7), &tree.chunk(0).unwrap());
    stage.network.send(&stage.office, &pay).await;
    let balance = client.coupon_balance(stage.payer, id(7)).await.unwrap().unwrap();
    let expected = CouponBalance { funded: 190, paid: 170, owed: 0, withheld: 20, returned: 0, open: 0 };
    assert_eq!(balance, expected);
    let remitted = stage.network.send(&key(9), &calls::remit(stage.payer, id(7))).await;
    assert_eq!(client.payment_balance(stage.cash, TAX_OFFICE).await.unwrap(), 20);
    let events = client.events(remitted.block, remitted.block, &[stage.payer]).await.unwrap();
    let told = ChainEvent::WithheldRemitted { coupon_id: id(7), account: TAX_OFFICE, amount: 20 };
    assert!(events.iter().any(|event| event.event == told));
}

pub(crate) async fn the_coupons_of_a_lost_wallet_go_to_its_owner_s_other_one(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    let (lost, other, fresh) = (key(1).address(), key(2).address(), key(5).address());
    let payees = [lost, other].map(|account| Payee { account, amount: 100, withheld: 0 });
    let (claimed, owed) = (id(7), id(8));
    let trees = [claimed, owed].map(|coupon| CouponTree::build(coupon, &payees).unwrap());
    stage.network.send(&stage.office, &calls::use_registry(stage.payer, stage.registry)).await;
    for (tree, operation) in trees.iter().zip([id(9), id(10)]) {
        declare_with(&stage, tree, operation).await;
    }
    stage.network.send(&stage.office, &calls::set_blocked(stage.cash, lost, true)).await;
    let pay = calls::pay_chunk(stage.payer, owed, &trees[1].chunk(0).unwrap());
    stage.network.send(&stage.office, &pay).await;

    let claim = calls::claim_for_lost(stage.payer, &trees[0], 0, fresh).unwrap();
    let pay_owed = calls::pay_owed_for_lost(stage.payer, owed, lost, fresh);
    stage.network.send(&stage.office, &calls::add_wallet(stage.registry, lost, fresh)).await;
    let in_use = client.simulate(stage.office.address(), &claim).await.unwrap().unwrap_err();
    assert_eq!(in_use.code(), "NotTheOwner");
    stage.network.send(&stage.office, &calls::remove_wallet(stage.registry, lost)).await;
    let told = stage.network.send(&stage.office, &claim).await;
    stage.network.send(&key(5), &pay_owed).await;
    assert_eq!(client.payment_balance(stage.cash, fresh).await.unwrap(), 200);
    let events = client.events(told.block, told.block, &[stage.payer]).await.unwrap();
    let expected = ChainEvent::PayeeReplaced { coupon_id: claimed, lost, replacement: fresh };
    assert_eq!(events[0].event, expected);
    let anothers = calls::claim_for_lost(stage.payer, &trees[0], 0, other).unwrap();
    assert_eq!(
        client.simulate(stage.office.address(), &anothers).await.unwrap().unwrap_err().code(),
        "NotTheOwner"
    );
}

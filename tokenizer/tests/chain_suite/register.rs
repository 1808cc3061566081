//! Who holds what: issues, transfers, refusals, and the events the register is made of.

use crate::{
    network::{Network, key},
    stage::{Stage, country, id, units},
};
use chrono::TimeDelta;
use domain::{Country, Refusal, party::InvestorClass, refusal::Side};
use muniment_tokenizer::chain::{
    CallRefusal, ChainEvent, MAX_GAS, RuleRefusal,
    calls::{self, Issue, Registration},
};

pub(crate) async fn eligible_holders_are_issued_and_transfer(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    let known = client.identity_of(stage.registry, key(2).address()).await.unwrap().unwrap();
    assert_eq!((known.identity, known.country, known.class), (2, country("FR"), InvestorClass::Retail));
    assert!(!known.frozen && !known.removed && !known.several_wallets);
    assert_eq!(client.identity_of(stage.registry, key(8).address()).await.unwrap(), None);

    stage.issue(1, 1_000).await;
    let transfer = calls::transfer(stage.token, stage.movement(1, 2, 400));
    let outcome = stage.network.send(&key(1), &transfer).await;

    assert_eq!((stage.held(1).await, stage.held(2).await), (600, 400));
    assert_eq!(client.balance_of(stage.token, key(2).address()).await.unwrap(), units(400));
    assert_eq!(client.total_supply(stage.token).await.unwrap(), units(1_000));
    let state = client.partition_state(stage.token, &stage.senior).await.unwrap();
    assert_eq!((state.supply, state.holders, state.cap), (units(1_000), 2, Some(units(50_000))));
    let names = client.partitions(stage.token).await.unwrap();
    assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["senior", "junior"]);

    let events = client.events(0, outcome.block, &[stage.token]).await.unwrap();
    let moved: Vec<_> =
        events.iter().filter(|event| matches!(event.event, ChainEvent::Moved { .. })).collect();
    let (one, two) = (key(1).address(), key(2).address());
    let partition = stage.senior.clone();
    assert_eq!(moved[0].event, ChainEvent::Moved { partition, from: None, to: Some(one), units: 1_000 });
    let partition = stage.senior.clone();
    let transferred = ChainEvent::Moved { partition, from: Some(one), to: Some(two), units: 400 };
    assert_eq!(moved[1].event, transferred);
    assert_eq!((moved[1].block, moved[1].block_hash), (outcome.block, outcome.block_hash));
    assert_eq!((moved.len(), moved[1].emitter), (2, stage.token));
}

pub(crate) async fn a_stranger_is_refused_in_the_trial_and_by_a_raw_transaction(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 1_000).await;
    let transfer = calls::transfer(stage.token, stage.movement(1, 8, 5));

    let refusal = client.simulate(key(1).address(), &transfer).await.unwrap().unwrap_err();
    let expected = RuleRefusal { status: 0x57, reason: "RECEIVER_UNKNOWN".to_owned(), value: 0, limit: 0 };
    assert_eq!(refusal, CallRefusal::Rule(expected.clone()));
    let verdict = client.judge_transfer(stage.token, stage.movement(1, 8, 5)).await.unwrap();
    assert_eq!(verdict, Err(expected));

    let outcome = stage.network.send_unasked(&key(1), &transfer, 300_000).await;
    assert!(!outcome.succeeded);
    let why = client.why_reverted(key(1).address(), &transfer, outcome.block).await.unwrap();
    assert_eq!(why, Some(refusal));
    assert_eq!((stage.held(1).await, stage.held(8).await), (1_000, 0));
    assert_eq!(client.events(outcome.block, outcome.block, &[stage.token]).await.unwrap(), []);
}

pub(crate) async fn the_verdict_of_a_transfer_carries_the_words_and_numbers_of_the_engine(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 1_000).await;
    let united_states: Country = country("US");
    let stranger = Refusal::Unknown { side: Side::Sender };
    let too_few = Refusal::InsufficientBalance { units: 1_001, available: 1_000 };
    for (from, to, amount, expected) in [
        (1, 4, 5, Refusal::CountryNotAllowed { country: united_states }),
        (8, 1, 5, stranger),
        (1, 2, 1_001, too_few),
    ] {
        let verdict = client.judge_transfer(stage.token, stage.movement(from, to, amount)).await.unwrap();
        let refusal = verdict.unwrap_err().in_words_of_the_engine(&stage.senior);
        assert_eq!(refusal, Some(expected), "{from} to {to}: {amount}");
    }

    let freeze = calls::set_frozen_units(stage.token, key(1).address(), units(900));
    stage.network.send(&stage.office, &freeze).await;
    let transfer = calls::transfer(stage.token, stage.movement(1, 2, 101));
    let refusal = client.simulate(key(1).address(), &transfer).await.unwrap().unwrap_err();
    let CallRefusal::Rule(rule) = refusal else { panic!("{refusal:?}") };
    let expected = Refusal::FrozenUnits { units: 101, free: 100 };
    assert_eq!(rule.in_words_of_the_engine(&stage.senior), Some(expected));
}

pub(crate) async fn the_cap_refuses_the_first_unit_above_it(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    let issue = |amount| Issue { to: key(1).address(), units: units(amount) };

    let above = calls::issue(stage.token, &stage.senior, issue(50_001));
    let refusal = client.simulate(stage.office.address(), &above).await.unwrap().unwrap_err();
    let CallRefusal::Rule(rule) = refusal else { panic!("{refusal:?}") };
    let expected = Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 };
    assert_eq!(rule.in_words_of_the_engine(&stage.senior), Some(expected));
    let verdict = client.judge_issue(stage.token, &stage.senior, issue(50_001)).await.unwrap();
    assert_eq!(verdict, Err(rule));

    stage.network.send(&stage.office, &calls::issue(stage.token, &stage.senior, issue(50_000))).await;
    assert_eq!(stage.held(1).await, 50_000);
}

pub(crate) async fn an_approval_that_has_run_out_refuses_by_the_time_of_the_next_block(network: Network) {
    let stage = Stage::with_investors(network).await;
    stage.issue(1, 1_000).await;
    let transfer = calls::transfer(stage.token, stage.movement(1, 2, 5));
    let client = &stage.network.client;
    assert!(client.simulate(key(1).address(), &transfer).await.unwrap().is_ok());

    // No block is made meanwhile: the trial must ask by the clock, not by the newest block.
    stage.network.pass(TimeDelta::days(366).num_seconds().unsigned_abs()).await;
    let refusal = client.simulate(key(1).address(), &transfer).await.unwrap().unwrap_err();
    assert_eq!(refusal.code(), "KYC_EXPIRED");

    let until = stage.now().await + TimeDelta::days(800);
    for investor in [1, 2] {
        let renew = calls::set_valid_until(stage.registry, key(investor).address(), until);
        stage.network.send(&stage.office, &renew).await;
    }
    stage.network.send(&key(1), &transfer).await;
    assert_eq!(stage.held(2).await, 5);
}

pub(crate) async fn a_batch_of_two_hundred_fits_one_transaction_and_works_once(network: Network) {
    let stage = Stage::set(network).await;
    let client = &stage.network.client;
    let until = stage.now().await + TimeDelta::days(365);
    let wallets: Vec<_> = (100..300).map(|n| key(n).address()).collect();
    let registrations: Vec<_> = wallets
        .iter()
        .zip(1_000..)
        .map(|(wallet, identity)| Registration {
            wallet: *wallet,
            identity,
            country: country("DE"),
            class: InvestorClass::Professional,
            valid_until: until,
        })
        .collect();
    let register = calls::register(stage.registry, id(2), &registrations).unwrap();
    let registered = stage.network.send(&stage.office, &register).await;
    let issues: Vec<_> = wallets.iter().map(|to| Issue { to: *to, units: units(100) }).collect();
    let mint = calls::issue_batch(stage.token, id(3), &stage.senior, &issues).unwrap();
    let minted = stage.network.send(&stage.office, &mint).await;

    assert!(registered.gas_used < MAX_GAS, "registering used {}", registered.gas_used);
    assert!(minted.gas_used < MAX_GAS, "issuing used {}", minted.gas_used);
    assert_eq!(client.total_supply(stage.token).await.unwrap(), units(20_000));
    assert!(client.is_consumed(stage.token, id(3)).await.unwrap());
    let again = client.simulate(stage.office.address(), &mint).await.unwrap().unwrap_err();
    assert_eq!(again.code(), "OperationConsumed");
    let too_many = vec![issues[0]; calls::MAX_BATCH + 1];
    let refused = calls::issue_batch(stage.token, id(4), &stage.senior, &too_many).unwrap_err();
    assert_eq!((refused.given, refused.limit), (201, 200));
}

pub(crate) async fn what_the_office_does_is_told_by_events(network: Network) {
    let stage = Stage::with_investors(network).await;
    let (office, token) = (&stage.office, stage.token);
    stage.issue(1, 1_000).await;
    let before = stage.network.client.head().await.unwrap().number;
    let (two, three) = (key(2).address(), key(3).address());
    let document = calls::set_document(token, id(9), "https://example.org/terms.pdf", id(8));
    for call in [
        calls::pause(token),
        calls::unpause(token),
        calls::set_wallet_frozen(token, two, true),
        calls::set_identity_frozen(stage.registry, three, true),
        calls::controller_transfer(token, stage.movement(1, 2, 0), b""),
        document,
        calls::close_primary(token),
    ] {
        // The forced transfer to a frozen wallet is the one that is refused.
        if let Ok(gas) = stage.network.client.simulate(office.address(), &call).await.unwrap() {
            stage.network.send_unasked(office, &call, gas * 2).await;
        }
    }
    let head = stage.network.client.head().await.unwrap().number;
    let events = stage.network.client.events(before + 1, head, &[token, stage.registry]).await.unwrap();
    let told: Vec<_> = events.into_iter().map(|event| event.event).collect();
    let updated = ChainEvent::DocumentUpdated {
        name: id(9),
        uri: "https://example.org/terms.pdf".to_owned(),
        hash: id(8),
    };
    let expected = [
        ChainEvent::PausedSet { paused: true },
        ChainEvent::PausedSet { paused: false },
        ChainEvent::WalletFrozenSet { wallet: two, frozen: true },
        ChainEvent::IdentityFrozenSet { identity: 3, frozen: true },
        updated,
        ChainEvent::PrimaryClosed,
    ];
    assert_eq!(told, expected);
    let json = serde_json::to_value(&told[2]).unwrap();
    assert_eq!(json["kind"], "wallet_frozen_set");
    assert_eq!(told[2].kind(), "wallet_frozen_set");
    assert_eq!(serde_json::from_value::<ChainEvent>(json).unwrap(), told[2]);
}

pub(crate) async fn each_movement_is_told_once_whichever_standard_it_came_by(network: Network) {
    let stage = Stage::with_investors(network).await;
    let (office, token, client) = (&stage.office, stage.token, &stage.network.client);
    let list = calls::list_token(stage.registry, token);
    stage.network.send(office, &list).await;
    stage.issue(1, 1_000).await;
    let before = client.head().await.unwrap().number;
    let (one, two) = (key(1).address(), key(2).address());
    stage.network.send(&key(1), &calls::transfer_cash(token, two, 30)).await;
    stage.network.send(&key(1), &calls::transfer(token, stage.movement(1, 2, 4))).await;
    let head = client.head().await.unwrap().number;
    let events = client.events(before + 1, head, &[token]).await.unwrap();
    let told: Vec<_> = events.into_iter().map(|event| event.event).collect();
    let (from, to, partition) = (Some(one), Some(two), stage.senior.clone());
    let expected = [
        ChainEvent::Transferred { from, to, amount: 30, by_partition: false },
        ChainEvent::Transferred { from, to, amount: 4, by_partition: true },
        ChainEvent::Moved { partition, from, to, units: 4 },
    ];
    assert_eq!(told, expected);
    assert_eq!((stage.held(1).await, stage.held(2).await), (966, 34));
}

pub(crate) async fn events_of_a_block_that_was_reorganised_away_are_gone(network: Network) {
    let stage = Stage::with_investors(network).await;
    let client = &stage.network.client;
    stage.issue(1, 1_000).await;
    let transfer = calls::transfer(stage.token, stage.movement(1, 2, 400));
    let outcome = stage.network.send(&key(1), &transfer).await;
    assert_eq!(stage.held(2).await, 400);

    stage.network.reorg(1).await;

    let hash = client.block_hash(outcome.block).await.unwrap();
    assert!(hash.is_some() && hash != Some(outcome.block_hash), "another block stands there");
    assert_eq!(client.events(outcome.block, outcome.block, &[stage.token]).await.unwrap(), []);
    assert_eq!((stage.held(1).await, stage.held(2).await), (1_000, 0));
    assert_eq!(client.transaction_count(key(1).address()).await.unwrap(), 0);

    // The same call again settles on the new branch.
    stage.network.send(&key(1), &transfer).await;
    assert_eq!(stage.held(2).await, 400);
}

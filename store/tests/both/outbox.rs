//! One cause, one call; one nonce, one call; and the same bytes after a reorganisation.

use crate::harness::{id, on_both, second};
use domain::party::WalletAddress;
use domain::status::CallStatus;
use muniment_store::outbox::{self, Call, Landed, Landing, NewCall, Submission};
use muniment_store::{Store, StoreError};

const SIGNER: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn enqueue(store: &Store, number: u32) -> bool {
    enqueue_by(store, number, SIGNER.parse().unwrap())
}

fn enqueue_by(store: &Store, number: u32, signer: WalletAddress) -> bool {
    let (id, key) = (id(number).parse().unwrap(), format!("issue:{number}"));
    let new = NewCall {
        id,
        operation_key: &key,
        kind: "token.issue",
        subject: "pool",
        signer,
        to: Some(signer),
        data: &[0xca, 0xfe, 0x00],
        value_wei: 0,
    };
    store.write(|tx| outbox::enqueue(tx, new, second(0))).unwrap()
}

fn again(store: &Store, call: &Call, number: u32) -> bool {
    store.write(|tx| outbox::queue_again(tx, call, id(number).parse().unwrap(), second(5))).unwrap()
}

fn call(store: &Store, number: u32) -> Call {
    store.read(|tx| outbox::by_operation_key(tx, &format!("issue:{number}"))).unwrap().unwrap()
}

fn submission(call: &Call, hash: &str, attempt: i64) -> Submission {
    Submission {
        hash: hash.to_owned(),
        call_id: call.id,
        attempt,
        raw: vec![2, 0, 255, u8::try_from(attempt).unwrap()],
        gas: 90_000,
        max_fee_per_gas: "1000000007".to_owned(),
        max_priority_fee_per_gas: "7".to_owned(),
        sent_at: second(1).naive_utc(),
    }
}

fn submit(store: &Store, call: &Call, nonce: i64, hash: &str) -> Result<(), StoreError> {
    store.write(|tx| {
        outbox::add_signer(tx, SIGNER.parse().unwrap(), "issuer")?;
        outbox::submitted(tx, call, nonce, submission(call, hash, 1))
    })
}

fn next_nonce(store: &Store) -> Option<i64> {
    store.read(|tx| outbox::signer(tx, SIGNER)).unwrap().1
}

fn landing(block: i64, refusal: Option<&str>) -> Landing {
    Landing {
        block,
        block_hash: format!("0x{block}"),
        gas_used: 41_000,
        contract_address: Some(SIGNER.to_owned()),
        refusal: refusal.map(str::to_owned),
    }
}

#[test]
fn an_operation_key_is_one_call() {
    on_both(|database| {
        let store = &database.store;
        assert!(enqueue(store, 1));
        assert!(!enqueue(store, 1));
        assert!(enqueue(store, 2));
        assert_eq!(store.read(|tx| outbox::count(tx, CallStatus::Queued)).unwrap(), 2);
        let queued = store.read(|tx| outbox::in_status(tx, CallStatus::Queued, 0, 9)).unwrap();
        assert_eq!(queued.iter().map(|call| call.position).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(queued[0].data, [0xca, 0xfe, 0x00]);
        assert_eq!((queued[0].signer.as_str(), queued[0].value_wei.as_str()), (SIGNER, "0"));
        let before = |position| store.read(|tx| outbox::unlanded_before(tx, position, &[])).unwrap();
        assert_eq!((before(1), before(2), before(3)), (0, 1, 2));
    });
}

#[test]
fn causes_that_race_get_a_call_each_and_a_place_each() {
    on_both(|database| {
        let store = &database.store;
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || (0..5).for_each(|number| assert!(enqueue(store, thread * 5 + number))));
            }
        });
        let queued = store.read(|tx| outbox::in_status(tx, CallStatus::Queued, 0, 200)).unwrap();
        assert_eq!(queued.iter().map(|call| call.position).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    });
}

#[test]
fn a_signer_has_one_purpose_and_its_nonce_goes_up_by_one() {
    on_both(|database| {
        let store = &database.store;
        (1..=2).for_each(|number| assert!(enqueue(store, number)));
        let unknown = store.read(|tx| outbox::signer(tx, SIGNER));
        assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
        let add = |purpose| store.write(|tx| outbox::add_signer(tx, SIGNER.parse().unwrap(), purpose));
        add("issuer").unwrap();
        add("payer").unwrap();
        let signer = store.read(|tx| outbox::signer(tx, SIGNER)).unwrap();
        assert_eq!(signer, ("issuer".to_owned(), None), "a purpose stays, and nothing was sent yet");
        submit(store, &call(store, 1), 7, "0xa").unwrap();
        assert_eq!(next_nonce(store), Some(8));
        submit(store, &call(store, 2), 8, "0xb").unwrap();
        assert_eq!(next_nonce(store), Some(9));
        let sent = call(store, 2);
        assert_eq!((sent.status, sent.nonce), (CallStatus::Submitted, Some(8)));
    });
}

#[test]
fn a_nonce_is_given_to_one_call() {
    on_both(|database| {
        let store = &database.store;
        (1..=2).for_each(|number| assert!(enqueue(store, number)));
        submit(store, &call(store, 1), 7, "0xa").unwrap();
        let second_use = submit(store, &call(store, 2), 7, "0xb");
        assert!(matches!(second_use, Err(StoreError::Duplicate(_))), "{second_use:?}");
        assert_eq!(call(store, 2).status, CallStatus::Queued);
        assert_eq!(next_nonce(store), Some(8));
    });
}

#[test]
fn a_call_gets_one_nonce_however_many_processes_send_it() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1);
        let queued = call(store, 1);
        submit(store, &queued, 7, "0xa").unwrap();
        let again = submit(store, &queued, 8, "0xb");
        assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
        assert_eq!(call(store, 1).nonce, Some(7));
        assert_eq!(next_nonce(store), Some(8), "the second nonce was not taken");
        assert_eq!(store.read(|tx| outbox::submissions(tx, queued.id)).unwrap().len(), 1);
    });
}

#[test]
fn a_fee_bump_adds_bytes_under_the_same_nonce() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1);
        let queued = call(store, 1);
        submit(store, &queued, 7, "0xa").unwrap();
        store.write(|tx| outbox::add_submission(tx, submission(&queued, "0xb", 2))).unwrap();
        let twice = store.write(|tx| outbox::add_submission(tx, submission(&queued, "0xc", 2)));
        assert!(matches!(twice, Err(StoreError::Duplicate(_))), "{twice:?}");
        let stored = store.read(|tx| outbox::submissions(tx, queued.id)).unwrap();
        assert_eq!(stored.iter().map(|each| each.hash.as_str()).collect::<Vec<_>>(), ["0xb", "0xa"]);
        assert_eq!(stored[0].raw, [2, 0, 255, 2]);
        assert_eq!(stored[1].raw, [2, 0, 255, 1]);
    });
}

#[test]
fn a_call_lands_is_lost_lands_again_and_becomes_final() {
    on_both(|database| {
        let store = &database.store;
        (1..=3).for_each(|number| assert!(enqueue(store, number)));
        for (number, nonce, hash) in [(1, 7, "0xa"), (2, 8, "0xb")] {
            submit(store, &call(store, number), nonce, hash).unwrap();
        }
        let land = |number: u32, landing: Landing| {
            let id = call(store, number).id;
            store.write(|tx| outbox::landed(tx, id, &landing, second(2))).unwrap()
        };
        assert!(land(1, landing(10, None)));
        assert!(!land(1, landing(12, None)), "another process noted it already");
        assert!(land(2, landing(11, Some(r#"{"code":"PAUSED"}"#))));
        assert_eq!(call(store, 1).status, CallStatus::Mined);
        assert_eq!((call(store, 1).gas_used, call(store, 1).block), (Some(41_000), Some(10)));
        assert_eq!(call(store, 2).status, CallStatus::Refused);

        let above = store.read(|tx| outbox::landed_above(tx, 10)).unwrap();
        let refused_one = Landed { call_id: call(store, 2).id, block: 11, block_hash: "0x11".to_owned() };
        assert_eq!(above, [refused_one]);
        store.write(|tx| outbox::unland(tx, above[0].call_id, second(3))).unwrap();
        let lost = call(store, 2);
        assert_eq!((lost.status, lost.nonce), (CallStatus::Submitted, Some(8)));
        assert_eq!((lost.block, lost.block_hash, lost.refusal), (None, None, None));
        assert_eq!(
            (lost.gas_used, lost.contract_address),
            (None, None),
            "nothing is known of the lost block"
        );
        assert_eq!(store.read(|tx| outbox::submissions(tx, lost.id)).unwrap()[0].raw, [2, 0, 255, 1]);
        assert_eq!(call(store, 1).status, CallStatus::Mined);
        assert_eq!(call(store, 3).status, CallStatus::Queued, "what has no nonce was in no block");

        assert!(land(2, landing(12, None)));
        assert_eq!(store.write(|tx| outbox::finalise(tx, 11, second(4))).unwrap(), 1);
        assert_eq!((call(store, 1).status, call(store, 2).status), (CallStatus::Final, CallStatus::Mined));
    });
}

#[test]
fn a_call_refused_without_a_nonce_is_queued_again_as_it_is() {
    on_both(|database| {
        let store = &database.store;
        assert!(enqueue(store, 1));
        let queued = call(store, 1);
        assert!(!again(store, &queued, 9), "it waits already");
        store.write(|tx| outbox::refused(tx, queued.id, "{}", second(3))).unwrap();
        assert_eq!(call(store, 1).refusal.as_deref(), Some("{}"));
        assert!(again(store, &queued, 9));
        assert_eq!((call(store, 1).id, call(store, 1).status), (queued.id, CallStatus::Queued));
        assert_eq!(call(store, 1).refusal, None);
    });
}

#[test]
fn a_call_whose_nonce_is_spent_stays_on_record_and_another_one_carries_its_cause() {
    on_both(|database| {
        let store = &database.store;
        (1..=2).for_each(|number| assert!(enqueue(store, number)));
        let spent = call(store, 1);
        submit(store, &spent, 7, "0xa").unwrap();
        assert!(!again(store, &spent, 9), "it is on its way");
        store.write(|tx| outbox::landed(tx, spent.id, &landing(10, Some("{}")), second(4))).unwrap();
        let refused = || store.read(|tx| outbox::refused_about(tx, "pool")).unwrap();
        assert_eq!(refused().len(), 1);
        assert!(again(store, &spent, 9));
        assert!(!again(store, &spent, 10), "once is enough");

        let new = call(store, 1);
        assert_eq!((new.id.to_string(), new.status, new.nonce), (id(9), CallStatus::Queued, None));
        assert_eq!((new.cause(), new.position), (spent.operation_key.as_str(), 3));
        assert_eq!((&new.data, &new.to_address, &new.kind), (&spent.data, &spent.to_address, &spent.kind));
        let about = store.read(|tx| outbox::about(tx, "pool")).unwrap();
        assert_eq!(about.len(), 3);
        assert_eq!((about[0].status, about[0].nonce), (CallStatus::Refused, Some(7)));
        assert_eq!(refused().len(), 0);
        assert_eq!(store.read(|tx| outbox::count_about(tx, "pool", "token.issue")).unwrap(), 2);

        // The second try may be refused in a block as well.
        submit(store, &new, 8, "0xb").unwrap();
        store.write(|tx| outbox::landed(tx, new.id, &landing(11, Some("{}")), second(5))).unwrap();
        assert!(again(store, &new, 10));
        assert_eq!((call(store, 1).id.to_string(), call(store, 1).cause()), (id(10), "issue:1"));
        assert!(!enqueue(store, 1), "the cause has its calls");
    });
}

#[test]
fn each_signer_has_a_queue_of_its_own_and_so_many_in_flight() {
    on_both(|database| {
        let store = &database.store;
        let other: WalletAddress = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F".parse().unwrap();
        assert!(enqueue_by(store, 1, other));
        (2..=4).for_each(|number| assert!(enqueue(store, number)));
        let other = other.to_string();
        assert_eq!(store.read(outbox::queued_signers).unwrap(), [other.clone(), SIGNER.to_owned()]);
        let queued = |may_fly| {
            let calls = store.read(|tx| outbox::queued_of(tx, SIGNER, may_fly)).unwrap();
            calls.iter().map(|call| call.position).collect::<Vec<_>>()
        };
        assert_eq!((queued(9), queued(2)), (vec![2, 3, 4], vec![2, 3]));
        submit(store, &call(store, 2), 7, "0xa").unwrap();
        assert_eq!((queued(9), queued(2), queued(1)), (vec![3, 4], vec![3], vec![]));
        let before = |left_out: &[String]| store.read(|tx| outbox::unlanded_before(tx, 3, left_out)).unwrap();
        assert_eq!((before(&[]), before(&[other])), (2, 1));
    });
}

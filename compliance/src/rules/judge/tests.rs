//! Each refusal by one wrong fact, the cap at its edge, and the cap over random histories.

mod further;

use super::*;
use crate::rules::{Limits, Partition, SenderWallet};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BasisPoints, Country, party::InvestorClass};
use proptest::prelude::*;

const ANNA: WalletAddress = WalletAddress([0xA0; 20]);
const BEN: WalletAddress = WalletAddress([0xB0; 20]);
const BENS_OTHER: WalletAddress = WalletAddress([0xB1; 20]);

fn units(units: i64) -> Units {
    Units::try_from(units).unwrap()
}

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn holder(identity: u64, wallets: &[WalletAddress], held: i64) -> Holder {
    Holder {
        identity,
        country: country("DE"),
        class: InvestorClass::Professional,
        valid_until: moment("2027-01-01T00:00:00Z"),
        frozen: false,
        system_account: false,
        wallets: wallets.to_vec(),
        units: units(held),
    }
}

/// Anna holds 50,000 of 1,000,000 units under the default cap of 5%, Ben holds nothing; all is in order.
fn in_order() -> TransferFacts {
    TransferFacts {
        now: moment("2026-06-01T12:00:00Z"),
        token_paused: false,
        partition: Partition {
            paused: false,
            countries: vec![country("DE"), country("SG")],
            classes: vec![InvestorClass::Professional, InvestorClass::Institutional],
            cap: BasisPoints::DEFAULT_CAP,
            authorised: units(1_000_000),
            outstanding: units(1_000_000),
            primary_closed: true,
            locked_until: None,
            holders: 20,
            holder_limit: Some(21),
            limits: Limits::default(),
            release: Vec::new(),
        },
        sender: Some(holder(1, &[ANNA], 50_000)),
        sender_wallet: SenderWallet {
            balance: units(50_000),
            total: units(50_000),
            ..SenderWallet::default()
        },
        receiver: Some(holder(2, &[BEN, BENS_OTHER], 0)),
        pool_cap: None,
        counts: None,
        cosigned_until: None,
    }
}

fn request(movement: Movement, count: i64) -> TransferRequest {
    TransferRequest { movement, partition: "senior".parse().unwrap(), units: units(count) }
}

fn transfer(count: i64) -> TransferRequest {
    request(Movement::Transfer { from: ANNA, to: BEN }, count)
}

fn issue(count: i64) -> TransferRequest {
    request(Movement::Issue { to: BEN }, count)
}

fn redeem(count: i64) -> TransferRequest {
    request(Movement::Redeem { from: ANNA }, count)
}

fn judged(request: &TransferRequest, change: impl FnOnce(&mut TransferFacts)) -> Vec<Refusal> {
    let mut facts = in_order();
    change(&mut facts);
    judge(request, &facts)
}

fn sender(facts: &mut TransferFacts) -> &mut Holder {
    facts.sender.as_mut().unwrap()
}

fn receiver(facts: &mut TransferFacts) -> &mut Holder {
    facts.receiver.as_mut().unwrap()
}

#[test]
fn fifty_thousand_of_a_million_are_accepted_and_one_more_is_not() {
    let enough = |facts: &mut TransferFacts| {
        facts.sender_wallet.balance = units(60_000);
        facts.sender_wallet.total = units(60_000);
        sender(facts).units = units(60_000);
    };
    assert_eq!(judged(&transfer(50_000), enough), []);
    let refused = [Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 }];
    assert_eq!(judged(&transfer(50_001), enough), refused);
}

type Change = fn(&mut TransferFacts);

#[test]
fn each_wrong_fact_of_a_transfer_is_one_refusal_with_its_numbers() {
    let day = moment("2026-06-01T12:00:00Z");
    let cases: [(Refusal, i64, Change); 22] = [
        (Refusal::Paused, 5, |facts| facts.token_paused = true),
        (Refusal::PartitionPaused { partition: "senior".into() }, 5, |facts| facts.partition.paused = true),
        (Refusal::Unknown { side: Side::Sender }, 5, |facts| facts.sender = None),
        (Refusal::Unknown { side: Side::Receiver }, 5, |facts| facts.receiver = None),
        (Refusal::Unknown { side: Side::Sender }, 5, |facts| sender(facts).wallets.clear()),
        (Refusal::Unknown { side: Side::Receiver }, 5, |facts| receiver(facts).wallets = vec![BENS_OTHER]),
        (Refusal::Frozen { side: Side::Sender }, 5, |facts| sender(facts).frozen = true),
        (Refusal::Frozen { side: Side::Receiver }, 5, |facts| receiver(facts).frozen = true),
        (Refusal::CredentialExpired { side: Side::Sender, valid_until: day }, 5, |facts| {
            sender(facts).valid_until = facts.now;
        }),
        (Refusal::CredentialExpired { side: Side::Receiver, valid_until: day }, 5, |facts| {
            receiver(facts).valid_until = facts.now;
        }),
        (Refusal::InsufficientBalance { units: 5, available: 4 }, 5, |facts| {
            facts.sender_wallet.balance = units(4);
        }),
        (Refusal::FrozenUnits { units: 5, free: 4 }, 5, |facts| facts.sender_wallet.frozen = units(49_996)),
        (Refusal::FrozenUnits { units: 5, free: 0 }, 5, |facts| facts.sender_wallet.frozen = units(60_000)),
        (Refusal::HeldUnits { units: 5, free: 4 }, 5, |facts| {
            facts.sender_wallet.held = units(49_996);
            facts.sender_wallet.held_total = units(49_996);
            facts.sender_wallet.total = units(60_000);
        }),
        (Refusal::FrozenUnits { units: 5, free: 4 }, 5, |facts| {
            // Held in another partition, and frozen besides.
            facts.sender_wallet.held_total = units(40_000);
            facts.sender_wallet.frozen = units(9_996);
        }),
        (Refusal::FrozenUnits { units: 5, free: 0 }, 5, |facts| {
            facts.sender_wallet.held_total = units(50_000)
        }),
        (Refusal::Locked { until: day + TimeDelta::seconds(1) }, 5, |facts| {
            facts.partition.locked_until = Some(facts.now + TimeDelta::seconds(1));
        }),
        (Refusal::WalletLocked { until: day + TimeDelta::seconds(1) }, 5, |facts| {
            facts.sender_wallet.locked_until = Some(facts.now + TimeDelta::seconds(1));
        }),
        (Refusal::CountryNotAllowed { country: country("US") }, 5, |facts| {
            receiver(facts).country = country("US");
        }),
        (Refusal::ClassNotAllowed { class: InvestorClass::Retail }, 5, |facts| {
            receiver(facts).class = InvestorClass::Retail;
        }),
        (Refusal::CapExceeded { would_hold: 50_004, limit: 50_000 }, 5, |facts| {
            receiver(facts).units = units(49_999);
        }),
        (Refusal::TooManyHolders { would_be: 21, limit: 20 }, 5, |facts| {
            facts.partition.holder_limit = Some(20);
        }),
    ];
    for (refusal, count, change) in cases {
        assert_eq!(judged(&transfer(count), change), [refusal]);
    }
    assert_eq!(judged(&transfer(0), |_| ()), [Refusal::NoUnits]);
    assert_eq!(judged(&transfer(5), |_| ()), []);
}

#[test]
fn the_last_good_moment_is_the_one_before_the_end() {
    let second = TimeDelta::seconds(1);
    assert_eq!(judged(&transfer(5), |facts| sender(facts).valid_until = facts.now + second), []);
    assert_eq!(judged(&transfer(5), |facts| facts.partition.locked_until = Some(facts.now)), []);
    assert_eq!(judged(&transfer(5), |facts| facts.sender_wallet.locked_until = Some(facts.now)), []);
}

#[test]
fn all_reasons_come_at_once_in_the_order_of_the_token() {
    let refusals = judged(&transfer(60_000), |facts| {
        facts.token_paused = true;
        facts.partition.paused = true;
        sender(facts).frozen = true;
        sender(facts).valid_until = facts.now;
        facts.sender_wallet.frozen = units(1);
        (facts.sender_wallet.held, facts.sender_wallet.held_total) = (units(1), units(1));
        facts.partition.locked_until = Some(facts.now + TimeDelta::days(1));
        facts.sender_wallet.locked_until = facts.partition.locked_until;
        facts.partition.holder_limit = Some(20);
        let receiver = receiver(facts);
        receiver.frozen = true;
        receiver.valid_until = moment("2026-01-01T00:00:00Z");
        receiver.country = country("US");
        receiver.class = InvestorClass::Retail;
    });
    let codes: Vec<_> = refusals.iter().map(Refusal::code).collect();
    #[rustfmt::skip]
    assert_eq!(codes, [
        "PAUSED", "PARTITION_PAUSED", "FROZEN", "KYC_EXPIRED",
        "BALANCE", "HELD_UNITS", "FROZEN_UNITS", "LOCKED", "LOCKED_HOLDER",
        "FROZEN", "KYC_EXPIRED", "COUNTRY", "CLASS", "CAP_HOLDER", "HOLDER_COUNT",
    ]);
    let strangers = judged(&transfer(0), |facts| {
        facts.token_paused = true;
        facts.sender = None;
        facts.receiver = None;
        facts.sender_wallet = SenderWallet { frozen: units(1), ..SenderWallet::default() };
        facts.partition.locked_until = Some(facts.now + TimeDelta::days(1));
    });
    let codes: Vec<_> = strangers.iter().map(Refusal::code).collect();
    assert_eq!(codes, ["PAUSED", "SENDER_UNKNOWN", "LOCKED", "RECEIVER_UNKNOWN", "UNITS"]);
}

#[test]
fn an_issue_asks_the_receiver_and_the_authorised_size() {
    let primary = |facts: &mut TransferFacts| {
        facts.partition.primary_closed = false;
        facts.partition.outstanding = units(999_990);
        facts.sender = None;
        facts.sender_wallet = SenderWallet::default();
        facts.partition.locked_until = Some(facts.now + TimeDelta::days(1));
    };
    assert_eq!(judged(&issue(10), primary), []);
    let refused = [Refusal::AuthorisedSizeExceeded { would_be: 1_000_001, limit: 1_000_000 }];
    assert_eq!(judged(&issue(11), primary), refused);
    let closed = |facts: &mut TransferFacts| {
        primary(facts);
        facts.partition.primary_closed = true;
    };
    assert_eq!(judged(&issue(1), closed), [Refusal::PrimaryClosed]);
    assert_eq!(
        judged(&issue(60_000), |facts| {
            primary(facts);
            receiver(facts).country = country("US");
        }),
        [
            Refusal::AuthorisedSizeExceeded { would_be: 1_059_990, limit: 1_000_000 },
            Refusal::CountryNotAllowed { country: country("US") },
            Refusal::CapExceeded { would_hold: 60_000, limit: 50_000 },
        ]
    );
}

#[test]
fn a_redemption_asks_the_sender_and_does_not_trap_a_lapsed_approval() {
    let alone = |facts: &mut TransferFacts| {
        facts.receiver = None;
        sender(facts).valid_until = moment("2026-01-01T00:00:00Z");
    };
    assert_eq!(judged(&redeem(50_000), alone), []);
    assert_eq!(
        judged(&redeem(50_001), |facts| {
            alone(facts);
            sender(facts).frozen = true;
        }),
        [
            Refusal::Frozen { side: Side::Sender },
            Refusal::InsufficientBalance { units: 50_001, available: 50_000 }
        ]
    );
}

#[test]
fn the_cap_counts_from_the_authorised_size_until_the_primary_sale_closes() {
    let half_sold = |facts: &mut TransferFacts| facts.partition.outstanding = units(500_000);
    assert_eq!(
        judged(&transfer(25_001), half_sold),
        [Refusal::CapExceeded { would_hold: 25_001, limit: 25_000 }]
    );
    assert_eq!(
        judged(&transfer(25_001), |facts| {
            half_sold(facts);
            facts.partition.primary_closed = false;
        }),
        []
    );
}

#[test]
fn a_passive_breach_goes_out_and_nothing_comes_in() {
    // Others were redeemed: 50,000 units are now 10% of what is outstanding.
    let shrunk = |facts: &mut TransferFacts| facts.partition.outstanding = units(500_000);
    let mut facts = in_order();
    shrunk(&mut facts);
    assert!(facts.partition.is_passive_breach(units(50_000)));
    assert!(!facts.partition.is_passive_breach(units(25_000)));
    assert_eq!(judge(&transfer(1_000), &facts), []);

    facts.receiver = Some(holder(2, &[BEN], 50_000));
    assert_eq!(judge(&transfer(1), &facts), [Refusal::CapExceeded { would_hold: 50_001, limit: 25_000 }]);
}

#[test]
fn between_wallets_of_one_owner_nobody_gains() {
    let refusals = judged(&transfer(50_000), |facts| {
        facts.partition.outstanding = units(500_000);
        facts.partition.holder_limit = Some(1);
        facts.sender = Some(holder(1, &[ANNA, BEN], 50_000));
        facts.receiver = facts.sender.clone();
    });
    assert_eq!(refusals, []);
}

#[test]
fn the_last_units_of_a_leaving_holder_make_room_for_a_new_one() {
    let full = |facts: &mut TransferFacts| facts.partition.holder_limit = Some(20);
    assert_eq!(judged(&transfer(50_000), full), []);
    assert_eq!(judged(&transfer(49_999), full), [Refusal::TooManyHolders { would_be: 21, limit: 20 }]);
}

/// One step of a history: a movement between the wallets of five owners with two wallets each.
#[derive(Debug, Clone, Copy)]
enum Step {
    Issue(usize, i64),
    Transfer(usize, usize, i64),
    Redeem(usize, i64),
    ClosePrimary,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..10_usize, 0..400_i64).prop_map(|(to, count)| Step::Issue(to, count)),
        8 => (0..10_usize, 0..10_usize, 0..400_i64).prop_map(|(from, to, count)| Step::Transfer(from, to, count)),
        2 => (0..10_usize, 0..400_i64).prop_map(|(from, count)| Step::Redeem(from, count)),
        1 => Just(Step::ClosePrimary),
    ]
}

/// Wallets 0 and 1 are of owner 0, and so on.
#[derive(Default)]
struct Register {
    wallets: [i64; 10],
    closed: bool,
}

impl Register {
    fn held(&self, owner: usize) -> i64 {
        self.wallets[owner * 2] + self.wallets[owner * 2 + 1]
    }

    fn facts(&self, from: Option<usize>, to: Option<usize>) -> TransferFacts {
        let owner = |wallet: usize| {
            let owner = wallet / 2;
            holder(owner as u64, &[address(owner * 2), address(owner * 2 + 1)], self.held(owner))
        };
        let mut facts = in_order();
        facts.partition.cap = BasisPoints::try_from(3_000).unwrap();
        facts.partition.authorised = units(1_000);
        facts.partition.outstanding = units(self.wallets.iter().sum());
        facts.partition.primary_closed = self.closed;
        facts.partition.holders = (0..5).filter(|owner| self.held(*owner) > 0).count() as i64;
        facts.partition.holder_limit = Some(4);
        let balance = units(from.map_or(0, |from| self.wallets[from]));
        facts.sender_wallet = SenderWallet { balance, total: balance, ..SenderWallet::default() };
        facts.sender = from.map(owner);
        facts.receiver = to.map(owner);
        facts
    }
}

fn address(wallet: usize) -> WalletAddress {
    WalletAddress([wallet as u8; 20])
}

proptest! {
    #[test]
    fn whoever_gains_by_an_accepted_movement_is_within_every_limit(steps in prop::collection::vec(step(), 1..60)) {
        let mut register = Register::default();
        for step in steps {
            let (from, to, count) = match step {
                Step::Issue(to, count) => (None, Some(to), count),
                Step::Transfer(from, to, count) => (Some(from), Some(to), count),
                Step::Redeem(from, count) => (Some(from), None, count),
                Step::ClosePrimary => {
                    register.closed = true;
                    continue;
                }
            };
            let movement = match (from, to) {
                (Some(from), Some(to)) => Movement::Transfer { from: address(from), to: address(to) },
                (Some(from), None) => Movement::Redeem { from: address(from) },
                (None, to) => Movement::Issue { to: address(to.unwrap()) },
            };
            if !judge(&request(movement, count), &register.facts(from, to)).is_empty() {
                continue;
            }
            let base = if register.closed { register.wallets.iter().sum() } else { 1_000 };
            if let Some(from) = from {
                register.wallets[from] -= count;
                prop_assert!(register.wallets[from] >= 0, "nobody gives what they do not have");
            }
            let Some(to) = to else { continue };
            register.wallets[to] += count;
            prop_assert!(register.wallets.iter().sum::<i64>() <= 1_000, "no more than authorised");
            if from.map(|from| from / 2) != Some(to / 2) {
                prop_assert!(register.held(to / 2) * 10 <= base * 3, "{step:?} breaks the cap of 30%");
                let holders = (0..5).filter(|owner| register.held(*owner) > 0).count();
                prop_assert!(holders <= 4, "{step:?} makes {holders} holders");
            }
        }
    }
}

//! Each further rule at its edge, with its numbers, and where it does not speak.

use super::*;
use crate::rules::{Count, Counts, PoolCap, ReleaseStep, kept_units};

fn points(points: i64) -> BasisPoints {
    BasisPoints::try_from(points).unwrap()
}

/// A quarter is free from the first of July 2026 on, all from the first of August on.
fn schedule() -> Vec<ReleaseStep> {
    let step = |from: &str, free| ReleaseStep { from: moment(from), free: points(free) };
    vec![step("2026-07-01T00:00:00Z", 2_500), step("2026-08-01T00:00:00Z", 10_000)]
}

fn hold(count: i64) -> TransferRequest {
    request(Movement::Hold { from: ANNA }, count)
}

fn delivery(count: i64) -> TransferRequest {
    request(Movement::Deliver { from: ANNA, to: BEN }, count)
}

#[test]
fn each_further_rule_refuses_with_its_numbers_and_only_where_it_speaks() {
    let (now, second) = (in_order().now, TimeDelta::seconds(1));
    let large = |facts: &mut TransferFacts| facts.partition.limits.transfer_limit = Some(9);
    let most = |facts: &mut TransferFacts| facts.partition.limits.max_holding = Some(9);
    let least = |facts: &mut TransferFacts| facts.partition.limits.min_holding = Some(10);
    let opens = |facts: &mut TransferFacts| facts.partition.limits.sale_opens = Some(now + second);
    let closes = |facts: &mut TransferFacts| facts.partition.limits.sale_closes = Some(now);
    let open = |facts: &mut TransferFacts| {
        facts.partition.limits.sale_opens = Some(now);
        facts.partition.limits.sale_closes = Some(now + second);
    };
    assert_eq!(judged(&transfer(10), large), [Refusal::TransferTooLarge { units: 10, limit: 9 }]);
    assert_eq!(judged(&transfer(9), large), []);
    assert_eq!(judged(&redeem(10), large), []);
    assert_eq!(judged(&transfer(10), most), [Refusal::HoldingTooLarge { would_hold: 10, limit: 9 }]);
    assert_eq!(judged(&transfer(9), most), []);
    assert_eq!(judged(&transfer(9), least), [Refusal::HoldingTooSmall { would_hold: 9, limit: 10 }]);
    assert_eq!(judged(&transfer(10), least), []);
    assert_eq!(judged(&redeem(49_991), least), [Refusal::HoldingTooSmall { would_hold: 9, limit: 10 }]);
    assert_eq!(judged(&redeem(50_000), least), []);
    let unsold = |facts: &mut TransferFacts| {
        facts.partition.primary_closed = false;
        facts.partition.outstanding = units(900_000);
    };
    let before = judged(&issue(1), |facts| (unsold(facts), opens(facts)).1);
    assert_eq!(before, [Refusal::OutsideSale { now, boundary: now + second }]);
    assert_eq!(
        judged(&issue(1), |facts| (unsold(facts), closes(facts)).1),
        [Refusal::OutsideSale { now, boundary: now }]
    );
    assert_eq!(judged(&issue(1), |facts| (unsold(facts), open(facts)).1), []);
    assert_eq!(judged(&transfer(1), closes), []);
}

#[test]
fn among_wallets_of_one_owner_only_the_schedule_asks() {
    let facts = |facts: &mut TransferFacts| {
        facts.receiver = Some(holder(1, &[ANNA, BEN], 50_000));
        facts.sender = facts.receiver.clone();
        let limits = &mut facts.partition.limits;
        (limits.transfer_limit, limits.max_holding, limits.min_holding) = (Some(1), Some(1), Some(99_999));
        limits.cosigned = true;
        facts.pool_cap = Some(PoolCap { units: Some(1), share: None, base: units(1), held: units(1) });
    };
    assert_eq!(judged(&transfer(10), facts), []);
    let scheduled = |of: &mut TransferFacts| {
        facts(of);
        (of.partition.release, of.sender_wallet.scheduled) = (schedule(), units(49_995));
    };
    let refused = [Refusal::NotReleased { units: 10, free: 5 }];
    assert_eq!(judged(&transfer(10), scheduled), refused);
    assert_eq!(judged(&transfer(5), scheduled), []);
}

#[test]
fn a_schedule_keeps_what_it_has_not_released_rounded_up() {
    let cases = [
        ("2026-06-30T23:59:59Z", 999, 999),
        ("2026-07-01T00:00:00Z", 999, 750),
        ("2026-07-31T23:59:59Z", 1, 1),
        ("2026-08-01T00:00:00Z", 999, 0),
    ];
    for (now, scheduled, kept) in cases {
        assert_eq!(kept_units(&schedule(), units(scheduled), moment(now)), kept, "{scheduled} at {now}");
    }
    assert_eq!(kept_units(&[], units(999), moment("2026-07-01T00:00:00Z")), 0);
    // 50,000 in the wallet, 40,001 of them scheduled: at the quarter 30,001 are kept.
    let quarter = |facts: &mut TransferFacts| {
        facts.now = moment("2026-07-01T00:00:00Z");
        (facts.partition.release, facts.sender_wallet.scheduled) = (schedule(), units(40_001));
    };
    let refused = [Refusal::NotReleased { units: 20_000, free: 19_999 }];
    assert_eq!(judged(&transfer(20_000), quarter), refused);
    assert_eq!(judged(&redeem(20_000), quarter), refused);
    assert_eq!(judged(&delivery(20_000), quarter), refused);
    assert_eq!(judged(&transfer(19_999), quarter), []);
    assert_eq!(judged(&hold(20_000), quarter), []);
}

#[test]
fn a_protected_partition_wants_a_cosignature_that_still_holds() {
    let now = in_order().now;
    let protected = |until| {
        move |facts: &mut TransferFacts| {
            facts.partition.limits.cosigned = true;
            facts.cosigned_until = until;
        }
    };
    let later = now + TimeDelta::seconds(1);
    assert_eq!(judged(&transfer(5), protected(Some(later))), []);
    for until in [None, Some(now)] {
        assert_eq!(judged(&transfer(5), protected(until)), [Refusal::NotCosigned { now, until }]);
        assert_eq!(judged(&delivery(5), protected(until)), [Refusal::NotCosigned { now, until }]);
        assert_eq!(judged(&redeem(5), protected(until)), []);
        assert_eq!(judged(&hold(5), protected(until)), []);
    }
}

#[test]
fn the_cap_over_the_pool_counts_every_partition_and_the_units_come_before_the_share() {
    // 3% of 1,000,000 are 30,000; Ben holds 29,990 in other partitions.
    let cap = |limit| {
        move |facts: &mut TransferFacts| {
            let (share, base, held) = (Some(points(300)), units(1_000_000), units(29_990));
            facts.pool_cap = Some(PoolCap { units: limit, share, base, held });
        }
    };
    assert_eq!(judged(&transfer(10), cap(None)), []);
    let refused = |limit| [Refusal::PoolCapExceeded { would_hold: 30_001, limit }];
    assert_eq!(judged(&transfer(11), cap(None)), refused(30_000));
    assert_eq!(judged(&transfer(11), cap(Some(30_001))), refused(30_000));
    assert_eq!(judged(&transfer(11), cap(Some(29_995))), refused(29_995));
    assert_eq!(judged(&redeem(11), cap(Some(1))), []);
}

#[test]
fn owners_are_counted_by_country_and_by_class_and_one_who_leaves_makes_room_for_its_like() {
    let full = |has_sender| {
        move |facts: &mut TransferFacts| {
            let country = Count { owners: 9, limit: Some(9), has_sender };
            facts.counts =
                Some(Counts { country, class: Count { owners: 7, limit: Some(7), has_sender: false } });
        }
    };
    let of_class = Refusal::TooManyOfClass { would_be: 8, limit: 7 };
    let both = [Refusal::TooManyOfCountry { would_be: 10, limit: 9 }, of_class.clone()];
    assert_eq!(judged(&transfer(5), full(false)), both);
    assert_eq!(judged(&transfer(5), full(true)), both);
    assert_eq!(judged(&transfer(50_000), full(true)), [of_class]);
    let held = |facts: &mut TransferFacts| {
        full(false)(facts);
        receiver(facts).units = units(1);
    };
    assert_eq!(judged(&transfer(5), held), []);
}

#[test]
fn the_reasons_of_the_further_rules_come_in_the_order_of_the_token() {
    let breach = |facts: &mut TransferFacts| {
        facts.partition.limits = Limits {
            max_holding: Some(1),
            min_holding: Some(50_000),
            transfer_limit: Some(1),
            sale_opens: None,
            sale_closes: Some(facts.now),
            cosigned: true,
        };
        (facts.partition.release, facts.sender_wallet.scheduled) = (schedule(), units(50_000));
        facts.pool_cap = Some(PoolCap { units: Some(1), share: None, base: units(1), held: units(1) });
        let none = Count { owners: 0, limit: Some(0), has_sender: false };
        facts.counts = Some(Counts { country: none, class: none });
    };
    let codes = |request: &TransferRequest, change: Change| -> Vec<&str> {
        judged(request, |facts| (breach(facts), change(facts)).1).iter().map(Refusal::code).collect()
    };
    #[rustfmt::skip]
    assert_eq!(codes(&transfer(5), |_| ()), [
        "COSIGNATURE", "TRANSFER_LIMIT", "RELEASE", "MIN_HOLDING",
        "MAX_HOLDING", "MIN_HOLDING", "CAP_POOL", "COUNTRY_COUNT", "CLASS_COUNT",
    ]);
    assert_eq!(codes(&redeem(5), |_| ()), ["RELEASE", "MIN_HOLDING"]);
    let primary: Change = |facts| {
        (facts.partition.primary_closed, facts.partition.outstanding) = (false, units(900_000));
    };
    #[rustfmt::skip]
    assert_eq!(codes(&issue(5), primary), [
        "SALE_WINDOW", "MAX_HOLDING", "MIN_HOLDING", "CAP_POOL", "COUNTRY_COUNT", "CLASS_COUNT",
    ]);
    // A system account gives and gets more than others may.
    let receives: Change = |facts| receiver(facts).system_account = true;
    assert_eq!(codes(&transfer(5), receives), ["COSIGNATURE", "TRANSFER_LIMIT", "RELEASE", "MIN_HOLDING"]);
    let gives: Change = |facts| sender(facts).system_account = true;
    #[rustfmt::skip]
    assert_eq!(codes(&transfer(5), gives), [
        "COSIGNATURE", "MAX_HOLDING", "MIN_HOLDING", "CAP_POOL", "COUNTRY_COUNT", "CLASS_COUNT",
    ]);
    assert_eq!(codes(&redeem(5), gives), Vec::<&str>::new());
}

#[test]
fn locks_cap_and_count_bind_a_system_account_only_by_its_own_lock() {
    let exempt = |facts: &mut TransferFacts| {
        let later = Some(facts.now + TimeDelta::days(1));
        (facts.partition.locked_until, facts.sender_wallet.locked_until) = (later, later);
        (facts.partition.outstanding, facts.partition.holder_limit) = (units(1_000), Some(20));
        sender(facts).system_account = true;
        receiver(facts).system_account = true;
    };
    let until = in_order().now + TimeDelta::days(1);
    assert_eq!(judged(&transfer(5_000), exempt), [Refusal::WalletLocked { until }]);
}

#[test]
fn a_hold_asks_what_is_there_and_its_delivery_whether_it_may_go() {
    let later = |facts: &TransferFacts| Some(facts.now + TimeDelta::days(1));
    let taken = |facts: &mut TransferFacts| {
        facts.receiver = None;
        (facts.sender_wallet.held, facts.sender_wallet.held_total) = (units(49_996), units(49_996));
        facts.partition.locked_until = later(facts);
    };
    let refused = [Refusal::HeldUnits { units: 5, free: 4 }, Refusal::FrozenUnits { units: 5, free: 4 }];
    assert_eq!(judged(&hold(5), taken), refused);
    assert_eq!(judged(&hold(4), taken), []);
    let lapsed = |facts: &mut TransferFacts| {
        sender(facts).valid_until = facts.now;
        (facts.sender_wallet.balance, facts.sender_wallet.total) = (units(4), units(4));
    };
    let day = in_order().now;
    let expired = Refusal::CredentialExpired { side: Side::Sender, valid_until: day };
    assert_eq!(judged(&hold(4), lapsed), [expired]);
    assert_eq!(judged(&delivery(5), lapsed), []);
    let locked = |facts: &mut TransferFacts| facts.partition.locked_until = later(facts);
    assert_eq!(judged(&delivery(5), locked), [Refusal::Locked { until: day + TimeDelta::days(1) }]);
    let stranger = |facts: &mut TransferFacts| receiver(facts).country = country("US");
    assert_eq!(judged(&delivery(5), stranger), [Refusal::CountryNotAllowed { country: country("US") }]);
}

#[test]
fn the_room_of_a_receiver_is_the_narrowest_of_what_limits_one_owner() {
    let room = |change: Change| {
        let mut facts = in_order();
        receiver(&mut facts).units = units(10_000);
        change(&mut facts);
        facts.room_of_receiver()
    };
    assert_eq!(room(|_| ()), 40_000);
    assert_eq!(room(|facts| facts.partition.limits.max_holding = Some(30_000)), 20_000);
    assert_eq!(room(|facts| facts.partition.limits.max_holding = Some(9_999)), 0);
    let cap: Change = |facts| {
        let (share, base, held) = (Some(points(300)), units(1_000_000), units(25_000));
        facts.pool_cap = Some(PoolCap { units: Some(40_000), share, base, held });
    };
    assert_eq!(room(cap), 5_000);
}

//! Principal: how each amortizer redeems its notional.

use super::{check, events_of, loan, none};
use serde_json::{Value, json};

#[test]
fn a_linear_amortizer_ends_when_its_payments_have_redeemed_it() {
    let terms = loan(
        "LAM",
        json!({
            "nextPrincipalRedemptionPayment": "400", "cycleAnchorDateOfPrincipalRedemption": "2026-02-01",
            "cycleOfPrincipalRedemption": "P1ML0", "cycleAnchorDateOfInterestPayment": "2026-02-01",
            "cycleOfInterestPayment": "P1ML0",
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 PR 400 600 0.12 10",
            "2026-02-01 IP 10 600 0.12 0",
            "2026-03-01 PR 400 200 0.12 6",
            "2026-03-01 IP 6 200 0.12 0",
            "2026-04-01 IP 2 200 0.12 0",
            "2026-04-01 MD 200 0 0.12 0",
        ],
    );
}

#[test]
fn interest_can_stay_on_the_notional_at_exchange_or_follow_in_steps() {
    let terms = |other: Value| {
        let mut terms = loan(
            "LAM",
            json!({
                "nextPrincipalRedemptionPayment": "400", "cycleAnchorDateOfPrincipalRedemption": "2026-02-01",
                "cycleOfPrincipalRedemption": "P1ML0", "cycleAnchorDateOfInterestPayment": "2026-02-01",
                "cycleOfInterestPayment": "P1ML0",
            }),
        );
        terms.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        terms
    };
    let paid = |terms| -> Vec<String> {
        let events = events_of(terms, none());
        let interest = events.iter().filter(|event| event.kind.name() == "IP");
        interest.map(|event| event.payoff.normalize().to_string()).collect()
    };
    assert_eq!(paid(terms(json!({ "interestCalculationBase": "NT" }))), ["10", "6", "2"]);
    assert_eq!(paid(terms(json!({ "interestCalculationBase": "NTIED" }))), ["10", "10", "10"]);
    let lagged = json!({
        "interestCalculationBase": "NTL", "interestCalculationBaseAmount": "2000",
        "cycleAnchorDateOfInterestCalculationBase": "2026-03-01", "cycleOfInterestCalculationBase": "P1YL1",
    });
    assert_eq!(paid(terms(lagged)), ["20", "20", "2"]);
}

#[test]
fn a_negative_amortizer_lets_the_notional_grow_when_payments_do_not_cover_interest() {
    let terms = loan(
        "NAM",
        json!({
            "nextPrincipalRedemptionPayment": "4", "cycleAnchorDateOfPrincipalRedemption": "2026-02-01",
            "cycleOfPrincipalRedemption": "P1ML0", "maturityDate": "2026-04-01",
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 PR -6 1006 0.12 10",
            "2026-02-01 IP 10 1006 0.12 0",
            "2026-03-01 PR -6.06 1012.06 0.12 10.06",
            "2026-03-01 IP 10.06 1012.06 0.12 0",
            "2026-04-01 IP 10.1206 1012.06 0.12 0",
            "2026-04-01 MD 1012.06 0 0.12 0",
        ],
    );
}

#[test]
fn an_annuity_finds_the_payment_that_redeems_it() {
    // 1000 * 1.01^2 / (1.01 + 1) = 507.512438
    let terms = loan(
        "ANN",
        json!({
            "cycleAnchorDateOfPrincipalRedemption": "2026-02-01", "cycleOfPrincipalRedemption": "P1ML0",
            "maturityDate": "2026-03-01",
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-01-31 PRF 0 1000 0.12 9.666667",
            "2026-02-01 PR 497.512438 502.487562 0.12 10",
            "2026-02-01 IP 10 502.487562 0.12 0",
            "2026-03-01 IP 5.024876 502.487562 0.12 0",
            "2026-03-01 MD 502.487562 0 0.12 0",
        ],
    );
}

#[test]
fn an_exotic_amortizer_grows_and_shrinks_by_its_lists() {
    let terms = loan(
        "LAX",
        json!({
            "arrayCycleAnchorDateOfPrincipalRedemption": ["2026-02-01", "2026-04-01"],
            "arrayCycleOfPrincipalRedemption": ["P1ML1", "P1ML1"], "arrayNextPrincipalRedemptionPayment": ["500", 1000],
            "arrayIncreaseDecrease": ["INC", "DEC"], "arrayCycleAnchorDateOfInterestPayment": "2026-02-01",
            "arrayCycleOfInterestPayment": "P1ML1", "arrayCycleAnchorDateOfRateReset": ["2026-04-01"],
            "arrayRate": ["0.06"], "arrayFixedVariable": ["FIX"],
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 PI -500 1500 0.12 10",
            "2026-02-01 IP 10 1500 0.12 0",
            "2026-03-01 PI -500 2000 0.12 15",
            "2026-03-01 IP 15 2000 0.12 0",
            "2026-04-01 PR 1000 1000 0.12 20",
            "2026-04-01 IP 20 1000 0.12 0",
            "2026-04-01 RRF 0 1000 0.06 0",
            "2026-05-01 IP 5 1000 0.06 0",
            "2026-05-01 MD 1000 0 0.06 0",
        ],
    );
}

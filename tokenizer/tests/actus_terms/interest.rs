//! Interest: rates, dates, capitalization, purchase and sale, fees.

use super::{check, events_of, loan, none};
use serde_json::json;

#[test]
fn a_floating_rate_is_the_observed_one_with_multiplier_spread_and_cap() {
    let terms = loan(
        "PAM",
        json!({
            "maturityDate": "2026-04-01", "cycleAnchorDateOfInterestPayment": "2026-02-01",
            "cycleOfInterestPayment": "P1ML0", "cycleAnchorDateOfRateReset": "2026-02-01", "cycleOfRateReset": "P1ML0",
            "marketObjectCodeOfRateReset": "INDEX", "rateMultiplier": "2", "rateSpread": "0.01", "lifeCap": "0.24",
        }),
    );
    let market = json!({ "INDEX": { "identifier": "INDEX", "data": [
        { "timestamp": "2026-03-01T00:00:00", "value": "0.2" }, { "timestamp": "2026-01-15T00:00", "value": 0.085 },
    ]}});
    check(
        terms,
        json!({ "dataObserved": market }),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 IP 10 1000 0.12 0",
            "2026-02-01 RR 0 1000 0.18 0",
            "2026-03-01 IP 15 1000 0.18 0",
            "2026-03-01 RR 0 1000 0.24 0",
            "2026-04-01 IP 20 1000 0.24 0",
            "2026-04-01 MD 1000 0 0.24 0",
        ],
    );
}

#[test]
fn a_buyer_pays_and_a_seller_gets_accrued_interest_and_a_days_end_counts_the_day() {
    let terms = loan(
        "PAM",
        json!({
            "maturityDate": "2026-04-01", "cycleAnchorDateOfInterestPayment": "2026-02-01",
            "cycleOfInterestPayment": "P1ML0", "purchaseDate": "2026-01-11", "priceAtPurchaseDate": "990",
            "terminationDate": "2026-02-15T23:59:59", "priceAtTerminationDate": "1005",
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-11 PRD -993.333333 1000 0.12 3.333333",
            "2026-02-01 IP 10 1000 0.12 0",
            "2026-02-15T23:59:59 TD 1010 0 0.12 0",
        ],
    );
}

#[test]
fn interest_is_capitalized_until_the_end_date_and_on_it() {
    let terms = loan(
        "PAM",
        json!({
            "maturityDate": "2026-04-01", "cycleAnchorDateOfInterestPayment": "2026-02-01",
            "cycleOfInterestPayment": "P1ML0", "capitalizationEndDate": "2026-02-16",
        }),
    );
    check(
        terms,
        none(),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 IPCI 0 1010 0.12 0",
            "2026-02-16 IPCI 0 1015.05 0.12 0",
            "2026-03-01 IP 5.07525 1015.05 0.12 0",
            "2026-04-01 IP 10.1505 1015.05 0.12 0",
            "2026-04-01 MD 1015.05 0 0.12 0",
        ],
    );
}

#[test]
fn interest_follows_the_moved_date_or_the_agreed_one_and_maturity_never_moves() {
    // The first days of February and March 2026 are Sundays; a day earns 1.
    let with = |convention| {
        loan(
            "PAM",
            json!({
                "contractRole": "RPL", "notionalPrincipal": "3000", "dayCountConvention": "A360", "calendar": "MF",
                "maturityDate": "2026-03-01", "cycleAnchorDateOfInterestPayment": "2026-02-01",
                "cycleOfInterestPayment": "P1ML0", "businessDayConvention": convention,
            }),
        )
    };
    check(
        with("SCF"),
        none(),
        &[
            "2026-01-01 IED 3000 -3000 0.12 0",
            "2026-02-02 IP -32 -3000 0.12 0",
            "2026-03-01 IP -27 -3000 0.12 0",
            "2026-03-01 MD -3000 0 0.12 0",
        ],
    );
    check(
        with("CSF"),
        none(),
        &[
            "2026-01-01 IED 3000 -3000 0.12 0",
            "2026-02-02 IP -31 -3000 0.12 0",
            "2026-03-01 IP -28 -3000 0.12 0",
            "2026-03-01 MD -3000 0 0.12 0",
        ],
    );
}

#[test]
fn a_running_contract_brings_the_interest_since_its_last_date_or_what_it_tells() {
    let terms = |accrued: &str| {
        loan(
            "PAM",
            json!({
                "statusDate": "2026-02-16", "accruedInterest": accrued, "maturityDate": "2026-03-01",
                "cycleAnchorDateOfInterestPayment": "2026-02-01", "cycleOfInterestPayment": "P1ML0",
            }),
        )
    };
    check(terms(""), none(), &["2026-03-01 IP 10 1000 0.12 0", "2026-03-01 MD 1000 0 0.12 0"]);
    check(terms("7"), none(), &["2026-03-01 IP 12 1000 0.12 0", "2026-03-01 MD 1000 0 0.12 0"]);
}

#[test]
fn fees_are_an_amount_or_a_rate_and_scaling_multiplies_what_is_paid() {
    let terms = loan(
        "PAM",
        json!({
            "maturityDate": "2026-03-01", "cycleAnchorDateOfFee": "2026-02-01", "cycleOfFee": "P1ML0",
            "feeBasis": "N", "feeRate": "0.012", "scalingEffect": "IN0", "cycleAnchorDateOfScalingIndex": "2026-02-01",
            "marketObjectCodeOfScalingIndex": "CPI", "scalingIndexAtContractDealDate": "100",
        }),
    );
    let market = json!({ "CPI": { "data": [{ "timestamp": "2026-02-01", "value": "110" }] } });
    check(
        terms,
        json!({ "dataObserved": market }),
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 FP 1 1000 0.12 10",
            "2026-02-01 SC 0 1000 0.12 10",
            "2026-03-01 FP 1 1000 0.12 20",
            "2026-03-01 IP 22 1000 0.12 0",
            "2026-03-01 MD 1100 0 0.12 0",
        ],
    );
}

#[test]
fn each_event_says_how_it_was_found() {
    let terms = loan("PAM", json!({ "maturityDate": "2026-02-01" }));
    let events = events_of(terms, none());
    assert_eq!(
        events[1].explanation.to_string(),
        "Isc*(Ipac + y*Ipnr*Ipcb); y = 2026-01-01 to 2026-02-01 by 30E_360 = 1/12; \
         before: notional 1000, rate 0.12, accrued 0, base 1000"
    );
}

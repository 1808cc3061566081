//! Contracts without a plan of redemption, covers, and what is refused.

use super::{check, events_of, loan, none};
use muniment_tokenizer::calendar::Calendars;
use muniment_tokenizer::schedule::actus::{Case, Event};
use serde_json::{Value, json};

#[test]
fn a_call_fixes_the_interest_and_settles_it_after_the_notice() {
    let terms = loan(
        "CLM",
        json!({
            "cycleAnchorDateOfInterestPayment": "2026-02-01", "cycleOfInterestPayment": "P1ML1", "xDayNotice": "P10D",
        }),
    );
    let called = json!({ "eventsObserved": [{ "time": "2026-02-16T00:00:00", "type": "XD", "value": 0 }] });
    check(
        terms,
        called,
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 IPCI 0 1010 0.12 0",
            "2026-02-16 XD 0 1010 0.12 0",
            "2026-02-26 IP 5.05 1010 0.12 0",
            "2026-02-26 STD 1010 0 0.12 0",
        ],
    );
}

#[test]
fn an_undefined_maturity_lasts_as_long_as_it_is_looked_at() {
    let terms = loan(
        "UMP",
        json!({
            "cycleAnchorDateOfInterestPayment": "2026-02-01", "cycleOfInterestPayment": "P1ML1",
        }),
    );
    let drawn = json!({
        "to": "2026-03-02", "eventsObserved": [{ "time": "2026-02-11", "type": "PR", "value": "200" }],
    });
    check(
        terms,
        drawn,
        &[
            "2026-01-01 IED -1000 1000 0.12 0",
            "2026-02-01 IPCI 0 1010 0.12 0",
            "2026-02-11 PR 200 810 0.12 3.366667",
            "2026-03-01 IPCI 0 818.766667 0.12 0",
        ],
    );
}

#[test]
fn cash_stocks_and_commodities_are_what_they_are() {
    let cash = json!({ "contractType": "CSH", "contractRole": "RPL", "currency": "EUR", "statusDate": "2026-01-01",
        "notionalPrincipal": "25" });
    check(
        cash,
        json!({ "eventsObserved": [{ "time": "2026-01-02", "type": "AD" }] }),
        &["2026-01-02 AD 0 -25 0 0"],
    );

    let stock = json!({ "contractType": "STK", "contractRole": "RPA", "currency": "EUR", "statusDate": "2026-01-01",
        "purchaseDate": "2026-01-15", "priceAtPurchaseDate": "100", "terminationDate": "2026-07-01",
        "priceAtTerminationDate": "110", "cycleAnchorDateOfDividendPayment": "2026-01-10",
        "cycleOfDividendPayment": "P3ML1", "marketObjectCodeOfDividends": "D" });
    let market =
        json!({ "dataObserved": { "D": { "data": [{ "timestamp": "2026-01-01", "value": 2.5 }] } } });
    check(
        stock,
        market,
        &["2026-01-15 PRD -100 0 0 0", "2026-04-10 DV 2.5 0 0 0", "2026-07-01 TD 110 0 0 0"],
    );

    let fixed = json!({ "contractType": "STK", "contractRole": "RPA", "currency": "EUR", "statusDate": "2026-01-01",
        "purchaseDate": "2026-03-20", "priceAtPurchaseDate": "100", "exDividendDate": "2026-03-15",
        "terminationDate": "2026-07-20", "priceAtTerminationDate": "110", "nextDividendPaymentAmount": "3",
        "cycleAnchorDateOfDividend": "2026-04-10", "cycleOfDividend": "P3ML1" });
    check(fixed, none(), &["2026-03-20 PRD -100 0 0 0", "2026-07-10 DV 3 0 0 0", "2026-07-20 TD 110 0 0 0"]);

    let gold = json!({ "contractType": "COM", "contractRole": "RPL", "currency": "EUR", "statusDate": "2026-01-01",
        "purchaseDate": "2026-01-15", "priceAtPurchaseDate": "700", "quantity": "2" });
    check(gold, none(), &["2026-01-15 PRD 1400 0 0 0"]);
}

#[test]
fn a_guarantee_pays_its_part_of_the_exposure_and_collateral_no_more_than_its_worth() {
    let covered = loan("PAM", json!({ "contractID": "loan", "maturityDate": "2026-06-01" }));
    let cover = |kind: &str, other: Value| {
        let mut structure =
            vec![json!({ "object": covered, "referenceType": "CNT", "referenceRole": "COVE" })];
        structure.extend(other.as_array().unwrap().clone());
        json!({ "contractType": kind, "contractRole": "BUY", "currency": "EUR", "statusDate": "2025-12-31",
            "contractStructure": structure, "coverageOfCreditEnhancement": "0.5", "guaranteedExposure": "NI",
            "creditEventTypeCovered": "DF", "settlementPeriod": "P3D", "calendar": "MF",
            "businessDayConvention": "SCF" })
    };
    let happens = |performance: &str| {
        json!({
            "eventsObserved": [{ "time": "2026-01-16", "type": "CE", "contractId": "loan",
                "states": { "contractPerformance": performance } }],
            "dataObserved": { "GOLD": { "data": [{ "timestamp": "2026-01-01", "value": "100" }] } },
        })
    };
    let shown = |event: &Event| {
        let amount = event.after.exercise.unwrap_or_default().amount.normalize();
        format!("{} {} {} {amount}", event.at.date, event.kind.name(), event.payoff.normalize())
    };
    let of = |terms, other| events_of(terms, other).iter().map(shown).collect::<Vec<_>>();
    // 15 days earn 5; three days after Friday the 16th is Monday the 19th.
    let guarantee = cover("CEG", json!([]));
    assert_eq!(of(guarantee.clone(), happens("DF")), ["2026-01-16 XD 0 502.5", "2026-01-19 STD 502.5 502.5"]);
    assert_eq!(of(guarantee, happens("DQ")), ["2026-06-01 MD 0 0"]);
    let gold = json!({ "contractType": "COM", "marketObjectCode": "GOLD", "quantity": "3" });
    let collateral =
        cover("CEC", json!([{ "object": gold, "referenceType": "CNT", "referenceRole": "COVI" }]));
    assert_eq!(of(collateral, happens("DF")), ["2026-01-16 XD 0 300", "2026-01-19 STD 300 300"]);
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let refusal = |terms: Value, other: Value| {
        let mut case = json!({ "terms": terms });
        case.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        let case: Case = serde_json::from_value(case).unwrap();
        case.events(Calendars::built_in()).unwrap_err().to_string()
    };
    assert_eq!(refusal(loan("PAM", none()), none()), "maturityDate is needed and not given");
    let terms = loan("PAM", json!({ "maturityDate": "2026-02-30" }));
    assert!(refusal(terms, none()).starts_with("maturityDate: \"2026-02-30\" is not accepted"));
    let terms = loan("PAM", json!({ "maturityDate": "2026-03-01" }));
    let observed = json!({ "eventsObserved": [{ "time": "2026-02-01", "type": "PP", "value": 1 }] });
    assert!(refusal(terms, observed).starts_with("eventsObserved: \"PP "));
    let abroad = loan("PAM", json!({ "maturityDate": "2026-03-01", "settlementCurrency": "USD" }));
    assert_eq!(refusal(abroad, none()), "there is no market data for \"EUR/USD\" at 2026-01-01T00:00:00");
    let daily = loan("PAM", json!({ "maturityDate": "2400-01-01", "cycleOfInterestPayment": "P1DL1" }));
    assert_eq!(refusal(daily, none()), "a contract has at most 36600 events");
    let terms = loan(
        "NAM",
        json!({ "nextPrincipalRedemptionPayment": "4", "cycleOfPrincipalRedemption": "P1ML0",
        "cycleAnchorDateOfPrincipalRedemption": "2026-02-01" }),
    );
    assert_eq!(refusal(terms, none()), "nextPrincipalRedemptionPayment never redeems the notional");
    let terms = loan(
        "PAM",
        json!({ "maturityDate": "2031-03-01", "calendar": "UK", "businessDayConvention": "SCF",
        "cycleOfInterestPayment": "P6ML1" }),
    );
    assert_eq!(
        refusal(terms, none()),
        "the calendar UK is known from 2000-01-01 until 2030-12-31 and cannot say what 2031-01-01 is"
    );
}

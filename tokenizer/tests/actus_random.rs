//! Contracts with random terms of the whole dictionary: what must hold of any of them, and that none makes the
//! program fail. Each case has a number that is printed when it breaks a rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use chrono::{Days, NaiveDate};
use muniment_tokenizer::calendar::Calendars;
use muniment_tokenizer::schedule::actus::{Case, Event, Kind};
use muniment_tokenizer::schedule::ndjson;
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

const CASES: u64 = 2_000;
const LOANS: [&str; 5] = ["PAM", "LAM", "NAM", "ANN", "LAX"];
const TYPES: [&str; 12] =
    ["PAM", "LAM", "NAM", "ANN", "LAX", "CLM", "UMP", "CSH", "STK", "COM", "CEG", "CEC"];

/// One source of chance for a case.
struct Dice(ChaCha8Rng);

impl Dice {
    fn often(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.0).unwrap()
    }

    fn number(&mut self, from: i64, to: i64, decimals: u32) -> Decimal {
        Decimal::new(self.0.random_range(from..=to), decimals)
    }

    /// A day some days after the start of 2020, now and then at the very end of the day.
    fn day(&mut self, from: u64, to: u64) -> String {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let date = first + Days::new(self.0.random_range(from..to));
        format!("{date}T{}", if self.often(5) { "23:59:59" } else { "00:00:00" })
    }

    fn cycle(&mut self) -> String {
        let unit = self.one(&["D", "W", "M", "Q", "H", "Y"]);
        let count = if unit == "D" { self.0.random_range(5..90) } else { self.0.random_range(1..5) };
        format!("P{count}{unit}{}", self.one(&["L0", "L1", ""]))
    }
}

/// A cycle by the names of its two terms, most often with both.
fn cycle(dice: &mut Dice, terms: &mut Map<String, Value>, name: &str) {
    if dice.often(85) {
        terms.insert(format!("cycleAnchorDateOf{name}"), dice.day(1, 400).into());
    }
    if dice.often(85) {
        terms.insert(format!("cycleOf{name}"), dice.cycle().into());
    }
}

fn case(dice: &mut Dice, kind: &str) -> Value {
    let mut terms = json!({
        "contractType": kind, "contractID": "random", "contractRole": dice.one(&["RPA", "RPL"]), "currency": "EUR",
        "statusDate": dice.day(0, 30), "initialExchangeDate": dice.day(1, 60),
        "notionalPrincipal": dice.number(100_000, 100_000_000, 2).to_string(),
        "nominalInterestRate": dice.number(-200, 2_000, 4).to_string(),
        "dayCountConvention": dice.one(&["AA", "A360", "A365", "30E360", "30E360ISDA"]),
        "endOfMonthConvention": dice.one(&["SD", "EOM"]), "calendar": dice.one(&["NC", "MF", "TARGET"]),
        "businessDayConvention": dice.one(&["NOS", "SCF", "SCMF", "SCP", "SCMP", "CSF", "CSMF", "CSP", "CSMP"]),
    });
    let terms = terms.as_object_mut().unwrap();
    for name in ["InterestPayment", "PrincipalRedemption", "RateReset"] {
        cycle(dice, terms, name);
    }
    optional(dice, terms);
    if kind == "LAX" {
        arrays(dice, terms);
    }
    if matches!(kind, "STK" | "COM") {
        terms.insert("purchaseDate".to_owned(), dice.day(30, 200).into());
        cycle(dice, terms, "Dividend");
        terms.insert("nextDividendPaymentAmount".to_owned(), "3".into());
    }
    if matches!(kind, "CEG" | "CEC") {
        cover(dice, terms);
    }
    if matches!(kind, "PAM" | "LAM") && dice.often(30) {
        terms.insert("cyclePointOfInterestPayment".to_owned(), "B".into());
        terms.remove("capitalizationEndDate");
    }
    if LOANS.contains(&kind) && dice.often(40) {
        terms.insert("prepaymentEffect".to_owned(), dice.one(&["A", "M"]).into());
        terms.insert("penaltyType".to_owned(), dice.one(&["N", "A", "R", "I"]).into());
        terms.insert("penaltyRate".to_owned(), dice.number(0, 500, 4).to_string().into());
    }
    let may_prepay = terms.contains_key("prepaymentEffect");
    let market: Vec<Value> = (0..40)
        .map(|month| {
            let at = NaiveDate::from_ymd_opt(2019, 12, 1).unwrap() + Days::new(month * 61);
            json!({ "timestamp": format!("{at}T00:00:00"), "value": dice.number(1, 1_000, 4).to_string() })
        })
        .collect();
    let to = if matches!(kind, "CLM" | "UMP" | "CSH" | "STK") { dice.day(300, 1_500) } else { String::new() };
    let observed = match kind {
        "CLM" => json!([{ "time": dice.day(60, 900), "type": "XD", "value": 0 }]),
        "UMP" => json!([{ "time": dice.day(60, 900), "type": "PR", "value": "1.5" }]),
        "CSH" => json!([{ "time": dice.day(60, 900), "type": "AD" }]),
        "CEG" | "CEC" => {
            let defaulted = json!({ "contractPerformance": "DF" });
            json!([{ "time": dice.day(60, 900), "type": "CE", "contractId": "covered", "states": defaulted }])
        }
        _ if may_prepay => {
            let amounts = [dice.number(1, 50_000_000, 2), dice.number(1, 50_000_000, 2)];
            Value::from_iter(amounts.map(
                |amount| json!({ "time": dice.day(60, 800), "type": "PP", "value": amount.to_string() }),
            ))
        }
        _ => json!([]),
    };
    let index = json!({ "INDEX": { "identifier": "INDEX", "data": market } });
    json!({ "identifier": "random", "terms": terms, "to": to, "dataObserved": index, "eventsObserved": observed })
}

/// What a cover covers, and what collateral covers it.
fn cover(dice: &mut Dice, terms: &mut Map<String, Value>) {
    let mut covered = case(dice, "PAM")["terms"].clone();
    covered["contractID"] = "covered".into();
    let collateral = json!({
        "contractType": "STK", "contractID": "collateral", "contractRole": "RPA", "currency": "EUR",
        "statusDate": covered["statusDate"], "marketObjectCode": "INDEX",
        "quantity": dice.number(1, 100_000, 0).to_string(),
    });
    let mut structure = vec![json!({ "object": covered, "referenceRole": "COVE" })];
    if terms["contractType"] == "CEC" {
        structure.push(json!({ "object": collateral, "referenceRole": "COVI" }));
    }
    terms.insert("contractStructure".to_owned(), structure.into());
    terms.insert("contractRole".to_owned(), dice.one(&["BUY", "SEL"]).into());
    terms.insert("coverageOfCreditEnhancement".to_owned(), dice.number(10, 150, 2).to_string().into());
    terms.insert("guaranteedExposure".to_owned(), dice.one(&["NO", "NI"]).into());
}

/// Terms that a contract may have.
fn optional(dice: &mut Dice, terms: &mut Map<String, Value>) {
    let notional: Decimal = terms["notionalPrincipal"].as_str().unwrap().parse().unwrap();
    let payment = notional * dice.number(1, 40, 2);
    let choices: [(u32, &str, Value); 22] = [
        (85, "maturityDate", dice.day(400, 3_000).into()),
        (15, "amortizationDate", dice.day(2_000, 4_000).into()),
        (70, "nextPrincipalRedemptionPayment", payment.normalize().to_string().into()),
        (90, "marketObjectCodeOfRateReset", "INDEX".into()),
        (20, "nextResetRate", dice.number(-50, 900, 4).to_string().into()),
        (40, "rateSpread", dice.number(-200, 200, 4).to_string().into()),
        (20, "rateMultiplier", dice.number(-10, 30, 1).to_string().into()),
        (20, "lifeCap", dice.number(0, 2_000, 4).to_string().into()),
        (20, "lifeFloor", dice.number(-500, 0, 4).to_string().into()),
        (20, "periodCap", dice.number(1, 300, 4).to_string().into()),
        (20, "periodFloor", dice.number(-300, -1, 4).to_string().into()),
        (20, "capitalizationEndDate", dice.day(60, 500).into()),
        (20, "accruedInterest", dice.number(-500, 500, 2).to_string().into()),
        (25, "premiumDiscountAtIED", dice.number(-500, 500, 2).to_string().into()),
        (30, "interestCalculationBase", dice.one(&["NT", "NTIED", "NTL"]).into()),
        (20, "interestCalculationBaseAmount", notional.to_string().into()),
        (20, "feeRate", dice.number(1, 500, 4).to_string().into()),
        (50, "feeBasis", dice.one(&["A", "N"]).into()),
        (20, "cycleOfFee", dice.cycle().into()),
        (15, "cycleOfInterestCalculationBase", dice.cycle().into()),
        (20, "xDayNotice", dice.one(&["P1M", "P0D", "P31D"]).into()),
        (10, "settlementPeriod", "P5D".into()),
    ];
    for (percent, name, value) in choices {
        if dice.often(percent) {
            terms.insert(name.to_owned(), value);
        }
    }
}

fn arrays(dice: &mut Dice, terms: &mut Map<String, Value>) {
    let (a, b) = (dice.day(30, 200), dice.day(300, 500));
    let steps = [dice.one(&["DEC", "INC"]), "DEC"];
    let notional: Decimal = terms["notionalPrincipal"].as_str().unwrap().parse().unwrap();
    let amounts =
        [(notional * dice.number(1, 20, 2)).to_string(), (notional * dice.number(1, 20, 2)).to_string()];
    let both = [dice.cycle(), dice.cycle()];
    let interest = dice.cycle();
    for (name, value) in [
        ("arrayCycleAnchorDateOfPrincipalRedemption", json!([a, b])),
        ("arrayCycleOfPrincipalRedemption", json!(both)),
        ("arrayNextPrincipalRedemptionPayment", json!(amounts)),
        ("arrayIncreaseDecrease", json!(steps)),
        ("arrayCycleAnchorDateOfInterestPayment", json!(a)),
        ("arrayCycleOfInterestPayment", json!(interest)),
        ("arrayCycleAnchorDateOfRateReset", json!([a, b])),
        ("arrayRate", json!([dice.number(1, 900, 4).to_string(), dice.number(1, 900, 4).to_string()])),
        ("arrayFixedVariable", json!([dice.one(&["F", "V"]), "F"])),
    ] {
        terms.insert(name.to_owned(), value);
    }
}

fn events(case: &Value) -> Option<Vec<Event>> {
    let case: Case = serde_json::from_value(case.clone()).ok()?;
    case.events(Calendars::built_in()).ok()
}

/// Calls `check` with the events of every random case that has some, and says how many had.
fn each(types: &[&str], check: impl Fn(u64, &Value, &[Event])) -> u64 {
    let mut answered = 0;
    for seed in 0..CASES {
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
        let kind = dice.one(types);
        let case = case(&mut dice, kind);
        let Some(events) = events(&case) else { continue };
        answered += 1;
        check(seed, &case, &events);
    }
    answered
}

#[test]
fn events_are_in_order_and_what_one_side_gets_the_other_pays() {
    let answered = each(&TYPES, |seed, case, events| {
        assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at), "case {seed}");
        let mut mirrored = case.clone();
        let other = |role: &str| match role {
            "RPA" => "RPL",
            "RPL" => "RPA",
            "BUY" => "SEL",
            _ => "BUY",
        };
        let role = other(case["terms"]["contractRole"].as_str().unwrap());
        mirrored["terms"]["contractRole"] = role.into();
        let mirrored = self::events(&mirrored).unwrap_or_else(|| panic!("case {seed} has no other side"));
        assert_eq!(events.len(), mirrored.len(), "case {seed}");
        for (one, other) in events.iter().zip(&mirrored) {
            assert_eq!((one.kind, one.at, one.payoff), (other.kind, other.at, -other.payoff), "case {seed}");
        }
    });
    assert!(answered > CASES / 2, "only {answered} cases have events");
}

#[test]
fn a_loan_is_redeemed_to_the_last_unit_and_never_over_that() {
    let answered = each(&LOANS, |seed, case, events| {
        let sign = if case["terms"]["contractRole"] == "RPA" { Decimal::ONE } else { Decimal::NEGATIVE_ONE };
        // Interest below zero that is capitalized when nothing is left is owed by the other side.
        let owes = events
            .iter()
            .any(|event| event.after.rate < Decimal::ZERO || event.after.accrued * sign < Decimal::ZERO);
        for event in events {
            let (before, after) = (event.explanation.before, event.after);
            let moved = after.notional - before.notional;
            let about = format!("case {seed}: {} {}", event.kind.name(), event.at);
            assert!(owes || after.notional * sign >= Decimal::ZERO, "{about} turns the sides");
            match event.kind {
                // Up to the last of 28 digits.
                Kind::PR | Kind::PP | Kind::PI => {
                    assert!((event.payoff + moved).abs() < Decimal::new(1, 12), "{about}");
                }
                Kind::MD => assert_eq!(after.notional, Decimal::ZERO, "{about}"),
                // What is paid in advance is negative accrued interest.
                Kind::IP if case["terms"]["cyclePointOfInterestPayment"] == "B" => {
                    assert_eq!(moved, Decimal::ZERO, "{about}");
                }
                Kind::IP => assert_eq!((after.accrued, moved), (Decimal::ZERO, Decimal::ZERO), "{about}"),
                Kind::IPCI => assert_eq!(after.accrued, Decimal::ZERO, "{about}"),
                Kind::IED => assert_eq!(after.notional.abs().to_string(), notional(case), "{about}"),
                _ => assert_eq!(moved, Decimal::ZERO, "{about}"),
            }
        }
        // A date before maturity may be moved behind it, where nothing is left to be paid.
        let matured = events.iter().position(|event| event.kind == Kind::MD);
        let behind = &events[matured.unwrap_or_else(|| panic!("case {seed} never matures"))..];
        let amounts = [Kind::FP, Kind::MD];
        let paid = |event: &Event| !amounts.contains(&event.kind) && !event.payoff.is_zero();
        assert!(!behind.iter().any(paid), "case {seed} pays after maturity");
    });
    assert!(answered > CASES / 2, "only {answered} cases have events");
}

fn notional(case: &Value) -> String {
    case["terms"]["notionalPrincipal"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_asked_of_a_part_of_the_life_is_that_part() {
    each(&LOANS, |seed, case, events| {
        let at = events[events.len() / 2].at;
        let mut shorter = case.clone();
        shorter["to"] = at.to_string().into();
        let shorter = self::events(&shorter).unwrap();
        let expected: Vec<_> = events.iter().filter(|event| event.at <= at).cloned().collect();
        assert_eq!(shorter, expected, "case {seed}");
    });
}

#[test]
fn another_settlement_currency_changes_the_payoffs_and_nothing_else() {
    let answered = each(&TYPES, |seed, case, events| {
        let mut other = case.clone();
        other["terms"]["settlementCurrency"] = "USD".into();
        let mut rates = case["dataObserved"]["INDEX"].clone();
        rates["data"][0]["timestamp"] = "2000-01-01T00:00:00".into();
        other["dataObserved"]["EUR/USD"] = rates;
        let settled = self::events(&other).unwrap_or_else(|| panic!("case {seed} is not settled"));
        assert_eq!(events.len(), settled.len(), "case {seed}");
        for (plain, settled) in events.iter().zip(settled) {
            let rate = settled.explanation.exchange_rate.unwrap_or_default();
            assert_eq!((plain.payoff * rate, plain.after), (settled.payoff, settled.after), "case {seed}");
            assert_eq!(settled.currency, "USD", "case {seed}");
        }
    });
    assert!(answered > CASES / 2, "only {answered} cases have events");
}

/// Every line has its answer, also when it was damaged at random.
#[test]
fn no_line_makes_the_program_fail() {
    let mut input = Vec::new();
    for seed in 0..CASES {
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
        let kind = dice.one(&TYPES);
        let mut line = case(&mut dice, kind).to_string().into_bytes();
        for _ in 0..dice.0.random_range(0..4) {
            let at = dice.0.random_range(0..line.len());
            match dice.0.random_range(0..4) {
                0 => line[at] = b'9',
                1 => line[at] = dice.0.random_range(b' '..b'~'),
                2 => drop(line.drain(at..(at + 3).min(line.len()))),
                _ => line.insert(at, b'9'),
            }
        }
        input.extend(line);
        input.push(b'\n');
    }
    let mut output = Vec::new();
    ndjson::run(input.as_slice(), &mut output).unwrap();
    let answers: Vec<Value> = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(answers.len() as u64, CASES);
    for (number, answer) in (1..).zip(&answers) {
        assert!(answer["results"].is_array() || answer["line"] == number, "{answer}");
    }
}

//! The register and the rules twice: as Rust says they are, and as the committed bytecode does it in the EVM. Over
//! random operations both must come to the same verdict, with the same reason and numbers, and to the same register.
//!
//! `REGISTER_SEED` and `REGISTER_OPERATIONS` take the place of the seed and of how many operations are compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod chance;
mod model;
mod movements;
mod operation;
mod token;
mod verdict;

use chance::Dice;
use model::Register;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use token::Token;

/// The seed unless `REGISTER_SEED` names another.
const SEED: u64 = 20_261_127;
/// Operations unless `REGISTER_OPERATIONS` names another number: about a minute, unoptimised.
const OPERATIONS: usize = 100_000;
/// Operations of one history. What cannot be taken back, as closing the primary, comes to each anew.
const HISTORY: usize = 500;
/// So often everything is compared and not only what an operation touched.
const EVERYTHING: usize = 50;

fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn the_contract_does_what_the_rules_and_the_register_say() {
    let seed = given("REGISTER_SEED").unwrap_or(SEED);
    let operations = given("REGISTER_OPERATIONS").map_or(OPERATIONS, |number| number.try_into().unwrap());
    println!("REGISTER_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let mut answers = BTreeMap::new();
    let mut done = 0;
    while done < operations {
        let history: u64 = chance.random();
        let length = HISTORY.min(operations - done);
        play(history, length, &mut answers);
        done += length;
    }
    println!("{done} operations, no difference: {answers:?}");
    // What never happens shows nothing: each reason the rules have must have come up.
    let often = |answer: &str| answers.get(answer).copied().unwrap_or(0);
    assert!(often("done") * 4 > done, "a quarter goes through");
    for reason in verdict::REASONS {
        assert!(often(reason) > 0 || done < OPERATIONS, "{reason} never came up");
    }
}

/// One history from an empty register on. Alone by its own number, it can be played again.
fn play(history: u64, length: usize, answers: &mut BTreeMap<String, usize>) {
    let mut dice = Dice::new(history);
    let mut register = Register::default();
    let mut token = Token::deploy(&mut dice, &mut register);
    for number in 1..=length {
        register.now += dice.wait();
        let operation = dice.operation(&register);
        let context = || format!("history {history}, operation {number}: {operation:?}");
        token.time(register.now);
        let expected = operation.apply(&mut register);
        let got = token.run(&operation);
        assert_eq!(got, expected, "{}\n{register:#?}", context());
        token.compare(&register, number % EVERYTHING == 0, &operation, context);
        let answer = expected.err().map_or_else(|| "done".to_owned(), |refusal| refusal.code().to_owned());
        *answers.entry(answer).or_default() += 1;
    }
}

//! The register and the rules twice: as Rust says they are, and as the committed bytecode does it in the EVM. Over
//! random operations both must come to the same verdict, with the same reason and numbers, and to the same register.
//!
//! `REGISTER_SEED` and `REGISTER_OPERATIONS` take the place of the seed and of how many operations are compared;
//! `REGISTER_HISTORY` plays one history alone, by the number that a failure names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod agent;
mod chance;
mod compare;
mod facts;
mod further_chance;
mod holds;
mod model;
mod movements;
mod operation;
mod rulebook;
mod token;
mod verdict;

use chance::Dice;
use model::Register;
use operation::{By, Operation};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Mutex;
use token::Token;

/// The seed unless `REGISTER_SEED` names another.
const SEED: u64 = 20_261_127;
/// Operations unless `REGISTER_OPERATIONS` names another number: about a minute, unoptimised.
const OPERATIONS: usize = 100_000;
/// Operations of one history. What cannot be taken back, as closing the primary, comes to each anew.
const HISTORY: usize = 500;
/// So often everything is compared and not only what an operation touched.
const EVERYTHING: usize = 50;
/// So often the token is also asked beforehand.
const BEFOREHAND: usize = 8;

/// How often each answer came.
type Answers = BTreeMap<String, usize>;

fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn the_contract_does_what_the_rules_and_the_register_say() {
    if let Some(history) = given("REGISTER_HISTORY") {
        return println!("{:?}", play(history, HISTORY));
    }
    let seed = given("REGISTER_SEED").unwrap_or(SEED);
    let operations = given("REGISTER_OPERATIONS").map_or(OPERATIONS, |number| number.try_into().unwrap());
    println!("REGISTER_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let lengths = (0..operations.div_ceil(HISTORY)).map(|number| HISTORY.min(operations - number * HISTORY));
    let answers = side_by_side(lengths.map(|length| (chance.random(), length)).collect());
    println!("{operations} operations, no difference: {answers:?}");
    // What never happens shows nothing: each reason the rules have must have come up.
    let often = |answer: &str| answers.get(answer).copied().unwrap_or(0);
    assert!(often("done") * 4 > operations, "a quarter goes through");
    for reason in verdict::REASONS {
        assert!(often(reason) > 0 || operations < OPERATIONS, "{reason} never came up");
    }
}

/// A difference ends the others' work too: what is left is not played.
struct EndAfterFailure<'a>(&'a Mutex<Vec<(u64, usize)>>);

impl Drop for EndAfterFailure<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().unwrap().clear();
        }
    }
}

/// Plays histories, which know nothing of one another, on all processors.
fn side_by_side(histories: Vec<(u64, usize)>) -> Answers {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let (left, all) = (Mutex::new(histories), Mutex::new(Answers::new()));
    let next = || left.lock().unwrap().pop();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let _end = EndAfterFailure(&left);
                while let Some((history, length)) = next() {
                    let answers = play(history, length);
                    let mut all = all.lock().unwrap();
                    for (answer, times) in answers {
                        *all.entry(answer).or_default() += times;
                    }
                }
            });
        }
    });
    all.into_inner().unwrap()
}

/// One history from an empty register on. Alone by its own number, it can be played again.
fn play(history: u64, length: usize) -> Answers {
    let mut dice = Dice::new(history);
    let mut register = Register::default();
    let mut token = Token::deploy(&mut dice, &mut register);
    let mut answers = Answers::new();
    for number in 1..=length {
        register.advance(register.now + dice.wait(&register));
        let operation = dice.operation(&register);
        let context = || format!("history {history}, operation {number}: {operation:?}");
        token.time(register.now);
        if number % BEFOREHAND == 0 {
            ask_beforehand(&register, &mut token, &operation, context);
        }
        let before = register.clone();
        let expected = operation.apply(&mut register);
        let got = token.run(&before, &operation);
        assert_eq!(got, expected, "{}\n{before:#?}", context());
        token.compare(&register, number % EVERYTHING == 0, &operation, context);
        let answer = expected.err().map_or_else(|| "done".to_owned(), |refusal| refusal.code().to_owned());
        *answers.entry(answer).or_default() += 1;
    }
    answers
}

/// What the token would say to the holder itself, before anything is sent.
fn ask_beforehand(
    register: &Register,
    token: &mut Token,
    operation: &Operation,
    context: impl Fn() -> String,
) {
    let (partition, way, units) = match operation {
        Operation::Issue { partition, to, units } => (*partition, facts::Way::Issue(*to), *units),
        Operation::Transfer { by: By::Holder | By::Erc20, partition, from, to, units } => {
            (*partition, facts::Way::Transfer(*from, *to), *units)
        }
        Operation::Redeem { by: By::Holder | By::Erc20, partition, from, units } => {
            (*partition, facts::Way::Redeem(*from), *units)
        }
        _ => return,
    };
    let expected = verdict::accepted(register, partition, way, units);
    assert_eq!(token.judge(partition, way, units), expected, "beforehand, {}", context());
}

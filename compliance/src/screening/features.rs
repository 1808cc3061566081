//! What is measured on two aligned names, in thousandths of a plain token.

use super::{
    align::{Pair, range, weight},
    distance::{SAME, Spelling, likeness},
    name::{Name, Token},
    words::Role,
};

/// The number of features.
pub(crate) const FEATURES: usize = 15;
/// What they are called in an explanation, in order.
pub(crate) const NAMES: [&str; FEATURES] = [
    "shorter name covered",
    "longer name covered",
    "different on both sides",
    "only on one side",
    "evidence",
    "spelt differently",
    "order differs",
    "one token only",
    "run together alike",
    "other script",
    "number differs",
    "abbreviation",
    "single name",
    "one of several names",
    "common names only",
];

/// Features that are asked for by name.
pub(crate) const LONGER_COVERED: usize = 1;
pub(crate) const DISORDER: usize = 6;
pub(crate) const ONE_TOKEN: usize = 7;
pub(crate) const RUN_TOGETHER: usize = 8;
pub(crate) const OTHER_SCRIPT: usize = 9;
pub(crate) const NUMBER: usize = 10;
pub(crate) const COMMON: usize = 14;

/// Evidence beyond this many thousandths tells no more.
const MOST_EVIDENCE: i32 = 3_000;
/// Differences beyond this refuse already.
const MOST_DIFFERENCE: i32 = 2_500;

/// The features of an alignment, each at least 0.
pub(crate) fn features(left: &Name, right: &Name, pairs: &[Pair]) -> [i32; FEATURES] {
    let sum = |of: &dyn Fn(&Pair) -> i32| pairs.iter().map(of).sum::<i32>();
    let found = [sum(&|pair| weight(left, pair.left)), sum(&|pair| weight(right, pair.right))];
    let alike = [
        sum(&|pair| weight(left, pair.left) * pair.likeness / SAME),
        sum(&|pair| weight(right, pair.right) * pair.likeness / SAME),
    ];
    let mut features = known(left, right, found, alike);
    let telling_pairs = pairs.iter().filter(|pair| is_telling(left, right, pair)).count();
    features[5] = ((found[0] - alike[0] + found[1] - alike[1]) / 2).min(MOST_DIFFERENCE);
    features[DISORDER] = disorder(left, right, pairs);
    features[ONE_TOKEN] = flag(telling_pairs == 1 && features[12] == 0);
    features[RUN_TOGETHER] = run_together(left, right);
    features[NUMBER] =
        flag(lacks_number(left, pairs, |pair| pair.left) || lacks_number(right, pairs, |pair| pair.right));
    features[COMMON] = commonness(left, right, pairs);
    features[11] = flag(abbreviates(left, right) || abbreviates(right, left));
    features
}

/// The features that follow from the weights found on each side, and from the names alone.
pub(crate) fn known(left: &Name, right: &Name, found: [i32; 2], alike: [i32; 2]) -> [i32; FEATURES] {
    let all = [left.weight, right.weight];
    let lacking = [all[0] - found[0], all[1] - found[1]];
    let (shorter, longer) = if all[0] <= all[1] { (0, 1) } else { (1, 0) };
    let conflict = lacking[0].min(lacking[1]);
    let mut features = [0; FEATURES];
    features[0] = share(alike[shorter], all[shorter]);
    features[LONGER_COVERED] = share(alike[longer], all[longer]);
    features[2] = conflict.min(MOST_DIFFERENCE);
    features[3] = (lacking[0].max(lacking[1]) - conflict).min(MOST_DIFFERENCE);
    features[4] = alike[0].min(alike[1]).min(MOST_EVIDENCE);
    features[OTHER_SCRIPT] = flag(left.vowelless != right.vowelless);
    features[12] = flag(left.names.min(right.names) == 1);
    features[13] = flag(left.names.min(right.names) == 1 && left.names.max(right.names) > 1);
    features
}

fn share(part: i32, whole: i32) -> i32 {
    if whole == 0 { 0 } else { (part * SAME).div_euclid(whole) }
}

const fn flag(holds: bool) -> i32 {
    if holds { SAME } else { 0 }
}

fn is_telling(left: &Name, right: &Name, pair: &Pair) -> bool {
    let tokens = left.tokens[range(pair.left)].iter().chain(&right.tokens[range(pair.right)]);
    tokens.into_iter().any(Token::is_telling)
}

/// The share of the evidence that very many people or organisations bear.
fn commonness(left: &Name, right: &Name, pairs: &[Pair]) -> i32 {
    let evidence = |pair: &Pair| weight(left, pair.left).min(weight(right, pair.right));
    let common = |pair: &&Pair| {
        let mut tokens = left.tokens[range(pair.left)].iter().chain(&right.tokens[range(pair.right)]);
        tokens.all(|token| token.role != Role::Plain)
    };
    share(pairs.iter().filter(common).map(evidence).sum(), pairs.iter().map(evidence).sum())
}

/// The share of neighbouring pairs whose order differs; a whole name turned around counts as one turn.
fn disorder(left: &Name, right: &Name, pairs: &[Pair]) -> i32 {
    let mut places: Vec<(usize, usize)> = pairs
        .iter()
        .filter(|pair| is_telling(left, right, pair))
        .map(|pair| (pair.left.0, pair.right.0))
        .collect();
    places.sort_unstable();
    let turns = places.windows(2).filter(|pair| pair[0].1 > pair[1].1).count();
    let steps = places.len().saturating_sub(1).max(1);
    i32::try_from(turns * 1_000 / steps).unwrap_or(SAME)
}

/// Likeness of all telling tokens without the spaces between them, as far as it is above nine tenths.
fn run_together(left: &Name, right: &Name) -> i32 {
    let whole = |name: &Name| {
        let telling = name.tokens.iter().filter(|token| token.is_telling());
        let text: String = telling.map(|token| &*token.spelling.text).collect();
        Spelling::new(&text, name.vowelless)
    };
    const LEAST: i32 = 900;
    (likeness(&whole(left), &whole(right)) - LEAST).max(0) * (SAME / (SAME - LEAST))
}

fn lacks_number(name: &Name, pairs: &[Pair], span: impl Fn(&Pair) -> (usize, usize)) -> bool {
    let numbers = name.tokens.iter().enumerate().filter(|(_, token)| token.role == Role::Number);
    let mut lacking = numbers.filter(|(at, _)| !pairs.iter().any(|pair| range(span(pair)).contains(at)));
    lacking.next().is_some()
}

/// Whether one word of the left is the first letters of the right: `PLA` for People's Liberation Army.
fn abbreviates(left: &Name, right: &Name) -> bool {
    const SHORTEST: usize = 3;
    let letters = |with_particles: bool| -> String {
        let words = right.tokens.iter().filter(|token| token.is_telling() || with_particles);
        words.filter_map(|token| token.spelling.text.chars().next()).collect()
    };
    let (long, short) = (letters(true), letters(false));
    left.tokens.iter().any(|token| {
        let text = &*token.spelling.text;
        token.role == Role::Plain && text.len() >= SHORTEST && (text == long || text == short)
    })
}

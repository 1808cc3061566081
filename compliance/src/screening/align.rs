//! Which tokens of two names speak of the same thing.

use super::{
    distance::{SAME, Spelling, likeness},
    name::{Kind, Name, Token},
    words::Role,
};

/// How alike an initial is to a name that begins with it.
const INITIAL_LIKENESS: i32 = 950;
/// How alike several tokens run together must be to one.
const LEAST_JOINED: i32 = 830;
/// The shortest word that is compared with several run together.
const SHORTEST_JOINED: usize = 5;
/// The most tokens that are run together.
const MOST_JOINED: usize = 4;

/// Tokens of one name that stand for tokens of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// First token and number of tokens on the left.
    pub(crate) left: (usize, usize),
    /// The same on the right.
    pub(crate) right: (usize, usize),
    /// Thousandths.
    pub(crate) likeness: i32,
}

/// The pairs, best first, each token in at most one.
pub(crate) fn align(left: &Name, right: &Name) -> Vec<Pair> {
    let mut candidates = single(left, right);
    candidates.extend(joined(left, right));
    candidates.extend(joined(right, left).map(|pair| Pair { left: pair.right, right: pair.left, ..pair }));
    let worth = |pair: &Pair| pair.likeness * (weight(left, pair.left) + weight(right, pair.right));
    // Ties go to tokens in the same place, then to the earlier ones, so that the choice is always the same.
    candidates
        .sort_by_key(|pair| (-worth(pair), pair.left.0.abs_diff(pair.right.0), pair.left.0, pair.right.0));
    let mut taken = (vec![false; left.tokens.len()], vec![false; right.tokens.len()]);
    candidates.retain(|pair| {
        let free = !taken.0[range(pair.left)].contains(&true) && !taken.1[range(pair.right)].contains(&true);
        if free {
            taken.0[range(pair.left)].fill(true);
            taken.1[range(pair.right)].fill(true);
        }
        free
    });
    candidates
}

pub(crate) fn range(span: (usize, usize)) -> std::ops::Range<usize> {
    span.0..span.0 + span.1
}

pub(crate) fn weight(name: &Name, span: (usize, usize)) -> i32 {
    name.tokens[range(span)].iter().map(Token::weight).sum()
}

fn single(left: &Name, right: &Name) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(left.tokens.len());
    for (i, a) in left.tokens.iter().enumerate() {
        for (j, b) in right.tokens.iter().enumerate() {
            let likeness = token_likeness(a, b);
            if likeness > 0 {
                pairs.push(Pair { left: (i, 1), right: (j, 1), likeness });
            }
        }
    }
    pairs
}

fn token_likeness(a: &Token, b: &Token) -> i32 {
    let small = |role| matches!(role, Role::Particle | Role::Title | Role::OrganisationType | Role::Number);
    if a.spelling.text == b.spelling.text {
        return SAME;
    }
    if a.role == Role::Initial || b.role == Role::Initial {
        let (first, second) = (a.spelling.text.as_bytes().first(), b.spelling.text.as_bytes().first());
        let stands_for_name = !small(a.role) && !small(b.role) && first == second;
        return if stands_for_name { INITIAL_LIKENESS } else { 0 };
    }
    // Particles, types and numbers are the same or they are not.
    if small(a.role) && small(b.role) { 0 } else { likeness(&a.spelling, &b.spelling) }
}

/// One token on the left, several run together on the right.
fn joined<'a>(left: &'a Name, right: &'a Name) -> impl Iterator<Item = Pair> + 'a {
    let spans = (0..right.tokens.len())
        .flat_map(|start| (2..=MOST_JOINED).map(move |count| (start, count)))
        .filter(|(start, count)| start + count <= right.tokens.len());
    spans.flat_map(move |span| {
        let whole = run_together(&right.tokens[range(span)]);
        let initials = initials(&right.tokens[range(span)]);
        left.tokens.iter().enumerate().filter_map(move |(i, token)| {
            let likeness = joined_likeness(token, &whole, initials.as_deref(), left.kind)?;
            Some(Pair { left: (i, 1), right: span, likeness })
        })
    })
}

fn joined_likeness(token: &Token, whole: &Spelling, initials: Option<&str>, kind: Kind) -> Option<i32> {
    let text = &token.spelling.text;
    if kind == Kind::Person && initials == Some(text) {
        return Some(INITIAL_LIKENESS);
    }
    let comparable = text.len() >= SHORTEST_JOINED
        && (token.spelling.vowelless != whole.vowelless || text.len().abs_diff(whole.text.len()) <= 2);
    let likeness = if comparable { likeness(&token.spelling, whole) } else { 0 };
    (likeness >= LEAST_JOINED).then_some(likeness)
}

fn run_together(tokens: &[Token]) -> Spelling {
    let text: String = tokens.iter().map(|token| &*token.spelling.text).collect();
    Spelling::new(&text, tokens.iter().any(|token| token.spelling.vowelless))
}

/// `jc` for Jean-Claude: first letters of names, not of particles.
fn initials(tokens: &[Token]) -> Option<String> {
    let names = tokens.iter().all(|token| matches!(token.role, Role::Plain | Role::Common));
    names.then(|| tokens.iter().filter_map(|token| token.spelling.text.chars().next()).collect())
}

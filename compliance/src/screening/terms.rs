//! The terms under which a name is found: its tokens, and neighbours run together; and the keys of a term.

use super::{
    align::range,
    distance::Spelling,
    name::{Name, Token},
};
use std::hash::Hasher;

/// Terms of several tokens are not longer than this: nobody runs more together.
const LONGEST_JOINED: usize = 24;
/// The most tokens run together, besides the whole name.
const MOST_JOINED: usize = 3;

/// A piece of a name to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) spelling: Spelling,
    /// The weight of the tokens it is made of.
    pub(crate) weight: i32,
    pub(crate) joined: bool,
}

/// The telling tokens of a name, and what stands next to one another run together.
pub(crate) fn terms(name: &Name) -> Vec<Term> {
    let telling = name.tokens.iter().filter(|token| token.is_telling());
    let mut terms: Vec<Term> = telling
        .map(|token| Term { spelling: token.spelling.clone(), weight: token.weight(), joined: false })
        .collect();
    let count = name.tokens.len();
    let spans = (0..count).flat_map(|start| (2..=MOST_JOINED).map(move |length| (start, length)));
    terms.extend(
        spans
            .filter(|(start, length)| start + length <= count)
            .filter_map(|span| run_together(&name.tokens[range(span)])),
    );
    if count > MOST_JOINED {
        terms.extend(run_together(&name.tokens));
    }
    terms
}

fn run_together(tokens: &[Token]) -> Option<Term> {
    let text: String = tokens.iter().map(|token| &*token.spelling.text).collect();
    let telling = tokens.iter().any(Token::is_telling);
    (telling && text.len() <= LONGEST_JOINED).then(|| Term {
        spelling: Spelling::new(&text, tokens.iter().any(|token| token.spelling.vowelless)),
        weight: tokens.iter().map(Token::weight).sum(),
        joined: true,
    })
}

/// What a key is made of, so that keys of different sorts never meet.
#[derive(Clone, Copy)]
enum Sort {
    Written = 1,
    Skeleton = 2,
    Vowelless = 3,
}

/// The keys under which a term is filed and sought: two terms with a key in common may be alike. One letter left out of
/// the way it is written finds every slip of one letter; the consonants find what differs in vowels; the barest
/// consonants find scripts that write no vowels.
pub(crate) fn keys(term: &Term, into: &mut Vec<u32>) {
    into.clear();
    let sound = &*term.spelling.sound;
    let skeleton: String =
        sound.chars().enumerate().filter(|(at, c)| !is_soft(*at, *c)).map(|(_, c)| c).collect();
    let bare: String =
        sound.chars().filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'h' | 'v')).collect();
    into.push(key(Sort::Written, sound, None));
    into.push(key(Sort::Skeleton, &skeleton, None));
    into.push(key(Sort::Vowelless, &bare, None));
    if !term.joined {
        into.extend((0..sound.len()).map(|left_out| key(Sort::Written, sound, Some(left_out))));
        if skeleton.len() > 3 {
            into.extend((0..skeleton.len()).map(|left_out| key(Sort::Skeleton, &skeleton, Some(left_out))));
        }
        if term.spelling.vowelless && bare.len() > 3 {
            into.extend((0..bare.len()).map(|left_out| key(Sort::Vowelless, &bare, Some(left_out))));
        }
    }
    into.sort_unstable();
    into.dedup();
}

/// Vowels after the first letter, and the `h` that comes and goes.
const fn is_soft(at: usize, c: char) -> bool {
    matches!(c, 'h') || at > 0 && matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// FNV-1a over the letters: short, and the same on every machine.
fn key(sort: Sort, text: &str, left_out: Option<usize>) -> u32 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write_u8(sort as u8);
    for (at, byte) in text.bytes().enumerate() {
        if Some(at) != left_out {
            hash.write_u8(byte);
        }
    }
    let hash = hash.finish();
    (hash ^ (hash >> 32)) as u32
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

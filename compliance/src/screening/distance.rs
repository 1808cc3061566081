//! How alike two tokens are: an edit distance that knows how names are misspelt and transliterated.

use super::fold::MAX_TOKEN_LETTERS;

/// Likeness of equal tokens; all likenesses and scores are thousandths.
pub(crate) const SAME: i32 = 1_000;
/// Below this two tokens are different names, not spellings of one.
pub(crate) const LEAST_LIKENESS: i32 = 660;
/// Short tokens are alike by accident: they must be nearly the same.
const LEAST_SHORT: i32 = 840;
/// The most letters, or consonants of a script without vowels, of a short token.
const SHORT: usize = 3;
/// A spelling that only sounds the same is a little less than the same spelling.
const SOUNDS_THE_SAME: i32 = 970;
/// The price of one letter that has nothing to do with the other.
const LETTER: i32 = 100;

/// A token with the way it sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) text: Box<str>,
    pub(crate) sound: Box<str>,
    pub(crate) vowelless: bool,
}

impl Spelling {
    pub(crate) fn new(text: &str, vowelless: bool) -> Self {
        let text: String = text.chars().take(MAX_TOKEN_LETTERS).collect();
        Self { sound: sound(&text).into(), text: text.into(), vowelless }
    }
}

/// Thousandths of likeness, 0 when the tokens are different names.
pub(crate) fn likeness(a: &Spelling, b: &Spelling) -> i32 {
    if a.text == b.text {
        return SAME;
    }
    let vowelless = a.vowelless != b.vowelless;
    let sound = if a.sound == b.sound {
        SOUNDS_THE_SAME
    } else {
        (scaled(a.sound.as_bytes(), b.sound.as_bytes(), vowelless) * SOUNDS_THE_SAME).div_euclid(SAME)
    };
    let spelt = if vowelless { 0 } else { scaled(a.text.as_bytes(), b.text.as_bytes(), false) };
    let likeness = sound.max(spelt);
    let letters = a.text.len().min(b.text.len());
    let least = if letters <= SHORT || vowelless && consonants(a).min(consonants(b)) <= SHORT {
        LEAST_SHORT
    } else {
        LEAST_LIKENESS
    };
    if likeness < least { 0 } else { likeness }
}

fn consonants(spelling: &Spelling) -> usize {
    spelling
        .sound
        .bytes()
        .filter(|letter| !matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'v' | b'h'))
        .count()
}

/// Likeness by distance, in proportion to the longer token. Two tokens whose lengths differ by far are not compared.
fn scaled(a: &[u8], b: &[u8], vowelless: bool) -> i32 {
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    if shorter == 0 || (longer > shorter * 2 + 1 && !vowelless) || longer > MAX_TOKEN_LETTERS {
        return 0;
    }
    let base = i32::try_from(longer.max(3)).unwrap_or(i32::MAX);
    let allowed = base * LETTER * (SAME - LEAST_LIKENESS) / SAME + LETTER;
    let distance = distance(a, b, vowelless, allowed);
    (SAME - (distance * (SAME / LETTER)).div_euclid(base)).max(0)
}

/// Weighted Damerau-Levenshtein distance, given up once every way costs more than `allowed`.
fn distance(a: &[u8], b: &[u8], vowelless: bool, allowed: i32) -> i32 {
    const COLUMNS: usize = MAX_TOKEN_LETTERS + 1;
    let mut rows = [[0_i32; COLUMNS]; 3];
    for (j, letter) in b.iter().enumerate() {
        rows[0][j + 1] = rows[0][j] + gap(b, j, *letter, vowelless);
    }
    for i in 0..a.len() {
        let (above, current, last) = (i % 3, (i + 1) % 3, (i + 2) % 3);
        let deletion = gap(a, i, a[i], vowelless);
        rows[current][0] = rows[above][0] + deletion;
        let mut least = rows[current][0];
        for j in 0..b.len() {
            let substituted = rows[above][j] + substitution(a[i], b[j], vowelless);
            let deleted = rows[above][j + 1] + deletion;
            let inserted = rows[current][j] + gap(b, j, b[j], vowelless);
            let mut cheapest = substituted.min(deleted).min(inserted);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cheapest = cheapest.min(rows[last][j - 1] + TRANSPOSITION);
            }
            rows[current][j + 1] = cheapest;
            least = least.min(cheapest);
        }
        if least > allowed {
            return least;
        }
    }
    rows[a.len() % 3][b.len()]
}

/// Two neighbours swapped is one slip of the hand.
const TRANSPOSITION: i32 = 70;

/// The price of a letter that only one side has.
fn gap(token: &[u8], position: usize, letter: u8, vowelless: bool) -> i32 {
    let doubled = position > 0 && token[position - 1] == letter;
    match letter {
        _ if doubled => 25,
        b'a' | b'e' | b'i' | b'o' | b'u' if vowelless && (position == 0 || position + 1 == token.len()) => 30,
        b'a' | b'e' | b'i' | b'o' | b'u' if vowelless => 10,
        b'w' | b'y' | b'h' if vowelless => 25,
        b'a' | b'e' | b'i' | b'o' | b'u' => 60,
        b'h' => 50,
        b'y' => 70,
        _ => LETTER,
    }
}

/// The price of one letter for another.
fn substitution(a: u8, b: u8, vowelless: bool) -> i32 {
    if a == b {
        return 0;
    }
    let pair = (a.min(b), a.max(b));
    match pair {
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', b'a' | b'e' | b'i' | b'o' | b'u' | b'w' | b'y')
            if vowelless =>
        {
            10
        }
        (b'0', b'o') | (b'1', b'i' | b'l') | (b'3', b'e') | (b'4', b'a') | (b'5', b's') | (b'9', b'g') => 20,
        (b'i', b'y') | (b'v', b'w') | (b'u', b'w') | (b'k', b'q') | (b'c', b'k') | (b'j', b'y') => 25,
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', b'a' | b'e' | b'i' | b'o' | b'u' | b'y') => 45,
        (b's', b'z') | (b'g', b'j') | (b'o', b'w') | (b'f', b'v') => 45,
        (b'c', b's')
        | (b'd', b't')
        | (b'b', b'v')
        | (b'g', b'k')
        | (b'g', b'q')
        | (b'j', b'z')
        | (b'd', b'z') => 60,
        (b'b', b'p') | (b'm', b'n') | (b'c', b'q') => 75,
        _ => LETTER,
    }
}

/// Letters that are written in several ways and sound alike become one way; doubled letters become one.
pub(crate) fn sound(token: &str) -> String {
    #[rustfmt::skip]
    const WAYS: [(&str, &str); 31] = [
        ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("dzh", "j"), ("dj", "j"), ("zh", "j"),
        ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("ts", "s"), ("tz", "s"), ("cz", "c"),
        ("ck", "k"), ("qu", "k"), ("q", "k"), ("x", "ks"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "i"), ("ey", "i"), ("ie", "i"),
        ("ai", "e"), ("ay", "e"), ("y", "i"), ("w", "v"), ("aa", "a"),
    ];
    let mut rest = token;
    let mut sound = String::with_capacity(token.len());
    while let Some(first) = rest.chars().next() {
        let way = WAYS.iter().find(|(written, _)| rest.starts_with(written));
        let (read, sounds) =
            way.map_or((first.len_utf8(), &rest[..first.len_utf8()]), |way| (way.0.len(), way.1));
        if !sound.ends_with(sounds) {
            sound.push_str(sounds);
        }
        rest = &rest[read..];
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(a: &str, b: &str) -> i32 {
        let (a, b) = (Spelling::new(a, false), Spelling::new(b, false));
        assert_eq!(likeness(&a, &b), likeness(&b, &a), "the order of the two does not matter");
        likeness(&a, &b)
    }

    #[test]
    fn spellings_of_one_name_are_alike() {
        for (a, b) in [
            ("mohammed", "muhammad"),
            ("hussein", "husayn"),
            ("sergei", "sergi"),
            ("yusuf", "youssouf"),
            ("vladmir", "vladimir"),
            ("lukashenko", "luakshenko"),
            ("qadhafi", "gaddafi"),
            ("sech1n", "sechin"),
            ("schwarz", "schwartz"),
            ("aleksandr", "alexander"),
        ] {
            assert!(like(a, b) > 740, "{a} {b} {}", like(a, b));
        }
    }

    #[test]
    fn different_names_are_not_alike() {
        for (a, b) in [
            ("hun", "kim"),
            ("ronaldo", "navalny"),
            ("ali", "omar"),
            ("castro", "fidel"),
            ("dosari", "bahaziq"),
            ("a", "abdul"),
        ] {
            assert_eq!(like(a, b), 0, "{a} {b}");
        }
    }

    #[test]
    fn a_script_without_vowels_is_read_with_them() {
        let skeleton = Spelling::new("mhmd", true);
        assert!(likeness(&skeleton, &Spelling::new("muhammad", false)) > 850);
        assert_eq!(likeness(&skeleton, &Spelling::new("ibrahim", false)), 0);
    }
}

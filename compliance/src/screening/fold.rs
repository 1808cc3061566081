//! Text becomes tokens: Unicode folded, any script written in Latin letters, names of one form.

use unicode_normalization::UnicodeNormalization;

/// The most tokens of one name that are looked at; the longest listed names have about 30.
pub(crate) const MAX_TOKENS: usize = 40;
/// The most letters of one token that are looked at.
pub(crate) const MAX_TOKEN_LETTERS: usize = 40;
/// The longest name in a script without spaces that is still read as surname and given name of a person.
const LONGEST_UNSPACED_PERSON: usize = 4;

/// A piece of a name in lower-case ASCII letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Whether its script writes few or no vowels, so that vowels of the other side are no difference.
    pub(crate) vowelless: bool,
}

/// The pieces of a name, in order.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for word in words(text) {
        let unspaced = word.chars().all(is_ideographic);
        let letters = word.chars().count();
        if unspaced && (2..=LONGEST_UNSPACED_PERSON).contains(&letters) && !text.contains(' ') {
            // A Han or Hangul name without a space: the surname is nearly always the first character.
            let given: String = word.chars().skip(1).collect();
            let surname: String = word.chars().take(1).collect();
            pieces.extend([surname, given].iter().map(|part| piece(part)));
        } else {
            pieces.push(piece(&word));
        }
        if pieces.len() >= MAX_TOKENS {
            break;
        }
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces.truncate(MAX_TOKENS);
    pieces
}

/// Cuts a name where words end. Apostrophes are part of a word (`Cho'ng`), hyphens end one (`Jean-Claude`), full stops
/// end one unless all around them are single letters (`L.X.C.` is one word, `J.-C.` two).
fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().collect::<String>().replace("'s ", "s ").replace('&', " and ");
    let mut words = Vec::new();
    for chunk in text.split(|c: char| !(c.is_alphanumeric() || is_mark(c) || is_joiner(c) || c == '.')) {
        let chunk: String = chunk.chars().filter(|c| !is_joiner(*c)).collect();
        let parts: Vec<&str> = chunk.split('.').filter(|part| !part.is_empty()).collect();
        let letters = parts.iter().all(|part| part.chars().count() == 1);
        if parts.len() > 1 && letters {
            words.push(parts.concat());
        } else {
            words.extend(parts.into_iter().map(str::to_owned));
        }
    }
    words
}

/// Marks of Arabic, Hebrew and Indic scripts stand inside words.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Apostrophes, their look-alikes and zero-width characters, which only join.
const fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '\u{200B}'
            ..='\u{200F}' | '\u{FEFF}' | '\u{AD}'
    )
}

const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}

const fn is_vowelless(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{0900}'..='\u{0DFF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn piece(word: &str) -> Piece {
    let vowelless = word.chars().any(is_vowelless);
    let word = if vowelless { without_article(word) } else { word };
    let mut text = String::with_capacity(word.len());
    for c in word.nfd() {
        match semitic(c) {
            Some(latin) => text.push_str(latin),
            None if is_mark(c) && !is_vowelless(c) => {}
            None => {
                let latin = any_ascii::any_ascii_char(c);
                text.extend(
                    latin.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
                );
            }
        }
    }
    text.truncate(MAX_TOKEN_LETTERS);
    Piece { text, vowelless }
}

/// The Arabic article is written together with its word, where Latin spelling sets it apart.
fn without_article(word: &str) -> &str {
    const LETTERS_LEFT: usize = 3;
    let rest = word.strip_prefix("ال").filter(|rest| rest.chars().count() >= LETTERS_LEFT);
    rest.unwrap_or(word)
}

/// Arabic (with Persian and Urdu) and Hebrew letters as they sound in Latin spellings of names. The general
/// transliteration drops alif and ayin, which are the first vowel of many names.
#[rustfmt::skip]
const fn semitic(c: char) -> Option<&'static str> {
    Some(match c {
        'ا' | 'أ' | 'إ' | 'آ' | 'ع' | 'ى' | 'ة' | 'ٱ' => "a",
        'ء' | 'ـ' | '\u{064B}'..='\u{0655}' | '\u{0670}' => "",
        'ب' => "b", 'پ' => "p", 'ت' | 'ط' | 'ٹ' => "t", 'ث' => "th", 'ج' => "j", 'چ' => "ch", 'ح' | 'ه' | 'ہ' | 'ھ' | 'ۀ' | 'ە' => "h",
        'خ' => "kh", 'د' | 'ض' | 'ڈ' => "d", 'ذ' => "dh", 'ر' | 'ړ' | 'ڑ' => "r", 'ز' | 'ظ' => "z", 'ژ' => "zh", 'س' | 'ص' => "s",
        'ش' | 'ښ' => "sh", 'غ' => "gh", 'ف' => "f", 'ڤ' => "v", 'ق' | 'ك' | 'ک' => "k", 'گ' | 'ګ' => "g", 'ل' => "l", 'م' => "m",
        'ن' | 'ں' | 'ڼ' => "n", 'و' | 'ؤ' => "w", 'ي' | 'ی' | 'ئ' | 'ې' | 'ۍ' | 'ے' => "y",
        'א' | 'ע' => "a", 'ב' => "b", 'ג' => "g", 'ד' => "d", 'ה' => "h", 'ו' => "w", 'ז' => "z", 'ח' => "h", 'ט' | 'ת' => "t", 'י' => "y",
        'כ' | 'ך' | 'ק' => "k", 'ל' => "l", 'מ' | 'ם' => "m", 'נ' | 'ן' => "n", 'ס' => "s", 'פ' | 'ף' => "p", 'צ' | 'ץ' => "ts", 'ר' => "r",
        'ש' => "sh", '\u{0591}'..='\u{05C7}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        pieces(text).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn names_of_any_script_become_latin_tokens() {
        let cases: [(&str, &[&str]); 12] = [
            ("Usāma bin Lādin", &["usama", "bin", "ladin"]),
            ("J.-C. Juncker", &["j", "c", "juncker"]),
            ("L.X.C. Aviation", &["lxc", "aviation"]),
            ("CHO'NG-MIN", &["chong", "min"]),
            ("Łódź Straße", &["lodz", "strasse"]),
            ("AT&T Inc.", &["at", "and", "t", "inc"]),
            ("Deutsche Bank's AG", &["deutsche", "banks", "ag"]),
            ("Владимир Путин", &["vladimir", "putin"]),
            ("习近平", &["xi", "jinping"]),
            ("김정은", &["gim", "jeongeun"]),
            ("عزت ابراهيم الدوري", &["azt", "abrahym", "dwry"]),
            ("  --  ", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_has_a_last_token() {
        assert_eq!(pieces(&"a ".repeat(10_000)).len(), MAX_TOKENS);
        assert_eq!(pieces(&"é".repeat(10_000))[0].text.len(), MAX_TOKEN_LETTERS);
    }
}

//! What is wrong with a value, in the reader's language.
//!
//! A finding says its limit in an English sentence. The texts `limit-…` are these sentences with a name for each
//! number, so the sentence is found again by its English text and said in the reader's language. An attribute
//! `.shown` says it better for people where the sentence names a field. A limit that has no text is shown as it is.

use super::say::grouped;
use super::texts::{Locale, TEXTS};
use domain::Invalid;
use std::sync::LazyLock;

/// The fewest digits of a number that is grouped: years and small numbers read better without.
const GROUPED_FROM: usize = 5;

/// The English sentence of a limit with holes in it.
struct Pattern {
    key: &'static str,
    /// The text before the first hole, then each hole's name with the text behind it.
    start: &'static str,
    holes: Vec<(&'static str, &'static str)>,
}

/// The sentences, those with the most fixed text first.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let lines = TEXTS.iter().flat_map(|(_, english, _)| english.lines());
    let limits = lines.filter(|line| line.starts_with("limit-"));
    let mut patterns: Vec<Pattern> = limits.filter_map(pattern).collect();
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.fixed()));
    patterns
});

/// Reads `limit-key = 1 to { $longest } characters`.
fn pattern(line: &'static str) -> Option<Pattern> {
    let (key, text) = line.split_once(" = ")?;
    let mut pieces = text.split("{ $");
    let start = pieces.next()?;
    let holes = pieces.map(|piece| piece.split_once(" }")).collect::<Option<Vec<_>>>()?;
    Some(Pattern { key, start, holes })
}

impl Pattern {
    fn fixed(&self) -> usize {
        self.start.len() + self.holes.iter().map(|(_, text)| text.len()).sum::<usize>()
    }

    /// What stands in the holes, when the sentence is this one.
    fn matched(&self, sentence: &str) -> Option<Vec<(&'static str, String)>> {
        let mut rest = sentence.strip_prefix(self.start)?;
        let mut values = Vec::new();
        for (name, text) in &self.holes {
            let end = if text.is_empty() { rest.len() } else { rest.find(text)? };
            let (value, behind) = (rest.get(..end)?, rest.get(end + text.len()..)?);
            values.push((*name, number_grouped(value)));
            rest = behind;
        }
        rest.is_empty().then_some(values)
    }
}

fn number_grouped(value: &str) -> String {
    let number = value.len() >= GROUPED_FROM && value.bytes().all(|byte| byte.is_ascii_digit());
    if number { grouped(value) } else { value.to_owned() }
}

/// A limit in the reader's language.
#[must_use]
pub fn limit(sentence: &str, locale: Locale) -> String {
    let found = PATTERNS.iter().find_map(|pattern| Some((pattern, pattern.matched(sentence)?)));
    let Some((pattern, values)) = found else { return sentence.to_owned() };
    let named: Vec<(&str, &dyn super::say::Say)> =
        values.iter().map(|(name, value)| (*name, value as &dyn super::say::Say)).collect();
    let shown = locale.find(&format!("{}.shown", pattern.key), &named);
    shown.unwrap_or_else(|| locale.text(pattern.key, &named))
}

/// The sentence for a finding: what would have been accepted, and what was given when it may be shown.
#[must_use]
pub fn sentence(invalid: &Invalid, locale: Locale) -> String {
    let limit = limit(&invalid.limit, locale);
    if invalid.value.is_empty() {
        locale.text("invalid-blank", &[("limit", &limit)])
    } else {
        locale.text("invalid-value", &[("value", &invalid.value), ("limit", &limit)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::IssuerId;
    use domain::{Country, Currency, Money, Units, text};

    #[test]
    fn a_limit_of_the_business_is_said_in_chinese() {
        let findings = [
            (text::bounded("name", "", 140).unwrap_err(), "应为：1 至 140 个字符，不含控制字符。"),
            ("-1".parse::<Units>().unwrap_err(), "无法接受“-1”，应为：0 至 100,000,000,000 之间的整数。"),
            (
                Money::parse("1.234", Currency::EUR).unwrap_err(),
                "无法接受“1.234”，应为：最多 2 位小数的数字。",
            ),
            ("XX".parse::<Country>().unwrap_err(), "无法接受“XX”，应为：ISO 3166-1 两位国家代码，例如 DE。"),
            ("x".parse::<IssuerId>().unwrap_err(), "无法接受“x”，应为：36 个字符的 UUID。"),
        ];
        for (finding, expected) in findings {
            assert_eq!(sentence(&finding, Locale::Chinese), expected);
        }
    }

    #[test]
    fn a_limit_without_a_text_is_shown_as_it_is() {
        let finding = Invalid::new("colour", "red", "a colour that nobody translated");
        assert_eq!(
            sentence(&finding, Locale::Chinese),
            "无法接受“red”，应为：a colour that nobody translated。"
        );
    }
}

//! The simple types of the schemas: what a text must look like.

/// A simple type of XML Schema, as far as the two syntaxes use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// Any text.
    Text,
    Boolean,
    Decimal,
    Date,
    Time,
    DateTime,
    Base64,
    Language,
}

impl Base {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "boolean" => Self::Boolean,
            "decimal" => Self::Decimal,
            "date" => Self::Date,
            "time" => Self::Time,
            "dateTime" => Self::DateTime,
            "base64Binary" => Self::Base64,
            "language" => Self::Language,
            _ => Self::Text,
        }
    }

    /// The words for a text that is not of this type.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Boolean => "true or false",
            Self::Decimal => "a decimal number",
            Self::Date => "a date such as 2026-12-31",
            Self::Time => "a time such as 12:00:00",
            Self::DateTime => "a time such as 2026-12-31T12:00:00",
            Self::Base64 => "base64",
            Self::Language => "a language such as en",
        }
    }

    /// Whether a text is of this type. White space around it does not matter.
    pub(super) fn accepts(self, text: &str) -> bool {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        match self {
            Self::Text => true,
            Self::Boolean => matches!(text, "true" | "false" | "0" | "1"),
            Self::Decimal => is_decimal(text),
            Self::Date => is_date(text),
            Self::Time => is_time(text),
            Self::DateTime => text.split_once('T').is_some_and(|(date, time)| is_day(date) && is_time(time)),
            Self::Base64 => is_base64(text),
            Self::Language => {
                let part = |part: &str| {
                    (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
                };
                text.split('-').all(part) && text.bytes().next().is_some_and(|c| c.is_ascii_alphabetic())
            }
        }
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    !(whole.is_empty() && part.is_empty()) && digits(whole) && digits(part)
}

/// A day, with or without its zone.
fn is_date(text: &str) -> bool {
    text.get(..10).is_some_and(is_day) && text.get(10..).is_some_and(is_zone)
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

fn is_time(text: &str) -> bool {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let whole = clock.len() == 8 && clock.parse::<chrono::NaiveTime>().is_ok();
    (whole || clock == "24:00:00") && !fraction.is_empty() && digits(fraction) && is_zone(zone)
}

/// Nothing, `Z` or a distance to universal time such as `+01:00`.
fn is_zone(text: &str) -> bool {
    let Some(distance) = text.strip_prefix(['+', '-']) else { return matches!(text, "" | "Z") };
    let number = |text: &str| digits(text).then(|| text.parse::<u8>().ok()).flatten();
    distance.len() == 5
        && distance.split_once(':').is_some_and(|(hours, minutes)| {
            number(hours).is_some_and(|hours| hours <= 14)
                && number(minutes).is_some_and(|minutes| minutes < 60)
        })
}

/// Only the characters: an attachment is not decoded to see whether it is whole.
fn is_base64(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || b"+/=".contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_of_their_types_or_not() {
        for (base, good, bad) in [
            (
                Base::Decimal,
                &["1", "-1.50", "+.5", "5.", " 7 "][..],
                &["", ".", "1e3", "1,5", "NaN", "--1"][..],
            ),
            (
                Base::Date,
                &["2026-02-28", "2026-02-28Z", "2026-02-28+01:00"],
                &["2026-02-30", "20260228", "2026-2-8", ""],
            ),
            (Base::Time, &["12:00:00", "23:59:59.5Z", "24:00:00"], &["12:00", "25:00:00", "12:00:00."]),
            (Base::DateTime, &["2026-02-28T12:00:00Z"], &["2026-02-28", "2026-02-28 12:00:00"]),
            (Base::Boolean, &["true", "0"], &["True", "yes", ""]),
            (Base::Base64, &["", "QUJD", "QU I=\n"], &["Q!JD"]),
            (Base::Language, &["en", "de-AT"], &["", "languages", "1e"]),
        ] {
            assert!(good.iter().all(|text| base.accepts(text)), "{base:?}");
            assert!(!bad.iter().any(|text| base.accepts(text)), "{base:?}");
        }
    }
}

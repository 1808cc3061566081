//! One form for what is written in many: invoice numbers, VAT ids, register ids, names.

use crate::intake::invoice::InvoiceParty;
use any_ascii::any_ascii;
use domain::Country;

/// Words that say what kind of company it is, or nothing: left out of a name.
const LEGAL_FORMS: [&str; 42] = [
    "AB",
    "AG",
    "AND",
    "APS",
    "AS",
    "ASA",
    "BV",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "DOO",
    "EK",
    "ET",
    "EV",
    "GMBH",
    "HB",
    "INC",
    "INCORPORATED",
    "KB",
    "KFT",
    "KG",
    "LIMITED",
    "LLC",
    "LLP",
    "LTD",
    "MBH",
    "NV",
    "OHG",
    "OY",
    "OYJ",
    "PLC",
    "SA",
    "SARL",
    "SAS",
    "SE",
    "SL",
    "SPA",
    "SRL",
    "THE",
    "UG",
    "UND",
];

/// An invoice number in the forms that its spellings share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Letters and digits, in upper case: `R-12` and `r 12` are `R12`.
    pub(super) squashed: String,
    /// As squashed, without the leading zeros of each run of digits, and with `O`, `I` and `L` next to a digit read
    /// as the digit they look like: `R-0012` and `R-OO12` are `R12`.
    respelled: String,
    /// The runs of digits of `respelled`.
    digits: Vec<String>,
    /// What every spelling shares: the digits without zeros (or the letters, when there are none).
    pub(super) loose: String,
}

/// How well two numbers agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberMatch {
    /// The same letters and digits.
    Same,
    /// The same but for leading zeros, lookalikes or where the digits are parted.
    Respelled,
    /// The same digits, and one of them without the letters of the other.
    Prefixed,
    /// Two numbers.
    Other,
}

impl Number {
    pub(super) fn of(text: &str) -> Self {
        let plain = any_ascii(text).to_ascii_uppercase();
        let groups = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|group| !group.is_empty());
        let (mut squashed, mut starts) = (String::new(), Vec::new());
        for group in groups {
            starts.push(squashed.len());
            squashed.push_str(group);
        }
        if squashed.is_empty() {
            squashed = text.trim().to_owned();
        }
        let runs = runs(&without_lookalikes(&squashed), &starts);
        let is_number = |run: &&String| run.starts_with(|c: char| c.is_ascii_digit());
        let digits: Vec<String> = runs.iter().filter(is_number).cloned().collect();
        let mut loose = digits.concat().replace('0', "");
        if loose.is_empty() {
            loose = squashed.replace('0', "");
        }
        Self { respelled: runs.concat(), squashed, digits, loose }
    }

    pub(super) fn compare(&self, other: &Self) -> NumberMatch {
        let parted_elsewhere =
            self.digits.len() > 1 && other.digits.len() > 1 && self.digits.concat() == other.digits.concat();
        if self.squashed == other.squashed {
            let same = !parted_elsewhere || self.digits == other.digits;
            return if same { NumberMatch::Same } else { NumberMatch::Respelled };
        }
        if self.respelled == other.respelled {
            return NumberMatch::Respelled;
        }
        let digits = self.digits.concat();
        let one_is_bare = (digits == self.respelled) != (other.digits.concat() == other.respelled);
        if one_is_bare && digits == other.digits.concat() && self.loose == other.loose {
            return NumberMatch::Prefixed;
        }
        NumberMatch::Other
    }
}

/// `O`, `I` and `L` beside a digit as the digit they look like.
fn without_lookalikes(squashed: &str) -> Vec<char> {
    let chars: Vec<char> = squashed.chars().collect();
    let is_digit =
        |position: Option<usize>| position.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let beside_digit = |at: usize| is_digit(at.checked_sub(1)) || is_digit(Some(at + 1));
    let read = |(at, c): (usize, &char)| match c {
        'O' if beside_digit(at) => '0',
        'I' | 'L' if beside_digit(at) => '1',
        other => *other,
    };
    chars.iter().enumerate().map(read).collect()
}

/// Runs of letters and of digits, parted where the text was; digits without leading zeros.
fn runs(chars: &[char], starts: &[usize]) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        let goes_on = at > 0 && !starts.contains(&at) && chars[at - 1].is_ascii_digit() == c.is_ascii_digit();
        match runs.last_mut() {
            Some(run) if goes_on => run.push(*c),
            _ => runs.push(c.to_string()),
        }
    }
    for run in runs.iter_mut().filter(|run| run.starts_with('0')) {
        let stripped = run.trim_start_matches('0');
        *run = if stripped.is_empty() { "0".to_owned() } else { stripped.to_owned() };
    }
    runs
}

/// By what a party can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) vat: Option<String>,
    pub(super) legal: Option<String>,
    pub(super) tax: Option<String>,
    pub(super) name: String,
    pub(super) country: Option<Country>,
}

impl Ids {
    pub(super) fn of(party: &InvoiceParty) -> Self {
        let plain = |id: &Option<String>| id.as_deref().map(squash).filter(|id| !id.is_empty());
        Self {
            vat: party.vat.as_deref().and_then(|id| vat_id(id, party.country)),
            legal: plain(&party.legal_id),
            tax: plain(&party.tax_id),
            name: name(&party.name),
            country: party.country,
        }
    }

    /// Each way to know the party, with its kind.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let ids = [("vat", &self.vat), ("legal", &self.legal), ("tax", &self.tax)];
        let ids = ids.into_iter().filter_map(|(kind, id)| Some((kind, id.as_deref()?)));
        ids.chain([("name", self.name.as_str())])
    }

    /// The surest way to know the party. What is not unique in the world goes with its country.
    pub(super) fn primary(&self) -> (&'static str, String) {
        let country = self.country.map_or("", Country::code);
        match self.all().next() {
            Some(("vat", id)) => ("vat", id.to_owned()),
            Some((kind, id)) => (kind, format!("{country} {id}")),
            None => ("name", country.to_owned()),
        }
    }
}

/// Letters and digits in upper case.
fn squash(text: &str) -> String {
    any_ascii(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A VAT id with its country prefix and without blanks, dots and the suffixes of Norway and Switzerland.
fn vat_id(text: &str, country: Option<Country>) -> Option<String> {
    let mut id = squash(text);
    if id.is_empty() {
        return None;
    }
    let prefixed = id.len() > 2 && id.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
    if let (false, Some(country)) = (prefixed, country) {
        id.insert_str(0, country.code());
    }
    // Greece writes EL where ISO 3166 has GR.
    if let Some(rest) = id.strip_prefix("EL") {
        id = format!("GR{rest}");
    }
    let suffixes: &[&str] = match id.get(..2) {
        Some("NO") => &["MVA"],
        Some("CH") => &["MWST", "TVA", "IVA", "VAT"],
        _ => &[],
    };
    let stripped = suffixes.iter().find_map(|suffix| id.strip_suffix(suffix)).unwrap_or(&id);
    Some(stripped.to_owned())
}

/// A name without case, accents, what is in parentheses, punctuation and legal form.
fn name(text: &str) -> String {
    let plain = any_ascii(text).to_ascii_uppercase();
    let outside = without_parentheses(&plain);
    let words = |text: &str| -> Vec<String> {
        let text = text.replace(['.', '\''], "");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let all = Some(words(&outside)).filter(|words| !words.is_empty()).unwrap_or_else(|| words(&plain));
    let telling: Vec<String> =
        all.iter().filter(|word| !LEGAL_FORMS.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all.join(" ") } else { telling.join(" ") }
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    outside
}

/// Whether all words of one name are in the other, and they are more than initials.
pub(super) fn similar_names(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let long: Vec<&str> = long.split(' ').collect();
    short.len() >= 4 && short.split(' ').all(|word| long.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_however_they_are_spelled() {
        use NumberMatch::{Other, Prefixed, Respelled, Same};
        for (a, b, agreement) in [
            ("R-12", "r 12", Same),
            ("R-12", "R12", Same),
            ("2018-112", "2018/112", Same),
            ("2018-112", "2018112", Same),
            ("\u{ff32}\u{ff0d}\u{ff11}\u{ff12}", "R-12", Same),
            ("2018-112", "20181-12", Respelled),
            ("R-0012", "R-12", Respelled),
            ("0000123456", "123456", Respelled),
            ("INV-1O23", "INV-1023", Respelled),
            ("RE 2024/12", "2024-12", Prefixed),
            ("A-12", "B-12", Other),
            ("R-12", "R-13", Other),
            ("R-12", "R-120", Other),
            ("Rechnungsnummer", "Rechnungsnummer-2", Other),
        ] {
            let (left, right) = (Number::of(a), Number::of(b));
            assert_eq!(left.compare(&right), agreement, "{a} and {b}");
            assert_eq!(right.compare(&left), agreement, "{b} and {a}");
            assert!(agreement == Other || left.loose == right.loose, "{a} and {b}");
        }
    }

    #[test]
    fn vat_ids_agree_with_blanks_suffixes_and_without_prefix() {
        let norway = "NO".parse().ok();
        for (text, country, id) in [
            ("DE12 345.678-9", None, "DE123456789"),
            ("NO 123456789 MVA", norway, "NO123456789"),
            ("123456789", norway, "NO123456789"),
            ("CHE-123.456.789 MWST", None, "CHE123456789"),
            ("EL123456789", None, "GR123456789"),
            ("atu12345678", None, "ATU12345678"),
        ] {
            assert_eq!(vat_id(text, country).as_deref(), Some(id), "{text}");
        }
    }

    #[test]
    fn names_agree_without_case_accents_and_legal_form() {
        for (a, b) in [
            ("AB Intelligent Tooling", "INTELLIGENT TOOLING (NEW NAME)"),
            ("S\u{e4}ljbolaget AB", "Saljbolaget"),
            ("Van Dijk Techniek B.V.", "van dijk techniek bv"),
            ("Dupont & Fils, SARL", "Dupont et Fils"),
        ] {
            assert_eq!(name(a), name(b));
        }
        assert!(similar_names(
            &name("Nordlicht Maschinenbau GmbH"),
            &name("Nordlicht Maschinenbau Rostock GmbH")
        ));
        assert!(!similar_names(&name("Nordlicht GmbH"), &name("Suedlicht GmbH")));
        assert_eq!(name("AG"), "AG");
        assert_eq!(name("(Klant)"), "KLANT");
    }
}

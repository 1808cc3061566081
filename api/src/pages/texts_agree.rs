//! Both languages say the same, and everything that a page asks for is there.

use super::say::{Say, word_keys};
use super::texts::{Locale, TEXTS};
use chrono::{DateTime, TimeDelta};
use domain::Country;
use domain::party::InvestorClass;
use domain::refusal::{Refusal, Side};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The keys of a file, attributes too, each with the names that its text puts in.
type Texts = BTreeMap<String, BTreeSet<String>>;

fn read(name: &str, source: &str) -> Texts {
    let resource = fluent_syntax::parser::parse(source);
    let resource = resource.unwrap_or_else(|(_, errors)| panic!("{name}.ftl has mistakes: {errors:?}"));
    let mut texts = Texts::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name;
        if let Some(value) = &message.value {
            assert!(texts.insert(key.to_owned(), names(value)).is_none(), "{name}.ftl has {key} twice");
        }
        for attribute in &message.attributes {
            texts.insert(format!("{key}.{}", attribute.id.name), names(&attribute.value));
        }
    }
    texts
}

fn names(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                found.extend(variants.iter().flat_map(|variant| names(&variant.value)));
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            found.insert(id.name.trim_end_matches("_form").to_owned());
        }
    }
    found
}

fn all(english: bool) -> Texts {
    let mut all = Texts::new();
    for (name, in_english, in_chinese) in TEXTS {
        for (key, names) in read(name, if english { in_english } else { in_chinese }) {
            assert!(all.insert(key.clone(), names).is_none(), "{key} stands in {name}.ftl and before");
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_keys_and_name_the_same_values() {
    for (name, english, chinese) in TEXTS {
        let (english, chinese) = (read(name, english), read(name, chinese));
        for key in english.keys().chain(chinese.keys()) {
            assert_eq!(english.get(key), chinese.get(key), "{key} of {name}.ftl");
        }
    }
}

#[test]
fn every_folder_of_texts_is_read_in_full() {
    let known: BTreeSet<String> = TEXTS.iter().map(|(name, _, _)| format!("{name}.ftl")).collect();
    for locale in Locale::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(locale.tag());
        let files = std::fs::read_dir(folder).unwrap();
        let found = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert_eq!(found.collect::<BTreeSet<_>>(), known, "{}", locale.tag());
    }
}

#[test]
fn chinese_sentences_end_and_pause_as_chinese_does() {
    for (name, _, chinese) in TEXTS {
        for line in chinese.lines() {
            let chars: Vec<char> = line.chars().collect();
            let half_width = chars.windows(2).any(|pair| {
                let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
                (han(pair[0]) && ",;:?!()".contains(pair[1])) || (",;:?!()".contains(pair[0]) && han(pair[1]))
            });
            assert!(!half_width, "{name}.ftl mixes half-width marks with Chinese: {line}");
        }
    }
}

#[test]
fn every_word_of_the_business_has_a_text() {
    let texts = all(true);
    let months = (1..=12).map(|month| format!("month-{month}"));
    let days = (1..=7).map(|day| format!("weekday-{day}"));
    let countries = (1..=249).filter_map(Country::from_index);
    let countries = countries.map(|country| format!("country-{}", country.code()));
    let sides = ["side-sender", "side-receiver"].map(str::to_owned);
    for key in word_keys().into_iter().chain(months).chain(days).chain(countries).chain(sides) {
        assert!(texts.contains_key(&key), "there is no text {key}");
    }
}

#[test]
fn every_refusal_says_its_numbers_in_both_languages() {
    let until = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
    let (side, other) = (Side::Receiver, Side::Sender);
    let refusals: [(Refusal, &[&str], &[&str]); 31] = [
        (Refusal::Paused, &["halted"], &["暂停"]),
        (Refusal::PartitionPaused { partition: "senior".to_owned() }, &["senior"], &["senior"]),
        (Refusal::Unknown { side }, &["receiver"], &["转入方"]),
        (Refusal::Unknown { side: other }, &["sender"], &["转出方"]),
        (
            Refusal::CredentialExpired { side, valid_until: until },
            &["receiver", "2026-01-01"],
            &["转入方", "2026-01-01"],
        ),
        (Refusal::Frozen { side }, &["receiver"], &["转入方"]),
        (Refusal::Frozen { side: other }, &["sender"], &["转出方"]),
        (Refusal::HeldUnits { units: 5_000, free: 4_999 }, &["5,000", "4,999"], &["5,000", "4,999"]),
        (Refusal::FrozenUnits { units: 5_000, free: 4_999 }, &["5,000", "4,999"], &["5,000", "4,999"]),
        (Refusal::Locked { until }, &["2026-01-01 00:00 UTC"], &["2026-01-01 00:00 UTC"]),
        (
            Refusal::WalletLocked { until },
            &["wallet", "2026-01-01 00:00 UTC"],
            &["钱包", "2026-01-01 00:00 UTC"],
        ),
        (Refusal::CountryNotAllowed { country: "DE".parse().unwrap() }, &["Germany"], &["德国"]),
        (Refusal::ClassNotAllowed { class: InvestorClass::Retail }, &["Retail"], &["零售投资者"]),
        (
            Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 },
            &["50,001", "50,000"],
            &["50,001", "50,000"],
        ),
        (Refusal::TooManyHolders { would_be: 101, limit: 100 }, &["101", "100"], &["101", "100"]),
        (Refusal::InsufficientBalance { units: 10, available: 9 }, &["10", "9"], &["10", "9"]),
        (
            Refusal::AuthorisedSizeExceeded { would_be: 1_001, limit: 1_000 },
            &["1,001", "1,000"],
            &["1,001", "1,000"],
        ),
        (
            Refusal::OutsideSale { now: until - TimeDelta::seconds(1), boundary: until },
            &["opens", "2026-01-01 00:00 UTC"],
            &["开始", "2026-01-01 00:00 UTC"],
        ),
        (
            Refusal::OutsideSale { now: until, boundary: until },
            &["closed", "2026-01-01"],
            &["结束", "2026-01-01"],
        ),
        (Refusal::TransferTooLarge { units: 11, limit: 10 }, &["11", "10"], &["11", "10"]),
        (Refusal::HoldingTooLarge { would_hold: 11, limit: 10 }, &["11", "10"], &["11", "10"]),
        (Refusal::HoldingTooSmall { would_hold: 4, limit: 5 }, &["4", "5"], &["4", "5"]),
        (Refusal::PrimaryClosed, &["closed"], &["结束"]),
        (Refusal::NotCosigned { now: until, until: None }, &["has not co-signed"], &["尚未联署"]),
        (
            Refusal::NotCosigned { now: until, until: Some(until) },
            &["co-signature", "2026-01-01 00:00 UTC"],
            &["联署", "2026-01-01 00:00 UTC"],
        ),
        (Refusal::NotReleased { units: 5_000, free: 4_999 }, &["5,000", "4,999"], &["5,000", "4,999"]),
        (
            Refusal::PoolCapExceeded { would_hold: 50_001, limit: 50_000 },
            &["all partitions", "50,001", "50,000"],
            &["各分级", "50,001", "50,000"],
        ),
        (
            Refusal::TooManyOfCountry { would_be: 11, limit: 10 },
            &["country", "11", "10"],
            &["国家", "11", "10"],
        ),
        (Refusal::TooManyOfClass { would_be: 11, limit: 10 }, &["class", "11", "10"], &["类别", "11", "10"]),
        (Refusal::NoUnits, &["at least 1"], &["至少为1"]),
        (Refusal::TooManyHolders { would_be: 1, limit: 0 }, &["1", "0"], &["1", "0"]),
    ];
    for (refusal, english, chinese) in &refusals {
        for (locale, words) in [(Locale::English, english), (Locale::Chinese, chinese)] {
            let sentence = refusal.say(locale);
            for word in *words {
                assert!(sentence.contains(word), "{word} is missing: {sentence}");
            }
        }
    }
}

/// The texts that a template or a file of the portal asks for: the key, and the names that it gives values to.
fn asked_for(source: &str) -> Vec<(String, Option<BTreeSet<String>>)> {
    let mut found = Vec::new();
    for (call, with_names) in [
        ("page.t(", false),
        ("page.t1(", true),
        ("page.t2(", true),
        ("page.t3(", true),
        ("locale.t(", false),
        ("locale.text(", false),
        ("self.t(", false),
    ] {
        for rest in source.split(call).skip(1) {
            let arguments = arguments(rest);
            let literals: Vec<Option<&str>> = arguments.iter().map(|argument| literal(argument)).collect();
            let Some(key) = literals.first().copied().flatten() else { continue };
            let names = literals.iter().skip(1).step_by(2).filter_map(|name| name.map(str::to_owned));
            found.push((key.to_owned(), with_names.then(|| names.collect())));
        }
    }
    found
}

/// The arguments of a call, from behind its opening bracket.
fn arguments(rest: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quoted, mut found) = (0, 0, false, Vec::new());
    for (position, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                found.push(rest[start..position].trim());
                start = position + 1;
            }
            ')' => {
                found.push(rest[start..position].trim());
                break;
            }
            _ => {}
        }
    }
    found
}

fn literal(argument: &str) -> Option<&str> {
    argument.strip_prefix('"')?.strip_suffix('"')
}

fn files(folder: &Path, ending: &str, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

#[test]
fn every_text_that_a_page_asks_for_is_there_with_its_values() {
    let (texts, root) = (all(true), Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut sources = Vec::new();
    files(&root.join("templates"), "html", &mut sources);
    files(&root.join("src/pages"), "rs", &mut sources);
    let mut asked = 0;
    for path in sources {
        let source = std::fs::read_to_string(&path).unwrap();
        for (key, names) in asked_for(&source) {
            let text = texts.get(&key);
            let text =
                text.unwrap_or_else(|| panic!("{} asks for {key}, which is not there", path.display()));
            if let Some(names) = names {
                assert_eq!(*text, names, "{} gives other values to {key}", path.display());
            }
            asked += 1;
        }
    }
    assert!(asked > 60, "only {asked} texts were found: the search no longer finds them");
}

#[test]
fn every_field_of_a_form_has_a_label() {
    let (texts, root) = (all(true), Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut templates = Vec::new();
    files(&root.join("templates"), "html", &mut templates);
    for path in templates.iter().filter(|path| !path.ends_with("ui.html")) {
        let source = std::fs::read_to_string(path).unwrap();
        for part in ["field", "amount", "textarea", "select", "choices", "tick", "upload"] {
            for rest in source.split(&format!("ui::{part}(")).skip(1) {
                let Some(name) = arguments(rest).get(1).and_then(|argument| literal(argument)) else {
                    continue;
                };
                let label = format!("field-{name}");
                let labelled = texts.keys().any(|key| key == &label || key.ends_with(&format!("-{label}")));
                assert!(labelled, "{} has a field {name} without a text {label}", path.display());
            }
        }
    }
}

#[test]
fn every_place_in_the_navigation_has_a_name() {
    let texts = all(true);
    for item in super::nav::NAVIGATION {
        assert!(texts.contains_key(item.key), "there is no text {}", item.key);
    }
}

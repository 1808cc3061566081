//! What people read, in their language: texts by key, in English and Simplified Chinese.

use super::say::Say;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// The files of one language, in the order of [`TEXTS`].
type Bundle = FluentBundle<FluentResource>;

macro_rules! texts {
    ($($name:literal,)*) => {
        /// The texts by file: name, English, Simplified Chinese. A story adds one line.
        pub(crate) const TEXTS: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../../locales/en/", $name, ".ftl")),
            include_str!(concat!("../../locales/zh-CN/", $name, ".ftl")),
        ),)*];
    };
}

texts! {
    "layout",
    "forms",
    "errors",
    "words",
    "refusals",
    "limits",
    "countries",
    "home",
    "access",
    "onboarding",
    "compliance",
    "desk",
    "orders",
    "rules",
    "reasons",
    "jobs",
    "assets",
    "pools",
    "register",
    "money",
    "redemptions",
    "books",
}

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::English));
static CHINESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::Chinese));

/// A language of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Locale {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language tag of BCP 47, as in HTML and in the cookie.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The language with a tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// The first language of an `Accept-Language` header that we speak, by its weights; English otherwise.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut wishes: Vec<(&str, u32)> = header.split(',').map(wish).collect();
        wishes.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let known = |(tag, weight): &(&str, u32)| {
            let primary = tag.split('-').next().unwrap_or_default();
            match primary.to_ascii_lowercase().as_str() {
                _ if *weight == 0 => None,
                "zh" => Some(Self::Chinese),
                "en" | "*" => Some(Self::English),
                _ => None,
            }
        };
        wishes.iter().find_map(known).unwrap_or(Self::English)
    }

    /// The text of a key. A key that is not there shows as itself; a test finds those.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.text(key, &[])
    }

    /// The text of a key with what it names. Beside a number `count` the text can ask for `count_form`,
    /// which is `one` or `other`.
    #[must_use]
    pub fn text(self, key: &str, named: &[(&str, &dyn Say)]) -> String {
        self.find(key, named).unwrap_or_else(|| {
            tracing::error!(key, locale = self.tag(), "there is no text for the key");
            key.to_owned()
        })
    }

    /// The text of a key (`key` or `key.attribute`), where there may be none.
    #[must_use]
    pub fn find(self, key: &str, named: &[(&str, &dyn Say)]) -> Option<String> {
        let bundle: &Bundle = match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        };
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, name)| (id, Some(name)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::new();
        for (name, value) in named {
            args.set((*name).to_owned(), value.say(self));
            if let Some(form) = value.form() {
                args.set(format!("{name}_form"), form);
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, locale = self.tag(), ?errors, "the text could not be put together");
        }
        Some(text.into_owned())
    }
}

/// A wish of an `Accept-Language` header: the tag and its weight in thousandths (RFC 9110, section 12.4.2).
fn wish(part: &str) -> (&str, u32) {
    let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight = weight.trim().strip_prefix("q=").unwrap_or("0");
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let thousandths = digits.parse::<u32>().unwrap_or(0);
    (tag.trim(), if whole == "1" { 1_000 } else { thousandths })
}

fn bundle(locale: Locale) -> Bundle {
    // Only Fluent's own numbers and dates would ask for the language; ours come in words already.
    let mut bundle = Bundle::new_concurrent(Vec::new());
    // Marks around what is put in would be copied along with a number or an address.
    bundle.set_use_isolating(false);
    for (name, english, chinese) in TEXTS {
        let source = if locale == Locale::English { english } else { chinese };
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(name, ?errors, "the file of texts has mistakes");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(name, ?errors, "a text is there twice");
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_it_asks_for() {
        for (header, tag) in [
            ("", "en"),
            ("de", "en"),
            ("zh", "zh-CN"),
            ("zh-Hant-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("de-DE, en;q=0.7, zh;q=0.3", "en"),
            ("en;q=0.2, zh-CN;q=0.85", "zh-CN"),
            ("zh;q=0, en", "en"),
        ] {
            assert_eq!(Locale::accepted(header).tag(), tag, "{header}");
        }
    }
}

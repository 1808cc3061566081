//! How values read: numbers grouped, dates in ISO 8601, the words of the business in the reader's language.

use super::texts::Locale;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use domain::asset::{AssetKind, FindingKind, ImportKind, InvoiceStatus};
use domain::coupon::{CouponStatus, EntitlementStatus};
use domain::party::{InvestorClass, InvestorStatus, Role, WalletAddress};
use domain::pool::{PartitionName, PoolStatus};
use domain::redemption::{RedemptionDivision, RedemptionKind, RedemptionLineStatus, RedemptionStatus};
use domain::refusal::{Refusal, Side};
use domain::status::{
    ActionStatus, CallStatus, CaseCause, CaseStatus, HoldStatus, JobStatus, OrderKind, OrderStatus,
    SubscriptionStatus, TransferStatus,
};
use domain::{BasisPoints, Country, Currency, Money, Rate, Units};

/// A value that people read.
pub trait Say {
    /// The value in words of a language.
    fn say(&self, locale: Locale) -> String;

    /// For a number, which form the noun beside it takes: `one` or `other`.
    fn form(&self) -> Option<&'static str> {
        None
    }
}

impl<T: Say + ?Sized> Say for &T {
    fn say(&self, locale: Locale) -> String {
        (**self).say(locale)
    }

    fn form(&self) -> Option<&'static str> {
        (**self).form()
    }
}

/// Nothing reads as a dash, so that an empty cell is seen to be empty on purpose.
impl<T: Say> Say for Option<T> {
    fn say(&self, locale: Locale) -> String {
        self.as_ref().map_or_else(|| "–".to_owned(), |value| value.say(locale))
    }
}

macro_rules! as_displayed {
    ($($type:ty),*) => {$(
        impl Say for $type {
            fn say(&self, _: Locale) -> String {
                self.to_string()
            }
        }
    )*};
}

as_displayed!(str, String, Currency, Money, PartitionName, WalletAddress, Rate, BasisPoints, NaiveDate);

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Say for $type {
            fn say(&self, _: Locale) -> String {
                grouped(&self.to_string())
            }

            fn form(&self) -> Option<&'static str> {
                Some(if *self == 1 { "one" } else { "other" })
            }
        }
    )*};
}

numbers!(i64, i32, u64, u32, usize);

impl Say for Units {
    fn say(&self, locale: Locale) -> String {
        self.get().say(locale)
    }

    fn form(&self) -> Option<&'static str> {
        self.get().form()
    }
}

impl Say for DateTime<Utc> {
    fn say(&self, _: Locale) -> String {
        self.format("%Y-%m-%d %H:%M UTC").to_string()
    }
}

/// Moments come out of the database without a zone: they are UTC.
impl Say for NaiveDateTime {
    fn say(&self, locale: Locale) -> String {
        self.and_utc().say(locale)
    }
}

impl Say for Country {
    fn say(&self, locale: Locale) -> String {
        locale.t(&format!("country-{}", self.code()))
    }
}

impl Say for Side {
    fn say(&self, locale: Locale) -> String {
        locale.t(&format!("side-{self}"))
    }
}

macro_rules! words {
    ($($type:ty = $prefix:literal,)*) => {
        $(impl Say for $type {
            fn say(&self, locale: Locale) -> String {
                locale.t(&format!(concat!($prefix, "-{}"), self.as_str()))
            }
        })*

        /// The keys that the words of the business need in every language.
        #[cfg(test)]
        pub(crate) fn word_keys() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend(<$type>::ALL.iter().map(|word| format!(concat!($prefix, "-{}"), word.as_str())));)*
            keys
        }
    };
}

words! {
    Role = "role",
    InvestorClass = "class",
    AssetKind = "asset-kind",
    InvoiceStatus = "invoice-status",
    ImportKind = "import-kind",
    FindingKind = "finding-kind",
    PoolStatus = "pool-status",
    CouponStatus = "coupon-status",
    EntitlementStatus = "entitlement-status",
    RedemptionKind = "redemption-kind",
    RedemptionDivision = "redemption-division",
    RedemptionStatus = "redemption-status",
    RedemptionLineStatus = "redemption-line-status",
    CallStatus = "call-status",
    JobStatus = "job-status",
    InvestorStatus = "investor-status",
    CaseStatus = "case-status",
    CaseCause = "case-cause",
    SubscriptionStatus = "subscription-status",
    TransferStatus = "transfer-status",
    ActionStatus = "action-status",
    HoldStatus = "hold-status",
    OrderKind = "order-kind",
    OrderStatus = "order-status",
}

impl Say for Refusal {
    fn say(&self, locale: Locale) -> String {
        let key = refusal_key(self);
        match self {
            Self::Paused | Self::PrimaryClosed | Self::NoUnits => locale.t(&key),
            Self::PartitionPaused { partition } => locale.text(&key, &[("partition", partition)]),
            Self::Unknown { side } | Self::Frozen { side } => locale.text(&key, &[("side", side)]),
            Self::CredentialExpired { side, valid_until } => {
                locale.text(&key, &[("side", side), ("valid_until", valid_until)])
            }
            Self::HeldUnits { units, free }
            | Self::FrozenUnits { units, free }
            | Self::NotReleased { units, free } => locale.text(&key, &[("units", units), ("free", free)]),
            Self::Locked { until } | Self::WalletLocked { until } => locale.text(&key, &[("until", until)]),
            Self::CountryNotAllowed { country } => locale.text(&key, &[("country", country)]),
            Self::ClassNotAllowed { class } => locale.text(&key, &[("class", class)]),
            Self::OutsideSale { now, boundary } => {
                let place = if now < boundary { "before" } else { "after" }.to_owned();
                locale.text(&key, &[("place", &place), ("boundary", boundary)])
            }
            Self::NotCosigned { until, .. } => {
                let given = if until.is_some() { "ended" } else { "missing" }.to_owned();
                locale.text(&key, &[("given", &given), ("until", until)])
            }
            Self::TransferTooLarge { units, limit } => {
                locale.text(&key, &[("units", units), ("limit", limit)])
            }
            Self::CapExceeded { would_hold, limit }
            | Self::HoldingTooLarge { would_hold, limit }
            | Self::HoldingTooSmall { would_hold, limit }
            | Self::PoolCapExceeded { would_hold, limit } => {
                locale.text(&key, &[("would_hold", would_hold), ("limit", limit)])
            }
            Self::TooManyHolders { would_be, limit }
            | Self::TooManyOfCountry { would_be, limit }
            | Self::TooManyOfClass { would_be, limit }
            | Self::AuthorisedSizeExceeded { would_be, limit } => {
                locale.text(&key, &[("would_be", would_be), ("limit", limit)])
            }
            Self::InsufficientBalance { units, available } => {
                locale.text(&key, &[("units", units), ("available", available)])
            }
        }
    }
}

/// The key of a refusal: its code in lower case with hyphens.
fn refusal_key(refusal: &Refusal) -> String {
    format!("refusal-{}", refusal.code().to_lowercase().replace('_', "-"))
}

/// A day with its names, as `Saturday, 21 November 2026`.
#[must_use]
pub fn named_day(day: NaiveDate, locale: Locale) -> String {
    let weekday = locale.t(&format!("weekday-{}", day.weekday().number_from_monday()));
    let month = locale.t(&format!("month-{}", day.month()));
    // Years are not grouped, so they are said as text.
    let (number, year) = (day.day().to_string(), day.year().to_string());
    locale.text("named-day", &[("weekday", &weekday), ("day", &number), ("month", &month), ("year", &year)])
}

/// Puts a comma before every third digit of a whole number from the right.
pub(super) fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_know_their_form() {
        for (number, text, form) in [
            (0_i64, "0", "other"),
            (1, "1", "one"),
            (-1_234, "-1,234", "other"),
            (i64::MIN, "-9,223,372,036,854,775,808", "other"),
        ] {
            assert_eq!((number.say(Locale::English).as_str(), number.form()), (text, Some(form)));
        }
    }

    #[test]
    fn a_day_has_its_names_in_both_languages() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(named_day(day, Locale::English), "Saturday, 21 November 2026");
        assert_eq!(named_day(day, Locale::Chinese), "2026年11月21日 星期六");
    }

    #[test]
    fn a_refusal_says_its_numbers_in_both_languages() {
        let refusal = Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 };
        assert_eq!(
            refusal.say(Locale::English),
            "The holder would own 50,001 units over all wallets; the cap is 50,000."
        );
        assert_eq!(
            refusal.say(Locale::Chinese),
            "该持有人全部钱包合计将持有50,001份，超过50,000份的持有上限。"
        );
    }
}

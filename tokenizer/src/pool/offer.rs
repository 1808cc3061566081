//! What a pool offers: its partitions, checked one by one and against what stands behind them.

use crate::day_count::DayCount;
use chrono::{DateTime, Months, NaiveDate, Utc};
use domain::money::MAX_MINOR;
use domain::party::InvestorClass;
use domain::pool::PartitionName;
use domain::{BasisPoints, Country, Invalid, Invalids, Money, Rate, Units};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most partitions of a pool. Securitisations have three to six tranches; the token takes 16, which leaves room
/// for partitions that a later migration may need.
pub const MAX_PARTITIONS: usize = 8;
/// The highest yearly coupon in percent: more is a slip of the decimal point.
pub const MAX_COUPON_RATE_PERCENT: u32 = 50;
/// The most beneficial owners that can be named as a limit, 2^20 - 1: the token keeps the limit in 20 bits.
pub const MAX_HOLDER_LIMIT: i64 = 1_048_575;
/// The longest lock-up in years: longer ones are typing mistakes in the year.
pub const MAX_LOCK_UP_YEARS: u32 = 10;
/// How the days of coupons of a pool may be counted.
pub const DAY_COUNTS: [DayCount; 3] = [DayCount::Act360, DayCount::Act365Fixed, DayCount::ThirtyE360];
/// Months between coupons.
const COUPON_MONTHS: [i64; 4] = [1, 3, 6, 12];

/// A partition as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionOffer {
    /// Its name, unique in the pool.
    pub name: PartitionName,
    /// The order of payment, from 1; unique in the pool and without gaps.
    pub seniority: i64,
    /// The most units there may be; more than none.
    pub authorised: Units,
    /// What a unit costs, in minor units of the pool's currency; more than nothing.
    pub unit_price_minor: i64,
    /// The cap per beneficial owner.
    pub cap: BasisPoints,
    /// The yearly coupon, from nothing to [`MAX_COUPON_RATE_PERCENT`].
    pub coupon_rate: Rate,
    /// Months between coupons: 1, 3, 6 or 12.
    pub coupon_months: i64,
    /// How days are counted: one of [`DAY_COUNTS`].
    #[serde(with = "by_name")]
    pub day_count: DayCount,
    /// The first day that earns, from today on.
    pub first_period_start: NaiveDate,
    /// The most beneficial owners.
    pub holder_limit: Option<i64>,
    /// Nobody transfers before.
    pub locked_until: Option<DateTime<Utc>>,
    /// Countries whose residents may hold; one at least.
    pub countries: Vec<Country>,
    /// Classes of investors who may hold; one at least.
    pub classes: Vec<InvestorClass>,
}

impl PartitionOffer {
    /// What all units cost, in minor units; too large for an amount is as large as can be.
    #[must_use]
    pub fn size_minor(&self) -> i64 {
        self.authorised.get().saturating_mul(self.unit_price_minor)
    }

    /// The most units that one beneficial owner may hold.
    #[must_use]
    pub fn cap_units(&self) -> i64 {
        self.cap.of(self.authorised)
    }

    /// The fewest owners among whom all units find a place under the cap.
    #[must_use]
    pub fn fewest_holders(&self) -> i64 {
        let cap = self.cap_units().max(1);
        // A share can be above the whole only when there are no units, which is refused before.
        self.authorised.get().div_euclid(cap) + i64::from(self.authorised.get().rem_euclid(cap) > 0)
    }

    fn check(&self, now: DateTime<Utc>) -> Vec<Invalid> {
        let mut found = Vec::new();
        let mut refuse = |field: &str, value: String, limit: String| {
            found.push(Invalid::new(field, value, limit));
        };
        if self.authorised == Units::ZERO {
            refuse("authorised_units", "0".to_owned(), "at least 1 unit".to_owned());
        }
        let price = self.unit_price_minor;
        if !(1..=MAX_MINOR).contains(&price) {
            refuse("unit_price_minor", price.to_string(), format!("from 1 to {MAX_MINOR} minor units"));
        }
        if self.cap_units() < 1 {
            let limit = "a cap that leaves each holder one unit at least".to_owned();
            refuse("cap_bps", self.cap.get().to_string(), limit);
        }
        if self.coupon_rate.get() < Decimal::ZERO
            || self.coupon_rate.get() > Decimal::from(MAX_COUPON_RATE_PERCENT) / Decimal::ONE_HUNDRED
        {
            let limit = format!("from 0 to {MAX_COUPON_RATE_PERCENT} percent");
            refuse("coupon_rate_percent", self.coupon_rate.to_string(), limit);
        }
        if !COUPON_MONTHS.contains(&self.coupon_months) {
            refuse("coupon_months", self.coupon_months.to_string(), "1, 3, 6 or 12".to_owned());
        }
        if !DAY_COUNTS.contains(&self.day_count) {
            let names = DAY_COUNTS.map(DayCount::name).join(", ");
            refuse("day_count", self.day_count.name().to_owned(), format!("one of {names}"));
        }
        let today = now.date_naive();
        let latest = today.checked_add_months(Months::new(24)).unwrap_or(NaiveDate::MAX);
        if !(today..=latest).contains(&self.first_period_start) {
            let limit = format!("a day from {today} to {latest}");
            refuse("first_period_start", self.first_period_start.to_string(), limit);
        }
        if let Some(limit) = self.holder_limit {
            let fewest = self.fewest_holders();
            if !(fewest..=MAX_HOLDER_LIMIT).contains(&limit) {
                let limits = format!(
                    "from {fewest} to {MAX_HOLDER_LIMIT}: under the cap of {} units the {} units need {fewest} holders",
                    self.cap_units(),
                    self.authorised
                );
                refuse("holder_limit", limit.to_string(), limits);
            }
        }
        let longest = now.checked_add_months(Months::new(12 * MAX_LOCK_UP_YEARS));
        if let Some(until) = self.locked_until
            && (until <= now || longest.is_some_and(|longest| until > longest))
        {
            let limit = format!("a moment within the next {MAX_LOCK_UP_YEARS} years");
            refuse("locked_until", until.to_rfc3339(), limit);
        }
        if self.countries.is_empty() {
            refuse("allowed_countries", String::new(), "one country at least".to_owned());
        }
        if self.classes.is_empty() {
            refuse("allowed_classes", String::new(), "one class at least".to_owned());
        }
        found
    }
}

/// What a pool offers, senior first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer(Vec<PartitionOffer>);

/// What stands behind an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// What the assets add up to.
    pub assets: Money,
    /// What all units cost.
    pub offered: Money,
    /// What the assets are worth beyond the offer.
    pub surplus: Money,
    /// Assets for each 100 of the offer, in percent to two decimals, rounded down.
    pub cover_percent: Decimal,
}

impl Offer {
    /// The offer of these partitions, against what the assets add up to.
    ///
    /// # Errors
    /// Everything that is wrong, each finding named as `partitions[0].cap_bps`.
    pub fn check(
        mut partitions: Vec<PartitionOffer>,
        assets: Money,
        now: DateTime<Utc>,
    ) -> Result<(Self, Cover), Invalids> {
        let mut found = Invalids::default();
        if !(1..=MAX_PARTITIONS).contains(&partitions.len()) {
            found.push(Invalid::new(
                "partitions",
                partitions.len(),
                format!("1 to {MAX_PARTITIONS} partitions"),
            ));
        }
        let (mut names, mut ranks) = (BTreeSet::new(), BTreeSet::new());
        for (position, partition) in partitions.iter().enumerate() {
            let named = |field: &str| format!("partitions[{position}].{field}");
            for invalid in partition.check(now) {
                let field = named(&invalid.field);
                found.push(invalid.named(field));
            }
            if !names.insert(&partition.name) {
                found.push(Invalid::new(
                    named("name"),
                    &partition.name,
                    "a name that no other partition has",
                ));
            }
            let (rank, last) = (partition.seniority, partitions.len());
            let in_order = usize::try_from(rank).is_ok_and(|rank| (1..=last).contains(&rank));
            if !in_order || !ranks.insert(rank) {
                let limit = format!("each rank from 1 to {last} once");
                found.push(Invalid::new(named("seniority"), rank, limit));
            }
        }
        let offered = partitions.iter().fold(0_i64, |sum, each| sum.saturating_add(each.size_minor()));
        if offered > assets.minor {
            // Shown as an amount while it can be one.
            let shown = Money::new(offered, assets.currency);
            let limit = format!("at most {assets}, which is what the assets add up to");
            found.push(Invalid::new("partitions", shown, limit));
        }
        found.into_result()?;
        partitions.sort_by_key(|partition| partition.seniority);
        Ok((Self(partitions), Cover::of(assets, Money::new(offered, assets.currency))))
    }

    /// The partitions, senior first.
    #[must_use]
    pub fn partitions(&self) -> &[PartitionOffer] {
        &self.0
    }
}

/// A day count in JSON is its name.
mod by_name {
    use super::DayCount;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(day_count: &DayCount, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(day_count.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DayCount, D::Error> {
        let name = String::deserialize(deserializer)?;
        DayCount::named(&name).ok_or_else(|| D::Error::custom(format!("there is no day count {name}")))
    }
}

impl Cover {
    fn of(assets: Money, offered: Money) -> Self {
        let surplus = Money::new(assets.minor - offered.minor, assets.currency);
        // Amounts are at most 10^14, so that 10,000 times one fits i128 many times over.
        let hundredths = (i128::from(assets.minor) * 10_000).div_euclid(i128::from(offered.minor).max(1));
        let cover_percent = Decimal::try_from_i128_with_scale(hundredths, 2).unwrap_or(Decimal::MAX);
        Self { assets, offered, surplus, cover_percent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn partition(name: &str, seniority: i64, units: i64, unit_price_minor: i64) -> PartitionOffer {
        PartitionOffer {
            name: name.parse().unwrap(),
            seniority,
            authorised: Units::try_from(units).unwrap(),
            unit_price_minor,
            cap: BasisPoints::DEFAULT_CAP,
            coupon_rate: Rate::from_percent("5").unwrap(),
            coupon_months: 3,
            day_count: DayCount::Act360,
            first_period_start: "2026-03-01".parse().unwrap(),
            holder_limit: None,
            locked_until: None,
            countries: vec!["DE".parse().unwrap()],
            classes: vec![InvestorClass::Professional],
        }
    }

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn an_offer_within_the_assets_shows_what_covers_it() {
        let partitions = vec![partition("junior", 2, 1_000, 10_00), partition("senior", 1, 8_000, 10_00)];
        let (offer, cover) = Offer::check(partitions, euros(100_000_00), now()).unwrap();
        let names: Vec<_> = offer.partitions().iter().map(|partition| partition.name.as_str()).collect();
        assert_eq!(names, ["senior", "junior"]);
        assert_eq!((cover.offered, cover.surplus), (euros(90_000_00), euros(10_000_00)));
        assert_eq!(cover.cover_percent.to_string(), "111.11");
    }

    #[test]
    fn an_offer_may_take_all_of_the_assets_and_not_a_cent_more() {
        let partitions = || vec![partition("senior", 1, 9_000, 10_00)];
        assert!(Offer::check(partitions(), euros(90_000_00), now()).is_ok());
        let found = Offer::check(partitions(), euros(89_999_99), now()).unwrap_err();
        assert_eq!(
            found.0,
            [Invalid::new(
                "partitions",
                "90,000.00 EUR",
                "at most 89,999.99 EUR, which is what the assets add up to"
            )]
        );
    }

    #[test]
    fn every_term_has_its_limits() {
        type Change = fn(&mut PartitionOffer);
        let cases: [(&str, Change); 15] = [
            ("authorised_units", |p| p.authorised = Units::ZERO),
            ("unit_price_minor", |p| p.unit_price_minor = 0),
            ("unit_price_minor", |p| p.unit_price_minor = -5),
            ("cap_bps", |p| p.authorised = Units::try_from(19).unwrap()),
            ("coupon_rate_percent", |p| p.coupon_rate = Rate::from_percent("-0.01").unwrap()),
            ("coupon_rate_percent", |p| p.coupon_rate = Rate::from_percent("50.01").unwrap()),
            ("coupon_months", |p| p.coupon_months = 2),
            ("day_count", |p| p.day_count = DayCount::Business252),
            ("first_period_start", |p| p.first_period_start = "2026-02-28".parse().unwrap()),
            ("first_period_start", |p| p.first_period_start = "2028-03-02".parse().unwrap()),
            ("holder_limit", |p| p.holder_limit = Some(19)),
            ("locked_until", |p| p.locked_until = Some(now())),
            ("locked_until", |p| p.locked_until = Some("2036-03-02T00:00:00Z".parse().unwrap())),
            ("allowed_countries", |p| p.countries.clear()),
            ("allowed_classes", |p| p.classes.clear()),
        ];
        for (field, change) in cases {
            let mut changed = partition("senior", 1, 1_000, 10_00);
            change(&mut changed);
            let found = Offer::check(vec![changed], euros(10_000_00), now()).unwrap_err();
            let fields: Vec<_> = found.0.iter().map(|invalid| invalid.field.clone()).collect();
            assert!(fields.contains(&format!("partitions[0].{field}")), "{field}: {fields:?}");
        }
    }

    #[test]
    fn partitions_have_their_own_names_and_ranks_without_gaps() {
        type Case = (Vec<(&'static str, i64)>, &'static [&'static str]);
        let cases: [Case; 4] = [
            (vec![("senior", 1), ("senior", 2)], &["partitions[1].name"]),
            (vec![("senior", 1), ("junior", 1)], &["partitions[1].seniority"]),
            (vec![("senior", 1), ("junior", 3)], &["partitions[1].seniority"]),
            (vec![("senior", 0), ("junior", 2)], &["partitions[0].seniority"]),
        ];
        for (given, expected) in cases {
            let partitions = given.into_iter().map(|(name, rank)| partition(name, rank, 100, 100)).collect();
            let found = Offer::check(partitions, euros(1_000_000), now()).unwrap_err();
            let fields: Vec<_> = found.0.iter().map(|invalid| invalid.field.as_str()).collect();
            assert_eq!(fields, expected);
        }
        assert_eq!(Offer::check(Vec::new(), euros(1), now()).unwrap_err().0[0].field, "partitions");
        let nine = (1..=9).map(|rank| partition(&format!("p{rank}"), rank, 100, 1)).collect();
        assert_eq!(Offer::check(nine, euros(1_000_000), now()).unwrap_err().0[0].limit, "1 to 8 partitions");
    }

    #[test]
    fn a_holder_limit_is_one_that_the_token_can_keep() {
        for (limit, accepted) in [(1_048_575, true), (1_048_576, false)] {
            let mut offered = partition("senior", 1, 1_000, 10_00);
            offered.holder_limit = Some(limit);
            let checked = Offer::check(vec![offered], euros(10_000_00), now());
            assert_eq!(checked.is_ok(), accepted, "{limit}");
        }
    }

    #[test]
    fn a_holder_limit_leaves_a_place_for_every_unit() {
        let mut offered = partition("senior", 1, 1_000, 10_00);
        assert_eq!((offered.cap_units(), offered.fewest_holders()), (50, 20));
        offered.holder_limit = Some(20);
        assert!(Offer::check(vec![offered], euros(10_000_00), now()).is_ok());
        let uneven = partition("senior", 1, 1_001, 10_00);
        assert_eq!((uneven.cap_units(), uneven.fewest_holders()), (50, 21));
    }
}

//! The further rules of a partition as somebody orders them: whether they can hold together, and what they change.

use chrono::{DateTime, Utc};
use compliance::rules::{Limits, ReleaseStep};
use domain::party::InvestorClass;
use domain::{Country, Invalid, Invalids, Units};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most steps of a release schedule: one word of the token keeps them.
pub const MAX_STEPS: usize = 5;
/// The most owners that a limit of a country or a class can name: more than any register of ours has.
pub const MAX_OWNERS: u32 = 1_000_000;

/// The further rules of a partition, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Further {
    /// Those that are plain numbers; none is no rule.
    pub limits: Limits,
    /// When issued units are released, in rising steps.
    pub release: Vec<ReleaseStep>,
    /// The most owners of a country.
    pub country_limits: BTreeMap<Country, u32>,
    /// The most owners of a class.
    pub class_limits: BTreeMap<InvestorClass, u32>,
}

impl Further {
    /// Checks that the rules can hold together.
    ///
    /// # Errors
    /// Every finding.
    pub fn check(&self) -> Result<(), Invalids> {
        let mut found = Invalids::default();
        self.check_units(&mut found);
        self.check_moments(&mut found);
        self.check_release(&mut found);
        let countries =
            self.country_limits.iter().map(|(of, limit)| (format!("country_limits[{of}]"), *limit));
        let classes = self.class_limits.iter().map(|(of, limit)| (format!("class_limits[{of}]"), *limit));
        for (field, limit) in countries.chain(classes).filter(|(_, limit)| !(1..=MAX_OWNERS).contains(limit))
        {
            found.0.push(Invalid::new(field, limit, format!("from 1 to {MAX_OWNERS}")));
        }
        found.into_result()
    }

    fn check_units(&self, found: &mut Invalids) {
        let limits = &self.limits;
        for (field, units) in [
            ("max_holding", limits.max_holding),
            ("min_holding", limits.min_holding),
            ("transfer_limit", limits.transfer_limit),
        ] {
            let limit = format!("a whole number from 1 to {}", domain::units::MAX_UNITS);
            let fits = |units: i64| Units::try_from(units).is_ok_and(|units| units > Units::ZERO);
            let wrong = units.filter(|units| !fits(*units));
            found.check(wrong.map_or(Ok(()), |units| Err(Invalid::new(field, units, limit))));
        }
        if let (Some(least), Some(most)) = (limits.min_holding, limits.max_holding)
            && least > most
        {
            let limit = format!("at most the most of one owner, {most}");
            found.0.push(Invalid::new("min_holding", least, limit));
        }
    }

    fn check_moments(&self, found: &mut Invalids) {
        let steps = self.release.iter().map(|step| ("release", Some(step.from)));
        let window = [("sale_opens", self.limits.sale_opens), ("sale_closes", self.limits.sale_closes)];
        for (field, at) in window.into_iter().chain(steps) {
            let beyond = at.filter(|at| u32::try_from(at.timestamp()).map_or(true, |seconds| seconds == 0));
            let limit = "a moment from 1970 to 2106, as far as the chain counts";
            found.check(beyond.map_or(Ok(()), |at| Err(Invalid::new(field, at.to_rfc3339(), limit))));
        }
        if let (Some(opens), Some(closes)) = (self.limits.sale_opens, self.limits.sale_closes)
            && closes <= opens
        {
            found.0.push(Invalid::new("sale_closes", closes.to_rfc3339(), "after the sale opens"));
        }
    }

    fn check_release(&self, found: &mut Invalids) {
        if self.release.len() > MAX_STEPS {
            found.0.push(Invalid::new("release", self.release.len(), format!("at most {MAX_STEPS} steps")));
        }
        let rises = |pair: &[ReleaseStep]| match pair {
            [before, after] => after.from > before.from && after.free > before.free,
            _ => true,
        };
        if !self.release.windows(2).all(rises) {
            found.0.push(Invalid::new("release", "", "steps whose days and shares rise"));
        }
    }
}

/// A rule that changes; none is no rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The rule, as `max_holding`, or `country_limits[DE]`.
    pub rule: String,
    /// What holds now.
    pub before: Option<Setting>,
    /// What holds when the chain has it.
    pub after: Option<Setting>,
}

/// What a rule is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// That it holds.
    On(bool),
    /// A number of units, or of owners.
    Number(i64),
    /// A moment.
    Moment(DateTime<Utc>),
    /// The steps of a release schedule.
    Steps(Vec<ReleaseStep>),
}

/// Every rule that changes.
pub(super) fn changes(now: &Further, then: &Further) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut change = |rule: String, of: &dyn Fn(&Further) -> Option<Setting>| {
        let (before, after) = (of(now), of(then));
        if before != after {
            changes.push(Change { rule, before, after });
        }
    };
    change("max_holding".to_owned(), &|it| it.limits.max_holding.map(Setting::Number));
    change("min_holding".to_owned(), &|it| it.limits.min_holding.map(Setting::Number));
    change("transfer_limit".to_owned(), &|it| it.limits.transfer_limit.map(Setting::Number));
    change("sale_opens".to_owned(), &|it| it.limits.sale_opens.map(Setting::Moment));
    change("sale_closes".to_owned(), &|it| it.limits.sale_closes.map(Setting::Moment));
    change("cosigned".to_owned(), &|it| it.limits.cosigned.then_some(Setting::On(true)));
    change("release".to_owned(), &|it| (!it.release.is_empty()).then(|| Setting::Steps(it.release.clone())));
    let owners = |limit: Option<&u32>| limit.map(|limit| Setting::Number(i64::from(*limit)));
    for country in keys(&now.country_limits, &then.country_limits) {
        change(format!("country_limits[{country}]"), &|it| owners(it.country_limits.get(&country)));
    }
    for class in keys(&now.class_limits, &then.class_limits) {
        change(format!("class_limits[{class}]"), &|it| owners(it.class_limits.get(&class)));
    }
    changes
}

/// Those for which one of two books has a limit, each once.
pub(super) fn keys<K: Ord + Copy>(now: &BTreeMap<K, u32>, then: &BTreeMap<K, u32>) -> Vec<K> {
    let all: std::collections::BTreeSet<K> = now.keys().chain(then.keys()).copied().collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::BasisPoints;

    fn at(seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(seconds, 0)
    }

    fn step(seconds: i64, free: i64) -> ReleaseStep {
        ReleaseStep { from: at(seconds).unwrap(), free: BasisPoints::try_from(free).unwrap() }
    }

    #[test]
    fn rules_that_cannot_hold_together_are_named() {
        let limits = |limits: Limits| Further { limits, ..Further::default() };
        let release = |release: Vec<ReleaseStep>| Further { release, ..Further::default() };
        let germans =
            |limit| Further { country_limits: [("DE".parse().unwrap(), limit)].into(), ..Further::default() };
        let cases = [
            (limits(Limits { max_holding: Some(0), ..Limits::default() }), "max_holding"),
            (limits(Limits { min_holding: Some(-1), ..Limits::default() }), "min_holding"),
            (
                limits(Limits { min_holding: Some(6), max_holding: Some(5), ..Limits::default() }),
                "min_holding",
            ),
            (limits(Limits { sale_closes: at(4_294_967_296), ..Limits::default() }), "sale_closes"),
            (limits(Limits { sale_opens: at(10), sale_closes: at(10), ..Limits::default() }), "sale_closes"),
            (release(vec![step(10, 5_000), step(10, 10_000)]), "release"),
            (release(vec![step(10, 5_000), step(20, 5_000)]), "release"),
            (release((1..=6).map(|n| step(n, n)).collect()), "release"),
            (release(vec![step(4_294_967_296, 5)]), "release"),
            (germans(0), "country_limits[DE]"),
            (germans(MAX_OWNERS + 1), "country_limits[DE]"),
        ];
        for (further, field) in cases {
            assert_eq!(further.check().unwrap_err().0[0].field, field);
        }
        assert_eq!(release((1..=5).map(|n| step(n, n)).collect()).check(), Ok(()));
    }

    #[test]
    fn a_change_names_each_rule_with_before_and_after() {
        let now = Further {
            limits: Limits { max_holding: Some(10), sale_closes: at(50), ..Limits::default() },
            country_limits: [("DE".parse().unwrap(), 3), ("FR".parse().unwrap(), 2)].into(),
            ..Further::default()
        };
        let then = Further {
            limits: Limits {
                max_holding: Some(20),
                transfer_limit: Some(5),
                cosigned: true,
                ..Limits::default()
            },
            release: vec![step(9, 100)],
            country_limits: [("FR".parse().unwrap(), 2)].into(),
            class_limits: [(InvestorClass::Retail, 7)].into(),
        };
        let expected = [
            ("max_holding", Some(Setting::Number(10)), Some(Setting::Number(20))),
            ("transfer_limit", None, Some(Setting::Number(5))),
            ("sale_closes", at(50).map(Setting::Moment), None),
            ("cosigned", None, Some(Setting::On(true))),
            ("release", None, Some(Setting::Steps(vec![step(9, 100)]))),
            ("country_limits[DE]", Some(Setting::Number(3)), None),
            ("class_limits[retail]", None, Some(Setting::Number(7))),
        ];
        let expected = expected.map(|(rule, before, after)| Change { rule: rule.to_owned(), before, after });
        assert_eq!(changes(&now, &then), expected);
        assert_eq!(changes(&now, &now), []);
    }
}

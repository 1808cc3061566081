//! A lease and the rent that falls due under it, exact to the minor unit.
//!
//! The rules, in the order they apply:
//! 1. Rent is for calendar periods (months, quarters, half-years or years, from January on), in advance.
//! 2. On each anniversary of the start the rent rises by the escalator, rounded to the minor unit; the new rent holds
//!    from the first period that begins on or after the anniversary.
//! 3. No rent is owed before the start, in the free months after it, or after the last day.
//! 4. A period of which only some days are owed costs rent × owed days ÷ days of the period, both counted with first
//!    and last day, rounded half up to the minor unit. A whole period costs the whole rent.
//! 5. It falls due on the due day of the period's first month (its last day when the month is shorter), but not before
//!    the first owed day and not after the last.

mod contract;

use chrono::{Datelike, Months, NaiveDate};
use domain::{Currency, Invalid, Money, Rate};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The longest lease, and the longest time one question may ask about: 99-year leases exist.
pub const MAX_YEARS: i32 = 100;
/// The highest escalator in percent a year. More is a slip of the decimal point.
pub const MAX_ESCALATOR_PERCENT: u32 = 25;
/// The most free months at the start: five years is beyond any incentive.
pub const MAX_FREE_MONTHS: u32 = 60;

/// How often rent is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Each calendar month.
    Monthly,
    /// Each quarter from January, April, July, October.
    Quarterly,
    /// Each half-year from January and July.
    HalfYearly,
    /// Each calendar year.
    Yearly,
}

impl Frequency {
    /// The months of one period; 12 is a multiple of it.
    #[must_use]
    pub const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::HalfYearly => 6,
            Self::Yearly => 12,
        }
    }
}

impl FromStr for Frequency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "monthly" => Ok(Self::Monthly),
            "quarterly" => Ok(Self::Quarterly),
            "half_yearly" => Ok(Self::HalfYearly),
            "yearly" => Ok(Self::Yearly),
            _ => Err(Invalid::new("frequency", text, "monthly, quarterly, half_yearly or yearly")),
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half_yearly",
            Self::Yearly => "yearly",
        })
    }
}

/// The terms of a lease. Of the tenant it knows a reference only, never a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LeaseTerms", into = "LeaseTerms")]
pub struct Lease(LeaseTerms);

/// What a lease is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseTerms {
    /// The issuer's code for the tenant.
    pub tenant_reference: String,
    /// The first day.
    pub start: NaiveDate,
    /// The last day; none when the lease runs until notice.
    pub end: Option<NaiveDate>,
    /// Rent of a whole period in the first year. More than zero.
    pub rent: Money,
    /// The period.
    pub frequency: Frequency,
    /// The day of the month it falls due, from 1 to 31.
    pub due_day: u32,
    /// What the rent rises by each year, from 0 to 25 percent.
    pub escalator: Rate,
    /// Months from the start without rent.
    pub free_months: u32,
    /// What the tenant has deposited; not income.
    pub deposit: Money,
}

/// Rent of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RentDue {
    /// The day it falls due.
    pub due_date: NaiveDate,
    /// The first day it is for.
    pub from: NaiveDate,
    /// The last day it is for.
    pub to: NaiveDate,
    /// The days of the whole period; fewer owed days cost their share.
    pub period_days: i64,
    /// The rent of the whole period in that year of the lease.
    pub rent: Money,
    /// What is due.
    pub amount: Money,
}

impl TryFrom<LeaseTerms> for Lease {
    type Error = Invalid;

    fn try_from(terms: LeaseTerms) -> Result<Self, Invalid> {
        let longest = add_months(terms.start, 12 * MAX_YEARS.unsigned_abs())?;
        let paying = add_months(terms.start, terms.free_months)?;
        let last = terms.end.unwrap_or(longest);
        if terms.end.is_some_and(|end| end < terms.start || end >= longest) {
            let limit = format!("a date from {} to {MAX_YEARS} years after it", terms.start);
            return Err(Invalid::new("lease_end", last, limit));
        }
        if terms.rent.minor <= 0 {
            return Err(Invalid::new("rent", terms.rent.amount_text(), "more than 0"));
        }
        if !(1..=31).contains(&terms.due_day) {
            return Err(Invalid::new("due_day", terms.due_day, "a day of the month from 1 to 31"));
        }
        let escalator = terms.escalator.get() * Decimal::ONE_HUNDRED;
        if escalator.is_sign_negative() && !escalator.is_zero()
            || escalator > Decimal::from(MAX_ESCALATOR_PERCENT)
        {
            let limit = format!("a percentage from 0 to {MAX_ESCALATOR_PERCENT}");
            return Err(Invalid::new("escalator_percent", escalator.normalize(), limit));
        }
        if terms.free_months > MAX_FREE_MONTHS || paying > last {
            let limit = format!("0 to {MAX_FREE_MONTHS} months, and fewer than the lease has");
            return Err(Invalid::new("free_months", terms.free_months, limit));
        }
        if terms.deposit.minor < 0 || terms.deposit.currency != terms.rent.currency {
            return Err(Invalid::new("deposit", terms.deposit, "0 or more, in the currency of the rent"));
        }
        Ok(Self(terms))
    }
}

impl From<Lease> for LeaseTerms {
    fn from(lease: Lease) -> Self {
        lease.0
    }
}

impl Lease {
    /// The terms.
    #[must_use]
    pub const fn terms(&self) -> &LeaseTerms {
        &self.0
    }

    /// The rent that falls due from `from` to `to`, both days counted, in the order of the dates.
    ///
    /// # Errors
    /// When the time asked about is longer than [`MAX_YEARS`] years, when a lease without end is asked about a day
    /// that long after its start, or when the rent outgrows what money can be.
    pub fn rent_due(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<RentDue>, Invalid> {
        if to.year() - from.year() > MAX_YEARS {
            return Err(Invalid::new("to", to, format!("at most {MAX_YEARS} years after {from}")));
        }
        if self.0.end.is_none() && to.year() - self.0.start.year() > MAX_YEARS {
            return Err(Invalid::new(
                "to",
                to,
                format!("at most {MAX_YEARS} years after the start {}", self.0.start),
            ));
        }
        let first_owed = add_months(self.0.start, self.0.free_months)?;
        let last_owed = self.0.end.unwrap_or(NaiveDate::MAX);
        let mut due = Vec::new();
        let mut period = self.period_of(from.max(first_owed))?;
        while period.0 <= to.min(last_owed) {
            let next = add_months(period.0, self.0.frequency.months())?;
            let owed = (first_owed.max(period.0), last_owed.min(period.1));
            let due_date = self.due_day_of(period.0).clamp(owed.0, owed.1);
            if (from..=to).contains(&due_date) {
                due.push(self.rent_of(period, owed, due_date)?);
            }
            period = self.period_of(next)?;
        }
        Ok(due)
    }

    /// First and last day of the calendar period that holds a day.
    fn period_of(&self, day: NaiveDate) -> Result<(NaiveDate, NaiveDate), Invalid> {
        let months = self.0.frequency.months();
        let month = day.month0().div_euclid(months) * months + 1;
        let first = NaiveDate::from_ymd_opt(day.year(), month, 1).ok_or_else(|| beyond_calendar(day))?;
        let last = add_months(first, months)?.pred_opt().ok_or_else(|| beyond_calendar(day))?;
        Ok((first, last))
    }

    fn due_day_of(&self, first: NaiveDate) -> NaiveDate {
        (28..=self.0.due_day)
            .rev()
            .chain([self.0.due_day])
            .find_map(|day| first.with_day(day))
            .unwrap_or(first)
    }

    fn rent_of(
        &self,
        period: (NaiveDate, NaiveDate),
        owed: (NaiveDate, NaiveDate),
        due_date: NaiveDate,
    ) -> Result<RentDue, Invalid> {
        let rent = self.rent_at(period.0)?;
        let (days, period_days) = (days(owed), days(period));
        let currency = rent.currency;
        // Half up: twice the numerator plus the denominator, over twice the denominator; all are positive.
        let twice = 2 * i128::from(rent.minor) * i128::from(days) + i128::from(period_days);
        let minor =
            i64::try_from(twice.div_euclid(2 * i128::from(period_days))).map_err(|_| too_much(rent))?;
        Ok(RentDue {
            due_date,
            from: owed.0,
            to: owed.1,
            period_days,
            rent,
            amount: Money::new(minor, currency),
        })
    }

    /// The rent of a whole period that begins on a day.
    fn rent_at(&self, first: NaiveDate) -> Result<Money, Invalid> {
        let mut rent = self.0.rent;
        let mut anniversary = add_months(self.0.start, 12)?;
        let mut years = 1;
        while anniversary <= first {
            rent = risen(rent, self.0.escalator)?;
            years += 1;
            anniversary = add_months(self.0.start, 12 * years)?;
        }
        Ok(rent)
    }
}

fn risen(rent: Money, escalator: Rate) -> Result<Money, Invalid> {
    let factor = Decimal::ONE + escalator.get();
    let exact = rent.to_decimal().checked_mul(factor).ok_or_else(|| too_much(rent))?;
    let decimals = Currency::decimals(rent.currency);
    Money::from_decimal(
        exact.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero),
        rent.currency,
    )
}

fn days((first, last): (NaiveDate, NaiveDate)) -> i64 {
    (last - first).num_days() + 1
}

fn add_months(day: NaiveDate, months: u32) -> Result<NaiveDate, Invalid> {
    day.checked_add_months(Months::new(months)).ok_or_else(|| beyond_calendar(day))
}

fn beyond_calendar(day: NaiveDate) -> Invalid {
    Invalid::new("date", day, "a date of the calendar")
}

fn too_much(rent: Money) -> Invalid {
    Invalid::new("rent", rent.amount_text(), "a rent that does not outgrow the largest amount")
}

#[cfg(test)]
mod tests;

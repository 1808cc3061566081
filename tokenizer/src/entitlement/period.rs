//! The periods of a partition, their dates, and the interest that a period earns.

use crate::calendar::roll::plus_months;
use crate::calendar::{BusinessDay, Calendar, CalendarError};
use crate::day_count::{Context, DayCount, DayCountError, Overflow, Ratio, RegularPeriod, Rounding};
use chrono::{Days, NaiveDate};
use domain::Rate;
use domain::coupon::{CouponDates, RawCouponDates};

/// Days between the record date and the payment date.
pub const RECORD_DAYS: u64 = 2;
/// The most periods that are looked through for the next one: a century of months.
const MAX_PERIODS: i64 = 1_200;

/// How a partition earns.
#[derive(Debug, Clone, Copy)]
pub struct Earning {
    /// The yearly rate.
    pub rate: Rate,
    /// How days are counted.
    pub day_count: DayCount,
}

/// When a partition pays.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The first day that earns.
    pub first: NaiveDate,
    /// Months between coupons.
    pub months: u32,
}

/// Why a period or its interest cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The calendar does not reach that far.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The day count refused.
    #[error(transparent)]
    DayCount(#[from] DayCountError),
    /// An amount beyond what is held exactly.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// There is no next period within a century.
    #[error("there is no period after {0}")]
    NoPeriod(NaiveDate),
}

impl Schedule {
    /// The period after a day: from it to the next regular date. Regular dates are counted from the first one,
    /// so that the 31st comes back after a short month.
    ///
    /// # Errors
    /// When the dates cannot be represented.
    pub fn after(&self, paid_until: Option<NaiveDate>) -> Result<(NaiveDate, NaiveDate), PeriodError> {
        let start = paid_until.unwrap_or(self.first).max(self.first);
        for times in 1..=MAX_PERIODS {
            let date = plus_months(self.first, times * i64::from(self.months), false)?;
            if date > start {
                return Ok((start, date));
            }
        }
        Err(PeriodError::NoPeriod(start))
    }

    /// The dates of a period: paid on the business day that its end is or that follows, to whoever holds at the end
    /// of the day [`RECORD_DAYS`] before. What is late is paid as soon as a notice of as many days allows.
    ///
    /// # Errors
    /// When the calendar does not know the dates.
    pub fn dates(
        (period_start, period_end): (NaiveDate, NaiveDate),
        today: NaiveDate,
        calendar: &Calendar,
    ) -> Result<CouponDates, PeriodError> {
        let earliest = today.checked_add_days(Days::new(RECORD_DAYS)).ok_or(PeriodError::NoPeriod(today))?;
        let payment_date = BusinessDay::Following.adjust(calendar, period_end.max(earliest))?;
        let record_date = payment_date.checked_sub_days(Days::new(RECORD_DAYS));
        let record_date = record_date.ok_or(PeriodError::NoPeriod(payment_date))?;
        let raw = RawCouponDates { period_start, period_end, record_date, payment_date };
        CouponDates::try_from(raw).map_err(|_| PeriodError::NoPeriod(period_start))
    }
}

impl Earning {
    /// The interest on a nominal amount over a period, rounded half to even to the minor unit.
    ///
    /// # Errors
    /// When the convention lacks something, or the amount is beyond 64 bits.
    pub fn interest(
        &self,
        nominal_minor: i128,
        (start, end): (NaiveDate, NaiveDate),
        (months, calendar): (u32, &Calendar),
    ) -> Result<i64, PeriodError> {
        let regular = Some(RegularPeriod { start, end, months });
        let context = Context { regular, maturity: None, calendar: Some(calendar) };
        let year_fraction = self.day_count.year_fraction(start, end, &context)?;
        let yearly = Ratio::new(nominal_minor, 1)?.times(Ratio::try_from(self.rate.get())?)?;
        let minor = yearly.times(year_fraction)?.round(0, Rounding::HalfEven)?;
        Ok(i64::try_from(minor).map_err(|_| Overflow)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_follow_each_other_and_the_31st_comes_back() {
        let monthly = Schedule { first: day("2026-01-31"), months: 1 };
        for (paid_until, start, end) in [
            (None, "2026-01-31", "2026-02-28"),
            (Some("2026-02-28"), "2026-02-28", "2026-03-31"),
            (Some("2026-03-10"), "2026-03-10", "2026-03-31"),
            (Some("2025-06-01"), "2026-01-31", "2026-02-28"),
        ] {
            assert_eq!(monthly.after(paid_until.map(day)).unwrap(), (day(start), day(end)), "{paid_until:?}");
        }
    }

    #[test]
    fn a_period_is_paid_on_a_business_day_and_never_without_notice() {
        let period = (day("2026-01-01"), day("2026-04-04"));
        // 4 April 2026 is a Saturday.
        let dates = Schedule::dates(period, day("2026-03-20"), &Calendar::weekends()).unwrap();
        assert_eq!((dates.record_date(), dates.payment_date()), (day("2026-04-04"), day("2026-04-06")));
        let late = Schedule::dates(period, day("2026-05-05"), &Calendar::weekends()).unwrap();
        assert_eq!((late.record_date(), late.payment_date()), (day("2026-05-05"), day("2026-05-07")));
    }

    #[test]
    fn interest_is_rounded_half_to_even() {
        let earning = |rate, day_count| Earning { rate: Rate::try_from(rate).unwrap(), day_count };
        let calendar = Calendar::weekends();
        let quarter = (day("2026-01-01"), day("2026-04-01"));
        for (nominal, rate, day_count, interest) in [
            // 1,000,000.00 at 5% over 90 of 360 days.
            (100_000_000, Decimal::new(5, 2), DayCount::Act360, 1_250_000),
            // 0.10 at 100% over a quarter of a year: 2.5 cents become 2, 3.5 would become 4.
            (10, Decimal::ONE, DayCount::ThirtyE360, 2),
            (14, Decimal::ONE, DayCount::ThirtyE360, 4),
            (100_000_000, Decimal::new(5, 2), DayCount::ActActIcma, 1_250_000),
        ] {
            let found = earning(rate, day_count).interest(nominal, quarter, (3, &calendar)).unwrap();
            assert_eq!(found, interest, "{nominal} {rate} {day_count:?}");
        }
    }
}

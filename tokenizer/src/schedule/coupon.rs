//! Coupons of a fixed rate: accrual periods, payment dates, ex-dates, exact amounts, accrued interest.

use super::dates::{Dates, DatesError, Plan, Roll};
use crate::calendar::roll::business_days;
use crate::calendar::{BusinessDay, Calendar, CalendarError};
use crate::day_count::{Context, DayCount, DayCountError, Overflow, Ratio, RegularPeriod};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The terms of a fixed coupon.
#[derive(Debug, Clone, Copy)]
pub struct CouponTerms<'a> {
    /// The schedule of accrual dates.
    pub plan: Plan,
    /// Business days of the accrual dates.
    pub calendar: &'a Calendar,
    /// How interest is counted.
    pub day_count: DayCount,
    /// The contract's maturity, for conventions that treat it apart.
    pub maturity: Option<NaiveDate>,
    /// Yearly rate as a fraction.
    pub rate: Decimal,
    /// The amount that earns.
    pub notional: Decimal,
    /// Business days of payment and ex-dates.
    pub pay_calendar: &'a Calendar,
    /// How a payment date is moved.
    pub pay_convention: BusinessDay,
    /// Business days between the end of a period and its payment.
    pub pay_lag: u16,
    /// Business days before payment from which a buyer no longer gets the coupon; none when 0.
    pub ex_days: u16,
}

/// One coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// First day that earns.
    pub start: NaiveDate,
    /// First day that no longer earns.
    pub end: NaiveDate,
    /// Day of payment.
    pub payment: NaiveDate,
    /// First day on which the seller keeps the coupon.
    pub ex: Option<NaiveDate>,
    /// Part of a year that earns, exact.
    pub year_fraction: Ratio,
    /// The amount, exact, not yet rounded.
    pub amount: Ratio,
    regular: Option<RegularPeriod>,
}

/// Why coupons cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CouponError {
    /// The dates.
    #[error(transparent)]
    Dates(#[from] DatesError),
    /// A calendar.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The day count.
    #[error(transparent)]
    DayCount(#[from] DayCountError),
    /// An amount too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl CouponTerms<'_> {
    /// All coupons in order.
    ///
    /// # Errors
    /// See [`CouponError`].
    pub fn coupons(&self) -> Result<Vec<Coupon>, CouponError> {
        let dates = self.plan.dates(self.calendar)?;
        (1..dates.adjusted.len()).map(|position| self.coupon(&dates, position)).collect()
    }

    fn coupon(&self, dates: &Dates, position: usize) -> Result<Coupon, CouponError> {
        let (start, end) = (dates.adjusted[position - 1], dates.adjusted[position]);
        let regular = self.regular(dates, position)?;
        let payment = self.pay_convention.adjust(self.pay_calendar, end)?;
        let payment = business_days(self.pay_calendar, payment, i32::from(self.pay_lag))?;
        let ex = match self.ex_days {
            0 => None,
            days => Some(business_days(self.pay_calendar, payment, -i32::from(days))?),
        };
        let year_fraction = self.day_count.year_fraction(start, end, &self.context(regular))?;
        let amount = self.earned(year_fraction)?;
        Ok(Coupon { start, end, payment, ex, year_fraction, amount, regular })
    }

    /// Interest earned in `coupon` at `settle`, exact. From the ex-date on it is negative: the seller keeps
    /// the coupon and owes the buyer the days that are left. Nothing is earned before the first day or after
    /// the last.
    ///
    /// # Errors
    /// See [`CouponError`].
    pub fn accrued(&self, coupon: &Coupon, settle: NaiveDate) -> Result<Ratio, CouponError> {
        let settle = settle.clamp(coupon.start, coupon.end);
        let context = self.context(coupon.regular);
        let part = |start, end| self.day_count.year_fraction(start, end, &context);
        if coupon.ex.is_some_and(|ex| settle >= ex) {
            return Ok(self.earned(part(settle, coupon.end)?)?.negated()?);
        }
        Ok(self.earned(part(coupon.start, settle)?)?)
    }

    /// The regular period around a coupon, when the convention asks for it: itself, or for a stub the one it
    /// is cut from.
    fn regular(&self, dates: &Dates, position: usize) -> Result<Option<RegularPeriod>, CouponError> {
        let months = self.plan.tenor.months().filter(|_| self.day_count == DayCount::ActActIcma);
        let Some(months) = months else { return Ok(None) };
        let (start, end) = (dates.adjusted[position - 1], dates.adjusted[position]);
        let (from, to) = (dates.nominal[position - 1], dates.nominal[position]);
        let after = |date, times| self.plan.tenor.after(date, times, self.plan.end_of_month);
        if after(from, 1)? == to || after(to, -1)? == from {
            return Ok(Some(RegularPeriod { start, end, months }));
        }
        let at_front = position == 1 && (self.plan.roll == Roll::Backward || dates.nominal.len() > 2);
        let moved = |date| self.plan.convention.adjust(self.calendar, date);
        Ok(Some(if at_front {
            RegularPeriod { start: moved(after(to, -1)?)?, end, months }
        } else {
            RegularPeriod { start, end: moved(after(from, 1)?)?, months }
        }))
    }

    fn earned(&self, year_fraction: Ratio) -> Result<Ratio, Overflow> {
        let yearly = Ratio::try_from(self.notional)?.times(Ratio::try_from(self.rate)?)?;
        yearly.times(year_fraction)
    }

    fn context(&self, regular: Option<RegularPeriod>) -> Context<'_> {
        Context { regular, maturity: self.maturity, calendar: Some(self.calendar) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::dates::Tenor;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Half a year from 15 January 2026: 181 days, ending on a Wednesday.
    #[test]
    fn a_coupon_is_paid_after_its_lag_and_kept_by_the_seller_from_the_ex_date_on() {
        let calendar = Calendar::weekends();
        let terms = CouponTerms {
            plan: Plan {
                start: date("2026-01-15"),
                end: date("2026-07-15"),
                tenor: Tenor::parse("6M").unwrap(),
                roll: Roll::Forward,
                end_of_month: false,
                first_date: None,
                next_to_last: None,
                convention: BusinessDay::Following,
                end_convention: BusinessDay::Following,
            },
            calendar: &calendar,
            day_count: DayCount::Act360,
            maturity: None,
            rate: Decimal::new(36, 3),
            notional: Decimal::from(10_000),
            pay_calendar: &calendar,
            pay_convention: BusinessDay::Following,
            pay_lag: 3,
            ex_days: 7,
        };
        let coupons = terms.coupons().unwrap();
        let [coupon] = coupons.as_slice() else { unreachable!("one period") };
        assert_eq!((coupon.payment, coupon.ex), (date("2026-07-20"), Some(date("2026-07-09"))));
        assert_eq!(coupon.amount, Ratio::new(181, 1).unwrap());
        for (settle, accrued) in
            [("2026-01-01", 0), ("2026-01-16", 1), ("2026-07-08", 174), ("2026-07-09", -6), ("2026-07-16", 0)]
        {
            let accrued = Ratio::new(accrued, 1).unwrap();
            assert_eq!(terms.accrued(coupon, date(settle)).unwrap(), accrued, "{settle}");
        }
    }
}

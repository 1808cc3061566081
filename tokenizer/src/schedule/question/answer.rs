//! The answers, one kind of question each.

use super::QuestionError;
use super::columns::{Question, refused};
use crate::calendar::{Calendar, Calendars, advance};
use crate::day_count::{Context, Ratio, RegularPeriod, Rounding};
use crate::schedule::coupon::{Coupon, CouponTerms};
use chrono::NaiveDate;
use serde::Serialize;

/// The answer to a question: only the columns that it asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Answer {
    /// The question's own name.
    pub id: String,
    /// Days as the convention counts them; 1 or 0 for "is it a business day".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<String>,
    /// Part of a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yf: Option<String>,
    /// A date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Dates with `;` between them; periods as `start/end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// Payment dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_dates: Option<String>,
    /// Ex-dates, empty where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ex_dates: Option<String>,
    /// Amounts before rounding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amounts: Option<String>,
    /// Accrued interest on the day of settlement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accrued: Option<String>,
    /// Amounts rounded to cents, halves to the even cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_even: Option<String>,
    /// Amounts rounded to cents, halves away from zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_up: Option<String>,
}

impl Question {
    /// The answer.
    ///
    /// # Errors
    /// When a column cannot be read, a calendar does not know, or the dates make no sense.
    pub fn answer(&self, calendars: &Calendars) -> Result<Answer, QuestionError> {
        let answer = match self.kind.as_str() {
            "yf" => self.year_fraction(calendars),
            "adjust" => self.adjust(&self.calendar(calendars)?),
            "advance" => self.advance(&self.calendar(calendars)?),
            "bizdays" => self.business_days(&self.calendar(calendars)?),
            "schedule" => self.schedule(&self.calendar(calendars)?),
            "coupons" => self.coupons(calendars),
            kind => Err(refused("kind", kind, "yf, adjust, advance, bizdays, schedule or coupons")),
        }?;
        Ok(Answer { id: self.id.clone(), ..answer })
    }

    fn year_fraction(&self, calendars: &Calendars) -> Result<Answer, QuestionError> {
        let (day_count, calendar) = self.day_count()?;
        let calendar = calendars.get(calendar.unwrap_or(&self.calendar))?;
        let regular = self.regular()?.map(|(start, end, months)| RegularPeriod { start, end, months });
        let context = Context { regular, maturity: self.maturity()?, calendar: Some(&calendar) };
        let (start, end) = (self.start()?, self.end()?);
        Ok(Answer {
            days: Some(day_count.days(start, end, &context)?.to_string()),
            yf: Some(text(day_count.year_fraction(start, end, &context)?)?),
            ..Answer::default()
        })
    }

    fn adjust(&self, calendar: &Calendar) -> Result<Answer, QuestionError> {
        let start = self.start()?;
        Ok(Answer {
            days: Some(u8::from(calendar.is_business_day(start)?).to_string()),
            date: Some(self.bdc()?.adjust(calendar, start)?.to_string()),
            ..Answer::default()
        })
    }

    fn advance(&self, calendar: &Calendar) -> Result<Answer, QuestionError> {
        let terms = (self.bdc()?, self.end_of_month()?);
        let date = advance(calendar, self.start()?, self.step()?, terms)?;
        Ok(Answer { date: Some(date.to_string()), ..Answer::default() })
    }

    fn business_days(&self, calendar: &Calendar) -> Result<Answer, QuestionError> {
        let (start, end) = (self.start()?, self.end()?);
        let (with_start, with_end) = self.ends()?;
        let open = |date| calendar.is_business_day(date).map(i64::from);
        let days = if start == end {
            if with_start && with_end { open(start)? } else { 0 }
        } else {
            // Counted from the earlier to the later date, negative when they are the other way round.
            let (from, to) = (start.min(end), start.max(end));
            let (with_from, with_to) =
                if start < end { (with_start, with_end) } else { (with_end, with_start) };
            let first = if with_from { 0 } else { open(from)? };
            let last = if with_to { open(to)? } else { 0 };
            let days = calendar.business_days(from, to)? - first + last;
            if start < end { days } else { -days }
        };
        Ok(Answer { days: Some(days.to_string()), ..Answer::default() })
    }

    fn schedule(&self, calendar: &Calendar) -> Result<Answer, QuestionError> {
        let dates = self.plan()?.dates(calendar)?.adjusted;
        Ok(Answer { dates: Some(joined(&dates, NaiveDate::to_string)), ..Answer::default() })
    }

    fn coupons(&self, calendars: &Calendars) -> Result<Answer, QuestionError> {
        let (calendar, pay_calendar) = (self.calendar(calendars)?, self.pay_calendar(calendars)?);
        let terms = CouponTerms {
            plan: self.plan()?,
            calendar: &calendar,
            day_count: self.day_count()?.0,
            maturity: self.maturity()?,
            rate: self.rate()?,
            notional: self.notional()?,
            pay_calendar: &pay_calendar,
            pay_convention: self.pay_bdc()?,
            pay_lag: self.pay_lag()?,
            ex_days: self.ex_days()?,
        };
        let coupons = terms.coupons()?;
        let amounts: Result<Vec<_>, _> = coupons.iter().map(|coupon| text(coupon.amount)).collect();
        Ok(Answer {
            dates: Some(joined(&coupons, |coupon| format!("{}/{}", coupon.start, coupon.end))),
            pay_dates: Some(joined(&coupons, |coupon| coupon.payment.to_string())),
            ex_dates: Some(joined(&coupons, |coupon| {
                coupon.ex.map_or_else(String::new, |ex| ex.to_string())
            })),
            amounts: Some(amounts?.join(";")),
            accrued: self.accrued(&terms, &coupons)?,
            half_even: Some(cents(&coupons, Rounding::HalfEven)?),
            half_up: Some(cents(&coupons, Rounding::HalfUp)?),
            ..Answer::default()
        })
    }

    fn accrued(&self, terms: &CouponTerms, coupons: &[Coupon]) -> Result<Option<String>, QuestionError> {
        if self.settle.is_empty() {
            return Ok(None);
        }
        let coupon = coupons.get(self.index()?);
        let coupon = coupon.ok_or_else(|| refused("n", &self.n, "the number of a coupon of the schedule"))?;
        Ok(Some(text(terms.accrued(coupon, self.settle()?)?)?))
    }
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(";")
}

fn cents(coupons: &[Coupon], rounding: Rounding) -> Result<String, QuestionError> {
    let rounded = coupons.iter().map(|coupon| {
        let cents = coupon.amount.round(2, rounding)?;
        let sign = if cents < 0 { "-" } else { "" };
        let cents = cents.unsigned_abs();
        Ok(format!("{sign}{}.{:02}", cents.div_euclid(100), cents.rem_euclid(100)))
    });
    Ok(rounded.collect::<Result<Vec<_>, QuestionError>>()?.join(";"))
}

fn text(value: Ratio) -> Result<String, QuestionError> {
    Ok(value.to_decimal()?.normalize().to_string())
}

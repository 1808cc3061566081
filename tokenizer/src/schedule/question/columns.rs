//! The columns of a question and how each is read.

use super::QuestionError;
use crate::calendar::{BusinessDay, Calendar, Calendars, Unit};
use crate::day_count::DayCount;
use crate::schedule::dates::{Plan, Roll, Tenor};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::{fmt, str::FromStr};

macro_rules! columns {
    ($($(#[$meaning:meta])* $name:ident),* $(,)?) => {
        /// A question: one text per column, empty where the column does not matter.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Question {
            $($(#[$meaning])* pub $name: String),*
        }

        impl Question {
            /// Fills a column; false when there is none of this name.
            pub fn set(&mut self, name: &str, value: &str) -> bool {
                match name {
                    $(stringify!($name) => value.clone_into(&mut self.$name),)*
                    _ => return false,
                }
                true
            }
        }
    };
}

columns!(
    /// The question's own name, repeated in its answer.
    id,
    /// `yf`, `adjust`, `advance`, `bizdays`, `schedule` or `coupons`.
    kind,
    /// Day count, see [`DayCount::name`]; `BUS_252_BR` names its calendar too.
    convention,
    /// Calendar, or several with `+` between them.
    calendar,
    /// How dates move to business days.
    bdc,
    /// How the last date of a schedule moves.
    term_bdc,
    /// `FORWARD` or `BACKWARD`.
    rule,
    /// 1 when months from a month's end lead to a month's end.
    eom,
    /// First date.
    start,
    /// Last date.
    end,
    /// First day of the regular period around the dates.
    ref_start,
    /// First day after that period.
    ref_end,
    /// Maturity of the contract, for `30E_360_ISDA`.
    term_date,
    /// Time between two dates, such as `6M`.
    tenor,
    /// Second date of a schedule, when its first period is an agreed stub.
    first_date,
    /// Last date but one, when its last period is an agreed stub.
    next_to_last,
    /// How many steps; for coupons the number of the one that accrues, from 0.
    n,
    /// What is stepped: `B`, `D`, `W`, `M` or `Y`; for `bizdays` which ends count, such as `[)`.
    unit,
    /// Yearly rate as a fraction.
    rate,
    /// The amount that earns.
    notional,
    /// Calendar of payments; that of the schedule when empty.
    pay_calendar,
    /// How payment dates move.
    pay_bdc,
    /// Business days from the end of a period to its payment.
    pay_lag,
    /// Business days from the ex-date to the payment; 0 for none.
    ex_days,
    /// The day on which interest has accrued.
    settle,
);

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Columns)
    }
}

struct Columns;

impl<'de> Visitor<'de> for Columns {
    type Value = Question;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of columns")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Question, A::Error> {
        let mut question = Question::default();
        while let Some(name) = map.next_key::<std::borrow::Cow<str>>()? {
            // The answers and notes of a reference file may stand beside its questions.
            if name == "tag" || name.starts_with("exp_") {
                map.next_value::<IgnoredAny>()?;
            } else {
                let Text(value) = map.next_value()?;
                if !question.set(&name, &value) {
                    return Err(de::Error::custom(format_args!("there is no column \"{name}\"")));
                }
            }
        }
        Ok(question)
    }
}

/// A text, or a number as its text.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text(value.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
        Ok(Text(String::new()))
    }
}

/// Names the column, its value and what would be accepted.
pub(super) fn refused(column: &'static str, value: &str, limit: &'static str) -> QuestionError {
    QuestionError::Column { column, value: value.chars().take(80).collect(), limit }
}

fn date(column: &'static str, text: &str) -> Result<NaiveDate, QuestionError> {
    let limit = || refused(column, text, "a date such as 2026-12-31");
    if text.len() == 10 { NaiveDate::from_str(text).map_err(|_| limit()) } else { Err(limit()) }
}

fn date_or_none(column: &'static str, text: &str) -> Result<Option<NaiveDate>, QuestionError> {
    if text.is_empty() { Ok(None) } else { date(column, text).map(Some) }
}

fn convention(column: &'static str, text: &str) -> Result<BusinessDay, QuestionError> {
    Ok(match text {
        "UNADJUSTED" => BusinessDay::Unadjusted,
        "FOLLOWING" => BusinessDay::Following,
        "MODIFIED_FOLLOWING" => BusinessDay::ModifiedFollowing,
        "HALF_MONTH_MODIFIED_FOLLOWING" => BusinessDay::HalfMonthModifiedFollowing,
        "PRECEDING" => BusinessDay::Preceding,
        "MODIFIED_PRECEDING" => BusinessDay::ModifiedPreceding,
        "NEAREST" => BusinessDay::Nearest,
        _ => return Err(refused(column, text, "a business day convention such as MODIFIED_FOLLOWING")),
    })
}

fn decimal(column: &'static str, text: &str) -> Result<Decimal, QuestionError> {
    // Programs write the smallest rates with an exponent: 4e-05.
    let read = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    read.map_err(|_| refused(column, text, "a decimal number"))
}

impl Question {
    pub(super) fn start(&self) -> Result<NaiveDate, QuestionError> {
        date("start", &self.start)
    }

    pub(super) fn end(&self) -> Result<NaiveDate, QuestionError> {
        date("end", &self.end)
    }

    pub(super) fn settle(&self) -> Result<NaiveDate, QuestionError> {
        date("settle", &self.settle)
    }

    pub(super) fn regular(&self) -> Result<Option<(NaiveDate, NaiveDate, u32)>, QuestionError> {
        let (start, end) =
            (date_or_none("ref_start", &self.ref_start)?, date_or_none("ref_end", &self.ref_end)?);
        let Some((start, end)) = start.zip(end) else { return Ok(None) };
        let months = self.tenor()?.months();
        let months = months.ok_or_else(|| refused("tenor", &self.tenor, "months or years, such as 6M"))?;
        if end <= start {
            return Err(refused("ref_end", &self.ref_end, "a date after ref_start"));
        }
        Ok(Some((start, end, months)))
    }

    pub(super) fn maturity(&self) -> Result<Option<NaiveDate>, QuestionError> {
        date_or_none("term_date", &self.term_date)
    }

    pub(super) fn calendar(&self, calendars: &Calendars) -> Result<Calendar, QuestionError> {
        Ok(calendars.get(&self.calendar)?)
    }

    pub(super) fn pay_calendar(&self, calendars: &Calendars) -> Result<Calendar, QuestionError> {
        let name = if self.pay_calendar.is_empty() { &self.calendar } else { &self.pay_calendar };
        Ok(calendars.get(name)?)
    }

    pub(super) fn bdc(&self) -> Result<BusinessDay, QuestionError> {
        convention("bdc", &self.bdc)
    }

    pub(super) fn pay_bdc(&self) -> Result<BusinessDay, QuestionError> {
        convention("pay_bdc", &self.pay_bdc)
    }

    pub(super) fn end_of_month(&self) -> Result<bool, QuestionError> {
        match self.eom.as_str() {
            "" | "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(refused("eom", &self.eom, "0 or 1")),
        }
    }

    fn tenor(&self) -> Result<Tenor, QuestionError> {
        Tenor::parse(&self.tenor).ok_or_else(|| refused("tenor", &self.tenor, "a period such as 6M"))
    }

    /// The day count and, for business days over 252, the name of its calendar.
    pub(super) fn day_count(&self) -> Result<(DayCount, Option<&str>), QuestionError> {
        if let Some(calendar) = self.convention.strip_prefix("BUS_252_") {
            return Ok((DayCount::Business252, Some(calendar)));
        }
        let named = DayCount::named(&self.convention);
        let named =
            named.ok_or_else(|| refused("convention", &self.convention, "a day count such as ACT_360"))?;
        Ok((named, None))
    }

    pub(super) fn step(&self) -> Result<(i32, Unit), QuestionError> {
        let unit = match self.unit.as_str() {
            "B" => Unit::BusinessDays,
            "D" => Unit::Days,
            "W" => Unit::Weeks,
            "M" => Unit::Months,
            "Y" => Unit::Years,
            _ => return Err(refused("unit", &self.unit, "B, D, W, M or Y")),
        };
        let count =
            self.n.parse::<i16>().map_err(|_| refused("n", &self.n, "a whole number of five digits"))?;
        Ok((i32::from(count), unit))
    }

    pub(super) fn index(&self) -> Result<usize, QuestionError> {
        self.n.parse().map_err(|_| refused("n", &self.n, "the number of a coupon from 0"))
    }

    /// Which ends of the dates count: the first, the last.
    pub(super) fn ends(&self) -> Result<(bool, bool), QuestionError> {
        match self.unit.as_str() {
            "[)" => Ok((true, false)),
            "(]" => Ok((false, true)),
            "[]" => Ok((true, true)),
            "()" => Ok((false, false)),
            _ => Err(refused("unit", &self.unit, "[), (], [] or ()")),
        }
    }

    pub(super) fn rate(&self) -> Result<Decimal, QuestionError> {
        decimal("rate", &self.rate)
    }

    pub(super) fn notional(&self) -> Result<Decimal, QuestionError> {
        decimal("notional", &self.notional)
    }

    pub(super) fn ex_days(&self) -> Result<u16, QuestionError> {
        small("ex_days", &self.ex_days)
    }

    pub(super) fn pay_lag(&self) -> Result<u16, QuestionError> {
        small("pay_lag", &self.pay_lag)
    }

    pub(super) fn plan(&self) -> Result<Plan, QuestionError> {
        Ok(Plan {
            start: self.start()?,
            end: self.end()?,
            tenor: self.tenor()?,
            roll: match self.rule.as_str() {
                "FORWARD" => Roll::Forward,
                "BACKWARD" => Roll::Backward,
                _ => return Err(refused("rule", &self.rule, "FORWARD or BACKWARD")),
            },
            end_of_month: self.end_of_month()?,
            first_date: date_or_none("first_date", &self.first_date)?,
            next_to_last: date_or_none("next_to_last", &self.next_to_last)?,
            convention: self.bdc()?,
            end_convention: convention("term_bdc", &self.term_bdc)?,
        })
    }
}

fn small(column: &'static str, text: &str) -> Result<u16, QuestionError> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| refused(column, text, "a whole number from 0 to 65535"))
}

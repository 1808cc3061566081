//! The terms of a contract by their names in the dictionary, read one by one.

use super::cycle::{Cycle, Period};
use super::{ActusError, Moment};
use crate::day_count::DayCount;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Terms as they stand in JSON: texts, numbers, lists, other contracts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Terms(Map<String, Value>);

/// A text, or a number by its digits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Text(Value);

impl Text {
    pub(super) fn text(&self) -> Cow<'_, str> {
        digits(&self.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    pub(super) fn decimal(&self, name: &str) -> Result<Decimal, ActusError> {
        decimal(name, &self.text())
    }
}

fn digits(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text.trim()),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn decimal(name: &str, text: &str) -> Result<Decimal, ActusError> {
    Decimal::from_str_exact(text)
        .or_else(|_| text.parse())
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| unreadable(name, text, "a decimal number"))
}

/// Names the term, its value and what would be accepted.
pub(super) fn unreadable(name: &str, value: &str, limit: &'static str) -> ActusError {
    ActusError::Unreadable { name: name.to_owned(), value: value.chars().take(80).collect(), limit }
}

impl Terms {
    /// A text, when it is given and not empty.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.get(name).map(digits).filter(|text| !text.is_empty() && text != "NULL")
    }

    pub(super) fn needed(&self, name: &'static str) -> Result<Cow<'_, str>, ActusError> {
        self.text(name).ok_or(ActusError::Missing(name))
    }

    pub(super) fn moment(&self, name: &'static str) -> Result<Option<Moment>, ActusError> {
        self.text(name).map(|text| Moment::parse(name, &text)).transpose()
    }

    pub(super) fn needed_moment(&self, name: &'static str) -> Result<Moment, ActusError> {
        self.moment(name)?.ok_or(ActusError::Missing(name))
    }

    pub(super) fn decimal(&self, name: &'static str) -> Result<Option<Decimal>, ActusError> {
        self.text(name).map(|text| decimal(name, &text)).transpose()
    }

    pub(super) fn needed_decimal(&self, name: &'static str) -> Result<Decimal, ActusError> {
        self.decimal(name)?.ok_or(ActusError::Missing(name))
    }

    pub(super) fn decimal_or_zero(&self, name: &'static str) -> Result<Decimal, ActusError> {
        Ok(self.decimal(name)?.unwrap_or_default())
    }

    pub(super) fn cycle(&self, name: &'static str) -> Result<Option<Cycle>, ActusError> {
        self.text(name).map(|text| Cycle::parse(name, &text)).transpose()
    }

    pub(super) fn period(&self, name: &'static str) -> Result<Option<Period>, ActusError> {
        self.text(name).map(|text| Period::parse(name, &text)).transpose()
    }

    /// A list; a single value is a list of one.
    pub(super) fn list<T>(
        &self,
        name: &'static str,
        read: impl Fn(&'static str, &str) -> Result<T, ActusError>,
    ) -> Result<Vec<T>, ActusError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(|item| read(name, &digits(item))).collect(),
            Some(single) if digits(single).is_empty() => Ok(Vec::new()),
            Some(single) => Ok(vec![read(name, &digits(single))?]),
        }
    }

    pub(super) fn decimals(&self, name: &'static str) -> Result<Vec<Decimal>, ActusError> {
        self.list(name, decimal)
    }

    /// `+1` for the side that receives, `-1` for the side that pays.
    pub(super) fn sign(&self) -> Result<Decimal, ActusError> {
        let role = self.needed("contractRole")?;
        match role.as_ref() {
            "RPA" | "LG" | "BUY" | "RFL" | "RF" | "COL" => Ok(Decimal::ONE),
            "RPL" | "ST" | "SEL" | "PFL" | "PF" => Ok(Decimal::NEGATIVE_ONE),
            other => Err(unreadable("contractRole", other, "RPA, RPL, LG, ST, BUY or SEL")),
        }
    }

    pub(super) fn day_count(&self) -> Result<DayCount, ActusError> {
        let name = self.needed("dayCountConvention")?;
        match name.as_ref() {
            "AA" => Ok(DayCount::ActActIsda),
            "A360" => Ok(DayCount::Act360),
            "A365" => Ok(DayCount::Act365Fixed),
            "30E360" => Ok(DayCount::ThirtyE360),
            "30E360ISDA" => Ok(DayCount::ThirtyE360Isda),
            "28E336" => Ok(DayCount::TwentyEightE336),
            "B252" => Ok(DayCount::Business252),
            other => {
                let limit = "AA, A360, A365, 30E360, 30E360ISDA, 28E336 or B252";
                Err(unreadable("dayCountConvention", other, limit))
            }
        }
    }

    /// Whether schedules that start at a month's end stay there.
    pub(super) fn month_ends(&self) -> Result<bool, ActusError> {
        match self.text("endOfMonthConvention").as_deref() {
            None | Some("SD") => Ok(false),
            Some("EOM") => Ok(true),
            Some(other) => Err(unreadable("endOfMonthConvention", other, "SD or EOM")),
        }
    }

    /// The contracts that this one refers to in a role.
    pub(super) fn referred(&self, role: &str) -> Vec<Reference> {
        let all = self.0.get("contractStructure").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let of_role = |item: &&Value| item.get("referenceRole").and_then(Value::as_str) == Some(role);
        all.iter().filter(of_role).map(Reference::of).collect()
    }
}

/// Another contract: its whole terms, or only its name.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The name by which it is observed.
    pub(super) id: String,
    /// Its terms, when they are known.
    pub(super) terms: Option<Terms>,
}

impl Reference {
    fn of(item: &Value) -> Self {
        let object = item.get("object").and_then(Value::as_object).cloned().unwrap_or_default();
        let named = |name| object.get(name).map(digits).filter(|text| !text.is_empty());
        let id = named("contractID").or_else(|| named("contractIdentifier")).unwrap_or_default().into_owned();
        let known = object.contains_key("contractType");
        Self { id, terms: known.then_some(Terms(object)) }
    }
}

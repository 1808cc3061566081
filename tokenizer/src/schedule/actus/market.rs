//! What was observed: market figures by code and time, and events by contract.

use super::{ActusError, Moment, terms::Text, terms::unreadable};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Market figures by code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Market(BTreeMap<String, Series>);

/// Figures in the order of their times.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "RawSeries")]
struct Series(Vec<(Moment, Decimal)>);

#[derive(Deserialize)]
struct RawSeries {
    #[serde(default)]
    data: Vec<RawPoint>,
}

#[derive(Deserialize)]
struct RawPoint {
    timestamp: String,
    value: Text,
}

impl TryFrom<RawSeries> for Series {
    type Error = ActusError;

    fn try_from(raw: RawSeries) -> Result<Self, ActusError> {
        let read = |point: &RawPoint| {
            let at = Moment::parse("dataObserved", &point.timestamp)?;
            Ok((at, point.value.decimal("dataObserved")?))
        };
        let mut points = raw.data.iter().map(read).collect::<Result<Vec<_>, ActusError>>()?;
        points.sort_by_key(|(at, _)| *at);
        Ok(Self(points))
    }
}

/// An event that was observed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    /// When.
    pub(super) time: String,
    /// What: `XD`, `PR`, `CE`, `AD`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// With which amount.
    #[serde(default)]
    pub(super) value: Text,
    /// To which contract, when not to the contract itself.
    #[serde(default, alias = "contractID")]
    pub(super) contract_id: String,
    /// What it has become, for credit events.
    #[serde(default)]
    pub(super) states: BTreeMap<String, Text>,
}

impl Market {
    /// The figure at a time: the one observed then, else the latest before.
    pub(super) fn at(&self, code: &str, at: Moment) -> Result<Decimal, ActusError> {
        let none = || ActusError::NoMarketData { code: code.chars().take(80).collect(), at };
        let Series(points) = self.0.get(code).ok_or_else(none)?;
        let passed = points.partition_point(|(time, _)| *time <= at);
        points[..passed].last().map(|(_, figure)| *figure).ok_or_else(none)
    }
}

impl Observed {
    pub(super) fn at(&self) -> Result<Moment, ActusError> {
        Moment::parse("eventsObserved", &self.time)
    }

    pub(super) fn amount(&self) -> Result<Decimal, ActusError> {
        if self.value.is_empty() { Ok(Decimal::ZERO) } else { self.value.decimal("eventsObserved") }
    }
}

/// Refuses observed events that a contract type does not know, so that none is passed over in silence.
pub(super) fn only(observed: &[Observed], known: &[&str]) -> Result<(), ActusError> {
    match observed.iter().find(|event| !known.contains(&event.kind.as_str())) {
        Some(event) => {
            Err(unreadable("eventsObserved", &event.kind, "an event that this contract type can observe"))
        }
        None => Ok(()),
    }
}

//! What was observed: market figures by code and time, and events by contract.

use super::{ActusError, Moment, terms::Text, terms::unreadable};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Market figures by code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Market(BTreeMap<String, Series>);

#[derive(Debug, Clone, Default, Deserialize)]
struct Series {
    #[serde(default)]
    data: Vec<Point>,
}

#[derive(Debug, Clone, Deserialize)]
struct Point {
    timestamp: String,
    value: Text,
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
        let series = self.0.get(code).ok_or_else(none)?;
        let mut best: Option<(Moment, &Point)> = None;
        for point in &series.data {
            let time = Moment::parse("dataObserved", &point.timestamp)?;
            if time <= at && best.is_none_or(|(latest, _)| time >= latest) {
                best = Some((time, point));
            }
        }
        best.ok_or_else(none)?.1.value.decimal("dataObserved")
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

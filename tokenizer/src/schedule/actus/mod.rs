//! ACTUS contracts: JSON terms in, events out, after the ACTUS technical specification and dictionary 1.4.

mod cycle;
mod figure;
mod market;
mod moment;
mod settlement;
mod shift;
mod state;
mod terms;

mod event;
mod run;

mod ann;
mod lam;
mod lax;
mod advance;
mod loan;
mod nam;
mod pam;
mod prepay;

mod call;
mod clm;
mod ump;

mod com;
mod csh;
mod enhancement;
mod stk;

pub use event::{Event, Explanation, Kind};
pub use market::{Market, Observed};
pub use moment::Moment;
pub use state::State;
pub use terms::Terms;

use crate::calendar::{CalendarError, Calendars};
use crate::day_count::{DayCountError, Overflow};
use serde::{Deserialize, Deserializer};

/// The most events of one contract: a century of days.
pub const MAX_EVENTS: usize = 36_600;

/// A contract with what is known of the market, as in the official test files.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// The case's own name.
    #[serde(default, deserialize_with = "or_nothing")]
    pub identifier: String,
    /// The contract's terms by their names in the dictionary.
    pub terms: Terms,
    /// The last moment of interest; empty for the whole life.
    #[serde(default, deserialize_with = "or_nothing")]
    pub to: String,
    /// Market data by code.
    #[serde(default, deserialize_with = "or_nothing")]
    pub data_observed: Market,
    /// What has happened to the contract or those it refers to.
    #[serde(default, deserialize_with = "or_nothing")]
    pub events_observed: Vec<Observed>,
    /// The results of an official case, which are not read.
    #[serde(default, rename = "results")]
    _results: serde::de::IgnoredAny,
}

/// A value, or nothing where `null` stands.
fn or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(reader: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_default())
}

/// Why a contract has no events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActusError {
    /// A term is missing.
    #[error("{0} is needed and not given")]
    Missing(&'static str),
    /// A term or an observation cannot be read.
    #[error("{name}: \"{value}\" is not accepted: {limit}")]
    Unreadable {
        /// Its name in the dictionary.
        name: String,
        /// What stands there.
        value: String,
        /// What would be accepted.
        limit: &'static str,
    },
    /// The market data has no figure for this code at this time or before.
    #[error("there is no market data for \"{code}\" at {at}")]
    NoMarketData {
        /// The code.
        code: String,
        /// When it was asked for.
        at: Moment,
    },
    /// The payment never redeems the notional.
    #[error("nextPrincipalRedemptionPayment never redeems the notional")]
    NeverRedeemed,
    /// More than [`MAX_EVENTS`].
    #[error("a contract has at most {MAX_EVENTS} events")]
    TooManyEvents,
    /// The business days are not known.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Days cannot be counted.
    #[error(transparent)]
    DayCount(#[from] DayCountError),
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Case {
    /// The events of the contract after its status date and not after `to`, in order.
    ///
    /// # Errors
    /// When a term is missing or cannot be read, or a calendar or the market does not know.
    pub fn events(&self, calendars: &Calendars) -> Result<Vec<Event>, ActusError> {
        let to = Moment::parse_or_none("to", &self.to)?;
        let contract = Contract {
            terms: &self.terms,
            market: &self.data_observed,
            observed: &self.events_observed,
            calendars,
            to,
        };
        contract.events()
    }
}

/// One contract with its surroundings.
#[derive(Debug, Clone, Copy)]
struct Contract<'a> {
    terms: &'a Terms,
    market: &'a Market,
    observed: &'a [Observed],
    calendars: &'a Calendars,
    to: Option<Moment>,
}

impl Contract<'_> {
    /// The events with payoffs in the currency in which they are settled.
    fn events(&self) -> Result<Vec<Event>, ActusError> {
        settlement::settled(self, self.denominated()?)
    }

    /// The events with payoffs in the currency of the contract.
    fn denominated(&self) -> Result<Vec<Event>, ActusError> {
        self.check()?;
        match self.terms.needed("contractType")?.as_ref() {
            "PAM" => pam::events(self),
            "LAM" => lam::events(self),
            "NAM" => nam::events(self),
            "ANN" => ann::events(self),
            "LAX" => lax::events(self),
            "CLM" => clm::events(self),
            "UMP" => ump::events(self),
            "CSH" => csh::events(self),
            "STK" => stk::events(self),
            "COM" => com::events(self),
            "CEC" => enhancement::collateral(self),
            "CEG" => enhancement::guarantee(self),
            other => Err(terms::unreadable(
                "contractType",
                other,
                "PAM, LAM, NAM, ANN, LAX, CLM, UMP, CSH, STK, COM, CEC or CEG",
            )),
        }
    }

    /// Terms whose other values are not implemented are refused, not passed over.
    fn check(&self) -> Result<(), ActusError> {
        advance::is_agreed(self)?;
        let name = "cyclePointOfRateReset";
        match self.terms.text(name).filter(|value| value != "B") {
            Some(value) => {
                Err(terms::unreadable(name, &value, "B: a rate is set at the beginning of its period"))
            }
            None => Ok(()),
        }
    }
}

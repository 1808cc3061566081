//! An event: what is paid, what the contract has come to, and how both were found.

use super::{Moment, State};
use crate::day_count::{DayCount, Ratio};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::fmt;

/// What happens, by its acronym in the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::upper_case_acronyms)]
pub enum Kind {
    /// Initial exchange.
    IED,
    /// Fee payment.
    FP,
    /// Principal redemption.
    PR,
    /// Principal increase.
    PI,
    /// Penalty for a prepayment.
    PY,
    /// Prepayment of principal.
    PP,
    /// Interest payment.
    IP,
    /// Interest capitalization.
    IPCI,
    /// Rate reset to a known rate.
    RRF,
    /// Rate reset to an observed rate.
    RR,
    /// Fixing of the principal payment.
    PRF,
    /// Dividend.
    DV,
    /// Purchase.
    PRD,
    /// Termination.
    TD,
    /// Fixing of the scaling index.
    SC,
    /// Fixing of the interest calculation base.
    IPCB,
    /// Maturity.
    MD,
    /// Exercise.
    XD,
    /// Settlement.
    STD,
    /// Monitoring.
    AD,
}

impl Kind {
    /// The acronym.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IED => "IED",
            Self::FP => "FP",
            Self::PR => "PR",
            Self::PI => "PI",
            Self::PY => "PY",
            Self::PP => "PP",
            Self::IP => "IP",
            Self::IPCI => "IPCI",
            Self::RRF => "RRF",
            Self::RR => "RR",
            Self::PRF => "PRF",
            Self::DV => "DV",
            Self::PRD => "PRD",
            Self::TD => "TD",
            Self::SC => "SC",
            Self::IPCB => "IPCB",
            Self::MD => "MD",
            Self::XD => "XD",
            Self::STD => "STD",
            Self::AD => "AD",
        }
    }
}

/// How an event's figures were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The formula of the payoff, or of the change where nothing is paid.
    pub formula: &'static str,
    /// From when interest was counted.
    pub from: NaiveDate,
    /// To when it was counted.
    pub to: NaiveDate,
    /// How it was counted; nothing for contracts without interest.
    pub day_count: Option<DayCount>,
    /// The part of a year that this is.
    pub year_fraction: Ratio,
    /// The contract's figures before the event.
    pub before: State,
    /// What one unit of the contract's currency was in the currency of the payoff, where that is another one.
    pub exchange_rate: Option<Decimal>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.formula)?;
        if let Some(day_count) = self.day_count {
            let year = self.year_fraction;
            write!(f, "; y = {} to {} by {} = ", self.from, self.to, day_count.name())?;
            write!(f, "{}/{}", year.numerator(), year.denominator())?;
        }
        let before = &self.before;
        write!(f, "; before: notional {}, rate {}", before.notional.normalize(), before.rate.normalize())?;
        write!(f, ", accrued {}, base {}", before.accrued.normalize(), before.base.normalize())?;
        match self.exchange_rate {
            Some(rate) => write!(f, "; settled at {}", rate.normalize()),
            None => Ok(()),
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happens.
    pub at: Moment,
    /// What happens.
    pub kind: Kind,
    /// What the contract's creator receives; negative when they pay.
    pub payoff: Decimal,
    /// In which currency.
    pub currency: String,
    /// The contract after it.
    pub after: State,
    /// How it was found.
    pub explanation: Explanation,
}

//! Moving events to business days, before or after interest is counted.

use super::{ActusError, Contract, Moment, terms::unreadable};
use crate::calendar::{BusinessDay, Calendar};

/// How the events of a contract move.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    /// The contract's business days.
    pub(super) calendar: Calendar,
    convention: BusinessDay,
    /// Interest is counted to the date before it is moved ("calculate, then shift").
    calculate_first: bool,
}

/// One moment in three senses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    /// As the schedule gives it; the market is asked for this time.
    pub(super) scheduled: Moment,
    /// As the event is shown and ordered.
    pub(super) shown: Moment,
    /// To which interest is counted.
    pub(super) counted: Moment,
}

impl Times {
    /// A moment that is not moved.
    pub(super) const fn fixed(at: Moment) -> Self {
        Self { scheduled: at, shown: at, counted: at }
    }
}

impl Shift {
    pub(super) fn of(contract: &Contract) -> Result<Self, ActusError> {
        let calendar = match contract.terms.text("calendar").as_deref() {
            None | Some("NC" | "NO") => contract.calendars.get("")?,
            Some("MF") => contract.calendars.get("WEEKENDS")?,
            Some(name) => contract.calendars.get(name)?,
        };
        let name = contract.terms.text("businessDayConvention");
        let (calculate_first, convention) = match name.as_deref() {
            None | Some("NOS" | "NULL") => (false, BusinessDay::Unadjusted),
            Some("SCF") => (false, BusinessDay::Following),
            Some("SCMF") => (false, BusinessDay::ModifiedFollowing),
            Some("SCP") => (false, BusinessDay::Preceding),
            Some("SCMP") => (false, BusinessDay::ModifiedPreceding),
            Some("CSF") => (true, BusinessDay::Following),
            Some("CSMF") => (true, BusinessDay::ModifiedFollowing),
            Some("CSP") => (true, BusinessDay::Preceding),
            Some("CSMP") => (true, BusinessDay::ModifiedPreceding),
            Some(other) => {
                return Err(unreadable(
                    "businessDayConvention",
                    other,
                    "NOS, SCF, SCMF, SCP, SCMP, CSF, CSMF, CSP or CSMP",
                ));
            }
        };
        Ok(Self { calendar, convention, calculate_first })
    }

    /// The moment as this contract moves it.
    pub(super) fn times(&self, at: Moment) -> Result<Times, ActusError> {
        let shown = at.on(self.convention.adjust(&self.calendar, at.date)?);
        let counted = if self.calculate_first { at } else { shown };
        Ok(Times { scheduled: at, shown, counted })
    }
}

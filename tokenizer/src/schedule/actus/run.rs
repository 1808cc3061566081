//! The agenda of a contract: what is planned, in the order in which it happens.

use super::cycle::{Cycle, moments};
use super::shift::{Shift, Times};
use super::{ActusError, Kind, MAX_EVENTS, Moment};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A planned event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) kind: Kind,
    pub(super) times: Times,
    /// What the plan itself fixes: a redemption, a rate, a spread.
    pub(super) amount: Option<Decimal>,
    /// To when interest is paid in advance.
    pub(super) until: Option<NaiveDate>,
    rank: u8,
}

/// Planned events, in the order in which they were planned.
#[derive(Debug, Clone, Default)]
pub(super) struct Agenda(Vec<Planned>);

/// The order of events at one moment, after the dictionary; the fixing of a payment follows the rate it uses.
const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::IED => 1,
        Kind::FP => 2,
        Kind::PR | Kind::PI => 3,
        Kind::PY => 6,
        Kind::PP => 7,
        Kind::IP => 8,
        Kind::IPCI => 9,
        Kind::RRF => 11,
        Kind::RR => 12,
        Kind::PRF => 13,
        Kind::DV => 14,
        Kind::PRD => 15,
        Kind::TD => 16,
        Kind::SC => 17,
        Kind::IPCB => 18,
        Kind::MD => 20,
        Kind::XD => 21,
        Kind::STD => 22,
        Kind::AD => 23,
    }
}

impl Planned {
    /// Maturity at a moment that the plan did not know.
    pub(super) const fn maturity(times: Times) -> Self {
        Self { kind: Kind::MD, times, amount: None, until: None, rank: rank(Kind::MD) }
    }
}

impl Agenda {
    pub(super) fn add(&mut self, kind: Kind, times: Times) {
        self.add_with(kind, times, None);
    }

    pub(super) fn add_with(&mut self, kind: Kind, times: Times, amount: Option<Decimal>) {
        self.0.push(Planned { kind, times, amount, until: None, rank: rank(kind) });
    }

    /// An event that happens once however often it is planned for one moment.
    pub(super) fn add_once(&mut self, kind: Kind, times: Times) {
        if !self.0.iter().any(|event| event.kind == kind && event.times.shown == times.shown) {
            self.add(kind, times);
        }
    }

    /// Interest that is paid in advance, when rate and base of the period that begins are set.
    pub(super) fn add_advance(&mut self, times: Times, until: NaiveDate) {
        let (kind, rank) = (Kind::IP, rank(Kind::IPCB) + 1);
        self.0.push(Planned { kind, times, amount: None, until: Some(until), rank });
    }

    /// An event after all others of its moment, in the order in which they are added.
    pub(super) fn add_last(&mut self, kind: Kind, times: Times) {
        self.0.push(Planned { kind, times, amount: None, until: None, rank: rank(Kind::AD) + 1 });
    }

    pub(super) fn add_all(&mut self, kind: Kind, at: &[Moment], shift: &Shift) -> Result<(), ActusError> {
        at.iter().try_for_each(|at| {
            self.add(kind, shift.times(*at)?);
            Ok(())
        })
    }

    /// What happens after `status` and until `to`, in order. Nothing follows a termination.
    pub(super) fn in_order(mut self, status: Moment, to: Option<Moment>) -> Result<Vec<Planned>, ActusError> {
        if self.0.len() > MAX_EVENTS {
            return Err(ActusError::TooManyEvents);
        }
        self.0.retain(|event| event.times.shown > status && to.is_none_or(|to| event.times.shown <= to));
        self.0.sort_by_key(|event| (event.times.shown, event.rank));
        if let Some(end) = self.0.iter().position(|event| event.kind == Kind::TD) {
            self.0.truncate(end + 1);
        }
        Ok(self.0)
    }
}

/// Where a cycle starts: at its anchor, else one cycle after `from`; nowhere when neither is given.
pub(super) fn start(
    anchor: Option<Moment>,
    cycle: Option<Cycle>,
    from: Moment,
) -> Result<Option<Moment>, ActusError> {
    match (anchor, cycle) {
        (Some(anchor), _) => Ok(Some(anchor)),
        (None, Some(cycle)) => cycle.period.after(from, 1).map(Some),
        (None, None) => Ok(None),
    }
}

/// The moments of a cycle that is named by two terms, before `end`.
pub(super) struct CycleTerms {
    pub(super) anchor: &'static str,
    pub(super) cycle: &'static str,
}

impl CycleTerms {
    pub(super) fn moments(
        &self,
        terms: &super::Terms,
        from: Moment,
        end: Moment,
    ) -> Result<Vec<Moment>, ActusError> {
        let cycle = terms.cycle(self.cycle)?;
        match start(terms.moment(self.anchor)?, cycle, from)? {
            Some(anchor) => moments(anchor, cycle, end, terms.month_ends()?),
            None => Ok(Vec::new()),
        }
    }
}

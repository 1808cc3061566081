//! Cycles such as `P1ML0` and the schedules they give.

use super::{ActusError, MAX_EVENTS, Moment, terms::unreadable};
use crate::calendar::Unit;
use crate::calendar::roll::{is_month_end, month_end, step};

/// A length of time: `P1M`, `P10D`, `P0D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    count: u16,
    unit: Unit,
}

/// A period that repeats; what is left at the end is a period of its own or makes the last one longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cycle {
    pub(super) period: Period,
    long_stub: bool,
}

impl Period {
    /// Reads `P1M`; a stub such as `L0` behind it is passed over.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, ActusError> {
        let bare = text.split_once('L').map_or(text, |(period, _)| period);
        Self::read(bare).ok_or_else(|| unreadable(name, text, "a period such as P1M"))
    }

    fn read(text: &str) -> Option<Self> {
        let (count, unit) = text.strip_prefix('P')?.split_at_checked(text.len().checked_sub(2)?)?;
        let (unit, times) = match unit {
            "D" => (Unit::Days, 1),
            "W" => (Unit::Weeks, 1),
            "M" => (Unit::Months, 1),
            "Q" => (Unit::Months, 3),
            "H" => (Unit::Months, 6),
            "Y" => (Unit::Years, 1),
            _ => return None,
        };
        Some(Self { count: count.parse::<u16>().ok()?.checked_mul(times)?, unit })
    }

    /// The moment `times` periods later.
    pub(super) fn after(self, start: Moment, times: i32) -> Result<Moment, ActusError> {
        let count = i32::from(self.count).checked_mul(times).ok_or(ActusError::TooManyEvents)?;
        Ok(start.on(step(start.date, (count, self.unit), false)?))
    }

    pub(super) const fn is_nothing(self) -> bool {
        self.count == 0
    }

    const fn in_months(self) -> bool {
        matches!(self.unit, Unit::Months | Unit::Years)
    }
}

impl Cycle {
    /// Reads `P1ML0` (long stub), `P1ML1` (short stub) or `P1M` (long stub).
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, ActusError> {
        let (period, stub) = text.split_once('L').unwrap_or((text, "0"));
        let limit = "a cycle such as P3ML1";
        let period = Period::read(period).filter(|period| !period.is_nothing());
        let period = period.ok_or_else(|| unreadable(name, text, limit))?;
        match stub {
            "0" => Ok(Self { period, long_stub: true }),
            "1" => Ok(Self { period, long_stub: false }),
            _ => Err(unreadable(name, text, limit)),
        }
    }

    /// The `times`-th moment of the cycle; with `month_ends`, from a month's end to a month's end.
    pub(super) fn nth(self, anchor: Moment, times: i32, month_ends: bool) -> Result<Moment, ActusError> {
        let moment = self.period.after(anchor, times)?;
        let at_end = month_ends && self.period.in_months() && is_month_end(anchor.date);
        Ok(if at_end { moment.on(month_end(moment.date)) } else { moment })
    }
}

/// The moments from `anchor` to before `end`; the last one falls away when it would leave a short stub and
/// the cycle wants a long one. Without a cycle it is the anchor alone.
pub(super) fn moments(
    anchor: Moment,
    cycle: Option<Cycle>,
    end: Moment,
    month_ends: bool,
) -> Result<Vec<Moment>, ActusError> {
    let Some(cycle) = cycle else {
        return Ok(if anchor < end { vec![anchor] } else { Vec::new() });
    };
    let mut moments = Vec::new();
    for times in 0.. {
        let moment = cycle.nth(anchor, times, month_ends)?;
        if moment >= end {
            if moment > end && cycle.long_stub && moments.len() > 1 {
                moments.pop();
            }
            break;
        }
        if moments.len() == MAX_EVENTS {
            return Err(ActusError::TooManyEvents);
        }
        moments.push(moment);
    }
    Ok(moments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(anchor: &str, cycle: &str, end: &str, month_ends: bool) -> Vec<String> {
        let at = |text| Moment::parse("to", text).unwrap();
        let cycle = Cycle::parse("cycle", cycle).unwrap();
        let moments = moments(at(anchor), Some(cycle), at(end), month_ends).unwrap();
        moments.iter().map(|moment| moment.date.to_string()).collect()
    }

    #[test]
    fn a_long_stub_swallows_the_last_date() {
        assert_eq!(
            dates("2013-09-01", "P1ML1", "2013-11-15", false),
            ["2013-09-01", "2013-10-01", "2013-11-01"]
        );
        assert_eq!(dates("2013-09-01", "P1ML0", "2013-11-15", false), ["2013-09-01", "2013-10-01"]);
        assert_eq!(dates("2013-09-01", "P1ML0", "2013-11-01", false), ["2013-09-01", "2013-10-01"]);
    }

    #[test]
    fn month_ends_follow_month_ends_only_when_asked() {
        assert_eq!(dates("2013-02-28", "P1ML0", "2013-05-01", true), ["2013-02-28", "2013-03-31"]);
        assert_eq!(
            dates("2013-01-31", "P1ML1", "2013-04-01", false),
            ["2013-01-31", "2013-02-28", "2013-03-31"]
        );
    }
}

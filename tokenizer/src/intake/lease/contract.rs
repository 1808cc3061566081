//! A lease as an ACTUS contract: an exotic linear amortizer (LAX) that redeems its rents by and by.
//!
//! The notional is all rent that falls due, exchanged the day before the lease begins, without interest. Rents that
//! follow each other in one amount are one anchor with a cycle; free months, days that are owed in part, and each
//! step of the escalator begin another one. The last rent is what is left at maturity.

use super::{Lease, RentDue};
use crate::calendar::roll::plus_months;
use chrono::{Days, NaiveDate};
use domain::{Invalid, Money};
use serde_json::{Value, json};

/// Rents in one amount, one period after the other.
struct Run {
    anchor: NaiveDate,
    amount: Money,
    count: u32,
}

impl Lease {
    /// The lease as a case that the schedules read, with a name of its own. With `until`, the lease ends on that day
    /// at the latest: when it is broken, or how far one without end is looked at.
    ///
    /// # Errors
    /// When the lease has no end and `until` says none, when no rent falls due, or as [`Lease::rent_due`].
    pub fn contract(&self, name: &str, until: Option<NaiveDate>) -> Result<Value, Invalid> {
        let lease = self.broken(until)?;
        let terms = lease.terms();
        let rents = lease.rent_due(terms.start, terms.end.unwrap_or(terms.start))?;
        let none = || Invalid::new("until", terms.start, "a day by which rent has fallen due");
        let (first, last) = (rents.first().ok_or_else(none)?, rents.last().ok_or_else(none)?);
        let total = rents.iter().try_fold(Money::new(0, first.amount.currency), |sum, rent| {
            sum.checked_add(rent.amount).map_err(|_| super::too_much(rent.rent))
        })?;
        let month_ends = terms.due_day == 31;
        let runs = lease.runs(&rents, month_ends)?;
        let before = |days| terms.start.checked_sub_days(Days::new(days)).unwrap_or(terms.start);
        let of = |value: &dyn Fn(&Run) -> String| runs.iter().map(value).collect::<Vec<_>>();
        Ok(json!({
            "identifier": name,
            "terms": {
                "contractType": "LAX",
                "contractID": name,
                "contractRole": "RPA",
                "currency": total.currency,
                "contractDealDate": midnight(before(2)),
                "statusDate": midnight(before(2)),
                "initialExchangeDate": midnight(before(1)),
                "maturityDate": midnight(last.due_date),
                "notionalPrincipal": total.amount_text(),
                "endOfMonthConvention": if month_ends { "EOM" } else { "SD" },
                "arrayCycleAnchorDateOfPrincipalRedemption": of(&|run| midnight(run.anchor)),
                "arrayCycleOfPrincipalRedemption": of(&|run| lease.cycle(run)),
                "arrayNextPrincipalRedemptionPayment": of(&|run| run.amount.amount_text()),
                "arrayIncreaseDecrease": of(&|_| "DEC".to_owned()),
            },
            "to": "",
            "dataObserved": {},
            "eventsObserved": [],
        }))
    }

    /// The same lease, ended by a day.
    fn broken(&self, until: Option<NaiveDate>) -> Result<Self, Invalid> {
        let mut terms = self.terms().clone();
        terms.end = match (terms.end, until) {
            (Some(end), Some(until)) => Some(end.min(until)),
            (end, until) => end.or(until),
        };
        if terms.end.is_none() {
            return Err(Invalid::new("until", "", "a day for a lease that has no end"));
        }
        Self::try_from(terms)
    }

    fn runs(&self, rents: &[RentDue], month_ends: bool) -> Result<Vec<Run>, Invalid> {
        let months = i64::from(self.terms().frequency.months());
        let mut runs: Vec<Run> = Vec::new();
        for rent in rents {
            if let Some(run) = runs.last_mut().filter(|run| run.amount == rent.amount) {
                let next = plus_months(run.anchor, months * i64::from(run.count), month_ends);
                if next.map_err(|_| super::beyond_calendar(run.anchor))? == rent.due_date {
                    run.count += 1;
                    continue;
                }
            }
            runs.push(Run { anchor: rent.due_date, amount: rent.amount, count: 1 });
        }
        Ok(runs)
    }

    /// The cycle of a run. A rent by itself gets one that leads past the next: its own might not (28 February, then
    /// 30 March).
    fn cycle(&self, run: &Run) -> String {
        let months = self.terms().frequency.months();
        format!("P{}ML1", if run.count == 1 { 2 * months } else { months })
    }
}

fn midnight(date: NaiveDate) -> String {
    format!("{date}T00:00:00")
}

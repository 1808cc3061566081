//! Interest in advance (`cyclePointOfInterestPayment` B): each period's interest is paid when the period begins.
//!
//! What is paid for time to come stands as negative accrued interest and is used up day by day. Where the rate or
//! the notional changes meanwhile, what is left over at the period's end is settled with the next payment.

use super::figure::{minus, share, times};
use super::loan::Loan;
use super::run::{Agenda, Planned};
use super::shift::Times;
use super::terms::unreadable;
use super::{ActusError, Contract, Moment};
use rust_decimal::Decimal;

/// Whether interest is paid at the beginning of its period.
pub(super) fn is_agreed(contract: &Contract) -> Result<bool, ActusError> {
    let terms = contract.terms;
    let refused = |limit| Err(unreadable("cyclePointOfInterestPayment", "B", limit));
    match terms.text("cyclePointOfInterestPayment").as_deref() {
        None | Some("E") => Ok(false),
        Some("B") if !matches!(terms.needed("contractType")?.as_ref(), "PAM" | "LAM") => {
            refused("E, as for all contracts but PAM and LAM")
        }
        Some("B") if terms.text("capitalizationEndDate").is_some() => {
            refused("E, where interest is capitalized")
        }
        Some("B") => Ok(true),
        Some(other) => Err(unreadable("cyclePointOfInterestPayment", other, "B or E")),
    }
}

/// Payments at the beginning of every period: at the exchange, and on the interest dates before `end`.
pub(super) fn plan(
    agenda: &mut Agenda,
    loan: &mut Loan,
    interest: &[Moment],
    end: Times,
) -> Result<(), ActusError> {
    let mut starts = vec![Times::fixed(loan.exchange)];
    for at in interest.iter().filter(|at| **at > loan.exchange) {
        starts.push(loan.shift.times(*at)?);
    }
    let ends = starts.iter().skip(1).chain([&end]);
    for (start, end) in starts.iter().zip(ends) {
        agenda.add_advance(*start, end.counted.counted());
        if start.shown <= loan.status && end.shown > loan.status {
            bring_paid(loan, (*start, *end))?;
        }
    }
    Ok(())
}

/// A contract that runs already and says nothing of accrued interest brings what is paid for time to come.
fn bring_paid(loan: &mut Loan, (start, end): (Times, Times)) -> Result<(), ActusError> {
    if loan.contract.terms.text("accruedInterest").is_some() {
        return Ok(());
    }
    let yearly = times(loan.state.base, loan.state.rate)?;
    let from = start.counted.counted();
    let earned = share(yearly, loan.year_fraction(from, loan.status.counted())?)?;
    let paid = share(yearly, loan.year_fraction(from, end.counted.counted())?)?;
    loan.state.accrued = minus(earned, paid)?;
    Ok(())
}

impl Loan<'_> {
    /// Pays what is owed and the interest until the period ends.
    pub(super) fn pay_interest(&mut self, event: &Planned) -> Result<(&'static str, Decimal), ActusError> {
        let Some(until) = event.until else {
            let paid = times(self.state.interest_scale, std::mem::take(&mut self.state.accrued))?;
            return Ok(("Isc*(Ipac + y*Ipnr*Ipcb)", paid));
        };
        let part = self.year_fraction(event.times.counted.counted(), until)?;
        let ahead: Decimal = share(times(self.state.base, self.state.rate)?, part)?;
        let owed = std::mem::replace(&mut self.state.accrued, -ahead);
        let paid = times(self.state.interest_scale, super::figure::plus(owed, ahead)?)?;
        Ok(("Isc*(Ipac + y*Ipnr*Ipcb + Y(t, next)*Ipnr*Ipcb)", paid))
    }
}

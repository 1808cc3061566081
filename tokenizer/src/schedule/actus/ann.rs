//! ANN: an annuity, whose level payment is given or found, and found again when the rate changes.

use super::lam::{Maturity, PRINCIPAL, anchor, computed_with_interest};
use super::loan::{Loan, Redemption};
use super::nam::plan;
use super::pam::{cycle_from, finish};
use super::run::Agenda;
use super::shift::Times;
use super::{ActusError, Contract, Event, Kind, Moment};

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let terms = contract.terms;
    let mut loan = Loan::new(contract)?;
    loan.redemption = Redemption::Total;
    let anchor = anchor(&loan)?;
    let amortized = terms.moment("amortizationDate")?;
    let maturity = match loan.maturity.or(amortized) {
        Some(at) => Maturity { nominal: at, times: Times::fixed(at) },
        None => {
            terms.needed("nextPrincipalRedemptionPayment")?;
            computed_with_interest(&loan, anchor)?
        }
    };
    loan.maturity = Some(maturity.nominal);
    loan.annuity_dates = annuity_dates(&loan, anchor, amortized, maturity)?;
    let mut agenda = Agenda::default();
    let resets = plan(&mut agenda, &mut loan, anchor, maturity)?;
    agenda.add_all(Kind::PRF, &resets, &loan.shift)?;
    if terms.text("nextPrincipalRedemptionPayment").is_none() {
        plan_fixing(&mut agenda, &mut loan, anchor)?;
    }
    finish(agenda, loan)
}

/// The dates of payment up to the date on which nothing would be left, which may be after maturity.
fn annuity_dates(
    loan: &Loan,
    anchor: Moment,
    amortized: Option<Moment>,
    maturity: Maturity,
) -> Result<Vec<chrono::NaiveDate>, ActusError> {
    let end = amortized.unwrap_or(maturity.nominal);
    let last = if amortized.is_some() { Times::fixed(end) } else { maturity.times };
    let mut dates = Vec::new();
    for at in cycle_from(loan, anchor, PRINCIPAL.cycle, end)? {
        dates.push(loan.shift.times(at)?.counted.counted());
    }
    dates.push(last.counted.counted());
    Ok(dates)
}

/// The payment is fixed the day before it is first due, or at once when that day has passed.
fn plan_fixing(agenda: &mut Agenda, loan: &mut Loan, anchor: Moment) -> Result<(), ActusError> {
    let fixing = anchor.plus_days(-1)?;
    if fixing > loan.status && fixing >= loan.exchange {
        agenda.add(Kind::PRF, Times::fixed(fixing));
    } else if loan.exchange > loan.status {
        let at_exchange = super::State {
            notional: super::figure::times(loan.sign, loan.notional)?,
            rate: loan.rate.unwrap_or_default(),
            ..loan.state
        };
        let before = std::mem::replace(&mut loan.state, at_exchange);
        loan.fix_payment(loan.exchange.counted(), true)?;
        loan.state = super::State { payment: loan.state.payment, ..before };
    } else {
        loan.fix_payment(loan.status.counted(), false)?;
    }
    Ok(())
}

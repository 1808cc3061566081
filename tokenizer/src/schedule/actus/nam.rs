//! NAM: a negative amortizer, whose payments cover interest first and may let the notional grow.

use super::lam::{Maturity, PRINCIPAL, anchor, computed_with_interest, plan_base};
use super::loan::{Loan, Redemption};
use super::pam::{INTEREST, cycle_from, finish, plan_common, plan_interest, plan_resets};
use super::run::Agenda;
use super::shift::Times;
use super::{ActusError, Contract, Event, Kind, Moment};

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let mut loan = Loan::new(contract)?;
    loan.redemption = Redemption::Total;
    contract.terms.needed("nextPrincipalRedemptionPayment")?;
    let anchor = anchor(&loan)?;
    let maturity = match loan.maturity {
        Some(at) => Maturity { nominal: at, times: Times::fixed(at) },
        None => computed_with_interest(&loan, anchor)?,
    };
    loan.maturity = Some(maturity.nominal);
    let mut agenda = Agenda::default();
    plan(&mut agenda, &mut loan, anchor, maturity)?;
    finish(agenda, loan)
}

/// Principal with interest on the same dates, interest alone before the first of them. The moments of the
/// rate resets are given back.
pub(super) fn plan(
    agenda: &mut Agenda,
    loan: &mut Loan,
    anchor: Moment,
    maturity: Maturity,
) -> Result<Vec<Moment>, ActusError> {
    let redemptions = cycle_from(loan, anchor, PRINCIPAL.cycle, maturity.nominal)?;
    agenda.add_all(Kind::PR, &redemptions, &loan.shift)?;
    let mut interest = INTEREST.moments(loan.contract.terms, loan.exchange, maturity.nominal)?;
    interest.retain(|at| *at < anchor);
    interest.extend(&redemptions);
    plan_interest(agenda, loan, &interest, maturity.times)?;
    let resets = plan_resets(agenda, loan, maturity.nominal)?;
    plan_base(agenda, loan, maturity.nominal)?;
    plan_common(agenda, loan, maturity.nominal)?;
    agenda.add(Kind::MD, maturity.times);
    Ok(resets)
}

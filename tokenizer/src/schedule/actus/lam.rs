//! LAM: a linear amortizer, with level payments of principal and interest beside them.

use super::figure::{over, share, times};
use super::loan::Loan;
use super::pam::{INTEREST, cycle_from, finish, plan_common, plan_interest, plan_resets};
use super::run::{Agenda, CycleTerms, start};
use super::shift::Times;
use super::{ActusError, Contract, Event, Kind, Moment};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// Terms of the principal schedule.
pub(super) const PRINCIPAL: CycleTerms =
    CycleTerms { anchor: "cycleAnchorDateOfPrincipalRedemption", cycle: "cycleOfPrincipalRedemption" };
const BASE: CycleTerms = CycleTerms {
    anchor: "cycleAnchorDateOfInterestCalculationBase",
    cycle: "cycleOfInterestCalculationBase",
};

/// When principal is redeemed for the last time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maturity {
    /// As the terms or the cycle give it; schedules run to it.
    pub(super) nominal: Moment,
    /// As it happens: a date that follows from a cycle moves to a business day, one that is agreed does not.
    pub(super) times: Times,
}

pub(super) fn events(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    let mut loan = Loan::new(contract)?;
    let anchor = anchor(&loan)?;
    let maturity = match loan.maturity {
        Some(at) => Maturity { nominal: at, times: Times::fixed(at) },
        None => {
            let payment = loan.state.payment;
            let count = payments_needed(loan.notional, payment)?;
            computed(&loan, anchor, count)?
        }
    };
    loan.maturity = Some(maturity.nominal);
    let redemptions = cycle_from(&loan, anchor, PRINCIPAL.cycle, maturity.nominal)?;
    if contract.terms.text("nextPrincipalRedemptionPayment").is_none() {
        loan.state.payment = over(loan.notional, Decimal::from(redemptions.len() + 1))?;
    }
    let mut agenda = Agenda::default();
    agenda.add_all(Kind::PR, &redemptions, &loan.shift)?;
    if loan.rate.is_some() {
        let interest = INTEREST.moments(contract.terms, loan.exchange, maturity.nominal)?;
        plan_interest(&mut agenda, &mut loan, &interest, maturity.times)?;
        plan_resets(&mut agenda, &loan, maturity.nominal)?;
    }
    plan_base(&mut agenda, &loan, maturity.nominal)?;
    plan_common(&mut agenda, &loan, maturity.nominal)?;
    agenda.add(Kind::MD, maturity.times);
    finish(agenda, loan)
}

/// The first redemption of principal.
pub(super) fn anchor(loan: &Loan) -> Result<Moment, ActusError> {
    let terms = loan.contract.terms;
    let anchor = start(terms.moment(PRINCIPAL.anchor)?, terms.cycle(PRINCIPAL.cycle)?, loan.exchange)?;
    anchor.ok_or(ActusError::Missing("cycleAnchorDateOfPrincipalRedemption"))
}

/// Fixings of the interest calculation base, when interest lags behind the notional.
pub(super) fn plan_base(agenda: &mut Agenda, loan: &Loan, end: Moment) -> Result<(), ActusError> {
    let terms = loan.contract.terms;
    if terms.text("interestCalculationBase").as_deref() == Some("NTL") {
        agenda.add_all(Kind::IPCB, &BASE.moments(terms, loan.exchange, end)?, &loan.shift)?;
    }
    Ok(())
}

/// How many payments redeem a notional.
fn payments_needed(notional: Decimal, payment: Decimal) -> Result<i32, ActusError> {
    if payment <= Decimal::ZERO {
        return Err(ActusError::NeverRedeemed);
    }
    over(notional, payment)?.ceil().to_i32().ok_or(ActusError::TooManyEvents)
}

/// The last of `count` redemptions after the status date, none of them before the exchange.
fn computed(loan: &Loan, anchor: Moment, count: i32) -> Result<Maturity, ActusError> {
    let terms = loan.contract.terms;
    let cycle = terms.cycle(PRINCIPAL.cycle)?.ok_or(ActusError::Missing("cycleOfPrincipalRedemption"))?;
    let month_ends = terms.month_ends()?;
    let mut passed = 0;
    while loan.is_passed(cycle.nth(anchor, passed, month_ends)?) {
        passed += 1;
    }
    let last = passed.checked_add(count - 1).ok_or(ActusError::TooManyEvents)?;
    let nominal = cycle.nth(anchor, last, month_ends)?;
    Ok(Maturity { nominal, times: loan.shift.times(nominal)? })
}

/// The maturity of a contract whose payments cover interest first: as many payments as the notional needs
/// when each redeems what the first one leaves after interest.
pub(super) fn computed_with_interest(loan: &Loan, anchor: Moment) -> Result<Maturity, ActusError> {
    let terms = loan.contract.terms;
    let cycle = terms.cycle(PRINCIPAL.cycle)?.ok_or(ActusError::Missing("cycleOfPrincipalRedemption"))?;
    let before = cycle.nth(anchor, -1, terms.month_ends()?)?;
    let part = loan.year_fraction(before.counted(), anchor.counted())?;
    let interest = share(times(loan.notional, loan.rate.unwrap_or_default())?, part)?;
    let redeemed = super::figure::minus(loan.state.payment, interest)?;
    computed(loan, anchor, payments_needed(loan.notional, redeemed)?)
}

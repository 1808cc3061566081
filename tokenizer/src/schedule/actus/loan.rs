//! What all contracts with a notional and interest have in common: their state and how events change it.

use super::figure::{minus, over, plus, share, times};
use super::prepay::Prepaid;
use super::run::Planned;
use super::shift::{Shift, Times};
use super::{ActusError, Contract, Event, Explanation, Kind, Moment, State};
use crate::day_count::{Context, DayCount, Ratio};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The most dates that are gone through to fix the payments of one annuity: each of 1,200 months reset in turn.
/// Without a limit, a daily annuity with daily resets would take minutes.
const MAX_ANNUITY_STEPS: usize = 1_200 * 1_200;

/// What a principal payment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redemption {
    /// Principal alone; interest is paid beside it.
    Principal,
    /// Interest first, and principal with what is left.
    Total,
}

/// What interest is counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// The notional outstanding.
    Outstanding,
    /// The notional as it was exchanged.
    AtExchange,
    /// The notional as of the last fixing.
    Lagged,
}

/// A contract with a notional and interest, as it stands.
pub(super) struct Loan<'a> {
    pub(super) contract: &'a Contract<'a>,
    pub(super) sign: Decimal,
    pub(super) notional: Decimal,
    pub(super) rate: Option<Decimal>,
    pub(super) day_count: DayCount,
    pub(super) shift: Shift,
    pub(super) status: Moment,
    pub(super) exchange: Moment,
    pub(super) maturity: Option<Moment>,
    pub(super) redemption: Redemption,
    /// The dates on which the annuity is paid, the last one included.
    pub(super) annuity_dates: Vec<NaiveDate>,
    pub(super) state: State,
    pub(super) prepaid: Prepaid,
    base: Base,
    fee_rate: Decimal,
    absolute_fee: bool,
    since: NaiveDate,
    steps: usize,
}

impl<'a> Loan<'a> {
    pub(super) fn new(contract: &'a Contract<'a>) -> Result<Self, ActusError> {
        let terms = contract.terms;
        let status = terms.needed_moment("statusDate")?;
        let exchange = terms.needed_moment("initialExchangeDate")?;
        let base = match terms.text("interestCalculationBase").as_deref() {
            None | Some("NT") => Base::Outstanding,
            // A position that began before its status date brings a base that follows its notional, as the
            // official cases have it; one that begins later keeps what it was exchanged at.
            Some("NTIED") if exchange <= status => Base::Outstanding,
            Some("NTIED") => Base::AtExchange,
            Some("NTL") => Base::Lagged,
            Some(other) => {
                return Err(super::terms::unreadable("interestCalculationBase", other, "NT, NTIED or NTL"));
            }
        };
        let maturity = terms.moment("maturityDate")?;
        if let Some(maturity) = maturity.filter(|maturity| *maturity <= exchange) {
            let limit = "a time after initialExchangeDate";
            return Err(super::terms::unreadable("maturityDate", &maturity.to_string(), limit));
        }
        let rate = terms.decimal("nominalInterestRate")?;
        let mut loan = Self {
            contract,
            sign: terms.sign()?,
            notional: terms.needed_decimal("notionalPrincipal")?,
            rate,
            day_count: if rate.is_some() { terms.day_count()? } else { DayCount::Act365Fixed },
            shift: Shift::of(contract)?,
            status,
            exchange,
            maturity,
            redemption: Redemption::Principal,
            annuity_dates: Vec::new(),
            state: State {
                principal_scale: terms.decimal("notionalScalingMultiplier")?.unwrap_or(Decimal::ONE),
                interest_scale: terms.decimal("interestScalingMultiplier")?.unwrap_or(Decimal::ONE),
                payment: terms.decimal_or_zero("nextPrincipalRedemptionPayment")?,
                ..State::default()
            },
            prepaid: Prepaid::of(contract)?,
            base,
            fee_rate: terms.decimal_or_zero("feeRate")?,
            absolute_fee: terms.text("feeBasis").as_deref() != Some("N"),
            since: status.counted(),
            steps: 0,
        };
        if exchange <= status {
            loan.exchange()?;
            loan.state.fees = terms.decimal_or_zero("feeAccrued")?;
        }
        Ok(loan)
    }

    /// Whether a redemption at this time is over, or finds nothing to redeem yet.
    pub(super) fn is_passed(&self, at: Moment) -> bool {
        at <= self.status || at < self.exchange
    }

    /// The notional comes into being.
    fn exchange(&mut self) -> Result<(), ActusError> {
        let terms = self.contract.terms;
        let amount =
            terms.decimal("interestCalculationBaseAmount")?.filter(|_| self.base != Base::Outstanding);
        self.state.notional = times(self.sign, self.notional)?;
        self.state.base = times(self.sign, amount.unwrap_or(self.notional))?;
        self.state.rate = self.rate.unwrap_or_default();
        self.state.accrued = match terms.decimal("accruedInterest")? {
            Some(accrued) => times(self.sign, accrued)?,
            None => self.accrued_since_anchor()?,
        };
        Ok(())
    }

    /// Interest between an anchor that lies before the exchange and the exchange.
    fn accrued_since_anchor(&self) -> Result<Decimal, ActusError> {
        let anchor = self.contract.terms.moment("cycleAnchorDateOfInterestPayment")?;
        let Some(anchor) = anchor.filter(|anchor| *anchor < self.exchange && self.exchange > self.status)
        else {
            return Ok(Decimal::ZERO);
        };
        let part = self.year_fraction(anchor.counted(), self.exchange.counted())?;
        Ok(share(times(self.state.notional, self.state.rate)?, part)?)
    }

    /// A contract that runs already and says nothing of accrued interest brings what has accrued since its
    /// last interest date.
    pub(super) fn bring_accrued(&mut self, interest: &[Moment]) -> Result<(), ActusError> {
        let told = self.contract.terms.text("accruedInterest").is_some();
        let last = interest.iter().filter(|at| **at <= self.status).max();
        let Some(last) = last.filter(|_| !told && self.exchange <= self.status) else { return Ok(()) };
        let from = self.shift.times(*last)?.counted.counted();
        let part = self.year_fraction(from, self.status.counted())?;
        self.state.accrued = share(times(self.state.base, self.state.rate)?, part)?;
        Ok(())
    }

    /// The part of a year between two dates as this contract counts.
    pub(super) fn year_fraction(&self, from: NaiveDate, to: NaiveDate) -> Result<Ratio, ActusError> {
        let maturity = self.maturity.map(Moment::counted);
        let context = Context { maturity, calendar: Some(&self.shift.calendar), regular: None };
        Ok(self.day_count.year_fraction(from, to, &context)?)
    }

    /// Lets the planned events happen, and keeps those from the purchase on.
    pub(super) fn run(mut self, planned: Vec<Planned>) -> Result<Vec<Event>, ActusError> {
        let currency = self.contract.terms.text("currency").unwrap_or_default().into_owned();
        let mut events = Vec::with_capacity(planned.len());
        let mut over = None;
        for event in planned {
            if over.is_some_and(|over: Times| event.times.shown > over.shown) {
                break;
            }
            if event.kind == Kind::PRD {
                events.clear();
            }
            events.push(self.happen(&event, &currency)?);
            if self.prepaid.ends_with(event.kind, self.state.notional) {
                over = Some(event.times);
            }
        }
        let ends = |event: &Event| matches!(event.kind, Kind::MD | Kind::TD);
        if let Some(times) = over.filter(|_| !events.last().is_some_and(ends)) {
            events.push(self.happen(&Planned::maturity(times), &currency)?);
        }
        Ok(events)
    }

    fn happen(&mut self, event: &Planned, currency: &str) -> Result<Event, ActusError> {
        let before = self.state;
        let (from, to) = (self.since, event.times.counted.counted());
        let year_fraction = self.accrue(to)?;
        let (formula, payoff) = self.apply(event, year_fraction)?;
        let day_count = self.rate.map(|_| self.day_count);
        let exchange_rate = None;
        Ok(Event {
            at: event.times.shown,
            kind: event.kind,
            payoff,
            currency: currency.to_owned(),
            after: self.state,
            explanation: Explanation { formula, from, to, day_count, year_fraction, before, exchange_rate },
        })
    }

    /// Counts interest and fees up to a date.
    pub(super) fn accrue(&mut self, to: NaiveDate) -> Result<Ratio, ActusError> {
        if self.since == to {
            return Ok(Ratio::ZERO);
        }
        let part = self.year_fraction(self.since, to)?;
        let interest = share(times(self.state.base, self.state.rate)?, part)?;
        self.state.accrued = plus(self.state.accrued, interest)?;
        if !self.absolute_fee {
            let fee = share(times(self.state.notional, self.fee_rate)?, part)?;
            self.state.fees = plus(self.state.fees, fee)?;
        }
        self.since = to;
        Ok(part)
    }

    /// What the event pays, by which formula, and what it changes. Interest is counted already, for this part of
    /// a year.
    fn apply(&mut self, event: &Planned, part: Ratio) -> Result<(&'static str, Decimal), ActusError> {
        let terms = self.contract.terms;
        let nothing = Decimal::ZERO;
        match event.kind {
            Kind::IED => {
                self.exchange()?;
                let discount = terms.decimal_or_zero("premiumDiscountAtIED")?;
                Ok(("-R*(NT + PDIED)", times(-self.sign, plus(self.notional, discount)?)?))
            }
            Kind::PR => self.redeem(event.amount),
            Kind::PI => {
                let amount = times(self.sign, event.amount.unwrap_or_default())?;
                self.set_notional(plus(self.state.notional, amount)?);
                Ok(("-R*increase", -amount))
            }
            Kind::PP => self.prepay(event),
            Kind::PY => self.penalty(event, part),
            Kind::IP => self.pay_interest(event),
            Kind::IPCI => {
                self.set_notional(plus(self.state.notional, self.state.accrued)?);
                self.state.accrued = nothing;
                Ok(("Nt = Nt + Ipac + y*Ipnr*Ipcb", nothing))
            }
            Kind::IPCB => {
                self.state.base = self.state.notional;
                Ok(("Ipcb = Nt", nothing))
            }
            Kind::RRF => {
                self.state.rate = event.amount.unwrap_or_default();
                Ok(("Ipnr = RRNXT", nothing))
            }
            Kind::RR => self.reset(event),
            Kind::PRF => {
                self.fix_payment(event.times.counted.counted(), false)?;
                Ok(("Prnxt: redeems Nt and Ipac in level payments over the annuity dates", nothing))
            }
            Kind::FP => self.pay_fee(),
            Kind::SC => self.scale(event.times.scheduled),
            Kind::PRD => {
                let price = plus(terms.needed_decimal("priceAtPurchaseDate")?, self.state.accrued)?;
                Ok(("-R*(PPRD + Ipac + y*Ipnr*Ipcb)", times(-self.sign, price)?))
            }
            Kind::TD => {
                let price = plus(terms.needed_decimal("priceAtTerminationDate")?, self.state.accrued)?;
                self.end();
                Ok(("R*(PTD + Ipac + y*Ipnr*Ipcb)", times(self.sign, price)?))
            }
            Kind::MD | Kind::STD => {
                let principal = times(self.state.principal_scale, self.state.notional)?;
                let interest = times(self.state.interest_scale, self.state.accrued)?;
                let paid = plus(plus(principal, interest)?, self.state.fees)?;
                self.end();
                Ok(("Nsc*Nt + Isc*Ipac + Feac", paid))
            }
            Kind::AD | Kind::DV | Kind::XD => Ok(("Ipac = Ipac + y*Ipnr*Ipcb", nothing)),
        }
    }

    fn end(&mut self) {
        self.state = State { rate: self.state.rate, payment: self.state.payment, ..State::default() };
    }

    pub(super) fn set_notional(&mut self, notional: Decimal) {
        self.state.notional = notional;
        if self.base == Base::Outstanding {
            self.state.base = notional;
        }
    }

    /// Never more is redeemed than is outstanding.
    fn redeem(&mut self, fixed: Option<Decimal>) -> Result<(&'static str, Decimal), ActusError> {
        let payment = match fixed {
            Some(fixed) => times(fixed, self.prepaid.left)?,
            None => self.state.payment,
        };
        let (formula, wanted) = match self.redemption {
            Redemption::Principal => ("R*Nsc*min(Prnxt, |Nt|)", payment),
            Redemption::Total => {
                let interest = times(self.sign, self.state.accrued)?;
                ("R*Nsc*min(Prnxt - Ipac - y*Ipnr*Ipcb, |Nt|)", minus(payment, interest)?)
            }
        };
        let redeemed = times(self.sign, wanted.min(times(self.sign, self.state.notional)?))?;
        self.set_notional(minus(self.state.notional, redeemed)?);
        Ok((formula, times(self.state.principal_scale, redeemed)?))
    }

    /// The observed rate with multiplier and spread, within the bounds of the period and of the life.
    fn reset(&mut self, event: &Planned) -> Result<(&'static str, Decimal), ActusError> {
        let terms = self.contract.terms;
        let code = terms.needed("marketObjectCodeOfRateReset")?;
        let observed = self.contract.market.at(&code, event.times.scheduled)?;
        let spread = match event.amount {
            Some(spread) => spread,
            None => terms.decimal_or_zero("rateSpread")?,
        };
        let multiplier = terms.decimal("rateMultiplier")?.unwrap_or(Decimal::ONE);
        let mut change = minus(plus(times(observed, multiplier)?, spread)?, self.state.rate)?;
        if let Some(floor) = terms.decimal("periodFloor")? {
            change = change.max(floor);
        }
        if let Some(cap) = terms.decimal("periodCap")? {
            change = change.min(cap);
        }
        let mut rate = plus(self.state.rate, change)?;
        if let Some(floor) = terms.decimal("lifeFloor")? {
            rate = rate.max(floor);
        }
        if let Some(cap) = terms.decimal("lifeCap")? {
            rate = rate.min(cap);
        }
        self.state.rate = rate;
        Ok(("Ipnr = min(max(Ipnr + min(max(O*RRMLT + RRSP - Ipnr, RRPF), RRPC), RRLF), RRLC)", Decimal::ZERO))
    }

    fn pay_fee(&mut self) -> Result<(&'static str, Decimal), ActusError> {
        if self.absolute_fee {
            return Ok(("R*FER", times(self.sign, self.fee_rate)?));
        }
        Ok(("Feac + y*Nt*FER", std::mem::take(&mut self.state.fees)))
    }

    fn scale(&mut self, at: Moment) -> Result<(&'static str, Decimal), ActusError> {
        let terms = self.contract.terms;
        let index = self.contract.market.at(&terms.needed("marketObjectCodeOfScalingIndex")?, at)?;
        let factor = over(index, terms.needed_decimal("scalingIndexAtContractDealDate")?)?;
        let of = |name| Ok::<_, ActusError>(times(factor, terms.decimal(name)?.unwrap_or(Decimal::ONE))?);
        let effect = terms.text("scalingEffect").unwrap_or_default();
        if effect.contains('I') {
            self.state.interest_scale = of("interestScalingMultiplier")?;
        }
        if effect.contains('N') {
            self.state.principal_scale = of("notionalScalingMultiplier")?;
        }
        Ok(("Isc, Nsc = O/SCCDD", Decimal::ZERO))
    }

    /// The level payment that redeems notional and accrued interest over the annuity dates after `from`,
    /// or from it on when `included`.
    pub(super) fn fix_payment(&mut self, from: NaiveDate, included: bool) -> Result<(), ActusError> {
        self.steps += self.annuity_dates.len();
        if self.steps > MAX_ANNUITY_STEPS {
            return Err(ActusError::TooManyEvents);
        }
        let mut value = times(self.sign, self.state.notional)?;
        // What has accrued is paid with the first payment and earns nothing until then.
        let mut accrued = times(self.sign, self.state.accrued)?;
        let mut payments = Decimal::ZERO;
        let mut last = from;
        for position in 0..self.annuity_dates.len() {
            let date = self.annuity_dates[position];
            if date < from || (date == from && !included) {
                continue;
            }
            let interest = share(self.state.rate, self.year_fraction(last, date)?)?;
            let growth = plus(Decimal::ONE, interest)?;
            value = plus(times(value, growth)?, std::mem::take(&mut accrued))?;
            payments = plus(times(payments, growth)?, Decimal::ONE)?;
            last = date;
        }
        if !payments.is_zero() {
            self.state.payment = over(value, payments)?;
        }
        Ok(())
    }
}

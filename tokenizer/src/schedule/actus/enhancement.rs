//! CEG and CEC: a guarantee, and collateral, that cover other contracts and are exercised by a credit event.

use super::csh::plain;
use super::figure::{over, plus, share, times};
use super::run::{Agenda, CycleTerms, Planned};
use super::shift::{Shift, Times};
use super::state::Exercise;
use super::terms::{Reference, unreadable};
use super::{ActusError, Contract, Event, Kind, Moment, State, market};
use crate::day_count::Context;
use rust_decimal::Decimal;

const FEE: CycleTerms = CycleTerms { anchor: "cycleAnchorDateOfFee", cycle: "cycleOfFee" };

/// The most contracts that one covers: each is run through its whole life.
const MAX_COVERED: usize = 1_000;

/// What of a covered contract is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exposure {
    Notional,
    NotionalAndInterest,
    MarketValue,
}

struct Cover<'a> {
    contract: &'a Contract<'a>,
    sign: Decimal,
    coverage: Decimal,
    exposure: Exposure,
    covered: Vec<Reference>,
    covering: Vec<Reference>,
    status: Moment,
    maturity: Moment,
    exercised: Option<Moment>,
}

/// CEG: what is covered is guaranteed, for a fee.
pub(super) fn guarantee(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    Cover::new(contract)?.events()
}

/// CEC: what is covered is secured by the value of other contracts.
pub(super) fn collateral(contract: &Contract) -> Result<Vec<Event>, ActusError> {
    Cover::new(contract)?.events()
}

impl<'a> Cover<'a> {
    fn new(contract: &'a Contract<'a>) -> Result<Self, ActusError> {
        let terms = contract.terms;
        let exposure = match terms.text("guaranteedExposure").as_deref() {
            None | Some("NO") => Exposure::Notional,
            Some("NI") => Exposure::NotionalAndInterest,
            Some("MV") => Exposure::MarketValue,
            Some(other) => return Err(unreadable("guaranteedExposure", other, "NO, NI or MV")),
        };
        let covered = terms.referred("COVE");
        if covered.len() > MAX_COVERED {
            return Err(unreadable(
                "contractStructure",
                &covered.len().to_string(),
                "at most 1000 covered contracts",
            ));
        }
        let mut cover = Self {
            contract,
            sign: terms.sign()?,
            coverage: terms.decimal("coverageOfCreditEnhancement")?.unwrap_or(Decimal::ONE),
            exposure,
            maturity: maturity(contract, &covered)?,
            covered,
            covering: terms.referred("COVI"),
            status: terms.needed_moment("statusDate")?,
            exercised: None,
        };
        cover.exercised = cover.exercise()?;
        Ok(cover)
    }

    /// The first credit event of a covered contract that is of a covered kind and not after maturity.
    fn exercise(&self) -> Result<Option<Moment>, ActusError> {
        market::only(self.contract.observed, &["CE"])?;
        let kinds = self.contract.terms.list("creditEventTypeCovered", |_, text| Ok(text.to_owned()))?;
        let mut first = None;
        for event in self.contract.observed {
            let at = event.at()?;
            let performance = event.states.get("contractPerformance").map(super::terms::Text::text);
            let of_kind = match performance {
                Some(performance) if kinds.is_empty() => performance == "DF",
                Some(performance) => kinds.iter().any(|kind| *kind == performance),
                None => false,
            };
            let covered = self.covered.iter().any(|covered| covered.id == event.contract_id);
            if of_kind && covered && at <= self.maturity && first.is_none_or(|first| at < first) {
                first = Some(at);
            }
        }
        Ok(first)
    }

    fn events(&self) -> Result<Vec<Event>, ActusError> {
        let terms = self.contract.terms;
        let shift = Shift::of(self.contract)?;
        let mut agenda = Agenda::default();
        if let Some(at) = terms.moment("purchaseDate")? {
            agenda.add(Kind::PRD, Times::fixed(at));
        }
        let end = self.exercised.unwrap_or(self.maturity);
        if terms.decimal("feeRate")?.is_some_and(|rate| !rate.is_zero()) {
            let from = terms.moment("purchaseDate")?.unwrap_or(self.status);
            let mut fees = FEE.moments(terms, from, self.maturity)?;
            fees.retain(|at| *at < end);
            agenda.add_all(Kind::FP, &fees, &shift)?;
        }
        match self.exercised {
            None => agenda.add(Kind::MD, Times::fixed(self.maturity)),
            Some(at) => {
                agenda.add(Kind::XD, Times::fixed(at));
                let settled = match terms.period("settlementPeriod")? {
                    Some(period) => period.after(at, 1)?,
                    None => at,
                };
                agenda.add(Kind::STD, shift.times(settled)?);
            }
        }
        self.run(agenda, &shift)
    }

    fn run(&self, agenda: Agenda, shift: &Shift) -> Result<Vec<Event>, ActusError> {
        let terms = self.contract.terms;
        let mut state = State { exercise: Some(Exercise::default()), ..State::default() };
        let mut last_fee = self.status;
        let mut events = Vec::new();
        let planned = agenda.in_order(self.status, self.contract.to)?;
        let exposed = self.exposed(&planned)?;
        for (event, exposed) in planned.iter().zip(exposed) {
            let at = event.times.shown;
            let paid = match event.kind {
                Kind::PRD => {
                    events.clear();
                    state.notional = exposed;
                    let price = terms.needed_decimal("priceAtPurchaseDate")?;
                    (times(-self.sign, price)?, "-R*PPRD")
                }
                Kind::FP => {
                    state.notional = exposed;
                    let fee = self.fee((last_fee, event.times.counted), exposed, shift)?;
                    last_fee = event.times.counted;
                    fee
                }
                Kind::XD => {
                    state.notional = exposed;
                    let amount = self.secured(state.notional, at)?;
                    state.exercise = Some(Exercise { at: Some(at), amount });
                    state.fees = self.accrued_fee((last_fee, at), exposed, shift)?;
                    (Decimal::ZERO, "XA = R*CECV*exposure, at most the collateral")
                }
                Kind::STD => {
                    let due = plus(state.exercise.unwrap_or_default().amount, state.fees)?;
                    state = State { exercise: state.exercise, ..State::default() };
                    (due, "XA + Feac")
                }
                _ => {
                    state.notional = Decimal::ZERO;
                    (Decimal::ZERO, "0")
                }
            };
            events.push(plain(self.contract, (event.kind, at), paid, state));
        }
        Ok(events)
    }

    /// What is covered at each planned event, signed for the contract's creator.
    fn exposed(&self, planned: &[Planned]) -> Result<Vec<Decimal>, ActusError> {
        let at: Vec<_> = planned.iter().map(|event| event.times.shown).collect();
        let mut sums = vec![Decimal::ZERO; at.len()];
        if let Some(notional) = self.contract.terms.decimal("notionalPrincipal")? {
            sums.fill(notional);
        } else {
            for covered in &self.covered {
                for (sum, exposure) in sums.iter_mut().zip(self.exposures_of(covered, &at)?) {
                    *sum = plus(*sum, exposure)?;
                }
            }
        }
        sums.into_iter().map(|sum| Ok(times(self.sign, times(self.coverage, sum)?)?)).collect()
    }

    fn exposures_of(&self, covered: &Reference, at: &[Moment]) -> Result<Vec<Decimal>, ActusError> {
        let terms = covered.terms.as_ref().ok_or(ActusError::Missing("contractStructure"))?;
        if self.exposure == Exposure::MarketValue {
            return at.iter().map(|at| value(self.contract, terms, *at)).collect();
        }
        let exposure = |state: State| match self.exposure {
            Exposure::NotionalAndInterest => plus(state.notional, state.accrued),
            _ => Ok(state.notional),
        };
        let states = states_at(self.contract, terms, at)?;
        states.into_iter().map(|state| Ok(exposure(state)?)).collect()
    }

    /// No more than the collateral is worth; a guarantee has no such bound.
    fn secured(&self, exposed: Decimal, at: Moment) -> Result<Decimal, ActusError> {
        if self.covering.is_empty() {
            return Ok(exposed);
        }
        let worth = self.covering.iter().try_fold(Decimal::ZERO, |sum, covering| {
            let terms = covering.terms.as_ref().ok_or(ActusError::Missing("contractStructure"))?;
            Ok::<_, ActusError>(plus(sum, value(self.contract, terms, at)?)?)
        })?;
        Ok(times(self.sign, times(self.sign, exposed)?.min(worth))?)
    }

    fn fee(
        &self,
        (since, at): (Moment, Moment),
        exposed: Decimal,
        shift: &Shift,
    ) -> Result<(Decimal, &'static str), ActusError> {
        let terms = self.contract.terms;
        if terms.text("feeBasis").as_deref() == Some("N") {
            return Ok((self.accrued_fee((since, at), exposed, shift)?, "y*Nt*FER"));
        }
        Ok((times(self.sign, terms.decimal_or_zero("feeRate")?)?, "R*FER"))
    }

    /// The fee since the last one was paid: a rate on what is covered, or the part of an absolute fee that
    /// the days passed are of its cycle.
    fn accrued_fee(
        &self,
        (since, at): (Moment, Moment),
        exposed: Decimal,
        shift: &Shift,
    ) -> Result<Decimal, ActusError> {
        let terms = self.contract.terms;
        let rate = terms.decimal_or_zero("feeRate")?;
        if rate.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let day_count = terms.day_count()?;
        let context = Context { calendar: Some(&shift.calendar), ..Context::default() };
        let part = |to: Moment| day_count.year_fraction(since.counted(), to.counted(), &context);
        if terms.text("feeBasis").as_deref() == Some("N") {
            return Ok(share(times(exposed, rate)?, part(at)?)?);
        }
        let Some(cycle) = terms.cycle(FEE.cycle)? else { return Ok(Decimal::ZERO) };
        let whole = part(cycle.period.after(since, 1)?)?.to_decimal()?;
        let earned = share(times(self.sign, rate)?, part(at)?)?;
        if whole.is_zero() { Ok(Decimal::ZERO) } else { Ok(over(earned, whole)?) }
    }
}

/// Another contract by itself. Covers of covers are refused: each level would multiply the work.
fn alone<'a>(contract: &Contract<'a>, terms: &'a super::Terms) -> Result<Contract<'a>, ActusError> {
    let kind = terms.needed("contractType")?;
    if matches!(kind.as_ref(), "CEC" | "CEG") {
        return Err(unreadable("contractStructure", &kind, "a contract that covers no other itself"));
    }
    Ok(Contract { terms, observed: &[], to: None, ..*contract })
}

/// The agreed maturity, else that of the longest covered contract.
fn maturity(contract: &Contract, covered: &[Reference]) -> Result<Moment, ActusError> {
    if let Some(at) = contract.terms.moment("maturityDate")? {
        return Ok(at);
    }
    let mut latest = None;
    for terms in covered.iter().filter_map(|covered| covered.terms.as_ref()) {
        let alone = alone(contract, terms)?;
        let ends = match terms.moment("maturityDate")? {
            Some(at) => Some(at),
            None => alone.denominated()?.last().map(|event| event.at),
        };
        latest = latest.max(ends);
    }
    latest.ok_or(ActusError::Missing("maturityDate"))
}

/// What another contract has come to at each of these moments, which are in order.
fn states_at(contract: &Contract, terms: &super::Terms, at: &[Moment]) -> Result<Vec<State>, ActusError> {
    let look = |at: &Moment| super::Observed {
        time: at.to_string(),
        kind: "AD".to_owned(),
        ..super::Observed::default()
    };
    let observed: Vec<_> = at.iter().map(look).collect();
    let looked_at = Contract { observed: &observed, to: at.last().copied(), ..alone(contract, terms)? };
    let events = looked_at.denominated()?;
    let state = |at: &Moment| {
        let passed = events.partition_point(|event| event.at <= *at);
        events[..passed].last().map(|event| event.after).unwrap_or_default()
    };
    Ok(at.iter().map(state).collect())
}

/// What another contract is worth: its observed price times its quantity.
fn value(contract: &Contract, terms: &super::Terms, at: Moment) -> Result<Decimal, ActusError> {
    let price = contract.market.at(&terms.needed("marketObjectCode")?, at)?;
    Ok(times(price, terms.decimal("quantity")?.unwrap_or(Decimal::ONE))?)
}

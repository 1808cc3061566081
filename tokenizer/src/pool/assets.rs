//! What the assets of a pool add up to.

use super::Receivable;
use crate::intake::lease::Lease;
use chrono::{Months, NaiveDate};
use domain::{BasisPoints, Currency, Invalid, Money};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Debtors that are named one by one, the largest first; the rest is in the total.
pub const MAX_DEBTORS_SHOWN: usize = 10;

/// Assets that cannot be added up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetsError {
    /// The sum is beyond what an amount can be, or of several currencies.
    #[error("the assets cannot be added up: {0}")]
    Sum(#[from] domain::money::MoneyError),
    /// The rents of a lease cannot be foreseen.
    #[error("the rents cannot be foreseen: {0}")]
    Rents(#[from] Invalid),
}

/// What one debtor owes of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtorShare {
    /// The debtor's name.
    pub debtor: String,
    /// What they owe.
    pub outstanding: Money,
    /// Their share of the pool, rounded up: a concentration is never shown smaller than it is.
    pub share_bps: BasisPoints,
}

/// What receivables add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivablesTotals {
    /// How many.
    pub count: i64,
    /// What is to be paid.
    pub outstanding: Money,
    /// Days until an average unit of money is due, weighted by amounts, to a tenth; below zero when past due.
    pub weighted_days_to_due: Decimal,
    /// The first due date.
    pub first_due: Option<NaiveDate>,
    /// The last due date.
    pub last_due: Option<NaiveDate>,
    /// How many owe.
    pub debtors: i64,
    /// Who owes most, at most [`MAX_DEBTORS_SHOWN`].
    pub largest_debtors: Vec<DebtorShare>,
}

impl ReceivablesTotals {
    /// Adds up receivables of one currency as of a day.
    ///
    /// # Errors
    /// When the sum is beyond what an amount can be.
    pub fn of(receivables: &[Receivable], currency: Currency, today: NaiveDate) -> Result<Self, AssetsError> {
        let mut outstanding = Money::zero(currency);
        let mut weighted: i128 = 0;
        let mut debtors: BTreeMap<&str, (&str, Money)> = BTreeMap::new();
        for receivable in receivables {
            outstanding = outstanding.checked_add(receivable.outstanding)?;
            let days = (receivable.due_date - today).num_days();
            weighted += i128::from(days) * i128::from(receivable.outstanding.minor);
            let (_, owed) =
                debtors.entry(&receivable.debtor).or_insert((&receivable.debtor_name, Money::zero(currency)));
            *owed = owed.checked_add(receivable.outstanding)?;
        }
        let mut largest_debtors: Vec<DebtorShare> = debtors
            .values()
            .map(|(debtor, owed)| DebtorShare {
                debtor: (*debtor).to_owned(),
                outstanding: *owed,
                share_bps: share(*owed, outstanding),
            })
            .collect();
        largest_debtors.sort_by_key(|share| std::cmp::Reverse(share.outstanding.minor));
        largest_debtors.truncate(MAX_DEBTORS_SHOWN);
        let dues = || receivables.iter().map(|receivable| receivable.due_date);
        Ok(Self {
            count: count(receivables.len()),
            outstanding,
            weighted_days_to_due: tenths(weighted, outstanding.minor),
            first_due: dues().min(),
            last_due: dues().max(),
            debtors: count(debtors.len()),
            largest_debtors,
        })
    }
}

/// What a let property adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RentalTotals {
    /// What it was valued at.
    pub valuation: Money,
    /// Units that can be let.
    pub units: i64,
    /// Units that are let on the day.
    pub let_units: i64,
    /// Rent that falls due in the twelve months from the day on.
    pub rent_of_next_year: Money,
}

impl RentalTotals {
    /// Adds up a property as of a day: its units, and its leases with the unit each is of.
    ///
    /// # Errors
    /// When the sum is beyond what an amount can be, or a lease's rents cannot be foreseen.
    pub fn of(
        valuation: Money,
        units: usize,
        leases: &[(String, Lease)],
        today: NaiveDate,
    ) -> Result<Self, AssetsError> {
        let until = today.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
        let last = until.pred_opt().unwrap_or(until);
        let mut rent_of_next_year = Money::zero(valuation.currency);
        for (_, lease) in leases {
            for due in lease.rent_due(today, last)? {
                rent_of_next_year = rent_of_next_year.checked_add(due.amount)?;
            }
        }
        let runs = |lease: &Lease| {
            let terms = lease.terms();
            terms.start <= today && terms.end.is_none_or(|end| end >= today)
        };
        let let_units: std::collections::BTreeSet<&str> =
            leases.iter().filter(|(_, lease)| runs(lease)).map(|(unit, _)| unit.as_str()).collect();
        Ok(Self { valuation, units: count(units), let_units: count(let_units.len()), rent_of_next_year })
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Both are of one currency and not negative, so the share is from 0 to the whole.
fn share(part: Money, whole: Money) -> BasisPoints {
    let whole = u128::from(whole.minor.unsigned_abs());
    let bps = (u128::from(part.minor.unsigned_abs()) * 10_000).div_ceil(whole.max(1));
    i64::try_from(bps).ok().and_then(|bps| BasisPoints::try_from(bps).ok()).unwrap_or(BasisPoints::WHOLE)
}

/// A weighted sum over its weights, half away from zero to a tenth.
fn tenths(weighted: i128, weights: i64) -> Decimal {
    if weights == 0 {
        return Decimal::ZERO;
    }
    // Days are below 10,000,000 and amounts below 10^14, so ten times the sum over the weights fits easily.
    let quotient = Decimal::try_from_i128_with_scale(weighted, 0)
        .ok()
        .and_then(|sum| sum.checked_div(Decimal::from(weights)))
        .unwrap_or_default();
    quotient.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::lease::{Frequency, LeaseTerms};
    use domain::Rate;
    use domain::asset::InvoiceStatus;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn receivable(minor: i64, due_date: &str, debtor: &str) -> Receivable {
        Receivable {
            id: "01890a5d-ac96-7000-8000-000000000009".parse().unwrap(),
            status: InvoiceStatus::Available,
            outstanding: Money::new(minor, Currency::EUR),
            due_date: day(due_date),
            debtor: debtor.to_owned(),
            debtor_name: format!("Firm {debtor}"),
            pool: None,
        }
    }

    #[test]
    fn receivables_add_up_with_their_days_and_debtors() {
        let receivables = [
            receivable(300_00, "2026-03-31", "A"),
            receivable(100_00, "2026-03-11", "B"),
            receivable(200_00, "2026-04-30", "A"),
        ];
        let totals = ReceivablesTotals::of(&receivables, Currency::EUR, day("2026-03-01")).unwrap();
        assert_eq!((totals.count, totals.debtors), (3, 2));
        assert_eq!(totals.outstanding, Money::new(600_00, Currency::EUR));
        // (300 x 30 + 100 x 10 + 200 x 60) / 600 = 22,000 / 600 = 36.67 days.
        assert_eq!(totals.weighted_days_to_due.to_string(), "36.7");
        assert_eq!((totals.first_due, totals.last_due), (Some(day("2026-03-11")), Some(day("2026-04-30"))));
        let shares: Vec<_> = totals
            .largest_debtors
            .iter()
            .map(|share| (share.debtor.as_str(), share.outstanding.minor, share.share_bps.get()))
            .collect();
        assert_eq!(shares, [("Firm A", 500_00, 8_334), ("Firm B", 100_00, 1_667)]);
    }

    #[test]
    fn no_receivables_add_up_to_nothing() {
        let totals = ReceivablesTotals::of(&[], Currency::EUR, day("2026-03-01")).unwrap();
        assert_eq!((totals.count, totals.outstanding.minor, totals.debtors), (0, 0, 0));
        assert_eq!(totals.weighted_days_to_due, Decimal::ZERO);
    }

    #[test]
    fn the_rent_of_a_year_is_what_falls_due_in_it() {
        let lease = |start: &str, end: Option<&str>, rent: i64| {
            let terms = LeaseTerms {
                tenant_reference: "T-1".to_owned(),
                start: day(start),
                end: end.map(day),
                rent: Money::new(rent, Currency::EUR),
                frequency: Frequency::Monthly,
                due_day: 3,
                escalator: Rate::from_percent("0").unwrap(),
                free_months: 0,
                deposit: Money::zero(Currency::EUR),
            };
            Lease::try_from(terms).unwrap()
        };
        let leases = [
            ("1A".to_owned(), lease("2025-01-01", None, 1_000_00)),
            ("1B".to_owned(), lease("2025-01-01", Some("2026-03-31"), 500_00)),
            ("2A".to_owned(), lease("2026-07-01", Some("2026-08-31"), 300_00)),
        ];
        let valuation = Money::new(250_000_00, Currency::EUR);
        let totals = RentalTotals::of(valuation, 4, &leases, day("2026-01-01")).unwrap();
        assert_eq!((totals.units, totals.let_units), (4, 2));
        // 12 x 1,000 + 3 x 500 + 2 x 300.
        assert_eq!(totals.rent_of_next_year, Money::new(14_100_00, Currency::EUR));
    }
}

//! Which invoices a pool may take, and every reason why not.

use chrono::NaiveDate;
use domain::asset::InvoiceStatus;
use domain::ids::{InvoiceId, PoolId};
use domain::{Currency, Money};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is known of an invoice when a pool is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receivable {
    /// Its id.
    pub id: InvoiceId,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// What is still to be paid.
    pub outstanding: Money,
    /// The day it is due.
    pub due_date: NaiveDate,
    /// Who owes: the VAT id, or the name where none is known.
    pub debtor: String,
    /// The name of who owes.
    pub debtor_name: String,
    /// The pool it was chosen for.
    pub pool: Option<PoolId>,
}

/// Why a pool may not take an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Ineligible {
    /// It should have been paid already.
    PastDue {
        /// When it was due.
        due_date: NaiveDate,
        /// The day it was judged.
        today: NaiveDate,
    },
    /// The debtor says no.
    Disputed,
    /// Past due beyond hope.
    Defaulted,
    /// Paid in full.
    Paid,
    /// The pool pays in another currency.
    OtherCurrency {
        /// The invoice's.
        currency: Currency,
        /// The pool's.
        pool_currency: Currency,
    },
    /// Chosen for another pool, or pledged to it.
    InAnotherPool {
        /// The other pool.
        pool: PoolId,
    },
}

impl Ineligible {
    /// The word of the reason, as in JSON.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::PastDue { .. } => "past-due",
            Self::Disputed => "disputed",
            Self::Defaulted => "defaulted",
            Self::Paid => "paid",
            Self::OtherCurrency { .. } => "other-currency",
            Self::InAnotherPool { .. } => "in-another-pool",
        }
    }
}

impl fmt::Display for Ineligible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PastDue { due_date, today } => write!(f, "due on {due_date}, which was before {today}"),
            Self::Disputed => f.write_str("disputed by the debtor"),
            Self::Defaulted => f.write_str("defaulted"),
            Self::Paid => f.write_str("paid"),
            Self::OtherCurrency { currency, pool_currency } => {
                write!(f, "in {currency}, the pool is in {pool_currency}")
            }
            Self::InAnotherPool { pool } => write!(f, "in the pool {pool}"),
        }
    }
}

impl Receivable {
    /// Every reason against taking it into `pool` (a draft that is not there yet has no id) on a day. On its due date
    /// it is not past due.
    #[must_use]
    pub fn against(
        &self,
        pool: Option<PoolId>,
        pool_currency: Currency,
        today: NaiveDate,
    ) -> Vec<Ineligible> {
        let mut reasons = Vec::new();
        match self.status {
            InvoiceStatus::Disputed => reasons.push(Ineligible::Disputed),
            InvoiceStatus::Defaulted => reasons.push(Ineligible::Defaulted),
            InvoiceStatus::Paid => reasons.push(Ineligible::Paid),
            InvoiceStatus::Available | InvoiceStatus::Pledged => {}
        }
        if self.status.is_open() && self.due_date < today {
            reasons.push(Ineligible::PastDue { due_date: self.due_date, today });
        }
        let currency = self.outstanding.currency;
        if currency != pool_currency {
            reasons.push(Ineligible::OtherCurrency { currency, pool_currency });
        }
        let another = self.pool.filter(|of| Some(*of) != pool);
        reasons.extend(another.map(|pool| Ineligible::InAnotherPool { pool }));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn pool(number: u128) -> PoolId {
        format!("01890a5d-ac96-7000-8000-{number:012x}").parse().unwrap()
    }

    #[test]
    fn an_invoice_is_judged_by_status_day_currency_and_pool() {
        use InvoiceStatus as S;
        let (eur, usd) = (Currency::EUR, Currency::USD);
        // Status, due date, currency, pool chosen for: the words of the reasons, for pool 1 in EUR on 1 March 2026.
        type Case = (S, &'static str, Currency, Option<u128>, &'static [&'static str]);
        let cases: [Case; 11] = [
            (S::Available, "2026-03-02", eur, None, &[]),
            (S::Available, "2026-03-01", eur, None, &[]),
            (S::Available, "2026-02-28", eur, None, &["past-due"]),
            (S::Available, "2026-03-02", eur, Some(1), &[]),
            (S::Available, "2026-03-02", eur, Some(2), &["in-another-pool"]),
            (S::Pledged, "2026-03-02", eur, Some(2), &["in-another-pool"]),
            (S::Disputed, "2026-03-02", eur, None, &["disputed"]),
            (S::Disputed, "2026-02-01", eur, None, &["disputed"]),
            (S::Defaulted, "2025-02-01", usd, None, &["defaulted", "other-currency"]),
            (S::Paid, "2026-03-02", eur, None, &["paid"]),
            (S::Available, "2026-01-01", usd, Some(2), &["past-due", "other-currency", "in-another-pool"]),
        ];
        for (status, due_date, currency, chosen, words) in cases {
            let receivable = Receivable {
                id: "01890a5d-ac96-7000-8000-000000000009".parse().unwrap(),
                status,
                outstanding: Money::new(100, currency),
                due_date: day(due_date),
                debtor: "NL1".to_owned(),
                debtor_name: "Van Dijk".to_owned(),
                pool: chosen.map(pool),
            };
            let reasons = receivable.against(Some(pool(1)), eur, day("2026-03-01"));
            let found: Vec<_> = reasons.iter().map(Ineligible::word).collect();
            assert_eq!(found, words, "{receivable:?}");
        }
    }
}

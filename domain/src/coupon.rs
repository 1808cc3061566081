//! Coupons: dates that are in order by construction, and the states of a payment.

use crate::Invalid;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::status::words! {
    /// The life of a coupon.
    CouponStatus, "coupon_status" {
        /// Announced with its dates and amount; the books are open.
        Declared = "declared",
        /// The register of the record date is fixed and the entitlements are published.
        BooksClosed = "books-closed",
        /// The money is with the paying contract and goes out.
        Paying = "paying",
        /// Everybody is paid or owed, and the ledger agrees.
        Paid = "paid",
    }
}

crate::status::words! {
    /// What has become of one holder's part of a coupon.
    EntitlementStatus, "entitlement_status" {
        /// Not yet paid.
        Open = "open",
        /// On chain with the holder.
        Paid = "paid",
        /// The holder's wallet could not take it: it is kept for them.
        Owed = "owed",
        /// Nothing to pay after rounding.
        Nil = "nil",
    }
}

/// The dates of a coupon. They are in order: the period ends after it starts, the books close on the
/// record date, and nothing is paid before the books are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawCouponDates")]
pub struct CouponDates {
    period_start: NaiveDate,
    period_end: NaiveDate,
    record_date: NaiveDate,
    payment_date: NaiveDate,
}

/// Coupon dates as they arrive, in any order.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct RawCouponDates {
    /// First day that earns.
    pub period_start: NaiveDate,
    /// First day that no longer earns.
    pub period_end: NaiveDate,
    /// The day at whose end the holders are fixed.
    pub record_date: NaiveDate,
    /// The day on which the money goes out.
    pub payment_date: NaiveDate,
}

impl TryFrom<RawCouponDates> for CouponDates {
    type Error = Invalid;

    fn try_from(raw: RawCouponDates) -> Result<Self, Invalid> {
        let RawCouponDates { period_start, period_end, record_date, payment_date } = raw;
        if period_end <= period_start {
            return Err(Invalid::new("period_end", period_end, format!("after period_start {period_start}")));
        }
        if payment_date <= record_date {
            return Err(Invalid::new(
                "payment_date",
                payment_date,
                format!("after record_date {record_date}"),
            ));
        }
        Ok(Self { period_start, period_end, record_date, payment_date })
    }
}

impl CouponDates {
    /// First day that earns.
    #[must_use]
    pub const fn period_start(&self) -> NaiveDate {
        self.period_start
    }

    /// First day that no longer earns.
    #[must_use]
    pub const fn period_end(&self) -> NaiveDate {
        self.period_end
    }

    /// The day at whose end the holders are fixed.
    #[must_use]
    pub const fn record_date(&self) -> NaiveDate {
        self.record_date
    }

    /// The day on which the money goes out.
    #[must_use]
    pub const fn payment_date(&self) -> NaiveDate {
        self.payment_date
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coupon_dates_out_of_order_cannot_be_built() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        let raw = |a, b, c, d| RawCouponDates {
            period_start: day(a),
            period_end: day(b),
            record_date: day(c),
            payment_date: day(d),
        };
        assert!(CouponDates::try_from(raw(1, 31, 20, 31)).is_ok());
        assert_eq!(CouponDates::try_from(raw(31, 1, 20, 31)).unwrap_err().field, "period_end");
        assert_eq!(CouponDates::try_from(raw(1, 31, 20, 20)).unwrap_err().field, "payment_date");
    }
}

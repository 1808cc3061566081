//! Questions about dates and day counts as a line of text columns, answered in the same form.

mod answer;
mod columns;

pub use answer::Answer;
pub use columns::Question;

use crate::calendar::CalendarError;
use crate::day_count::{DayCountError, Overflow};
use crate::schedule::coupon::CouponError;
use crate::schedule::dates::DatesError;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// A column is missing or cannot be read.
    #[error("{column}: \"{value}\" is not accepted: {limit}")]
    Column {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What would be accepted.
        limit: &'static str,
    },
    /// A calendar does not know the answer.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A day count lacks something.
    #[error(transparent)]
    DayCount(#[from] DayCountError),
    /// The dates make no schedule.
    #[error(transparent)]
    Dates(#[from] DatesError),
    /// The coupons cannot be computed.
    #[error(transparent)]
    Coupon(#[from] CouponError),
    /// A number is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

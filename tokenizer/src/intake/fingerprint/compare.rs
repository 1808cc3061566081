//! Whether two claims are the same invoice, a conflict, or two invoices.

use super::{
    Claim,
    normal::{Ids, Number, NumberMatch, similar_names},
};
use chrono::{Datelike, NaiveDate};
use domain::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Within this many days a number is not given again even when a new year starts a new series.
const SERIES_DAYS: u64 = 31;

/// The outcome of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// One invoice: refuse the second pledge.
    Same,
    /// One invoice with two contents, or one that replaces the other: refuse, and let a person look.
    Conflict,
    /// Two invoices.
    Different,
}

/// What agrees and what does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Letters and digits of the numbers agree.
    SameNumber,
    /// The numbers agree but for leading zeros, lookalikes, a prefix, or where digits are parted.
    NumberRespelled,
    /// Two numbers.
    OtherNumber,
    /// The seller is the same.
    SameSeller,
    /// The names of the sellers agree in part, and no id speaks against it.
    SimilarSeller,
    /// Some of what is known of the sellers agrees and some does not.
    DoubtfulSeller,
    /// Two sellers.
    OtherSeller,
    /// Two buyers.
    OtherBuyer,
    /// The amounts or currencies differ.
    OtherAmount {
        /// Of the first.
        a: Money,
        /// Of the second.
        b: Money,
    },
    /// The issue dates differ.
    OtherIssueDate {
        /// Of the first.
        a: NaiveDate,
        /// Of the second.
        b: NaiveDate,
    },
    /// The types differ.
    OtherType {
        /// Of the first.
        a: String,
        /// Of the second.
        b: String,
    },
    /// One is the corrected invoice that replaces the other.
    Corrects,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameNumber => f.write_str("the numbers agree"),
            Self::NumberRespelled => f.write_str("the numbers are spellings of one"),
            Self::OtherNumber => f.write_str("the numbers differ"),
            Self::SameSeller => f.write_str("the seller is the same"),
            Self::SimilarSeller => f.write_str("the names of the sellers agree in part"),
            Self::DoubtfulSeller => f.write_str("it is doubtful whether the seller is the same"),
            Self::OtherSeller => f.write_str("the sellers differ"),
            Self::OtherBuyer => f.write_str("the buyers differ"),
            Self::OtherAmount { a, b } => write!(f, "the amounts are {a} and {b}"),
            Self::OtherIssueDate { a, b } => write!(f, "the issue dates are {a} and {b}"),
            Self::OtherType { a, b } => write!(f, "the types are {a} and {b}"),
            Self::Corrects => f.write_str("one is the corrected invoice that replaces the other"),
        }
    }
}

/// An outcome with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The outcome.
    pub outcome: Outcome,
    /// What led to it: number and seller first, then every difference found.
    pub reasons: Vec<Reason>,
}

/// Judges two claims. The order of the two does not matter to the outcome.
///
/// By Article 226 (2) of the EU VAT directive a seller gives a number once in its series, so seller and number make
/// the invoice; series often start again with the year. Due date, account, notes, lines and names of a party that an
/// id identifies do not matter.
#[must_use]
pub fn compare(a: &Claim, b: &Claim) -> Comparison {
    let number = Number::of(&a.number).compare(&Number::of(&b.number));
    let seller = same_party(&Ids::of(&a.seller), &Ids::of(&b.seller));
    let facts = Facts {
        number,
        seller,
        same_buyer: matches!(
            same_party(&Ids::of(&a.buyer), &Ids::of(&b.buyer)),
            PartyMatch::Same | PartyMatch::Similar
        ),
        same_amount: other_amounts(a, b).is_none(),
        same_type: a.type_code == b.type_code,
        same_date: a.issue_date == b.issue_date,
        one_series: a.issue_date.year() == b.issue_date.year()
            || (a.issue_date - b.issue_date).num_days().unsigned_abs() <= SERIES_DAYS,
    };
    let corrects =
        seller == PartyMatch::Same && number == NumberMatch::Other && (replaces(a, b) || replaces(b, a));
    let outcome = match () {
        () if a.is_credit() != b.is_credit() => Outcome::Different,
        () if corrects => Outcome::Conflict,
        () => judge(&facts),
    };
    let mut reasons = facts.reasons(a, b);
    if corrects {
        reasons.push(Reason::Corrects);
    }
    Comparison { outcome, reasons }
}

/// The amounts that differ: what is to be paid, else what was billed.
fn other_amounts(a: &Claim, b: &Claim) -> Option<(Money, Money)> {
    let due = (a.amount, b.amount);
    std::iter::once(due).chain(a.billed.zip(b.billed)).find(|(a, b)| a != b)
}

fn replaces(a: &Claim, b: &Claim) -> bool {
    a.corrects().is_some_and(|number| Number::of(number).compare(&Number::of(&b.number)) == NumberMatch::Same)
}

struct Facts {
    number: NumberMatch,
    seller: PartyMatch,
    same_buyer: bool,
    same_amount: bool,
    same_type: bool,
    same_date: bool,
    one_series: bool,
}

fn judge(facts: &Facts) -> Outcome {
    let same_content = facts.same_amount && facts.same_buyer;
    let same_or_conflict = if same_content && facts.same_type { Outcome::Same } else { Outcome::Conflict };
    let conflict_if = |suspicious: bool| if suspicious { Outcome::Conflict } else { Outcome::Different };
    match facts.seller {
        PartyMatch::Other => return Outcome::Different,
        PartyMatch::Similar if !facts.same_date => return Outcome::Different,
        PartyMatch::Doubtful => {
            return conflict_if(facts.number == NumberMatch::Same && facts.same_date && same_content);
        }
        PartyMatch::Same | PartyMatch::Similar => {}
    }
    match facts.number {
        NumberMatch::Other => Outcome::Different,
        NumberMatch::Same if facts.one_series => same_or_conflict,
        // The number of another year: a new series, unless it would bring the very same claim.
        NumberMatch::Same => conflict_if(same_content),
        NumberMatch::Respelled if facts.same_date => same_or_conflict,
        NumberMatch::Respelled => conflict_if(facts.one_series && same_content),
        NumberMatch::Prefixed if facts.same_date && same_content => same_or_conflict,
        NumberMatch::Prefixed => Outcome::Different,
    }
}

impl Facts {
    fn reasons(&self, a: &Claim, b: &Claim) -> Vec<Reason> {
        let number = match self.number {
            NumberMatch::Same => Reason::SameNumber,
            NumberMatch::Respelled | NumberMatch::Prefixed => Reason::NumberRespelled,
            NumberMatch::Other => Reason::OtherNumber,
        };
        let seller = match self.seller {
            PartyMatch::Same => Reason::SameSeller,
            PartyMatch::Similar => Reason::SimilarSeller,
            PartyMatch::Doubtful => Reason::DoubtfulSeller,
            PartyMatch::Other => Reason::OtherSeller,
        };
        let date = (a.issue_date, b.issue_date);
        let differences = [
            (!self.same_buyer).then_some(Reason::OtherBuyer),
            other_amounts(a, b).map(|(a, b)| Reason::OtherAmount { a, b }),
            (!self.same_date).then_some(Reason::OtherIssueDate { a: date.0, b: date.1 }),
            (!self.same_type).then(|| Reason::OtherType { a: a.type_code.clone(), b: b.type_code.clone() }),
        ];
        [number, seller].into_iter().chain(differences.into_iter().flatten()).collect()
    }
}

/// How well two parties agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartyMatch {
    Same,
    Similar,
    Doubtful,
    Other,
}

/// Ids decide, the surest first; names decide only where no kind of id is known of both.
fn same_party(a: &Ids, b: &Ids) -> PartyMatch {
    let agree = |a: &Option<String>, b: &Option<String>| a.as_ref().zip(b.as_ref()).map(|(a, b)| a == b);
    let abroad = a.country.zip(b.country).is_some_and(|(a, b)| a != b);
    let same_name = a.name == b.name;
    let doubtful_if = |doubt: bool| if doubt { PartyMatch::Doubtful } else { PartyMatch::Other };
    let legal = agree(&a.legal, &b.legal).map(|same| same && !abroad);
    match (agree(&a.vat, &b.vat), legal, agree(&a.tax, &b.tax)) {
        (Some(true), _, _) | (None, Some(true), _) | (None, None, Some(true)) => PartyMatch::Same,
        (Some(false), Some(true), _) if same_name => PartyMatch::Same,
        (Some(false), legal, _) => doubtful_if(same_name || legal == Some(true)),
        (None, Some(false), tax) => doubtful_if(same_name || tax == Some(true)),
        (None, None, Some(false)) => doubtful_if(same_name),
        (None, None, None) if same_name && !abroad => PartyMatch::Same,
        (None, None, None) if !abroad && similar_names(&a.name, &b.name) => PartyMatch::Similar,
        // Each is known by an id of another kind, so neither name nor id can speak against it.
        (None, None, None) => doubtful_if(same_name || (a.all().count() > 1 && b.all().count() > 1)),
    }
}

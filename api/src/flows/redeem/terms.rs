//! What is ordered: what was said, what follows when nothing is said, and whether there is money for it.

use super::{RedemptionPlan, opens_at, record_key, records};
use crate::app::Act;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use crate::flows::{declare_coupon, distress};
use chrono::{NaiveDate, TimeDelta};
use domain::ids::PartitionId;
use domain::money::MAX_MINOR;
use domain::redemption::{RedemptionDivision, RedemptionKind};
use domain::status::CallStatus;
use domain::{Invalid, Invalids};
use serde::{Deserialize, Serialize};
use store::{outbox, projection, redemptions};
use tokenizer::entitlement::redemption::MAX_DRAWN;

/// How far ahead a redemption may be ordered: the notice periods of the field and a year.
const MAX_AHEAD: TimeDelta = TimeDelta::days(731);
/// How far ahead one that needs a record date may be: the chain keeps a record date even when its order is called off, and
/// takes none before it any more.
const MAX_AHEAD_WITH_RECORD: TimeDelta = TimeDelta::days(92);

/// A redemption to order; what is not said follows from the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRedemption {
    /// The partition.
    pub partition_id: PartitionId,
    /// Why principal is paid back.
    pub kind: RedemptionKind,
    /// Whose units end.
    pub division: Option<RedemptionDivision>,
    /// How many units end, or else their face value.
    pub units: Option<i64>,
    /// The face value in minor units, when no units are given.
    pub face_minor: Option<i64>,
    /// What is paid for one unit in minor units, else its face value.
    pub price_minor: Option<i64>,
    /// The day on which units and money change hands, else tomorrow.
    pub payment_date: Option<NaiveDate>,
    /// What the issuer brings of its own money, in minor units.
    pub contributed_minor: i64,
    /// The SHA-256 of the published notice, 64 hexadecimal digits.
    pub notice_sha256: Option<String>,
    /// The issuer's part of the randomness of a draw.
    pub seed: Option<String>,
}

/// A redemption with everything that was left out filled in. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Why principal is paid back.
    pub kind: RedemptionKind,
    /// Whose units end.
    pub division: RedemptionDivision,
    /// How many.
    pub units: i64,
    /// The face value that is left of one.
    pub unit_face_minor: i64,
    /// What is paid for one.
    pub price_minor: i64,
    /// What is paid for all.
    pub amount_minor: i64,
    /// What of it the issuer brings of its own money.
    pub contributed_minor: i64,
    /// The day at whose end the holders are fixed: the one before the payment date.
    pub record_date: NaiveDate,
    /// The day on which units and money change hands.
    pub payment_date: NaiveDate,
    /// The SHA-256 of the published notice.
    pub notice_sha256: Option<String>,
    /// The issuer's part of the randomness of a draw.
    pub seed: Option<String>,
}

/// The terms of an order, or every finding against it.
pub(super) fn settled(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    new: &NewRedemption,
) -> Result<Terms, AppError> {
    let outstanding = projection::outstanding(act.tx, tranche.partition.id)?;
    let unit_face_minor = distress::unit_face(act.tx, tranche)?;
    let mut found = Invalids::default();
    let given = found.check(given_units(new, unit_face_minor)).flatten();
    let division = found.check(division(new, given.is_none_or(|units| units == outstanding)));
    let units = division.and_then(|division| found.check(units(division, given, outstanding)));
    let price = found.check(price(new, unit_face_minor));
    let dates = found.check(dates(new.payment_date, act.now.date_naive()));
    let notice = found.check(notice(new));
    let seed = division.and_then(|division| found.check(seed(new, division)));
    if let (Some(division), Some((_, payment_date))) = (division, dates)
        && let Some(invalid) = record_date_taken(act, tranche, (division, payment_date))?
    {
        found.0.push(invalid);
    }
    if let Some((_, payment_date)) = dates {
        found.check(after_interest(act, tranche, payment_date)?.map_or(Ok(()), Err));
    }
    let amount = units.zip(price).and_then(|(units, price)| found.check(amount(units, price)));
    if let Some(amount) = amount {
        found.check(contributed(new, amount));
    }
    let whole = division.zip(units).zip(price).zip(dates).zip(notice.zip(seed)).zip(amount);
    let Some(((((division_units, price_minor), dates), (notice_sha256, seed)), amount_minor)) = whole else {
        return Err(found.into());
    };
    found.into_result()?;
    Ok(Terms {
        kind: new.kind,
        division: division_units.0,
        units: division_units.1,
        unit_face_minor,
        price_minor,
        amount_minor,
        contributed_minor: new.contributed_minor,
        record_date: dates.0,
        payment_date: dates.1,
        notice_sha256,
        seed,
    })
}

/// The units that were named, by number or by their face value.
fn given_units(new: &NewRedemption, unit_face: i64) -> Result<Option<i64>, Invalid> {
    match (new.units, new.face_minor) {
        (Some(_), Some(face)) => Err(Invalid::new("face_minor", face, "none, when units are given")),
        (units, None) => Ok(units),
        (None, Some(face)) if unit_face > 0 && face.rem_euclid(unit_face) == 0 => {
            Ok(Some(face.div_euclid(unit_face)))
        }
        (None, Some(face)) => {
            Err(Invalid::new("face_minor", face, format!("whole units of {unit_face} each")))
        }
    }
}

fn division(new: &NewRedemption, is_all: bool) -> Result<RedemptionDivision, Invalid> {
    use RedemptionDivision::{ByLot, ProRata, Whole};
    let (allowed, usual): (&[_], _) = match new.kind {
        RedemptionKind::Maturity => (&[Whole], Whole),
        RedemptionKind::Amortisation => (&[ProRata, ByLot], ProRata),
        RedemptionKind::Early => (&[Whole, ProRata, ByLot], if is_all { Whole } else { ProRata }),
    };
    let division = new.division.unwrap_or(usual);
    if allowed.contains(&division) {
        return Ok(division);
    }
    let words: Vec<&str> = allowed.iter().map(|division| division.as_str()).collect();
    Err(Invalid::new("division", division, format!("one of: {}", words.join(" "))))
}

fn units(division: RedemptionDivision, given: Option<i64>, outstanding: i64) -> Result<i64, Invalid> {
    let most = match division {
        RedemptionDivision::Whole => {
            let all = given.unwrap_or(outstanding);
            let limit = || format!("all {outstanding} units that are outstanding");
            return if all == outstanding { Ok(all) } else { Err(Invalid::new("units", all, limit())) };
        }
        RedemptionDivision::ByLot => outstanding.min(MAX_DRAWN),
        RedemptionDivision::ProRata => outstanding,
    };
    let limit = || format!("from 1 to {most}");
    match given {
        Some(units) if (1..=most).contains(&units) => Ok(units),
        Some(units) => Err(Invalid::new("units", units, limit())),
        None => Err(Invalid::new("units", "", limit())),
    }
}

fn price(new: &NewRedemption, face: i64) -> Result<i64, Invalid> {
    let price = new.price_minor.unwrap_or(face);
    match new.kind {
        RedemptionKind::Early if price >= face => Ok(price),
        RedemptionKind::Early => {
            Err(Invalid::new("price_minor", price, format!("{face}, the face value, or more")))
        }
        _ if price == face => Ok(price),
        _ => Err(Invalid::new("price_minor", price, format!("{face}, the face value"))),
    }
}

fn amount(units: i64, price: i64) -> Result<i64, Invalid> {
    let amount = units.checked_mul(price).filter(|amount| *amount <= MAX_MINOR);
    let limit = || format!("for all units at most {MAX_MINOR} minor units");
    amount.ok_or_else(|| Invalid::new("price_minor", price, limit()))
}

/// Nobody brings more than is paid.
fn contributed(new: &NewRedemption, amount: i64) -> Result<(), Invalid> {
    if new.contributed_minor <= amount {
        return Ok(());
    }
    Err(Invalid::new(
        "contributed_minor",
        new.contributed_minor,
        format!("at most the {amount} that are paid"),
    ))
}

/// The record date and the payment date after it.
fn dates(given: Option<NaiveDate>, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Invalid> {
    let (first, last) = (today + TimeDelta::days(1), today + MAX_AHEAD);
    let payment = given.unwrap_or(first);
    if (first..=last).contains(&payment) {
        return Ok((payment - TimeDelta::days(1), payment));
    }
    Err(Invalid::new("payment_date", payment, format!("from {first} to {last}")))
}

fn notice(new: &NewRedemption) -> Result<Option<String>, Invalid> {
    match &new.notice_sha256 {
        None if new.kind == RedemptionKind::Early => Err(Invalid::new(
            "notice_sha256",
            "",
            "the SHA-256 of the published notice, 64 hexadecimal digits",
        )),
        notice => Ok(notice.clone()),
    }
}

fn seed(new: &NewRedemption, division: RedemptionDivision) -> Result<Option<String>, Invalid> {
    match (&new.seed, division) {
        (Some(seed), RedemptionDivision::ByLot) => Ok(Some(seed.clone())),
        (None, RedemptionDivision::ByLot) => {
            Err(Invalid::new("seed", "", "a text for the draw, such as a date"))
        }
        (None, _) => Ok(None),
        (Some(seed), _) => Err(Invalid::new("seed", seed, "nothing, as nothing is drawn")),
    }
}

/// The chain takes record dates in their order. For a draw there must be none of that day yet: the block that carries it
/// has to come after the order.
fn record_date_taken(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    (division, payment_date): (RedemptionDivision, NaiveDate),
) -> Result<Option<Invalid>, AppError> {
    if division == RedemptionDivision::Whole {
        return Ok(None);
    }
    let moment = opens_at(payment_date);
    let last = act.now.date_naive() + MAX_AHEAD_WITH_RECORD;
    if payment_date > last {
        let limit = format!("at most {last}, unless all units end");
        return Ok(Some(Invalid::new("payment_date", payment_date, limit)));
    }
    let mut scheduled: Vec<_> =
        records(act.tx, &tranche.token()?.to_string())?.into_iter().map(|(_, date)| date).collect();
    // Those that are on their way count as well; one that the chain refused is sent again.
    for ordered in redemptions::dates_with_record(act.tx, tranche.pool.id)? {
        let call = outbox::by_operation_key(act.tx, &record_key(tranche.pool.id, ordered))?;
        scheduled.extend(call.filter(|call| call.status != CallStatus::Refused).map(|_| opens_at(ordered)));
    }
    let is_there = scheduled.contains(&moment);
    let latest = scheduled.into_iter().max();
    let taken = match division {
        RedemptionDivision::ByLot => is_there,
        _ => false,
    };
    let too_early = !is_there && latest.is_some_and(|latest| moment <= latest);
    Ok((taken || too_early).then(|| {
        let last = latest.map_or(payment_date, |latest| latest.date_naive().max(payment_date));
        let limit = format!("after {last}: for that day the token has a record date already");
        Invalid::new("payment_date", payment_date, limit)
    }))
}

/// Whose the interest is that is due until the payment date is fixed before units end: afterwards it would find nobody, or
/// others.
fn after_interest(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    payment_date: NaiveDate,
) -> Result<Option<Invalid>, AppError> {
    let today = act.now.date_naive();
    let fixed = declare_coupon::last_record_date(act.tx, tranche, (today, payment_date))?;
    let too_late = fixed.filter(|fixed| payment_date <= *fixed);
    Ok(too_late.map(|fixed| {
        let limit = format!("after {fixed}: at its end it is fixed who gets the interest that is due");
        Invalid::new("payment_date", payment_date, limit)
    }))
}

/// Nothing is ordered that the money is not there for.
pub(super) fn check_funds(plan: &RedemptionPlan) -> Result<(), AppError> {
    let terms = &plan.terms;
    if terms.amount_minor <= plan.available_minor {
        return Ok(());
    }
    let kept: i64 = plan.kept.iter().map(|claim| claim.kept_minor).sum();
    let limit = format!(
        "at most {} for all units: {} in cash and {} brought in, less {kept} for interest that is due and partitions that come first; {} are needed",
        plan.available_minor, plan.cash_minor, terms.contributed_minor, terms.amount_minor
    );
    Err(Invalid::new("units", terms.units, limit).into())
}

//! The register of holders of a partition as of any moment, from the movements that the chain told.

use super::allocate::own_pool;
use super::facts::Tranche;
use super::freeze_wallets;
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::ids::PartitionId;
use domain::party::{InvestorClass, InvestorStatus, Role};
use domain::{Country, Invalid};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use store::Tx;
use store::investors::Investor;
use store::projection::Holding;

/// The most holders of a register that is given out in one answer: some 30 MB of JSON.
pub const MAX_LINES: usize = 200_000;
/// Decimals of a share in basis points; units and outstanding units beside it give it to the last digit.
const SHARE_DECIMALS: u32 = 6;

/// The moment that a register is asked for: the end of a day, or a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AsOf {
    /// As it stood when the day ended (UTC).
    Day(NaiveDate),
    /// As it stood at the moment, blocks of that very moment included.
    Moment(DateTime<Utc>),
}

impl AsOf {
    /// The first moment that no longer counts.
    #[must_use]
    pub fn ends_before(self) -> DateTime<Utc> {
        match self {
            Self::Day(day) => (day + TimeDelta::days(1)).and_time(NaiveTime::MIN).and_utc(),
            Self::Moment(moment) => moment + TimeDelta::microseconds(1),
        }
    }
}

impl FromStr for AsOf {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let limit =
            || Invalid::new("as_of", text, "a day such as 2026-06-30 or a time such as 2026-06-30T12:00:00Z");
        // Far years have no day after the last one; four digits are enough for any register.
        if text.len() == 10 {
            return text.parse().map(Self::Day).map_err(|_| limit());
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| limit())?;
        Ok(Self::Moment(moment.with_timezone(&Utc)))
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Moment(moment) => f.write_str(&moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
        }
    }
}

/// One holder's wallet on the register. What is said of the person is as it is now; units are as of the moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// The opaque number of the beneficial owner; none for a wallet that nobody here knows.
    pub identity_number: Option<i64>,
    /// The wallet.
    pub wallet: String,
    /// Units.
    pub units: i64,
    /// The share of what is outstanding in basis points, cut after six decimals.
    pub share_bps: Decimal,
    /// The country of residence.
    pub country: Option<Country>,
    /// The class of investor.
    pub investor_class: Option<InvestorClass>,
    /// Where the investor stands.
    pub status: Option<InvestorStatus>,
    /// Whether the wallet is frozen in this token.
    pub frozen: bool,
}

/// A register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Register {
    /// The partition.
    pub partition_id: PartitionId,
    /// The pool's name.
    pub pool: String,
    /// The token's short name.
    pub symbol: String,
    /// The partition's name.
    pub partition: String,
    /// The moment it shows.
    pub as_of: String,
    /// The newest block that counts.
    pub block: Option<i64>,
    /// Units over all lines.
    pub total_units: i64,
    /// Units issued less redeemed up to the moment; the same, or the register is broken.
    pub outstanding_units: i64,
    /// The holders, by wallet.
    pub lines: Vec<Line>,
}

/// Reads the register of a partition; that it was read is noted.
///
/// # Errors
/// [`AppError::Forbidden`] for investors, [`AppError::NotFound`] for another issuer's pool, [`AppError::Invalid`] for
/// a moment to come or a register beyond [`MAX_LINES`].
pub fn read(
    app: &App,
    command: &Command,
    id: PartitionId,
    as_of: Option<AsOf>,
) -> Result<Register, AppError> {
    command.by.must_be(&[Role::Regulator, Role::Compliance, Role::Issuer, Role::Operator])?;
    let now = app.clock.now();
    let as_of = as_of.unwrap_or(AsOf::Moment(now));
    app.execute(command, &(id, as_of), |act| {
        let tranche = Tranche::find(act.tx, id)?;
        own_pool(&command.by, &tranche.pool)?;
        if matches!(as_of, AsOf::Day(day) if day > now.date_naive())
            || matches!(as_of, AsOf::Moment(at) if at > now)
        {
            return Err(Invalid::new("as_of", as_of, "not after now").into());
        }
        let register = as_it_stood(act.tx, &tranche, as_of)?;
        let detail = serde_json::json!({ "as_of": register.as_of, "lines": register.lines.len() });
        act.audit("register.read", id, &detail)?;
        Ok(register)
    })
}

fn as_it_stood(tx: &mut Tx<'_>, tranche: &Tranche, as_of: AsOf) -> Result<Register, AppError> {
    let (id, before) = (tranche.partition.id, as_of.ends_before());
    let holdings = store::projection::register_before(tx, id, before)?;
    if holdings.len() > MAX_LINES {
        let limit = format!("a register of at most {MAX_LINES} lines");
        return Err(Invalid::new("partition_id", holdings.len(), limit).into());
    }
    let outstanding_units = store::holders::outstanding_before(tx, id, before)?;
    let wallets: Vec<String> = holdings.iter().map(|holding| holding.wallet.clone()).collect();
    let behind = store::holders::behind(tx, &wallets)?;
    let total_units = holdings.iter().map(|holding| holding.units).sum();
    let frozen = match tranche.token() {
        Ok(token) => freeze_wallets::frozen_wallets(tx, token)?,
        Err(_) => BTreeSet::new(),
    };
    let line = |holding: Holding| {
        let frozen = frozen.contains(&holding.wallet);
        Line { frozen, ..line(behind.get(&holding.wallet), holding, outstanding_units) }
    };
    Ok(Register {
        partition_id: id,
        pool: tranche.pool.name.clone(),
        symbol: tranche.pool.symbol.clone(),
        partition: tranche.partition.name.to_string(),
        as_of: as_of.to_string(),
        block: store::projection::block_before(tx, before)?.map(|(number, _)| number),
        total_units,
        outstanding_units,
        lines: holdings.into_iter().map(line).collect(),
    })
}

fn line(investor: Option<&Investor>, holding: Holding, outstanding_units: i64) -> Line {
    let whole = Decimal::from(outstanding_units.max(1));
    let share = Decimal::from(holding.units) * Decimal::from(10_000) / whole;
    Line {
        identity_number: investor.map(|investor| investor.identity_number),
        wallet: holding.wallet,
        units: holding.units,
        share_bps: share.round_dp_with_strategy(SHARE_DECIMALS, RoundingStrategy::ToZero).normalize(),
        country: investor.map(|investor| investor.country),
        investor_class: investor.map(|investor| investor.investor_class),
        status: investor.map(|investor| investor.status),
        frozen: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_to_its_end_and_a_moment_with_its_own_blocks() {
        let day: AsOf = "2026-06-30".parse().unwrap();
        assert_eq!(day.ends_before().to_rfc3339(), "2026-07-01T00:00:00+00:00");
        let moment: AsOf = "2026-06-30T14:00:00+02:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-06-30T12:00:00Z");
        assert_eq!(moment.ends_before().to_rfc3339(), "2026-06-30T12:00:00.000001+00:00");
        for text in ["", "30.06.2026", "2026-02-30", "2026-06-30T12:00", "now"] {
            assert_eq!(text.parse::<AsOf>().unwrap_err().field, "as_of", "{text}");
        }
    }
}

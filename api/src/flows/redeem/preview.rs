//! What a redemption would do by the register of now: each holder's units and amount, who could not be paid, what is left.

use super::{RedemptionPlan, Terms};
use crate::app::Act;
use crate::error::AppError;
use crate::flows::facts::{self, Tranche};
use crate::flows::{close_books, declare_coupon, install};
use domain::Units;
use domain::redemption::RedemptionDivision;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, projection};
use tokenizer::chain::{CallRefusal, ChainEvent, RuleRefusal};
use tokenizer::entitlement::redemption::{Part, pro_rata, whole};

/// Lines that an answer has: what is longer is read after the register is fixed.
pub(super) const MAX_LINES: usize = 1_000;
/// The status byte of ERC-1400 for units that are not free.
const FUNDS_LOCKED: u8 = 0x55;

/// What one wallet would give and get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedLine {
    /// The number of the beneficial owner.
    pub identity: i64,
    /// The wallet.
    pub wallet: String,
    /// What it holds.
    pub held_units: i64,
    /// How many of them end; none before a draw.
    pub units: Option<i64>,
    /// What is paid for them, in minor units; none before a draw.
    pub amount_minor: Option<i64>,
    /// Why the chain would say no as things stand.
    pub refusal: Option<CallRefusal>,
}

/// A beneficial owner who would be above the cap without having bought: nothing is sold for them, and they get no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The number of the owner.
    pub identity: i64,
    /// Units that are left to them.
    pub units: i64,
    /// The most units by the cap.
    pub limit: i64,
}

/// The plan of an order.
pub(super) fn plan(
    act: &mut Act<'_, '_>,
    tranche: &Tranche,
    terms: Terms,
) -> Result<RedemptionPlan, AppError> {
    let register = projection::register(act.tx, tranche.partition.id)?;
    let outstanding_units: i64 = register.iter().map(|line| line.units).sum();
    let holders = close_books::holders(act, &register)?;
    let drawn = terms.division == RedemptionDivision::ByLot;
    let parts = match terms.division {
        RedemptionDivision::Whole => whole(holders),
        RedemptionDivision::ProRata => pro_rata(terms.units, holders).map_err(AppError::internal)?,
        // Nobody knows yet whose: nobody's, as far as this goes.
        RedemptionDivision::ByLot => pro_rata(0, holders).map_err(AppError::internal)?,
    };
    let breaches = if drawn { Vec::new() } else { breaches(act.tx, tranche, &parts)? };
    let obstacles = Obstacles::read(act.tx, tranche)?;
    let (mut lines, mut refused) = (Vec::new(), 0);
    let count = parts.len();
    for part in parts {
        let refusal = obstacles.against(act.tx, tranche, (&part, drawn))?;
        refused += usize::from(refusal.is_some());
        if lines.len() < MAX_LINES {
            lines.push(PlannedLine {
                identity: part.holder.identity,
                wallet: part.holder.wallet,
                held_units: part.holder.units,
                units: (!drawn).then_some(part.units),
                amount_minor: (!drawn).then(|| part.units.saturating_mul(terms.price_minor)),
                refusal,
            });
        }
    }
    let kept = declare_coupon::kept_from_principal(act.tx, tranche, terms.payment_date)?;
    let cash_minor = declare_coupon::cash(act.tx, tranche.pool.id, tranche.pool.currency)?;
    let for_others: i64 = kept.iter().map(|claim| claim.kept_minor).sum();
    let left_units = outstanding_units - terms.units;
    Ok(RedemptionPlan {
        redemption_id: act.id(),
        outstanding_units,
        left_units,
        left_face_minor: left_units.saturating_mul(terms.unit_face_minor),
        cash_minor,
        available_minor: (cash_minor - for_others).max(0).saturating_add(terms.contributed_minor),
        kept,
        holders: count,
        lines,
        refused,
        breaches,
        terms,
    })
}

/// Owners above the cap once the parts have ended, wallets of one owner together.
fn breaches(tx: &mut Tx<'_>, tranche: &Tranche, parts: &[Part]) -> Result<Vec<Breach>, AppError> {
    let mut left = BTreeMap::<i64, i64>::new();
    for part in parts {
        *left.entry(part.holder.identity).or_default() += part.holder.units - part.units;
    }
    let mut rules = facts::rules(tx, tranche)?;
    rules.outstanding = Units::try_from(left.values().sum::<i64>())?;
    let limit = rules.cap_units();
    let above = left.into_iter().filter(|(_, units)| *units > limit);
    Ok(above.take(MAX_LINES).map(|(identity, units)| Breach { identity, units, limit }).collect())
}

/// What the chain is known to say no for: units that holds keep, and wallets that the payment token has blocked.
struct Obstacles {
    blocked: BTreeSet<String>,
    with_holds: BTreeSet<String>,
}

impl Obstacles {
    fn read(tx: &mut Tx<'_>, tranche: &Tranche) -> Result<Self, AppError> {
        let cash = install::installed(tx)?.payment_token.to_string();
        let mut blocked = BTreeSet::new();
        for row in projection::events_of(tx, (&cash, "blocked_set"), None)? {
            let event = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
            let ChainEvent::BlockedSet { account, blocked: is_blocked } = event else { continue };
            match is_blocked {
                true => blocked.insert(account.to_string()),
                false => blocked.remove(&account.to_string()),
            };
        }
        let token = tranche.token()?.to_string();
        let holds = projection::events_of(tx, (&token, "hold_created"), None)?;
        let mut with_holds: BTreeSet<String> = holds.into_iter().filter_map(|row| row.wallet).collect();
        // A wallet that took the place of a lost one took over its holds.
        for row in projection::events_of(tx, (&token, "wallet_recovered"), None)? {
            let event = serde_json::from_str(&row.payload).map_err(AppError::internal)?;
            if let ChainEvent::WalletRecovered { replacement, .. } = event {
                with_holds.insert(replacement.to_string());
            }
        }
        Ok(Self { blocked, with_holds })
    }

    /// Why a holder could not be paid as things stand; before a draw, only what stops any unit of theirs.
    fn against(
        &self,
        tx: &mut Tx<'_>,
        tranche: &Tranche,
        (part, drawn): (&Part, bool),
    ) -> Result<Option<CallRefusal>, AppError> {
        let wallet = &part.holder.wallet;
        if part.units == 0 && !drawn {
            return Ok(None);
        }
        if self.with_holds.contains(wallet) {
            let held = facts::held_units(tx, tranche, wallet.parse()?)?;
            let (value, limit) = (part.units.max(1), (part.holder.units - held).max(0));
            if value > limit {
                let reason = "HELD_UNITS".to_owned();
                let (value, limit) = (u128::from(value.unsigned_abs()), u128::from(limit.unsigned_abs()));
                return Ok(Some(CallRefusal::Rule(RuleRefusal {
                    status: FUNDS_LOCKED,
                    reason,
                    value,
                    limit,
                })));
            }
        }
        let is_blocked = self.blocked.contains(wallet);
        Ok(is_blocked.then(|| CallRefusal::Contract {
            error: "PullFailed".to_owned(),
            detail: "the payment token has blocked the wallet".to_owned(),
        }))
    }
}

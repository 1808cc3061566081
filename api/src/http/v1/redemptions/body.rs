//! Redemptions, plans and lines as they are answered. Amounts are in minor units.

use crate::actor::Actor;
use crate::error::AppError;
use crate::flows::declare_coupon::Kept;
use crate::flows::redeem::{self, Breach, PlannedLine, RedemptionPlan, Retried};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::RedemptionId;
use domain::redemption::RedemptionLineStatus;
use serde::Serialize;
use std::collections::BTreeMap;
use store::Tx;
use store::redemptions::{self, Redemption, RedemptionLine, Sum};
use tokenizer::chain::CallRefusal;
use utoipa::ToSchema;

/// A redemption.
#[derive(Serialize, ToSchema)]
pub(super) struct RedemptionBody {
    /// Its id.
    pub(super) id: String,
    /// The partition.
    partition_id: String,
    /// `maturity`, `early` or `amortisation`.
    #[schema(example = "amortisation")]
    kind: &'static str,
    /// `whole`, `pro-rata` or `by-lot`.
    #[schema(example = "pro-rata")]
    division: &'static str,
    /// How many units end.
    units: i64,
    /// What is paid for one.
    price_minor: i64,
    /// What is paid for all.
    amount_minor: i64,
    /// What of it the issuer brought of its own money.
    contributed_minor: i64,
    /// The currency.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// The day at whose end the holders are fixed.
    record_date: NaiveDate,
    /// The day on which units and money change hands.
    payment_date: NaiveDate,
    /// The SHA-256 of the published notice.
    notice_sha256: Option<String>,
    /// The issuer's part of the randomness of a draw.
    seed: Option<String>,
    /// `ordered`, `paying`, `partly-paid`, `paid` or `cancelled`.
    #[schema(example = "paid")]
    status: &'static str,
    /// The number of the record on chain that shows the register.
    record_number: Option<i64>,
    /// The last block of the record date.
    record_block: Option<i64>,
    /// The hash of that block: the other part of the randomness of a draw.
    record_block_hash: Option<String>,
    /// The hash of the document that the terms on chain name: of the notice, or of the list of what was drawn.
    document_hash: Option<String>,
    /// When it was ordered.
    created_at: DateTime<Utc>,
    /// How far it has come; only when one redemption is asked for.
    progress: Option<Progress>,
    /// Why the payment was given up, when it was; only when one redemption is asked for.
    failed: Option<String>,
}

/// How many wallets stand where, with how many units and how much.
#[derive(Serialize, ToSchema)]
pub(super) struct Progress {
    /// Not tried yet, or on their way.
    open: Standing,
    /// Paid: their units ended.
    paid: Standing,
    /// Refused: their units stay and their money waits.
    refused: Standing,
    /// Called off.
    cancelled: Standing,
    /// Wallets of which no unit was due or drawn.
    nil: i64,
}

/// Wallets, their units and their money.
#[derive(Serialize, ToSchema)]
pub(super) struct Standing {
    /// Wallets.
    lines: i64,
    /// Units.
    units: i64,
    /// Minor units.
    amount_minor: i64,
}

impl Progress {
    fn of(sums: &BTreeMap<RedemptionLineStatus, Sum>) -> Self {
        let sum = |status| sums.get(&status).copied().unwrap_or_default();
        let standing = |status| {
            let Sum { lines, units, amount_minor } = sum(status);
            Standing { lines, units, amount_minor }
        };
        Self {
            open: standing(RedemptionLineStatus::Open),
            paid: standing(RedemptionLineStatus::Paid),
            refused: standing(RedemptionLineStatus::Refused),
            cancelled: standing(RedemptionLineStatus::Cancelled),
            nil: sum(RedemptionLineStatus::Nil).lines,
        }
    }
}

impl RedemptionBody {
    pub(super) fn with_progress(tx: &mut Tx<'_>, by: &Actor, id: RedemptionId) -> Result<Self, AppError> {
        let found = redeem::find_own(tx, by, id)?;
        let progress = Some(Progress::of(&redemptions::sums(tx, id)?));
        Ok(Self { progress, failed: redeem::failed(tx, id)?, ..Self::from(found) })
    }
}

impl From<Redemption> for RedemptionBody {
    fn from(found: Redemption) -> Self {
        Self {
            id: found.id.to_string(),
            partition_id: found.partition_id.to_string(),
            kind: found.kind.as_str(),
            division: found.division.as_str(),
            units: found.units,
            price_minor: found.price_minor,
            amount_minor: found.amount_minor,
            contributed_minor: found.contributed_minor,
            currency: found.currency.code(),
            record_date: found.record_date,
            payment_date: found.payment_date,
            notice_sha256: found.notice_sha256,
            seed: found.seed,
            status: found.status.as_str(),
            record_number: found.record_number,
            record_block: found.record_block,
            record_block_hash: found.record_block_hash,
            document_hash: found.document_hash,
            created_at: found.created_at.and_utc(),
            progress: None,
            failed: None,
        }
    }
}

/// Why the chain does not redeem a holder.
#[derive(Serialize, ToSchema)]
pub(super) struct RefusalBody {
    /// The reason in one word: a registered reason of the token, or the name of an error.
    #[schema(example = "HELD_UNITS")]
    pub(super) code: String,
    /// The same with its numbers.
    message: String,
}

impl From<CallRefusal> for RefusalBody {
    fn from(refusal: CallRefusal) -> Self {
        Self { code: refusal.code().to_owned(), message: refusal.to_string() }
    }
}

/// What one wallet gives and gets.
#[derive(Serialize, ToSchema)]
pub(super) struct LineBody {
    /// Its id.
    pub(super) id: String,
    /// The redemption.
    redemption_id: String,
    /// The investor.
    pub(super) investor_id: String,
    /// The wallet as it stood on the register.
    pub(super) wallet: String,
    /// What it held at the end of the record date.
    pub(super) held_units: i64,
    /// How many of them end.
    pub(super) units: i64,
    /// What is paid for them.
    pub(super) amount_minor: i64,
    /// `open`, `paid`, `refused`, `nil` or `cancelled`.
    #[schema(example = "paid")]
    pub(super) status: &'static str,
    /// Why it was refused.
    pub(super) refusal: Option<RefusalBody>,
    /// The transaction that ended the units and paid for them.
    pub(super) transaction_hash: Option<String>,
}

impl From<RedemptionLine> for LineBody {
    fn from(line: RedemptionLine) -> Self {
        let refusal = line.refusal.as_deref().and_then(|json| serde_json::from_str::<CallRefusal>(json).ok());
        Self {
            id: line.id.to_string(),
            redemption_id: line.redemption_id.to_string(),
            investor_id: line.investor_id.to_string(),
            wallet: line.wallet,
            held_units: line.held_units,
            units: line.units,
            amount_minor: line.amount_minor,
            status: line.status.as_str(),
            refusal: refusal.map(RefusalBody::from),
            transaction_hash: line.transaction_hash,
        }
    }
}

/// What is paid back to you.
#[derive(Serialize, ToSchema)]
pub(super) struct Repayment {
    /// Your part.
    pub(super) line: LineBody,
    /// The redemption.
    redemption: RedemptionBody,
}

impl From<(RedemptionLine, Redemption)> for Repayment {
    fn from((line, redemption): (RedemptionLine, Redemption)) -> Self {
        Self { line: line.into(), redemption: redemption.into() }
    }
}

/// Another attempt.
#[derive(Serialize, ToSchema)]
pub(super) struct RetriedBody {
    /// The redemption.
    redemption_id: String,
    /// How many wallets are tried again.
    lines: i64,
}

impl From<Retried> for RetriedBody {
    fn from(retried: Retried) -> Self {
        Self { redemption_id: retried.redemption_id.to_string(), lines: retried.lines }
    }
}

/// What a redemption does, by the register of now.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanBody {
    /// The redemption; none in a dry run.
    redemption_id: Option<String>,
    /// `maturity`, `early` or `amortisation`.
    kind: &'static str,
    /// `whole`, `pro-rata` or `by-lot`.
    division: &'static str,
    /// How many units end.
    units: i64,
    /// The face value that is left of one.
    unit_face_minor: i64,
    /// What is paid for one.
    price_minor: i64,
    /// What is paid for all.
    amount_minor: i64,
    /// What of it the issuer brings of its own money.
    contributed_minor: i64,
    /// The day at whose end the holders are fixed.
    record_date: NaiveDate,
    /// The day on which units and money change hands.
    payment_date: NaiveDate,
    /// Units outstanding now.
    outstanding_units: i64,
    /// Units outstanding afterwards.
    left_units: i64,
    /// The face value of these.
    left_face_minor: i64,
    /// Cash of the pool that nothing was declared from.
    cash_minor: i64,
    /// What of it is kept for partitions that come first.
    kept: Vec<KeptBody>,
    /// What there is to pay with.
    available_minor: i64,
    /// Wallets on the register now.
    holders: usize,
    /// What each of them gives and gets; at most 1,000 of them.
    lines: Vec<PlannedLineBody>,
    /// How many of all could not be paid as things stand.
    refused: usize,
    /// Who would be above the cap afterwards without having bought.
    breaches: Vec<BreachBody>,
}

/// What is kept for a partition that comes first.
#[derive(Serialize, ToSchema)]
struct KeptBody {
    /// Its name.
    partition: String,
    /// Minor units.
    kept_minor: i64,
}

/// What one wallet would give and get.
#[derive(Serialize, ToSchema)]
struct PlannedLineBody {
    /// The number of the beneficial owner.
    identity_number: i64,
    /// The wallet.
    wallet: String,
    /// What it holds now.
    held_units: i64,
    /// How many units end; none before a draw.
    units: Option<i64>,
    /// What is paid for them; none before a draw.
    amount_minor: Option<i64>,
    /// Why the chain would say no as things stand.
    refusal: Option<RefusalBody>,
}

impl From<PlannedLine> for PlannedLineBody {
    fn from(line: PlannedLine) -> Self {
        Self {
            identity_number: line.identity,
            wallet: line.wallet,
            held_units: line.held_units,
            units: line.units,
            amount_minor: line.amount_minor,
            refusal: line.refusal.map(RefusalBody::from),
        }
    }
}

/// Somebody who would be above the cap: they keep what they have and get no more.
#[derive(Serialize, ToSchema)]
struct BreachBody {
    /// The number of the beneficial owner.
    identity_number: i64,
    /// Units that are left to them.
    units: i64,
    /// The most units by the cap.
    limit: i64,
}

impl PlanBody {
    pub(super) fn of(plan: RedemptionPlan, dry_run: bool) -> Self {
        let kept = |kept: Kept| KeptBody { partition: kept.partition, kept_minor: kept.kept_minor };
        let breach = |found: Breach| BreachBody {
            identity_number: found.identity,
            units: found.units,
            limit: found.limit,
        };
        let terms = plan.terms;
        Self {
            redemption_id: (!dry_run).then(|| plan.redemption_id.to_string()),
            kind: terms.kind.as_str(),
            division: terms.division.as_str(),
            units: terms.units,
            unit_face_minor: terms.unit_face_minor,
            price_minor: terms.price_minor,
            amount_minor: terms.amount_minor,
            contributed_minor: terms.contributed_minor,
            record_date: terms.record_date,
            payment_date: terms.payment_date,
            outstanding_units: plan.outstanding_units,
            left_units: plan.left_units,
            left_face_minor: plan.left_face_minor,
            cash_minor: plan.cash_minor,
            kept: plan.kept.into_iter().map(kept).collect(),
            available_minor: plan.available_minor,
            holders: plan.holders,
            lines: plan.lines.into_iter().map(PlannedLineBody::from).collect(),
            refused: plan.refused,
            breaches: plan.breaches.into_iter().map(breach).collect(),
        }
    }
}

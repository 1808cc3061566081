//! What pools look like in JSON.

use super::PoolView;
use crate::error::AppError;
use crate::flows::pool::{Assets, Drafted, LeftOut, Totals};
use crate::flows::tokenise::Plan;
use crate::http::body::MoneyBody;
use crate::http::v1::documents::DocumentBody;
use crate::http::v1::properties::RentalTotalsBody;
use crate::pages::plan::sentences;
use crate::pages::texts::Locale;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{BasisPoints, Units};
use serde::Serialize;
use store::outbox::Call;
use store::pools::{Partition, Pool};
use tokenizer::pool::{Cover, Ineligible, PartitionOffer, ReceivablesTotals};
use utoipa::ToSchema;

/// A pool.
#[derive(Serialize, ToSchema)]
pub(super) struct PoolBody {
    /// Its id.
    id: String,
    /// Whose it is.
    issuer_id: String,
    /// Its name, also the token's.
    name: String,
    /// The token's short name.
    symbol: String,
    /// `receivables` or `rental`.
    #[schema(example = "receivables")]
    asset_kind: &'static str,
    /// The currency of everything it earns and pays.
    currency: &'static str,
    /// `draft`, `tokenising`, `offered`, `live` or `redeemed`.
    #[schema(example = "offered")]
    status: &'static str,
    /// The property of a rental pool.
    property_id: Option<String>,
    /// Its token on chain.
    token_address: Option<String>,
    /// When it was drafted.
    created_at: DateTime<Utc>,
}

impl From<Pool> for PoolBody {
    fn from(pool: Pool) -> Self {
        Self {
            id: pool.id.to_string(),
            issuer_id: pool.issuer_id.to_string(),
            name: pool.name,
            symbol: pool.symbol,
            asset_kind: pool.asset_kind.as_str(),
            currency: pool.currency.code(),
            status: pool.status.as_str(),
            property_id: pool.property_id,
            token_address: pool.token_address,
            created_at: pool.created_at.and_utc(),
        }
    }
}

/// What one debtor owes of a pool.
#[derive(Serialize, ToSchema)]
struct DebtorBody {
    /// The debtor's name.
    debtor: String,
    /// What they owe.
    outstanding: MoneyBody,
    /// Their share of the pool in basis points, rounded up.
    share_bps: i64,
}

/// What receivables add up to.
#[derive(Serialize, ToSchema)]
struct ReceivablesBody {
    /// How many.
    count: i64,
    /// What is to be paid.
    outstanding: MoneyBody,
    /// Days until an average unit of money is due, to a tenth.
    #[schema(example = "41.3")]
    weighted_days_to_due: String,
    /// The first due date.
    first_due: Option<NaiveDate>,
    /// The last due date.
    last_due: Option<NaiveDate>,
    /// How many owe.
    debtors: i64,
    /// Who owes most, at most ten.
    largest_debtors: Vec<DebtorBody>,
}

impl From<ReceivablesTotals> for ReceivablesBody {
    fn from(totals: ReceivablesTotals) -> Self {
        let debtor = |share: tokenizer::pool::DebtorShare| DebtorBody {
            debtor: share.debtor,
            outstanding: share.outstanding.into(),
            share_bps: share.share_bps.get(),
        };
        Self {
            count: totals.count,
            outstanding: totals.outstanding.into(),
            weighted_days_to_due: totals.weighted_days_to_due.to_string(),
            first_due: totals.first_due,
            last_due: totals.last_due,
            debtors: totals.debtors,
            largest_debtors: totals.largest_debtors.into_iter().map(debtor).collect(),
        }
    }
}

/// Why a pool cannot take an invoice.
#[derive(Serialize, ToSchema)]
struct ReasonBody {
    /// `past-due`, `disputed`, `defaulted`, `paid`, `other-currency` or `in-another-pool`.
    #[schema(example = "past-due")]
    reason: &'static str,
    /// The reason with its numbers.
    #[schema(example = "due on 2026-02-28, which was before 2026-03-01")]
    detail: String,
}

/// An invoice that a pool cannot take.
#[derive(Serialize, ToSchema)]
struct LeftOutBody {
    /// The invoice.
    invoice_id: String,
    /// The issuer's own key.
    external_id: String,
    /// The number as printed.
    number: String,
    /// What is still to be paid.
    outstanding: MoneyBody,
    /// When it is due.
    due_date: NaiveDate,
    /// Every reason.
    reasons: Vec<ReasonBody>,
}

impl From<LeftOut> for LeftOutBody {
    fn from(left: LeftOut) -> Self {
        let reason = |reason: &Ineligible| ReasonBody { reason: reason.word(), detail: reason.to_string() };
        Self {
            invoice_id: left.invoice_id.to_string(),
            external_id: left.external_id,
            number: left.number,
            outstanding: left.outstanding.into(),
            due_date: left.due_date,
            reasons: left.reasons.iter().map(reason).collect(),
        }
    }
}

/// The assets of a pool as they are judged today.
#[derive(Serialize, ToSchema)]
struct AssetsBody {
    /// What stands behind the units: open receivables, or the valuation of the property.
    worth: MoneyBody,
    /// Of a pool of receivables.
    #[serde(skip_serializing_if = "Option::is_none")]
    receivables: Option<ReceivablesBody>,
    /// Of a rental pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    rental: Option<RentalTotalsBody>,
    /// How many invoices are not eligible.
    left_out_count: i64,
    /// The first 200 of those, with every reason.
    left_out: Vec<LeftOutBody>,
}

fn assets_body(totals: Totals, left_out_count: i64, left_out: Vec<LeftOut>) -> AssetsBody {
    let worth = totals.worth().into();
    let left_out = left_out.into_iter().map(LeftOutBody::from).collect();
    let (receivables, rental) = match totals {
        Totals::Receivables(totals) => (Some(totals.into()), None),
        Totals::Rental(totals) => (None, Some(totals.into())),
    };
    AssetsBody { worth, receivables, rental, left_out_count, left_out }
}

impl From<Assets> for AssetsBody {
    fn from(assets: Assets) -> Self {
        assets_body(assets.totals, assets.left_out_count, assets.left_out)
    }
}

/// A draft that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftBody {
    /// Its id.
    id: String,
    /// What it holds.
    assets: AssetsBody,
}

impl From<Drafted> for DraftBody {
    fn from(drafted: Drafted) -> Self {
        Self { id: drafted.pool_id.to_string(), assets: drafted.assets.into() }
    }
}

/// A partition.
#[derive(Serialize, ToSchema)]
struct PartitionBody {
    /// Its id; none in a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Its name, also on chain.
    name: String,
    /// The order of payment: 1 is paid first.
    seniority: i64,
    /// The most units there may be.
    authorised_units: i64,
    /// What a unit costs, in minor units.
    unit_price_minor: i64,
    /// What all units cost, in minor units.
    size_minor: i64,
    /// The cap per beneficial owner in basis points.
    cap_bps: i64,
    /// The most units that one beneficial owner may hold until the primary sale closes.
    cap_units: i64,
    /// The yearly coupon as a decimal fraction.
    #[schema(example = "0.0525")]
    coupon_rate: String,
    /// Months between coupons.
    coupon_months: i64,
    /// How days are counted.
    day_count: String,
    /// The first day that earns.
    first_period_start: NaiveDate,
    /// The most beneficial owners.
    holder_limit: Option<i64>,
    /// Nobody transfers before.
    locked_until: Option<DateTime<Utc>>,
    /// Countries whose residents may hold.
    allowed_countries: Vec<String>,
    /// Classes of investors who may hold.
    allowed_classes: Vec<String>,
    /// Whether the primary sale is over; none in a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_closed: Option<bool>,
}

impl From<&PartitionOffer> for PartitionBody {
    fn from(offer: &PartitionOffer) -> Self {
        Self {
            id: None,
            name: offer.name.to_string(),
            seniority: offer.seniority,
            authorised_units: offer.authorised.get(),
            unit_price_minor: offer.unit_price_minor,
            size_minor: offer.size_minor(),
            cap_bps: offer.cap.get(),
            cap_units: offer.cap_units(),
            coupon_rate: offer.coupon_rate.get().normalize().to_string(),
            coupon_months: offer.coupon_months,
            day_count: offer.day_count.name().to_owned(),
            first_period_start: offer.first_period_start,
            holder_limit: offer.holder_limit,
            locked_until: offer.locked_until,
            allowed_countries: offer.countries.iter().map(|country| country.code().to_owned()).collect(),
            allowed_classes: offer.classes.iter().map(ToString::to_string).collect(),
            primary_closed: None,
        }
    }
}

impl TryFrom<Partition> for PartitionBody {
    type Error = AppError;

    fn try_from(partition: Partition) -> Result<Self, AppError> {
        let list = |json: &str| serde_json::from_str(json).map_err(AppError::internal);
        let units = Units::try_from(partition.authorised_units)?;
        Ok(Self {
            id: Some(partition.id.to_string()),
            name: partition.name.to_string(),
            seniority: partition.seniority,
            authorised_units: partition.authorised_units,
            unit_price_minor: partition.unit_price_minor,
            size_minor: partition.authorised_units.saturating_mul(partition.unit_price_minor),
            cap_bps: partition.cap_bps,
            cap_units: BasisPoints::try_from(partition.cap_bps)?.of(units),
            coupon_rate: partition.coupon_rate.clone(),
            coupon_months: partition.coupon_months,
            day_count: partition.day_count.clone(),
            first_period_start: partition.first_period_start,
            holder_limit: partition.holder_limit,
            locked_until: partition.locked_until_utc(),
            allowed_countries: list(&partition.allowed_countries)?,
            allowed_classes: list(&partition.allowed_classes)?,
            primary_closed: Some(partition.primary_closed),
        })
    }
}

/// The assets of a pool against its offer.
#[derive(Serialize, ToSchema)]
struct CoverBody {
    /// What the assets add up to.
    assets: MoneyBody,
    /// What all units cost.
    offered: MoneyBody,
    /// What the assets are worth beyond the offer.
    surplus: MoneyBody,
    /// Assets for each 100 of the offer.
    #[schema(example = "111.11")]
    cover_percent: String,
}

impl From<Cover> for CoverBody {
    fn from(cover: Cover) -> Self {
        Self {
            assets: cover.assets.into(),
            offered: cover.offered.into(),
            surplus: cover.surplus.into(),
            cover_percent: cover.cover_percent.to_string(),
        }
    }
}

/// What will happen, or has begun to.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanBody {
    /// The pool.
    pool_id: String,
    /// Its name, also the token's.
    name: String,
    /// The token's short name.
    symbol: String,
    /// The partitions, senior first.
    partitions: Vec<PartitionBody>,
    /// The assets against the offer.
    cover: CoverBody,
    /// The assets.
    assets: AssetsBody,
    /// Documents whose hashes go on chain with the token.
    documents: i64,
    /// The same in plain words.
    plan: Vec<String>,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        Self {
            pool_id: plan.pool_id.to_string(),
            plan: sentences(&plan, Locale::English),
            name: plan.name,
            symbol: plan.symbol,
            partitions: plan.partitions.iter().map(PartitionBody::from).collect(),
            cover: plan.cover.into(),
            assets: assets_body(plan.totals, plan.left_out_count, plan.left_out),
            documents: plan.documents,
        }
    }
}

/// A call to the chain about a pool.
#[derive(Serialize, ToSchema)]
struct CallBody {
    /// What it does.
    #[schema(example = "token.deploy")]
    kind: String,
    /// `queued`, `submitted`, `mined`, `final` or `refused`.
    status: &'static str,
    /// The transaction; none before it was sent.
    transaction_hash: Option<String>,
    /// The block it is in.
    block: Option<i64>,
    /// The gas it used.
    gas_used: Option<i64>,
}

/// A pool with everything that is known of it.
#[derive(Serialize, ToSchema)]
pub(super) struct PoolDetailBody {
    /// The pool.
    #[serde(flatten)]
    pool: PoolBody,
    /// Its assets as they are judged today.
    assets: AssetsBody,
    /// Its partitions, senior first.
    partitions: Vec<PartitionBody>,
    /// The versions of its documents, by name, the newest first.
    documents: Vec<DocumentBody>,
    /// What was sent to the chain about it, oldest first.
    calls: Vec<CallBody>,
    /// Why the chain refused the last deployment, when it did.
    refusal: Option<String>,
}

impl TryFrom<PoolView> for PoolDetailBody {
    type Error = AppError;

    fn try_from(view: PoolView) -> Result<Self, AppError> {
        let refusal = view.refusal().map(str::to_owned);
        let call = |(call, transaction_hash): (Call, Option<String>)| CallBody {
            kind: call.kind,
            status: call.status.as_str(),
            transaction_hash,
            block: call.block,
            gas_used: call.gas_used,
        };
        Ok(Self {
            assets: view.assets.into(),
            partitions: view.partitions.into_iter().map(PartitionBody::try_from).collect::<Result<_, _>>()?,
            documents: view.documents.into_iter().map(DocumentBody::from).collect(),
            calls: view.calls.into_iter().map(call).collect(),
            refusal,
            pool: view.pool.into(),
        })
    }
}

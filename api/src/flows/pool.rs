//! A pool in the making: assets are chosen and judged, and what they add up to is shown.

use crate::actor::Actor;
use crate::app::{App, Command};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::asset::AssetKind;
use domain::ids::{InvoiceId, IssuerId, PartitionId, PoolId, PropertyId};
use domain::party::{Role, WalletAddress};
use domain::pool::{PoolStatus, Symbol};
use domain::{Currency, Invalid, Invalids, Money};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::invoices::{self, Invoice, MAX_POOL_INVOICES};
use store::pools::Pool;
use store::properties::{self, Property};
use tokenizer::intake::lease::Lease;
use tokenizer::pool::{Ineligible, Receivable, ReceivablesTotals, RentalTotals};

/// Invoices that are named one by one with the reasons against them; more are counted.
pub const MAX_NAMED: usize = 200;

/// Which assets a pool is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// These invoices.
    Invoices(Vec<InvoiceId>),
    /// Every invoice that a filter finds.
    Filter(InvoiceFilter),
    /// A property with its leases.
    Property(PropertyId),
}

/// Which invoices a pool is to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InvoiceFilter {
    /// Only those of an import.
    pub import_id: Option<domain::ids::ImportId>,
    /// Only those due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Only those due on this day or earlier.
    pub due_to: Option<NaiveDate>,
    /// Only those of at least this amount, in minor units.
    pub amount_from_minor: Option<i64>,
    /// Only those of at most this amount, in minor units.
    pub amount_to_minor: Option<i64>,
    /// Only those owed from a country.
    pub buyer_country: Option<domain::Country>,
}

/// A pool to be drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPool {
    /// Its name, also the token's.
    pub name: String,
    /// The token's short name.
    pub symbol: Symbol,
    /// The currency of a pool of receivables; a property has its own.
    pub currency: Option<Currency>,
    /// What it is to hold.
    pub choice: Choice,
}

/// An invoice that a pool cannot take, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The issuer's own key.
    pub external_id: String,
    /// The number as printed.
    pub number: String,
    /// What is still to be paid.
    pub outstanding: Money,
    /// When it is due.
    pub due_date: NaiveDate,
    /// Every reason.
    pub reasons: Vec<Ineligible>,
}

/// What the assets of a pool add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asset_kind", rename_all = "snake_case")]
pub enum Totals {
    /// Of receivables.
    Receivables(ReceivablesTotals),
    /// Of a let property.
    Rental(RentalTotals),
}

impl Totals {
    /// What stands behind the pool's units: open receivables, or the valuation of the property.
    #[must_use]
    pub const fn worth(&self) -> Money {
        match self {
            Self::Receivables(totals) => totals.outstanding,
            Self::Rental(totals) => totals.valuation,
        }
    }
}

/// The assets of a pool as they are judged today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// What the eligible ones add up to.
    pub totals: Totals,
    /// How many are not eligible.
    pub left_out_count: i64,
    /// The first [`MAX_NAMED`] of those, with the reasons.
    pub left_out: Vec<LeftOut>,
}

/// A draft that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// Its id.
    pub pool_id: PoolId,
    /// What it holds.
    pub assets: Assets,
}

/// Assets with the invoices that make them up.
pub(super) struct Judged {
    pub assets: Assets,
    pub eligible: Vec<InvoiceId>,
    pub ineligible: Vec<InvoiceId>,
}

/// Drafts a pool: the eligible assets are chosen for it and no other pool can choose them.
///
/// # Errors
/// When something in the request is wrong, or no asset is eligible; then the reasons are among the findings.
pub fn draft(app: &App, command: &Command, new: &NewPool) -> Result<Drafted, AppError> {
    let issuer = command.by.issuer()?;
    app.execute(command, new, |act| {
        let today = act.now.date_naive();
        if store::pools::symbol_is_taken(act.tx, &new.symbol, None)? {
            return Err(Invalid::new("symbol", &new.symbol, "a symbol that no other pool has").into());
        }
        let (asset_kind, property, currency, judged) = match &new.choice {
            Choice::Property(id) => {
                let property = own_property(act.tx, issuer, *id)?;
                let currency = same_currency(new.currency, property.currency)?;
                let judged = judge_property(act.tx, &property, None, today)?;
                (AssetKind::Rental, Some(*id), currency, judged)
            }
            choice => {
                let currency = new.currency.ok_or_else(|| Invalid::new("currency", "", "a currency"))?;
                let chosen = chosen(act.tx, issuer, choice)?;
                (AssetKind::Receivables, None, currency, judge(&chosen, (None, true), currency, today)?)
            }
        };
        if asset_kind == AssetKind::Receivables && judged.eligible.is_empty() {
            return Err(nothing_eligible(&judged.assets).into());
        }
        let pool = Pool {
            id: act.id(),
            issuer_id: issuer,
            asset_kind,
            property_id: property.map(|id| id.to_string()),
            name: new.name.clone(),
            symbol: new.symbol.to_string(),
            currency,
            status: PoolStatus::Draft,
            token_address: None,
            created_at: act.now.naive_utc(),
        };
        let pool_id = pool.id;
        store::pools::add(act.tx, pool)?;
        for id in &judged.eligible {
            invoices::choose(act.tx, *id, Some(pool_id))?;
        }
        let worth = judged.assets.totals.worth();
        let detail = serde_json::json!({
            "asset_kind": asset_kind, "invoices": judged.eligible.len(), "worth": worth });
        act.audit("pool.drafted", pool_id, &detail)?;
        Ok(Drafted { pool_id, assets: judged.assets })
    })
}

/// Gives a draft up; its assets are free again.
///
/// # Errors
/// When it is not the issuer's, or no draft.
pub fn discard(app: &App, command: &Command, id: PoolId) -> Result<(), AppError> {
    let issuer = command.by.issuer()?;
    app.execute(command, &("discard", id), |act| {
        let pool = own(act.tx, issuer, id)?;
        must_be_draft(&pool)?;
        invoices::release(act.tx, id)?;
        store::documents::remove_all(act.tx, id)?;
        store::pools::remove_partitions(act.tx, id)?;
        store::pools::remove(act.tx, id)?;
        act.audit("pool.discarded", id, &serde_json::json!({ "symbol": pool.symbol }))
    })
}

/// The pool, if the actor may see it: issuers their own, investors what is offered or was, officials all.
///
/// # Errors
/// [`AppError::NotFound`] also when it is somebody else's.
pub fn visible(tx: &mut Tx<'_>, by: &Actor, id: PoolId) -> Result<Pool, AppError> {
    let found = store::pools::find(tx, id)?;
    let may_see = |pool: &Pool| match by {
        Actor::Person { role: Role::Issuer, issuer_id, .. } => *issuer_id == Some(pool.issuer_id),
        Actor::Person { role: Role::Investor, .. } => {
            !matches!(pool.status, PoolStatus::Draft | PoolStatus::Tokenising)
        }
        _ => true,
    };
    found.filter(may_see).ok_or_else(|| AppError::not_found("pool", id))
}

/// The pool's token on chain.
///
/// # Errors
/// [`AppError::WrongState`] when the pool is not tokenised.
pub fn token(pool: &Pool) -> Result<WalletAddress, AppError> {
    let missing = || AppError::WrongState {
        what: "the pool",
        state: pool.status.to_string(),
        limit: "it needs a token on the chain".to_owned(),
    };
    Ok(pool.token_address.as_deref().ok_or_else(missing)?.parse()?)
}

/// The partitions of the newest pools that a filter finds, [`store::MAX_PAGE`] pools at most.
///
/// # Errors
/// When the database fails.
pub fn partition_ids(tx: &mut Tx<'_>, filter: store::pools::Filter) -> Result<Vec<PartitionId>, AppError> {
    let mut ids = Vec::new();
    for pool in store::pools::page(tx, filter, None, store::MAX_PAGE)? {
        ids.extend(store::pools::partitions_of(tx, pool.id)?.into_iter().map(|partition| partition.id));
    }
    Ok(ids)
}

/// An issuer's own pool.
///
/// # Errors
/// [`AppError::NotFound`] also when it is somebody else's.
pub fn own(tx: &mut Tx<'_>, issuer: IssuerId, id: PoolId) -> Result<Pool, AppError> {
    let found = store::pools::find(tx, id)?.filter(|pool| pool.issuer_id == issuer);
    found.ok_or_else(|| AppError::not_found("pool", id))
}

/// What a pool holds, judged today: a draft by all rules, later only by what became of each asset.
///
/// # Errors
/// When the database fails or the assets cannot be added up.
pub fn assets(tx: &mut Tx<'_>, pool: &Pool, today: NaiveDate) -> Result<Assets, AppError> {
    Ok(judge_pool(tx, pool, today)?.assets)
}

pub(super) fn judge_pool(tx: &mut Tx<'_>, pool: &Pool, today: NaiveDate) -> Result<Judged, AppError> {
    if let Some(property) = &pool.property_id {
        let id: PropertyId = property.parse()?;
        let found = properties::find(tx, id)?.ok_or_else(|| AppError::not_found("property", id))?;
        return judge_property(tx, &found, Some(pool.id), today);
    }
    let filter = invoices::Filter { pool: Some(pool.id), ..invoices::Filter::default() };
    let held = invoices::for_pool(tx, &filter)?;
    judge(&held, (Some(pool.id), pool.status == PoolStatus::Draft), pool.currency, today)
}

pub(super) fn must_be_draft(pool: &Pool) -> Result<(), AppError> {
    if pool.status == PoolStatus::Draft {
        return Ok(());
    }
    let (state, limit) = (pool.status.to_string(), "only a draft can be changed".to_owned());
    Err(AppError::WrongState { what: "the pool", state, limit })
}

fn chosen(tx: &mut Tx<'_>, issuer: IssuerId, choice: &Choice) -> Result<Vec<Invoice>, AppError> {
    let most = usize::try_from(MAX_POOL_INVOICES).unwrap_or(usize::MAX);
    let (field, chosen) = match choice {
        Choice::Invoices(ids) if ids.len() > most => ("invoice_ids", Vec::new()),
        Choice::Invoices(ids) => ("invoice_ids", own_invoices(tx, issuer, ids)?),
        Choice::Filter(filter) => ("filter", invoices::for_pool(tx, &stored_filter(issuer, filter))?),
        Choice::Property(_) => ("property_id", Vec::new()),
    };
    let too_many = matches!(choice, Choice::Invoices(ids) if ids.len() > most) || chosen.len() > most;
    if too_many {
        return Err(Invalid::new(field, "", format!("at most {MAX_POOL_INVOICES} invoices in a pool")).into());
    }
    Ok(chosen)
}

fn own_invoices(tx: &mut Tx<'_>, issuer: IssuerId, ids: &[InvoiceId]) -> Result<Vec<Invoice>, AppError> {
    let mut found = invoices::by_ids(tx, ids)?;
    found.retain(|invoice| invoice.issuer_id == issuer);
    let known: std::collections::BTreeSet<InvoiceId> = found.iter().map(|invoice| invoice.id).collect();
    if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
        return Err(Invalid::new("invoice_ids", unknown, "the id of an invoice of yours").into());
    }
    Ok(found)
}

fn stored_filter(issuer: IssuerId, filter: &InvoiceFilter) -> invoices::Filter {
    invoices::Filter {
        issuer: Some(issuer),
        import: filter.import_id,
        due_from: filter.due_from,
        due_to: filter.due_to,
        amount_from_minor: filter.amount_from_minor,
        amount_to_minor: filter.amount_to_minor,
        buyer_country: filter.buyer_country,
        ..invoices::Filter::default()
    }
}

fn receivable(invoice: &Invoice) -> Result<Receivable, AppError> {
    let debtor = invoice.buyer_vat_id.clone().unwrap_or_else(|| invoice.buyer_name.to_lowercase());
    Ok(Receivable {
        id: invoice.id,
        status: invoice.status,
        outstanding: invoice.outstanding(),
        due_date: invoice.due_date,
        debtor,
        debtor_name: invoice.buyer_name.clone(),
        pool: invoice.pool_id.as_deref().map(str::parse).transpose()?,
    })
}

fn judge(
    chosen: &[Invoice],
    (pool, is_draft): (Option<PoolId>, bool),
    currency: Currency,
    today: NaiveDate,
) -> Result<Judged, AppError> {
    let (mut eligible, mut left_out) = (Vec::new(), Vec::new());
    for invoice in chosen {
        let receivable = receivable(invoice)?;
        let mut reasons = receivable.against(pool, currency, today);
        // Once it is pledged, lateness is the pool's risk and no reason to leave an invoice out.
        reasons.retain(|reason| is_draft || !matches!(reason, Ineligible::PastDue { .. }));
        if reasons.is_empty() {
            eligible.push(receivable);
        } else {
            left_out.push(LeftOut {
                invoice_id: invoice.id,
                external_id: invoice.external_id.clone(),
                number: invoice.invoice_number.clone(),
                outstanding: invoice.outstanding(),
                due_date: invoice.due_date,
                reasons,
            });
        }
    }
    let totals = ReceivablesTotals::of(&eligible, currency, today).map_err(too_large)?;
    let ineligible: Vec<InvoiceId> = left_out.iter().map(|left| left.invoice_id).collect();
    let left_out_count = i64::try_from(left_out.len()).map_err(AppError::internal)?;
    left_out.truncate(MAX_NAMED);
    let assets = Assets { totals: Totals::Receivables(totals), left_out_count, left_out };
    Ok(Judged { assets, eligible: eligible.iter().map(|each| each.id).collect(), ineligible })
}

fn judge_property(
    tx: &mut Tx<'_>,
    property: &Property,
    pool: Option<PoolId>,
    today: NaiveDate,
) -> Result<Judged, AppError> {
    let taken = store::pools::of_property(tx, property.id)?.filter(|other| Some(other.id) != pool);
    if let Some(other) = taken {
        let limit = format!("a property in no other pool: it is in {}", other.name);
        return Err(Invalid::new("property_id", property.id, limit).into());
    }
    let totals = Totals::Rental(rental_totals(tx, property, today)?);
    let assets = Assets { totals, left_out_count: 0, left_out: Vec::new() };
    Ok(Judged { assets, eligible: Vec::new(), ineligible: Vec::new() })
}

/// What a property adds up to on a day.
///
/// # Errors
/// When the database fails or the rents cannot be added up.
pub fn rental_totals(
    tx: &mut Tx<'_>,
    property: &Property,
    today: NaiveDate,
) -> Result<RentalTotals, AppError> {
    let units = properties::units(tx, property.id)?.len();
    let mut leases = Vec::new();
    for (unit, lease) in properties::leases_of(tx, property.id)? {
        let terms: Lease = serde_json::from_str(&lease.terms).map_err(AppError::internal)?;
        leases.push((unit, terms));
    }
    RentalTotals::of(property.valuation(), units, &leases, today).map_err(too_large)
}

pub(super) fn own_property(tx: &mut Tx<'_>, issuer: IssuerId, id: PropertyId) -> Result<Property, AppError> {
    let found = properties::find(tx, id)?.filter(|property| property.issuer_id == issuer);
    found.ok_or_else(|| Invalid::new("property_id", id, "the id of a property of yours").into())
}

fn same_currency(asked: Option<Currency>, of_property: Currency) -> Result<Currency, Invalid> {
    match asked {
        Some(asked) if asked != of_property => {
            Err(Invalid::new("currency", asked, format!("{of_property}, as the property has")))
        }
        _ => Ok(of_property),
    }
}

fn nothing_eligible(assets: &Assets) -> Invalids {
    let mut found = Invalids::default();
    let limit = format!("one eligible invoice at least; {} are not", assets.left_out_count);
    found.push(Invalid::new("invoice_ids", "", limit));
    for left in assets.left_out.iter().take(MAX_REASONS) {
        let reasons: Vec<String> = left.reasons.iter().map(ToString::to_string).collect();
        found.push(Invalid::new("invoice_ids", &left.external_id, reasons.join("; ")));
    }
    found
}

/// Invoices that a refusal names with their reasons: enough to see the pattern.
const MAX_REASONS: usize = 20;

fn too_large(error: tokenizer::pool::AssetsError) -> AppError {
    Invalid::new("invoice_ids", "", error.to_string()).into()
}

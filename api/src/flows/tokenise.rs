//! A draft becomes a security token: its terms are checked against its assets, the invoices are pledged, the token is
//! deployed; when it stands on the chain the pool is offered.

use super::pool::{self, LeftOut, Totals};
use super::{document, install};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::{Intent, Landed};
use domain::asset::{AssetKind, InvoiceStatus};
use domain::ids::{PartitionId, PoolId};
use domain::party::WalletAddress;
use domain::pool::{PoolStatus, Symbol};
use domain::{Currency, Invalid};
use serde::{Deserialize, Serialize};
use store::outbox::Call;
use store::pools::{Partition, Pool};
use store::projection::WatchedContract;
use tokenizer::chain::calls::{self, PartitionTerms, TokenPlan};
use tokenizer::pool::{Cover, Offer, PartitionOffer};

/// The kind of a call that deploys a pool's token.
pub const DEPLOY: &str = "token.deploy";
/// The kind under which a pool's token is watched; its subject is the pool's id.
pub const SECURITY_TOKEN: &str = "security-token";
/// The kind of a call that lets a token keep copies of identities.
const LIST: &str = "token.list";

/// How a draft is to become a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tokenise {
    /// The draft.
    pub pool_id: PoolId,
    /// Another name than the draft has.
    pub name: Option<String>,
    /// Another symbol than the draft has.
    pub symbol: Option<Symbol>,
    /// The partitions.
    pub partitions: Vec<PartitionOffer>,
}

/// What will happen, or has begun to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The pool.
    pub pool_id: PoolId,
    /// Its name, also the token's.
    pub name: String,
    /// The token's short name.
    pub symbol: String,
    /// What it holds.
    pub asset_kind: AssetKind,
    /// The currency of everything it pays.
    pub currency: Currency,
    /// The partitions, senior first.
    pub partitions: Vec<PartitionOffer>,
    /// What the assets add up to.
    pub totals: Totals,
    /// The assets against the offer.
    pub cover: Cover,
    /// Invoices that were chosen and have become ineligible: they are set free.
    pub left_out_count: i64,
    /// The first of those.
    pub left_out: Vec<LeftOut>,
    /// Documents whose hashes go on chain with the token.
    pub documents: i64,
}

/// Plans the token, and unless it is a dry run pledges the assets and sends its deployment.
///
/// # Errors
/// When a term is not acceptable, the offer is more than the assets, or the pool is no draft of the issuer.
pub fn tokenise(app: &App, command: &Command, request: &Tokenise) -> Result<Plan, AppError> {
    let issuer = command.by.issuer()?;
    let platform = app.platform()?;
    app.execute(command, request, |act| {
        let pool = pool::own(act.tx, issuer, request.pool_id)?;
        pool::must_be_draft(&pool)?;
        let contracts = install::installed(act.tx)?;
        let symbol = match &request.symbol {
            Some(symbol) => symbol.clone(),
            None => pool.symbol.parse()?,
        };
        if store::pools::symbol_is_taken(act.tx, &symbol, Some(pool.id))? {
            return Err(Invalid::new("symbol", &symbol, "a symbol that no other pool has").into());
        }
        let name = request.name.clone().unwrap_or_else(|| pool.name.clone());
        let judged = pool::judge_pool(act.tx, &pool, act.now.date_naive())?;
        let assets = judged.assets;
        let (offer, cover) = Offer::check(request.partitions.clone(), assets.totals.worth(), act.now)?;
        for id in &judged.ineligible {
            store::invoices::choose(act.tx, *id, None)?;
        }
        let from_to = (InvoiceStatus::Available, InvoiceStatus::Pledged);
        store::invoices::move_pool(act.tx, pool.id, from_to)?;
        store::pools::rename(act.tx, pool.id, &name, &symbol)?;
        store::pools::remove_partitions(act.tx, pool.id)?;
        for partition in offer.partitions() {
            store::pools::add_partition(act.tx, row(act.id(), pool.id, partition)?)?;
        }
        store::pools::set_status(act.tx, pool.id, PoolStatus::Tokenising)?;
        let plan = TokenPlan {
            name: name.clone(),
            symbol: symbol.to_string(),
            admin: platform,
            registry: contracts.identity_registry,
            back_office: contracts.back_office,
            partitions: offer.partitions().iter().map(on_chain).collect::<Result<_, _>>()?,
        };
        deploy(act, &pool, &plan)?;
        let documents = store::documents::in_force(act.tx, pool.id, act.now)?.len();
        let detail =
            serde_json::json!({ "symbol": symbol, "cover": cover, "partitions": offer.partitions() });
        act.audit("pool.tokenising", pool.id, &detail)?;
        Ok(Plan {
            pool_id: pool.id,
            name,
            symbol: symbol.to_string(),
            asset_kind: pool.asset_kind,
            currency: pool.currency,
            partitions: offer.partitions().to_vec(),
            totals: assets.totals,
            cover,
            left_out_count: assets.left_out_count,
            left_out: assets.left_out,
            documents: i64::try_from(documents).map_err(AppError::internal)?,
        })
    })
}

/// Writes the deployment. A pool whose deployment was refused is deployed again under the next number.
fn deploy(act: &mut Act<'_, '_>, pool: &Pool, plan: &TokenPlan) -> Result<(), AppError> {
    let earlier = store::outbox::about(act.tx, &pool.id.to_string())?;
    let attempt = earlier.iter().filter(|call| call.kind == DEPLOY).count() + 1;
    act.call_chain(&Intent {
        operation_key: format!("tokenise/{}/{attempt}", pool.id),
        kind: DEPLOY,
        subject: pool.id.to_string(),
        signer: plan.admin,
        call: calls::deploy_token(plan),
    })?;
    Ok(())
}

/// The token stands: it is watched, the platform gets its roles, the documents go on chain, the pool is offered.
/// Or the chain said no: the pool is a draft again and its invoices are free of the pledge.
///
/// # Errors
/// When the database fails.
pub fn deployed(app: &App, act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let id: PoolId = call.subject.parse()?;
    match landed {
        Landed::Refused(refusal) => {
            store::pools::set_status(act.tx, id, PoolStatus::Draft)?;
            let from_to = (InvoiceStatus::Pledged, InvoiceStatus::Available);
            store::invoices::move_pool(act.tx, id, from_to)?;
            act.audit("pool.tokenising-refused", id, &serde_json::json!({ "code": refusal.code() }))
        }
        Landed::Mined { contract: None, .. } => {
            Err(AppError::internal(format!("the deployment of the pool {id} left no contract")))
        }
        Landed::Mined { contract: Some(token), block, .. } => offer(app, act, id, (*token, *block)),
    }
}

fn offer(
    app: &App,
    act: &mut Act<'_, '_>,
    id: PoolId,
    (token, block): (WalletAddress, i64),
) -> Result<(), AppError> {
    let (address, subject) = (token.to_string(), id.to_string());
    store::pools::set_token(act.tx, id, token)?;
    let kind = SECURITY_TOKEN.to_owned();
    let contract = WatchedContract { address, kind, subject: subject.clone(), from_block: block };
    store::projection::watch(act.tx, contract)?;
    install::grant_platform(app, act, (token, &subject))?;
    let registry = install::installed(act.tx)?.identity_registry;
    act.call_chain(&Intent {
        operation_key: format!("list/{token}"),
        kind: LIST,
        subject: subject.clone(),
        signer: app.platform()?,
        call: calls::list_token(registry, token),
    })?;
    for version in store::documents::in_force(act.tx, id, act.now)? {
        document::put_on_chain(app, act, token, &version)?;
    }
    store::pools::set_status(act.tx, id, PoolStatus::Offered)?;
    act.audit("pool.offered", id, &serde_json::json!({ "token": token, "block": block }))
}

fn row(id: PartitionId, pool_id: PoolId, offered: &PartitionOffer) -> Result<Partition, AppError> {
    Ok(Partition {
        id,
        pool_id,
        name: offered.name.clone(),
        seniority: offered.seniority,
        authorised_units: offered.authorised.get(),
        unit_price_minor: offered.unit_price_minor,
        cap_bps: offered.cap.get(),
        coupon_rate: offered.coupon_rate.get().normalize().to_string(),
        coupon_months: offered.coupon_months,
        day_count: offered.day_count.name().to_owned(),
        first_period_start: offered.first_period_start,
        holder_limit: offered.holder_limit,
        locked_until: Partition::lock(offered.locked_until),
        allowed_countries: serde_json::to_string(&offered.countries).map_err(AppError::internal)?,
        allowed_classes: serde_json::to_string(&offered.classes).map_err(AppError::internal)?,
        primary_closed: false,
    })
}

fn on_chain(offered: &PartitionOffer) -> Result<PartitionTerms, AppError> {
    Ok(PartitionTerms {
        partition: offered.name.clone(),
        authorised: offered.authorised,
        cap: Some(offered.cap),
        holder_limit: offered.holder_limit.map(u32::try_from).transpose().map_err(AppError::internal)?,
        classes: offered.classes.clone(),
        countries: offered.countries.clone(),
        locked_until: offered.locked_until,
    })
}

//! Reconciliation: register, chain and ledger side by side; what does not agree is a break.

use super::facts::Tranche;
use super::pay_coupon::{COUPON_TOTAL, cash_units, chain_key, disagreement};
use super::redeem::{self, REDEMPTION_TOTAL};
use crate::actor::Actor;
use crate::app::{Act, App};
use crate::error::AppError;
use crate::flows::install;
use domain::ids::{PartitionId, PoolId};
use domain::party::Role;
use domain::redemption::RedemptionLineStatus;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use store::breaks::{self, Break};
use store::coupons::{self, Coupon};
use store::pools::{self, Filter};
use store::redemptions::{self, Redemption};
use store::{ledger, projection};

/// The kind of break when a wallet's units differ between register and chain.
const HOLDING: &str = "register.holding";
/// The kind of break when the units outstanding differ between register and chain.
const SUPPLY: &str = "register.supply";
/// The kind of break when debits are not credits.
const LEDGER: &str = "ledger.balance";
/// The kind of break when the payer contract has other figures of a coupon.
const COUPON_CHAIN: &str = "coupon.chain";
/// The kind of break when the token has taken other units in a redemption.
const REDEMPTION_CHAIN: &str = "redemption.chain";
/// Rows that one look reads.
const ROWS_AT_ONCE: i64 = 100;
/// How often a chain that moves during the comparison is waited for.
const MAX_TRIES: u32 = 40;
/// How long each of these waits is.
const PAUSE: Duration = Duration::from_millis(250);

/// What was compared, and what does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The block that the register stands at.
    pub block: i64,
    /// Lines of registers compared with the chain.
    pub holdings: i64,
    /// Coupons compared with ledger and chain.
    pub coupons: i64,
    /// Redemptions compared with ledger and chain.
    #[serde(default)]
    pub redemptions: i64,
    /// What does not agree.
    pub breaks: Vec<Finding>,
}

/// Two figures that do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which figures.
    pub kind: String,
    /// About which thing.
    pub subject: String,
    /// The figures in a sentence.
    pub detail: String,
}

/// A line of a register to be compared.
struct Line {
    pool: PoolId,
    tranche: Tranche,
    register: Vec<projection::Holding>,
    outstanding: i64,
}

/// Compares everything with everything, records what does not agree and closes what agrees again.
///
/// # Errors
/// [`AppError::Chain`] when the chain does not stand still long enough, or cannot be asked.
pub async fn reconcile(app: &App, by: &Actor) -> Result<Reconciliation, AppError> {
    by.must_be(&[Role::Operator, Role::Regulator])?;
    for _ in 0..MAX_TRIES {
        if app.chain_is_quiet().await? {
            let before = app.chain.head().await?;
            let compared = compare(app).await?;
            if app.chain.head().await? == before {
                let by = by.clone();
                return app.blocking(move |app| record(app, &by, compared)).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(AppError::Chain("it does not stand still for a comparison".to_owned()))
}

async fn compare(app: &App) -> Result<Reconciliation, AppError> {
    let (lines, coupons, block) = app.blocking(|app| app.ask(read)).await?;
    let redemptions = app.blocking(|app| app.ask(read_redemptions)).await?;
    let mut found = Reconciliation { block, holdings: 0, coupons: 0, redemptions: 0, breaks: Vec::new() };
    let mut totals = BTreeMap::<(PoolId, String), i64>::new();
    for line in &lines {
        compare_line(app, line, &mut found, &mut totals).await?;
    }
    for line in &lines {
        compare_totals(app, line, &mut found, &mut totals).await?;
    }
    for coupon in &coupons {
        found.coupons += 1;
        compare_coupon(app, coupon, &mut found).await?;
    }
    for redemption in &redemptions {
        found.redemptions += 1;
        compare_redemption(app, redemption, &mut found).await?;
    }
    Ok(found)
}

fn read(tx: &mut store::Tx<'_>) -> Result<(Vec<Line>, Vec<Coupon>, i64), AppError> {
    let (mut lines, mut all, mut after, mut before) = (Vec::new(), Vec::new(), None, None);
    loop {
        let page = pools::page(tx, Filter::default(), after, ROWS_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for pool in page.into_iter().filter(|pool| pool.token_address.is_some()) {
            for partition in pools::partitions_of(tx, pool.id)? {
                let register = projection::register(tx, partition.id)?;
                let outstanding = projection::outstanding(tx, partition.id)?;
                let tranche = Tranche { pool: pool.clone(), partition };
                lines.push(Line { pool: pool.id, tranche, register, outstanding });
            }
        }
    }
    loop {
        let page = coupons::page(tx, None, before, ROWS_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        all.extend(page);
    }
    Ok((lines, all, projection::head(tx)?.map_or(0, |head| head.number)))
}

fn read_redemptions(tx: &mut store::Tx<'_>) -> Result<Vec<Redemption>, AppError> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = redemptions::page(tx, None, before, ROWS_AT_ONCE)?;
        let Some(last) = page.last() else { return Ok(all) };
        before = Some(last.id);
        all.extend(page);
    }
}

async fn compare_line(
    app: &App,
    line: &Line,
    found: &mut Reconciliation,
    totals: &mut BTreeMap<(PoolId, String), i64>,
) -> Result<(), AppError> {
    let (token, partition) = (line.tranche.token()?, &line.tranche.partition);
    let mut sum = 0;
    for held in &line.register {
        found.holdings += 1;
        sum += held.units;
        *totals.entry((line.pool, held.wallet.clone())).or_default() += held.units;
        let wallet = held.wallet.parse()?;
        let on_chain = app.chain.balance_of_by_partition(token, &partition.name, wallet).await?.get();
        if on_chain != held.units {
            let detail = format!("{} holds {} in the register, {on_chain} on chain", held.wallet, held.units);
            found.add(HOLDING, &subject(partition.id, &held.wallet), detail);
        }
    }
    let supply = app.chain.partition_state(token, &partition.name).await?.supply.get();
    if supply != sum || supply != line.outstanding {
        let detail = format!("{supply} units on chain, {sum} in the register, {} counted", line.outstanding);
        found.add(SUPPLY, &partition.id.to_string(), detail);
    }
    Ok(())
}

/// The sum over the partitions of a wallet is what its ERC-20 balance says.
async fn compare_totals(
    app: &App,
    line: &Line,
    found: &mut Reconciliation,
    totals: &mut BTreeMap<(PoolId, String), i64>,
) -> Result<(), AppError> {
    let token = line.tranche.token()?;
    for held in &line.register {
        let Some(total) = totals.remove(&(line.pool, held.wallet.clone())) else { continue };
        let on_chain = app.chain.balance_of(token, held.wallet.parse()?).await?.get();
        if on_chain != total {
            let detail = format!("{} holds {total} over all partitions, {on_chain} on chain", held.wallet);
            found.add(HOLDING, &format!("{}/{}", line.pool, held.wallet), detail);
        }
    }
    Ok(())
}

async fn compare_coupon(app: &App, coupon: &Coupon, found: &mut Reconciliation) -> Result<(), AppError> {
    let (id, owned) = (coupon.id, coupon.clone());
    let (contracts, off, paid, owed) = app
        .blocking(move |app| {
            let now = app.clock.now();
            app.ask(|tx| {
                let contracts = install::installed(tx)?;
                let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
                let off = disagreement(&mut act, &owned)?;
                let mut total = |status| store::entitlements::total(act.tx, id, status);
                let paid = total(domain::coupon::EntitlementStatus::Paid)?;
                Ok((contracts, off, paid, total(domain::coupon::EntitlementStatus::Owed)?))
            })
        })
        .await?;
    if let Some(detail) = off {
        found.add(COUPON_TOTAL, &id.to_string(), detail);
    }
    let on_chain = app.chain.coupon_balance(contracts.coupon_payer, chain_key(id)).await?;
    let (chain_paid, chain_owed) = on_chain.map_or((0, 0), |balance| (balance.paid, balance.owed));
    let scaled =
        |minor| Ok::<_, AppError>(i64::try_from(cash_units(minor, coupon.currency)?).unwrap_or(i64::MAX));
    if (chain_paid, chain_owed) != (scaled(paid)?, scaled(owed)?) {
        let detail = format!(
            "entitlements: {paid} paid, {owed} owed; chain, in millionths: {chain_paid} paid, {chain_owed} owed"
        );
        found.add(COUPON_CHAIN, &id.to_string(), detail);
    }
    Ok(())
}

async fn compare_redemption(
    app: &App,
    redemption: &Redemption,
    found: &mut Reconciliation,
) -> Result<(), AppError> {
    let (id, owned) = (redemption.id, redemption.clone());
    let (token, off, paid) = app
        .blocking(move |app| {
            let now = app.clock.now();
            app.ask(|tx| {
                let token = Tranche::find(tx, owned.partition_id)?.token()?;
                let mut act = Act { tx, now, by: &Actor::System, chance: &app.chance };
                let off = redeem::disagreement(&mut act, &owned)?;
                let paid =
                    redemptions::sums(act.tx, id)?.get(&RedemptionLineStatus::Paid).map(|sum| sum.units);
                Ok((token, off, paid.unwrap_or_default()))
            })
        })
        .await?;
    if let Some(detail) = off {
        found.add(REDEMPTION_TOTAL, &id.to_string(), detail);
    }
    let on_chain = app.chain.redeemed_of(token, redeem::chain_key(id)).await?;
    if on_chain != paid {
        let detail = format!("{paid} units redeemed by the lines, {on_chain} on chain");
        found.add(REDEMPTION_CHAIN, &id.to_string(), detail);
    }
    Ok(())
}

fn subject(partition: PartitionId, wallet: &str) -> String {
    format!("{partition}/{wallet}")
}

impl Reconciliation {
    fn add(&mut self, kind: &str, subject: &str, detail: String) {
        self.breaks.push(Finding { kind: kind.to_owned(), subject: subject.to_owned(), detail });
    }
}

/// Adds the ledger's own check, records new breaks, closes old ones, and answers with every break that is open.
fn record(app: &App, by: &Actor, mut found: Reconciliation) -> Result<Reconciliation, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut all = found.clone();
        for (currency, sum) in ledger::imbalances(tx)? {
            all.add(LEDGER, &currency, format!("debits less credits are {sum} in {currency}"));
        }
        let mut act = Act { tx, now, by, chance: &app.chance };
        for old in breaks::open(act.tx, None)? {
            let kinds = [HOLDING, SUPPLY, LEDGER, COUPON_CHAIN, COUPON_TOTAL, REDEMPTION_CHAIN, REDEMPTION_TOTAL];
            let ours = kinds.contains(&old.kind.as_str());
            let still = all.breaks.iter().any(|new| new.kind == old.kind && new.subject == old.subject);
            if ours && !still {
                breaks::resolve(act.tx, (&old.kind, &old.subject), now)?;
            }
        }
        for new in &all.breaks {
            let id = act.id();
            breaks::record(act.tx, id, (&new.kind, &new.subject, &new.detail), now)?;
        }
        let counts = serde_json::json!({ "holdings": all.holdings, "coupons": all.coupons, "breaks": all.breaks.len() });
        act.audit("reconciled", all.block, &counts)?;
        found.breaks = breaks::open(act.tx, None)?.into_iter().map(Finding::from).collect();
        Ok::<_, AppError>(())
    })?;
    Ok(found)
}

impl From<Break> for Finding {
    fn from(found: Break) -> Self {
        Self { kind: found.kind, subject: found.subject, detail: found.detail }
    }
}

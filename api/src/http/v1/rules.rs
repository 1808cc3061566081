//! The rules of a pool: all that are in force, and the further ones of a partition as the officer sets them.

use super::pools::parse_id;
use crate::app::App;
use crate::error::AppError;
use crate::flows::rules::{self, Change, Changed, Further, GroupLimit, InForce, NewRules, Setting};
use crate::http::identity::Caller;
use crate::http::json::Json;
use crate::http::problem::Problem;
use crate::http::request::{Write, WriteQuery};
use actix_web::{HttpResponse, get, put, web};
use chrono::{DateTime, Utc};
use compliance::rules::{Limits, ReleaseStep};
use domain::ids::PartitionId;
use domain::party::InvestorClass;
use domain::status::ActionStatus;
use domain::{BasisPoints, Country, Invalid, Invalids};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(show_rules, set_rules))]
pub struct Api;

/// The further rules of a partition, all of them: one that is left out ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RulesRequest {
    /// The most units of one beneficial owner.
    max_holding: Option<i64>,
    /// A beneficial owner holds none or at least so many units.
    min_holding: Option<i64>,
    /// The most units of one transfer to another owner.
    transfer_limit: Option<i64>,
    /// Nothing is issued before.
    sale_opens: Option<DateTime<Utc>>,
    /// Nothing is issued from then on.
    sale_closes: Option<DateTime<Utc>>,
    /// Each transfer to another owner needs a co-signature of the issuer.
    #[serde(default)]
    cosigned: bool,
    /// When issued units are released, at most five steps whose moments and shares rise.
    #[serde(default)]
    release: Vec<Step>,
    /// The most owners by country.
    #[serde(default)]
    #[schema(example = json!({ "DE": 30 }))]
    country_limits: BTreeMap<String, u32>,
    /// The most owners by class.
    #[serde(default)]
    #[schema(example = json!({ "retail": 20 }))]
    class_limits: BTreeMap<String, u32>,
    /// In the officer's words, 1 to 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// From a moment on, so large a share of what was issued while the schedule stands is free.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The first moment at which it is.
    from: DateTime<Utc>,
    /// The share in basis points.
    #[schema(example = 2_500)]
    free_bps: i64,
}

impl RulesRequest {
    fn rules(&self) -> Result<Further, Invalids> {
        let mut found = Invalids::default();
        let step = |step: &Step| {
            let free = BasisPoints::try_from(step.free_bps).map_err(|invalid: Invalid| invalid.named("release"))?;
            Ok(ReleaseStep { from: step.from, free })
        };
        let release = found.check(self.release.iter().map(step).collect::<Result<Vec<_>, Invalid>>());
        let country_limits = found.check(by_key::<Country>("country_limits", &self.country_limits));
        let class_limits = found.check(by_key::<InvestorClass>("class_limits", &self.class_limits));
        found.into_result()?;
        Ok(Further {
            limits: Limits {
                max_holding: self.max_holding,
                min_holding: self.min_holding,
                transfer_limit: self.transfer_limit,
                sale_opens: self.sale_opens,
                sale_closes: self.sale_closes,
                cosigned: self.cosigned,
            },
            release: release.unwrap_or_default(),
            country_limits: country_limits.unwrap_or_default(),
            class_limits: class_limits.unwrap_or_default(),
        })
    }
}

fn by_key<K: std::str::FromStr<Err = Invalid> + Ord>(
    field: &str,
    limits: &BTreeMap<String, u32>,
) -> Result<BTreeMap<K, u32>, Invalid> {
    let read = |(key, limit): (&String, &u32)| {
        let of = key.parse().map_err(|invalid: Invalid| invalid.named(field))?;
        Ok((of, *limit))
    };
    limits.iter().map(read).collect()
}

/// A limit on the owners of a country or a class.
#[derive(Serialize, ToSchema)]
struct Owners {
    /// The most owners.
    limit: u32,
    /// How many there are.
    owners: i64,
}

fn owners<T: ToString>(limits: Vec<GroupLimit<T>>) -> BTreeMap<String, Owners> {
    let of = |limit: GroupLimit<T>| (limit.of.to_string(), Owners { limit: limit.limit, owners: limit.owners });
    limits.into_iter().map(of).collect()
}

/// A rule that changes; null is no rule.
#[derive(Serialize, ToSchema)]
struct ChangeView {
    /// The rule, as `max_holding`.
    rule: String,
    /// What holds now: a number, a moment, `true`, or the steps of a schedule.
    #[schema(value_type = Object)]
    before: Option<Setting>,
    /// What holds when the chain has it.
    #[schema(value_type = Object)]
    after: Option<Setting>,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        Self { rule: change.rule, before: change.before, after: change.after }
    }
}

/// What changes.
#[derive(Serialize, ToSchema)]
struct ChangedView {
    /// The partition.
    partition_id: String,
    /// Every rule that changes.
    changes: Vec<ChangeView>,
    /// Holders outside the new bounds: they keep what they have and get nothing more.
    passive_breaches: i64,
    /// Owners above the limits of their countries and classes: nobody of those enters until they are fewer.
    owners_too_many: i64,
}

impl From<Changed> for ChangedView {
    fn from(changed: Changed) -> Self {
        Self {
            partition_id: changed.partition_id.to_string(),
            changes: changed.changes.into_iter().map(ChangeView::from).collect(),
            passive_breaches: changed.passive_breaches,
            owners_too_many: changed.owners_too_many,
        }
    }
}

/// The rules of a partition; null is no rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartitionRules {
    /// The partition.
    partition_id: String,
    /// Its name.
    partition: String,
    /// Whether the whole token is halted.
    token_paused: bool,
    /// Whether the partition is halted.
    paused: bool,
    /// Countries whose residents may receive.
    countries: Vec<String>,
    /// Classes of investors who may receive.
    classes: Vec<String>,
    /// The cap per beneficial owner in basis points.
    cap_bps: i64,
    /// What the cap is a share of: `authorised` until the primary sale closes, `outstanding` afterwards.
    cap_of: &'static str,
    /// The cap in units as of now.
    cap_units: i64,
    /// The most units there may ever be.
    authorised_units: i64,
    /// The units there are.
    outstanding_units: i64,
    /// The most beneficial owners.
    holder_limit: Option<i64>,
    /// Nobody transfers before.
    locked_until: Option<DateTime<Utc>>,
    /// The most units of one beneficial owner.
    max_holding: Option<i64>,
    /// A beneficial owner holds none or at least so many units.
    min_holding: Option<i64>,
    /// The most units of one transfer to another owner.
    transfer_limit: Option<i64>,
    /// Nothing is issued before.
    sale_opens: Option<DateTime<Utc>>,
    /// Nothing is issued from then on.
    sale_closes: Option<DateTime<Utc>>,
    /// Whether each transfer to another owner needs a co-signature of the issuer.
    cosigned: bool,
    /// When issued units are released.
    release: Vec<Step>,
    /// The most owners by country.
    country_limits: BTreeMap<String, Owners>,
    /// The most owners by class.
    class_limits: BTreeMap<String, Owners>,
    /// The cap per owner over all partitions of the pool, in basis points.
    pool_cap_bps: Option<i64>,
    /// The cap per owner over all partitions of the pool, in units.
    pool_cap_units: Option<i64>,
    /// Wallets of the pool that the limits on holders do not bind.
    system_accounts: Vec<String>,
    /// The contract that the token asks before each write-down, which refuses one out of order.
    waterfall: Option<String>,
    /// Whether the partition is in default.
    in_default: bool,
    /// Millionths of a unit's face value that are left.
    remaining_millionths: u32,
    /// How far the chain has come with the newest change: under-way, done or refused.
    #[schema(value_type = String, example = "done")]
    change: ActionStatus,
}

impl From<InForce> for PartitionRules {
    fn from(rules: InForce) -> Self {
        let (partition, of) = (rules.tranche.partition, rules.rules);
        Self {
            partition_id: partition.id.to_string(),
            partition: partition.name.to_string(),
            token_paused: rules.token_paused,
            paused: of.paused,
            countries: of.countries.iter().map(ToString::to_string).collect(),
            classes: of.classes.iter().map(ToString::to_string).collect(),
            cap_bps: of.cap.get(),
            cap_of: if of.primary_closed { "outstanding" } else { "authorised" },
            cap_units: of.cap_units(),
            authorised_units: of.authorised.get(),
            outstanding_units: of.outstanding.get(),
            holder_limit: of.holder_limit,
            locked_until: of.locked_until,
            max_holding: of.limits.max_holding,
            min_holding: of.limits.min_holding,
            transfer_limit: of.limits.transfer_limit,
            sale_opens: of.limits.sale_opens,
            sale_closes: of.limits.sale_closes,
            cosigned: of.limits.cosigned,
            release: of.release.iter().map(|it| Step { from: it.from, free_bps: it.free.get() }).collect(),
            country_limits: owners(rules.countries),
            class_limits: owners(rules.classes),
            pool_cap_bps: rules.pool.cap.share.map(BasisPoints::get),
            pool_cap_units: rules.pool.cap.units,
            system_accounts: rules.pool.system_accounts.iter().map(ToString::to_string).collect(),
            waterfall: rules.pool.waterfall.map(|contract| contract.to_string()),
            in_default: rules.distress.in_default,
            remaining_millionths: rules.distress.remaining,
            change: rules.change,
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_rules).service(set_rules);
}

/// Every rule in force in a pool, partition by partition, for everybody who may see the pool.
#[utoipa::path(context_path = "/v1", tag = "rules", security(("session" = [])), responses(
    (status = 200, description = "The rules, the senior partition first", body = Vec<PartitionRules>),
    (status = 404, description = "There is no such pool for you", body = Problem),
    (status = 409, description = "The pool has no token", body = Problem),
))]
#[get("/pools/{id}/rules")]
async fn show_rules(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (id, by) = (parse_id(&id)?, caller.signed_in.actor);
    let found = app.blocking(move |app| app.ask(|tx| rules::in_force(tx, &by, id))).await?;
    Ok(HttpResponse::Ok().json(found.into_iter().map(PartitionRules::from).collect::<Vec<_>>()))
}

/// Set the further rules of a partition. A dry run names each rule that changes, with what holds now and then.
#[utoipa::path(context_path = "/v1", tag = "rules", security(("session" = [])), params(WriteQuery),
    request_body = RulesRequest, responses(
    (status = 200, description = "Ordered, or a dry run: what changes", body = ChangedView),
    (status = 409, description = "Nothing changes, or a change is on its way", body = Problem),
    (status = 422, description = "A rule is not accepted", body = Problem),
))]
#[put("/partitions/{partition_id}/rules")]
async fn set_rules(
    app: web::Data<App>,
    write: Write,
    id: web::Path<String>,
    body: Json<RulesRequest>,
) -> Result<HttpResponse, AppError> {
    let (command, body, id) = (write.command()?, body.into_inner(), id.parse::<PartitionId>()?);
    let new = NewRules { partition_id: id, rules: body.rules()?, reason: body.reason };
    let changed = app.blocking(move |app| rules::set(app, &command, &new)).await?;
    Ok(HttpResponse::Ok().json(ChangedView::from(changed)))
}

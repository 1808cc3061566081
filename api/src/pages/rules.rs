//! The rules of a partition in plain words, and the form in which the officer changes the further ones.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::plan::list as in_a_row;
use super::posted::{Posted, Step};
use super::say::Say;
use super::texts::Locale;
use crate::error::AppError;
use crate::flows::distress::WHOLE;
use crate::flows::facts::Tranche;
use crate::flows::rules::{self, Changed, InForce, NewRules, Setting};
use crate::http::request::day;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use compliance::rules::Limits;
use domain::Invalids;
use domain::ids::PartitionId;
use domain::party::Role;
use domain::status::ActionStatus;
use rust_decimal::Decimal;

/// Every rule in force, sentence by sentence.
#[must_use]
pub(super) fn sentences(in_force: &InForce, locale: Locale) -> Vec<String> {
    let (rules, limits) = (&in_force.rules, &in_force.rules.limits);
    let mut said = Vec::new();
    said.extend(in_force.distress.in_default.then(|| locale.t("rule-in-default")));
    let left = in_force.distress.remaining;
    said.extend((left < WHOLE).then(|| locale.text("rule-written-down", &[("percent", &percent(left))])));
    said.extend(in_force.token_paused.then(|| locale.t("rule-token-paused")));
    said.extend(rules.paused.then(|| locale.t("rule-paused")));
    let (classes, countries) = (in_a_row(&rules.classes, locale), in_a_row(&rules.countries, locale));
    said.push(locale.text("rule-open-to", &[("classes", &classes), ("countries", &countries)]));
    let of = if rules.primary_closed { "rule-cap-outstanding" } else { "rule-cap-authorised" };
    said.push(locale.text(of, &[("units", &rules.cap_units()), ("bps", &rules.cap)]));
    let named = |key: &str, name: &str, value: &dyn Say| locale.text(key, &[(name, value)]);
    said.extend(
        rules
            .holder_limit
            .map(|limit| locale.text("rule-holder-limit", &[("limit", &limit), ("holders", &rules.holders)])),
    );
    said.extend(rules.locked_until.map(|until| named("rule-locked", "until", &until)));
    said.extend(limits.max_holding.map(|units| named("rule-max-holding", "units", &units)));
    said.extend(limits.min_holding.map(|units| named("rule-min-holding", "units", &units)));
    said.extend(limits.transfer_limit.map(|units| named("rule-transfer-limit", "units", &units)));
    said.extend(limits.sale_opens.map(|at| named("rule-sale-opens", "at", &at)));
    said.extend(limits.sale_closes.map(|at| named("rule-sale-closes", "at", &at)));
    said.extend((in_force.change == ActionStatus::UnderWay).then(|| locale.t("rule-on-its-way")));
    said.extend((in_force.change == ActionStatus::Refused).then(|| locale.t("rule-change-refused")));
    said
}

/// Millionths as percent.
pub(super) fn percent(millionths: u32) -> String {
    format!("{}%", Decimal::new(i64::from(millionths), 4).normalize())
}

/// The form, and what it would change.
#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    page: PageContext,
    tranche: Tranche,
    rules: Vec<String>,
    form: Form,
    reviewed: Option<Changed>,
}

impl RulesPage {
    fn action(&self) -> String {
        format!("/partitions/{}/rules", self.tranche.partition.id)
    }

    fn name(&self) -> String {
        name(&self.tranche)
    }

    fn rule(&self, rule: &str) -> String {
        self.page.t(&format!("rules-change-{}", rule.replace('_', "-")))
    }

    fn setting(&self, setting: &Option<Setting>) -> String {
        match setting {
            None => self.page.t("rule-none"),
            Some(Setting::Units(units)) => self.page.say(*units),
            Some(Setting::Moment(at)) => self.page.say(*at),
        }
    }
}

async fn the_form(page: PageContext, id: PartitionId) -> Result<RulesPage, AppError> {
    let by = page.must_be(&[Role::Compliance])?.clone();
    let in_force = page
        .blocking(move |app| {
            app.ask(|tx| {
                let pool = Tranche::find(tx, id)?.pool.id;
                let all = rules::in_force(tx, &by, pool)?;
                let found = all.into_iter().find(|rules| rules.tranche.partition.id == id);
                found.ok_or_else(|| AppError::not_found("partition", id))
            })
        })
        .await?;
    let limits = &in_force.rules.limits;
    let mut form = page.form("rules");
    for (field, units) in [
        ("max_holding", limits.max_holding),
        ("min_holding", limits.min_holding),
        ("transfer_limit", limits.transfer_limit),
    ] {
        if let Some(units) = units {
            form = form.with(field, units);
        }
    }
    if let Some(opens) = limits.sale_opens {
        form = form.with("sale_opens", opens.date_naive());
    }
    if let Some(closes) = limits.sale_closes {
        form = form.with("sale_closes", (closes - TimeDelta::seconds(1)).date_naive());
    }
    let rules = sentences(&in_force, page.locale);
    Ok(RulesPage { tranche: in_force.tranche, rules, form, reviewed: None, page })
}

/// The form, filled with what holds now.
#[get("/partitions/{id}/rules")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    show(&the_form(page, id.parse()?).await?)
}

/// Reviews or sets the rules.
#[post("/partitions/{id}/rules")]
async fn set(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let id: PartitionId = id.parse()?;
    let mut shown = the_form(page, id).await?;
    let command = shown.page.command(&posted)?;
    shown.form = shown.form.typed(&posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let changed = match new_rules(id, &posted) {
        Ok(new) => shown.page.blocking(move |app| rules::set(app, &command, &new)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match changed {
        Ok(_) if posted.step() == Step::Confirm => Ok(go_to(&format!("/pools/{}", shown.tranche.pool.id))),
        Ok(changed) => {
            shown.reviewed = Some(changed);
            show(&shown)
        }
        Err(AppError::Invalid(invalids)) => {
            shown.form = shown.page.form("rules").refused(&posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}

/// The rules that a form describes: days from their first moment, and to their last.
fn new_rules(id: PartitionId, posted: &Posted) -> Result<NewRules, Invalids> {
    let mut found = Invalids::default();
    let units = |found: &mut Invalids, field: &str| {
        let typed = posted.optional(field).map(|_| posted.units(field)).transpose();
        found.check(typed).flatten().map(|units| units.get())
    };
    let moment = |found: &mut Invalids, field: &str, days: i64| -> Option<DateTime<Utc>> {
        let typed = found.check(posted.optional(field).map(|text| day(field, text)).transpose()).flatten()?;
        Some((typed + TimeDelta::days(days)).and_time(NaiveTime::MIN).and_utc())
    };
    let limits = Limits {
        max_holding: units(&mut found, "max_holding"),
        min_holding: units(&mut found, "min_holding"),
        transfer_limit: units(&mut found, "transfer_limit"),
        sale_opens: moment(&mut found, "sale_opens", 0),
        sale_closes: moment(&mut found, "sale_closes", 1),
        ..Limits::default()
    };
    match NewRules::check(id, limits, posted.text("reason")) {
        Ok(new) if found.0.is_empty() => Ok(new),
        Ok(_) => Err(found),
        Err(more) => {
            found.0.extend(more.0);
            Err(found)
        }
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(set);
}

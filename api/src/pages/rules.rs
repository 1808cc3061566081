//! The rules of a partition in plain words, and the form in which the officer changes the further ones.

use super::answer::show;
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use super::plan::list as in_a_row;
use super::posted::{Posted, Step};
use super::review::{Reviewed, review_or_order};
use super::say::Say;
use super::texts::Locale;
use crate::error::AppError;
use crate::flows::distress::WHOLE;
use crate::flows::facts::Tranche;
use crate::flows::rules::whole_pool::Cap;
use crate::flows::rules::{self, Changed, Further, InForce, MAX_OWNERS, NewRules, Setting};
use crate::http::request::day;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use compliance::rules::{Limits, ReleaseStep};
use domain::ids::PartitionId;
use domain::party::{InvestorClass, Role, WalletAddress};
use domain::status::ActionStatus;
use domain::{BasisPoints, Country, Invalid, Invalids};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

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
    said.extend(limits.cosigned.then(|| locale.t("rule-cosigned")));
    let released =
        |step: &ReleaseStep| locale.text("rule-release", &[("share", &step.free), ("from", &step.from)]);
    said.extend(rules.release.iter().map(released));
    for limit in &in_force.countries {
        let named: [(&str, &dyn Say); 3] =
            [("of", &limit.of), ("limit", &limit.limit), ("owners", &limit.owners)];
        said.push(locale.text("rule-country-limit", &named));
    }
    for limit in &in_force.classes {
        let named: [(&str, &dyn Say); 3] =
            [("of", &limit.of), ("limit", &limit.limit), ("owners", &limit.owners)];
        said.push(locale.text("rule-class-limit", &named));
    }
    said.extend(pool_sentences(in_force, locale));
    said.extend((in_force.change == ActionStatus::UnderWay).then(|| locale.t("rule-on-its-way")));
    said.extend((in_force.change == ActionStatus::Refused).then(|| locale.t("rule-change-refused")));
    said
}

/// What holds for the whole pool, sentence by sentence.
#[must_use]
pub(super) fn pool_sentences(in_force: &InForce, locale: Locale) -> Vec<String> {
    let Cap { share, units } = in_force.pool.cap;
    let mut said = Vec::new();
    said.extend(share.map(|share| locale.text("rule-pool-cap-share", &[("bps", &share)])));
    said.extend(units.map(|units| locale.text("rule-pool-cap-units", &[("units", &units)])));
    let exempt = |wallet: &WalletAddress| locale.text("rule-system-account", &[("wallet", wallet)]);
    said.extend(in_force.pool.system_accounts.iter().map(exempt));
    said.extend(in_force.pool.waterfall.map(|_| locale.t("rule-waterfall")));
    said
}

/// A share in percent as people type it, with at most two decimals.
pub(super) fn share(field: &str, typed: &str) -> Result<BasisPoints, Invalid> {
    let wrong = || Invalid::new(field, typed, "percent from 0.01 to 100, with at most 2 decimals");
    let percent: Decimal = typed.trim().parse().map_err(|_| wrong())?;
    let points = percent.checked_mul(Decimal::ONE_HUNDRED).filter(Decimal::is_integer);
    let points = points.and_then(|points| points.to_i64()).ok_or_else(wrong)?;
    BasisPoints::try_from(points).map_err(|_| wrong())
}

/// A share as [`share`] reads it.
pub(super) fn shared(share: BasisPoints) -> Decimal {
    Decimal::new(share.get(), 2).normalize()
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
        let page = &self.page;
        let (name, of) = rule.trim_end_matches(']').split_once('[').unwrap_or((rule, ""));
        let key = format!("rules-change-{}", name.replace('_', "-"));
        match (of.parse::<Country>(), of.parse::<InvestorClass>()) {
            (Ok(country), _) => page.t1(&key, "of", country),
            (_, Ok(class)) => page.t1(&key, "of", class),
            _ => page.t(&key),
        }
    }

    fn classes(&self) -> Vec<String> {
        InvestorClass::ALL.iter().map(class_field).collect()
    }

    fn setting(&self, setting: &Option<Setting>) -> String {
        match setting {
            None => self.page.t("rule-none"),
            Some(Setting::On(_)) => self.page.t("rule-on"),
            Some(Setting::Number(number)) => self.page.say(*number),
            Some(Setting::Moment(at)) => self.page.say(*at),
            Some(Setting::Steps(steps)) => {
                let step =
                    |step: &ReleaseStep| self.page.t2("rule-step", "from", step.from, "share", step.free);
                steps.iter().map(step).collect::<Vec<_>>().join(&self.page.t("list-separator"))
            }
        }
    }
}

impl Reviewed for RulesPage {
    type Done = Changed;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.form
    }

    fn leads_to(&self, _done: &Changed) -> Option<String> {
        Some(format!("/pools/{}", self.tranche.pool.id))
    }

    fn show(&mut self, done: Changed, _step: Step) {
        self.reviewed = Some(done);
    }

    /// Countries share one field, each class has its own.
    fn named(&self, _posted: &Posted, mut invalids: Invalids) -> Invalids {
        for invalid in &mut invalids.0 {
            match invalid.field.trim_end_matches(']').split_once('[') {
                Some(("country_limits", _)) => invalid.field = "country_limits".to_owned(),
                Some(("class_limits", class)) => invalid.field = format!("class_limit_{class}"),
                _ => {}
            }
        }
        invalids
    }
}

/// The field of the most owners of a class.
fn class_field(class: &InvestorClass) -> String {
    format!("class_limit_{class}")
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
    if limits.cosigned {
        form = form.with("cosigned", "yes");
    }
    let step = |step: &ReleaseStep| format!("{} {}", step.from.date_naive(), shared(step.free));
    form = form.with("release", in_force.rules.release.iter().map(step).collect::<Vec<_>>().join("\n"));
    let countries = in_force.countries.iter().map(|limit| format!("{} {}", limit.of, limit.limit));
    form = form.with("country_limits", countries.collect::<Vec<_>>().join("\n"));
    for limit in &in_force.classes {
        form = form.with(&class_field(&limit.of), limit.limit);
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
    let shown = the_form(page, id).await?;
    review_or_order(shown, &posted, new_rules(id, &posted), rules::set).await
}

/// The rules that a form describes: days from their first moment, and to their last.
fn new_rules(partition_id: PartitionId, posted: &Posted) -> Result<NewRules, Invalids> {
    let mut found = Invalids::default();
    let units = |found: &mut Invalids, field: &str| {
        let typed = posted.optional(field).map(|_| posted.units(field)).transpose();
        found.check(typed).flatten().map(|units| units.get())
    };
    let moment = |found: &mut Invalids, field: &str, days: i64| -> Option<DateTime<Utc>> {
        let typed = found.check(posted.optional(field).map(|text| first_moment(field, text)).transpose());
        Some(typed.flatten()? + TimeDelta::days(days))
    };
    let limits = Limits {
        max_holding: units(&mut found, "max_holding"),
        min_holding: units(&mut found, "min_holding"),
        transfer_limit: units(&mut found, "transfer_limit"),
        sale_opens: moment(&mut found, "sale_opens", 0),
        sale_closes: moment(&mut found, "sale_closes", 1),
        cosigned: posted.ticked("cosigned"),
    };
    let release = found.check(lines(posted, "release").map(step).collect::<Result<_, _>>());
    let country_limits = found.check(lines(posted, "country_limits").map(country_limit).collect());
    let mut class_limits = BTreeMap::new();
    for class in InvestorClass::ALL {
        let field = class_field(class);
        let limit = found.check(posted.optional(&field).map(|typed| owners(&field, typed)).transpose());
        class_limits.extend(limit.flatten().map(|limit| (*class, limit)));
    }
    found.into_result()?;
    let (release, country_limits) = (release.unwrap_or_default(), country_limits.unwrap_or_default());
    let rules = Further { limits, release, country_limits, class_limits };
    Ok(NewRules { partition_id, rules, reason: posted.text("reason").to_owned() })
}

/// The lines of a field that are not blank.
fn lines<'a>(posted: &'a Posted, field: &str) -> impl Iterator<Item = &'a str> {
    posted.text(field).lines().map(str::trim).filter(|line| !line.is_empty())
}

fn first_moment(field: &str, text: &str) -> Result<DateTime<Utc>, Invalid> {
    Ok(day(field, text)?.and_time(NaiveTime::MIN).and_utc())
}

/// A line such as `2027-06-30 25`: the day, and the percent that are free from it on.
fn step(line: &str) -> Result<ReleaseStep, Invalid> {
    let wrong = || Invalid::new("release", line, "lines of a day and a percentage, such as 2027-06-30 25");
    let (from, free) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let free = share("release", free.trim_end_matches('%')).map_err(|_| wrong())?;
    Ok(ReleaseStep { from: first_moment("release", from).map_err(|_| wrong())?, free })
}

/// A line such as `DE 30`: the country, and the most owners from it.
fn country_limit(line: &str) -> Result<(Country, u32), Invalid> {
    let wrong = || Invalid::new("country_limits", line, "lines of a country and a number, such as DE 30");
    let (country, limit) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
    Ok((country.parse().map_err(|_| wrong())?, owners("country_limits", limit)?))
}

fn owners(field: &str, typed: &str) -> Result<u32, Invalid> {
    let limit = typed.trim().replace(',', "").parse::<u32>().ok();
    let fits = limit.filter(|limit| (1..=MAX_OWNERS).contains(limit));
    fits.ok_or_else(|| Invalid::new(field, typed, format!("from 1 to {MAX_OWNERS}")))
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(set);
}

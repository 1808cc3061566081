//! The rules of a whole pool in plain words, and the three forms in which the officer changes them.

use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use super::review::{Reviewed, review_or_order};
use super::rules::{pool_sentences, share, shared};
use crate::error::AppError;
use crate::flows::rules::whole_pool::{self, Cap, Changed, NewRule, Rule};
use crate::flows::rules::{self, InForce};
use crate::http::v1::pools::parse_id;
use actix_web::{HttpResponse, get, post, web};
use askama::Template;
use domain::ids::PoolId;
use domain::party::Role;
use domain::{Invalid, Invalids};

/// The forms, by the word in their hidden field `what`.
const WHAT: [&str; 3] = ["pool-cap", "system-account", "scheduled-units"];

/// The forms, and what one of them would change.
#[derive(Template)]
#[template(path = "pool_rules.html")]
struct PoolRules {
    page: PageContext,
    in_force: Vec<InForce>,
    pool_id: PoolId,
    forms: [Form; 3],
    /// The form that was sent.
    sent: usize,
    reviewed: Option<Changed>,
}

impl PoolRules {
    fn action(&self) -> String {
        format!("/pools/{}/rules", self.pool_id)
    }

    fn name(&self) -> &str {
        self.in_force.first().map_or("", |rules| rules.tranche.pool.name.as_str())
    }

    fn sentences(&self) -> Vec<String> {
        self.in_force.first().map(|rules| pool_sentences(rules, self.page.locale)).unwrap_or_default()
    }

    /// The form whose order is reviewed.
    fn form(&self) -> &Form {
        &self.forms[self.sent]
    }

    /// Partitions with a release schedule.
    fn partitions(&self) -> Vec<(String, String)> {
        let scheduled = self.in_force.iter().filter(|rules| !rules.rules.release.is_empty());
        let option = |rules: &InForce| {
            let partition = &rules.tranche.partition;
            (partition.id.to_string(), partition.name.to_string())
        };
        scheduled.map(option).collect()
    }

    fn answers(&self) -> Vec<(&'static str, String)> {
        vec![("yes", self.page.t("system-account-yes")), ("no", self.page.t("system-account-no"))]
    }

    /// A rule in plain words.
    fn sentence(&self, rule: &Rule) -> String {
        let page = &self.page;
        match rule {
            Rule::Cap(Cap { share: None, units: None }) => page.t("rule-none"),
            Rule::Cap(cap) => {
                let share = cap.share.map(|share| page.t1("rule-pool-cap-short", "bps", share));
                let units = cap.units.map(|units| page.t1("rule-units-short", "units", units));
                share.into_iter().chain(units).collect::<Vec<_>>().join(&page.t("list-separator"))
            }
            Rule::SystemAccount { exempt: true, .. } => page.t("system-account-yes"),
            Rule::SystemAccount { exempt: false, .. } => page.t("system-account-no"),
            Rule::ScheduledUnits { units, .. } => page.t1("rule-units-short", "units", *units),
        }
    }

    /// What the reviewed rule is about.
    fn about(&self, rule: &Rule) -> String {
        let page = &self.page;
        match rule {
            Rule::Cap(_) => page.t("whole-pool-cap"),
            Rule::SystemAccount { wallet, .. } => page.t1("system-account-of", "wallet", *wallet),
            Rule::ScheduledUnits { wallet, .. } => page.t1("scheduled-units-of", "wallet", *wallet),
        }
    }
}

impl Reviewed for PoolRules {
    type Done = Changed;

    fn page(&self) -> &PageContext {
        &self.page
    }

    fn form(&mut self) -> &mut Form {
        &mut self.forms[self.sent]
    }

    fn leads_to(&self, _done: &Changed) -> Option<String> {
        Some(self.action())
    }

    fn show(&mut self, done: Changed, _step: Step) {
        self.reviewed = Some(done);
    }
}

async fn the_forms(page: PageContext, pool_id: PoolId) -> Result<PoolRules, AppError> {
    let by = page.must_be(&[Role::Compliance])?.clone();
    let in_force = page.blocking(move |app| app.ask(|tx| rules::in_force(tx, &by, pool_id))).await?;
    let mut forms = WHAT.map(|name| page.form(name));
    if let Some(rules) = in_force.first() {
        let Cap { share: cap, units } = rules.pool.cap;
        let [of_cap, ..] = &mut forms;
        if let Some(cap) = cap {
            *of_cap = of_cap.clone().with("cap_percent", shared(cap));
        }
        if let Some(units) = units {
            *of_cap = of_cap.clone().with("cap_units", units);
        }
    }
    Ok(PoolRules { page, in_force, pool_id, forms, sent: 0, reviewed: None })
}

/// The forms, filled with what holds now.
#[get("/pools/{id}/rules")]
async fn ask(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    super::answer::show(&the_forms(page, parse_id(&id)?).await?)
}

/// Reviews or sets a rule.
#[post("/pools/{id}/rules")]
async fn set(page: PageContext, id: web::Path<String>, posted: Posted) -> Result<HttpResponse, AppError> {
    let pool_id = parse_id(&id)?;
    let mut shown = the_forms(page, pool_id).await?;
    let what = posted.text("what");
    let sent = WHAT.iter().position(|name| *name == what);
    shown.sent = sent.ok_or_else(|| Invalid::new("what", what, WHAT.join(" ")))?;
    let read = rule(&posted).map(|rule| NewRule { pool_id, rule, reason: posted.text("reason").to_owned() });
    review_or_order(shown, &posted, read, whole_pool::set).await
}

/// The rule that a form describes.
fn rule(posted: &Posted) -> Result<Rule, Invalids> {
    let mut found = Invalids::default();
    match posted.text("what") {
        "pool-cap" => {
            let share =
                found.check(posted.optional("cap_percent").map(|it| share("cap_percent", it)).transpose());
            let units =
                found.check(posted.optional("cap_units").map(|_| posted.units("cap_units")).transpose());
            found.into_result()?;
            let units = units.flatten().map(domain::Units::get);
            Ok(Rule::Cap(Cap { share: share.flatten(), units }))
        }
        "system-account" => {
            let wallet = posted.parse("wallet")?;
            Ok(Rule::SystemAccount { wallet, exempt: posted.text("exempt") == "yes" })
        }
        _ => {
            let partition_id = found.check(posted.parse("partition_id"));
            let wallet = found.check(posted.parse("wallet"));
            let units = found.check(posted.units("units"));
            match (partition_id, wallet, units) {
                (Some(partition_id), Some(wallet), Some(units)) => {
                    Ok(Rule::ScheduledUnits { partition_id, wallet, units })
                }
                _ => Err(found),
            }
        }
    }
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(ask).service(set);
}

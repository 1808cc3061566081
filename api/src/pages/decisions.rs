//! Decisions: every yes and no with its reasons, and what a supervisor takes away of them.

use super::answer::{refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::names::Names;
use super::texts::Locale;
use crate::app::Command;
use crate::error::AppError;
use crate::flows::decisions::{self, Decision, Period, Portion};
use crate::http::request::{DEFAULT_PAGE, Page};
use crate::http::v1::decisions::DecisionsQuery;
use actix_web::{HttpResponse, get, web};
use askama::Template;
use domain::party::Role;
use domain::{Invalid, Invalids, Refusal};
use std::collections::BTreeMap;
use store::Tx;

/// Who reads decisions.
const READERS: &[Role] = &[Role::Regulator, Role::Compliance, Role::Operator];

/// The decisions of a period.
#[derive(Template)]
#[template(path = "decisions.html")]
struct Decisions {
    page: PageContext,
    form: Form,
    decisions: Page<Decision>,
    /// Who decided, in words, by the name in the audit log.
    actors: BTreeMap<String, String>,
    names: Names,
}

impl Decisions {
    fn action(&self, decision: &Decision) -> String {
        action(&decision.action, self.page.locale)
    }

    fn actor<'a>(&'a self, decision: &'a Decision) -> &'a str {
        self.actors.get(&decision.actor).map_or(decision.actor.as_str(), String::as_str)
    }

    fn refusals(&self, decision: &Decision) -> Vec<Refusal> {
        let refusals = decision.detail.get("refusals").cloned().unwrap_or_default();
        serde_json::from_value(refusals).unwrap_or_default()
    }

    /// What the decision is about, where that has a name.
    fn about(&self, decision: &Decision) -> Option<String> {
        about(decision).map(|id| self.names.of(id))
    }

    fn detail(&self, decision: &Decision) -> String {
        serde_json::to_string_pretty(&decision.detail).unwrap_or_default()
    }

    /// An address with the period that is shown.
    fn address(&self, path: &str, more: &str) -> String {
        let escaped = |field| super::address::escaped(self.form.value(field));
        format!("{path}?from={}&to={}{more}", escaped("from"), escaped("to"))
    }

    fn next(&self) -> Option<String> {
        let next = self.decisions.next.as_ref()?;
        Some(self.address("/decisions", &format!("&after={next}")))
    }
}

/// What was decided, in words.
fn action(action: &str, locale: Locale) -> String {
    locale
        .find(&format!("action-{}", action.replace(['.', '_'], "-")), &[])
        .unwrap_or_else(|| action.to_owned())
}

/// The id of the pool, partition or coupon that a decision is about.
fn about(decision: &Decision) -> Option<&str> {
    let detail = &decision.detail;
    let named = detail.get("partition_id").or_else(|| detail.get("pool_id"));
    let inside = ["order", "request"].iter().find_map(|field| detail.get(field)?.get("partition_id"));
    let of_subject = ["pool.", "coupon."].iter().any(|noun| decision.action.starts_with(noun));
    let subject = of_subject.then_some(decision.subject.as_str());
    subject.or_else(|| named.or(inside)?.as_str())
}

/// The role of whoever decided; the program itself where nobody did.
fn actors(
    tx: &mut Tx<'_>,
    decisions: &[Decision],
    locale: Locale,
) -> Result<BTreeMap<String, String>, AppError> {
    let mut actors = BTreeMap::new();
    for decision in decisions {
        if actors.contains_key(&decision.actor) {
            continue;
        }
        let user = match decision.actor.parse() {
            Ok(id) => store::access::user(tx, id)?,
            Err(_) => None,
        };
        let named = match user {
            Some(user) => locale.t(&format!("role-{}", user.role)),
            None => locale.t("actor-system"),
        };
        actors.insert(decision.actor.clone(), named);
    }
    Ok(actors)
}

/// The decisions of a period, oldest first; all when none is named.
#[get("/decisions")]
async fn list(page: PageContext, query: web::Query<DecisionsQuery>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let form = page.form("decisions").with("from", text(&query.from)).with("to", text(&query.to));
    let after = query.after.as_deref().map(str::parse::<i64>).transpose();
    let after = after.map_err(|_| AppError::not_found("page", "of decisions"))?.unwrap_or(0);
    let command = Command { by, idempotency_key: None, dry_run: false };
    let portion = Portion::Page { after, most: DEFAULT_PAGE };
    let locale = page.locale;
    let read = match query.period() {
        Ok(period) => {
            let read = move |app: &crate::app::App| named(app, &command, (period, portion), locale);
            page.blocking(read).await
        }
        Err(invalids) => Err(invalids.into()),
    };
    match read {
        Ok((found, actors, names)) => {
            let decisions = Page::of(found, DEFAULT_PAGE, |it| it.position.to_string());
            show(&Decisions { page, form, decisions, actors, names })
        }
        Err(AppError::Invalid(invalids)) => {
            let decisions = Page { items: Vec::new(), next: None };
            let (form, names) = (form.wrong(in_words(invalids)), Names::new(locale));
            refuse(&Decisions { page, form, decisions, actors: BTreeMap::new(), names })
        }
        Err(error) => Err(error),
    }
}

type Named = (Vec<Decision>, BTreeMap<String, String>, Names);

fn named(
    app: &crate::app::App,
    command: &Command,
    (period, portion): (Period, Portion),
    locale: Locale,
) -> Result<Named, AppError> {
    let found = decisions::read(app, command, period, portion)?;
    app.ask(|tx| {
        let mut names = Names::new(locale);
        for id in found.iter().filter_map(about) {
            names.anything(tx, id)?;
        }
        Ok((found.clone(), actors(tx, &found, locale)?, names))
    })
}

/// The end of the period as the form knows it.
fn in_words(mut invalids: Invalids) -> Invalids {
    for invalid in &mut invalids.0 {
        if invalid.limit == "later than `from`" {
            *invalid = Invalid::new("to", "", "a day that is not before the first one");
        }
    }
    invalids
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_its_words_in_both_languages() {
        for locale in Locale::ALL {
            for code in decisions::DECISIONS {
                assert_ne!(action(code, locale), **code, "{}", locale.tag());
            }
        }
    }
}

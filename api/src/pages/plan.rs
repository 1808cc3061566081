//! The plan of a tokenisation in plain words.

use super::say::Say;
use super::texts::Locale;
use crate::flows::pool::Totals;
use crate::flows::tokenise::Plan;
use domain::Money;
use tokenizer::pool::{Ineligible, PartitionOffer};

/// What will happen, sentence by sentence.
#[must_use]
pub fn sentences(plan: &Plan, locale: Locale) -> Vec<String> {
    let mut sentences = vec![assets(plan, locale)];
    if plan.left_out_count > 0 {
        sentences.push(locale.text("plan-left-out", &[("count", &plan.left_out_count)]));
    }
    sentences.push(locale.text("plan-token", &[("name", &plan.name), ("symbol", &plan.symbol)]));
    sentences.extend(plan.partitions.iter().flat_map(|offer| partition(plan, offer, locale)));
    sentences.push(locale.text(
        "plan-cover",
        &[
            ("offered", &plan.cover.offered),
            ("assets", &plan.cover.assets),
            ("surplus", &plan.cover.surplus),
            ("percent", &plan.cover.cover_percent.to_string()),
        ],
    ));
    sentences.push(locale.text("plan-documents", &[("count", &plan.documents)]));
    sentences.push(locale.t("plan-then"));
    sentences
}

fn assets(plan: &Plan, locale: Locale) -> String {
    match &plan.totals {
        Totals::Receivables(totals) => {
            locale.text("plan-receivables", &[("count", &totals.count), ("amount", &totals.outstanding)])
        }
        Totals::Rental(totals) => locale.text(
            "plan-rental",
            &[
                ("valuation", &totals.valuation),
                ("units", &totals.units),
                ("let", &totals.let_units),
                ("rent", &totals.rent_of_next_year),
            ],
        ),
    }
}

fn partition(plan: &Plan, offer: &PartitionOffer, locale: Locale) -> Vec<String> {
    let money = |minor| Money::new(minor, plan.currency);
    let countries = list(&offer.countries, locale);
    let classes = list(&offer.classes, locale);
    let mut sentences = vec![
        locale.text(
            "plan-partition",
            &[
                ("name", &offer.name),
                ("rank", &offer.seniority),
                ("units", &offer.authorised),
                ("price", &money(offer.unit_price_minor)),
                ("size", &money(offer.size_minor())),
            ],
        ),
        locale.text(
            "plan-coupon",
            &[
                ("name", &offer.name),
                ("rate", &offer.coupon_rate),
                ("months", &offer.coupon_months),
                ("day_count", &super::pool_terms::day_count(offer.day_count.name())),
                ("start", &offer.first_period_start),
            ],
        ),
        locale.text(
            "plan-holders",
            &[
                ("name", &offer.name),
                ("cap", &offer.cap_units()),
                ("bps", &offer.cap),
                ("countries", &countries),
                ("classes", &classes),
            ],
        ),
    ];
    if let Some(limit) = offer.holder_limit {
        let named: [(&str, &dyn Say); 2] = [("name", &offer.name), ("limit", &limit)];
        sentences.push(locale.text("plan-holder-limit", &named));
    }
    if let Some(until) = offer.locked_until {
        sentences.push(locale.text("plan-lock", &[("name", &offer.name), ("until", &until)]));
    }
    sentences
}

/// Values in a row, as the language separates them.
pub(super) fn list<T: Say>(values: &[T], locale: Locale) -> String {
    let said: Vec<String> = values.iter().map(|value| value.say(locale)).collect();
    said.join(&locale.t("list-separator"))
}

impl Say for Ineligible {
    fn say(&self, locale: Locale) -> String {
        let key = format!("ineligible-{}", self.word());
        match self {
            Self::PastDue { due_date, .. } => locale.text(&key, &[("due_date", due_date)]),
            Self::OtherCurrency { currency, pool_currency } => {
                locale.text(&key, &[("currency", currency), ("pool_currency", pool_currency)])
            }
            Self::Disputed | Self::Defaulted | Self::Paid | Self::InAnotherPool { .. } => locale.t(&key),
        }
    }
}

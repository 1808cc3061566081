//! A hit and the reasons for its score.

use super::{
    align::{Pair, range, weight},
    features,
    index::Index,
    name::{Name, Token},
    qualify::{Qualified, qualified},
    score::{self, Comparison, FULL, compare},
    search::Query,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Someone on a list who may be the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The name of the list.
    pub list: String,
    /// The id of the entry within it.
    pub entry: String,
    /// The name or alias that came closest.
    pub name: String,
    /// From the threshold to 1,000.
    pub score: i32,
    /// How the score came to be.
    pub why: Why,
}

/// How a score came to be: the same inputs, lists and configuration give the same to the bit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Tokens that stand for one another, the weightiest first.
    pub tokens: Vec<TokenPair>,
    /// Tokens of the customer without a counterpart.
    pub only_customer: Vec<String>,
    /// Tokens of the listed name without a counterpart.
    pub only_listed: Vec<String>,
    /// What was measured and how many thousandths of a logit each added.
    pub measures: Vec<Measure>,
    /// The score of the names and what date of birth, country and gender changed.
    pub qualified: Qualified,
}

/// Tokens that stand for one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPair {
    /// As the customer's name has them.
    pub customer: String,
    /// As the list has them.
    pub listed: String,
    /// `name`, `common name`, `organisation type` and so on.
    pub role: Cow<'static, str>,
    /// Thousandths.
    pub likeness: i32,
    /// Thousandths of a plain name.
    pub weight: i32,
}

/// One measure of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What it is called.
    pub what: Cow<'static, str>,
    /// Thousandths.
    pub value: i32,
    /// Thousandths of a logit.
    pub adds: i32,
}

pub(crate) fn hit(index: &Index, customer: &Name, number: u32, query: &Query) -> Hit {
    let listed = &index.names[number as usize];
    let (list, entry) = &index.entries[listed.entry as usize];
    let comparison = compare(customer, &listed.name);
    let qualified = qualified(comparison.score, query, entry);
    Hit {
        list: index.lists[usize::from(*list)].name.clone(),
        entry: entry.id.clone(),
        name: entry.names.get(usize::from(listed.position)).cloned().unwrap_or_default(),
        score: qualified.score,
        why: why(customer, &listed.name, &comparison, qualified),
    }
}

pub(crate) fn wallet_hit(index: &Index, entry: u32, wallet: &str) -> Hit {
    let (list, entry) = &index.entries[entry as usize];
    let pair = TokenPair {
        customer: wallet.to_owned(),
        listed: super::index::wallet_key(wallet),
        role: "wallet".into(),
        likeness: FULL,
        weight: FULL,
    };
    Hit {
        list: index.lists[usize::from(*list)].name.clone(),
        entry: entry.id.clone(),
        name: entry.names.first().cloned().unwrap_or_default(),
        score: FULL,
        why: Why {
            tokens: vec![pair],
            only_customer: vec![],
            only_listed: vec![],
            measures: vec![],
            qualified: Qualified { name: FULL, birth: 0, country: 0, gender: 0, score: FULL },
        },
    }
}

pub(crate) fn why(customer: &Name, listed: &Name, comparison: &Comparison, qualified: Qualified) -> Why {
    let model = score::model(customer.kind);
    let base = Measure { what: "base".into(), value: FULL, adds: model.base };
    let measures = features::NAMES.iter().zip(comparison.features).zip(model.weights);
    let measures = measures.map(|((what, value), weight)| Measure {
        what: (*what).into(),
        value,
        adds: value * weight / FULL,
    });
    Why {
        tokens: comparison.pairs.iter().map(|pair| token_pair(customer, listed, pair)).collect(),
        only_customer: alone(customer, comparison, |pair| pair.left),
        only_listed: alone(listed, comparison, |pair| pair.right),
        measures: std::iter::once(base).chain(measures.filter(|measure| measure.value != 0)).collect(),
        qualified,
    }
}

fn token_pair(customer: &Name, listed: &Name, pair: &Pair) -> TokenPair {
    let text =
        |tokens: &[Token]| tokens.iter().map(|token| &*token.spelling.text).collect::<Vec<_>>().join(" ");
    TokenPair {
        customer: text(&customer.tokens[range(pair.left)]),
        listed: text(&listed.tokens[range(pair.right)]),
        role: customer.tokens[pair.left.0].role.as_str().into(),
        likeness: pair.likeness,
        weight: weight(customer, pair.left).min(weight(listed, pair.right)),
    }
}

fn alone(name: &Name, comparison: &Comparison, span: impl Fn(&Pair) -> (usize, usize)) -> Vec<String> {
    let tokens = name.tokens.iter().enumerate();
    let alone = tokens.filter(|(at, _)| !comparison.pairs.iter().any(|pair| range(span(pair)).contains(at)));
    alone.map(|(_, token)| token.spelling.text.to_string()).collect()
}

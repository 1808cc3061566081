//! One customer against an index: candidates by shared keys, then the full comparison of those that can still match.

use super::{
    distance::{self, SAME},
    explain::{self, Hit},
    features,
    index::{Index, ListedName},
    lists::{Birth, Gender},
    name::{Kind, Name},
    qualify,
    score::{self, HIT_THRESHOLD, compare},
    terms::{self, Term},
};
use domain::Country;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The longest name that is screened.
pub const MAX_NAME: usize = 1_000;
/// The most hits of one customer, best first: an officer reads no more.
pub const MAX_HITS: usize = 50;

/// Who is screened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The name in any script, as `Given Surname` or `Surname, Given`. Only the first [`MAX_NAME`] characters count.
    pub name: String,
    /// The date of birth, when known.
    pub dob: Option<Birth>,
    /// A country of nationality or residence, when known.
    pub country: Option<Country>,
    /// The gender, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// What the customer is; when unknown, all kinds are searched.
    pub kind: Option<Kind>,
}

impl Index {
    /// Everyone on the lists who may be the customer, best first, at [`HIT_THRESHOLD`].
    #[must_use]
    pub fn screen(&self, query: &Query) -> Vec<Hit> {
        let text: String = query.name.chars().take(MAX_NAME).collect();
        let kinds: &[Kind] = match query.kind {
            Some(Kind::Person) => &[Kind::Person],
            Some(Kind::Organization) => &[Kind::Organization],
            Some(Kind::Vessel) => &[Kind::Vessel],
            None => &[Kind::Person, Kind::Organization, Kind::Vessel],
        };
        let mut hits: Vec<Hit> = kinds.iter().flat_map(|kind| self.hits(&text, *kind, query)).collect();
        hits.sort_by(|a, b| {
            b.score.cmp(&a.score).then_with(|| (&a.list, &a.entry).cmp(&(&b.list, &b.entry)))
        });
        hits.truncate(MAX_HITS);
        hits
    }

    /// The entries that an address of a digital currency belongs to, in any case where case has no meaning.
    #[must_use]
    pub fn screen_wallet(&self, wallet: &str) -> Vec<Hit> {
        let entries = self.wallets.get(&super::index::wallet_key(wallet)).into_iter().flatten();
        entries.map(|entry| explain::wallet_hit(self, *entry, wallet)).collect()
    }

    fn hits(&self, text: &str, kind: Kind, query: &Query) -> Vec<Hit> {
        let customer = Name::parse(text, kind);
        let mut best: HashMap<u32, (i32, u32)> = HashMap::new();
        for number in self.candidates(&customer) {
            let listed = &self.names[number as usize];
            let name_score = compare(&customer, &listed.name).score;
            let entry = &self.entries[listed.entry as usize].1;
            let score = qualify::qualified(name_score, query, entry).score;
            let kept = best.entry(listed.entry).or_insert((score, number));
            if (score, std::cmp::Reverse(number)) > (kept.0, std::cmp::Reverse(kept.1)) {
                *kept = (score, number);
            }
        }
        best.retain(|_, (score, _)| *score >= HIT_THRESHOLD);
        best.values().map(|(_, number)| explain::hit(self, &customer, *number, query)).collect()
    }

    /// Names that share enough terms with the customer's to reach the threshold, in their order.
    fn candidates(&self, customer: &Name) -> Vec<u32> {
        let mut shared: HashMap<u32, i32, std::hash::BuildHasherDefault<Mixed>> = HashMap::default();
        let mut keys = Vec::new();
        let mut words = Vec::new();
        let mut gained: HashMap<u32, i32, std::hash::BuildHasherDefault<Mixed>> = HashMap::default();
        for term in terms::terms(customer) {
            terms::keys(&term, &mut keys);
            words.clear();
            words.extend(keys.iter().flat_map(|key| self.filed_under(*key)));
            words.sort_unstable();
            words.dedup();
            gained.clear();
            for word in &words {
                self.gain(&term, *word, &mut gained);
            }
            for (name, weight) in &gained {
                *shared.entry(*name).or_default() += weight;
            }
        }
        let slack =
            customer.tokens.iter().filter(|token| !token.is_telling()).map(|token| token.weight()).sum();
        let reaches = |(number, shared): (u32, i32)| {
            let listed = &self.names[number as usize];
            (listed.name.kind == customer.kind && can_reach(customer, slack, shared, listed))
                .then_some(number)
        };
        let mut candidates: Vec<u32> = shared.into_iter().filter_map(reaches).collect();
        candidates.sort_unstable();
        candidates
    }

    /// What a listed word that is like the term adds to each name it stands in.
    fn gain(
        &self,
        term: &Term,
        word: u32,
        gained: &mut HashMap<u32, i32, std::hash::BuildHasherDefault<Mixed>>,
    ) {
        let word = &self.vocabulary[word as usize];
        if term.joined && word.joined && term.spelling != word.spelling {
            return;
        }
        let likeness = distance::likeness(&term.spelling, &word.spelling);
        if likeness == 0 {
            return;
        }
        for (name, weight) in &word.names {
            let gain = term.weight.max(*weight) * likeness / SAME;
            let most = gained.entry(*name).or_default();
            *most = gain.max(*most);
        }
    }
}

/// Names that are alike when run together are nearly of one length, and share the terms they were run together from.
const MOST_LETTERS_APART: usize = 3;
const LEAST_RUN_TOGETHER: i32 = 600;

/// Whether a name can reach the threshold when every shared term counts in full and nothing else speaks against it.
fn can_reach(customer: &Name, slack: i32, shared: i32, listed: &ListedName) -> bool {
    let found = [(shared + slack).min(customer.weight), (shared + listed.unfiled).min(listed.name.weight)];
    let known = features::known(customer, &listed.name, found, found);
    let letters = customer.letters.abs_diff(listed.name.letters);
    let same_length = letters <= MOST_LETTERS_APART || known[features::OTHER_SCRIPT] > 0;
    let run_together = same_length && known[features::LONGER_COVERED] >= LEAST_RUN_TOGETHER;
    score::best_probability(&known, customer.kind, run_together) + qualify::MOST_GAINED >= HIT_THRESHOLD
}

/// The numbers of names are mixed enough by a multiplication.
#[derive(Default)]
struct Mixed(u64);

impl std::hash::Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

//! Lists made ready for search: every term of every name, filed under its keys.

use super::{
    distance::Spelling,
    lists::{List, ListEntry},
    name::Name,
    terms::{self, Term},
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Which list, in which version, is in an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListVersion {
    /// The name of the list.
    pub name: String,
    /// The version its publisher gave.
    pub version: String,
    /// SHA-256 of its files.
    pub sha256: String,
    /// How many entries it has.
    pub entries: usize,
}

/// Lists in memory, never changed: a new version is a new index, put in the place of the old one.
#[derive(Debug)]
pub struct Index {
    pub(crate) lists: Vec<ListVersion>,
    /// The number of the list and the entry.
    pub(crate) entries: Vec<(u16, ListEntry)>,
    pub(crate) names: Vec<ListedName>,
    pub(crate) vocabulary: Vec<Word>,
    /// Keys and the words filed under them, in order of the keys.
    keys: Vec<(u32, u32)>,
    /// Digital currency addresses and the entry they belong to.
    pub(crate) wallets: HashMap<String, Vec<u32>>,
}

/// A name of an entry.
#[derive(Debug)]
pub(crate) struct ListedName {
    pub(crate) entry: u32,
    /// Which of the names of the entry.
    pub(crate) position: u16,
    pub(crate) name: Name,
    /// The weight of tokens that are found by no key: particles, titles, initials.
    pub(crate) unfiled: i32,
}

/// A term as it stands in one or more names.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) spelling: Spelling,
    pub(crate) joined: bool,
    /// The names and the weight that the term has in each.
    pub(crate) names: Vec<(u32, i32)>,
}

impl Index {
    /// Makes lists ready for search.
    #[must_use]
    pub fn build(lists: Vec<List>) -> Self {
        let mut index = Self {
            lists: Vec::new(),
            entries: Vec::new(),
            names: Vec::new(),
            vocabulary: Vec::new(),
            keys: Vec::new(),
            wallets: HashMap::new(),
        };
        let mut known: HashMap<(Box<str>, bool, bool), u32> = HashMap::new();
        for (number, list) in (0..).zip(lists) {
            let List { name, version, sha256, entries } = list;
            index.lists.push(ListVersion { name, version, sha256, entries: entries.len() });
            for entry in entries {
                index.add(number, entry, &mut known);
            }
        }
        index.file();
        index
    }

    fn add(&mut self, list: u16, entry: ListEntry, known: &mut HashMap<(Box<str>, bool, bool), u32>) {
        let at = count(self.entries.len());
        for (position, text) in (0..).zip(&entry.names) {
            let name = Name::parse(text, entry.kind);
            if name.tokens.is_empty() {
                continue;
            }
            let number = count(self.names.len());
            for Term { spelling, weight, joined } in terms::terms(&name) {
                let identity = (spelling.text.clone(), spelling.vowelless, joined);
                let word = *known.entry(identity).or_insert_with(|| {
                    self.vocabulary.push(Word { spelling, joined, names: Vec::new() });
                    count(self.vocabulary.len() - 1)
                });
                self.vocabulary[word as usize].names.push((number, weight));
            }
            let filed: i32 =
                name.tokens.iter().filter(|token| token.is_telling()).map(|token| token.weight()).sum();
            let unfiled = name.weight - filed;
            self.names.push(ListedName { entry: at, position, name, unfiled });
        }
        for wallet in &entry.wallets {
            self.wallets.entry(wallet_key(wallet)).or_default().push(at);
        }
        self.entries.push((list, entry));
    }

    /// Files every word under its keys.
    fn file(&mut self) {
        let mut keys = Vec::new();
        for (number, word) in (0..).zip(&self.vocabulary) {
            let term = Term { spelling: word.spelling.clone(), weight: 0, joined: word.joined };
            terms::keys(&term, &mut keys);
            self.keys.extend(keys.iter().map(|key| (*key, number)));
        }
        self.keys.sort_unstable();
        self.keys.shrink_to_fit();
    }

    /// The words filed under a key.
    pub(crate) fn filed_under(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.keys.partition_point(|(filed, _)| *filed < key);
        self.keys[start..].iter().take_while(move |(filed, _)| *filed == key).map(|(_, word)| *word)
    }

    /// The lists in it, in the order in which they were given.
    #[must_use]
    pub fn lists(&self) -> &[ListVersion] {
        &self.lists
    }

    /// The primary name of an entry.
    #[must_use]
    pub fn primary_name(&self, list: &str, entry: &str) -> Option<&String> {
        let is_it = |(number, listed): &&(u16, ListEntry)| {
            listed.id == entry && self.lists[usize::from(*number)].name == list
        };
        self.entries.iter().find(is_it)?.1.names.first()
    }

    /// How many names, aliases included, can be found.
    #[must_use]
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// The entries that stand differently in `before`, or no longer here: list and id.
    #[must_use]
    pub fn gone_since(&self, before: &Self) -> HashSet<(String, String)> {
        let place = |index: &Self, list: &u16, entry: &ListEntry| {
            let list = index.lists.get(usize::from(*list)).map(|list| list.name.clone());
            (list.unwrap_or_default(), entry.id.clone())
        };
        let now: HashMap<_, &ListEntry> =
            self.entries.iter().map(|(list, entry)| (place(self, list, entry), entry)).collect();
        let old = before.entries.iter().map(|(list, entry)| (place(before, list, entry), entry));
        old.filter(|(at, entry)| now.get(at) != Some(entry)).map(|(at, _)| at).collect()
    }

    /// An index of only those entries that are new or changed since `before`, to screen known customers again.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> Self {
        let old: HashMap<(&str, &str), &ListEntry> = before
            .entries
            .iter()
            .map(|(list, entry)| ((before.lists[usize::from(*list)].name.as_str(), entry.id.as_str()), entry))
            .collect();
        let changed = |(number, version): (u16, &ListVersion)| {
            let is_changed =
                |entry: &&ListEntry| old.get(&(version.name.as_str(), entry.id.as_str())) != Some(entry);
            let entries = self.entries.iter().filter(|(list, _)| *list == number).map(|(_, entry)| entry);
            let ListVersion { name, version, sha256, .. } = version.clone();
            List { name, version, sha256, entries: entries.filter(is_changed).cloned().collect() }
        };
        Self::build((0..).zip(&self.lists).map(changed).collect())
    }
}

/// Positions are kept in 32 bits; a list file is limited to far fewer entries than that.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// EVM addresses are the same in any case; Bitcoin's old ones are not.
pub(crate) fn wallet_key(wallet: &str) -> String {
    let wallet = wallet.trim();
    let evm = wallet.len() == 42 && wallet.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    let bech32 = wallet.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("bc1"));
    if evm || bech32 { wallet.to_ascii_lowercase() } else { wallet.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::{Kind, Query, lists::parse_operator};

    fn index(rows: &str) -> Index {
        let text = format!("id,schema,name,aliases,dob,country,wallets\n{rows}");
        Index::build(vec![parse_operator("own", "1", text.as_bytes()).unwrap()])
    }

    fn entries(index: &Index, name: &str, kind: Option<Kind>) -> Vec<String> {
        let query = Query { name: name.into(), dob: None, country: None, gender: None, kind };
        index.screen(&query).into_iter().map(|hit| hit.entry).collect()
    }

    const ROWS: &str = "1,Person,\"ZOGHBI, Merai Abdel Fattah\",مرعي زغبي,,,\n2,Person,Vladimir Putin,,,,\n\
        3,Company,Zarya General Trading LLC,,,,0x7F367cC41522cE07553e823bf3be79A889DEbe1B\n4,Company,CORP,,,,\n";

    #[test]
    fn a_listed_name_is_found_however_it_is_written() {
        let index = index(ROWS);
        for (name, entry) in [
            ("Merai Abd al-Fattah Zoghbi", "1"),
            ("Maraai Zoghbi", "1"),
            ("MERAI ZOGBHI", "1"),
            ("مرعي زغبي", "1"),
            ("VladimirPutin", "2"),
            ("Putin, Vladimir Vladimirovich", "2"),
            ("Владимир Путин", "2"),
        ] {
            assert_eq!(entries(&index, name, Some(Kind::Person)), [entry], "{name}");
        }
        assert_eq!(entries(&index, "ZARYA General Trading Limited Liability Company", None), ["3"]);
    }

    #[test]
    fn a_word_that_many_bear_finds_nobody() {
        let index = index(ROWS);
        for name in ["Vladimir Smirnov", "Acme Corp", "General Trading LLC", "Anna", "", "...", "al bin"] {
            assert_eq!(entries(&index, name, None), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn a_wallet_is_found_in_any_case_that_means_the_same() {
        let index = index(ROWS);
        let found = |wallet: &str| index.screen_wallet(wallet).len();
        assert_eq!(found("0x7f367cc41522ce07553e823bf3be79a889debe1b"), 1);
        assert_eq!(found("0X7F367CC41522CE07553E823BF3BE79A889DEBE1B"), 1);
        assert_eq!(found("0x7f367cc41522ce07553e823bf3be79a889debe1c"), 0);
    }

    #[test]
    fn only_what_changed_is_screened_again() {
        let (before, after) = (index(ROWS), index(&ROWS.replace("Vladimir Putin", "Vladimir Poutine")));
        let changed = after.changed_since(&before);
        assert_eq!(changed.entries.iter().map(|(_, entry)| entry.id.as_str()).collect::<Vec<_>>(), ["2"]);
        assert_eq!(entries(&changed, "Merai Zoghbi", None), Vec::<String>::new());
        assert_eq!(after.changed_since(&after).name_count(), 0);
        let own = |id: &str| ("own".to_owned(), id.to_owned());
        assert_eq!(after.gone_since(&before), [own("2")].into());
        let fewer = index(&ROWS.replace("4,Company,CORP,,,,\n", ""));
        assert_eq!(fewer.gone_since(&before), [own("4")].into());
        assert!(before.gone_since(&fewer).is_empty());
    }
}

//! Who may know whom: between the crates, and to the outside.

use crate::workspace::{files, metadata, text};
use std::collections::{BTreeMap, BTreeSet};

/// Each room of the house and the rooms it may know.
const ROOMS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("compliance", &["domain"]),
    ("tokenizer", &["domain", "contracts"]),
    ("store", &["domain"]),
    ("contracts", &[]),
    ("api", &["domain", "compliance", "tokenizer", "store", "contracts"]),
];

/// Crates from outside that only some rooms may name: a crate whose name is this, or begins with it and a
/// hyphen or an underscore.
const OUTSIDE: [(&str, &[&str]); 14] = [
    ("diesel", &["store"]),
    ("r2d2", &["store"]),
    ("pq-sys", &["store"]),
    ("libsqlite3-sys", &["store"]),
    ("alloy", &["tokenizer", "contracts"]),
    ("revm", &["tokenizer"]),
    ("rusqlite", &["tokenizer", "api"]),
    ("en16931", &["tokenizer"]),
    ("ssi", &["compliance"]),
    ("actix", &["api"]),
    ("askama", &["api"]),
    ("cron", &["api"]),
    ("utoipa", &["api"]),
    ("clap", &["api"]),
];

/// Crates that only some folders of their room may name.
const FOLDERS: [(&str, &str, &[&str]); 5] = [
    ("alloy", "tokenizer/", &["tokenizer/src/chain/", "tokenizer/src/coupon/", "tokenizer/tests/chain"]),
    ("revm", "tokenizer/", &["tokenizer/src/chain/", "tokenizer/tests/chain"]),
    ("rusqlite", "tokenizer/", &["tokenizer/src/chain/", "tokenizer/tests/chain"]),
    // The tests of the program look at its files from outside.
    ("rusqlite", "api/", &["api/tests/program/"]),
    ("ssi", "compliance/", &["compliance/src/credential/", "compliance/tests/credential"]),
];

/// What each room depends on by its manifest, for its tests and its build too.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata(&["--no-deps"]);
    let mut rooms = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let folder = package["manifest_path"].as_str().unwrap().rsplit('/').nth(1).unwrap().to_owned();
        let names = package["dependencies"].as_array().unwrap().iter().map(|dependency| {
            let name = dependency["name"].as_str().unwrap();
            name.strip_prefix("muniment-").unwrap_or(name).to_owned()
        });
        rooms.insert(folder, names.collect());
    }
    rooms
}

fn belongs_to(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[test]
fn each_room_knows_only_the_rooms_it_may() {
    let dependencies = dependencies();
    assert_eq!(dependencies.len(), ROOMS.len(), "a room without a rule: {:?}", dependencies.keys());
    for (room, may_know) in ROOMS {
        let known: Vec<&str> = dependencies[room]
            .iter()
            .map(String::as_str)
            .filter(|name| *name == "muniment" || ROOMS.iter().any(|(other, _)| other == name))
            .collect();
        // Itself as well: so a room's tests ask for its features.
        let stray: Vec<_> = known.iter().filter(|name| **name != room && !may_know.contains(name)).collect();
        assert!(stray.is_empty(), "{room} may know {may_know:?} and knows {stray:?}");
    }
}

#[test]
fn what_comes_from_outside_comes_in_by_its_own_door() {
    let dependencies = dependencies();
    for (family, rooms) in OUTSIDE {
        let known =
            dependencies.iter().filter(|(_, names)| names.iter().any(|name| belongs_to(name, family)));
        let stray: Vec<_> =
            known.map(|(room, _)| room).filter(|room| !rooms.contains(&room.as_str())).collect();
        assert!(stray.is_empty(), "{family} belongs to {rooms:?} and stands in the manifest of {stray:?}");
    }
}

#[test]
fn the_chain_and_the_credentials_keep_their_libraries_to_themselves() {
    for file in files().iter().filter(|file| file.ends_with(".rs")) {
        let source = text(file).unwrap();
        for (family, room, folders) in FOLDERS {
            let inside = !file.starts_with(room) || folders.iter().any(|folder| file.starts_with(folder));
            if inside {
                continue;
            }
            for (number, line) in (1..).zip(source.lines()) {
                assert!(!names(line, family), "{file}:{number} names {family}, which belongs to {folders:?}");
            }
        }
    }
}

/// Whether a line of code, not of comment, names a crate of a family as the head of a path.
fn names(line: &str, family: &str) -> bool {
    let code = line.split("//").next().unwrap();
    code.match_indices(family).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after =
            code[start + family.len()..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let starts = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.' && c != ':');
        let is_path =
            after.starts_with("::") || code.trim_start().starts_with("use ") && after.starts_with([';', ' ']);
        starts && is_path && belongs_to(&code[start..code.len() - after.len()], family)
    })
}

#[test]
fn a_crate_is_recognised_where_it_is_named() {
    let cases = [
        ("use alloy::primitives::U256;", true),
        ("    let x = alloy_primitives::U256::ZERO;", true),
        ("use alloy as chain;", true),
        ("// alloy::primitives is not used here", false),
        ("let alloys = metal::alloys();", false),
        ("use metal::alloy::Bronze;", false),
        ("let missing = \"alloy\";", false),
    ];
    for (line, named) in cases {
        assert_eq!(names(line, "alloy"), named, "{line}");
    }
}

//! Every dependency may be given on under Apache-2.0.

use crate::workspace::metadata;
use serde_json::Value;

/// Licences, by their SPDX identifiers, whose terms a program under Apache-2.0 can keep. MPL-2.0 asks for the
/// source of its own files only, which are used as they are published.
const ALLOWED: [&str; 16] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Crates that give a file instead of an expression, and what was read there.
const READ: [(&str, &str); 1] = [("sshkeys", "BSD-2-Clause")];

/// The expression that a package declares, or that was read in its file.
fn licence(package: &Value) -> Option<String> {
    let name = package["name"].as_str().unwrap();
    let read = || READ.iter().find(|(other, _)| *other == name).map(|(_, licence)| (*licence).to_owned());
    package["license"].as_str().map(str::to_owned).or_else(read)
}

#[test]
fn every_dependency_has_a_licence_that_ours_can_keep() {
    // Only what is built on this machine is on its disk, and only that can be read offline.
    let host = std::process::Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let host = String::from_utf8(host).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = metadata(&["--filter-platform", host]);
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "cargo named {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !licence(package).is_some_and(|licence| is_allowed(&licence)))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Whether an SPDX expression leaves a choice that is allowed. `/` is the older way to write `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(words: &mut &[&str]) -> bool {
    let mut allowed = all(words);
    while take(words, "OR") {
        allowed |= all(words);
    }
    allowed
}

fn all(words: &mut &[&str]) -> bool {
    let mut allowed = one(words);
    while take(words, "AND") {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut &[&str]) -> bool {
    if take(words, "(") {
        let allowed = either(words);
        return take(words, ")") && allowed;
    }
    let Some((name, rest)) = words.split_first() else { return false };
    *words = rest;
    // A plus allows later versions; the named one is among them.
    let mut name = name.trim_end_matches('+').to_owned();
    if take(words, "WITH") {
        let Some((exception, rest)) = words.split_first() else { return false };
        *words = rest;
        name = format!("{name} WITH {exception}");
    }
    ALLOWED.contains(&name.as_str())
}

fn take(words: &mut &[&str], word: &str) -> bool {
    let found = words.first() == Some(&word);
    if found {
        *words = &words[1..];
    }
    found
}

#[test]
fn an_expression_is_allowed_when_a_choice_in_it_is() {
    let cases = [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("Apache-2.0 OR GPL-2.0-only", true),
        ("Apache-2.0 AND GPL-2.0-only", false),
        ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
        ("MIT OR GPL-3.0 AND AGPL-3.0", true),
        ("GPL-3.0 AND (MIT OR ISC)", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0 WITH Classpath-exception-2.0", false),
        ("MPL-2.0+", true),
        ("AGPL-3.0", false),
        ("(MIT", false),
        ("MIT MIT", false),
        ("", false),
    ];
    for (expression, allowed) in cases {
        assert_eq!(is_allowed(expression), allowed, "{expression}");
    }
}

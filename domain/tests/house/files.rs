//! What holds for every file: its length, its first line, and what does not stand in it.

use crate::workspace::{files, text};

/// Lines of a source file or a page. A reader keeps one matter in mind, and what is longer is most often two;
/// the rest of the rule is about 350, so that a file has room to grow before somebody has to part it.
const MOST_LINES: usize = 450;

/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 3] = [
    ("store/src/schema.rs", "one table after the other, as the migrations create them"),
    ("contracts/test/TokenHolds.t.sol", "each refusal of a hold has a test, and all stand on one stage"),
    (
        "contracts/test/TokenLimits.t.sol",
        "each of the further rules has its table, and all stand on one stage",
    ),
];

#[test]
fn no_file_is_too_long_for_one_matter() {
    let measured = [".rs", ".sol", ".html", ".css", ".js", ".mjs"];
    let not_written_here = |file: &str| file.contains("/vendor/") || file.ends_with(".min.js");
    for file in files() {
        if !measured.iter().any(|ending| file.ends_with(ending)) || not_written_here(&file) {
            continue;
        }
        let lines = text(&file).unwrap().lines().count();
        match LONGER.iter().find(|(path, _)| *path == file) {
            None => assert!(lines <= MOST_LINES, "{file} has {lines} lines, {MOST_LINES} are the limit"),
            Some((_, reason)) => {
                assert!(lines > MOST_LINES, "{file} has {lines} lines: it needs no exception ({reason})");
            }
        }
    }
    for (file, _) in LONGER {
        assert!(text(file).is_some(), "{file} needs no exception: it is not there");
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let silent: Vec<String> = files()
        .into_iter()
        .filter(|file| file.ends_with(".rs") && !text(file).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "these do not open with a sentence on what they are for: {silent:#?}");
}

#[test]
fn nothing_is_left_to_do_or_to_debug() {
    // Taken apart, so that this file does not find itself.
    let unfinished =
        [concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("db", "g!("), concat!("FIX", "ME")];
    for file in files().iter().filter(|file| file.ends_with(".rs") || file.ends_with(".sol")) {
        for (number, line) in (1..).zip(text(file).unwrap().lines()) {
            for mark in unfinished {
                assert!(!line.contains(mark), "{file}:{number} is unfinished: {line}");
            }
        }
    }
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let folders = [concat!("/wo", "rk"), concat!("/tm", "p"), concat!("/ro", "ot"), concat!("/ho", "me")];
    for file in files() {
        let Some(text) = text(&file) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            for folder in folders {
                assert!(!names_folder(line, folder), "{file}:{number} names {folder}: {line}");
            }
        }
    }
}

/// Whether a line names a folder at the root of a machine: `/x` or `/x/y`, but neither `a/x` nor `/xy`.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + folder.len()..].chars().next();
        before.is_none_or(|c| c.is_whitespace() || "\"'`=:(<[,".contains(c))
            && after.is_none_or(|c| !c.is_alphanumeric() && !"_-{".contains(c))
    })
}

#[test]
fn a_folder_of_a_machine_is_told_from_a_path_of_ours() {
    let folder = concat!("/tm", "p");
    let cases = [
        ("{}", true),
        ("\"{}/a.db\"", true),
        ("dir={}/x", true),
        ("a{}", false),
        ("./target{}/x", false),
        ("{}late", false),
    ];
    for (pattern, named) in cases {
        assert_eq!(names_folder(&pattern.replace("{}", folder), folder), named, "{pattern}");
    }
}

#[test]
fn what_the_texts_point_at_is_there() {
    for file in files().iter().filter(|file| file.ends_with(".md") && !file.starts_with("contracts/")) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let source = text(file).unwrap();
        let targets = source.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (target, _) in targets.filter(|(target, _)| !target.contains("://") && !target.starts_with('#')) {
            let path = crate::workspace::root().join(folder).join(target);
            assert!(path.exists(), "{file} points at {target}");
        }
    }
}

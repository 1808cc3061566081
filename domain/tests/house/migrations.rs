//! Every migration stands on both sides and knows the way back.

use crate::workspace::{files, text};
use std::collections::BTreeSet;

fn names(side: &str) -> BTreeSet<String> {
    let folder = format!("migrations/{side}/");
    let files = files();
    let inside = files.iter().filter_map(|file| file.strip_prefix(&folder));
    inside.map(|file| file.split_once('/').unwrap().0.to_owned()).collect()
}

#[test]
fn a_migration_stands_on_both_sides_with_up_and_down() {
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres);
    for (number, name) in (1..).zip(&sqlite) {
        assert!(name.starts_with(&format!("{number:04}_")), "{name} is the {number}th and does not say so");
        for side in ["sqlite", "postgres"] {
            for way in ["up", "down"] {
                let file = format!("migrations/{side}/{name}/{way}.sql");
                let sql = text(&file).unwrap();
                let statements =
                    sql.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("--"));
                assert!(statements.count() > 0, "{file} does nothing");
            }
        }
    }
}

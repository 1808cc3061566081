//! Reads the tables that `store/src/schema.rs` declares to diesel.

use super::shape::Column;
use std::collections::BTreeMap;

/// A table as it is declared.
#[derive(Debug, Default)]
pub struct Declared {
    pub columns: BTreeMap<String, Column>,
    pub primary_key: Vec<String>,
    /// A column, and the table whose primary key it bears.
    pub joins: Vec<(String, String)>,
}

/// Every `table!` with its `joinable!` lines.
pub fn tables(source: &str) -> BTreeMap<String, Declared> {
    let mut tables = BTreeMap::<String, Declared>::new();
    let mut current = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(head) = line.strip_suffix(") {") {
            let (name, key) = head.split_once(" (").unwrap();
            current = name.to_owned();
            let primary_key = key.split(", ").map(str::to_owned).collect();
            tables.insert(current.clone(), Declared { primary_key, ..Declared::default() });
        } else if let Some((name, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let table = tables.get_mut(&current).unwrap();
            assert!(table.columns.insert(name.to_owned(), column(kind)).is_none(), "{current}.{name} twice");
        } else if let Some(join) = line.strip_prefix("joinable!(").and_then(|line| line.strip_suffix("));")) {
            let (child, rest) = join.split_once(" -> ").unwrap();
            let (parent, column) = rest.split_once(" (").unwrap();
            tables.get_mut(child).unwrap().joins.push((column.to_owned(), parent.to_owned()));
        }
    }
    tables
}

fn column(kind: &str) -> Column {
    match kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>')) {
        Some(kind) => Column { kind: kind.to_owned(), nullable: true },
        None => Column { kind: kind.to_owned(), nullable: false },
    }
}

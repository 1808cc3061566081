//! Both databases, and the tables as diesel sees them, have one and the same shape.

mod declared;
mod postgres;
mod shape;
mod sqlite;

use crate::harness::{Database, Raw};
use shape::Table;
use std::collections::BTreeMap;

fn migrated(database: &Database) -> Raw {
    database.store.migrate().unwrap();
    database.raw()
}

fn sqlite_tables() -> BTreeMap<String, Table> {
    let database = Database::sqlite();
    let Raw::Sqlite(mut sqlite) = migrated(&database) else { unreachable!("a file is SQLite") };
    sqlite::tables(&mut sqlite)
}

/// Compares table by table, so that a failure names the table and shows little else.
fn assert_same(left: &BTreeMap<String, Table>, right: &BTreeMap<String, Table>) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "the tables differ");
    for (name, table) in left {
        assert_eq!(*table, right[name], "{name} differs");
    }
}

#[test]
fn sqlite_and_postgresql_have_the_same_shape() {
    let mut sqlite = sqlite_tables();
    assert!(sqlite.len() > 30, "the reader of SQLite found {} tables", sqlite.len());
    let Some(database) = Database::postgres() else { return };
    let Raw::Postgres(mut connection) = migrated(&database) else { unreachable!("a cluster is PostgreSQL") };
    // PostgreSQL rewrites what it stores, so it is made to rewrite SQLite's words as well.
    for (name, table) in &mut sqlite {
        postgres::reword(&mut connection, name, table);
    }
    let postgres = postgres::tables(&mut connection);
    assert_same(&sqlite, &postgres);

    let count = |part: fn(&Table) -> usize| postgres.values().map(part).sum::<usize>();
    let parts = [
        count(|table| table.uniques.len()),
        count(|table| table.indexes.len()),
        count(|table| table.foreign_keys.len()),
        count(|table| table.checks.len()),
    ];
    assert!(parts.iter().all(|found| *found >= 20), "the readers found too little to compare: {parts:?}");
}

#[test]
fn diesel_sees_the_tables_as_they_are() {
    let declared = declared::tables(include_str!("../../src/schema.rs"));
    let migrated = sqlite_tables();
    assert_eq!(declared.keys().collect::<Vec<_>>(), migrated.keys().collect::<Vec<_>>());
    for (name, table) in &declared {
        let real = &migrated[name];
        assert_eq!(table.columns, real.columns, "{name}");
        assert_eq!(table.primary_key, real.primary_key, "{name}");
        for (column, target) in &table.joins {
            let known =
                real.foreign_keys.iter().any(|key| key.columns == [column.as_str()] && key.table == *target);
            assert!(known, "{name}.{column} is declared to join {target}, without a foreign key");
        }
    }
}

#[test]
fn every_table_may_appear_in_a_query_with_every_other() {
    let source = include_str!("../../src/schema.rs");
    let list = source.split_once("allow_tables_to_appear_in_same_query!(").unwrap().1;
    let mut listed: Vec<&str> =
        list.split([',', '\n', ')', ';']).map(str::trim).filter(|name| !name.is_empty()).collect();
    listed.sort_unstable();
    assert_eq!(listed, declared::tables(source).keys().collect::<Vec<_>>());
}

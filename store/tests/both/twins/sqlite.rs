//! Reads the shape of a SQLite database.

use super::shape::{Column, ForeignKey, Index, Table};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use std::collections::{BTreeMap, BTreeSet};

#[derive(QueryableByName)]
struct Created {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    not_null: i64,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
    #[diesel(sql_type = BigInt)]
    key_place: i64,
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    is_unique: i64,
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

#[derive(QueryableByName)]
struct IndexColumn {
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = BigInt)]
    descending: i64,
}

#[derive(QueryableByName)]
struct ForeignKeyRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    from_column: String,
    #[diesel(sql_type = Nullable<Text>)]
    to_column: Option<String>,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

/// Every table of ours. Checks and conditions are in the words of the migration.
pub fn tables(connection: &mut SqliteConnection) -> BTreeMap<String, Table> {
    let created: Vec<Created> = sql_query(
        "SELECT name, sql FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
    )
    .load(connection)
    .unwrap();
    created.into_iter().map(|Created { name, sql }| (name.clone(), table(connection, &name, &sql))).collect()
}

fn table(connection: &mut SqliteConnection, name: &str, sql: &str) -> Table {
    let mut table = Table { checks: checks(sql), ..Table::default() };
    let columns: Vec<ColumnRow> = sql_query(format!(
        "SELECT name, type AS kind, \"notnull\" AS not_null, dflt_value AS default_value, pk AS key_place
         FROM pragma_table_info('{name}') ORDER BY pk"
    ))
    .load(connection)
    .unwrap();
    for column in columns {
        if column.key_place > 0 {
            table.primary_key.push(column.name.clone());
        }
        if let Some(value) = column.default_value {
            table.defaults.insert(column.name.clone(), value);
        }
        let nullable = column.not_null == 0;
        table.columns.insert(column.name, Column { kind: kind(&column.kind).to_owned(), nullable });
    }
    read_indexes(connection, name, &mut table);
    table.foreign_keys = foreign_keys(connection, name);
    table
}

fn kind(declared: &str) -> &str {
    match declared {
        "TEXT" => "Text",
        "BIGINT" => "BigInt",
        "TIMESTAMP" => "Timestamp",
        "DATE" => "Date",
        "BOOLEAN" => "Bool",
        "BLOB" => "Binary",
        other => panic!("{other} is no type that both databases share"),
    }
}

fn read_indexes(connection: &mut SqliteConnection, name: &str, table: &mut Table) {
    let rows: Vec<IndexRow> = sql_query(format!(
        "SELECT list.name, list.\"unique\" AS is_unique, list.origin, master.sql
         FROM pragma_index_list('{name}') AS list JOIN sqlite_master AS master ON master.name = list.name"
    ))
    .load(connection)
    .unwrap();
    for row in rows {
        let columns: Vec<IndexColumn> = sql_query(format!(
            "SELECT name, \"desc\" AS descending FROM pragma_index_xinfo('{}') WHERE key = 1 ORDER BY seqno",
            row.name
        ))
        .load(connection)
        .unwrap();
        let columns: Vec<String> = columns.into_iter().map(index_column).collect();
        let condition = row.sql.and_then(|sql| Some(sql.split_once(" WHERE ")?.1.trim().to_owned()));
        match row.origin.as_str() {
            "pk" => {}
            "u" => assert!(table.uniques.insert(columns), "a second unique key over the same columns"),
            _ => {
                let index = Index { columns, unique: row.is_unique == 1, condition };
                table.indexes.insert(row.name, index);
            }
        }
    }
}

fn index_column(column: IndexColumn) -> String {
    let name =
        column.name.unwrap_or_else(|| panic!("an index over an expression: teach this test to compare it"));
    if column.descending == 1 { format!("{name} DESC") } else { name }
}

fn foreign_keys(connection: &mut SqliteConnection, name: &str) -> BTreeSet<ForeignKey> {
    let rows: Vec<ForeignKeyRow> = sql_query(format!(
        "SELECT id, \"table\" AS target, \"from\" AS from_column, \"to\" AS to_column, on_update, on_delete
         FROM pragma_foreign_key_list('{name}') ORDER BY id, seq"
    ))
    .load(connection)
    .unwrap();
    let mut keys = BTreeMap::<i64, ForeignKey>::new();
    for row in rows {
        let key = keys.entry(row.id).or_insert_with(|| ForeignKey {
            columns: vec![],
            table: row.target,
            targets: vec![],
            on_update: row.on_update,
            on_delete: row.on_delete,
        });
        key.columns.push(row.from_column);
        key.targets
            .push(row.to_column.unwrap_or_else(|| panic!("{name}: a foreign key names its target column")));
    }
    keys.into_values().collect()
}

/// The expressions behind every `CHECK` of a `CREATE TABLE`.
fn checks(sql: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = sql;
    while let Some((_, after)) = rest.split_once("CHECK (") {
        let mut depth = 1;
        let end = after.find(|character| {
            depth += match character {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (expression, tail) = after.split_at(end.unwrap());
        found.insert(expression.to_owned());
        rest = tail;
    }
    found
}

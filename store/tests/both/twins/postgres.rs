//! Reads the shape of a PostgreSQL database, and has it reword what SQLite says.

use super::shape::{Column, ForeignKey, Index, Table};
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use std::collections::{BTreeMap, BTreeSet};

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    not_null: bool,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    columns: String,
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Nullable<Text>)]
    condition: Option<String>,
}

#[derive(QueryableByName)]
struct ForeignKeyRow {
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    targets: String,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

/// Every table of ours. Checks and conditions are in PostgreSQL's own words.
pub fn tables(connection: &mut PgConnection) -> BTreeMap<String, Table> {
    let names: Vec<Words> = sql_query(
        "SELECT relname::text AS words FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '\\_\\_diesel%'",
    )
    .load(connection)
    .unwrap();
    names.into_iter().map(|row| (row.words.clone(), table(connection, &row.words))).collect()
}

/// Puts SQLite's checks, conditions and defaults into PostgreSQL's words, by declaring them on a copy.
pub fn reword(connection: &mut PgConnection, name: &str, table: &mut Table) {
    let mut sql = format!("CREATE TEMPORARY TABLE copy (LIKE public.{name});");
    for check in &table.checks {
        sql += &format!("ALTER TABLE copy ADD CHECK ({check});");
    }
    for (column, value) in &table.defaults {
        sql += &format!("ALTER TABLE copy ALTER COLUMN {column} SET DEFAULT {value};");
    }
    for (index, shape) in table.indexes.iter().filter(|(_, index)| index.condition.is_some()) {
        let condition = shape.condition.as_deref().unwrap();
        sql += &format!("CREATE INDEX {index} ON copy ({}) WHERE {condition};", shape.columns.join(", "));
    }
    connection.batch_execute(&sql).unwrap();
    table.checks = checks(connection, "pg_temp.copy");
    table.defaults = columns(connection, "pg_temp.copy").1;
    for (index, condition) in
        index_rows(connection, "pg_temp.copy").into_iter().map(|row| (row.name, row.condition))
    {
        table.indexes.get_mut(&index).unwrap().condition = condition;
    }
    connection.batch_execute("DROP TABLE pg_temp.copy").unwrap();
}

fn table(connection: &mut PgConnection, name: &str) -> Table {
    let name = format!("public.{name}");
    let (columns, defaults) = columns(connection, &name);
    let mut table = Table { columns, defaults, checks: checks(connection, &name), ..Table::default() };
    let keys: Vec<KeyRow> = sql_query(format!(
        "SELECT contype::text AS kind, {} AS columns FROM pg_constraint
         WHERE conrelid = '{name}'::regclass AND contype IN ('p', 'u')",
        names_of("conrelid", "conkey")
    ))
    .load(connection)
    .unwrap();
    for KeyRow { kind, columns } in keys {
        match kind.as_str() {
            "p" => table.primary_key = list(&columns),
            _ => assert!(table.uniques.insert(list(&columns)), "a second unique key over the same columns"),
        }
    }
    for IndexRow { name, is_unique, columns, condition } in index_rows(connection, &name) {
        // PostgreSQL quotes a name that is also a word of SQL.
        let columns = list(&columns.replace('"', ""));
        table.indexes.insert(name, Index { columns, unique: is_unique, condition });
    }
    table.foreign_keys = foreign_keys(connection, &name);
    table
}

fn columns(
    connection: &mut PgConnection,
    name: &str,
) -> (BTreeMap<String, Column>, BTreeMap<String, String>) {
    let rows: Vec<ColumnRow> = sql_query(format!(
        "SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind, attnotnull AS not_null,
                pg_get_expr(adbin, adrelid) AS default_value
         FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attrelid = '{name}'::regclass AND attnum > 0 AND NOT attisdropped"
    ))
    .load(connection)
    .unwrap();
    let (mut columns, mut defaults) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        if let Some(value) = row.default_value {
            defaults.insert(row.name.clone(), value);
        }
        columns.insert(row.name, Column { kind: kind(&row.kind).to_owned(), nullable: !row.not_null });
    }
    (columns, defaults)
}

fn kind(declared: &str) -> &str {
    match declared {
        "text" => "Text",
        "bigint" => "BigInt",
        "timestamp without time zone" => "Timestamp",
        "date" => "Date",
        "boolean" => "Bool",
        "bytea" => "Binary",
        other => panic!("{other} is no type that both databases share"),
    }
}

fn checks(connection: &mut PgConnection, name: &str) -> BTreeSet<String> {
    let rows: Vec<Words> = sql_query(format!(
        "SELECT pg_get_constraintdef(oid) AS words FROM pg_constraint
         WHERE conrelid = '{name}'::regclass AND contype = 'c'"
    ))
    .load(connection)
    .unwrap();
    rows.into_iter().map(|row| row.words).collect()
}

fn index_rows(connection: &mut PgConnection, name: &str) -> Vec<IndexRow> {
    sql_query(format!(
        "SELECT relname::text AS name, indisunique AS is_unique, pg_get_expr(indpred, indrelid) AS condition,
                (SELECT string_agg(pg_get_indexdef(indexrelid, place, false)
                     || CASE WHEN pg_index_column_has_property(indexrelid, place, 'desc') THEN ' DESC' ELSE '' END,
                     ',' ORDER BY place) FROM generate_series(1, indnkeyatts::int) AS place) AS columns
         FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
         WHERE indrelid = '{name}'::regclass
           AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)"
    ))
    .load(connection)
    .unwrap()
}

fn foreign_keys(connection: &mut PgConnection, name: &str) -> BTreeSet<ForeignKey> {
    let action = |column: &str| {
        format!(
            "CASE {column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
             WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END"
        )
    };
    let rows: Vec<ForeignKeyRow> = sql_query(format!(
        "SELECT {} AS columns, confrelid::regclass::text AS target, {} AS targets,
                {} AS on_update, {} AS on_delete
         FROM pg_constraint WHERE conrelid = '{name}'::regclass AND contype = 'f'",
        names_of("conrelid", "conkey"),
        names_of("confrelid", "confkey"),
        action("confupdtype"),
        action("confdeltype"),
    ))
    .load(connection)
    .unwrap();
    let keys = rows.into_iter().map(|row| ForeignKey {
        columns: list(&row.columns),
        table: row.target,
        targets: list(&row.targets),
        on_update: row.on_update,
        on_delete: row.on_delete,
    });
    keys.collect()
}

/// SQL for the names of numbered columns, in their order, with commas between.
fn names_of(table: &str, numbers: &str) -> String {
    format!(
        "(SELECT string_agg(attname, ',' ORDER BY place) FROM unnest({numbers}) WITH ORDINALITY AS key(number, place)
          JOIN pg_attribute ON attrelid = {table} AND attnum = number)"
    )
}

fn list(names: &str) -> Vec<String> {
    names.split(',').map(str::to_owned).collect()
}

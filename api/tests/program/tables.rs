//! The tables of a stopped program's SQLite files, read from outside.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::BTreeMap;
use std::path::Path;

/// A table: its columns and its rows, each cell as bytes.
pub(crate) struct Table {
    /// The names of the columns.
    pub(crate) columns: Vec<String>,
    /// The rows in the order in which they are kept.
    pub(crate) rows: Vec<Vec<Vec<u8>>>,
}

/// Every table of a file by its name.
pub(crate) fn read(file: &Path) -> BTreeMap<String, Table> {
    let connection = Connection::open(file).unwrap();
    let mut names = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let ours = names.into_iter().filter(|name| !name.starts_with("sqlite_"));
    ours.map(|name| (name.clone(), table(&connection, &name))).collect()
}

fn table(connection: &Connection, name: &str) -> Table {
    let mut all = connection.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
    let columns: Vec<String> = all.column_names().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    let rows = all.query_map([], |row| (0..width).map(|at| Ok(bytes(row.get_ref(at)?))).collect());
    Table { columns, rows: rows.unwrap().map(Result::unwrap).collect() }
}

fn bytes(cell: ValueRef<'_>) -> Vec<u8> {
    match cell {
        ValueRef::Null => Vec::new(),
        ValueRef::Integer(number) => number.to_string().into_bytes(),
        ValueRef::Real(number) => number.to_string().into_bytes(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
    }
}

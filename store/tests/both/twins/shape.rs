//! The shape of a table, in words that both databases share.

use std::collections::{BTreeMap, BTreeSet};

/// All that a table promises.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub columns: BTreeMap<String, Column>,
    pub primary_key: Vec<String>,
    pub uniques: BTreeSet<Vec<String>>,
    pub indexes: BTreeMap<String, Index>,
    pub foreign_keys: BTreeSet<ForeignKey>,
    pub checks: BTreeSet<String>,
    pub defaults: BTreeMap<String, String>,
}

/// A column by diesel's name for its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub kind: String,
    pub nullable: bool,
}

/// An index that somebody named; a part of the table only when it has a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub columns: Vec<String>,
    pub unique: bool,
    pub condition: Option<String>,
}

/// A reference to another table, with what follows from a change there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub table: String,
    pub targets: Vec<String>,
    pub on_update: String,
    pub on_delete: String,
}

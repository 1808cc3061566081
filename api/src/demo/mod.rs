//! The living demo: a house with people, papers and a history, made through the same flows that people use.

pub mod people;
pub mod papers;

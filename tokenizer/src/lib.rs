//! tokenizer

pub mod calendar;
pub mod day_count;
pub mod schedule;

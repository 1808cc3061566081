//! tokenizer

pub mod intake;

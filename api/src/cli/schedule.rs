//! `muniment schedule --ndjson`: schedules and day counts as a filter.

use crate::error::AppError;
use std::io::{BufWriter, Write, stdin, stdout};

/// Answers each line of standard input on standard output.
pub(super) fn ndjson() -> Result<u8, AppError> {
    let mut output = BufWriter::new(stdout().lock());
    tokenizer::schedule::ndjson::run(stdin().lock(), &mut output).map_err(AppError::internal)?;
    output.flush().map_err(AppError::internal)?;
    Ok(super::EXIT_DONE)
}

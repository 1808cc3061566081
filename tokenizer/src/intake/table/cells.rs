//! One line of a CSV file (RFC 4180, one row on one line), read within a limit and split into cells.

use super::MAX_ROW_BYTES;
use std::io::{BufRead, ErrorKind};

/// Why a line is no row.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineFault {
    #[error("at most {MAX_ROW_BYTES} bytes in a row")]
    TooLong,
    #[error(
        "every quote closed on the line it was opened, and nothing between a closing quote and the separator"
    )]
    Quote,
    #[error("a file that can be read to its end ({0})")]
    Broken(#[from] std::io::Error),
}

impl LineFault {
    /// Whether nothing can follow.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Broken(_))
    }
}

/// The next line without its line end. Of a line beyond the limit nothing is kept, and the line after it is next.
pub(super) fn next_line(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>, LineFault> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        let at_end_of_file = buffer.is_empty();
        too_long |= line.len() + part.len() > MAX_ROW_BYTES;
        if too_long {
            line.clear();
        } else {
            line.extend_from_slice(part);
        }
        let used = end.map_or(part.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() || at_end_of_file {
            if too_long {
                return Err(LineFault::TooLong);
            }
            if at_end_of_file && line.is_empty() {
                return Ok(None);
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(Some(line));
        }
    }
}

/// The cells of a line. Bytes that are no UTF-8 become U+FFFD, which the caller refuses by column.
pub(super) fn split(line: &[u8], separator: u8) -> Result<Vec<String>, LineFault> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.first() {
            Some(b'"') => quoted(&rest[1..])?,
            _ => {
                let end = rest.iter().position(|byte| *byte == separator).unwrap_or(rest.len());
                (String::from_utf8_lossy(&rest[..end]).into_owned(), &rest[end..])
            }
        };
        cells.push(cell);
        match after.split_first() {
            None => return Ok(cells),
            Some((byte, next)) if *byte == separator => rest = next,
            Some(_) => return Err(LineFault::Quote),
        }
    }
}

/// A quoted cell and what follows its closing quote. A doubled quote stands for one.
fn quoted(mut rest: &[u8]) -> Result<(String, &[u8]), LineFault> {
    let mut cell = Vec::new();
    loop {
        let end = rest.iter().position(|byte| *byte == b'"').ok_or(LineFault::Quote)?;
        cell.extend_from_slice(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.split_first() {
            Some((b'"', next)) => {
                cell.push(b'"');
                rest = next;
            }
            _ => return Ok((String::from_utf8_lossy(&cell).into_owned(), rest)),
        }
    }
}

//! ZUGFeRD and Factur-X: the XML of an invoice inside of a PDF, taken out within limits.

use super::{BrokenRule, guard};
use en16931_formats::zugferd::{Error, Limits, extract};

/// The most bytes that one stream of a PDF may unfold to: as much as an invoice may have.
const MAX_STREAM: usize = guard::MAX_BYTES;
/// The most bytes that all streams which have to be unfolded may unfold to together.
const MAX_STREAMS: usize = 2 * guard::MAX_BYTES;
/// The most objects that are gone through to find the invoice.
const MAX_OBJECTS: usize = 10_000;
/// The most words of one file, long ones counted by their length: a page takes a few hundred, and 8 MB of
/// compressed pictures look like 110,000. The parser needs up to half a microsecond for each.
const MAX_WORDS: usize = 120_000;
/// The longest name that the format itself asks a reader for.
const NAME: usize = 127;
/// The most bytes by which all names together are longer than that: in compressed data few look like names at all.
const MAX_NAMES: usize = 64 * 1024;
/// Characters of text that are as much work as a word.
const WORD: usize = 20;

/// Whether a file is a PDF by its first bytes.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF")
}

/// The XML that a PDF carries as its invoice.
///
/// # Errors
/// The one limit it breaks, or that it carries none.
pub(super) fn payload(bytes: &[u8]) -> Result<Vec<u8>, BrokenRule> {
    guard::size(bytes)?;
    if long_names(bytes) > MAX_NAMES {
        return Err(BrokenRule::new(
            "PDF-WORDS",
            format!("The PDF has too many names, or names of far more than {NAME} bytes."),
        ));
    }
    if words(bytes) > MAX_WORDS {
        return Err(BrokenRule::new("PDF-WORDS", format!("The PDF has more than {MAX_WORDS} words.")));
    }
    let limits = Limits::new()
        .with_max_stream_bytes(MAX_STREAM)
        .with_max_total_bytes(MAX_STREAMS)
        .with_max_objects(MAX_OBJECTS);
    match extract(bytes, &limits) {
        Ok(found) => Ok(found.xml),
        Err(error) => Err(BrokenRule::new(rule(&error), format!("The PDF: {error}."))),
    }
}

fn rule(error: &Error) -> &'static str {
    match error {
        Error::NoInvoice { .. } => "FILE-TYPE",
        Error::LimitExceeded { .. } | Error::EmbeddedFilesTree { .. } => "PDF-BOMB",
        Error::Encoding { .. } => "FILE-ENCODING",
        _ => "PDF",
    }
}

/// By how many bytes names are longer than [`NAME`], counted without reading any: from a slash to what ends a word.
/// More names than [`MAX_WORDS`] are beyond any limit.
fn long_names(bytes: &[u8]) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()<>[]{}/%\0".contains(byte);
    let (mut rest, mut over, mut names) = (bytes, 0_usize, 0_usize);
    while let Some(slash) = rest.iter().position(|byte| *byte == b'/') {
        rest = rest.get(slash + 1..).unwrap_or_default();
        // Further than the limit nothing has to be looked at.
        let near = rest.get(..NAME + MAX_NAMES + 1).unwrap_or(rest);
        let name = near.iter().position(ends).unwrap_or(near.len());
        over += name.saturating_sub(NAME);
        names += 1;
        if names > MAX_WORDS || over > MAX_NAMES {
            return usize::MAX;
        }
        rest = rest.get(name..).unwrap_or_default();
    }
    over
}

/// How many words a PDF could be read as at most, counted without reading any: what parts two words, between two
/// characters of text, and the text itself. Compressed data has little of either.
fn words(bytes: &[u8]) -> usize {
    let text = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    let parts = |byte: u8| byte.is_ascii_whitespace() || b"()<>[]{}/%+-.".contains(&byte);
    let (mut words, mut letters) = (0, 0_usize);
    for three in bytes.windows(3).filter(|three| text(three[0]) && text(three[2])) {
        words += usize::from(parts(three[1]));
        letters += usize::from(text(three[1]));
        if words > MAX_WORDS {
            break;
        }
    }
    words + letters.div_euclid(WORD)
}

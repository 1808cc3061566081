//! The first look at an XML file: what could exhaust time or memory is refused before any tree is built.

use super::BrokenRule;
use quick_xml::{
    events::{BytesStart, Event},
    name::{PrefixDeclaration, ResolveResult},
    reader::NsReader,
};
use std::borrow::Cow;

/// The most bytes of one file: room for attachments, and with all limits together under 64 MB of memory.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The deepest nesting. UBL and CII need fewer than 15 levels; parsers use stack for each.
pub const MAX_DEPTH: usize = 32;
/// The most elements, texts and comments. A line of an invoice takes about 40: room for 5,000 lines.
pub const MAX_NODES: usize = 200_000;
/// The most attributes of one element, namespace declarations counted. The official ones have at most 12.
pub const MAX_ATTRIBUTES: usize = 24;
/// The most namespace declarations of one file: a parser copies those in scope for each element that adds one.
pub const MAX_DECLARATIONS: usize = 4_096;

/// Namespaces an invoice may use outside `ext:ExtensionContent`.
const NAMESPACES: [&str; 8] = [
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
];

/// Lets a file pass that a parser may be given.
///
/// # Errors
/// The one limit it breaks.
pub(super) fn pass(bytes: &[u8]) -> Result<(), BrokenRule> {
    if bytes.len() > MAX_BYTES {
        let sentence = format!("The file has {} bytes; at most {MAX_BYTES} are read.", bytes.len());
        return Err(BrokenRule::new("FILE-SIZE", sentence));
    }
    if bytes.starts_with(b"%PDF") {
        return Err(BrokenRule::new("FILE-TYPE", "The file is a PDF; bring the XML of the invoice."));
    }
    scan(&decode(bytes)?)
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, BrokenRule> {
    let refused =
        || BrokenRule::new("FILE-ENCODING", "The file is neither UTF-8 nor UTF-16 with a byte-order mark.");
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map(unit).unwrap_or(0xDC00));
        char::decode_utf16(units).collect::<Result<String, _>>().map(Cow::Owned).map_err(|_| refused())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => str::from_utf8(rest).map(Cow::Borrowed).map_err(|_| refused()),
        plain => str::from_utf8(plain).map(Cow::Borrowed).map_err(|_| refused()),
    }
}

fn scan(text: &str) -> Result<(), BrokenRule> {
    let mut reader = NsReader::from_str(text);
    let (mut depth, mut nodes, mut declarations, mut foreign) = (0_usize, 0_usize, 0_usize, None);
    loop {
        let event = reader.read_event().map_err(|error| {
            BrokenRule::new(
                "XML",
                format!("The file is not well-formed XML at byte {}: {error}.", reader.error_position()),
            )
        })?;
        nodes += 1;
        if nodes > MAX_NODES {
            return Err(BrokenRule::new(
                "XML-NODES",
                format!("The file has more than {MAX_NODES} elements and texts."),
            ));
        }
        match event {
            Event::Eof => return Ok(()),
            Event::DocType(_) => {
                return Err(BrokenRule::new(
                    "XML-DTD",
                    "The file declares a document type; entities are not read.",
                ));
            }
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(BrokenRule::new(
                        "XML-DEPTH",
                        format!("Elements are nested deeper than {MAX_DEPTH}."),
                    ));
                }
                declarations += attributes(&start, declarations)?;
                known_namespace(&reader, &start, foreign.is_some())?;
                if start.local_name().as_ref() == "ExtensionContent" {
                    foreign.get_or_insert(depth);
                }
            }
            Event::Empty(start) => {
                declarations += attributes(&start, declarations)?;
                known_namespace(&reader, &start, foreign.is_some())?;
            }
            Event::End(_) => {
                foreign = foreign.filter(|outer| *outer < depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}

/// The number of namespace declarations of an element whose attributes are within the limits.
fn attributes(start: &BytesStart<'_>, declared_before: usize) -> Result<usize, BrokenRule> {
    let mut declared = 0;
    for (position, attribute) in start.attributes().with_checks(false).enumerate() {
        let attribute = attribute.map_err(|error| {
            BrokenRule::new("XML", format!("An attribute is not well-formed XML: {error}."))
        })?;
        if position >= MAX_ATTRIBUTES {
            let sentence = format!("An element has more than {MAX_ATTRIBUTES} attributes.");
            return Err(BrokenRule::new("XML-ATTRIBUTES", sentence));
        }
        let declares: Option<PrefixDeclaration<'_>> = attribute.key.as_namespace_binding();
        declared += usize::from(declares.is_some());
    }
    if declared_before + declared > MAX_DECLARATIONS {
        let sentence = format!("The file declares namespaces more than {MAX_DECLARATIONS} times.");
        return Err(BrokenRule::new("XML-NAMESPACES", sentence));
    }
    Ok(declared)
}

/// An element of another vocabulary is no part of an invoice, whatever its local name says.
fn known_namespace(
    reader: &NsReader<&[u8]>,
    start: &BytesStart<'_>,
    in_extension: bool,
) -> Result<(), BrokenRule> {
    match reader.resolver().resolve_element(start.name()).0 {
        _ if in_extension => Ok(()),
        ResolveResult::Bound(namespace) if NAMESPACES.contains(&namespace.as_ref()) => Ok(()),
        _ => {
            let name = start.name();
            let sentence =
                format!("The element {} is in no namespace of UBL 2.1 or CII D16B.", name.as_ref());
            Err(BrokenRule::new("XSD", sentence))
        }
    }
}

//! The first look at an XML file: what could exhaust time or memory is refused before any tree is built.

use super::BrokenRule;
use quick_xml::{
    events::{BytesStart, Event},
    name::{PrefixDeclaration, ResolveResult},
    reader::NsReader,
};
use std::{borrow::Cow, collections::HashSet};

/// The most bytes of one file: room for attachments, and with all limits together under 64 MB of memory.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The deepest nesting. UBL and CII need fewer than 15 levels; parsers use stack for each.
pub const MAX_DEPTH: usize = 32;
/// The most elements, attributes, texts and comments. A line of an invoice takes about 50: room for 4,000 lines.
pub const MAX_NODES: usize = 200_000;
/// The most attributes of one element, namespace declarations counted. The official ones have at most 12.
pub const MAX_ATTRIBUTES: usize = 24;
/// The most bytes of one tag: 24 attributes of the longest kind need a tenth of it.
pub const MAX_TAG_BYTES: usize = 32 * 1024;
/// The most namespace declarations of one file: a parser copies those in scope for each element that adds one.
pub const MAX_DECLARATIONS: usize = 4_096;
/// The most lines of one invoice.
pub const MAX_LINES: usize = 5_000;
/// The most elements that repeat one beside them, where an invoice may have only few: the reader compares each
/// repetition with all others.
pub const MAX_REPEATS: usize = 1_000;

/// The lines of an invoice.
const LINES: [&str; 3] = ["InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem"];
/// What may well repeat in each line: parent and child.
const REPEATING: [(&str, &str); 7] = [
    ("InvoiceLine", "AllowanceCharge"),
    ("CreditNoteLine", "AllowanceCharge"),
    ("Item", "AdditionalItemProperty"),
    ("Item", "CommodityClassification"),
    ("SpecifiedLineTradeSettlement", "SpecifiedTradeAllowanceCharge"),
    ("SpecifiedTradeProduct", "ApplicableProductCharacteristic"),
    ("SpecifiedTradeProduct", "DesignatedProductClassification"),
];

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
    let text = decode(bytes)?;
    glance(&text)?;
    scan(&text)
}

/// Finds a document type at the start and tags beyond the limit, without reading either to its end.
fn glance(text: &str) -> Result<(), BrokenRule> {
    let mut rest = text;
    while let Some(tag) = rest.find('<').and_then(|at| rest.get(at..)) {
        let end = if tag.starts_with("<!--") {
            tag.find("-->")
        } else if tag.starts_with("<![CDATA[") {
            tag.find("]]>")
        } else if tag.starts_with("<!DOCTYPE") {
            return Err(document_type());
        } else {
            let end = tag.find('>');
            if end.unwrap_or(tag.len()) > MAX_TAG_BYTES {
                let sentence = format!("A tag has more than {MAX_TAG_BYTES} bytes.");
                return Err(BrokenRule::new("XML-ATTRIBUTES", sentence));
            }
            end
        };
        rest = end.and_then(|end| tag.get(end..)).unwrap_or("");
    }
    Ok(())
}

fn document_type() -> BrokenRule {
    BrokenRule::new("XML-DTD", "The file declares a document type; entities are not read.")
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
    let mut seen = Seen::default();
    loop {
        let event = reader.read_event().map_err(|error| not_well_formed(reader.error_position(), &error))?;
        seen.count(1)?;
        match event {
            Event::Eof => return Ok(()),
            Event::DocType(_) => return Err(document_type()),
            Event::Start(start) => seen.start(&reader, &start)?,
            Event::Empty(start) => seen.element(&reader, &start)?,
            Event::End(_) => seen.end(),
            _ => {}
        }
    }
}

/// What was counted up to a place in the file.
#[derive(Default)]
struct Seen {
    depth: usize,
    nodes: usize,
    lines: usize,
    repeats: usize,
    /// The open elements, each with the names of its children so far.
    open: Vec<(String, HashSet<String>)>,
    declarations: usize,
    /// The depth of the `ext:ExtensionContent` the place is in.
    extension: Option<usize>,
}

impl Seen {
    fn count(&mut self, nodes: usize) -> Result<(), BrokenRule> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let sentence = format!("The file has more than {MAX_NODES} elements, attributes and texts.");
        Err(BrokenRule::new("XML-NODES", sentence))
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), BrokenRule> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let sentence = format!("Elements are nested deeper than {MAX_DEPTH}.");
            return Err(BrokenRule::new("XML-DEPTH", sentence));
        }
        self.element(reader, start)?;
        self.open.push((start.local_name().as_ref().to_owned(), HashSet::new()));
        if start.local_name().as_ref() == "ExtensionContent" {
            self.extension.get_or_insert(self.depth);
        }
        Ok(())
    }

    fn end(&mut self) {
        self.extension = self.extension.filter(|outer| *outer < self.depth);
        self.depth = self.depth.saturating_sub(1);
        self.open.pop();
    }

    fn element(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), BrokenRule> {
        for (position, attribute) in start.attributes().with_checks(false).enumerate() {
            let attribute = attribute.map_err(|error| not_well_formed(reader.buffer_position(), &error))?;
            if position >= MAX_ATTRIBUTES {
                let sentence = format!("An element has more than {MAX_ATTRIBUTES} attributes.");
                return Err(BrokenRule::new("XML-ATTRIBUTES", sentence));
            }
            let declares: Option<PrefixDeclaration<'_>> = attribute.key.as_namespace_binding();
            self.declarations += usize::from(declares.is_some());
            self.count(1)?;
        }
        if self.declarations > MAX_DECLARATIONS {
            let sentence = format!("The file declares namespaces more than {MAX_DECLARATIONS} times.");
            return Err(BrokenRule::new("XML-NAMESPACES", sentence));
        }
        self.repetition(start.local_name().as_ref())?;
        if self.extension.is_some() { Ok(()) } else { known_namespace(reader, start) }
    }

    /// Counts an element that repeats one beside it.
    fn repetition(&mut self, name: &str) -> Result<(), BrokenRule> {
        let Some((parent, children)) = self.open.last_mut() else { return Ok(()) };
        if LINES.contains(&name) {
            self.lines += 1;
        } else if children.contains(name) {
            self.repeats += usize::from(!REPEATING.contains(&(parent, name)));
        } else {
            children.insert(name.to_owned());
        }
        if self.lines > MAX_LINES {
            return Err(BrokenRule::new(
                "XML-LINES",
                format!("The invoice has more than {MAX_LINES} lines."),
            ));
        }
        if self.repeats > MAX_REPEATS {
            let sentence = format!("More than {MAX_REPEATS} elements repeat one beside them.");
            return Err(BrokenRule::new("XML-REPEATS", sentence));
        }
        Ok(())
    }
}

/// An element of another vocabulary is no part of an invoice, whatever its local name says.
fn known_namespace(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), BrokenRule> {
    match reader.resolver().resolve_element(start.name()).0 {
        ResolveResult::Bound(namespace) if NAMESPACES.contains(&namespace.as_ref()) => Ok(()),
        _ => {
            let name = start.name();
            let sentence =
                format!("An element is in no namespace of UBL 2.1 or CII D16B: {}.", name.as_ref());
            Err(BrokenRule::new("XSD", sentence))
        }
    }
}

fn not_well_formed(position: u64, error: &dyn std::error::Error) -> BrokenRule {
    BrokenRule::new("XML", format!("The file is not well-formed XML at byte {position}: {error}."))
}

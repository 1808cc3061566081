//! The first look at an XML file: what could exhaust time or memory is refused before any tree is built, and what
//! the schema does not allow is found on the way.

use super::{BrokenRule, presence::Presence, schema};
use quick_xml::{
    events::{BytesStart, Event},
    name::{QName, ResolveResult},
    reader::NsReader,
};
use std::{borrow::Cow, collections::HashSet};

/// The most bytes of one file: room for attachments, and with all limits together under 64 MB of memory.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The deepest nesting. UBL and CII need fewer than 15 levels; parsers use stack for each.
pub const MAX_DEPTH: usize = 32;
/// The most elements, attributes, texts and comments. A line of an invoice takes about 50: room for 2,000 lines, which
/// take 20 ms to read and to judge.
pub const MAX_NODES: usize = 100_000;
/// The most attributes of one element, namespace declarations counted. The official ones have at most 12.
pub const MAX_ATTRIBUTES: usize = 24;
/// The most bytes of one tag: 24 attributes of the longest kind need a tenth of it.
pub const MAX_TAG_BYTES: usize = 32 * 1024;
/// The most namespace declarations of one file: a parser copies those in scope for each element that adds one.
pub const MAX_DECLARATIONS: usize = 4_096;
/// The most lines of one invoice.
pub const MAX_LINES: usize = 2_000;
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

/// What the first look at a file has found.
pub(super) struct Found {
    /// What the schema, or an official rule on what has to stand in a document, does not allow.
    pub(super) faults: Vec<BrokenRule>,
    /// Whether the seller is registered by a scheme that is none of taxes, and by no other.
    pub(super) registered_otherwise: bool,
    /// Whether it breaks its schema so often that the rest was not read.
    pub(super) hopeless: bool,
}

/// Lets a file pass that a parser may be given, and tells what its schema does not allow.
///
/// # Errors
/// The one limit it breaks.
pub(super) fn pass(bytes: &[u8]) -> Result<Found, BrokenRule> {
    size(bytes)?;
    let text = decode(bytes)?;
    glance(&text)?;
    scan(&text)
}

/// The first limit of any file.
pub(super) fn size(bytes: &[u8]) -> Result<(), BrokenRule> {
    if bytes.len() <= MAX_BYTES {
        return Ok(());
    }
    // The rest of a longer file was not read.
    Err(BrokenRule::new("FILE-SIZE", format!("The file has more than {MAX_BYTES} bytes.")))
}

/// Finds a document type at the start and tags beyond the limits, without reading either to its end.
fn glance(text: &str) -> Result<(), BrokenRule> {
    let (mut rest, mut tags) = (text, 0);
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
        tags += 1;
        if tags > 2 * MAX_NODES {
            return Err(too_many_nodes());
        }
        rest = end.and_then(|end| tag.get(end..)).unwrap_or("");
    }
    Ok(())
}

fn too_many_nodes() -> BrokenRule {
    let sentence = format!("The file has more than {MAX_NODES} elements, attributes and texts.");
    BrokenRule::new("XML-NODES", sentence)
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

fn scan(text: &str) -> Result<Found, BrokenRule> {
    let mut reader = NsReader::from_str(text);
    let mut seen = Seen::default();
    loop {
        let event = reader.read_event().map_err(|error| not_well_formed(reader.error_position(), &error))?;
        seen.count(1)?;
        match event {
            Event::Eof => return Ok(seen.found()),
            _ if seen.schema.is_hopeless() => return Ok(seen.found()),
            Event::DocType(_) => return Err(document_type()),
            Event::Start(start) => seen.start(&reader, &start)?,
            Event::Empty(start) => {
                seen.element(&reader, &start)?;
                seen.close();
            }
            Event::End(_) => seen.end(),
            Event::Text(text) => seen.text(text.as_ref()),
            Event::CData(text) => seen.text(text.as_ref()),
            Event::GeneralRef(reference) => {
                let c = reference.resolve_char_ref().ok().flatten().unwrap_or('&');
                seen.text(c.encode_utf8(&mut [0; 4]));
            }
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
    schema: schema::Walk,
    presence: Presence,
}

impl Seen {
    fn found(self) -> Found {
        let registered_otherwise = self.presence.registered_otherwise();
        let hopeless = self.schema.is_hopeless();
        let faults = self.schema.faults.into_iter().map(|sentence| BrokenRule::new("XSD", sentence));
        Found { faults: faults.chain(self.presence.found).collect(), registered_otherwise, hopeless }
    }

    fn text(&mut self, text: &str) {
        self.schema.text(text);
        self.presence.text(text);
    }

    fn close(&mut self) {
        self.schema.end();
        self.presence.end();
    }

    fn count(&mut self, nodes: usize) -> Result<(), BrokenRule> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(too_many_nodes())
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
        self.close();
    }

    fn element(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), BrokenRule> {
        let mut attributes = Vec::new();
        for (position, attribute) in start.attributes().with_checks(false).enumerate() {
            let attribute = attribute.map_err(|error| not_well_formed(reader.buffer_position(), &error))?;
            if position >= MAX_ATTRIBUTES {
                let sentence = format!("An element has more than {MAX_ATTRIBUTES} attributes.");
                return Err(BrokenRule::new("XML-ATTRIBUTES", sentence));
            }
            self.count(1)?;
            if attribute.key.as_namespace_binding().is_some() {
                self.declarations += 1;
            } else if !of_schema_instance(reader, attribute.key) {
                attributes.push(attribute);
            }
        }
        if self.declarations > MAX_DECLARATIONS {
            let sentence = format!("The file declares namespaces more than {MAX_DECLARATIONS} times.");
            return Err(BrokenRule::new("XML-NAMESPACES", sentence));
        }
        self.repetition(start.local_name().as_ref())?;
        let prefix = if self.extension.is_some() { "" } else { known_namespace(reader, start)? };
        let attributes =
            || attributes.iter().map(|attribute| (attribute.key.as_ref(), attribute.value.as_ref()));
        self.schema.start((prefix, start.local_name().as_ref()), attributes());
        self.presence.start(start.local_name().as_ref(), attributes());
        Ok(())
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

/// Attributes such as `xsi:schemaLocation` belong to no document.
fn of_schema_instance(reader: &NsReader<&[u8]>, name: QName<'_>) -> bool {
    const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
    let namespace = reader.resolver().resolve_attribute(name).0;
    matches!(namespace, ResolveResult::Bound(namespace) if namespace.as_ref() == INSTANCE)
}

/// The usual prefix of an element's namespace. An element of another vocabulary is no part of an invoice, whatever
/// its local name says.
fn known_namespace(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<&'static str, BrokenRule> {
    let known = match reader.resolver().resolve_element(start.name()).0 {
        ResolveResult::Bound(namespace) => schema::prefix(namespace.as_ref()),
        _ => None,
    };
    known.ok_or_else(|| {
        let name = start.name();
        let sentence = format!("An element is in no namespace of UBL 2.1 or CII D16B: {}.", name.as_ref());
        BrokenRule::new("XSD", sentence)
    })
}

fn not_well_formed(position: u64, error: &dyn std::error::Error) -> BrokenRule {
    BrokenRule::new("XML", format!("The file is not well-formed XML at byte {position}: {error}."))
}

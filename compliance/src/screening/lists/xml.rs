//! XML read once from top to bottom; external entities are not resolved, the reader knows none.

use super::ListError;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// Deeper nesting is no list.
const MAX_DEPTH: usize = 16;

/// Attributes by name, in order.
pub(super) type Attributes = Vec<(String, String)>;

/// What is told of each element.
pub(super) trait Visitor {
    /// An element begins.
    fn open(&mut self, tag: &str, attributes: &Attributes);
    /// It ends, within this parent; its own text is trimmed.
    fn close(&mut self, tag: &str, parent: &str, text: String);
}

/// The value of an attribute, empty when it is not there.
pub(super) fn attribute<'a>(attributes: &'a Attributes, name: &str) -> &'a str {
    attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

/// Tells the visitor every element in order.
///
/// # Errors
/// When it is no XML, or nested too deeply.
pub(super) fn read(bytes: &[u8], visitor: &mut impl Visitor) -> Result<(), ListError> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut elements = 0;
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                elements += 1;
                if path.len() >= MAX_DEPTH {
                    let reason = format!("more than {MAX_DEPTH} elements inside one another");
                    return Err(ListError::Row { file: "xml".into(), row: elements, reason });
                }
                let tag: &str = start.name().into_inner();
                visitor.open(tag, &attributes(&start));
                path.push(tag.to_owned());
                text.clear();
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                Some(c) => text.push(c),
                None => text.push_str(resolved(&reference)),
            },
            Event::End(_) => {
                let tag = path.pop().unwrap_or_default();
                let parent = path.last().map_or("", String::as_str);
                visitor.close(&tag, parent, text.trim().to_owned());
                text.clear();
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attributes(start: &BytesStart<'_>) -> Attributes {
    let read = start.attributes().flatten();
    read.map(|attribute| (attribute.key.into_inner().to_owned(), unescaped(&attribute.value))).collect()
}

fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

/// The five references that XML itself defines; any other is left out.
fn resolved(reference: &str) -> &'static str {
    match reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "apos" => "'",
        "quot" => "\"",
        _ => "",
    }
}

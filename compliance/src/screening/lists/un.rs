//! The consolidated list of the United Nations Security Council, as XML.

use super::{Birth, List, ListEntry, ListError, finished, push_new, xml};
use crate::screening::name::Kind;

/// Reads the list; its version is the date its publisher made it, `unknown` without one. External entities are not
/// resolved: the reader knows none.
///
/// # Errors
/// When it is no XML, an entry has no id or no name, or there is no entry.
pub fn parse_un(name: &str, bytes: &[u8]) -> Result<List, ListError> {
    let mut parser = Parser::default();
    xml::read(bytes, &mut parser)?;
    finished(name, &parser.version, bytes, parser.entries)
}

#[derive(Default)]
struct Parser {
    version: String,
    entries: Vec<ListEntry>,
    name: Vec<String>,
    entry: Option<ListEntry>,
    birth: BirthParts,
}

/// A date of birth is spread over several elements.
#[derive(Default)]
struct BirthParts {
    date: Option<Birth>,
    from: Option<i32>,
    to: Option<i32>,
}

impl xml::Visitor for Parser {
    fn open(&mut self, tag: &str, attributes: &xml::Attributes) {
        let kind = match tag {
            "INDIVIDUAL" => Some(Kind::Person),
            "ENTITY" => Some(Kind::Organization),
            _ => None,
        };
        if let Some(kind) = kind {
            self.entry = Some(ListEntry::new("", kind));
            self.name.clear();
        }
        if tag == "CONSOLIDATED_LIST" {
            self.version = xml::attribute(attributes, "dateGenerated").to_owned();
        }
    }

    fn close(&mut self, tag: &str, parent: &str, text: String) {
        let Some(entry) = &mut self.entry else { return };
        match tag {
            "INDIVIDUAL" | "ENTITY" => {
                let mut entry = entry.clone();
                entry.names.insert(0, self.name.join(" "));
                entry.names.retain(|name| !name.is_empty());
                self.entry = None;
                self.entries.push(entry);
            }
            "INDIVIDUAL_DATE_OF_BIRTH" => {
                let parts = std::mem::take(&mut self.birth);
                let years =
                    parts.from.zip(parts.to.or(parts.from)).and_then(|(from, to)| Birth::years(from, to));
                entry.births.extend(parts.date.or(years));
            }
            _ if text.is_empty() => {}
            "REFERENCE_NUMBER" => entry.id = text,
            "FIRST_NAME" | "SECOND_NAME" | "THIRD_NAME" | "FOURTH_NAME" => self.name.push(text),
            "ALIAS_NAME" | "NAME_ORIGINAL_SCRIPT" => {
                text.split(';').map(str::trim).filter(|name| !name.is_empty()).for_each(|name| {
                    push_new(&mut entry.names, name.to_owned());
                });
            }
            "DATE" if parent == "INDIVIDUAL_DATE_OF_BIRTH" => self.birth.date = text.parse().ok(),
            "YEAR" | "FROM_YEAR" if parent == "INDIVIDUAL_DATE_OF_BIRTH" => {
                self.birth.from = text.parse().ok()
            }
            "TO_YEAR" => self.birth.to = text.parse().ok(),
            "DATE_OF_BIRTH" => entry.births.extend(text.parse::<Birth>().ok()),
            "VALUE" if parent == "NATIONALITY" => entry.add_country(&text),
            "COUNTRY" | "COUNTRY_OF_BIRTH" => entry.add_country(&text),
            "GENDER" => entry.add_gender(&text),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::Gender;

    const XML: &str = r#"<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09Z"><INDIVIDUALS><INDIVIDUAL>
        <FIRST_NAME>MERAI</FIRST_NAME><SECOND_NAME>ZOGHBI &amp; CO</SECOND_NAME><REFERENCE_NUMBER>QDi.223</REFERENCE_NUMBER>
        <NAME_ORIGINAL_SCRIPT>مرعي زغبي</NAME_ORIGINAL_SCRIPT><GENDER>Male</GENDER><NATIONALITY><VALUE>Libya</VALUE></NATIONALITY>
        <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Farag; Fredj</ALIAS_NAME></INDIVIDUAL_ALIAS>
        <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
        <INDIVIDUAL_DATE_OF_BIRTH><DATE>1960-04-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
        </INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><FIRST_NAME>AL RASHID TRUST</FIRST_NAME><REFERENCE_NUMBER>QDe.005</REFERENCE_NUMBER>
        </ENTITY></ENTITIES></CONSOLIDATED_LIST>"#;

    #[test]
    fn individuals_and_entities_become_entries() {
        let list = parse_un("un", XML.as_bytes()).unwrap();
        assert_eq!(list.version, "2026-02-27T00:00:09Z");
        let person = &list.entries[0];
        assert_eq!((person.id.as_str(), person.kind), ("QDi.223", Kind::Person));
        assert_eq!(person.names, ["MERAI ZOGHBI & CO", "مرعي زغبي", "Farag", "Fredj"]);
        assert_eq!(person.births, [Birth::years(1960, 1962).unwrap(), "1960-04-04".parse().unwrap()]);
        assert_eq!(person.countries[0].code(), "LY");
        assert_eq!(person.genders, [Gender::Male]);
        assert_eq!(list.entries[1].names, ["AL RASHID TRUST"]);
    }

    #[test]
    fn what_is_not_the_list_is_refused() {
        assert!(matches!(parse_un("un", b"<html></html>"), Err(ListError::Empty)));
        assert!(matches!(parse_un("un", b"<a></b>"), Err(ListError::Xml(_))));
        let hole = XML.replace("AL RASHID TRUST", "");
        assert!(matches!(parse_un("un", hole.as_bytes()), Err(ListError::Row { row: 2, .. })));
        assert!(matches!(parse_un("un", "<a>".repeat(100).as_bytes()), Err(ListError::Row { .. })));
    }
}

//! The consolidated list of the European Union's financial sanctions, as XML (FSF 1.1).

use super::{Birth, List, ListEntry, ListError, country_named, push_new, sha256, xml};
use crate::screening::name::Kind;

/// Reads the list; its version is the moment its publisher made it, `unknown` without one.
///
/// # Errors
/// When it is no XML, an entry has no id or no name, or there is no entry.
pub fn parse_eu(name: &str, bytes: &[u8]) -> Result<List, ListError> {
    let mut parser = Parser::default();
    xml::read(bytes, &mut parser)?;
    if let Some(row) = parser.holes.first() {
        let reason = "an entry without an id or a name".to_owned();
        return Err(ListError::Row { file: name.into(), row: *row, reason });
    }
    if parser.entries.is_empty() {
        return Err(ListError::Empty);
    }
    let version = if parser.version.is_empty() { "unknown".to_owned() } else { parser.version };
    Ok(List { name: name.into(), version, sha256: sha256(&[bytes]), entries: parser.entries })
}

#[derive(Default)]
struct Parser {
    version: String,
    entries: Vec<ListEntry>,
    /// The entries, counted from 1, that lack what they must have.
    holes: Vec<usize>,
    entry: Option<ListEntry>,
}

impl xml::Visitor for Parser {
    fn open(&mut self, tag: &str, attributes: &xml::Attributes) {
        let value = |name| xml::attribute(attributes, name);
        if tag == "export" {
            self.version = value("generationDate").to_owned();
        }
        if tag == "sanctionEntity" {
            let id = [value("euReferenceNumber"), value("logicalId")].into_iter().find(|id| !id.is_empty());
            self.entry = Some(ListEntry::new(id.unwrap_or_default(), Kind::Organization));
        }
        let Some(entry) = &mut self.entry else { return };
        match tag {
            "subjectType" if value("code") == "person" || value("classificationCode") == "P" => {
                entry.kind = Kind::Person;
            }
            "nameAlias" => {
                let parts = ["firstName", "middleName", "lastName"].map(value);
                let whole = match value("wholeName") {
                    "" => parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
                    whole => whole.to_owned(),
                };
                if !whole.is_empty() {
                    push_new(&mut entry.names, whole);
                }
            }
            "birthdate" => {
                let years = || {
                    let year = |name| value(name).parse().ok();
                    let from = year("yearRangeFrom").or_else(|| year("year"))?;
                    Birth::years(from, year("yearRangeTo").unwrap_or(from))
                };
                entry.births.extend(value("birthdate").parse().ok().or_else(years));
                add_country(entry, value("countryIso2Code"));
            }
            // `00` stands for a country that is not known.
            "citizenship" | "address" => add_country(entry, value("countryIso2Code")),
            _ => {}
        }
    }

    fn close(&mut self, tag: &str, _: &str, _: String) {
        if tag != "sanctionEntity" {
            return;
        }
        if let Some(entry) = self.entry.take() {
            let row = self.entries.len() + self.holes.len() + 1;
            if entry.id.is_empty() || entry.names.is_empty() {
                self.holes.push(row);
            } else {
                self.entries.push(entry);
            }
        }
    }
}

fn add_country(entry: &mut ListEntry, code: &str) {
    country_named(code).into_iter().for_each(|country| push_new(&mut entry.countries, country));
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04.449+02:00">
        <sanctionEntity euReferenceNumber="EU.1.1" logicalId="13"><subjectType code="person" classificationCode="P"/>
        <nameAlias firstName="Anna" lastName="Muster" wholeName="Anna Muster &amp; Co" strong="true"/><nameAlias wholeName="Анна Мустер"/>
        <nameAlias firstName="A." lastName="Muster" wholeName=""/><citizenship countryIso2Code="IQ"/><citizenship countryIso2Code="00"/>
        <birthdate birthdate="1937-04-28" year="1937" countryIso2Code="DE"/><birthdate yearRangeFrom="1936" yearRangeTo="1938"/></sanctionEntity>
        <sanctionEntity euReferenceNumber="EU.1.2"><subjectType code="enterprise" classificationCode="E"/><nameAlias wholeName="Muster Bank"/>
        </sanctionEntity></export>"#;

    #[test]
    fn people_and_enterprises_become_entries() {
        let list = parse_eu("eu", XML.as_bytes()).unwrap();
        assert_eq!(list.version, "2026-08-05T16:47:04.449+02:00");
        let person = &list.entries[0];
        assert_eq!((person.id.as_str(), person.kind), ("EU.1.1", Kind::Person));
        assert_eq!(person.names, ["Anna Muster & Co", "Анна Мустер", "A. Muster"]);
        assert_eq!(person.births, ["1937-04-28".parse().unwrap(), Birth::years(1936, 1938).unwrap()]);
        assert_eq!(person.countries.iter().map(|it| it.code()).collect::<Vec<_>>(), ["IQ", "DE"]);
        assert_eq!((list.entries[1].id.as_str(), list.entries[1].kind), ("EU.1.2", Kind::Organization));
    }

    #[test]
    fn what_is_not_the_list_or_has_holes_is_refused() {
        assert!(matches!(parse_eu("eu", b"<html></html>"), Err(ListError::Empty)));
        let hole = XML.replace(r#"<nameAlias wholeName="Muster Bank"/>"#, "");
        assert!(matches!(parse_eu("eu", hole.as_bytes()), Err(ListError::Row { row: 2, .. })));
    }
}

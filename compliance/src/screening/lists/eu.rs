//! The consolidated list of the European Union's financial sanctions, as XML (FSF 1.1).

use super::{Birth, List, ListEntry, ListError, finished, push_new, xml};
use crate::screening::name::Kind;

/// Reads the list; its version is the moment its publisher made it, `unknown` without one.
///
/// # Errors
/// When it is no XML, an entry has no id or no name, or there is no entry.
pub fn parse_eu(name: &str, bytes: &[u8]) -> Result<List, ListError> {
    let mut parser = Parser::default();
    xml::read(bytes, &mut parser)?;
    finished(name, &parser.version, bytes, parser.entries)
}

#[derive(Default)]
struct Parser {
    version: String,
    entries: Vec<ListEntry>,
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
                entry.add_gender(value("gender"));
            }
            "birthdate" => {
                let years = || {
                    let year = |name| value(name).parse().ok();
                    let from = year("yearRangeFrom").or_else(|| year("year"))?;
                    Birth::years(from, year("yearRangeTo").unwrap_or(from))
                };
                entry.births.extend(value("birthdate").parse().ok().or_else(years));
                entry.add_country(value("countryIso2Code"));
            }
            // `00` stands for a country that is not known.
            "citizenship" | "address" => entry.add_country(value("countryIso2Code")),
            _ => {}
        }
    }

    fn close(&mut self, tag: &str, _: &str, _: String) {
        if tag == "sanctionEntity" {
            self.entries.extend(self.entry.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::Gender;

    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04.449+02:00">
        <sanctionEntity euReferenceNumber="EU.1.1" logicalId="13"><subjectType code="person" classificationCode="P"/>
        <nameAlias gender="F" firstName="Anna" lastName="Muster" wholeName="Anna Muster &amp; Co" strong="true"/><nameAlias wholeName="Анна Мустер"/>
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
        assert_eq!(person.genders, [Gender::Female]);
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

//! The UK sanctions list, as XML and as CSV, and OFSI's consolidated list, whose CSV has other names for the columns.

use super::{Birth, List, ListEntry, ListError, finished, xml};
use crate::screening::name::Kind;
use std::collections::HashMap;

/// Reads the XML of the UK sanctions list; its version is the date it gives.
///
/// # Errors
/// When it is no XML, an entry has no id or no name, or there is no entry.
pub fn parse_uk_xml(name: &str, bytes: &[u8]) -> Result<List, ListError> {
    let mut parser = Parser::default();
    xml::read(bytes, &mut parser)?;
    finished(name, &parser.version, bytes, parser.entries)
}

/// Reads the CSV of the UK sanctions list or of OFSI. One entry is spread over several rows; before the header stands a
/// line with the date, which is the version.
///
/// # Errors
/// When it is no CSV, a column is missing, an entry has no id or no name, or there is no entry.
pub fn parse_uk_csv(name: &str, bytes: &[u8]) -> Result<List, ListError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut version = String::new();
    let mut columns: Option<HashMap<String, usize>> = None;
    let mut entries: Vec<ListEntry> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (number, row) in (1..).zip(reader.byte_records()) {
        let row = row.map_err(|source| ListError::Csv { file: name.into(), source })?;
        let field = |at: usize| String::from_utf8_lossy(row.get(at).unwrap_or_default()).trim().to_owned();
        let Some(columns) = &columns else {
            let header: Vec<String> = (0..row.len()).map(|at| plain(&field(at))).collect();
            if header.iter().any(|column| column == "name 6") {
                columns = Some(header.into_iter().zip(0..).collect());
            } else {
                let words = (0..row.len()).map(field).collect::<Vec<_>>().join(" ");
                version = words.split_whitespace().last().unwrap_or_default().to_owned();
            }
            continue;
        };
        let column = |wanted: &[&str]| -> String {
            wanted.iter().find_map(|name| columns.get(*name)).map(|at| field(*at)).unwrap_or_default()
        };
        let id = column(&["unique id", "group id"]);
        if id.is_empty() {
            let reason = "an entry without an id".to_owned();
            return Err(ListError::Row { file: name.into(), row: number, reason });
        }
        let position = *at.entry(id.clone()).or_insert_with(|| {
            entries.push(ListEntry::new(&id, kind(&column(&["designation type", "group type"]))));
            entries.len() - 1
        });
        let entry = &mut entries[position];
        let parts = ["name 1", "name 2", "name 3", "name 4", "name 5", "name 6"].map(|part| column(&[part]));
        let whole = whole_name(&parts);
        let is_primary = column(&["name type", "alias type"]).to_ascii_lowercase().trim() == "primary name";
        add_name(entry, whole, is_primary);
        add_name(entry, column(&["name non latin script"]), false);
        entry.births.extend(birth(&column(&["d o b", "dob"])).filter(|birth| !entry.births.contains(birth)));
        for country in ["nationality ies", "nationality", "country of birth", "address country", "country"] {
            entry.add_country(&column(&[country]));
        }
        entry.add_gender(&column(&["gender"]));
    }
    finished(name, &version, bytes, entries)
}

/// A heading in lower-case words: `D.O.B` and `Nationality(/ies)` as well.
fn plain(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ")
}

fn kind(word: &str) -> Kind {
    match word.to_ascii_lowercase().as_str() {
        "individual" => Kind::Person,
        "ship" | "vessel" => Kind::Vessel,
        _ => Kind::Organization,
    }
}

/// Given names first; a `0` stands for a part that is not known.
fn whole_name(parts: &[String]) -> String {
    let said = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty() && *part != "0");
    said.collect::<Vec<_>>().join(" ")
}

fn add_name(entry: &mut ListEntry, name: String, is_primary: bool) {
    if name.is_empty() || entry.names.contains(&name) {
        return;
    }
    if is_primary { entry.names.insert(0, name) } else { entry.names.push(name) }
}

/// `20/03/1945`; `dd/mm/1945` or `00/00/1945` where only the year is known.
fn birth(text: &str) -> Option<Birth> {
    let parts: Vec<&str> = text.split('/').collect();
    let [_, _, year] = parts.as_slice() else { return text.parse().ok() };
    let year: i32 = year.trim().parse().ok()?;
    text.parse().ok().or_else(|| Birth::years(year, year))
}

#[derive(Default)]
struct Parser {
    version: String,
    entries: Vec<ListEntry>,
    entry: Option<ListEntry>,
    parts: [String; 6],
    name_type: String,
}

impl xml::Visitor for Parser {
    fn open(&mut self, tag: &str, _: &xml::Attributes) {
        match tag {
            "Designation" => self.entry = Some(ListEntry::new("", Kind::Organization)),
            "Name" => (self.parts, self.name_type) = Default::default(),
            _ => {}
        }
    }

    fn close(&mut self, tag: &str, parent: &str, text: String) {
        if tag == "DateGenerated" {
            self.version = text;
            return;
        }
        let Some(entry) = &mut self.entry else { return };
        match tag {
            "Designation" => self.entries.extend(self.entry.take()),
            "UniqueID" => entry.id = text,
            "IndividualEntityShip" => entry.kind = kind(&text),
            "Name" => {
                let is_primary = self.name_type.eq_ignore_ascii_case("primary name");
                add_name(entry, whole_name(&self.parts), is_primary);
            }
            "NameType" => self.name_type = text,
            "NameNonLatinScript" => add_name(entry, text, false),
            "DOB" => entry.births.extend(birth(&text)),
            "Nationality" | "CountryOfBirth" | "AddressCountry" => entry.add_country(&text),
            "Gender" => entry.add_gender(&text),
            _ if parent == "Name" => {
                let part = tag.strip_prefix("Name").and_then(|number| number.parse::<usize>().ok());
                if let Some(part) = part.and_then(|part| self.parts.get_mut(part.wrapping_sub(1))) {
                    *part = text;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::Gender;

    fn assert_read(list: &List, (version, id): (&str, &str), genders: &[Gender]) {
        assert_eq!(list.version, version);
        let person = &list.entries[0];
        assert_eq!((person.id.as_str(), person.kind), (id, Kind::Person));
        assert_eq!(person.names, ["ANNA MARIA MUSTER", "Anne Muster", "Анна Мустер"]);
        assert_eq!(person.genders, genders);
        assert_eq!(person.births, ["1965-03-12".parse().unwrap(), Birth::years(1966, 1966).unwrap()]);
        assert_eq!(person.countries.iter().map(|it| it.code()).collect::<Vec<_>>(), ["DE", "FR"]);
        assert_eq!(
            (list.entries[1].names.as_slice(), list.entries[1].kind),
            (["MS MUSTER".to_owned()].as_slice(), Kind::Vessel)
        );
    }

    #[test]
    fn the_xml_becomes_entries() {
        let xml = "<Designations><DateGenerated>13/02/2026</DateGenerated><Designation><UniqueID>AAA0001</UniqueID><Names>\
            <Name><Name6>Muster</Name6><Name1>Anne</Name1><NameType>ALias</NameType></Name>\
            <Name><Name1>ANNA</Name1><Name2>MARIA</Name2><Name6>MUSTER</Name6><NameType>Primary name</NameType></Name></Names>\
            <NonLatinNames><NonLatinName><NameNonLatinScript>Анна Мустер</NameNonLatinScript></NonLatinName></NonLatinNames>\
            <IndividualEntityShip>Individual</IndividualEntityShip><Addresses><Address><AddressCountry>Germany</AddressCountry></Address></Addresses>\
            <IndividualDetails><Individual><DOBs><DOB>12/03/1965</DOB><DOB>dd/mm/1966</DOB></DOBs><Genders><Gender>Female</Gender></Genders><Nationalities><Nationality>France</Nationality>\
            </Nationalities></Individual></IndividualDetails></Designation><Designation><UniqueID>AAA0002</UniqueID><Names><Name>\
            <Name6>MS MUSTER</Name6></Name></Names><IndividualEntityShip>Ship</IndividualEntityShip></Designation></Designations>";
        assert_read(
            &parse_uk_xml("uk", xml.as_bytes()).unwrap(),
            ("13/02/2026", "AAA0001"),
            &[Gender::Female],
        );
        assert!(matches!(parse_uk_xml("uk", b"<html></html>"), Err(ListError::Empty)));
        let hole = xml.replace("<Name6>MS MUSTER</Name6>", "");
        assert!(matches!(parse_uk_xml("uk", hole.as_bytes()), Err(ListError::Row { row: 2, .. })));
    }

    #[test]
    fn both_csv_files_become_entries() {
        let list = "Report Date: 13-Feb-2026\nUnique ID,Name 6,Name 1,Name 2,Name type,Name non-latin script,Designation Type,D.O.B,Nationality(/ies),Address Country,Gender\n\
            A1,MUSTER,ANNA,MARIA,Primary Name,,Individual,12/03/1965,Germany,,Female\nA1,Muster,Anne,0,Alias,,Individual,dd/mm/1966,,France,\n\
            A1,Muster,Anne,,Alias,Анна Мустер,Individual,,,,\nA2,MS MUSTER,,,Primary Name,,Ship,,,,\n";
        assert_read(&parse_uk_csv("uk", list.as_bytes()).unwrap(), ("13-Feb-2026", "A1"), &[Gender::Female]);
        let ofsi = "Last Updated,20/02/2026\nName 6,Name 1,Name 2,Name Non-Latin Script,DOB,Nationality,Country,Group Type,Alias Type,Group ID\n\
            MUSTER,ANNA,MARIA,,12/03/1965,Germany,,Individual,Primary name,7\nMuster,Anne,,,00/00/1966,,France,Individual,AKA,7\n\
            Muster,Anne,,Анна Мустер,,,,Individual,AKA,7\nMS MUSTER,,,,,,,Ship,Primary name,8\n";
        assert_read(&parse_uk_csv("uk", ofsi.as_bytes()).unwrap(), ("20/02/2026", "7"), &[]);
        assert!(matches!(parse_uk_csv("uk", b"<html>"), Err(ListError::Empty)));
        let hole = list.replace("A2,MS MUSTER", ",MS MUSTER");
        assert!(matches!(parse_uk_csv("uk", hole.as_bytes()), Err(ListError::Row { .. })));
    }
}

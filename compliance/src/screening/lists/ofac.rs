//! The lists of the US Office of Foreign Assets Control: SDN and consolidated non-SDN, as four CSV files without headers.

use super::{Birth, List, ListEntry, ListError, push_new, sha256};
use crate::screening::name::Kind;
use std::collections::HashMap;

/// What stands for nothing.
const EMPTY: &str = "-0-";

/// The files of one day: `sdn.csv`, `alt.csv`, `add.csv`, `sdn_comments.csv`, or `cons_prim.csv` and so on.
#[derive(Debug, Clone, Copy)]
pub struct OfacFiles<'a> {
    /// Primary names.
    pub primary: &'a [u8],
    /// Alternate names.
    pub alternates: &'a [u8],
    /// Addresses.
    pub addresses: &'a [u8],
    /// What did not fit the remarks; the file may be empty.
    pub comments: &'a [u8],
}

/// Reads the files of one day. The version is the caller's, for the files carry none.
///
/// # Errors
/// When a file is no CSV, an entry has no name, or there is no entry at all.
pub fn parse_ofac(name: &str, version: &str, files: OfacFiles<'_>) -> Result<List, ListError> {
    let comments: HashMap<String, String> = rows("comments", files.comments)?
        .into_iter()
        .filter_map(|row| Some((field(&row, 0)?, field(&row, 1)?)))
        .collect();
    let mut entries = Vec::new();
    let mut at = HashMap::new();
    for (number, row) in rows("primary", files.primary)?.iter().enumerate() {
        // The last line of the published file is a lone end-of-file character.
        let Some(id) = field(row, 0).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())) else {
            continue;
        };
        let entry = entry(row, id, &comments).ok_or_else(|| ListError::Row {
            file: "primary".into(),
            row: number + 1,
            reason: "an entry without a name".into(),
        })?;
        at.insert(entry.id.clone(), entries.len());
        entries.push(entry);
    }
    for row in rows("alternates", files.alternates)? {
        if let (Some(position), Some(alias)) = (field(&row, 0).and_then(|id| at.get(&id)), field(&row, 3)) {
            push_new(&mut entries[*position].names, alias);
        }
    }
    for row in rows("addresses", files.addresses)? {
        if let (Some(position), Some(country)) = (field(&row, 0).and_then(|id| at.get(&id)), field(&row, 4)) {
            entries[*position].add_country(&country);
        }
    }
    if entries.is_empty() {
        return Err(ListError::Empty);
    }
    let sha256 = sha256(&[files.primary, files.alternates, files.addresses, files.comments]);
    Ok(List { name: name.into(), version: version.into(), sha256, entries })
}

fn rows(file: &str, bytes: &[u8]) -> Result<Vec<csv::ByteRecord>, ListError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let rows: Result<_, _> = reader.byte_records().collect();
    rows.map_err(|source| ListError::Csv { file: file.into(), source })
}

/// A column, trimmed; nothing when it is absent or empty. The files are Windows-1252 here and there.
fn field(row: &csv::ByteRecord, column: usize) -> Option<String> {
    let bytes = row.get(column)?;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let text = text.trim();
    (!text.is_empty() && text != EMPTY).then(|| text.to_owned())
}

fn entry(row: &csv::ByteRecord, id: String, comments: &HashMap<String, String>) -> Option<ListEntry> {
    let kind = match field(row, 2).as_deref() {
        Some("individual") => Kind::Person,
        Some("vessel" | "aircraft") => Kind::Vessel,
        _ => Kind::Organization,
    };
    let remarks = field(row, 11).unwrap_or_default() + comments.get(&id).map_or("", String::as_str);
    let mut entry = ListEntry { names: vec![field(row, 1)?], ..ListEntry::new(&id, kind) };
    remarks.split(';').for_each(|remark| read_remark(remark.trim().trim_end_matches('.'), &mut entry));
    Some(entry)
}

/// Remarks are sentences of a fixed vocabulary; what is not of use here is passed over.
fn read_remark(remark: &str, entry: &mut ListEntry) {
    let remark = remark.strip_prefix("alt. ").unwrap_or(remark);
    let country = ["nationality ", "citizen ", "Nationality of Registration "];
    if let Some(date) = remark.strip_prefix("DOB ") {
        entry.births.extend(date.parse::<Birth>().ok());
    } else if let Some(name) = country.iter().find_map(|word| remark.strip_prefix(word)) {
        entry.add_country(name);
    } else if let Some(gender) = remark.strip_prefix("Gender ") {
        entry.add_gender(gender);
    } else if let Some(place) = remark.strip_prefix("POB ") {
        entry.add_country(place.rsplit(',').next().unwrap_or_default());
    } else if let Some(alias) = remark.strip_prefix("a.k.a. '").and_then(|rest| rest.strip_suffix('\'')) {
        push_new(&mut entry.names, alias.to_owned());
    } else if let Some(wallet) = remark.strip_prefix("Digital Currency Address - ") {
        entry.wallets.extend(wallet.split_whitespace().nth(1).map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMARY: &str = "36,\"AEROCARIBBEAN AIRLINES\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\
        2674,\"ABBAS, Abu\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 10 Dec 1948; Gender Male; nationality Iraq; \
        alt. nationality Iran; Digital Currency Address - XBT 1AjZPMsnmpdK2Rv9KQNfMurTXinscVro9V; a.k.a. 'ZAYD'; Linked T\"\r\n\u{1a}\r\n";

    fn parsed(primary: &str) -> Result<List, ListError> {
        let files = OfacFiles {
            primary: primary.as_bytes(),
            alternates: b"36,12,\"aka\",\"AERO-CARIBBEAN\",-0- \r\n99,13,\"aka\",\"NOBODY\",-0- \r\n",
            addresses: b"36,25,-0- ,\"Havana\",\"Cuba\",-0- \r\n",
            comments: b"2674,\"o: SOMEONE; a.k.a. 'ZAYD THE TALL'.\"\r\n",
        };
        parse_ofac("ofac-sdn", "2021-07-07", files)
    }

    #[test]
    fn the_four_files_become_entries() {
        let list = parsed(PRIMARY).unwrap();
        assert_eq!(list.entries.len(), 2);
        let airline = &list.entries[0];
        assert_eq!(airline.names, ["AEROCARIBBEAN AIRLINES", "AERO-CARIBBEAN"]);
        assert_eq!((airline.kind, airline.countries[0].code()), (Kind::Organization, "CU"));
        let abbas = &list.entries[1];
        assert_eq!(abbas.names, ["ABBAS, Abu", "ZAYD", "ZAYD THE TALL"]);
        assert_eq!(abbas.births, ["1948-12-10".parse().unwrap()]);
        assert_eq!(abbas.genders, ["M".parse().unwrap()]);
        assert_eq!(abbas.countries.iter().map(|country| country.code()).collect::<Vec<_>>(), ["IQ", "IR"]);
        assert_eq!(abbas.wallets, ["1AjZPMsnmpdK2Rv9KQNfMurTXinscVro9V"]);
        assert_ne!(list.sha256, parsed(&PRIMARY.replace("1948", "1949")).unwrap().sha256);
    }

    #[test]
    fn a_list_with_holes_is_no_list() {
        assert!(matches!(parsed("36,-0- ,-0- \r\n"), Err(ListError::Row { row: 1, .. })));
        assert!(matches!(parsed("<html>not found</html>"), Err(ListError::Empty)));
    }
}

//! An operator's own list: a CSV with a header.

use super::{List, ListEntry, ListError, country_named, push_new, sha256};
use crate::screening::name::Kind;

/// The header and one row, to download and fill in. Several aliases, dates, countries or wallets are separated by `;`.
pub const TEMPLATE: &str =
    "id,schema,name,aliases,dob,country,gender,wallets\n1,Person,Jane Doe,J. Doe;Jane Roe,1970-01-31,GB,F,\n";

/// Reads an operator's list. Columns may come in any order; `id`, `schema` and `name` must be there.
///
/// # Errors
/// When it is no CSV, a column is missing, a row has no id, no name, an unknown schema, date, country or gender.
pub fn parse_operator(name: &str, version: &str, bytes: &[u8]) -> Result<List, ListError> {
    let csv_error = |source| ListError::Csv { file: name.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(csv_error)?.clone();
    let mut entries = Vec::new();
    for (row, record) in (2..).zip(reader.records()) {
        let record = record.map_err(csv_error)?;
        let column = |wanted: &str| {
            let position = header.iter().position(|column| column.eq_ignore_ascii_case(wanted));
            position.and_then(|position| record.get(position)).filter(|text| !text.is_empty())
        };
        let entry = entry(column).map_err(|reason| ListError::Row { file: name.to_owned(), row, reason })?;
        entries.push(entry);
    }
    if entries.is_empty() {
        return Err(ListError::Empty);
    }
    Ok(List { name: name.into(), version: version.into(), sha256: sha256(&[bytes]), entries })
}

fn entry<'a>(column: impl Fn(&str) -> Option<&'a str>) -> Result<ListEntry, String> {
    let several = |wanted| column(wanted).into_iter().flat_map(|text| text.split(';').map(str::trim));
    let needed = |wanted| column(wanted).ok_or_else(|| format!("{wanted} is missing"));
    let schema = needed("schema")?;
    let kind = Kind::from_schema(schema)
        .ok_or_else(|| format!("schema: {schema} is not one of Person, Organization, Vessel"))?;
    let mut names = vec![needed("name")?.to_owned()];
    several("aliases")
        .filter(|alias| !alias.is_empty())
        .for_each(|alias| push_new(&mut names, alias.to_owned()));
    let births = several("dob").map(|date| date.parse().map_err(|_| format!("dob: {date} is not a date")));
    let countries = several("country")
        .map(|text| country_named(text).ok_or_else(|| format!("country: {text} is not a country")));
    let genders =
        several("gender").map(|text| text.parse().map_err(|_| format!("gender: {text} is not F or M")));
    Ok(ListEntry {
        id: needed("id")?.to_owned(),
        kind,
        names,
        births: births.collect::<Result<_, _>>()?,
        countries: countries.collect::<Result<_, _>>()?,
        genders: genders.collect::<Result<_, _>>()?,
        wallets: several("wallets").map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_list() {
        let list = parse_operator("own", "1", TEMPLATE.as_bytes()).unwrap();
        assert_eq!(list.entries[0].names, ["Jane Doe", "J. Doe", "Jane Roe"]);
        assert_eq!(list.entries[0].countries[0].code(), "GB");
        assert_eq!(list.entries[0].genders, ["female".parse().unwrap()]);
    }

    #[test]
    fn a_bad_row_names_itself() {
        for (row, reason) in [
            ("1,Person,,,", "name is missing"),
            ("1,Robot,R2,,", "schema: Robot is not one of Person, Organization, Vessel"),
            ("1,Person,Jane,soon,", "dob: soon is not a date"),
            ("1,Person,Jane,,unsaid", "gender: unsaid is not F or M"),
        ] {
            let text = format!("id,schema,name,dob,gender\n2,Person,Joe,1970,M\n{row}\n");
            let error = parse_operator("own", "1", text.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, format!("own, row 3: {reason}"));
        }
    }
}

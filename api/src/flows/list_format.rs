//! How a sanctions list is written, said by its loader or seen in its files.

use domain::Invalid;
use std::str::FromStr;

/// How much of a file is looked at to see what it is: a header and the first entries.
const LOOKED_AT: usize = 4_096;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// The four CSV files of OFAC's SDN or consolidated list.
    OfacSdn,
    /// The XML of the United Nations Security Council.
    UnXml,
    /// The XML of the European Union.
    EuXml,
    /// The XML of the United Kingdom.
    UkXml,
    /// The CSV of the United Kingdom, of the FCDO or of OFSI.
    UkCsv,
    /// The operator's own CSV.
    Csv,
}

impl ListFormat {
    /// Every format, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::OfacSdn, Self::UnXml, Self::EuXml, Self::UkXml, Self::UkCsv, Self::Csv];

    /// The word on the command line and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OfacSdn => "ofac-sdn",
            Self::UnXml => "un-xml",
            Self::EuXml => "eu-xml",
            Self::UkXml => "uk-xml",
            Self::UkCsv => "uk-csv",
            Self::Csv => "csv",
        }
    }

    /// The format that the files show; nothing when they show none.
    #[must_use]
    pub fn seen_in(files: &[(String, Vec<u8>)]) -> Option<Self> {
        let is_primary = |name: &str| ["sdn.csv", "cons_prim.csv"].iter().any(|end| name.ends_with(end));
        if files.iter().any(|(name, _)| is_primary(&name.to_ascii_lowercase())) {
            return Some(Self::OfacSdn);
        }
        let [(_, content)] = files else { return None };
        let start = String::from_utf8_lossy(content.get(..LOOKED_AT).unwrap_or(content)).to_ascii_lowercase();
        let marks = [
            ("<consolidated_list", Self::UnXml),
            ("<sanctionentity", Self::EuXml),
            ("<designations", Self::UkXml),
            ("name 6,name 1", Self::UkCsv),
        ];
        if let Some((_, format)) = marks.iter().find(|(mark, _)| start.contains(mark)) {
            return Some(*format);
        }
        let header: Vec<&str> = start.lines().next().unwrap_or_default().split(',').map(str::trim).collect();
        ["id", "schema", "name"].iter().all(|column| header.contains(column)).then_some(Self::Csv)
    }
}

impl FromStr for ListFormat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == text);
        known.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(" ");
            Invalid::new("format", text, format!("one of: {words}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_show_how_they_are_written() {
        for (name, content, format) in [
            ("SDN.CSV", "36,\"AERO\"", Some(ListFormat::OfacSdn)),
            ("a.xml", "<?xml version=\"1.0\"?><CONSOLIDATED_LIST>", Some(ListFormat::UnXml)),
            ("a.xml", "<export><sanctionEntity logicalId=\"1\">", Some(ListFormat::EuXml)),
            ("a.xml", "<Designations><Designation>", Some(ListFormat::UkXml)),
            ("a.csv", "Last Updated,20/02/2026\nName 6,Name 1", Some(ListFormat::UkCsv)),
            ("a.csv", "name,schema,id\n", Some(ListFormat::Csv)),
            ("a.csv", "<html>", None),
        ] {
            let files = [(name.to_owned(), content.as_bytes().to_vec())];
            assert_eq!(ListFormat::seen_in(&files), format, "{content}");
        }
        for format in ListFormat::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!(ListFormat::seen_in(&[]), None);
    }
}

//! Two names a row, one score a line.

use super::{
    name::{Kind, Name},
    score::{THRESHOLD, compare},
};
use serde::Serialize;
use std::io::{self, Read, Write};

/// Why a file of pairs cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum PairsError {
    /// It is no readable CSV.
    #[error("not a readable CSV file")]
    Csv(#[from] csv::Error),
    /// A column is not there.
    #[error("the column {0} is missing")]
    Column(&'static str),
    /// Writing failed.
    #[error("writing failed")]
    Io(#[from] io::Error),
}

#[derive(Serialize)]
struct Scored<'a> {
    name_a: &'a str,
    name_b: &'a str,
    score: i32,
    r#match: bool,
}

/// The score of two names, 0 to 1,000; the order of the two does not matter. A schema that is unknown takes the best
/// of a comparison as persons and as organisations.
#[must_use]
pub fn pair_score(schema: &str, name_a: &str, name_b: &str) -> i32 {
    let as_kind = |kind| compare(&Name::parse(name_a, kind), &Name::parse(name_b, kind)).score;
    Kind::from_schema(schema).map_or_else(|| as_kind(Kind::Person).max(as_kind(Kind::Organization)), as_kind)
}

/// Reads a CSV with `schema`, `name_a`, `name_b` among its columns, writes `{"name_a","name_b","score","match"}` a line.
/// A row that is too short has empty names, which match nothing; bytes that are no text are replaced.
///
/// # Errors
/// When it is no CSV, a column is missing, or writing fails.
pub fn run(input: impl Read, mut output: impl Write) -> Result<(), PairsError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers()?.clone();
    let is_named = |name: &[u8], wanted: &str| {
        // Files from Windows begin with a mark of their byte order.
        let name = name.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(name).trim_ascii();
        name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes())
    };
    let column =
        |wanted| header.iter().position(|name| is_named(name, wanted)).ok_or(PairsError::Column(wanted));
    let (schema, name_a, name_b) = (column("schema")?, column("name_a")?, column("name_b")?);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        let field = |at| String::from_utf8_lossy(record.get(at).unwrap_or_default());
        let (name_a, name_b) = (field(name_a), field(name_b));
        let score = pair_score(&field(schema), &name_a, &name_b);
        let scored = Scored { name_a: &name_a, name_b: &name_b, score, r#match: score >= THRESHOLD };
        serde_json::to_writer(&mut output, &scored).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_has_a_score_and_a_verdict() {
        let input = "group,schema,name_a,name_b\nx,Person,\"PUTIN, Vladimir\",Vladimir Putin\nx,Company,Acme AG,Zarya GmbH\n";
        let mut output = Vec::new();
        run(input.as_bytes(), &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            r#"{"name_a":"PUTIN, Vladimir","name_b":"Vladimir Putin","score":1000,"match":true}"#
        );
        assert!(lines[1].ends_with(r#""match":false}"#), "{}", lines[1]);
        let odd: &[u8] = b"\xEF\xBB\xBFschema, name_a ,name_b\nPerson,Jos\xE9,Jose\nPerson,A\n";
        let mut output = Vec::new();
        run(odd, &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().nth(1).unwrap().ends_with(r#""score":0,"match":false}"#), "{text}");
        assert!(matches!(run("a,b\n".as_bytes(), io::sink()), Err(PairsError::Column("schema"))));
    }
}

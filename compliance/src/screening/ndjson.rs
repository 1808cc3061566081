//! Customers in, hits out, one JSON object a line, in order.

use super::{explain::Hit, index::Index, lists::country_named, name::Kind, search::Query};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read, Write};

/// The longest line that is read: a name of [`super::MAX_NAME`] characters with its escapes fits many times.
pub const MAX_LINE: u64 = 64 * 1024;

/// A line of the input. Fields that are not named here are passed over.
#[derive(Debug, Deserialize)]
struct Customer {
    id: serde_json::Value,
    name: String,
    dob: Option<String>,
    country: Option<String>,
    schema: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    hits: &'a [Hit],
}

/// Why the run stopped. The lines before it are answered.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Reading or writing failed.
    #[error("reading or writing failed")]
    Io(#[from] io::Error),
    /// A line is not a customer.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Customers read.
    pub customers: u64,
    /// Customers with at least one hit.
    pub alerts: u64,
}

/// Reads `{"id","name","dob"?,"country"?,"schema"?}` a line, writes `{"id","hits":[{"list","entry","name","score",
/// "why"}]}` a line. Blank lines are passed over. A schema that is unknown searches all kinds.
///
/// # Errors
/// At the first line that is too long, no such object, or has a date or country that cannot be read: a customer who is
/// screened without what was known of them would look clean or guilty by mistake.
pub fn run(index: &Index, mut input: impl BufRead, mut output: impl Write) -> Result<Summary, RunError> {
    let mut summary = Summary::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (customer, query) = read(&line).map_err(|reason| RunError::Line { line: number, reason })?;
        let hits = index.screen(&query);
        summary.customers += 1;
        summary.alerts += u64::from(!hits.is_empty());
        serde_json::to_writer(&mut output, &Answer { id: &customer.id, hits: &hits })
            .map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(summary)
}

fn read(line: &[u8]) -> Result<(Customer, Query), String> {
    if line.len() as u64 > MAX_LINE {
        return Err(format!("longer than {MAX_LINE} bytes"));
    }
    let customer: Customer = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let given = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let dob =
        given(&customer.dob).map(|date| date.parse().map_err(|invalid: domain::Invalid| invalid.to_string()));
    let country = given(&customer.country).map(|text| {
        country_named(&text).ok_or_else(|| format!("country: {text} is neither a code nor a name"))
    });
    let query = Query {
        name: customer.name.clone(),
        dob: dob.transpose()?,
        country: country.transpose()?,
        kind: customer.schema.as_deref().and_then(Kind::from_schema),
    };
    Ok((customer, query))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::parse_operator;

    fn index() -> Index {
        let list = "id,schema,name,aliases,dob,country\n7,Person,\"ZOGHBI, Merai\",,1960-04-04,LY\n8,Company,Zarya Trading LLC,,,\n";
        Index::build(vec![parse_operator("own", "1", list.as_bytes()).unwrap()])
    }

    fn answers(input: &str) -> Result<Vec<serde_json::Value>, RunError> {
        let mut output = Vec::new();
        run(&index(), input.as_bytes(), &mut output)?;
        let lines = std::str::from_utf8(&output).unwrap().lines();
        Ok(lines.map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    #[test]
    fn every_customer_is_answered_in_order() {
        let answers = answers(
            "{\"id\":1,\"name\":\"Merai Zoghbi\",\"schema\":\"Person\"}\n\n{\"id\":\"b\",\"name\":\"Anna Schmidt\"}\n{\"id\":3,\"name\":\"ZARYA TRADING\"}",
        )
        .unwrap();
        let ids: Vec<_> = answers.iter().map(|answer| answer["id"].to_string()).collect();
        assert_eq!(ids, ["1", "\"b\"", "3"]);
        assert_eq!(answers[0]["hits"][0]["entry"], "7");
        assert_eq!(answers[0]["hits"][0]["why"]["tokens"][0]["likeness"], 1_000);
        assert_eq!(answers[1]["hits"].as_array().unwrap().len(), 0);
        assert_eq!(answers[2]["hits"][0]["entry"], "8");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (line, reason) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            (
                "{\"id\":1,\"name\":\"A\",\"country\":\"Atlantis\"}",
                "country: Atlantis is neither a code nor a name",
            ),
        ] {
            let error = answers(&format!("{{\"id\":0,\"name\":\"A\"}}\n{line}")).unwrap_err().to_string();
            assert_eq!(error, format!("line 2: {reason}"));
        }
        let long = format!("{{\"id\":1,\"name\":\"{}\"}}", "x".repeat(70_000));
        assert!(matches!(answers(&long), Err(RunError::Line { line: 1, .. })));
    }
}

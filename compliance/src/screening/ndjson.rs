//! Customers in, hits out, one JSON object a line, in order.

use super::{explain::Hit, index::Index, lists::country_named, name::Kind, search::Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, BufRead, Read, Write};

/// The longest line that is read: a name of [`super::MAX_NAME`] characters with its escapes fits many times.
pub const MAX_LINE: u64 = 64 * 1024;
/// How much of a value that cannot be read is repeated.
const MAX_QUOTED: usize = 60;

/// A line of the input. Fields that are not named here are passed over.
#[derive(Debug, Deserialize)]
struct Customer {
    id: Value,
    name: String,
    dob: Option<Value>,
    country: Option<Value>,
    gender: Option<Value>,
    schema: Option<Value>,
}

/// A line of the output: hits, or the error why nobody was screened. Never both, so that an error is not taken for clean.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<Vec<Hit>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What was said of the customer and could not be read: they were screened as if it were unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Customers screened.
    pub customers: u64,
    /// Customers with at least one hit.
    pub alerts: u64,
    /// Lines that are no customer: they were answered with an error, and nobody was screened for them.
    pub unread: u64,
}

/// Reads `{"id","name","dob"?,"country"?,"gender"?,"schema"?}` a line, writes `{"id","hits":[{"list","entry","name","score",
/// "why"}]}` a line, in order. Blank lines are passed over. A schema that is unknown searches all kinds. A line that is no
/// customer is answered with `{"id","error"}` and the run goes on. A date, country or gender that cannot be read is unknown,
/// which takes no hit away, and stands among the `warnings`.
///
/// # Errors
/// When reading or writing fails.
pub fn run(index: &Index, mut input: impl BufRead, mut output: impl Write) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let whole = line.len() as u64 <= MAX_LINE || pass_over_rest(&mut input)?;
        // Files from Windows begin with a mark of their byte order.
        let text = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line) } else { &line };
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let read = if whole { read(text) } else { Err(format!("longer than {MAX_LINE} bytes")) };
        let (id, answer) = match read {
            Ok((id, query, warnings)) => {
                let hits = index.screen(&query);
                summary.customers += 1;
                summary.alerts += u64::from(!hits.is_empty());
                (id, Answer { id: &Value::Null, hits: Some(hits), error: None, warnings })
            }
            Err(reason) => {
                summary.unread += 1;
                let error = Some(format!("line {number}: {reason}"));
                (id_of(text), Answer { id: &Value::Null, hits: None, error, warnings: Vec::new() })
            }
        };
        serde_json::to_writer(&mut output, &Answer { id: &id, ..answer }).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(summary)
}

/// Reads up to the end of the line and keeps nothing; the line is not whole, so the answer is `false`.
fn pass_over_rest(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (read, over) = end.map_or((buffer.len(), buffer.is_empty()), |end| (end + 1, true));
        input.consume(read);
        if over {
            return Ok(false);
        }
    }
}

/// The id of a line that is no customer, when it has one.
fn id_of(line: &[u8]) -> Value {
    let object = serde_json::from_slice::<Value>(line).ok();
    object.and_then(|object| object.get("id").cloned()).unwrap_or_default()
}

fn read(line: &[u8]) -> Result<(Value, Query, Vec<String>), String> {
    let customer: Customer = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if !customer.name.chars().any(char::is_alphanumeric) {
        return Err("name: it has no letter".to_owned());
    }
    let given = |value: &Option<Value>| match value {
        None | Some(Value::Null) => None,
        // A year is often written as a number.
        Some(value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
            (!text.is_empty()).then_some(text)
        }
    };
    let mut warnings = Vec::new();
    let mut unknown = |what: &str, text: &str| {
        let text: String = text.chars().take(MAX_QUOTED).collect();
        warnings.push(format!("{what}: {text} cannot be read"));
    };
    let dob = given(&customer.dob)
        .and_then(|text| text.parse().map_err(|_: domain::Invalid| unknown("dob", &text)).ok());
    let country = given(&customer.country).and_then(|text| {
        let country = country_named(&text);
        if country.is_none() {
            unknown("country", &text);
        }
        country
    });
    let gender = given(&customer.gender)
        .and_then(|text| text.parse().map_err(|_: domain::Invalid| unknown("gender", &text)).ok());
    let kind = given(&customer.schema).and_then(|schema| Kind::from_schema(&schema));
    Ok((customer.id, Query { name: customer.name, dob, country, gender, kind }, warnings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::lists::parse_operator;

    fn index() -> Index {
        let list = "id,schema,name,aliases,dob,country,gender\n7,Person,\"ZOGHBI, Merai\",,1960-04-04,LY,M\n\
            8,Company,Zarya Trading LLC,,,,\n";
        Index::build(vec![parse_operator("own", "1", list.as_bytes()).unwrap()])
    }

    fn answers(input: impl AsRef<[u8]>) -> (Vec<Value>, Summary) {
        let mut output = Vec::new();
        let summary = run(&index(), input.as_ref(), &mut output).unwrap();
        let lines = std::str::from_utf8(&output).unwrap().lines();
        (lines.map(|line| serde_json::from_str(line).unwrap()).collect(), summary)
    }

    #[test]
    fn every_customer_is_answered_in_order() {
        let (answers, summary) = answers(
            "{\"id\":1,\"name\":\"Merai Zoghbi\",\"schema\":\"Person\"}\n\n{\"id\":\"b\",\"name\":\"Anna Schmidt\"}\n{\"id\":3,\"name\":\"ZARYA TRADING\"}",
        );
        assert_eq!(summary, Summary { customers: 3, alerts: 2, unread: 0 });
        let ids: Vec<_> = answers.iter().map(|answer| answer["id"].to_string()).collect();
        assert_eq!(ids, ["1", "\"b\"", "3"]);
        assert_eq!(answers[0]["hits"][0]["entry"], "7");
        assert_eq!(answers[0]["hits"][0]["why"]["tokens"][0]["likeness"], 1_000);
        assert_eq!(answers[1]["hits"].as_array().unwrap().len(), 0);
        assert_eq!(answers[2]["hits"][0]["entry"], "8");
    }

    #[test]
    fn a_line_that_is_no_customer_is_answered_with_an_error_and_the_run_goes_on() {
        let good = "{\"id\":\"z\",\"name\":\"Merai Zoghbi\"}";
        let long = format!("{{\"id\":1,\"name\":\"{}\"}}", "x".repeat(200_000));
        for (line, id, reason) in [
            ("{", Value::Null, "EOF while parsing an object at line 1 column 1"),
            ("[7]", Value::Null, "invalid type: integer `7`, expected a string at line 1 column 2"),
            ("{\"id\":7}", 7.into(), "missing field `name` at line 1 column 8"),
            (
                "{\"id\":7,\"name\":null}",
                7.into(),
                "invalid type: null, expected a string at line 1 column 19",
            ),
            ("{\"id\":7,\"name\":\" - \"}", 7.into(), "name: it has no letter"),
            (&long, Value::Null, "longer than 65536 bytes"),
        ] {
            let (answers, summary) = answers(format!("\u{feff}{good}\n{line}\n{good}\n"));
            assert_eq!(summary, Summary { customers: 2, alerts: 2, unread: 1 }, "{line}");
            assert_eq!(answers.len(), 3);
            assert!(answers[1].get("hits").is_none(), "an error is not clean");
            let error = answers[1]["error"].as_str().unwrap();
            assert!(error.starts_with("line 2: "), "{error}");
            if line.starts_with('{') {
                assert_eq!((&answers[1]["id"], error), (&id, format!("line 2: {reason}").as_str()));
            }
            assert_eq!(answers[2]["hits"][0]["entry"], "7");
        }
        let (answers, summary) = answers(b"{\"id\":1,\"name\":\"\xff\"}\n");
        assert_eq!((answers.len(), summary.unread), (1, 1));
    }

    #[test]
    fn another_gender_is_explained_and_an_unknown_one_takes_no_hit_away() {
        let (answers, _) = answers(
            "{\"id\":1,\"name\":\"Merai Zoghbi\",\"gender\":\"female\"}\n{\"id\":2,\"name\":\"Merai Zoghbi\",\"gender\":\"m\"}\n\
             {\"id\":3,\"name\":\"Merai Zoghbi\"}",
        );
        let gender = |line: usize| answers[line]["hits"][0]["why"]["qualified"]["gender"].as_i64();
        let score = |line: usize| answers[line]["hits"][0]["score"].as_i64().unwrap();
        assert_eq!([gender(0), gender(1), gender(2)], [Some(-80), Some(0), Some(0)]);
        assert_eq!((score(0) + 80, score(1)), (score(1), score(2)));
    }

    #[test]
    fn what_cannot_be_read_about_a_customer_is_unknown() {
        let line = r#"{"id":1,"name":"Merai Zoghbi","dob":"soon","country":"Atlantis","gender":"X","schema":"Robot"}"#;
        let (answers, _) = answers(line);
        assert_eq!(answers[0]["hits"][0]["entry"], "7");
        let warnings =
            ["dob: soon cannot be read", "country: Atlantis cannot be read", "gender: X cannot be read"];
        assert_eq!(answers[0]["warnings"], serde_json::json!(warnings));
        let (answers, _) = self::answers(
            r#"{"id":1,"name":"Merai Zoghbi","dob":1960,"country":"","gender":null,"schema":null}"#,
        );
        assert_eq!(answers[0]["hits"][0]["why"]["qualified"]["birth"], 5);
        assert!(answers[0].get("warnings").is_none());
    }
}
